"""A call to AWS as a person reads it: what it asks, and what came of it. Pure."""

import json
import re
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from ..proxy import naming

MAX_SHOWN = 60
"""Characters of a key, or of what else a call is about, that are shown."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its `service`, such as "dynamodb", as its signature names it; its `operation`; what it is about.

    An operation has AWS's name, such as "UpdateItem". Those of S3 have HTTP's, such as "PUT".
    """

    service: str
    operation: str
    about: str
    body: bytes

    @classmethod
    def of(cls, request: AWSPreparedRequest) -> "Call":
        """The call that a request makes."""
        whole, headers = body_of(request), _headers(request)
        url = urlsplit(str(request.url))
        service = naming.signed_for(str(request.url), headers)
        if "X-Amz-Target" in headers:
            return cls(service, headers["X-Amz-Target"].rpartition(".")[2], "", whole)
        if function := invoked(url.path):
            return cls("lambda", "Invoke", function, whole)
        about = unquote(url.path) + (f"?{url.query}" if url.query else "")
        if service in ("s3", ""):
            return cls("s3", str(request.method), about, whole)
        named = naming.name_of(str(request.method), str(request.url), headers, whole, [service])
        return cls(service, named or str(request.method), about.lstrip("/"), whole)

    @property
    def writes(self) -> bool:
        """Whether it may change something that others see."""
        return not self.operation.startswith(_READS) and self.operation not in ("GET", "HEAD")

    def __str__(self) -> str:
        """The call in a line: `UpdateItem Counters likes`."""
        if self.service == "s3":
            path, _, query = self.about.partition("?")
            bucket, _, key = path.lstrip("/").partition("/")
            if not key:
                return f"S3 lists {bucket}"
            more = "".join(f" {word}" for word in ("uploads", "partNumber", "uploadId") if word in query)
            return f"S3 {self.operation} {bucket} {short(key)}{more}"
        if self.operation == "Invoke":
            return f"Lambda Invoke {self.about}, {short(self.body.decode())}"
        return f"{self.operation} {short(self.about or _of_json(self.body))}".rstrip()


_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")

# By the beginning of an operation's name.
_READS = ("Get", "BatchGet", "TransactGet", "Scan", "Query", "Receive", "List", "Describe", "Head")


def _headers(request: AWSPreparedRequest) -> Message:
    """The headers of a request as text: botocore has some as bytes."""
    message = Message()
    for name, value in request.headers.items():
        message[name] = value.decode("latin-1") if isinstance(value, bytes) else value
    return message


def invoked(path: str) -> str:
    """The function that a request with this path invokes; "" for any other path, such as an object's.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    found = _INVOKE.fullmatch(path)
    return found[1] if found else ""


def body_of(request: AWSPreparedRequest) -> bytes:
    """A request's body, which may still be read by others."""
    body: Any = request.body or b""
    if hasattr(body, "read"):
        whole = body.read()
        body.seek(0)
        return bytes(whole)
    return body.encode() if isinstance(body, str) else bytes(body)


def outcome(call: Call, answer: AWSResponse) -> str:
    """What came of a call, where that is not plain success: `ConditionalCheckFailedException`, `DuplicateItem`."""
    if answer.status_code >= 300:
        found = re.search(rb'"__type":\s*"[^"]*?(\w+)"|<Code>(\w+)</Code>', answer.content)
        return next((one.decode() for one in found.groups() if one), "") if found else str(answer.status_code)
    if call.service == "s3":
        return ""  # The body of an object is for the caller to read.
    codes = re.findall(rb'"Code":\s*"(\w+)"', answer.content)
    return ", ".join(dict.fromkeys(code.decode() for code in codes))


def short(text: str) -> str:
    """Text that fits in a line: of what is longer, the beginning and the end."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN // 2]}…{text[-MAX_SHOWN // 2 :]}"


def _of_json(body: bytes) -> str:
    """What a call is about: its table and key, its queue. "" where its body is no object of JSON."""
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    named = [str(said[name]).rpartition("/")[2] for name in ("TableName", "QueueName", "QueueUrl") if name in said]
    key = said.get("Key") or said.get("Item")
    values = [value for one in key.values() for value in one.values()] if isinstance(key, dict) else []
    return " ".join([*named, *(str(value) for value in values)])
