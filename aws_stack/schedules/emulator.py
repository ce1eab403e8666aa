"""The embedded cloud's emulator in this process, behind boto3's own clients: no socket, no other process.

A call takes a millisecond or so, half of it boto3's. Whoever makes it waits for `stepping`, if it is a stepped thread.
What is not there: functions. The emulator runs none here, so no event starts one; a `World` does what Lambda does.
"""

import io
import json
import os
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, unquote, urlsplit

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from ..clouds import Cloud
from ..clouds.cloud import LOCAL_SECRET
from ..clouds.ministack import speed
from ..target import Target
from . import stepping
from .calls import Call, body_of, invoked

URL = "http://in-process"

REGION = "us-east-1"

Lambda = Callable[[bytes], None]
"""What Lambda does with the payload of an invocation."""

Struck = Callable[[AWSPreparedRequest], AWSResponse]
"""What becomes of a call where faults strike. It raises what botocore's session raises, or `stepping.Killed`."""


class _Raw(io.BytesIO):
    """The body of an answer, as urllib3 has it."""

    def stream(self, _amount: int = 0, **_: Any) -> Iterator[bytes]:
        yield self.read()


def response(request: AWSPreparedRequest, status: int, headers: dict[str, str], content: bytes) -> AWSResponse:
    """An answer as botocore's session gives it."""
    wrapped: Any = headers  # AWSResponse copies them.
    return AWSResponse(str(request.url), status, wrapped, _Raw(content))


class Emulator:
    """MiniStack, asked in this process. If somebody sets `lambda_`, that takes invocations of functions.

    If somebody sets `struck`, that answers the calls of stepped threads. Requests of `every_client` are in the
    `account`, whatever they were signed for.
    """

    def __init__(self) -> None:
        # It tells of every table that is made, unless it is told not to as it is imported.
        with patch.dict(os.environ, {"LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING")}):
            # A second of imports, for few tests.
            from ministack.app import app  # noqa: PLC0415
            from ministack.core import responses  # noqa: PLC0415
            from ministack.services import dynamodb, sqs  # noqa: PLC0415

        speed.amend()
        self._app = app
        self._caller = responses
        self._services = {"DynamoDB_20120810": dynamodb, "AmazonSQS": sqs}
        self.lambda_: Lambda | None = None
        self.struck: Struck | None = None
        self.account = ""

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer a request, once its turn has come. It stands in for a session of botocore."""
        actor = stepping.actor()
        if actor is None:
            return self.answer(request)
        answer = self.struck or self.answer
        return actor.call(Call.of(request), lambda: answer(request))

    def answer(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer a request at once."""
        url = urlsplit(str(request.url))
        whole = body_of(request)
        if self.lambda_ is not None and invoked(url.path):
            self.lambda_(whole)
            return response(request, 202, {}, b"")
        # All else stands still during a call, so nothing comes that is waited for.
        if _text(request.headers.get("X-Amz-Target", "")) == "AmazonSQS.ReceiveMessage":
            whole = json.dumps(json.loads(whole) | {"WaitTimeSeconds": 0}).encode()
        headers = [(name.lower().encode(), _encoded(value)) for name, value in request.headers.items()]
        headers.append((b"host", url.netloc.encode()))
        status, answered, content = self.ask(request.method, url.path, url.query, headers, whole)
        return response(request, status, answered, content)

    def ask(
        self, method: str, path: str, query: str, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """The emulator's answer: status, headers, body."""
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": list(headers),
            "client": ("127.0.0.1", 1),
            "scheme": "http",
        }
        status, answered, content = 0, {}, bytearray()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                answered = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            else:
                content.extend(message.get("body", b""))

        # The emulator's variables of the context are the request's own.
        copy_context().run(_ended, self._app(scope, receive, send))
        return status, answered, bytes(content)

    def look(self, account: str, target: str, said: dict[str, Any]) -> dict[str, Any]:
        """Ask DynamoDB or SQS without boto3 and HTTP, which take most of a call's time: for looks after every step."""
        status, content = copy_context().run(self._look, account, target, json.dumps(said).encode())
        assert status == 200, content
        answer: dict[str, Any] = json.loads(content or b"{}")
        return answer

    def _look(self, account: str, target: str, body: bytes) -> tuple[int, str | bytes]:
        # What the emulator does of a request before the service has it, as far as the service asks for it.
        self._caller.set_request_account_id(account)
        self._caller.set_request_region(REGION)
        service = self._services[target.partition(".")[0]]
        headers = {"host": urlsplit(URL).netloc, "x-amz-target": target}
        status, _, content = _ended(service.handle_request("POST", "/", headers, body, {}))
        return status, content

    def object(
        self, account: str, method: str, bucket: str, key: str = "", query: str = "", body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask S3 without boto3."""
        status, headers, content = self.ask(method, f"/{bucket}/{quote(key)}", query, _signed(account, "s3"), body)
        return status, {name.lower(): value for name, value in headers.items()}, content

    @contextmanager
    def every_client(self) -> Iterator[None]:
        """Answer every client of boto3's in this process, for the `with` block, however and wherever it was made.

        New ones find credentials and a region, and nothing of the user's own configuration.
        """

        def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            signed = _text(request.headers.get("Authorization", ""))
            scope = rf"Credential={self.account}/\g<date>/{REGION}/"
            request.headers["Authorization"] = _SCOPE.sub(scope, signed)
            return self.send(request)

        others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        own = {"AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
        own |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET}
        own |= {"AWS_ENDPOINT_URL": URL, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        with (
            patch.dict(os.environ, {**others, **own}, clear=True),
            patch.object(boto3, "DEFAULT_SESSION", None),  # It keeps what it found before.
            patch.object(URLLib3Session, "send", send),
        ):
            yield

    def serve(self, client: Any, account: str) -> None:
        """Answer a client of boto3's in this account, instead of the network.

        The client does not sign, which would be a fifth of its work: the emulator does not check signatures.
        """
        [_, (name, value)] = _signed(account, client.meta.service_model.service_name)

        def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
            request.headers[name.decode()] = value.decode()
            return self.send(request)

        client.meta.events.register("choose-signer", lambda **_: UNSIGNED)
        client.meta.events.register("before-send", send)


def _ended(asked: Coroutine[Any, None, Any]) -> Any:
    """What came of a request. None that comes here waits for anything, so none needs a loop: it ends at its first step.

    An event loop in a thread of its own would take a fifth of a schedule's time.
    """
    try:
        asked.send(None)
    except StopIteration as ended:
        return ended.value
    raise AssertionError(f"{asked} waits for something")


@cache
def _signed(account: str, service: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers by which the emulator knows the account. It does not check the signature."""
    credential = f"Credential={account}/20261005/{REGION}/{service}/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=none"
    return (b"host", urlsplit(URL).netloc.encode()), (b"authorization", authorization.encode())


_SCOPE = re.compile(r"Credential=[^/]*/(?P<date>\d{8})/[^/]+/")


def _encoded(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


@cache
def emulator() -> Emulator:
    """The one emulator of this process. It starts nothing, and ends with the process."""
    return Emulator()


class HereCloud(Cloud):
    """The emulator as a cloud, in one account: see `here`."""

    __slots__ = ()

    def client(self, service: str, **settings: Any) -> Any:
        """A boto3 client that the emulator answers: always the same one, since making one takes as long as 20 calls."""
        key = service, str(self.account), str(settings)
        if key not in _clients:
            _clients[key] = Cloud.client(self, service, **settings)
            emulator().serve(_clients[key], str(self.account))
        return _clients[key]


_clients: dict[tuple[str, str, str], Any] = {}


@cache
def client(service: str) -> Any:
    """A boto3 client for use within `every_client`: always the same one, in whichever account that is by then."""
    session = boto3.Session(region_name=REGION, aws_access_key_id="testing", aws_secret_access_key=LOCAL_SECRET)
    return session.client(service, endpoint_url=URL)  # type: ignore[call-overload] # the stubs know literals only


def here(account: str) -> HereCloud:
    """The emulator in an account."""
    return HereCloud("embedded", REGION, Target.this_interpreter(), URL, account, temporary=True, emulated=True)
