"""Where the function's processor time goes: a document through each of its stages, one after the other, in memory."""

import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

from aws_stack.clouds.cloud import LOCAL_SECRET
from pipeline.functions.aws import clients
from pipeline.functions.aws.invoices import Invoices
from pipeline.functions.aws.patience import Patience
from pipeline.functions.aws.statements import Statements
from pipeline.functions.document import Layout, Reader
from pipeline.functions.outcome import Chunk

from .contestants import document

INVOICES = 20_000
QUICK_INVOICES = 4_000

_TIME = "2026-11-01T12:00:00.000Z"

_ACCESS = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET, "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage takes of the processor, in microseconds a record."""

    name: str
    microseconds: float


def measure(invoices: int) -> Iterator[Stage]:
    """The stages in their order. What is missing of the whole is sending and receiving, and the threads' turns."""
    body = document(invoices)
    started = time.process_time()
    for _ in Reader([body], Layout.JSON):
        pass
    reading = time.process_time() - started
    yield Stage("read it to its end, once", reading / invoices * 1e6)

    started = time.process_time()
    chunks = list(_chunks(Reader([body], Layout.JSON)))
    yield Stage("check each invoice and make its item", (time.process_time() - started - reading) / invoices * 1e6)

    # Made, signed and read by botocore, but never sent.
    with mock.patch.dict("os.environ", _ACCESS), mock.patch.object(URLLib3Session, "send", _answer):
        dynamodb = clients.dynamodb()
        table = Invoices(dynamodb, Statements(dynamodb), "invoices", Patience(lambda: 900.0))
        table.insert(chunks[0].candidates, _TIME)
        started = time.process_time()
        holders = [table.insert(chunk.candidates, _TIME) for chunk in chunks]
        yield Stage("build the requests, read the answers", (time.process_time() - started) / invoices * 1e6)

    started = time.process_time()
    judged = [chunk.judge(found) for chunk, found in zip(chunks, holders, strict=True)]
    yield Stage("judge each invoice", (time.process_time() - started) / invoices * 1e6)
    if sum(map(len, judged)) != invoices:
        raise RuntimeError("not every invoice was judged")


def _chunks(reader: Reader) -> Iterator[Chunk]:
    chunk = Chunk("key", "version")
    for record in reader:
        chunk.add(record)
        if chunk.is_full():
            yield chunk
            chunk = Chunk("key", "version")
    if chunk.entries:
        yield chunk


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _answer(_: object, request: Any) -> AWSResponse:
    statements = request.body.count(b'"Statement":')
    answer = json.dumps({"Responses": [{"TableName": "invoices"}] * statements}).encode()
    return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(answer))
