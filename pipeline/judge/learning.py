"""What an implementation takes: learned by uploading its sample, and the same invoice in other forms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from aws_stack.errors import UsageError
from pipeline.words import _

from .adapter import MEMBERS, Adapter
from .bench import Bench, Row
from .documents import SAMPLE, Invoice, document, read
from .function import Answer

CENTS, WHOLE, TEXT = "cents", "whole", "text"
"""How an amount stands in a document: `2878.1`, `2878`, `"2878.10"`."""

_VALUES = {CENTS: Decimal("2878.1"), WHOLE: 2878, TEXT: "2878.10"}


@dataclass(frozen=True, slots=True)
class Learned:
    """What an implementation was seen to take.

    `form` is that of the documents that the judge uploads from then on, `style` how amounts stand in them, `base` an
    invoice that was stored. `calls` are those that 30 invoices took, or one where a document holds one.
    """

    form: str
    style: str
    base: Invoice
    calls: tuple[str, ...] = ()

    @property
    def takes_many(self) -> bool:
        """Whether a document may hold several invoices."""
        return self.form != "object"


@dataclass(frozen=True, slots=True)
class Sampled:
    """What became of a sample: as many rows as it has invoices, or not. The answer is the function's."""

    key: str
    body: bytes
    invoices: tuple[Invoice, ...]
    rows: int
    answer: Answer


def sample(bench: Bench) -> tuple[Sampled, Learned | None]:
    """Upload the sample, and learn. Without a sample of its own, an implementation may take the judge's in any form."""
    adapter = bench.adapter
    first: Sampled | None = None
    for form, style, body in _candidates(adapter):
        bench.begin()
        key = f"{adapter.prefix}judge/sample-{bench.begun}{suffix(form, adapter)}"
        answer = bench.upload(body, key)
        invoices = tuple(read(body, adapter))
        rows = bench.rows()
        seen = Sampled(key, body, invoices, len(rows), answer)
        if seen.rows:
            if "id" not in invoices[0]:
                raise UsageError(
                    _(
                        "the invoices of {file} have no {member}; the adapter says by members what they call it",
                        file=adapter.sample,
                        member=adapter.members["id"],
                    )
                )
            _check_names(rows, invoices, adapter)
            return seen, _more(bench, form, style, invoices[0])
        first = first or seen
    assert first is not None  # nosec B101 # there is at least one candidate
    return first, None


def _check_names(rows: Sequence[Row], invoices: Sequence[Invoice], adapter: Adapter) -> None:
    """Raise UsageError where the table has members under other names than the adapter says.

    Without their names, promises would be taken for broken whose members are there.
    """
    row, invoice = next(
        ((row, one) for row in rows for one in invoices if one["id"] in row.values()), (rows[0], invoices[0])
    )
    others = {name: value for name, value in row.items() if name not in adapter.row.values()}
    found = {
        ours: name
        for ours in MEMBERS
        if ours in invoice and adapter.row[ours] not in row
        for name, value in others.items()
        if value == invoice[ours]
    }
    if found:
        said = {ours: theirs for ours, theirs in adapter.row.items() if theirs != adapter.members[ours]} | found
        line = "row = { " + ", ".join(f'{ours} = "{theirs}"' for ours, theirs in said.items()) + " }"
        raise UsageError(
            _(
                "the table {table} has other names for members; write into the adapter: {line}",
                table=adapter.table,
                line=line,
            )
        )


def suffix(form: str, adapter: Adapter) -> str:
    """What the key of a document ends in: lines have a name of their own where the implementation reads it."""
    of_lines = [one for one in adapter.suffixes if one in {".jsonl", ".ndjson"}]
    return of_lines[0] if form == "lines" and of_lines else adapter.suffixes[0]


def _candidates(adapter: Adapter) -> Iterator[tuple[str, str, bytes]]:
    if adapter.sample is not None:
        body = _own_sample(adapter.sample, adapter)
        start = body.lstrip()[:1]
        form = (
            "array" if start == b"[" else "lines" if len(body.strip().splitlines()) > 1 and b"\n{" in body else "object"
        )
        yield form, _style(read(body, adapter)[0].get("valor")), body
        return
    id_ = 8 if adapter.has_numbers_as_ids else SAMPLE["id"]
    for style, value in _VALUES.items():
        for form in forms_of(adapter):
            yield form, style, document([{**SAMPLE, "id": id_, "valor": value}], form, adapter)


def _own_sample(file: Path, adapter: Adapter) -> bytes:
    try:
        body = file.read_bytes()
        invoices = read(body, adapter)
        if not invoices:
            why = _("it has no invoices")
        elif [type(value) for value in invoices[0].values()] == [list]:
            [name] = invoices[0]
            why = _(
                "it holds them in its member {name}, and the judge writes no such documents; leave sample out, and it "
                "tries an array, one invoice, and lines",
                name=name,
            )
        else:
            return body
    except (OSError, ValueError) as error:
        why = str(error)
    raise UsageError(_("the sample {file} is no document of invoices: {why}", file=file, why=why))


def forms_of(adapter: Adapter) -> tuple[str, ...]:
    """The forms to try: those that are declared, or all that its names may have."""
    if adapter.forms:
        return adapter.forms
    has_lines = any(one in {".jsonl", ".ndjson"} for one in adapter.suffixes)
    return ("array", "lines", "object") if has_lines else ("array", "object")


def _more(bench: Bench, form: str, style: str, base: Invoice) -> Learned:
    """The other forms, by one document each; and the calls that it makes."""
    adapter = bench.adapter
    taken = [form]
    for other in forms_of(adapter):
        if other == form:
            continue
        bench.begin()
        bench.upload(
            document([base], other, adapter), f"{adapter.prefix}judge/form-{bench.begun}{suffix(other, adapter)}"
        )
        if bench.rows():
            taken.append(other)
    best = next(one for one in ("array", "lines", "object") if one in taken)
    if style == CENTS and adapter.sample is None and not adapter.cents:
        style = WHOLE
    bench.begin()
    count = 1 if best == "object" else 30
    many = [{**base, "id": n + 1 if isinstance(base["id"], int) else f"NF-{n}"} for n in range(count)]
    bench.upload(document(many, best, adapter), f"{adapter.prefix}judge/many-{bench.begun}{suffix(best, adapter)}")
    return Learned(best, style, base, bench.answers[0].calls)


def _style(value: object) -> str:
    if isinstance(value, str):
        return TEXT
    return WHOLE if isinstance(value, int) else CENTS
