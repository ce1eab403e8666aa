"""Where xdist's workers ask for the run's cloud.

Whether a test needs the cloud is known to the worker that runs it, once it asks for the fixture. The cloud is the
controller's, and starts when the first worker asks. So a run whose tests need none costs nothing.
"""

import secrets
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from threading import Thread
from typing import Any

import pytest

Facts = dict[str, Any]
Address = tuple[str, int, str]
"""Host, port and secret, as xdist carries them to a worker."""


class Door:
    """The controller's side. It is open as long as the process lives."""

    def __init__(self, answer: Callable[[], Facts]) -> None:
        """Whoever asks gets what `answer` returns, or the message of the pytest.UsageError that it raises."""
        self._answer = answer
        self._secret = secrets.token_hex(16)
        self._listener = Listener(("127.0.0.1", 0), authkey=self._secret.encode())
        Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> Address:
        """What `ask` is given."""
        host, port = self._listener.address
        return str(host), int(port), self._secret

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except (AuthenticationError, OSError, EOFError):
                continue  # Somebody else knocked, or left at once.
            Thread(target=self._tell, args=[connection], daemon=True).start()

    def _tell(self, connection: "Connection[Any, Any]") -> None:
        with connection:
            try:
                connection.send(self._answer())
            except pytest.UsageError as error:
                connection.send(str(error))


def ask(address: Address) -> Facts:
    """The answer of the door at an address. Raises pytest.UsageError, as the controller did."""
    host, port, secret = address
    with Client((host, port), authkey=secret.encode()) as connection:
        answer: Facts | str = connection.recv()
    if isinstance(answer, str):
        raise pytest.UsageError(answer)
    return answer
