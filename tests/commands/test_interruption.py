"""A command that is interrupted or killed, at any moment, leaves nothing running and nothing behind."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_stack.clouds.standing import endpoint
from aws_stack.waiting import NotYet, wait_until
from fixtures.command import Command, notas, python
from fixtures.invoices import document, invoice

MOMENTS = ["Cloud: ", "Building the deployment package", "Deploying the stack", "Processed"]


def nothing_left(command: Command) -> bool | NotYet:
    left = command.processes()
    return NotYet(f"processes {left}") if left else True


@pytest.mark.parametrize(
    "signal_", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.night("handled as Ctrl-C is"))]
)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.usefixtures("starts_cloud")
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, moment: str, signal_: signal.Signals) -> None:
    files = []
    for number in range(40):
        file = tmp_path / f"{number}.json"
        file.write_bytes(document(invoice(f"NF-{number}")))
        files.append(str(file))
    with notas("run", *files) as command:
        command.wait_for(moment)
        command.process.send_signal(signal_)
        assert command.wait() == 130
        assert "interrupted" in command.err
        assert "Traceback" not in command.err
        assert command.left() == []


@pytest.mark.usefixtures("starts_cloud")
def test_ctrl_c_is_how_up_ends(tmp_path: Path) -> None:
    with notas("up", "--port", "0") as command:
        command.wait_for("Ctrl-C ends it")
        command.interrupt()
        assert command.wait() == 0
        assert command.left() == []


@pytest.mark.usefixtures("starts_cloud")
def test_a_killed_command_takes_its_embedded_cloud_with_it() -> None:
    with notas("up", "--port", "0", "--cloud", "embedded") as command:
        command.wait_for("Ctrl-C ends it")
        assert len(command.processes()) >= 2
        command.process.kill()
        command.wait()
        wait_until("the cloud is gone", lambda: nothing_left(command), 10)
        wait_until("its files are gone", lambda: NotYet("files") if command.temporary_files() else True, 10)


@pytest.mark.night("a cloud and a stack for each way to end")
@pytest.mark.usefixtures("starts_cloud")
def test_a_killed_command_takes_a_cloud_with_it_whose_function_is_busy() -> None:
    with notas("up", "--port", "0", "--json", "--cloud", "embedded") as command:
        command.wait_for("environment")
        facts = json.loads(command.out)
        cloud = endpoint(facts["endpoint"])
        body = document(*(invoice(f"NF-{number}") for number in range(60_000)))
        cloud.client("s3").put_object(Bucket=facts["outputs"]["UploadsBucket"], Key="large.json", Body=body)
        table = facts["outputs"]["InvoicesTable"]

        def is_busy() -> bool | NotYet:
            return bool(cloud.client("dynamodb").scan(TableName=table, Limit=1)["Items"]) or NotYet("no invoice")

        wait_until("the function is in the midst of it", is_busy, 60)
        command.process.kill()
        command.wait()
        wait_until("the cloud is gone", lambda: nothing_left(command), 10)
        wait_until("its files are gone", lambda: NotYet("files") if command.temporary_files() else True, 10)


@pytest.mark.night("a cloud and a stack for each way to end")
@pytest.mark.usefixtures("starts_cloud")
def test_an_embedded_cloud_that_dies_under_a_command_is_said_so() -> None:
    with notas("up", "--port", "0", "--cloud", "embedded") as command:
        command.wait_for("Ctrl-C ends it")
        [kill] = command.clouds()
        kill()
        assert command.wait() == 3
        assert "ended by itself" in command.err


TAKING_ITS_TIME = """
import signal, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    print("started", flush=True)
    signal.pause()
except KeyboardInterrupt:
    time.sleep(1)
    print("cleaned up", flush=True)
"""

BESIDE_AN_ENGINE = f"""
import sys
from images.engine import run
sys.exit(run([sys.executable, "-c", {TAKING_ITS_TIME!r}]) + 7)
"""


@pytest.mark.parametrize(
    "interrupt",
    [
        pytest.param(Command.interrupt, id="Ctrl-C"),
        pytest.param(lambda command: command.process.terminate(), id="SIGTERM"),
    ],
)
def test_a_command_beside_an_engine_has_the_time_to_end(interrupt: Callable[[Command], None]) -> None:
    with python(BESIDE_AN_ENGINE) as command:
        command.wait_for("started")
        interrupt(command)
        assert command.wait() == 7
        assert "cleaned up" in command.out
        assert command.processes() == []
