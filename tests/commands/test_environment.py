"""Whatever is set on a machine, a local cloud starts, and what cannot work is said in one line within seconds.

Each environment below has many things at once that broke a local cloud, each by itself. What is left out of any of them
breaks all four programs; `tests/unit/test_environment.py` has AWS's variables one by one.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aws_stack.target import Target
from fixtures.command import Command, notas, pytest_on
from fixtures.engines import context, dead, forbidden, hung, silent
from fixtures.invoices import document, invoice
from pipeline.cache import CLONE, OWN
from pipeline.package import build

NOWHERE = "http://127.0.0.1:9"

PROXIES = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), NOWHERE),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
}

AWS = {
    "AWS_PROFILE": "there-is-none",
    "AWS_ENDPOINT_URL": NOWHERE,
    "AWS_ENDPOINT_URL_S3": NOWHERE,
    "AWS_CA_BUNDLE": "/nowhere/ca.pem",
    "AWS_MAX_ATTEMPTS": "many",
    "AWS_DEFAULTS_MODE": "any",
    "AWS_RETRY_MODE": "any",
    "AWS_DEFAULT_REGION": "nowhere",
    "AWS_SESSION_TOKEN": NOWHERE,
}

FUNCTIONS = {"LOG_LEVEL": "trace", "POWERTOOLS_LOG_LEVEL": "trace", "POWERTOOLS_LOGGER_SAMPLE_RATE": "some"}

EMULATORS = {"SERVICES": "sqs", "PERSIST_STATE": "1", "USE_SSL": "1", "GATEWAY_PORT": "9", "LAMBDA_EXECUTOR": "docker"}

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

WITHOUT_IPV6 = """
import errno, socket

every = socket.getaddrinfo


class IPv4(socket.socket):
    def __init__(self, family=-1, *more, **others):
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        super().__init__(family, *more, **others)


socket.has_ipv6 = False
socket.socket = IPv4
socket.getaddrinfo = lambda *asked, **more: [one for one in every(*asked, **more) if one[0] != socket.AF_INET6]
"""


@dataclass
class Surroundings:
    """Variables, and a command that a program is started by."""

    variables: dict[str, str]
    under: list[str] = field(default_factory=list)


def configured_for_others(tmp_path: Path, _: ExitStack) -> Surroundings:
    """AWS, proxies and other emulators' variables lead elsewhere, and so does the Docker context."""
    home = tmp_path / "home"
    context(home, "elsewhere", dead(tmp_path))
    (home / ".aws").mkdir()
    files = {}
    for name, variable in (("config", "AWS_CONFIG_FILE"), ("credentials", "AWS_SHARED_CREDENTIALS_FILE")):
        (home / ".aws" / name).write_text("[broken", encoding="utf-8")
        files[variable] = str(home / ".aws" / name)
    return Surroundings({"HOME": str(home), **files, **PROXIES, **AWS, **FUNCTIONS, **EMULATORS})


def bare(_: Path, started: ExitStack) -> Surroundings:
    """A locale that knows ASCII only, no home, few open files, private files; and Docker hangs."""
    limits = ["sh", "-c", 'umask 077; ulimit -n 256; exec "$@"', "sh"]
    return Surroundings({**ASCII, "HOME": "/dev/null/home", "DOCKER_HOST": started.enter_context(hung())}, limits)


def strange_places(tmp_path: Path, started: ExitStack) -> Surroundings:
    """Paths with spaces and accents, HOME unset, no IPv6; and Docker is forbidden."""
    clone, temporary, custom = (tmp_path / name for name in ("a clone of ação", "temporary files é", "custom"))
    for part in ("aws_stack", "pipeline", "fixtures"):
        shutil.copytree(CLONE / part, clone / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CLONE / "pyproject.toml", clone)
    (clone / "build").mkdir()
    for made in OWN.folder().glob("dependencies-*"):
        (clone / "build" / made.name).symlink_to(made)
    temporary.mkdir()
    custom.mkdir()
    (custom / "sitecustomize.py").write_text(WITHOUT_IPV6, encoding="utf-8")
    variables = {
        "TMPDIR": str(temporary),
        "PYTHONPATH": f"{clone}{os.pathsep}{custom}",
        "DOCKER_HOST": started.enter_context(forbidden()),
    }
    return Surroundings(variables, ["env", "-u", "HOME"])


WHY = {
    configured_for_others: "no Docker engine answers",
    bare: "no Docker engine answers",
    strange_places: "this user may not use the Docker engine",
}


@pytest.fixture(params=WHY, ids=lambda one: one.__name__)
def surroundings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Surroundings, str]]:
    """An environment, and why no container can be had in it."""
    build(Target.this_interpreter())  # The first build takes a package index, by whatever proxy.
    with ExitStack() as started:
        found = request.param(tmp_path, started)
        found.variables.setdefault("NOTAS_CLOUD", "auto")
        yield found, WHY[request.param]


def went_well(command: Command, code: int, why: str) -> None:
    assert command.wait() == code, command.out + command.err
    assert f"({why})" in command.err
    assert "Traceback" not in command.err
    assert command.left() == []


@pytest.mark.night("three times a cloud and a stack; `run` meets the same surroundings by day")
@pytest.mark.usefixtures("starts_cloud")
def test_demo(surroundings: tuple[Surroundings, str], tmp_path: Path) -> None:
    here, why = surroundings
    with notas("demo", cwd=tmp_path, terminal=False, under=here.under, **here.variables) as command:
        went_well(command, 1, why)
        assert "samples/notas-simples.json" in command.out


@pytest.mark.usefixtures("starts_cloud")
def test_run(surroundings: tuple[Surroundings, str], tmp_path: Path) -> None:
    here, why = surroundings
    file = tmp_path / "João & cia.json"
    file.write_bytes(document(invoice("NF-1", cliente="Ana ção")))
    exported = tmp_path / "out.jsonl"
    arguments = ["run", str(file), "--json", "--export", str(exported)]
    with notas(*arguments, cwd=tmp_path, terminal=False, under=here.under, **here.variables) as command:
        went_well(command, 0, why)
        [upload] = json.loads(command.out)["uploads"]
        assert (upload["file"], upload["key"], upload["stored"]) == (str(file), file.name, 1)
    assert json.loads(exported.read_text(encoding="utf-8"))["cliente"] == "Ana ção"


@pytest.mark.night("three times a cloud and a stack; `run` meets the same surroundings by day")
@pytest.mark.usefixtures("starts_cloud")
def test_up(surroundings: tuple[Surroundings, str], tmp_path: Path) -> None:
    here, why = surroundings
    with notas(
        "up", "--port", "0", "--json", cwd=tmp_path, terminal=False, under=here.under, **here.variables
    ) as command:
        command.wait_for("environment")
        assert "InvoicesTable" in json.loads(command.out)["outputs"]
        command.interrupt()
        went_well(command, 0, why)


UPLOADING = """
from fixtures.invoices import document, invoice


def test_that_uploads(stack, unique):
    assert stack.ingest(document(invoice(unique, cliente="Ana ção")), f"{unique} é.json")["stored"] == 1
    assert stack.stored(unique)["cliente"] == "Ana ção"
"""


@pytest.mark.night("three times a cloud and a stack; `run` meets the same surroundings by day")
@pytest.mark.usefixtures("starts_cloud")
def test_pytest(surroundings: tuple[Surroundings, str], tmp_path: Path) -> None:
    here, why = surroundings
    with pytest_on(tmp_path / "project", UPLOADING, "-n0", unit="", under=here.under, **here.variables) as run:
        assert run.wait() == pytest.ExitCode.OK, run.out + run.err
        assert "1 passed" in run.out
        assert f"({why})" in run.out
        assert run.left() == []


IMPORTING = """
import urllib.request

import boto3
import pipeline.functions.ingest
from pipeline.console import err


def test_that_needs_no_cloud():
    boto3.client("sqs", "sa-east-1")
    assert urllib.request.proxy_bypass("127.0.0.1")
    assert not err.is_terminal
"""


def test_what_a_person_set_for_other_programs_does_not_reach_unit_tests(tmp_path: Path) -> None:
    with ExitStack() as started:
        variables = configured_for_others(tmp_path, started).variables | {"NOTAS_CLOUD": "embedded", "FORCE_COLOR": "1"}
        with pytest_on(tmp_path / "project", "", "-n0", "tests/unit", unit=IMPORTING, **variables) as run:
            assert run.wait() == pytest.ExitCode.OK, run.out + run.err
            assert "1 passed" in run.out


@contextmanager
def left_behind() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        yield dead(Path(name))


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (left_behind, "no Docker engine answers on unix:///"),
        pytest.param(silent, "no Docker engine answers on tcp://", marks=pytest.mark.night("as one that hangs")),
        (hung, "no Docker engine answers on tcp://"),
        (forbidden, "this user may not use the Docker engine of tcp://"),
    ],
)
def test_a_container_that_cannot_be_had_is_told_in_one_line_within_seconds(
    engine: Callable[[], AbstractContextManager[str]], message: str
) -> None:
    with engine() as host, notas("demo", "--cloud", "localstack", DOCKER_HOST=host) as command:
        assert command.wait(30) == 3
        [error] = [line for line in command.err.splitlines() if not line.startswith("Samples: ")]
        assert error.startswith(f"error: {message}")
        assert "--cloud embedded" in error


def test_settings_that_testcontainers_cannot_read_cost_the_container_alone() -> None:
    with notas("demo", "--cloud", "localstack", TC_MAX_TRIES="junk") as command:
        assert command.wait(30) == 3
        [error] = [line for line in command.err.splitlines() if not line.startswith("Samples: ")]
        assert error.startswith("error: testcontainers cannot read its settings")


def test_a_command_whose_output_is_closed_does_its_work() -> None:
    with notas("version", under=["sh", "-c", 'exec "$@" >&-', "sh"]) as command:
        assert command.wait() == 0, command.err
