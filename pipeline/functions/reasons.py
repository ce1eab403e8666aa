"""Why an invoice or a document was refused."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One broken rule of one invoice.

    `code` is stable and meant for programs; `path` is a JSON Pointer (RFC 6901) into the invoice, `""` for the
    whole of it; `message` is meant for people.
    """

    code: str
    path: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The reason as the rejects have it: `{"code": …, "path": …, "message": …}`."""
        return asdict(self)

    def inside(self, step: object) -> "Reason":
        """The same reason, seen from the object or array that holds the value as `step`."""
        return Reason(self.code, pointer(step) + self.path, self.message)


def pointer(*steps: object) -> str:
    """A JSON Pointer through `steps`: `pointer("itens", 0, "a/b")` is `/itens/0/a~1b`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
