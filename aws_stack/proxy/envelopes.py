"""Errors of any service, in the form that its protocol has for them."""

import json
from collections.abc import Mapping
from email.message import Message
from xml.sax.saxutils import escape

from .answer import MESSAGE, Answer
from .models import Of, code_of, model
from .naming import CBOR, protocol_of


def refusal(operation: Of, code: str, status: int, headers: Message) -> Answer:
    """The answer that says an error, in the protocol that the request with these headers speaks."""
    service = model(operation.service)
    shape = next((one.name for one in operation.model.error_shapes if code_of(one) == code), code)
    protocol = protocol_of(headers) or service.protocol
    if protocol == "query" and service.protocol == "ec2":
        protocol = "ec2"
    fault = "Sender" if status < 500 else "Receiver"
    # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
    as_of_old = {"x-amzn-query-error": f"{code};{fault}"} if "awsQueryCompatible" in service.metadata else {}
    if operation.model.http["method"] == "HEAD":
        return Answer(status, {}, b"")
    match protocol:
        case "json":
            kind = f"application/x-amz-json-{service.metadata.get('jsonVersion', '1.0')}"
            body = json.dumps({"__type": shape, "message": MESSAGE}).encode()
            return Answer(status, {"Content-Type": kind, **as_of_old}, body)
        case "rest-json":
            body = json.dumps({"message": MESSAGE}).encode()
            return Answer(status, {"Content-Type": "application/json", "x-amzn-ErrorType": code}, body)
        case protocol if protocol == CBOR:
            kinds = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
            return Answer(status, {**kinds, **as_of_old}, _cbor({"__type": shape, "message": MESSAGE}))
        case _:
            return Answer(status, {"Content-Type": "text/xml"}, _xml(protocol, operation.service, code, fault))


def _xml(protocol: str, service: str, code: str, fault: str) -> bytes:
    error = f"<Code>{escape(code)}</Code><Message>{MESSAGE}</Message>"
    if protocol == "ec2":
        text = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
    elif service == "s3":
        text = f"<Error>{error}<RequestId>0</RequestId></Error>"
    else:
        error = f"<Error><Type>{fault}</Type>{error}</Error>"
        text = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def _cbor(texts: Mapping[str, str]) -> bytes:
    """A map of less than 24 short texts: https://www.rfc-editor.org/rfc/rfc8949#section-3.1."""
    content = bytes([0xA0 + len(texts)])
    for text in (one for pair in texts.items() for one in pair):
        content += bytes([0x78, len(text.encode())]) + text.encode()
    return content
