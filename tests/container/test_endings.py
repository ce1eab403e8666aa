"""A container cloud leaves nothing behind, however its command ends, and says what goes wrong. They need an engine."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

import pytest

from fixtures.command import notas
from pipeline.clouds import BUILT_IMAGE

from .engines import engine_but
from .images import images_of


def test_a_killed_command_is_swept_up_by_the_next() -> None:
    with notas("up", "--port", "0", "--cloud", "localstack") as command:
        command.wait_for("Ctrl-C ends it")
        assert len(command.on_the_engine()) == 2, "a container and a network"
        command.process.kill()
        command.wait()
        # Another worker's command may be the next as well.
        with notas("up", "--port", "0", "--cloud", "localstack") as following:
            following.wait_for("Starting a cloud: ")
            assert command.on_the_engine() == []
            following.process.send_signal(signal.SIGTERM)
            following.wait()
            assert following.on_the_engine() == []


def test_a_container_that_dies_under_a_command_is_said_so() -> None:
    with notas("up", "--port", "0", "--cloud", "localstack") as command:
        command.wait_for("Ctrl-C ends it")
        [kill] = command.clouds()
        kill()
        assert command.wait() == 3
        assert "ended by itself, with exit code 137" in command.err
        assert "Traceback" not in command.err
        assert command.on_the_engine() == []


def test_a_missing_image_ends_with_3_in_one_line() -> None:
    with notas("demo", "--cloud", "localstack", "--cloud-image", "notas/there-is-none:1") as command:
        assert command.wait() == 3
        assert "the image notas/there-is-none:1 is not here and cannot be pulled" in command.err
        assert "Traceback" not in command.err


@pytest.mark.parametrize("host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:9"])
def test_no_engine_ends_with_3_in_one_line(host: str) -> None:
    with notas("demo", "--cloud", "localstack", DOCKER_HOST=host) as command:
        assert command.wait() == 3
        assert f"no Docker engine answers on {host}" in command.err
        assert "Traceback" not in command.err


# A socket that nobody may use, and a user for whom that holds too, who may be unable to read the modules of this one.
NOT_PERMITTED = """
import os, socket, sys
from aws_stack.clouds.engine import connect
from aws_stack.errors import CloudError

def why_not():
    try:
        connect()
    except CloudError as error:
        return str(error)

file = os.environ["DOCKER_HOST"].removeprefix("unix://")
assert "No such file" in why_not()  # With all modules that it takes.
with socket.socket(socket.AF_UNIX) as engine:
    engine.bind(file)
    engine.listen()
    os.chmod(file, 0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    print(why_not())
"""


def test_an_engine_without_permission_is_said_so() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # nosec B103 # the other user gets as far as the socket
        environment = {**os.environ, "DOCKER_HOST": f"unix://{folder}/s"}
        result = subprocess.run(
            [sys.executable, "-c", NOT_PERMITTED], env=environment, capture_output=True, text=True, check=False
        )
    assert result.returncode == 0, result.stderr
    [line] = result.stdout.splitlines()
    assert f"this user may not use the Docker engine of unix://{folder}/s" in line
    assert "sudo usermod -aG docker $USER" in line


def test_a_full_disk_of_the_engine_ends_with_3_in_one_line() -> None:
    # As Docker 20.10 says it.
    full = (500, {"message": "write /var/lib/docker/link: no space left on device"})
    with (
        engine_but({"/containers/create": full}) as host,
        notas("demo", "--cloud", "localstack", DOCKER_HOST=host) as run,
    ):
        assert run.wait() == 3
        assert f"the Docker engine has no room left for {BUILT_IMAGE}" in run.err
        assert "docker system prune" in run.err
        assert "Traceback" not in run.err
        assert run.on_the_engine() == [], "its network is removed again"


def test_where_this_process_runs_in_a_container_it_finds_the_engines_host_itself() -> None:
    with notas("up", "--port", "0", "--cloud", "localstack", TESTCONTAINERS_HOST_OVERRIDE="") as command:
        command.wait_for("Ctrl-C ends it")


@pytest.fixture(scope="module")
def image_of() -> Iterator[Callable[[str], str]]:
    with images_of() as make:
        yield make


def test_an_image_that_wants_a_token_is_said_so(image_of: Callable[[str], str]) -> None:
    image = image_of("raise SystemExit('License activation failed! LOCALSTACK_AUTH_TOKEN is not set')")
    with notas("demo", "--cloud", "localstack", "--cloud-image", image) as command:
        assert command.wait() == 3
        assert "It asks for a licence: export LOCALSTACK_AUTH_TOKEN=" in command.err
        assert "Traceback" not in command.err
        assert command.on_the_engine() == []


def test_an_image_that_is_no_aws_emulator_is_said_so(image_of: Callable[[str], str]) -> None:
    image = image_of("from http.server import *; HTTPServer(('', 4566), BaseHTTPRequestHandler).serve_forever()")
    with notas("demo", "--cloud", "localstack", "--cloud-image", image) as command:
        assert command.wait() == 3
        assert "Is it an AWS emulator?" in command.err
        assert "Traceback" not in command.err
        assert command.on_the_engine() == []
