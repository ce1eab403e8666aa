"""What can go wrong with an upload. A DocumentError is final; what the others speak of may pass."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Values, sentence


@dataclass
class DocumentError(Exception):
    """The upload is not a well-formed document, or can never be read. Final: another attempt would fail again.

    `code` is for programs, and `values` are what the message speaks of; see `messages`. `line` and `column` count
    characters from 1; `offset` counts bytes from 0. None where they do not apply.
    """

    code: str
    values: Values = field(default_factory=dict)
    line: int | None = None
    column: int | None = None
    offset: int | None = None

    @property
    def message(self) -> str:
        """The error for people, in English."""
        return sentence(self.code, self.values)

    def __str__(self) -> str:
        where = f" (line {self.line}, column {self.column})" if self.line else ""
        return f"{self.code}: {self.message}{where}"

    def as_dict(self) -> dict[str, Any]:
        """The error as the ledger holds it: `{"code", "message", "values", "line", "column", "offset"}`."""
        return {
            "code": self.code,
            "message": self.message,
            "values": dict(self.values),
            "line": self.line,
            "column": self.column,
            "offset": self.offset,
        }


class UnreadableError(DocumentError):
    """The service says itself that the object can never be read: no other reading would tell more."""


class InfrastructureError(Exception):
    """A service failed, and the function's own retries did not help. Lambda retries the whole event."""


class OutOfTimeError(Exception):
    """The invocation's time is nearly over; the next one goes on. The message says what was waited for, if anything."""


class ThrottledError(OutOfTimeError):
    """A service asked for less at a time until the time was over. That is slow, but no fault."""


class UnfinishedGoneError(InfrastructureError):
    """The unfinished rejects that the ledger names are not there: another attempt has come further, or ended."""


class DamagedError(InfrastructureError):
    """Bytes of the document were damaged on their way. Read again, they will be as they were uploaded."""


class OvertakenError(InfrastructureError):
    """Another attempt has come further, has ended the upload, or has taken it up by a later event."""
