"""The function as fault tests deploy it, as a process of its own: how it dies, and what it is set to."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from aws_stack.clouds.cloud import LOCAL_SECRET
from aws_stack.proxy import Exhaust, Fault, How, Kill, KillIn, Moment, Proxy, unstruck
from fixtures.faults import ROOT, SMALL, SMALL_PARTS, environment

from .cloudlet import cloudlet

# One call, and then some work that takes a megabyte now and then.
CALLING = """
import time, boto3
from fixtures import mortal
client = boto3.client("dynamodb")
client.get_item(TableName="notas", Key={"id": {"S": "NF-1"}})
for number in range(60):
    time.sleep(0.01)
    bytearray(1_000_000)
print("it lives")
"""

LOOKING = """
from fixtures import mortal
from pipeline.functions import ingest, process, outcome
from pipeline.functions.aws import clients
print(process.SMALL, outcome.MAX_CHUNK_INVOICES, clients.s3().meta.config.read_timeout,
      clients.dynamodb().meta.config.read_timeout)
"""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with cloudlet() as upstream, Proxy(upstream.url) as between:
        yield between


def run(script: str, proxy: Proxy, settings: dict[str, object]) -> subprocess.CompletedProcess[str]:
    """Python code in a process that has what Lambda would give it."""
    given = {
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_DEFAULT_REGION": "sa-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "PATH": "",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**given, **environment(proxy, settings)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("how", [Kill(Moment.AFTER), KillIn(0.1), Exhaust(), None], ids=str)
def test_it_dies_as_its_fault_says_and_only_then(proxy: Proxy, how: How | None) -> None:
    handles = [] if how is None else [proxy.arm(Fault("GetItem", how))]
    ended = run(CALLING, proxy, {})
    if how is None:
        assert (ended.returncode, ended.stdout) == (0, "it lives\n")
    elif isinstance(how, Exhaust):
        # Whoever asks for memory meanwhile has none.
        assert "MemoryError" in ended.stderr or ended.returncode == -signal.SIGKILL
    else:
        assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")
    assert unstruck(handles) == []


def test_its_settings_reach_the_functions_modules_and_clients(proxy: Proxy) -> None:
    ended = run(LOOKING, proxy, SMALL | SMALL_PARTS)
    assert ended.stdout == "2000 3 1 1\n", ended.stderr


def test_a_setting_of_what_is_not_there_is_an_error(proxy: Proxy) -> None:
    ended = run(LOOKING, proxy, {"process.TINY": 1})
    assert "AttributeError" in ended.stderr
