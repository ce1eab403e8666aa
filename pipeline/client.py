"""A client of the API: requests, signed where there are credentials, and answers or errors for people."""

import json
import math
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, EnvProvider
from botocore.exceptions import BotoCoreError, EndpointConnectionError
from botocore.httpsession import URLLib3Session

from aws_stack.clouds import Cloud
from aws_stack.clouds.cloud import LOCAL_SECRET, default_session
from aws_stack.clouds.local import exported_region
from aws_stack.errors import AwsStackError, CloudError, UsageError
from aws_stack.web import is_local, is_plain, proxies

from .functions.language import ENGLISH, TAGS
from .repetition import PASSING, PATIENCE, Repetition, seconds_asked
from .words import _

# API Gateway itself waits 29 s for the function.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
_ANSWER_SECONDS = 35.0

# Of which for the connection, with its one repetition of a lost packet, after a second.
# https://www.rfc-editor.org/rfc/rfc6298#section-2
_CONNECT_SECONDS = 3.0

_AWS_HOST = re.compile(r"[a-z0-9]+\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?")


class NotFoundError(AwsStackError):
    """The API has no such thing."""

    exit_code = 1


class UnavailableError(CloudError):
    """The API does not answer, or has no answer now."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status below 400."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """The body, parsed; numbers keep their digits."""
        return json.loads(self.text, parse_float=Decimal, parse_int=Decimal)


@dataclass(frozen=True, slots=True)
class Client:
    """The API at `url`. Requests carry the key if one is given; else they are signed if there are credentials.

    A call without an answer, or with one that says "later", is made again for `patience` seconds; see `repetition`.
    Raises UnavailableError after that, CloudError where the API refuses the caller, UsageError where it refuses the
    request, and NotFoundError. `credentials` are botocore's; those of a role are renewed when they expire. Answers are
    asked for in `language`, as `functions.language` names it.
    """

    url: str
    api_key: str | None = None
    credentials: Any = None
    region: str = ""
    patience: float = PATIENCE
    language: str = ENGLISH
    _session: URLLib3Session = field(init=False, compare=False)
    _answers: Counter[int] = field(init=False, compare=False, default_factory=Counter)

    def __post_init__(self) -> None:
        """Open a session, which keeps connections. Raises UsageError where the patience is not a number."""
        if math.isnan(self.patience):
            raise UsageError(_("--timeout nan is not a number of seconds"))
        object.__setattr__(self, "_session", self._open(max(1.0, self.patience)))

    @classmethod
    def of_stack(
        cls, cloud: Cloud, url: str, api_key: str | None, patience: float = PATIENCE, language: str = ENGLISH
    ) -> "Client":
        """The API of a stack on a cloud."""
        credentials: Any = (
            Credentials(cloud.account, LOCAL_SECRET) if cloud.account else default_session().get_credentials()
        )
        return cls(url, api_key, credentials, cloud.region, patience, language)

    @classmethod
    def at(cls, url: str, api_key: str | None, patience: float = PATIENCE, language: str = ENGLISH) -> "Client":
        """The API at any URL. Raises UsageError if it is not a URL."""
        if not is_plain(url):
            raise UsageError(
                _(
                    "--api-url {url!j} is not a URL such as https://abc123.execute-api.sa-east-1.amazonaws.com/v1",
                    url=url,
                )
            )
        if is_local(url):
            return cls(url.rstrip("/"), api_key, *_caller_by_variables(), patience, language)
        found = _AWS_HOST.fullmatch(urlsplit(url).hostname or "")
        session = default_session()
        region = found["region"] if found else session.region_name
        credentials = session.get_credentials() if region else None
        return cls(url.rstrip("/"), api_key, credentials, region or "", patience, language)

    def _open(self, seconds: float) -> URLLib3Session:
        """A session whose calls wait for so long: to be connected, and for an answer then."""
        seconds = min(_ANSWER_SECONDS, seconds)
        connect = min(_CONNECT_SECONDS, seconds / 2)
        timeout: Any = (connect, seconds - connect)  # The stubs know only one number, for both.
        return URLLib3Session(proxies=proxies(self.url), timeout=timeout)

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        repetition: Repetition | None = None,
    ) -> Reply:
        """The answer to a request; `path` is below the API's address, percent-encoded.

        A POST says that its repetitions are the same call, with a key of its own unless `headers` has one. A call that
        is a part of something else's `repetition` has only the time that is left of that.
        """
        sent = {"Accept-Language": TAGS[self.language], **(headers or {})}
        if method == "POST":
            sent.setdefault("Idempotency-Key", str(uuid.uuid4()))
        session = self._session if repetition is None else self._open(repetition.left())
        repetition = repetition or Repetition(self.patience)
        while True:
            answer = self._try(session, method, path, body, sent, repetition)
            if answer is not None:
                return answer
            session = self._open(repetition.left())

    def _try(
        self,
        session: URLLib3Session,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        repetition: Repetition,
    ) -> Reply | None:
        """The answer, or None after the pause before the next try."""
        request = AWSRequest(method, self.url + path, headers=headers, data=body)
        if self.api_key is not None:
            request.headers["x-api-key"] = self.api_key
        elif self.credentials is not None:
            # Frozen for this request only: a file may be followed for longer than a session's credentials last.
            SigV4Auth(self.credentials.get_frozen_credentials(), "execute-api", self.region).add_auth(request)
        try:
            answer = session.send(request.prepare())
            text = answer.content.decode(errors="replace")
        except BotoCoreError as error:
            failed = UnavailableError(_("the API at {url} does not answer: {error}", url=self.url, error=error))
            # An address at which nothing was ever reached may be wrong, which does not pass.
            if isinstance(error, EndpointConnectionError) and not self._answers:
                raise failed from None
            repetition.wait(failed)
            return None
        self._answers[answer.status_code] += 1
        reply = Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, text)
        if reply.status in PASSING:
            repetition.wait(self._error(reply.status, text), seconds_asked(reply.headers.get("retry-after")))
            return None
        if reply.status >= 400:
            raise self._error(reply.status, text)
        return reply

    def get(self, path: str, **query: object) -> Reply:
        """GET; parameters that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        return self.call("GET", path + ("?" + urlencode(given, quote_via=quote) if given else ""))

    def pages(self, path: str, name: str, **query: object) -> Iterator[Any]:
        """The elements `name` of every page of a list."""
        cursor = None
        while True:
            page = self.get(path, **query, cursor=cursor).json()
            yield from page[name]
            cursor = page["cursor"]
            if cursor is None:
                return

    def _error(self, status: int, text: str) -> AwsStackError:
        try:
            problem = json.loads(text)
            wrong = "; ".join(f"{one['name']}: {one['detail']}" for one in problem.get("errors", []))
            detail, found = problem["detail"] + (f" ({wrong})" if wrong else ""), problem["correlation_id"]
        except (ValueError, KeyError, TypeError, AttributeError):
            detail, found = text[:200], None
        facts = {"url": self.url, "status": status, "detail": detail, "id": found}
        match status:
            case 404 if found is None:
                # Another server says so, of the address: it knows nothing of invoices.
                return UsageError(
                    _("no API of notas answers at {url}: {detail}. Give the stack's output ApiUrl", **facts)
                )
            case 404:
                return NotFoundError(detail)
            case 401 | 403:
                return CloudError(
                    _("the API at {url} refuses the caller: {detail}. Give the key with --api-key", **facts)
                )
            case 400 | 413 | 415 | 422:
                return UsageError(_("the API refuses the request: {detail}", **facts))
        if found is None:
            return UnavailableError(_("the API at {url} answered {status}: {detail}", **facts))
        return UnavailableError(_("the API at {url} answered {status}: {detail} (correlation id {id})", **facts))


def _caller_by_variables() -> tuple[Any, str]:
    """Credentials and region for a local API, from the variables that `notas up` prints. Profiles are not read."""
    try:
        found = EnvProvider().load()
    except BotoCoreError:  # Only some of the variables are there.
        found = None
    return found, exported_region()


def exact_json(value: Any) -> str:
    """JSON of what `Reply.json` returned; every number keeps its digits."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)}: {exact_json(member)}" for name, member in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(exact_json, value)) + "]"
        case Decimal():
            return str(value)
    return json.dumps(value, ensure_ascii=False)
