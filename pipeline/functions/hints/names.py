"""Names of members as people and programs vary them: what they have in common, and how a reason lists them. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from ..messages import quoted
from ..reasons import shortened

MOST_LISTED = 5

# What neither Unicode's case folding nor its decomposition takes away.
_JOINTS = str.maketrans("", "", "-_ ")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")


def folded(name: str) -> str:
    """A name without case, accents, `-`, `_` and spaces: `dataemissao` of `Data-Emissão`."""
    return _plain(name).translate(_JOINTS)


def words(name: str) -> list[str]:
    """The words of a name, folded: `["valor", "total"]` of `valorTotal`, `valor_total` and `Valor total`."""
    return _WORD.findall(_plain(_CAPITAL.sub(" ", name)))


def listed(names: Iterable[str]) -> str:
    """Names for a message: `"a", "b"`; of many the first few, and `…`."""
    shown = [quoted(shortened(name)) for name in names]
    return ", ".join([*shown[:MOST_LISTED], "…"] if len(shown) > MOST_LISTED else shown)


def _plain(name: str) -> str:
    if name.isascii():
        return name.lower()
    # Compatibility decomposition splits accents off (Unicode, UAX #15); what is split off is of category Mn.
    apart = unicodedata.normalize("NFKD", name)
    return "".join(char for char in apart if unicodedata.category(char) != "Mn").casefold()
