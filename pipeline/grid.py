"""A table for a terminal. Rich has better ones, but its own start takes longer than the check of a file. Pure."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells

_BETWEEN = "  "
_LEAST = 12


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int, width: int) -> Iterator[str]:
    """The lines of a table: the names of its columns, a rule, and the rows; an empty row is an empty line.

    The first column is folded where the table would be wider than `width`; the last `numbers` ones stand to the right.
    """
    full = [row for row in [head, *rows] if row]
    widths = [max(cell_len(row[column]) for row in full) for column in range(len(head))]
    others = sum(widths[1:]) + len(_BETWEEN) * (len(head) - 1)
    widths[0] = min(widths[0], max(width - 2 - others, _LEAST))
    yield from _lines(head, widths, numbers)
    yield " " + "─" * (widths[0] + others)
    for row in rows:
        yield from _lines(row, widths, numbers) if row else [""]


def _lines(row: Sequence[str], widths: list[int], numbers: int) -> Iterator[str]:
    """The lines that a row takes."""
    first, *more = chop_cells(row[0], widths[0]) or [""]
    filled = [
        _filled(cell, width, to_the_right=column >= len(row) - numbers)
        for column, (cell, width) in enumerate(zip([first, *row[1:]], widths, strict=True))
    ]
    for line in [_BETWEEN.join(filled), *more]:
        yield f" {line}".rstrip()


def _filled(cell: str, width: int, *, to_the_right: bool = False) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if to_the_right else cell + space
