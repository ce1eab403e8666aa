"""The catalogue is whole: every sentence has its Portuguese, with the same values, and is compiled."""

import ast
import string
from collections.abc import Iterable, Iterator, Sequence

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from fixtures.command import ROOT
from pipeline.functions.language import PORTUGUESE, translation
from translations import catalogue
from translations.sentences import CALLS, SOURCES, template

MEND = "run `make messages`, write what is missing into the .po, and run it again"


@pytest.fixture(scope="module")
def written() -> Catalog:
    return catalogue.read()


@pytest.fixture(scope="module")
def found() -> Catalog:
    return template()


def forms(sentence: str | Sequence[str] | None) -> tuple[str, ...]:
    """A sentence that counts nothing has one form, and one without a translation none."""
    return (sentence,) if isinstance(sentence, str) else tuple(sentence or ())


def ids(messages: Iterable[Message]) -> set[tuple[str, ...]]:
    return {forms(one.id) for one in messages if one.id}


def places(sentence: str) -> set[tuple[str, str, str]]:
    """The values of a sentence, each with its conversion and format."""
    parsed = string.Formatter().parse(sentence)
    return {(name, conversion or "", format_ or "") for _, name, format_, conversion in parsed if name is not None}


def translated(of: Catalog) -> Iterator[Message]:
    return (one for one in of if one.id and forms(one.string) and all(forms(one.string)))


def test_every_sentence_has_its_portuguese(written: Catalog, found: Catalog) -> None:
    missing = ids(found) - ids(translated(written))
    assert missing == set(), f"without Portuguese: {MEND}"


def test_nothing_is_left_of_sentences_that_are_no_longer_said(written: Catalog, found: Catalog) -> None:
    assert ids(written) - ids(found) == set(), f"said nowhere: {MEND}"
    assert not written.obsolete
    assert b"\n#~" not in catalogue.SOURCE.read_bytes()


def test_no_translation_is_a_guess(written: Catalog) -> None:
    assert [one.id for one in written if one.id and one.fuzzy] == []


def test_each_has_the_same_values_with_the_same_formats(written: Catalog) -> None:
    wrong = [
        (one.id, one.string)
        for one in translated(written)
        for english, portuguese in zip(forms(one.id), forms(one.string), strict=True)
        if places(english) != places(portuguese)
    ]
    assert wrong == []


def test_each_begins_and_ends_as_in_english_so_that_it_can_be_put_together(written: Catalog) -> None:
    """A reason continues a sentence, and what an error says may be followed by another sentence."""
    ends = (".", ":", "?", " ")
    wrong = [
        (english, portuguese)
        for one in translated(written)
        for english, portuguese in zip(forms(one.id), forms(one.string), strict=True)
        if [english.endswith(end) for end in ends] != [portuguese.endswith(end) for end in ends]
        or english.startswith(" ") != portuguese.startswith(" ")
        or english.count("\n") != portuguese.count("\n")
    ]
    assert wrong == []


def test_options_and_commands_stay_what_is_typed(written: Catalog) -> None:
    def typed(sentence: str) -> list[str]:
        words = (word.strip("`'\".,:;()") for word in sentence.replace("=", " ").split())
        return sorted(word for word in words if word.startswith("--") or (word.isupper() and "_" in word))

    wrong = [
        (english, portuguese)
        for one in translated(written)
        for english, portuguese in zip(forms(one.id), forms(one.string), strict=True)
        if typed(english) != typed(portuguese)
    ]
    assert wrong == []


def test_what_is_compiled_is_what_is_written(written: Catalog) -> None:
    with catalogue.COMPILED.open("rb") as file:
        compiled = read_mo(file)
    as_written = {forms(one.id): forms(one.string) for one in translated(written)}
    assert {forms(one.id): forms(one.string) for one in compiled if one.id} == as_written, "run `make messages`"
    assert translation(PORTUGUESE).gettext("is required") == "é obrigatório"


def test_bringing_it_up_to_date_changes_nothing(found: Catalog) -> None:
    again = catalogue.written(catalogue.brought_up_to_date(catalogue.read(), found))
    assert again == catalogue.SOURCE.read_bytes(), "run `make messages`"


def test_a_new_sentence_is_missing_and_an_old_one_is_dropped() -> None:
    now, before = Catalog(), Catalog()
    now.add("still said")
    now.add("new")
    before.add("still said", "ainda dito")
    before.add("no longer said", "não mais dito")
    after = catalogue.brought_up_to_date(before, now)
    assert {one.id: one.string or "" for one in after if one.id} == {"still said": "ainda dito", "new": ""}
    assert not after.obsolete


def test_every_sentence_of_the_sources_can_be_found() -> None:
    """What stands in an f-string, or is chosen where it is said, is in no catalogue."""
    wrong = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                given = node.args[CALLS[node.func.id]]
                wrong += [
                    f"{source.relative_to(ROOT)}:{one.lineno}"
                    for one in given
                    if isinstance(one, ast.JoinedStr | ast.IfExp | ast.BinOp)
                ]
    assert wrong == []


@pytest.mark.parametrize(
    "sentence",
    [
        "is required",  # a reason
        "the document is empty; an upload without invoices is []",  # an error of a document
        "interrupted; everything that was started is stopped",  # of a command
        "Print the version.",  # its help
        "The first day.",  # of an option
        "Method not allowed",  # the title of a problem
        "there is no invoice with the id {id!r}",  # its detail
        "the body is in {charset}; send it in UTF-8",
        "Its log: {lines}",  # said within an f-string
        "Field required",  # of a library
    ],
)
def test_sentences_are_found_wherever_they_stand(found: Catalog, sentence: str) -> None:
    assert sentence in found
