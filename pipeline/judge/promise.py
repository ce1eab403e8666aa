"""A promise: what an implementation keeps or breaks, in a property of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis.strategies import SearchStrategy, nothing

from .adapter import Adapter
from .learning import Learned
from .trial import Trial

Strategy = Callable[[Learned, Adapter], SearchStrategy[Any]]


def always(_learned: Learned, _adapter: Adapter) -> str:
    """Every implementation promises it."""
    return ""


def drawing_nothing(_learned: Learned, _adapter: Adapter) -> SearchStrategy[Any]:
    """What has no examples: it is judged by itself."""
    return nothing()


@dataclass(frozen=True, slots=True)
class Promise:
    """A numbered promise. Its first digit is its level.

    `name`, `means` (what is promised, and why) and `mended` (how a broken one is mended) are in English, and are said
    in the reader's language. `strategy` draws what `holds` is given, which raises BrokenError where the promise is
    broken. `why_not` says why an implementation does not promise it, "" where it does. It is judged only where the
    promises `after` are kept: without them it cannot be.
    """

    number: str
    name: str
    means: str
    mended: str
    holds: Callable[[Trial, Any], None] | None = None
    strategy: Strategy = drawing_nothing
    why_not: Callable[[Learned, Adapter], str] = always
    after: tuple[str, ...] = ()
    examples: int = 10

    @property
    def level(self) -> int:
        """Its level, 0 to 4."""
        return int(self.number.partition(".")[0])
