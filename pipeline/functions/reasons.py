"""Why an invoice was refused."""

from dataclasses import dataclass, field
from typing import Any

from .messages import Values, quoted, sentence


@dataclass(frozen=True, slots=True)
class Reason:
    """One broken rule of one invoice.

    `code` is stable and meant for programs; `path` is a JSON Pointer (RFC 6901) into the invoice, `""` for the whole of
    it; `values` are what the message speaks of, such as `{"found": 300, "most": 255}`. See `messages` for `hint` among
    them.
    """

    code: str
    path: str = ""
    # Not hashed: a dict cannot be.
    values: Values = field(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        """The reason for people, in English. It continues a sentence that begins with the path."""
        return sentence(self.code, self.values)

    def as_dict(self) -> dict[str, Any]:
        """The reason as the rejects have it: `{"code": …, "path": …, "message": …, "values": {…}}`."""
        return {"code": self.code, "path": self.path, "message": self.message, "values": dict(self.values)}

    def inside(self, step: object) -> "Reason":
        """The same reason, seen from the object or array that holds the value as `step`."""
        return Reason(self.code, pointer(step) + self.path, self.values)


def broken(code: str, **values: str | int) -> Reason:
    """The reason for a broken rule, seen from the value that breaks it."""
    return Reason(code, values=values)


def pointer(*steps: object) -> str:
    """A JSON Pointer through `steps`: `pointer("itens", 0, "a/b")` is `/itens/0/a~1b`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


SHOWN_OF_A_LINE = 30
"""Characters of what follows a document that a message shows."""


def shortened(text: str, most: int = 40) -> str:
    """A text from a file, short enough for a message. A lone surrogate becomes an escape, as UTF-8 has none."""
    text = text[: most + 1].encode(errors="backslashreplace").decode()
    return text if len(text) <= most else f"{text[: most - 1]}…"


def rest_of_line(text: str) -> str:
    """What follows a document, to the end of its line, short enough for a message."""
    # Not all white space: what stands here may be some that JSON and XML do not know, and is to be seen.
    return shortened(text.partition("\n")[0].rstrip(" \t\r"), SHOWN_OF_A_LINE)


def shown_name(name: str) -> str:
    """A member's name for a message: as it is, where nobody can mistake it for something else, or else quoted."""
    return shortened(name) if name.isidentifier() else quoted(shortened(name))
