"""What the judge draws: amounts, texts, keys, invoices that break a rule, and documents that are none."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from .adapter import Adapter
from .documents import Invoice
from .learning import TEXT, WHOLE, Learned

MOST_CENTS = 10**15 - 1
"""13 digits before the decimal point and 2 after it, as `vNF` of an NF-e has."""

# Anything but what no JSON text in UTF-8 can have.
_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])

NAMES = st.sampled_from(["João Silva", "Padaria São José & Filhos", "ACME 日本", "Zé 🧾"]) | st.text(
    _CHARACTERS, min_size=1, max_size=30
).filter(str.strip)

DATES = st.dates(date(2000, 1, 1), date(2030, 12, 31)).map(date.isoformat)

EXTRAS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)

_IN_KEYS = st.sampled_from(["nota fiscal", "a+b", "100%", "ação", "v1&2=3", "x (1)", "%20", "日本", "🧾", "a'b"])

# `/` makes folders, and S3 refuses no character; the first 200 bytes are enough to find what is not decoded.
KEYS = _IN_KEYS | st.text(st.sampled_from("abc +%&=?#()'é日/"), min_size=1, max_size=20).filter(
    lambda key: not key.startswith("/") and "//" not in key and not key.endswith("/")
)

MEMBER_OF = {"negative": "valor", "no number": "valor", "no id": "id", "blank id": "id", "no date": "data_emissao"}
"""The member that breaks a rule."""

MALFORMED = st.sampled_from([b"", b"{", b'[{"id": "NF-1", ', b"\xff\xfe", b"NF-1;100,00", b"[1, 2", b"<html></html>"])


def cents(learned: Learned, _adapter: Adapter) -> st.SearchStrategy[int]:
    """Amounts in cents; those of whole units only where nothing else is taken."""
    if learned.style == WHOLE:
        return st.integers(0, MOST_CENTS // 100).map(lambda units: units * 100)
    return st.sampled_from([287810, 10, 1, 29, 110, MOST_CENTS]) | st.integers(0, MOST_CENTS)


def has_iso_date(learned: Learned) -> bool:
    """Whether its invoices have dates as the contract has them."""
    try:
        date.fromisoformat(learned.base["data_emissao"])
    except (KeyError, TypeError, ValueError):
        return False
    return True


def rules(learned: Learned, adapter: Adapter) -> list[str]:
    """The rules that it declares, of members that its invoices have."""
    has_date = has_iso_date(learned)
    return [one for one in adapter.rules if (has_date if one == "no date" else MEMBER_OF[one] in learned.base)]


def broken(rule: str, learned: Learned) -> Invoice:
    """The members of an invoice that breaks a rule of the contract; a member that is missing is None."""
    match rule:
        case "negative":
            return {"valor": "-1.00" if learned.style == TEXT else -1}
        case "no number":
            return {"valor": "um real"}
        case "no id":
            return {"id": None}
        case "blank id":
            return {"id": " "}
        case _:
            return {"data_emissao": "2026-02-30"}
