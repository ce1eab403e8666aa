"""An answer of HTTP."""

from dataclasses import dataclass

MESSAGE = "on purpose"
"""The message of every error that no service gave."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Its status, its headers and its body."""

    status: int
    headers: dict[str, str]
    body: bytes
