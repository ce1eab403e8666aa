"""`notas audit` finds every kind of damage, and names what is damaged."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aws_stack.clouds import Cloud
from fixtures.invoices import counts
from fixtures.stacks import Stack, deployed
from pipeline.findings import Kind

from .audited import Sample, audited


@pytest.fixture(scope="module")
def own(cloud: Cloud) -> Iterator[Stack]:
    """A stack that may be damaged. Tests stay apart by their names."""
    with deployed(cloud, Stack) as stack:
        yield stack


def number(value: int) -> dict[str, Any]:
    return {"N": str(value)}


def text(value: str) -> dict[str, Any]:
    return {"S": value}


NULL = {"NULL": True}


def half_way(position: int, stored: int) -> dict[str, Any]:
    """The progress of an upload that is not at its end."""
    held = {"stored": stored, "received": position, "duplicates": 0, "conflicts": 0, "rejected": position - stored}
    return {
        "M": {
            "at": text("2026-11-26T02:00:00.000Z"),
            "reading": number(2),
            "position": number(position),
            "bytes": number(700),
            "counts": {"M": {name: number(count) for name, count in held.items()}},
        }
    }


def lose_half_way(sample: Sample) -> None:
    sample.set_entry(status=text("processing"), rejects=NULL, progress=half_way(9, 8))
    sample.remove(3)


GAVE_UP = {
    "M": {
        "code": text("gave_up"),
        "message": text("AccessDenied"),
        "values": {"M": {"hint": text("silent"), "attempts": {"N": "3"}}},
        "line": NULL,
        "column": NULL,
        "offset": NULL,
    }
}

Damage = tuple[Callable[[Sample], None], dict[Kind, str]]

DAMAGES: dict[str, Damage] = {
    "an invoice is removed": (
        lambda sample: sample.remove(3),
        {Kind.STORED: "has 7 invoices in the table, but the ledger counts 8 as stored"},
    ),
    "an invoice is changed": (
        lambda sample: sample.set_invoice(3, valor=number(1)),
        {Kind.CONTENT: "has 1 invoice in the table whose content is not what was stored: 'NAME-3'"},
    ),
    "an invoice gets a member": (
        lambda sample: sample.set_invoice(3, extra=text("new")),
        {Kind.CONTENT: "'NAME-3'"},
    ),
    "the hash of an invoice is changed": (
        lambda sample: sample.set_invoice(3, _ingest__sha256=text("0" * 64)),
        {Kind.CONTENT: "'NAME-3'"},
    ),
    "the customer of an invoice is changed": (
        lambda sample: sample.set_invoice(3, cliente=text("Bia")),
        {Kind.CONTENT: "'NAME-3'", Kind.CUSTOMER: "'NAME-3'"},
    ),
    "an invoice is under another customer in the index": (
        lambda sample: sample.set_invoice(3, _cliente=text("João Silva")),
        {Kind.CUSTOMER: "has 1 invoice in the table which a search for the customer does not find: 'NAME-3'"},
    ),
    "an invoice is there twice": (
        lambda sample: sample.copy(3, f"{sample.name}-copy"),
        {
            Kind.STORED: "has 9 invoices in the table, but the ledger counts 8",
            Kind.CONTENT: "'NAME-copy'",
            Kind.POSITIONS: "'NAME-",
        },
    ),
    "an invoice has the position of another": (
        lambda sample: sample.set_invoice(3, _ingest__position=number(4)),
        {Kind.POSITIONS: "has 1 invoice in the table at a position that it does not have, or where there is"},
    ),
    "an invoice has a position beyond the end": (
        lambda sample: sample.set_invoice(3, _ingest__position=number(12)),
        {Kind.POSITIONS: "'NAME-3'"},
    ),
    "an invoice names an upload that never was": (
        lambda sample: sample.set_invoice(3, _ingest__version_id=text("never")),
        {
            Kind.STORED: "has 7 invoices in the table",
            Kind.UNKNOWN_UPLOAD: "has no entry in the ledger, but 1 invoice in the table: 'NAME-3'",
        },
    ),
    "an invoice does not say where it is from": (
        lambda sample: sample.set_invoice(3, _ingest=text("somewhere")),
        {Kind.STORED: "has 7 invoices in the table", Kind.UNKNOWN_UPLOAD: "without a readable _ingest: 'NAME-3'"},
    ),
    "a count of the ledger is too high": (
        lambda sample: sample.set_entry(stored=number(9)),
        {
            Kind.COUNTS: "12 received, but 9 stored + 1 duplicates + 1 conflicts + 2 rejected = 13",
            Kind.STORED: "has 8 invoices in the table, but the ledger counts 9 as stored",
        },
    ),
    "two counts of the ledger are too high": (
        lambda sample: sample.set_entry(received=number(13), stored=number(9)),
        {Kind.STORED: "has 8 invoices in the table, but the ledger counts 9 as stored"},
    ),
    "an invoice is not counted": (
        lambda sample: sample.set_entry(received=number(13)),
        {Kind.COUNTS: "13 received, but 8 stored + 1 duplicates + 1 conflicts + 2 rejected = 12"},
    ),
    "a rejected one is counted as duplicate": (
        lambda sample: sample.set_entry(duplicates=number(2), rejected=number(1)),
        {Kind.REJECTS: "they have 3 lines, but the ledger counts 2 conflicts and rejected"},
    ),
    "a count is missing": (
        lambda sample: sample.forget_entry("stored"),
        {Kind.ENTRY: "has an entry in the ledger that has no 'stored'"},
    ),
    "a status is none": (
        lambda sample: sample.set_entry(status=text("done")),
        {Kind.ENTRY: "has an entry in the ledger that has the status 'done'"},
    ),
    "an entry is removed": (
        lambda sample: sample.forget_entry(),
        {
            Kind.UNHEARD: "has no entry in the ledger; it was uploaded at 20",
            Kind.UNKNOWN_UPLOAD: "has no entry in the ledger, but 8 invoices in the table: 'NAME-",
            Kind.UNCLAIMED_REJECTS: "is in no entry of the ledger",
        },
    ),
    "an entry is left processing": (
        lambda sample: sample.set_entry(status=text("processing"), rejects=NULL),
        {Kind.PROCESSING: "is still processing, since 20"},
    ),
    "an upload is half done": (
        lambda sample: sample.set_entry(status=text("processing"), rejects=NULL, progress=half_way(9, 8)),
        {Kind.PROCESSING: "with 9 invoices judged by 2026-11-26T02:00:00.000Z, in 700 of "},
    ),
    "an upload is half done and an invoice is removed": (
        lose_half_way,
        {
            Kind.PROCESSING: "with 9 invoices judged",
            Kind.STORED: "has 7 invoices in the table, but the ledger counts 8",
        },
    ),
    "an upload is stalled": (
        lambda sample: sample.set_entry(
            status=text("stalled"), rejects=NULL, error=GAVE_UP, stalled_at=text("2026-11-26T02:03:00.000Z")
        ),
        {Kind.STALLED: "has been stalled since 2026-11-26T02:03:00.000Z: AccessDenied. Remove the cause, then run"},
    ),
    "an upload is failed, but its invoices are there": (
        lambda sample: sample.set_entry(
            status=text("failed"), rejects=NULL, **{name: number(0) for name in counts(sample.entry)}
        ),
        {
            Kind.STORED: "has 8 invoices in the table, but the ledger counts 0 as stored",
            Kind.UNCLAIMED_REJECTS: "is in no entry of the ledger",
        },
    ),
    "the rejects are removed": (
        lambda sample: sample.remove_rejects(),
        {Kind.REJECTS: "has no rejects any more where the ledger says they are, at s3://"},
    ),
    "a line of the rejects is dropped": (
        lambda sample: sample.edit_rejects(lambda lines: lines[:-1]),
        {Kind.REJECTS: "they have 2 lines, but the ledger counts 3 conflicts and rejected"},
    ),
    "a line of the rejects is there twice": (
        lambda sample: sample.edit_rejects(lambda lines: [lines[0], *lines]),
        {Kind.REJECTS: "line 2 has position 9, which does not come after 9"},
    ),
    "a line of the rejects is cut": (
        lambda sample: sample.edit_rejects(lambda lines: [lines[0], lines[1][:-9] + b"\n", lines[2]]),
        {Kind.REJECTS: "line 2 cannot be read"},
    ),
    "the end of the rejects is cut": (
        lambda sample: sample.edit_rejects(lambda lines: [*lines[:2], lines[2][:-1]]),
        {Kind.REJECTS: "line 3 cannot be read"},
    ),
    "a line of the rejects is beyond the end": (
        lambda sample: sample.edit_rejects(lambda lines: [*lines[:2], lines[2].replace(b": 11,", b": 12,", 1)]),
        {Kind.REJECTS: "line 3 has position 12, but only 12 invoices were received"},
    ),
    "the ledger does not say where the rejects are": (
        lambda sample: sample.set_entry(rejects=NULL),
        {
            Kind.REJECTS: "points to no rejects, but the ledger counts 3 conflicts and rejected",
            Kind.UNCLAIMED_REJECTS: "is in no entry of the ledger",
        },
    ),
    "the rejects are in another bucket": (
        lambda sample: sample.set_entry(rejects=text("s3://elsewhere/rejects.jsonl")),
        {
            Kind.REJECTS: "has rejects in another bucket, at s3://elsewhere/rejects.jsonl",
            Kind.UNCLAIMED_REJECTS: "is in no entry of the ledger",
        },
    ),
    "there are rejects that nobody wrote": (
        lambda sample: (
            sample.stack.s3.put_object(
                Bucket=sample.stack.outputs["RejectsBucket"], Key=f"{sample.name}-orphan.jsonl", Body=b""
            )
            and None
        ),
        {Kind.UNCLAIMED_REJECTS: "is in no entry of the ledger"},
    ),
}


@pytest.mark.parametrize(("damage", "expected"), DAMAGES.values(), ids=DAMAGES)
def test_a_damage_is_found_and_named(
    own: Stack, unique: str, damage: Callable[[Sample], None], expected: dict[Kind, str]
) -> None:
    name = unique[-8:]  # Found in every key, also of rejects.
    sample = Sample.made(own, name)
    damage(sample)
    found = [finding for finding in audited(own).findings if name in finding.about + finding.message]
    assert sorted(finding.kind for finding in found) == sorted(expected)
    for finding in found:
        assert expected[finding.kind].replace("NAME", name) in finding.message
        if finding.key is not None:
            assert finding.key == sample.sent.key
            assert finding.version_id == sample.sent.version_id or finding.kind is Kind.UNKNOWN_UPLOAD
