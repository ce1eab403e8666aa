"""Which cloud is taken where an engine answers, and what the container is given."""

from pathlib import Path

import pytest

from aws_stack.clouds.choice import Choice, CloudName
from aws_stack.clouds.engine import RUN_LABEL, connect
from aws_stack.errors import CloudError
from fixtures.command import notas, pytest_on
from pipeline.clouds import BUILT_IMAGE, choose

from .engines import engine_but
from .images import images_of

NOWHERE = "notas/there-is-none:1"

UNIT = """
def test_without_a_cloud():
    pass
"""


def test_auto_takes_an_image_that_is_here() -> None:
    why = "a Docker engine answers and has the image"
    assert choose(CloudName.AUTO, BUILT_IMAGE) == Choice(CloudName.LOCALSTACK, why, BUILT_IMAGE)


def test_auto_takes_an_image_that_can_be_pulled(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"Descriptor": {"mediaType": "", "digest": "sha256:0", "size": 0}, "Platforms": []}
    with engine_but({f"/distribution/{NOWHERE}/json": (200, known)}) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        why = "a Docker engine answers and can pull the image"
        assert choose(CloudName.AUTO, NOWHERE) == Choice(CloudName.LOCALSTACK, why, NOWHERE, must_be_pulled=True)


def test_auto_takes_the_embedded_cloud_where_the_image_cannot_be_had() -> None:
    why = f"a Docker engine answers, but the image {NOWHERE} is neither here nor can be pulled"
    assert choose(CloudName.AUTO, NOWHERE) == Choice(CloudName.EMBEDDED, why)


def test_auto_takes_the_embedded_cloud_where_no_engine_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert choose(CloudName.AUTO) == Choice(CloudName.EMBEDDED, "no Docker engine answers")


def test_localstack_is_never_replaced_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CloudError, match="cannot be pulled"):
        choose(CloudName.LOCALSTACK, NOWHERE)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(CloudError, match="no Docker engine answers"):
        choose(CloudName.LOCALSTACK)


def test_the_container_is_of_the_image_of_the_environment_and_has_the_token() -> None:
    with images_of() as make:
        image = make("from localstack.runtime.main import main; main()")
        token = image.rpartition(":")[2]
        with notas(
            "up", "--port", "0", NOTAS_CLOUD="localstack", NOTAS_CLOUD_IMAGE=image, LOCALSTACK_AUTH_TOKEN=token
        ) as command:
            command.wait_for("Ctrl-C ends it")
            assert f"Cloud: localstack, {image} (as you asked)" in command.out + command.err
            [container] = [
                one
                for one in connect().client.containers.list()
                if str(command.folder) in (one.labels.get(RUN_LABEL) or "")
            ]
            assert f"LOCALSTACK_AUTH_TOKEN={token}" in container.attrs["Config"]["Env"]
            # Stacks of others use services that this pipeline does not.
            assert "STRICT_SERVICE_LOADING=0" in container.attrs["Config"]["Env"]
            assert container.attrs["Config"]["Image"] == image


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_the_header_says_which_cloud_and_why(tmp_path: Path, workers: str) -> None:
    with pytest_on(tmp_path, "", workers, "--cloud-image", BUILT_IMAGE, unit=UNIT, NOTAS_CLOUD="auto") as run:
        assert run.wait() == pytest.ExitCode.OK
        why = "a Docker engine answers and has the image"
        assert run.out.count(f"cloud: localstack, {BUILT_IMAGE} ({why}), started if a test needs it") == 1
