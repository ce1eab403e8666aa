"""What became of a run's uploads: as a table and a list of rejects, or as one JSON object."""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from .comparison import LOST_MIDWAY
from .ended import STATUS, Ended
from .functions.reasons import shortened
from .functions.rejects import Reject
from .grid import grid
from .streams import is_unread
from .words import _, marked, plural, told

_NAMES = {
    "received": marked("received"),
    "stored": marked("stored"),
    "duplicates": marked("duplicates"),
    "conflicts": marked("conflicts"),
    "rejected": marked("rejected"),
}

COUNTS = tuple(_NAMES)

WIDTH = 100
"""Characters in a line of the table where there is no terminal."""

# Characters of an invoice that is nested too deep to be shown.
_BEGINNING = 200

# Errors of documents that could not be read to their end, whatever is in them.
_UNREAD = {*LOST_MIDWAY, "unknown_type"}
# Errors of documents that a reader of JSON or XML has nothing against.
_WELL_FORMED = {"wrapped", "no_nfe"}


class Line(NamedTuple):
    """A line of text; a heading is bold on a terminal."""

    text: str
    is_heading: bool = False


def write_json(cloud: str | None, ended: Sequence[Ended]) -> None:
    """Print `{"cloud": …, "uploads": [{"file", "key", …}], "rejects": [{"file", "position", "reasons", "invoice"}]}`.

    `invoice` is the refused JSON exactly as it came; null where it was too long to keep. What is nested deeper than
    DynamoDB allows, many readers of JSON refuse, so of that it is the beginning, as a string.
    """
    _print(_json_pieces(cloud, ended))


def _json_pieces(cloud: str | None, ended: Sequence[Ended]) -> Iterator[str]:
    uploads = json.dumps([_upload(one) for one in ended])
    yield f'{{"cloud": {json.dumps(cloud)}, "uploads": {uploads}, "rejects": ['
    between = ""
    for one in ended:
        for reject in one.rejects:
            facts = {"file": one.file, "position": reject.position, "reasons": reject.reasons}
            # From the API, the whole numbers among the values are decimals.
            head = json.dumps(facts, default=int)[:-1]
            is_deep = reject.original != "null" and any(one["code"] == "nesting" for one in reject.reasons)
            shown = json.dumps(shortened(reject.original, _BEGINNING)) if is_deep else reject.original
            yield f'{between}{head}, "invoice": {shown}}}'
            between = ", "
    yield "]}\n"


def _upload(ended: Ended) -> dict[str, Any]:
    entry = ended.entry
    return {
        "file": ended.file,
        "key": ended.key,
        "version_id": ended.version_id,
        "status": entry["status"],
        **{name: int(entry[name]) for name in COUNTS},
        "error": _plain(entry["error"]),
    }


def _plain(value: Any) -> Any:
    """A value of an entry with its numbers, all of which are whole, as json writes them."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return int(value) if isinstance(value, Decimal) else value


def show(ended: Sequence[Ended]) -> None:
    """Print a table of outcomes, then what failed and every reject with its reasons."""
    has_terminal = sys.stdout.isatty()
    bold = has_terminal and os.environ.get("TERM", "dumb") != "dumb"
    width = shutil.get_terminal_size().columns if has_terminal else WIDTH
    _print(
        f"\x1b[1m{line.text}\x1b[0m\n" if bold and line.is_heading else f"{line.text}\n" for line in lines(ended, width)
    )


def _print(pieces: Iterable[str]) -> None:
    """Print text. Where nobody reads on, as after `| head`, the rest is left out."""
    for piece in pieces:
        sys.stdout.write(piece)
        if is_unread(sys.stdout):
            break
    sys.stdout.flush()


def lines(ended: Sequence[Ended], width: int) -> Iterator[Line]:
    """What `show` prints; only the table keeps to `width`."""
    yield from _table(ended, width)
    for one in ended:
        if error := one.entry["error"]:
            yield Line("")
            yield Line(f"{printable(one.file)}: {_headline(one)}", is_heading=True)
            yield Line(f"  {error['code']}: {told(error)}{_where(error)}")
        if refused := one.entry["conflicts"] + one.entry["rejected"]:
            yield Line("")
            heading = plural(
                int(refused),
                "{file}: {count} not stored (positions count from 0)",
                "{file}: {count} not stored (positions count from 0)",
                file=printable(one.file),
            )
            yield Line(heading, is_heading=True)
        for reject in one.rejects:
            yield Line(f"  {_('position {number}', number=reject.position)}{_named(reject)}")
            for reason in reject.reasons:
                path = reason["path"] or _("the invoice")
                yield Line(f"    {reason['code']}: {printable(path)} {printable(told(reason))}")


def _table(ended: Sequence[Ended], width: int) -> Iterator[Line]:
    rows = [
        [printable(one.file), _(STATUS[one.entry["status"]]), *(str(one.entry[name]) for name in COUNTS)]
        for one in ended
    ]
    if len(ended) > 1:
        rows += [[], [_("all"), "", *(str(sum(one.entry[name] for one in ended)) for name in COUNTS)]]
    yield Line("")
    head, *others = grid((_("file"), _("status"), *map(_, _NAMES.values())), rows, len(COUNTS), width)
    yield Line(head, is_heading=True)
    yield from map(Line, others)


def _headline(one: Ended) -> str:
    if one.is_stalled:
        return _("stalled since {time}; what was stored so far stays", time=one.entry["stalled_at"])
    if one.entry["error"]["code"] in _UNREAD:
        return _("it could not be read")
    if one.entry["error"]["code"] in _WELL_FORMED:
        return _("well-formed, but not a document of invoices; nothing from it was stored")
    return _("not a well-formed document; nothing from it was stored")


def _where(error: dict[str, Any]) -> str:
    """The place of an error in brackets, if it has a line."""
    if not error["line"]:
        return ""
    return f" ({_('line {line}, column {column}', line=error['line'], column=error['column'])})"


# In XML, which is in a JSON string here, and in xmltodict's JSON.
_NFE_KEY = re.compile(r'\bId(?:=\\"|": ?")NFe([0-9A-Z]{44})\b')


def _named(reject: Reject) -> str:
    """The invoice's id in brackets, if it has a readable one; of an NF-e, its key."""
    if key := _NFE_KEY.search(reject.original):
        return f" ({key[1]})"
    try:
        invoice = json.loads(reject.original, parse_int=str)
    except (ValueError, RecursionError):
        return ""
    name = invoice.get("id") if isinstance(invoice, dict) else None
    return f" ({printable(name)})" if isinstance(name, str) else ""


def printable(text: str) -> str:
    """The text with control characters and lone surrogates escaped, which a terminal would obey or refuse."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
