"""What a command tells of its uploads, to people in their language and to programs."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aws_stack.errors import CloudError
from pipeline.ended import Ended
from pipeline.following import Advice, conclude
from pipeline.functions.errors import DocumentError
from pipeline.functions.language import PORTUGUESE
from pipeline.functions.reasons import broken
from pipeline.functions.rejects import Reject
from pipeline.report import lines, write_json
from pipeline.words import speaking


def from_the_api(value: dict[str, Any]) -> Any:
    """As the client reads it: its numbers are decimals."""
    return json.loads(json.dumps(value), parse_int=Decimal, parse_float=Decimal)


COUNTS = {"received": 1, "stored": 0, "duplicates": 0, "conflicts": 0, "rejected": 1}


def ended(status: str, error: DocumentError | None = None, **more: object) -> Ended:
    entry = {"status": status, **COUNTS, "error": error and error.as_dict(), **more}
    reasons = [broken("length", found=300, least=1, most=255).inside("id").as_dict()]
    reject = Reject(0, from_the_api({"reasons": reasons})["reasons"], '{"id": "a"}')
    return Ended("a.json", "a.json", "v", from_the_api(entry), [reject])


def test_programs_get_the_values_of_reasons_from_the_api_as_whole_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    write_json("api", [ended("completed")])
    [reject] = json.loads(capsys.readouterr().out)["rejects"]
    assert reject["reasons"][0]["values"] == {"found": 300, "least": 1, "most": 255}


def test_programs_get_english_whatever_is_spoken(capsys: pytest.CaptureFixture[str]) -> None:
    with speaking(PORTUGUESE):
        write_json("api", [ended("failed", DocumentError("bad_gzip", {"hint": "truncated", "found": 20}))])
    told = json.loads(capsys.readouterr().out)
    assert told["rejects"][0]["reasons"][0]["message"].startswith("has 300 characters")
    assert told["uploads"][0]["error"]["message"] == "the gzip stream ends early, after byte 20"
    assert told["uploads"][0]["status"] == "failed"


def test_people_get_it_in_their_language() -> None:
    error = DocumentError("bad_gzip", {"hint": "truncated", "found": 20}, line=3, column=7)
    with speaking(PORTUGUESE):
        told = "\n".join(line.text for line in lines([ended("failed", error)], 100))
    for part in (
        "situação",
        " falhou ",
        "  bad_gzip: o fluxo gzip termina antes do fim, depois do byte 20 (linha 3, coluna 7)",
        "a.json: 1 não gravada (as posições contam a partir de 0)",
        "  posição 0 (a)",
        "    length: /id tem 300 caracteres; são permitidos de 1 a 255",
    ):
        assert part in told


def test_a_files_name_does_nothing_to_the_terminal_or_the_table() -> None:
    named = replace(
        ended("failed", DocumentError("bad_gzip", {"hint": "truncated", "found": 20})), file="a\n\x1b[2Jb.json"
    )
    told = [line.text for line in lines([named], 100)]
    assert all(text.isprintable() for text in told)
    assert sum("a\\n\\x1b[2Jb.json" in text for text in told) == 3


def test_why_an_upload_has_stalled_is_said_in_its_readers_language() -> None:
    error = DocumentError("gave_up", {"hint": "silent", "attempts": 3})
    one = ended("stalled", error, stalled_at="2026-10-05T12:00:00Z", progress={"judged": 1500})
    with speaking(PORTUGUESE), pytest.raises(CloudError) as raised:
        conclude([one], [Path("a.json"), Path("b.json")], Advice("", "Corrija a causa"))
    assert str(raised.value) == (
        "a.json está parado desde 2026-10-05T12:00:00Z: o Lambda desistiu depois de 3 tentativas sem avançar; a última "
        "não deu nenhum motivo. O que já foi gravado permanece (1.500 notas conferidas). Corrija a causa. "
        "Não enviados, porque a ordem decide: b.json"
    )


@pytest.mark.parametrize("hint", [{"hint": "unread"}, {"most": 32}], ids=["for the reader", "for DynamoDB"])
def test_what_is_nested_too_deep_is_not_repeated_to_programs(
    capsys: pytest.CaptureFixture[str], hint: dict[str, str | int]
) -> None:
    original = '{"id": "NF-1", "x": ' + "[" * 5_000 + "]" * 5_000 + "}"
    reject = Reject(0, [broken("nesting", **hint).as_dict()], original)
    write_json(None, [replace(ended("completed"), rejects=[reject])])
    [shown] = json.loads(capsys.readouterr().out)["rejects"]
    assert shown["invoice"] == f"{original[:199]}…"
