"""Under which key a customer is found."""

import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.customers import MAX_KEY_BYTES, customer_key

from .documents import QUICK

SAME = {
    "case": ["João Silva", "JOÃO SILVA", "joão silva"],
    "white space around": ["Ana", " Ana", "Ana\t\n", "\u00a0Ana\u2003"],
    "accents apart": ["João", "Joa\u0303o", "JOA\u0303O"],
    "several accents, in any order": ["ạ̃", "a\u0323\u0303", "a\u0303\u0323", "Ã\u0323", "Ạ\u0303"],
    "sharp s": ["Straße", "STRASSE", "STRAẞE"],
    "final sigma": ["ΟΔΥΣΣΕΥΣ", "Οδυσσευς", "οδυσσευσ"],
    "iota below, apart": ["ᾼ", "ᾳ", "α\u0345", "Α\u0345", "αι"],
    "ligatures": ["ﬃ", "FFI"],
    "Kelvin": ["\u212a", "K", "k"],
    "Turkish dotted I": ["İ", "i\u0307", "I\u0307"],
}

OTHER = {
    "accents": ["joão", "joao", "joáo"],
    "white space inside": ["ana maria", "ana  maria", "anamaria", "ana\u00a0maria"],
    "width": ["ana", "ａｎａ"],
    "superscripts": ["m2", "m²"],
    "dotless i": ["i", "ı"],
    "what is not seen": ["ana", "a\u200bna", "\ufeffana"],
    "punctuation": ["a & b", "a e b", "a&b"],
}


@pytest.mark.parametrize("names", SAME.values(), ids=SAME)
def test_what_is_written_otherwise_only_has_the_same_key(names: list[str]) -> None:
    assert len(set(map(customer_key, names))) == 1


@pytest.mark.parametrize("names", OTHER.values(), ids=OTHER)
def test_another_name_has_another_key(names: list[str]) -> None:
    assert len(set(map(customer_key, names))) == len(names)


@pytest.mark.parametrize(
    ("name", "key"), [(" João SILVA\n", "joão silva"), ("JOA\u0303O", "joão"), ("Straße", "strasse"), ("A\u0345", "aι")]
)
def test_a_key_is_the_name_in_lower_case_and_nfc_without_white_space_around(name: str, key: str) -> None:
    assert customer_key(name) == key


@cache
def changing() -> list[str]:
    """Every character that case folding or a normal form changes, and white space: a second's work."""
    return [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if char.isspace()
        or unicodedata.combining(char)
        or char.casefold() != char
        or not unicodedata.is_normalized("NFD", char)
    ]


# Deferred, as every worker imports this to collect tests.
NAMES = st.deferred(
    lambda: st.text(st.sampled_from(changing()) | st.characters(exclude_categories=["Cs"]), max_size=255)
)


@QUICK
@given(NAMES)
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert customer_key(customer_key(name)) == customer_key(name)


@pytest.mark.parametrize("around", ["", "a", "\u0323", "ß"])
def test_so_it_is_of_every_character(around: str) -> None:
    keys = [customer_key(f"x{one}{around}x") for one in changing()]
    assert [key for key in keys if customer_key(key) != key] == []


@QUICK
@given(NAMES, st.sampled_from(["NFC", "NFD"]), st.text(st.sampled_from(" \t\n\u00a0\u2003\x85"), max_size=3))
def test_neither_encoding_nor_white_space_nor_folding_changes_a_key(name: str, form: str, space: str) -> None:
    key = customer_key(name)
    written = unicodedata.normalize("NFC" if form == "NFC" else "NFD", name.casefold())
    assert customer_key(space + written + space) == key


@QUICK
@given(NAMES)
def test_a_key_fits_into_the_index_and_is_empty_only_for_a_blank_name(name: str) -> None:
    assert bool(customer_key(name)) == bool(name.strip())
    assert len(customer_key(name).encode()) <= MAX_KEY_BYTES


def test_of_255_characters_only_notes_are_cut() -> None:
    """By the longest key of each character alone: an NFC of several is never longer than theirs together."""
    cut = [one for one in changing() if len(customer_key(f"x{one}x").encode()) - 2 > MAX_KEY_BYTES / 255]
    assert cut
    assert {unicodedata.name(one).split(" SYMBOL ")[0] for one in cut} == {"MUSICAL"}
    for one in cut:
        assert customer_key(one * 170) != customer_key(one * 169)
        assert len(customer_key(one * 255).encode()) <= MAX_KEY_BYTES
        assert customer_key(one * 255) == customer_key(one * 254)


def test_a_key_that_is_cut_is_whole_characters_and_has_no_white_space_at_its_end() -> None:
    assert customer_key("\U0001d160" * 170 + "        x") == customer_key("\U0001d160" * 170)
    assert customer_key("é" * 1_023 + "x\U0001d160") == "é" * 1_023 + "x"


def test_a_lone_surrogate_has_a_key_as_well() -> None:
    assert customer_key("A\ud800") == "a\ud800"


def test_the_short_way_for_names_in_portuguese_gives_the_same_key() -> None:
    for char in map(chr, range(0x250)):
        folded = unicodedata.normalize("NFD", f"a{char}b").casefold()
        assert customer_key(f"a{char}b") == unicodedata.normalize("NFC", folded)
