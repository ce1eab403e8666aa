"""`notas check` and the deployed pipeline agree on what becomes of uploads to an empty table: outcomes and reasons."""

import io
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.examples import Example, Place
from fixtures.invoices import COUNTS
from fixtures.profiles import examples
from fixtures.stacks import Stack, place_of_rejects
from fixtures.strategies.batches import documents, refused
from fixtures.strategies.broken import SMALL_FAULTS
from fixtures.strategies.damage import Damaged, damaged
from fixtures.strategies.documents import Document
from fixtures.strategies.nfe import nfe_documents
from fixtures.strategies.values import MARK
from pipeline.check import Check, Source
from pipeline.functions.rejects import Reject

DOCUMENTS = st.one_of(
    documents(), documents(), damaged(), nfe_documents(), st.sampled_from(SMALL_FAULTS).flatmap(refused)
)


def facts(entry: dict[str, Any], rejects: Iterable[Reject]) -> dict[str, Any]:
    """What an upload's entry and its rejects say, as far as files alone decide it."""
    told = [(one.position, [reason(one_) for one_ in one.reasons], one.original) for one in rejects]
    return {**{name: entry[name] for name in ("status", "error", *COUNTS)}, "rejects": told}


def reason(told: dict[str, Any]) -> dict[str, Any]:
    """A reason; of a conflict without what names the upload or the file that holds the id, but for its key."""
    if told["code"] != "conflict":
        return told
    values = {name: value for name, value in told["values"].items() if name not in ("version_id", "file", "hint")}
    return {"code": told["code"], "path": told["path"], "values": values}


def rejects_of(stack: Stack, entry: dict[str, Any]) -> list[Reject]:
    if entry["rejects"] is None:
        return []
    bucket, key = place_of_rejects(entry)
    text = stack.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return [Reject.parse(line) for line in text.removesuffix("\n").split("\n")]


@pytest.mark.covers(
    "outcome: stored", "outcome: duplicates", "outcome: conflicts", "outcome: rejected", "status: failed"
)
@examples(1)
@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_a_check_says_of_each_file_what_the_pipeline_does_with_it(
    stack: Stack, drawn: list[Document | Damaged]
) -> None:
    example, check = Example(stack, *drawn), Check()
    for number, document in enumerate(drawn):
        place: Place = example.run(document, f"{MARK}-{number}")
        ended = check.judge(Source(place[0], place[0], io.BytesIO(document.named(example.name).body()).read))
        entry = example.entry(place)
        assert entry is not None
        assert facts(ended.entry, ended.rejects) == facts(entry, rejects_of(stack, entry))
