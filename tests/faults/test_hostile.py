"""Input made to hurt: a clear outcome in bounded time, and the function lives on."""

import gzip
import json
from collections.abc import Callable
from random import Random

import pytest

from fixtures.invoices import counts, document, invoice
from fixtures.nights import some_by_night
from fixtures.stacks import Stack, place_of_rejects

SECONDS = 60.0


def among_good_ones(unique: str, hostile: bytes) -> bytes:
    good = [json.dumps(invoice(f"{unique}-{letter}")).encode() for letter in "ab"]
    return b"[" + good[0] + b"," + hostile + b"," + good[1] + b"]"


# Made where they are used: they are large, and every worker imports this to collect tests.
VALID_BUT: dict[str, tuple[Callable[[], bytes], str]] = {
    "100,000 levels of nesting": (lambda: b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nesting"),
    "33 levels of nesting": (
        lambda: json.dumps(invoice("x", a=[])).encode().replace(b"[]", b"[" * 33 + b"]" * 33),
        "nesting",
    ),
    "a string of 20 MB": (lambda: b'{"id": "' + b"x" * 20_000_000 + b'"}', "too_long"),
    "an item of 500 KB": (lambda: json.dumps(invoice("x", texto="x" * 500_000)).encode(), "item_size"),
    "a million members": (lambda: b"{" + b",".join(b'"k%d":1' % n for n in range(1_000_000)) + b"}", "too_long"),
    "30,000 members": (lambda: b"{" + b",".join(b'"k%d":1' % n for n in range(30_000)) + b"}", "missing"),
    "a lone surrogate": (lambda: b'{"id": "\\ud800"}', "surrogate"),
    "members that repeat": (lambda: b'{"id": "x", "id": "y"}', "duplicate_member"),
    "a number of a million digits": (lambda: b'{"valor": ' + b"1" * 1_000_000 + b"}", "number"),
    "an exponent beyond measure": (lambda: b'{"valor": 1e99999999999999999999}', "number"),
    "a large exponent beyond measure": (lambda: b'{"valor": 1E99999999999999999999}', "number"),
    "300,000 empty lines of an invoice": (
        lambda: json.dumps(invoice("x", itens=[])).encode().replace(b"[]", b"[" + b"{}," * 299_999 + b"{}]"),
        "item_size",
    ),
}


@pytest.mark.parametrize(("hostile", "code"), VALID_BUT.values(), ids=VALID_BUT)
def test_a_hostile_invoice_is_refused_and_the_good_ones_around_it_are_stored(
    stack: Stack, unique: str, hostile: Callable[[], bytes], code: str
) -> None:
    entry = stack.wait(stack.upload(among_good_ones(unique, hostile()), f"{unique}.json"), SECONDS)
    assert entry["status"] == "completed"
    assert counts(entry) == {"received": 3, "stored": 2, "rejected": 1}
    body = stack.s3.get_object(Bucket=stack.outputs["RejectsBucket"], Key=entry["rejects"].rpartition("/")[2])["Body"]
    line = body.read()
    assert line.count(b"\n") == 1
    assert f'"code": "{code}"'.encode() in line
    assert line.startswith(b'{"position": 1, ')


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "100,000 levels that never close": (lambda: b'[{"a":' + b"[" * 100_000, "truncated"),
    "a string of 20 MB that never ends": (lambda: b'[{"a":"' + b"x" * 20_000_000, "truncated"),
    "2,000,000 levels": (lambda: b'[{"a":' + b"[" * 2_000_000, "too_deep"),
    "a bad byte after 20 MB": (lambda: b"[" + b" " * 20_000_000 + b"\xff]", "not_utf8"),
}


@pytest.mark.parametrize(("body", "code"), some_by_night(BROKEN, {"2,000,000 levels"}, "100,000 are tried by day"))
def test_a_hostile_document_fails_with_a_clear_error(
    stack: Stack, unique: str, body: Callable[[], bytes], code: str
) -> None:
    entry = stack.wait(stack.upload(body(), f"{unique}.json"), SECONDS)
    assert (entry["status"], entry["error"]["code"]) == ("failed", code)
    assert len(entry["error"]["message"]) < 200


def test_a_gzip_bomb_is_stopped_before_it_has_inflated(stack: Stack, unique: str) -> None:
    inner = gzip.compress(b" " * 100_000_000)
    entry = stack.wait(stack.upload(inner * 20, f"{unique}.json.gz"), SECONDS)
    assert (entry["status"], entry["error"]["code"]) == ("failed", "gzip_bomb")
    assert entry["error"]["offset"] < len(inner)


def test_a_large_gzip_of_large_invoices_is_no_bomb(stack: Stack, unique: str) -> None:
    # More than a bomb may inflate to, and many batches.
    random = Random(unique)
    texts = [random.randbytes(100_000).hex() for _ in range(100)]
    body = document(*(invoice(f"{unique}-{number}", texto=text) for number, text in enumerate(texts)))
    entry = stack.wait(stack.upload(gzip.compress(body, 1), f"{unique}.json.gz"), SECONDS)
    assert counts(entry) == {"received": 100, "stored": 100}
    last = stack.stored(f"{unique}-99")
    assert last is not None
    assert last["texto"] == texts[-1]


def test_thousands_of_refused_invoices_are_all_told(stack: Stack, unique: str) -> None:
    # More lines than one part of a multipart upload holds.
    padding = "x" * 3_000
    body = document(*({"id": f"{unique}-{number}", "texto": padding} for number in range(4_000)))
    entry = stack.wait(stack.upload(body, f"{unique}.json"), SECONDS)
    assert counts(entry) == {"received": 4_000, "rejected": 4_000}
    bucket, key = place_of_rejects(entry)
    head = stack.s3.head_object(Bucket=bucket, Key=key)
    # S3 takes no part of less than 5 MiB but the last; MiniStack takes any.
    parts = int(head["ETag"].strip('"').rpartition("-")[2])
    assert (parts - 1) * 5 * 1024 * 1024 < head["ContentLength"]
    rejects = stack.rejects(entry)
    assert [reject["position"] for reject in rejects] == list(range(4_000))
    assert all(len(reject["reasons"]) == 3 for reject in rejects)
