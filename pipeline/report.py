"""What became of a run's uploads: line by line as they end, as a table, or as one JSON object."""

import json
from collections.abc import Iterable

from rich import box
from rich.table import Table

from .console import err, out, progress
from .functions.rejects import Reject
from .run import Ended

COUNTS = ("received", "stored", "duplicates", "conflicts", "rejected")


def followed(what: str, ending: Iterable[Ended], total: int) -> list[Ended]:
    """Wait for all `total` uploads. A terminal shows a bar called `what`; elsewhere each upload gets a line."""
    ended = []
    with progress() as bar:
        for one in bar.track(ending, total, description=what):
            ended.append(one)
            if not err.is_terminal:
                err.print(f"Processed {one.file}: {one.entry['status']}", soft_wrap=True)
    return ended


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
            out.print(f"\n{one.file}: not a well-formed document; nothing from it was stored", style="bold")
            out.print(f"  {error['code']}: {error['message']}{where}", soft_wrap=True)
        if one.rejects:
            out.print(f"\n{one.file}: {len(one.rejects)} not stored (positions count from 0)", style="bold")
        for reject in one.rejects:
            out.print(f"  position {reject.position}{_named(reject)}", soft_wrap=True)
            for reason in reject.reasons:
                path = reason["path"] or "the invoice"
                out.print(f"    {reason['code']}: {printable(path)} {printable(reason['message'])}", soft_wrap=True)


def _named(reject: Reject) -> str:
    """The invoice's id in brackets, if it has a readable one."""
    try:
        invoice = json.loads(reject.original, parse_int=str)
    except (ValueError, RecursionError):
        return ""
    name = invoice.get("id") if isinstance(invoice, dict) else None
    return f" ({printable(name)})" if isinstance(name, str) else ""


def printable(text: str) -> str:
    """The text with control characters and lone surrogates escaped, which a terminal would obey or refuse."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
