"""`python -m benchmarks.standin FOLDER`: S3 and DynamoDB with AWS's latencies, which store nothing.

An emulator's own work takes longer than the function's. This does next to none: it finds where a request ends, waits as
long as AWS takes, and answers what a table answers that has never seen any of the invoices. S3 has the files of FOLDER,
by their names. It prints its port, and ends when its standard input does.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

FIRST_BYTE = 0.025
"""Seconds from a request to the first byte of an object."""

BATCH = 0.012
"""Seconds that DynamoDB takes for 25 items, each written by itself."""

TRANSACTION = 0.025
"""Seconds that DynamoDB takes for a transaction."""

ITEM = 0.004
"""Seconds that DynamoDB takes for one item."""

SECONDS = {"BatchExecuteStatement": BATCH, "BatchWriteItem": BATCH, "TransactWriteItems": TRANSACTION}


class Connection(asyncio.Protocol):
    """One connection. Its requests come one after the other, as those of boto3 do."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self._received = bytearray()
        self._awaited = 0
        """How much of `_received` the request takes; 0 while its head is not there."""
        self._head = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer, once the whole request is there."""
        self._received += data
        if not self._awaited:
            end = self._received.find(b"\r\n\r\n") + 4
            if end < 4:
                return
            self._head = bytes(self._received[:end]).lower()
            self._awaited = end + int(_header(self._head, b"content-length") or 0)
            if _header(self._head, b"expect"):
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(self._received) >= self._awaited:
            start, body = self._received.index(b"\r\n"), bytes(self._received[len(self._head) : self._awaited])
            line = self._received[:start].decode("latin-1")
            self._received, self._awaited = bytearray(), 0
            seconds, head, answer = self._answer(line, self._head, body)
            asyncio.get_running_loop().call_later(seconds, self._send, head, answer)

    def _answer(self, line: str, head: bytes, body: bytes) -> tuple[float, str, bytes]:
        """How long it takes to answer, and what: the status with headers, and the body."""
        target = _header(head, b"x-amz-target").rpartition(b".")[2].decode()
        if target:
            operation = _NAMES[target]
            return SECONDS.get(operation, ITEM), "200 OK", _dynamodb(operation, body)
        method, url, _ = line.split(" ")
        if method == "GET" and "list-type=2" in url:
            return ITEM, "200 OK", b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        if method == "GET":
            content = self._files[urlsplit(url).path.rpartition("/")[2]]
            first = int(_header(head, b"range").removeprefix(b"bytes=").partition(b"-")[0] or 0)
            if first:
                span = f"Content-Range: bytes {first}-{len(content) - 1}/{len(content)}"
                return FIRST_BYTE, f"206 Partial Content\r\n{span}", content[first:]
            return FIRST_BYTE, "200 OK", content
        return FIRST_BYTE, '200 OK\r\nETag: "0"', b""

    def _send(self, head: str, body: bytes) -> None:
        self._transport.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        self._transport.write(body)


_NAMES = {
    name.lower(): name
    for name in (
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "GetItem",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
    )
}


def _header(head: bytes, name: bytes) -> bytes:
    """A header of a request's head in small letters; empty where there is none."""
    _, found, rest = head.partition(b"\r\n" + name + b":")
    return rest[: rest.index(b"\r\n")].strip() if found else b""


def _dynamodb(operation: str, body: bytes) -> bytes:
    if operation == "BatchExecuteStatement":
        # Only counted: to parse it would take as long as the function took to write it.
        return b'{"Responses": [%s]}' % b", ".join([b'{"TableName": "t"}'] * body.count(b'"Statement":'))
    if operation == "UpdateItem":
        # The ledger's entry, as the first attempt at an upload finds it: it has what the request sets.
        request = json.loads(body)
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        entry = {name: values[f":{alias[1:]}"] for alias, name in names.items() if f":{alias[1:]}" in values}
        return json.dumps({"Attributes": entry} if "ReturnValues" in request else {}).encode()
    if operation == "BatchGetItem":
        return b'{"Responses": {}, "UnprocessedKeys": {}}'
    return b'{"UnprocessedItems": {}}' if operation == "BatchWriteItem" else b"{}"


async def _serve(folder: Path) -> None:
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(files), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    # The connections are the function's to close.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
