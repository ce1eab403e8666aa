"""How the judge asks an API, and what it reads in the answer."""

import json
from base64 import b64encode
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from aws_stack.clouds import embedded
from aws_stack.errors import UsageError
from pipeline.judge.asking import ask, invoices_in, request
from pipeline.judge.bench import Bench
from pipeline.judge.function import Answer
from pipeline.judge.model import BrokenError
from pipeline.judge.promises import PROMISES
from pipeline.judge.reading import load


def test_a_value_stands_in_the_path_or_in_the_query() -> None:
    by_id = request("/notas/{numero}", "NF 8/1")
    assert (by_id["path"], by_id["pathParameters"]) == ("/notas/NF%208%2F1", {"numero": "NF 8/1"})
    assert (by_id["resource"], by_id["queryStringParameters"]) == ("/notas/{numero}", None)
    by_customer = request("/notas?cliente={quem}&limite=5", "João & Filhos")
    assert by_customer["queryStringParameters"] == {"cliente": "João & Filhos", "limite": "5"}
    assert by_customer["multiValueQueryStringParameters"]["cliente"] == ["João & Filhos"]
    assert (by_customer["path"], by_customer["pathParameters"]) == ("/notas", None)
    with_both = request("/notas/{id}?formato=json", "NF-1")
    assert (with_both["path"], with_both["queryStringParameters"]) == ("/notas/NF-1", {"formato": "json"})


@pytest.mark.parametrize(
    "body", [{"id": "a"}, {"nota": {"id": "a"}}, [{"id": "a"}], {"notas": [{"id": "a"}], "proxima": None}]
)
def test_an_invoice_is_found_however_it_is_wrapped(body: Any) -> None:
    assert list(invoices_in(body, "id")) == [{"id": "a"}]
    assert not list(invoices_in(body, "numero"))


def asked(answer: Answer) -> tuple[int, Any]:
    bench = SimpleNamespace(api=SimpleNamespace(invoke=lambda _event: answer), answers=[])
    return ask(cast("Any", bench), "/notas/{id}", "NF-1")


def test_an_answer_is_read_with_its_numbers_exact() -> None:
    assert asked(Answer(result='{"statusCode": 200, "body": "{\\"valor\\": 0.10}"}')) == (
        200,
        {"valor": Decimal("0.10")},
    )
    assert asked(Answer(result='{"statusCode": 404}')) == (404, None)


def test_a_body_in_base64_is_decoded() -> None:
    body = b64encode('{"cliente": "João", "valor": 0.10}'.encode()).decode()
    answer = {"statusCode": 200, "isBase64Encoded": True, "body": body}
    assert asked(Answer(result=json.dumps(answer))) == (200, {"cliente": "João", "valor": Decimal("0.10")})
    assert asked(Answer(result=json.dumps({"statusCode": 404, "isBase64Encoded": True, "body": ""}))) == (404, None)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(error="KeyError: 'id'"), "GET /notas/NF-1 failed: KeyError: 'id'"),
        (Answer(result='{"id": "NF-1"}'), "answered with no statusCode"),
        (Answer(result='{"statusCode": 200, "body": "<p>"}'), "a body that is no JSON"),
        (Answer(result='{"statusCode": 200, "isBase64Encoded": true, "body": "{}"}'), "a body that is no JSON"),
        (Answer(), "answered with no statusCode"),
    ],
)
def test_what_is_no_answer_breaks_the_promise(answer: Answer, said: str) -> None:
    with pytest.raises(BrokenError, match=said):
        asked(answer)


TEMPLATE = """\
Resources:
  Entrada: {Type: AWS::S3::Bucket}
  Notas: {Type: AWS::Serverless::SimpleTable}
  Consulta:
    Type: AWS::Serverless::Function
    Properties:
      {CodeUri: api/, Handler: api.handler, Timeout: 7, Environment: {Variables: {TABELA: !Ref Notas, SO_DA_API: "1"}}}
  Grava:
    Type: AWS::Serverless::Function
    Properties:
      {CodeUri: ., Handler: app.handler, Events: {N: {Type: S3, Properties: {Bucket: !Ref Entrada, Events: "s3:*"}}}}
"""


def loaded(folder: Path, api: str) -> Any:
    (folder / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    file = folder / "adapter.toml"
    file.write_text(f'template = "template.yaml"\napi = {{ {api} }}\n', encoding="utf-8")
    return load(file).api


def test_the_api_is_a_function_of_the_template_or_a_handler(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "requirements.txt").touch()
    api = loaded(tmp_path, 'function = "Consulta", invoice = "/notas/{id}"')
    assert (api.handler, api.timeout, api.invoice) == ("api.handler", 7, "/notas/{id}")
    assert (api.root, api.requirements) == (tmp_path / "api", tmp_path / "api" / "requirements.txt")
    assert api.environment == {"TABELA": "judged-Notas", "SO_DA_API": "1"}
    api = loaded(tmp_path, 'handler = "outra.handler", customer = "/notas?cliente={c}"')
    assert (api.handler, api.timeout, api.environment) == ("outra.handler", 3, {})
    assert (api.root, api.requirements) == (tmp_path, None)


def test_the_api_runs_in_a_folder_and_on_requirements_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "requirements.txt").touch()
    loaded(tmp_path, 'function = "Consulta", invoice = "/notas/{id}"')
    adapter = load(tmp_path / "adapter.toml")
    behind = Bench(adapter, embedded.at(1)).behind_api
    assert (adapter.root, adapter.handler, adapter.requirements) == (tmp_path, "app.handler", None)
    assert (behind.root, behind.handler) == (tmp_path / "api", "api.handler")
    assert behind.requirements == tmp_path / "api" / "requirements.txt"


@pytest.mark.parametrize("id_", ["8", "8.0", '"8"'])
def test_the_id_of_an_invoice_may_be_a_number_or_its_text(tmp_path: Path, id_: str) -> None:
    loaded(tmp_path, 'handler = "api.handler", invoice = "/notas/{id}"')
    answer = Answer(result=json.dumps({"statusCode": 200, "body": f'{{"id": {id_}, "valor": 1.5}}'}))
    bench = SimpleNamespace(api=SimpleNamespace(invoke=lambda _event: answer), answers=[])
    invoice = {"id": 8, "valor": Decimal("1.50")}
    trial = SimpleNamespace(
        adapter=load(tmp_path / "adapter.toml"),
        bench=bench,
        invoice=lambda **_: invoice,
        amount=lambda _: invoice["valor"],
        upload=lambda _: None,
    )
    [by_id] = [one for one in PROMISES if one.number == "4.4"]
    assert by_id.holds is not None
    by_id.holds(cast("Any", trial), 150)
    invoice["id"] = 9
    with pytest.raises(BrokenError, match="for the invoice 9"):
        by_id.holds(cast("Any", trial), 150)


@pytest.mark.parametrize(
    ("api", "said"),
    [
        ('invoice = "/notas/{id}"', "api.handler is missing"),
        ('handler = "a.b", invoice = "/notas"', "api.invoice is '/notas'; it has one place, as /notas/{id}"),
        ('handler = "a.b", invoice = "/notas/{id"', "api.invoice is '/notas/{id'; it has one place"),
        ('handler = "a.b", nota = "/notas/{id}"', "api has 'nota'; it may have function, "),
    ],
)
def test_what_is_wrong_with_it_is_said_in_a_line(tmp_path: Path, api: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(tmp_path, api)
    assert said in str(caught.value)
