"""Pages: no answer is larger than Lambda allows, and nothing is left out or comes twice."""

import json
from collections.abc import Iterator

import pytest

from pipeline.functions.counts import Outcome
from pipeline.functions.document import Record
from pipeline.functions.outcome import Judged
from pipeline.functions.reasons import Reason
from pipeline.functions.rejects import line
from pipeline.functions.rest import pages

LAMBDA = 6 * 1000 * 1000


def rejected(position: int, text: str | None, *reasons: Reason) -> bytes:
    return line(Judged(Record(position, text), Outcome.REJECTED, list(reasons or [Reason("duplicate_member", "/id")])))


def chunks(whole: bytes, size: int = 1000) -> Iterator[bytes]:
    return (whole[start : start + size] for start in range(0, len(whole), size))


def answered(page: list[str]) -> int:
    """What a page takes in Lambda's answer."""
    return len(json.dumps("[" + ", ".join(page) + "]", ensure_ascii=False).encode())


@pytest.mark.parametrize("char", ["x", '"', "\\", "\n", "é", "🧾"])
def test_invoices_of_any_content_fit_into_an_answer(char: str) -> None:
    width = len(char.encode())
    items = [{"id": {"S": str(number)}, "texto": {"S": char * (400_000 // width)}} for number in range(20)]
    page = pages.invoices(items)
    assert 1 <= len(page) < 20
    assert answered(page) < LAMBDA
    assert [json.loads(text)["id"] for text in page] == [str(number) for number in range(len(page))]


def test_few_small_invoices_are_one_page() -> None:
    assert pages.invoices([{"valor": {"N": "2878.10"}}, {"valor": {"N": "1"}}]) == [
        '{"valor": 2878.10}',
        '{"valor": 1}',
    ]


@pytest.mark.parametrize("size", [1, 7, 1000, 1_000_000])
def test_rejects_come_in_pages_without_gap_or_repetition(size: int) -> None:
    whole = b"".join(rejected(position, f'{{"id": "é{position}"}}') for position in range(25))
    told: list[int] = []
    offset = 0
    while offset < len(whole):
        page = pages.rejects(chunks(whole[offset:], size), 7)
        told += [json.loads(text)["position"] for text in page.rejects]
        offset += page.size
    assert told == list(range(25))
    assert offset == len(whole)


def test_the_original_is_shown_as_it_came() -> None:
    original = '{"valor": 1.50, "valor": NaN, "n": 1e999, "s": "\\ud800"}'
    [text] = pages.rejects([rejected(3, original)], 10).rejects
    assert json.loads(text) == {
        "position": 3,
        "reasons": [
            {
                "code": "duplicate_member",
                "path": "/id",
                "message": "stands more than once in the same object",
                "values": {},
            }
        ],
        "original": original,
    }


def test_an_original_too_long_to_keep_is_shown_as_null() -> None:
    [text] = pages.rejects([rejected(0, None)], 10).rejects
    assert json.loads(text)["original"] is None


def test_a_long_original_is_left_out_and_what_follows_is_shown() -> None:
    whole = rejected(0, '"' + "x" * 2 * pages.MAX_LINE + '"') + rejected(1, "{}")
    page = pages.rejects(chunks(whole), 10)
    first, second = map(json.loads, page.rejects)
    assert (first["original"], first["reasons"][0]["code"]) == (None, "duplicate_member")
    assert second["original"] == "{}"
    assert page.size == len(whole)


def test_more_reasons_than_can_be_shown_are_replaced_by_one_that_says_so() -> None:
    reasons = [Reason("duplicate_member", "/é" * 1_000) for _ in range(1_000)]
    page = pages.rejects(chunks(rejected(7, "{}", *reasons)), 10)
    told = json.loads(page.rejects[0])
    assert (told["position"], told["original"], [reason["code"] for reason in told["reasons"]]) == (
        7,
        None,
        ["not_shown"],
    )


@pytest.mark.parametrize("char", ["x", '"', "\\", "🧾"])
def test_rejects_of_any_content_fit_into_an_answer(char: str) -> None:
    original = char * (pages.MAX_LINE // len(char.encode()) - 200)
    whole = b"".join(rejected(position, original) for position in range(20))
    page = pages.rejects(chunks(whole, 64 * 1024), 100)
    assert 1 <= len(page.rejects) < 20
    assert answered(page.rejects) < LAMBDA
