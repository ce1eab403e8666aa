"""The API's errors: application/problem+json, RFC 9457. Pure."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

CONTENT_TYPE = "application/problem+json"


@dataclass
class ProblemError(Exception):
    """Why a request cannot be answered as it asks.

    `kind` is stable and meant for programs; `detail` is meant for people and says what to do; `headers` are sent with
    the answer. `errors` has one entry for each wrong parameter: `{"in": "query", "name": …, "detail": …}`.
    """

    status: HTTPStatus
    kind: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)

    def body(self, correlation_id: str) -> str:
        """The problem as JSON. Its correlation id leads to the log lines of the request."""
        problem: dict[str, Any] = {
            "type": f"urn:notas:problem:{self.kind}",
            "title": self.kind.replace("-", " ").capitalize(),
            "status": self.status.value,
            "detail": self.detail,
            "instance": f"urn:uuid:{correlation_id}",
            "correlation_id": correlation_id,
        }
        if self.errors:
            problem["errors"] = self.errors
        return json.dumps(problem, ensure_ascii=False)


def not_found(detail: str, **headers: str) -> ProblemError:
    """What the request asks for does not exist (yet)."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail, headers)


def bad_request(detail: str, errors: list[dict[str, str]] | None = None) -> ProblemError:
    """The request itself is wrong."""
    return ProblemError(HTTPStatus.BAD_REQUEST, "bad-request", detail, errors=errors or [])
