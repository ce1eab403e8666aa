"""Ledger entries as the API shows them."""

from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from fixtures.entries import FIRST, progress
from pipeline.functions.aws.ledger import unmarshal
from pipeline.functions.rest.entries import shown


def seen(entry: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {name: TypeSerializer().serialize(value) for name, value in entry.items()}
    return unmarshal(shown(item))


@pytest.mark.parametrize(("reading", "judged"), [(1, 0), (2, 1_234)])
def test_of_a_checkpoint_only_what_concerns_a_reader_is_shown(reading: int, judged: int) -> None:
    entry = seen({**FIRST, "progress": progress(reading, 1_234, 500_000), "generation": "00000003-c3d13fe5"})
    assert entry["progress"] == {
        "reading": reading,
        "judged": judged,
        "bytes": 500_000,
        "at": "2026-10-05T12:01:00.000Z",
    }
    assert {name: value for name, value in entry.items() if name != "progress"} == {
        name: value for name, value in FIRST.items() if name != "progress"
    }


def test_an_entry_of_the_version_before_has_no_progress() -> None:
    before = {name: value for name, value in FIRST.items() if name not in ("progress", "stalled_at")}
    assert seen(before) == FIRST
