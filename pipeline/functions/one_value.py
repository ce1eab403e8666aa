"""A document that is one value: an invoice, or NF-e, or else nothing but the place where the invoices are. Pure."""

import re
from typing import Any, NamedTuple

from . import nfe_json
from .outline import Outline
from .reasons import Reason
from .skim import Skimmer
from .values import EXACT, one
from .window import Window
from .wrapped import REQUIRED, Found, found_in

_ENCODED = re.compile(r'"\s*(?:\[|\{)')


class OneValue(NamedTuple):
    """The object that a document is: its text, None where it is too long to keep, its value, and the NF-e in it.

    Where `fault` says why it could not be parsed, ignore the value.
    """

    text: str | None
    value: Any
    fault: Reason | None
    nfe: nfe_json.Found


def read(window: Window) -> OneValue:
    """The object at the window's place.

    Raises DocumentError if it only holds the invoices, if it is another document of the tax office, and for any other
    value.
    """
    if window.peek() != "{":
        # A string that holds JSON: a program wrote JSON into JSON.
        scalar = window.error("scalar", **({"hint": "encoded"} if _ENCODED.match(window.peek(8)) else {}))
        one(window, EXACT)
        raise scalar
    wrapped, no_nfe = window.error("wrapped"), window.error("no_nfe")
    read, found = _object(window)
    if found:
        wrapped.values = found.values()
        raise wrapped
    if not read.nfe.elements and (other := nfe_json.other_document(read.value)):
        no_nfe.values = other
        raise no_nfe
    return read


def _object(window: Window) -> tuple[OneValue, Found | None]:
    """An object, and where the invoices are that it may hold. A long one is looked into while it is passed over."""
    looked: list[Found | None] = []

    def skim_and_look(window: Window, limit: int, fault: Reason) -> tuple[str | None, None, Reason]:
        window.start_keeping(limit)
        looked.append(found_in(Outline(Skimmer(window))))
        return window.stop_keeping(), None, fault

    # Whether values are wanted or not: the two decoders agree on what is a value, but not on all that is in one.
    text, value, fault = one(window, EXACT, skim_and_look)
    read = OneValue(text, value, fault, nfe_json.found_in(value))
    # Most are invoices. Those with all that is required are never taken for anything else: see `wrapped`.
    if not looked and text is not None and not _has_all(value) and not read.nfe.elements:
        looked.append(found_in(Outline(Skimmer(Window([text.encode()])))))
    return read, looked[0] if looked else None


def _has_all(value: dict[str, Any]) -> bool:
    return value.keys() >= REQUIRED and not isinstance(value["id"], dict | list)
