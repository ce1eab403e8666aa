"""A member that is required and not there: under what name it may be there instead. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from ..reasons import Reason, broken, shortened
from .names import folded, listed, words

# What the pipeline adds is never meant: `_cliente` is no `cliente`.
OURS = {"_ingest", "_cliente"}

# Shorter ones are in many names by chance.
_LEAST = 5


def missing(names: Collection[str], members: Mapping[str, Any], known: Collection[str]) -> list[Reason]:
    """A reason for each of the missing `names`, seen from the object that lacks them.

    A member that is not `known` is named where it differs by case, accents, `-`, `_` and spaces only; or else, where it
    is the only one of its kind or the only one that begins so, if it has all the words of the missing name or nothing
    but some of them: `id_nota` and `valorTotal` for `id` and `valor`, `data` for `data_emissao`. Otherwise the members
    that are not known are listed.
    """
    wanted = {folded(name) for name in names}
    others = {
        other: folded(other)
        for other in members
        # What begins with `_` is seldom data, but MongoDB's `_id` is.
        if other not in known and other not in OURS and (other[:1] != "_" or folded(other) in wanted)
    }
    return [_missing(name, others).inside(name) if others else broken("missing").inside(name) for name in names]


def _missing(name: str, others: Mapping[str, str]) -> Reason:
    plain, own = folded(name), set(words(name))
    for other, other_plain in others.items():
        if other_plain == plain:
            return broken("missing", hint="near", found=shortened(other), wanted=name)
    alike = [
        other
        for other, other_plain in others.items()
        if (its := set(words(other))) and (own <= its or its <= own or (len(plain) >= _LEAST and plain in other_plain))
    ]
    first = [other for other in alike if words(other)[: len(own)] == words(name)]
    alike = first if len(first) == 1 else alike
    if len(alike) == 1:
        return broken("missing", hint="like", found=shortened(alike[0]), wanted=name)
    return broken("missing", hint="others", names=listed(alike or others))
