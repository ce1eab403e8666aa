"""The clients of a local cloud work whatever AWS's variables and files say."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from botocore.loaders import JSONFileLoader

from aws_stack.clouds import cloud as clouds
from aws_stack.clouds import embedded
from aws_stack.clouds.standing import aws, endpoint
from aws_stack.errors import CloudError
from aws_stack.proxy.models import Of, model
from aws_stack.web import is_local, open_url, proxies
from pipeline.client import Client

NOWHERE = "http://127.0.0.1:9"

# These change a client unless its session is kept apart. The commands' tests have more, for the processes they start.
VARIABLES = {
    "AWS_PROFILE": "there-is-none",
    "AWS_DEFAULT_PROFILE": "there-is-none",
    "AWS_DEFAULTS_MODE": "any",
    "AWS_REQUEST_CHECKSUM_CALCULATION": "any",
    "HTTP_PROXY": NOWHERE,
    "http_proxy": NOWHERE,
}


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(autouse=True)
def _new_sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    clouds._session.cache_clear()
    yield
    clouds._session.cache_clear()


@pytest.fixture
def broken_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("[broken", encoding="utf-8")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "broken"))


@pytest.mark.parametrize(("name", "value"), VARIABLES.items(), ids=VARIABLES)
def test_a_local_cloud_is_reached_whatever_a_variable_says(
    monkeypatch: pytest.MonkeyPatch, port: int, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    cloud = embedded.at(port)
    assert cloud.client("dynamodb").list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert Client.of_stack(cloud, f"{cloud.endpoint_url}", None).get("/").text == "{}"
    assert Client.at(f"{cloud.endpoint_url}", None).get("/").text == "{}"
    assert endpoint(f"{cloud.endpoint_url}").client("dynamodb").list_tables()
    with open_url(f"{cloud.endpoint_url}/") as answer:
        assert answer.status == 200


@pytest.mark.usefixtures("broken_files")
def test_a_local_cloud_is_reached_whatever_the_files_say(port: int) -> None:
    assert embedded.at(port).client("dynamodb").list_tables()
    assert endpoint(f"http://127.0.0.1:{port}").client("dynamodb").list_tables()


@pytest.mark.usefixtures("broken_files")
def test_operations_are_known_whatever_profile_and_files_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-none")
    model.cache_clear()
    assert Of("sqs", "SendMessage").signed_for == "sqs"


def test_what_there_is_to_know_of_a_service_is_read_once_for_all_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.at(1).in_account("000000000008").client("sqs")
    monkeypatch.setattr(JSONFileLoader, "load_file", lambda _loader, path: pytest.fail(f"{path} was read again"))
    embedded.at(1).in_account("000000000009").client("sqs")


@pytest.mark.usefixtures("broken_files")
def test_a_broken_aws_configuration_is_reported_where_an_account_is_asked_for() -> None:
    with pytest.raises(CloudError, match=r"the AWS configuration here is wrong: .*broken.* aws configure"):
        aws()


def test_a_missing_profile_is_reported_where_an_account_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-none")
    with pytest.raises(CloudError, match="there-is-none"):
        aws()


def test_an_emulator_has_the_account_and_region_that_up_exports(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    own = endpoint(url)
    assert (own.account, own.region) == (embedded.at(port).account, embedded.at(port).region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000007")
    exported = endpoint(url)
    assert (exported.account, exported.region) == ("000000000007", "eu-west-1")


LOCAL = {
    "http://127.0.0.1:4566": True,
    "http://localhost:4566/restapis": True,
    "http://[::1]:4566": True,
    "http://172.17.0.1:4566": True,
    "http://host.docker.internal:4566": True,
    "http://notas.localhost": True,
    "http://localhost.localstack.cloud:4566": True,
    "http://localstack:4566": True,
    "https://s3.sa-east-1.amazonaws.com/bucket": False,
    "https://localhost.example.com": False,
    "http://8.8.8.8": False,
}


@pytest.mark.parametrize(("url", "local"), LOCAL.items())
def test_a_proxy_is_used_only_for_servers_elsewhere(monkeypatch: pytest.MonkeyPatch, url: str, local: bool) -> None:
    monkeypatch.setenv("https_proxy", NOWHERE)
    assert is_local(url) is local
    assert proxies(url).get("https") == (None if local else NOWHERE)
