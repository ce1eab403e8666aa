"""`python -m benchmarks.standin FOLDER [BYTES]`: S3 and DynamoDB with AWS's latencies, which store nothing.

An emulator's own work takes longer than the function's. This does next to none: it finds where a request ends, waits as
long as AWS takes, and answers what a table answers that has never seen any of the invoices. With BYTES it answers as
one that holds an item of so many under every id, which differs from every invoice. S3 has the files of FOLDER, by their
names. It prints its port, and ends when its standard input does.
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

    def __init__(self, files: dict[str, bytes], table: "Table") -> None:
        self._files = files
        self._table = table
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
            return SECONDS.get(operation, ITEM), "200 OK", self._table.answer(operation, body)
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
        return FIRST_BYTE, '200 OK\r\nETag: "0"', _taken(method, head)

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


def _taken(method: str, head: bytes) -> bytes:
    """What S3 says of something that it took, whole or in parts, as far as the function reads it."""
    if method == "POST":
        return b"<Result><UploadId>u</UploadId></Result>"
    return b'<CopyPartResult><ETag>"0"</ETag></CopyPartResult>' if _header(head, b"x-amz-copy-source") else b""


class Table:
    """What DynamoDB says. `held` is the size of the item under each id of an invoice; None where there is none."""

    def __init__(self, held: int | None) -> None:
        statement = b'{"TableName": "t"}'
        if held is not None:
            statement = b'{"TableName": "t", "Error": {"Code": "DuplicateItem", "Message": "it is there"}}'
        self._statement = statement
        self._item = held and json.dumps({"Item": _PROVENANCE | {"observacao": {"S": "x" * (held - 1024)}}}).encode()

    def answer(self, operation: str, body: bytes) -> bytes:
        """The answer's body."""
        if operation == "BatchExecuteStatement":
            # Only counted: to parse it would take as long as the function took to write it.
            return b'{"Responses": [%s]}' % b", ".join([self._statement] * body.count(b'"Statement":'))
        if self._item and operation == "GetItem" and json.loads(body)["TableName"] == "invoices":
            return self._item
        if self._item and operation == "BatchGetItem":
            found = {
                table: [one | _PROVENANCE for one in asked["Keys"]]
                for table, asked in json.loads(body)["RequestItems"].items()
            }
            return json.dumps({"Responses": found, "UnprocessedKeys": {}}).encode()
        return _dynamodb(operation, body)


_PROVENANCE = {
    "_ingest": {
        "M": {
            "key": {"S": "before.json"},
            "version_id": {"S": "v0"},
            "position": {"N": "0"},
            "time": {"S": "2026-10-01T12:00:00.000Z"},
            "sha256": {"S": "0" * 64},
        }
    }
}


def _dynamodb(operation: str, body: bytes) -> bytes:
    if operation == "UpdateItem":
        # The ledger's entry, as the first attempt at an upload finds it: it has what the request sets.
        request = json.loads(body)
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        entry = {name: values[f":{alias[1:]}"] for alias, name in names.items() if f":{alias[1:]}" in values}
        return json.dumps({"Attributes": entry} if "ReturnValues" in request else {}).encode()
    if operation == "BatchGetItem":
        return b'{"Responses": {}, "UnprocessedKeys": {}}'
    return b'{"UnprocessedItems": {}}' if operation == "BatchWriteItem" else b"{}"


async def _serve(folder: Path, held: int | None) -> None:
    files, table = {path.name: path.read_bytes() for path in folder.iterdir()}, Table(held)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(files, table), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    # The connections are the function's to close.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else None))
