"""The rejects of an upload: lines that lose nothing, in a place of their own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.counts import Outcome
from pipeline.functions.document import Record
from pipeline.functions.outcome import Judged
from pipeline.functions.reasons import Reason
from pipeline.functions.rejects import Reject, line, object_key

from .documents import QUICK, json_texts, standard

REASONS = [Reason("length", "/id", {"found": 0, "least": 1, "most": 255})]


def written(text: str | None, position: int = 0, reasons: list[Reason] | None = None) -> str:
    """The line, without its newline."""
    judged = Judged(Record(position, text), Outcome.REJECTED, REASONS if reasons is None else reasons)
    return line(judged).decode().removesuffix("\n")


def test_a_line_has_position_reasons_and_original_in_this_order() -> None:
    assert written('{"valor": -1}', 3) == (
        '{"position": 3, "reasons": [{"code": "length", "path": "/id", "message": "has 0 characters; 1 to 255 are '
        'allowed", "values": {"found": 0, "least": 1, "most": 255}}], "original": {"valor": -1}}'
    )


def test_a_line_ends_in_a_newline() -> None:
    assert line(Judged(Record(0, "1"), Outcome.REJECTED, REASONS)).endswith(b'"original": 1}\n')


REASON = st.builds(
    Reason,
    st.just("refused"),
    st.text(max_size=5),
    st.fixed_dictionaries({"answer": st.text(max_size=9)}, optional={"more": st.integers()}),
)


@QUICK
@given(st.integers(0, 10**9), st.lists(REASON, max_size=3), json_texts())
def test_a_line_read_back_is_what_was_written(position: int, reasons: list[Reason], text: str) -> None:
    reject = Reject.parse(written(text, position, reasons))
    assert (reject.position, reject.reasons) == (position, [reason.as_dict() for reason in reasons])
    assert standard(reject.original) == standard(text)
    assert len(reject.original) == len(text)


@QUICK
@given(st.lists(REASON, min_size=1, max_size=3), json_texts())
def test_a_line_is_one_line_of_json(reasons: list[Reason], text: str) -> None:
    one = written(text, reasons=reasons)
    assert "\n" not in one
    assert "\r" not in one
    assert standard(one)["original"] == standard(text)


ORIGINALS = {
    "line breaks between tokens": ('{\r\n  "a":\n1}', '{    "a": 1}'),
    "digits beyond a float": ('{"valor": 0.10000000000000000000000001}', None),
    "zeros at the end": ('{"valor": 1500.00}', None),
    "a member that stands twice": ('{"id": "a", "id": "b"}', None),
    "a lone surrogate": ('{"id": "\\ud800"}', None),
    "escapes": ('{"id": "\\n\\u000a\\/"}', None),
    "line separators of Unicode": ('"\u2028\u2029\x85"', None),
    "what looks like a line's own end": ('{"a": "}\\", \\"original\\": 1}"}', None),
}


@pytest.mark.parametrize(("text", "expected"), ORIGINALS.values(), ids=ORIGINALS)
def test_nothing_of_the_original_is_lost(text: str, expected: str | None) -> None:
    assert Reject.parse(written(text)).original == (expected or text)


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, "1" * 10_000])
def test_an_original_that_no_parser_takes_is_read_back(text: str) -> None:
    assert Reject.parse(written(text)).original == text


def test_the_original_of_a_record_too_long_to_hold_is_null() -> None:
    assert Reject.parse(written(None)).original == "null"


def test_reasons_may_hold_anything() -> None:
    reason = Reason("surrogate", "/\ud800", {"found": ', "original": "}\n]é\u2028'})
    assert Reject.parse(written("1", reasons=[reason])).reasons == [reason.as_dict()]


# Places

UPLOADS = [
    ("notas.json", "v1"),
    ("notas.json", "v2"),
    ("notas.jsonl", "v1"),
    ("notas.json", "null"),
    ("/notas.json", "v1"),
    ("notas.json/", "v1"),
    ("notas//json", "v1"),
    ("notas/json", "v1"),
    ("notas-json", "v1"),
    ("notas json", "v1"),
    ("Notas.json", "v1"),
    (".", "v1"),
    ("..", "v1"),
    ("../notas.json", "v1"),
    ("./notas.json", "v1"),
    ("é.json", "v1"),
    ("e\u0301.json", "v1"),
    ("😀", "v1"),
    ("🧾", "v1"),
    ("x" * 1_023 + "a", "v1"),
    ("x" * 1_023 + "b", "v1"),
    ("a" + "x" * 1_023, "v1"),
    ("notas.jsonv1", ""),
    ("notas.jsonv", "1"),
]


def test_different_uploads_have_different_places() -> None:
    places = {object_key(key, version) for key, version in UPLOADS}
    assert len(places) == len(UPLOADS)


@pytest.mark.parametrize(("key", "version"), UPLOADS, ids=lambda text: ascii(text)[:20])
def test_a_place_has_only_characters_that_every_tool_takes(key: str, version: str) -> None:
    place = object_key(key, version)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,200}\.jsonl", place)
    assert not place.startswith(".")


@QUICK
@given(st.text(min_size=1, max_size=256), st.text(min_size=1, max_size=32))
def test_an_upload_always_has_the_same_place(key: str, version: str) -> None:
    place = object_key(key, version)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,200}\.jsonl", place)
    assert object_key(key, version) == place


def test_a_place_begins_with_a_name_one_can_read() -> None:
    assert re.fullmatch(r"2025-notas\.json-[0-9a-f]{32}\.jsonl", object_key("2025/notas.json", "v1"))


def test_the_end_of_a_long_key_is_kept_because_it_tells_more() -> None:
    assert "-outubro.json-" in object_key("x" * 1_000 + "/outubro.json", "v1")
