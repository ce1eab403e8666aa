"""A Docker engine: whether one answers, which images it has, and what a run puts on it.

All that a run makes carries its label, and is removed by that label at its end. A run that was killed is swept up by
the next one: the label names a file that lives as long as the run holds a lock on it, whatever ends the run.
"""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from typing import Any

from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from testcontainers.core.docker_client import DockerClient

from ..errors import CloudError, EngineError
from ..interrupts import uninterrupted
from ..words import _

RUN_LABEL = "aws_stack.run"
"""The label of every container, network and volume of a run: `HOST:FILE`, whose lock the run holds."""

ANSWER_SECONDS = 5
"""How long the engine, or a registry, may take to say whether it is there."""

CONNECT_SECONDS = 8
"""How long connecting may take in all. An engine behind ssh has no time-out of its own."""

PULL_SECONDS = 900
"""How long a registry may be silent while an image is pulled."""

WORK_SECONDS = 120
"""How long the engine may take for anything else."""


def connect() -> DockerClient:
    """The engine of DOCKER_HOST, of the current context, or of this machine.

    Raises EngineError if none answers within CONNECT_SECONDS.
    """
    answer: Queue[DockerClient | Exception] = Queue()
    Thread(target=_ask, args=[answer], daemon=True).start()
    try:
        engine = answer.get(timeout=CONNECT_SECONDS)
    except Empty:
        engine = TimeoutError(_("nothing came back within {seconds} s", seconds=CONNECT_SECONDS))
    if isinstance(engine, Exception):
        raise _why_not(engine)
    return engine


def _ask(answer: "Queue[DockerClient | Exception]") -> None:
    try:
        engine = DockerClient(timeout=ANSWER_SECONDS)
        engine.client.ping()
        engine.client.api.timeout = WORK_SECONDS
        answer.put(engine)
    except Exception as error:  # docker raises what its configuration and its transport do, of many kinds.
        answer.put(error)


def _why_not(error: Exception) -> EngineError:
    where = os.environ.get("DOCKER_HOST") or _("this machine")
    if "Permission denied" in str(error) or "403 Client Error" in str(error):
        return EngineError(
            _("this user may not use the Docker engine"),
            _(
                "this user may not use the Docker engine of {where} ({error}). "
                "Join its group: sudo usermod -aG docker $USER, then log in again; or use {cloud_option} embedded",
                where=where,
                error=error,
            ),
        )
    return EngineError(
        _("no Docker engine answers"),
        _(
            "no Docker engine answers on {where} ({error}). Start one, or use {cloud_option} embedded, which needs "
            "none",
            where=where,
            error=error,
        ),
    )


@contextmanager
def _patience(engine: DockerClient, seconds: int) -> Iterator[None]:
    """Set how long the engine may be silent, for the `with` block."""
    engine.client.api.timeout = seconds
    try:
        yield
    finally:
        engine.client.api.timeout = WORK_SECONDS


def has_image(engine: DockerClient, image: str) -> bool:
    """Whether the engine has the image. Raises EngineError if it does not answer within ANSWER_SECONDS."""
    try:
        with _patience(engine, ANSWER_SECONDS):
            engine.client.images.get(image)
    except ImageNotFound:
        return False
    except (DockerException, OSError) as error:
        raise _why_not(error) from None
    return True


def can_pull(engine: DockerClient, image: str) -> bool:
    """Whether a registry has the image, as far as a few seconds can tell."""
    try:
        with _patience(engine, ANSWER_SECONDS):
            engine.client.images.get_registry_data(image)
    except (DockerException, OSError):
        return False
    return True


def pull(engine: DockerClient, image: str) -> None:
    """Pull an image. Raises CloudError."""
    try:
        with _patience(engine, PULL_SECONDS):
            engine.client.images.pull(image)
    except (DockerException, OSError) as error:
        raise CloudError(
            _("the image {image} cannot be pulled: {error}. Get one with: {get_image}", image=image, error=error)
        ) from None


@contextmanager
def owned(engine: DockerClient) -> Iterator[dict[str, str]]:
    """The labels for all that a run makes on the engine, which is gone after the `with` block.

    First it sweeps up what runs of this machine left that were killed.
    """
    sweep(engine)
    with tempfile.NamedTemporaryFile(prefix="aws-stack-run-", suffix=".lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        label = f"{socket.gethostname()}:{lock.name}"
        try:
            yield {RUN_LABEL: label}
        finally:
            uninterrupted(_remove, engine, label)


def sweep(engine: DockerClient) -> None:
    """Remove what runs of this machine left on the engine that were killed."""
    host = socket.gethostname()
    for label in set(run_labels(engine).values()):
        machine, _colon, file = label.partition(":")
        if machine == host and _is_over(file):
            _remove(engine, label)


def run_labels(engine: DockerClient) -> dict[str, str]:
    """The label of every container, network and volume on the engine, by id. "" if it belongs to no run."""
    found: list[Any] = [
        *engine.client.containers.list(all=True, sparse=True),
        *engine.client.networks.list(),
        *engine.client.volumes.list(),
    ]
    return {one.id: (one.attrs["Labels"] or {}).get(RUN_LABEL, "") for one in found}


def _is_over(file: str) -> bool:
    """Whether the run that held the file's lock has ended. If so, the file is removed too."""
    try:
        with open(file, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(file)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # It is held, or another user's.
    return True


def _remove(engine: DockerClient, label: str) -> None:
    """Remove everything with the label.

    Functions may have containers of their own, and more are made until their maker is gone: so until none is left.
    """
    filters: dict[str, str | list[str] | bool] = {"label": f"{RUN_LABEL}={label}"}
    while found := engine.client.containers.list(all=True, filters=filters, ignore_removed=True):
        for container in found:
            try:
                container.remove(force=True, v=True)
            except NotFound:
                pass
            except APIError as error:
                if error.status_code != 409:  # Somebody else removes it already.
                    raise
    others: list[Any] = [*engine.client.networks.list(filters=filters), *engine.client.volumes.list(filters=filters)]
    for other in others:
        try:
            other.remove()
        except NotFound:
            pass
