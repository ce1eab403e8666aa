"""A container cloud leaves nothing behind, however its command ends, and says what goes wrong. They need an engine."""

import signal
import uuid
from collections.abc import Callable, Iterator

import pytest

from fixtures.command import notas
from pipeline.clouds.engine import connect, owned
from pipeline.clouds.localstack import BUILT_IMAGE


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


@pytest.fixture(scope="module")
def image_of() -> Iterator[Callable[[str], str]]:
    """Makes an image whose program is a Python script."""
    client = connect()
    tags: list[str] = []
    with owned(client) as labels:

        def make(script: str) -> str:
            command = ["python3", "-c", script]
            container = client.client.containers.create(BUILT_IMAGE, command, labels=labels)
            tag = uuid.uuid4().hex
            container.commit("notas/test", tag)
            tags.append(f"notas/test:{tag}")
            return tags[-1]

        yield make
    for tag in tags:
        client.client.images.remove(tag, force=True)


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
