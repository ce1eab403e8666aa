"""A broken pipeline, as the few characters that break it."""

from dataclasses import dataclass
from pathlib import Path

TEMPLATE = "template.yaml"

PAGE = ("functions/rest/page.py", "functions/rest/browser/")


@dataclass(frozen=True, slots=True)
class Edit:
    """In `file`, relative to `pipeline/`, `new` replaces `old`, which must be there exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault, of a kind that people make. `why` is what a person would have been thinking.

    It breaks the contract on some input, in some order of events, or under some fault of the services. The function can
    still be imported and deployed. `more` are further edits, where one is not enough.
    """

    name: str
    why: str
    file: str
    old: str
    new: str
    more: tuple[Edit, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits, in the order in which they are made."""
        return (Edit(self.file, self.old, self.new), *self.more)

    @property
    def is_of_the_template(self) -> bool:
        """Whether the deployment itself may fail."""
        return any(edit.file == TEMPLATE for edit in self.edits)

    @property
    def is_of_the_page(self) -> bool:
        """Whether only a browser can show it."""
        return all(edit.file.startswith(PAGE) for edit in self.edits)


class CatalogueError(Exception):
    """A mutant cannot be made, because the pipeline no longer has the text that it edits."""


def apply(mutant: Mutant, pipeline: Path) -> None:
    """Break the pipeline whose sources are in the folder `pipeline`. Raises CatalogueError."""
    for edit in mutant.edits:
        path = pipeline / edit.file
        text = path.read_text()
        found = text.count(edit.old)
        if found != 1:
            raise CatalogueError(f"{mutant.name}: the text it edits is in {edit.file} {found} times, not once")
        path.write_text(text.replace(edit.old, edit.new))
