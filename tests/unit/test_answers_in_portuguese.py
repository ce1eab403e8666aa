"""The API answers in the language that it is asked for; codes, paths and values have none."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.dynamodb.types import TypeSerializer

from fixtures.entries import FIRST
from pipeline.functions.attributes import Attribute, to_json
from pipeline.functions.counts import Outcome
from pipeline.functions.document import Record
from pipeline.functions.errors import DocumentError
from pipeline.functions.language import ENGLISH, PORTUGUESE
from pipeline.functions.outcome import Judged
from pipeline.functions.reasons import broken
from pipeline.functions.rejects import line
from pipeline.functions.rest import failures, forms, pages
from pipeline.functions.rest.entries import in_language
from pipeline.functions.rest.media import MAX_BODY, check_size
from pipeline.functions.rest.problems import TITLES, ProblemError
from pipeline.functions.rest.routes import app
from pipeline.functions.retelling import retold


def entry_of(error: DocumentError | None) -> dict[str, Attribute]:

    made = {**FIRST, "error": error and error.as_dict()}
    item: dict[str, Any] = {name: TypeSerializer().serialize(value) for name, value in made.items()}
    return item


def test_an_entry_has_its_error_in_the_language_asked_for_and_nothing_else_changes() -> None:
    error = DocumentError("bad_gzip", {"hint": "truncated", "found": 20}, offset=20)
    entry = entry_of(error)
    english, portuguese = (json.loads(to_json({"M": in_language(entry, one)})) for one in (ENGLISH, PORTUGUESE))
    assert english["error"]["message"] == "the gzip stream ends early, after byte 20"
    assert portuguese["error"]["message"] == "o fluxo gzip termina antes do fim, depois do byte 20"
    assert {**portuguese["error"], "message": error.message} == english["error"]
    assert {**portuguese, "error": None} == {**english, "error": None}
    # What the ledger gave is not changed.
    assert entry == entry_of(error)


def test_an_entry_without_an_error_or_values_stays() -> None:
    assert in_language(entry_of(None), PORTUGUESE) == entry_of(None)
    old: dict[str, Any] = {"M": {"code": {"S": "gone"}, "message": {"S": "it is gone"}, "line": {"NULL": True}}}
    assert in_language({"error": old}, PORTUGUESE) == {"error": old}


def stream(text: str | None) -> Iterator[bytes]:
    reasons = [broken("length", found=300, least=1, most=255).inside("id"), broken("missing").inside("valor")]
    yield line(Judged(Record(0, text), Outcome.REJECTED, reasons))


@pytest.mark.parametrize("text", ["{}", None, "[" * pages.MAX_LINE], ids=["whole", "not kept", "too long"])
def test_rejects_have_their_reasons_in_the_language_asked_for(text: str | None) -> None:
    [english], [portuguese] = (
        [json.loads(one) for one in pages.rejects(stream(text), 10, language).rejects]
        for language in (ENGLISH, PORTUGUESE)
    )
    said = [reason["message"] for reason in portuguese["reasons"]]
    assert said == ["tem 300 caracteres; são permitidos de 1 a 255", "é obrigatório"]
    for theirs, ours in zip(english["reasons"], portuguese["reasons"], strict=True):
        assert {**ours, "message": theirs["message"]} == theirs
    assert english["original"] == portuguese["original"]


def asked(path: str, method: str = "GET", *, language: str | None = None, **query: str) -> dict[str, Any]:
    event = {
        "path": path,
        "httpMethod": method,
        "requestContext": {"requestId": "r-1"},
        "headers": {} if language is None else {"accept-LANGUAGE": language},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "body": "",
        "isBase64Encoded": False,
    }
    return app.resolve(event, LambdaContext())


def header(answer: dict[str, Any], name: str) -> list[str]:
    return answer["multiValueHeaders"].get(name, [])  # type: ignore[no-any-return]


PROBLEMS = {
    "nothing there": (("/nada",), 404, "Não encontrado", "não há nada neste caminho; GET /openapi.json lista todos os"),
    "another method": (("/notas", "DELETE"), 405, "Método não permitido", "DELETE não é permitido aqui; use GET, POST"),
    "no type": (("/notas", "POST"), 415, "Tipo de mídia não suportado", "falta o Content-Type; use um destes: "),
}


@pytest.mark.parametrize(("call", "status", "title", "detail"), PROBLEMS.values(), ids=PROBLEMS)
def test_problems_are_said_in_the_language_asked_for(
    call: tuple[str, ...], status: int, title: str, detail: str
) -> None:
    for language, tag in (("pt-BR,en;q=0.5", "pt-BR"), (None, "en"), ("de", "en")):
        answer = asked(*call, language=language)
        problem = json.loads(answer["body"])
        assert answer["statusCode"] == status
        assert header(answer, "Content-Language") == [tag]
        assert header(answer, "Vary") == ["Accept-Language"]
        assert (problem["title"] == title) == (tag == "pt-BR")
        assert problem["detail"].startswith(detail) == (tag == "pt-BR")
        assert problem["type"].startswith("urn:notas:problem:")


QUERIES = {
    "missing": ({}, "cliente", "é obrigatório"),
    "too short": ({"cliente": ""}, "cliente", "tem de ter no mínimo 1 caractere"),
    "too long": ({"chave": "x" * 1_025}, "chave", "tem de ter no máximo 1024 caracteres"),
    "no number": ({"cliente": "x", "limite": "a"}, "limite", "tem de ser um número inteiro"),
    "a very long number": (
        {"cliente": "x", "limite": "1" * 5_000},
        "limite",
        "tem dígitos demais para um número inteiro",
    ),
    "too small": ({"cliente": "x", "limite": "0"}, "limite", "tem de ser no mínimo 1"),
    "too large": ({"cliente": "x", "limite": "101"}, "limite", "tem de ser no máximo 100"),
    "another form": (
        {"cliente": "x", "de": "1/2/2025"},
        "de",
        "tem de ser um dia no formato AAAA-MM-DD, como 2025-10-03",
    ),
    "no day": ({"cliente": "x", "ate": "2025-02-30"}, "ate", "esse dia não existe"),
}


@pytest.mark.parametrize(("query", "name", "detail"), QUERIES.values(), ids=QUERIES)
def test_wrong_parameters_are_explained_in_the_language_asked_for(
    query: dict[str, str], name: str, detail: str
) -> None:
    path = "/envios" if "chave" in query else "/notas"
    [error] = json.loads(asked(path, language="pt", **query)["body"])["errors"]
    assert error == {"in": "query", "name": name, "detail": detail}
    [english] = json.loads(asked(path, **query)["body"])["errors"]
    assert retold(english["detail"], failures.SENTENCES, PORTUGUESE) == detail != english["detail"]


FORMS = {
    "a file's name": (
        {"nome": "notas.csv"},
        "should end in .json, .jsonl, .ndjson or .xml, also with .gz, and have no slashes or control characters",
        "tem de terminar em .json, .jsonl, .ndjson ou .xml, também com .gz, sem barras nem caracteres de controle",
    ),
    "an upload_id": (
        {"nome": "notas.json", "partes": "a b"},
        "should be an upload_id as POST /envios gave it, without spaces",
        "tem de ser um upload_id como POST /envios o forneceu, sem espaços",
    ),
}


@pytest.mark.parametrize(("query", "english", "portuguese"), FORMS.values(), ids=FORMS)
def test_a_text_of_another_form_is_told_in_words(query: dict[str, str], english: str, portuguese: str) -> None:
    for language, detail in (("en", english), ("pt", portuguese)):
        [error] = json.loads(asked("/envios", "POST", language=language, **query)["body"])["errors"]
        assert error["detail"] == detail


def test_every_form_of_a_parameter_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", "https://x/v1")
    described = json.loads(asked("/openapi.json")["body"])
    parameters = [
        one for path in described["paths"].values() for call in path.values() for one in call.get("parameters", [])
    ]
    assert {one["schema"]["pattern"] for one in parameters if "pattern" in one["schema"]} == set(forms.IN_WORDS)


def test_the_file_names_shortest_is_said_with_its_plural() -> None:
    [error] = json.loads(asked("/envios", "POST", language="pt", nome="a")["body"])["errors"]
    assert error["detail"] == "tem de ter no mínimo 5 caracteres"


def test_every_kind_of_problem_has_a_title_that_is_its_name() -> None:
    assert {kind: kind.replace("-", " ").capitalize() for kind in TITLES} == TITLES


def test_every_operation_describes_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", "https://x/v1")
    described = json.loads(asked("/openapi.json")["body"])
    for path, operations in described["paths"].items():
        for operation in operations.values():
            names = [parameter["name"] for parameter in operation["parameters"]]
            assert names.count("Accept-Language") == 1, path
            assert "Content-Language" in operation["responses"]["default"]["headers"]
    assert "Content-Language" in described["paths"]["/envios/{chave}/{versao}"]["get"]["responses"]["200"]["headers"]


def test_only_title_and_detail_of_a_problem_have_a_language() -> None:
    with pytest.raises(ProblemError) as raised:
        check_size(MAX_BODY + 1)
    problem = raised.value
    english, portuguese = (json.loads(problem.body("c", language)) for language in (ENGLISH, PORTUGUESE))
    assert portuguese.keys() == english.keys()
    assert {name for name in english if english[name] != portuguese[name]} == {"title", "detail"}
    assert english["detail"] == problem.detail
