"""The reader's language: which it is, and what is said in it."""

import gettext
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions import language
from pipeline.functions.errors import DocumentError
from pipeline.functions.language import ENGLISH, PORTUGUESE, of_environment, plural, preferred, said, text, told
from pipeline.functions.messages import MESSAGES
from pipeline.functions.reasons import Reason, broken

from .documents import QUICK


@pytest.mark.parametrize(
    ("header", "found"),
    {
        None: ENGLISH,
        "": ENGLISH,
        "pt": PORTUGUESE,
        "pt-BR": PORTUGUESE,
        "PT-br": PORTUGUESE,
        "pt-PT, pt;q=0.9": PORTUGUESE,
        "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7": PORTUGUESE,
        "en-US,en;q=0.9,pt;q=0.8": ENGLISH,
        "en;q=0.5, pt;q=0.6": PORTUGUESE,
        "en, pt": ENGLISH,
        "de, pt;q=0.1": PORTUGUESE,
        "de, fr": ENGLISH,
        "pt;q=0": ENGLISH,
        "pt;q=0.000, de": ENGLISH,
        "*": ENGLISH,
        "pt ; q = 1": PORTUGUESE,
        "pt;q=1.5": ENGLISH,
        "pt;q=x": ENGLISH,
        "pt;q=": ENGLISH,
        "ptolemaic": ENGLISH,
        "-pt": ENGLISH,
        ", ,pt,": PORTUGUESE,
        "pt;v=1;q=0.1,en;q=0.2": ENGLISH,
    }.items(),
)
def test_a_header_prefers_one_of_the_languages_that_are_spoken(header: str | None, found: str) -> None:
    assert preferred(header) == found


@QUICK
@given(st.text() | st.text("pten-;q=0.19 ,*BR"))
def test_whatever_a_header_says_it_is_answered(header: str) -> None:
    assert preferred(header) in language.LANGUAGES


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, ENGLISH),
        ({"LANG": "pt_BR.UTF-8"}, PORTUGUESE),
        ({"LANG": "pt_PT@euro"}, PORTUGUESE),
        ({"LANG": "pt"}, PORTUGUESE),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
        ({"LANG": "C.UTF-8"}, ENGLISH),
        ({"LANG": "pt_BR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, ENGLISH),
        ({"LANG": "en_US", "LC_MESSAGES": "pt_BR"}, PORTUGUESE),
        ({"LC_MESSAGES": "pt_BR", "LC_ALL": "en_US.UTF-8"}, ENGLISH),
        ({"LANG": "pt_BR", "LC_ALL": ""}, PORTUGUESE),
        ({"LANGUAGE": "pt_BR"}, PORTUGUESE),
        ({"LANGUAGE": "pt_BR:en", "LC_ALL": "en_US.UTF-8"}, PORTUGUESE),
        ({"LANGUAGE": "de:fr:pt:en", "LANG": "de_DE"}, PORTUGUESE),
        ({"LANGUAGE": "en:pt", "LANG": "pt_BR"}, ENGLISH),
        ({"LANGUAGE": "de:fr", "LANG": "pt_BR"}, ENGLISH),
        ({"LANGUAGE": "", "LANG": "pt_BR"}, PORTUGUESE),
        ({"LANGUAGE": ":", "LANG": "de"}, ENGLISH),
        # A program that reads what is printed says so by this.
        ({"LANGUAGE": "pt_BR", "LC_ALL": "C"}, ENGLISH),
        ({"LANGUAGE": "pt_BR", "LANG": "POSIX"}, ENGLISH),
        ({"LANGUAGE": "pt_BR", "LANG": "C.UTF-8"}, PORTUGUESE),
        ({"LANG": "C", "LC_ALL": "pt_BR.UTF-8"}, PORTUGUESE),
    ],
)
def test_a_terminal_has_the_language_of_its_locale(variables: dict[str, str], found: str) -> None:
    assert of_environment(variables) == found


def test_reasons_and_errors_are_said_in_both_languages() -> None:
    reason = broken("length", found=300, least=1, most=255)
    assert said(reason.code, reason.values, ENGLISH) == reason.message
    assert said(reason.code, reason.values, PORTUGUESE) == "tem 300 caracteres; são permitidos de 1 a 255"
    error = DocumentError("not_json", {"hint": "comma_or_brace", "found": '"data'})
    assert said(error.code, error.values, PORTUGUESE) == r"há " '"' r"\"data" '"' r" onde deveria haver ',' ou '}'"


def test_what_was_written_is_told_in_the_readers_language() -> None:
    reason = broken("length", found=300, least=1, most=255).as_dict()
    assert told(reason, ENGLISH) == reason["message"]
    assert told(reason, PORTUGUESE) == "tem 300 caracteres; são permitidos de 1 a 255"
    # The ledger's numbers.
    assert told(
        {**reason, "values": {"found": Decimal(300), "least": Decimal(1), "most": Decimal(255)}}, PORTUGUESE
    ).startswith("tem 300 ")


@pytest.mark.parametrize(
    "change",
    [
        {"values": {}},
        {"values": {"found": 3}},
        {"values": {"found": [3], "least": 1, "most": 2}},
        {"values": None},
        {"code": "a_later_code"},
        {"message": "has 300 characters; and that is that"},
    ],
)
def test_what_another_version_wrote_is_told_as_it_was_written(change: dict[str, object]) -> None:
    reason = {**broken("length", found=300, least=1, most=255).as_dict(), **change}
    assert told(reason, PORTUGUESE) == reason["message"]


def test_an_old_reason_without_values_is_told_where_it_needs_none() -> None:
    assert told({"code": "missing", "path": "/id", "message": MESSAGES["missing"]}, PORTUGUESE) == "é obrigatório"


@QUICK
@given(st.text())
def test_values_are_filled_in_after_the_sentence_was_translated(found: str) -> None:
    """So whatever stands in a file, it is neither looked up nor taken for a place."""
    assert found in text("cannot reach CloudFormation: {error}", {"error": found}, PORTUGUESE)
    assert Reason("missing", "", {}).message in text(
        "{error}. Try the same command again", {"error": MESSAGES["missing"]}, PORTUGUESE
    )


def test_numbers_for_people_are_written_as_in_portuguese_and_others_as_they_are() -> None:
    assert text("{count:,}", {"count": 1_234_567}, ENGLISH) == "1,234,567"
    assert text("{count:,}", {"count": 1_234_567}, PORTUGUESE) == "1.234.567"
    assert text("about {hours:.1f} h", {"hours": 2.5}, PORTUGUESE) == "cerca de 2,5 h"
    values = {"hint": "amounts", "found": "90.00", "counted": "frete", "wanted": "100.00"}
    assert "que dão 90.00 com frete, mas o valor é 100.00" in said("sum", values, PORTUGUESE)
    assert f"{1_000:,} 1,5" == "1,000 1,5"


@pytest.mark.parametrize(("count", "said_"), [(0, "0 notas"), (1, "1 nota"), (2, "2 notas"), (5_000, "5.000 notas")])
def test_one_is_said_otherwise_than_many(count: int, said_: str) -> None:
    assert plural("{count:,} invoice", "{count:,} invoices", count, {}, PORTUGUESE) == said_


def test_the_page_gets_its_sentences_and_what_is_not_known_stays() -> None:
    assert language.catalogue(PORTUGUESE, ["stored", "{count:,}", "never said"]) == {
        "stored": "gravadas",
        "{count:,}": "{count:,}",
        "never said": "never said",
    }


def test_english_reads_no_catalogue() -> None:
    assert type(language.translation(ENGLISH)) is gettext.NullTranslations
