"""The template's policies, on a cloud that enforces them: the function may do what it must, and only over TLS."""

from collections.abc import Iterator

import pytest

from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Stack, deployed
from fixtures.strict import make_usable
from pipeline.clouds import embedded


@pytest.fixture(scope="module")
def strict_stack() -> Iterator[Stack]:
    with embedded.start(retry_seconds=0.2, enforce_iam=True) as cloud, deployed(cloud, Stack) as stack:
        yield stack


def test_the_buckets_refuse_what_does_not_come_over_tls(strict_stack: Stack, unique: str) -> None:
    sent = strict_stack.upload(document(invoice(unique)), f"{unique}.json")
    error = strict_stack.deliver(strict_stack.event(sent))
    assert "AccessDenied" in error["errorMessage"]
    assert "explicit deny in a resource-based policy" in error["errorMessage"]


def test_its_role_lets_the_function_do_all_it_must(strict_stack: Stack, unique: str) -> None:
    make_usable(strict_stack)
    padding = "x" * 3_000
    broken = [{"id": f"{unique}-{number}", "texto": padding} for number in range(3_000)]
    body = document(invoice(unique), invoice(unique), invoice(unique, valor=1), *broken)
    entry = strict_stack.ingest(body, f"{unique}.json")
    assert counts(entry) == {"received": 3_003, "stored": 1, "duplicates": 1, "conflicts": 1, "rejected": 3_000}
    assert len(strict_stack.rejects(entry)) == 3_001

    # A version that is gone is distinguished from one that may not be read.
    gone = strict_stack.upload(b"[]", f"{unique}-gone.json", silent=True)
    strict_stack.delete(gone)
    assert strict_stack.deliver(strict_stack.event(gone)) == {}
    assert strict_stack.wait(gone)["error"]["code"] == "missing_object"
