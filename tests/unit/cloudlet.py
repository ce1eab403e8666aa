"""A cloud of one answer, for tests of the proxy before it, and clients that ask it through the proxy."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

DOCUMENT = b"0123456789" * 100

ITEM = {"id": {"S": "NF-1"}}


@dataclass
class Cloudlet:
    """At `url`. `bodies` are what it was asked, in order, and `headers` what came with the last of them."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self, target: str, body: bytes) -> bytes:
        """What DynamoDB would say; and to anything else, the document."""
        self.bodies.append(body)
        match target.rpartition(".")[2]:
            case "":
                return DOCUMENT
            case "BatchExecuteStatement":
                statements = json.loads(body)["Statements"]
                return json.dumps({"Responses": [{"TableName": one["Statement"]} for one in statements]}).encode()
            case _:
                return json.dumps({"Item": ITEM}).encode()


@contextmanager
def cloudlet() -> Iterator[Cloudlet]:
    """Serve one."""
    cloud = Cloudlet()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            cloud.headers = {name.lower(): value for name, value in self.headers.items()}
            answer = cloud.answer(self.headers.get("X-Amz-Target") or "", body)
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    cloud.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()


def client(service: str, url: str, read_timeout: float = 10) -> Any:
    """A client that tries everything once."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=read_timeout)
    name: Any = service  # The stubs know services by literal names only.
    return boto3.client(
        name,
        endpoint_url=url,
        region_name="sa-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key="none",  # nosec B106 # no secret: nobody checks it
        config=config,
    )


def dynamodb(url: str, read_timeout: float = 10) -> "DynamoDBClient":
    """A client of DynamoDB."""
    found: DynamoDBClient = client("dynamodb", url, read_timeout)
    return found


def s3(url: str) -> "S3Client":
    """A client of S3."""
    found: S3Client = client("s3", url)
    return found
