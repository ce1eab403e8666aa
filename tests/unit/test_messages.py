"""What people are told: every sentence has its values, and every fault its sentence."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.messages import MESSAGES, fill, key, sentence
from pipeline.functions.reasons import Reason, broken, shortened

from .documents import QUICK


def test_a_code_has_its_sentence_and_its_hint_another() -> None:
    assert sentence("bad_gzip", {}).startswith("the file is not a gzip stream")
    assert sentence("bad_gzip", {"hint": "other", "format": "xz"}) == (
        "the file is compressed with xz; compress it with gzip"
    )
    assert key("length", {"hint": "lines", "most": 3}) == "length.lines"


def test_a_sentence_without_its_value_is_an_error_and_no_half_sentence() -> None:
    with pytest.raises(KeyError):
        sentence("length", {"least": 1, "most": 255})
    with pytest.raises(KeyError):
        sentence("length", {"hint": "unheard of"})


@pytest.mark.parametrize("name", MESSAGES)
def test_every_sentence_takes_its_values_by_name(name: str) -> None:
    places = [place for _, place, _, _ in string.Formatter().parse(MESSAGES[name]) if place is not None]
    assert all(place.isidentifier() for place in places)
    filled = fill(MESSAGES[name], {place: f"<{place}>" for place in places})
    assert all(f"<{place}>" in filled for place in places)


@QUICK
@given(st.text())
def test_a_text_is_quoted_so_that_it_can_be_read_back(text: str) -> None:
    quoted = fill("{found!j}", {"found": text})
    assert json.loads(quoted) == text
    assert not any(char < " " for char in quoted)


@pytest.mark.parametrize("char", ["\x7f", "\x9b", "\xa0", "\u200b", "\u202e", "\u2028", "\ufeff", "\U000e0001"])
def test_what_cannot_be_seen_or_turns_a_line_around_is_escaped(char: str) -> None:
    assert fill("{found!j}", {"found": f"á{char}"}) == f'"á{json.dumps(char)[1:-1]}"'


@QUICK
@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_keeps_its_beginning(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_reasons_with_other_values_are_others() -> None:
    reasons = [broken("decimals", found=found, most=2) for found in (3, 4, 3)]
    assert list(dict.fromkeys(reasons)) == reasons[:2]
    assert reasons[0].inside(1).inside("itens") == Reason("decimals", "/itens/1", {"found": 3, "most": 2})
