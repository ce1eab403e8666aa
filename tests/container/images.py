"""Images for tests, made of the LocalStack image: the same with another program."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aws_stack.clouds.engine import connect, owned
from pipeline.clouds import BUILT_IMAGE


@contextmanager
def images_of() -> Iterator[Callable[[str], str]]:
    """Makes an image whose program is a Python script; they are gone after the `with` block."""
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

        try:
            yield make
        finally:
            for tag in tags:
                client.client.images.remove(tag, force=True)
