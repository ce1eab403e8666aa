"""The API's errors: application/problem+json, RFC 9457. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ..language import ENGLISH, text

CONTENT_TYPE = "application/problem+json"

TITLES = {
    "bad-request": "Bad request",
    "idempotency-key-reused": "Idempotency key reused",
    "internal-error": "Internal error",
    "method-not-allowed": "Method not allowed",
    "not-found": "Not found",
    "too-large": "Too large",
    "unavailable": "Unavailable",
    "unsupported-media-type": "Unsupported media type",
}
"""What each kind of problem is called."""


@dataclass
class ProblemError(Exception):
    """Why a request cannot be answered as it asks.

    `kind` is one of TITLES, stable, and meant for programs. `sentence` says what to do, in English and with places for
    `values`; `headers` are sent with the answer. `errors` has one entry for each wrong parameter:
    `{"in": "query", "name": …, "detail": …}`.
    """

    status: HTTPStatus
    kind: str
    sentence: str
    headers: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """What is wrong and what to do, for people, in English."""
        return text(self.sentence, self.values, ENGLISH)

    def body(self, correlation_id: str, language: str) -> str:
        """The problem as JSON, in a language. Its correlation id leads to the log lines of the request."""
        problem: dict[str, Any] = {
            "type": f"urn:notas:problem:{self.kind}",
            "title": text(TITLES[self.kind], {}, language),
            "status": self.status.value,
            "detail": text(self.sentence, self.values, language),
            "instance": f"urn:uuid:{correlation_id}",
            "correlation_id": correlation_id,
        }
        if self.errors:
            problem["errors"] = self.errors
        return json.dumps(problem, ensure_ascii=False)


def not_found(sentence: str, headers: dict[str, str] | None = None, **values: object) -> ProblemError:
    """What the request asks for does not exist (yet)."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", sentence, headers or {}, values=values)


def bad_request(sentence: str, errors: list[dict[str, str]] | None = None) -> ProblemError:
    """The request itself is wrong."""
    return ProblemError(HTTPStatus.BAD_REQUEST, "bad-request", sentence, errors=errors or [])
