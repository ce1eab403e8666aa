"""Memory where every invoice of a large file is in conflict with an item of nearly 400 KB.

The function reads such an item whole, one at a time, to say what differs, and writes a line about the invoice to the
rejects, which it keeps until they are a part of 8 MiB. An emulator takes 40 ms for each of these items. So the stand-in
has them: it answers with the same one for every id.
"""

import json
import subprocess
import sys
import tempfile
from contextlib import nullcontext

from .alone import FUNCTION, ROOT, environment, standing_in
from .contestants import as_document, invoice
from .memory import HOLDER_BYTES, Cost
from .slowed import slowed
from .watching import watched

INVOICES = 200_000
QUICK_INVOICES = 20_000

IN_A_ROW = 20
"""How many invoices have the same id, so that 200,000 read 10,000 items of 390 KB: all of them would take an hour.

Each chunk of records still has as many ids as it may have, 25, and holds twenty times the records besides.
"""

NAME = "conflicts.json"


def measure(invoices: int, in_a_row: int = IN_A_ROW) -> Cost:
    """What one such file costs."""
    what = f"conflicts with items of 390 KB, {in_a_row} in a row with the same one"
    return of_one_file(what, document(invoices, in_a_row), "conflicts", HOLDER_BYTES)


def document(invoices: int, in_a_row: int = IN_A_ROW) -> bytes:
    """Invoices of which so many in a row have the same id."""
    return as_document(invoice("NF", number) | {"id": f"NF-{number // in_a_row}"} for number in range(invoices))


def of_one_file(what: str, body: bytes, outcome: str, held: int | None = None, share: float = 1) -> Cost:
    """What a file costs with the stand-in, which holds items of `held` bytes. Every invoice has to have this outcome.

    The function has a `share` of a core.
    """
    name, command = f"notas-{NAME}", [sys.executable, "-P", str(FUNCTION), NAME]
    with (
        tempfile.TemporaryDirectory() as folder,
        standing_in(folder, {NAME: body}, *([str(held)] if held else [])) as standin,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment(ROOT, standin), "AWS_LAMBDA_FUNCTION_NAME": name},
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
        watched(name) as watch,
        slowed(name, share) if share < 1 else nullcontext(),
    ):
        output, _ = process.communicate()
    lines = [json.loads(line) for line in output.splitlines()]
    ended = [line for line in lines if line.get("message") == "upload finished"]
    invoices = ended[-1]["received"] if ended else 0
    if process.returncode or [line[outcome] for line in ended] != [100, invoices] or not invoices:
        raise RuntimeError(f"not all {outcome}: {ended}")
    taken = lines[-1]
    return Cost(
        what,
        invoices,
        len(body) / 1e6,
        watch.peak_mb,
        taken["seconds"] / invoices * 1e6,
        taken["cpu_seconds"] / invoices * 1e6,
    )
