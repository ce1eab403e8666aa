"""Cursors: what was sealed comes back, and nothing else does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.rest.cursors import Cursors
from pipeline.functions.rest.problems import ProblemError

CURSORS = Cursors(b"a key of the stack's own")
LISTINGS = st.lists(st.none() | st.text(), max_size=4)
PLACES = st.lists(st.text() | st.integers(), max_size=3)


@given(LISTINGS, PLACES)
def test_a_place_comes_back_as_it_was(listing: list[str | None], place: list[str | int]) -> None:
    cursor = CURSORS.seal(listing, place)
    assert CURSORS.open(listing, cursor) == place
    assert cursor.isascii()
    assert base64.urlsafe_b64decode(cursor + "==") != b""


@given(LISTINGS, PLACES, st.data())
def test_a_changed_cursor_is_refused(listing: list[str | None], place: list[str | int], data: st.DataObject) -> None:
    cursor = CURSORS.seal(listing, place)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    index = data.draw(st.integers(0, len(raw) - 1))
    raw[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProblemError):
        CURSORS.open(listing, base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


@given(st.text())
def test_any_other_text_is_a_problem_and_not_a_crash(text: str) -> None:
    with pytest.raises(ProblemError) as problem:
        CURSORS.open([], text)
    assert problem.value.status == 400


def test_a_cursor_of_another_list_or_another_stack_is_refused() -> None:
    cursor = CURSORS.seal(["notas", "Ana"], ["2025-10-03", "NF-8"])
    for other, listing in ((CURSORS, ["notas", "Bia"]), (Cursors(b"another"), ["notas", "Ana"])):
        with pytest.raises(ProblemError):
            other.open(listing, cursor)
