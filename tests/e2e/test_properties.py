"""What holds for every upload, whatever is in it: tables, ledger and rejects are what the reference model says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.examples import Example
from fixtures.profiles import examples
from fixtures.stacks import Stack
from fixtures.strategies import invoices
from fixtures.strategies.broken import FAULTS, Fault, broken_by
from fixtures.strategies.damage import DAMAGES, damaged
from fixtures.strategies.documents import PLAIN, Document, Record, batches, documents, forms, long_documents
from fixtures.strategies.keys import keys
from fixtures.strategies.values import MARK

OUTCOMES = [f"outcome: {name}" for name in ("stored", "duplicates", "conflicts", "rejected")]
FORMS = [
    *(f"document: {suffix}" for suffix in (".json", ".jsonl", ".json.gz", ".jsonl.gz")),
    *("encoding: byte order mark", "encoding: escapes only", "encoding: CRLF", "encoding: no last newline"),
    *("encoding: white space around", "encoding: several gzip members", "encoding: one invoice alone"),
]


@pytest.mark.covers(*OUTCOMES)
@examples(4)
@given(documents(PLAIN), documents(PLAIN))
def test_two_uploads_end_as_the_model_says(stack: Stack, first: Document, second: Document) -> None:
    example = Example(stack, first, second)
    example.run(first)
    # The other has ids of the first's, for both draw from a few.
    example.run(second, f"{MARK}-2")
    example.agrees()


@pytest.mark.covers(*FORMS)
@examples(4)
@given(documents())
def test_every_form_of_document_holds_the_same(stack: Stack, document: Document) -> None:
    example = Example(stack, document)
    example.run(document)
    example.agrees()
