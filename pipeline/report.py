"""What became of a run's uploads: line by line as they end, as a table, or as one JSON object."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import typer
from rich import box
from rich.table import Table

from .comparison import LOST_MIDWAY
from .console import out
from .errors import CloudError
from .following import Advice, Ended, until_stalled
from .functions.rejects import Reject
from .watching import Watcher

COUNTS = ("received", "stored", "duplicates", "conflicts", "rejected")

# Errors of documents that could not be read to their end, whatever is in them.
_UNREAD = {*LOST_MIDWAY, "unknown_type"}


def followed(what: str, files: list[Path], begin: Callable[[Watcher], Iterator[Ended]]) -> list[Ended]:
    """Wait for the ends of all files, or until one stalls. The bar, or the lines, are called `what`."""
    with Watcher(what, len(files), sum(file.stat().st_size for file in files)) as watcher:
        return list(until_stalled(begin(watcher)))


def conclude(ended: list[Ended], files: list[Path], advice: Advice) -> None:
    """End the command as its uploads ended. Raises CloudError if one stalled, Exit if not all is well."""
    if ended and ended[-1].is_stalled:
        raise CloudError(_stalled(ended[-1], [str(file) for file in files[len(ended) :]], advice))
    if not all(one.is_clean for one in ended):
        raise typer.Exit(1)


def _stalled(one: Ended, waiting: list[str], advice: Advice) -> str:
    error = one.entry["error"] or {"message": "no reason given"}
    judged = one.entry["progress"] and int(one.entry["progress"]["judged"])
    stays = f"What was stored so far stays ({judged:,} invoices judged)" if judged else "What was stored so far stays"
    others = f". Not uploaded, because the order decides: {', '.join(waiting)}" if waiting else ""
    reason = error["message"].rstrip(".")
    return f"{one.file} has been stalled since {one.entry['stalled_at']}: {reason}. {stays}. {advice.remedy}{others}"


def as_json(cloud: str, ended: list[Ended]) -> str:
    """`{"cloud": …, "uploads": [{"file", "key", …}], "rejects": [{"file", "position", "reasons", "invoice"}]}`.

    `invoice` is the refused JSON exactly as it came; null where it was too long to keep.
    """
    uploads = [_upload(one) for one in ended]
    rejects = ", ".join(
        json.dumps({"file": one.file, "position": reject.position, "reasons": reject.reasons})[:-1]
        + f', "invoice": {reject.original}}}'
        for one in ended
        for reject in one.rejects
    )
    return f'{{"cloud": {json.dumps(cloud)}, "uploads": {json.dumps(uploads)}, "rejects": [{rejects}]}}'


def _upload(ended: Ended) -> dict[str, object]:
    entry = ended.entry
    error = entry["error"] and {
        name: value if value is None or isinstance(value, str) else int(value) for name, value in entry["error"].items()
    }
    return {
        "file": ended.file,
        "key": ended.key,
        "version_id": ended.version_id,
        "status": entry["status"],
        **{name: int(entry[name]) for name in COUNTS},
        "error": error,
    }


def show(ended: list[Ended]) -> None:
    """Print a table of outcomes, then what failed and every reject with its reasons."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("file", overflow="fold")
    table.add_column("status", no_wrap=True)
    for name in COUNTS:
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for one in ended:
        table.add_row(one.file, one.entry["status"], *(str(one.entry[name]) for name in COUNTS))
    if len(ended) > 1:
        table.add_section()
        table.add_row("all", "", *(str(sum(one.entry[name] for one in ended)) for name in COUNTS))
    out.print(table)
    for one in ended:
        if one.entry["error"]:
            error = one.entry["error"]
            where = f" (line {error['line']}, column {error['column']})" if error["line"] else ""
            out.print(f"\n{one.file}: {_headline(one)}", style="bold")
            out.print(f"  {error['code']}: {error['message']}{where}", soft_wrap=True)
        if one.rejects:
            out.print(f"\n{one.file}: {len(one.rejects)} not stored (positions count from 0)", style="bold")
        for reject in one.rejects:
            out.print(f"  position {reject.position}{_named(reject)}", soft_wrap=True)
            for reason in reject.reasons:
                path = reason["path"] or "the invoice"
                out.print(f"    {reason['code']}: {printable(path)} {printable(reason['message'])}", soft_wrap=True)


def _headline(one: Ended) -> str:
    if one.is_stalled:
        return f"stalled since {one.entry['stalled_at']}; what was stored so far stays"
    if one.entry["error"]["code"] in _UNREAD:
        return "it could not be read"
    return "not a well-formed document; nothing from it was stored"


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
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
