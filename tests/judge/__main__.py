"""Judges the implementations of `tests/judged`, and writes what became of each into the matrix and the docs.

python -m tests.judge              # all of them; a quarter of an hour
python -m tests.judge lenta node   # some; the others stay as they were
"""

import json
import sys
import time

from pipeline.judge.judging import cloud, judge
from pipeline.judge.reading import load

from . import matrix


def main() -> None:
    """Judge and write."""
    rows = matrix.expected() if matrix.EXPECTED.exists() else {}
    with cloud() as where:
        for name in sys.argv[1:] or matrix.IMPLEMENTATIONS:
            started = time.monotonic()
            verdict = judge(load(matrix.JUDGED / f"{name}.toml"), where)
            rows[name] = matrix.row(verdict)
            broken = " ".join(one.promise.number for one in verdict.broken)
            print(f"{name}: {broken or 'none'} broken, {time.monotonic() - started:.0f} s", flush=True)
            _write(rows)


def _write(rows: dict[str, matrix.Row]) -> None:
    known = {name: rows[name] for name in sorted(rows) if name in matrix.IMPLEMENTATIONS}
    matrix.EXPECTED.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    for page, text in matrix.pages(known).items():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
