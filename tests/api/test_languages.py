"""The API gives messages in the language that it is asked for. What is stored has one language, English."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from aws_stack.errors import UsageError
from fixtures.api import Answer, Api
from fixtures.inprocess import notas_here
from fixtures.invoices import document, invoice
from fixtures.stacks import Sent, place_of_rejects
from pipeline.client import Client
from pipeline.functions.language import PORTUGUESE

LANGUAGES = {
    "pt-BR,pt;q=0.9,en;q=0.8": "pt-BR",
    "pt": "pt-BR",
    "en-GB,pt;q=0.5": "en",
    "de": "en",
}


def asked(api: Api, sent: Sent, tail: str, language: str) -> Answer:
    path = f"/envios/{quote(sent.key, safe='')}/{quote(sent.version_id, safe='')}{tail}"
    answer = api.call("GET", path, headers={"Accept-Language": language})
    assert answer.status == 200, answer.body
    return answer


def test_reasons_come_in_the_language_asked_for_and_are_stored_in_english(api: Api, unique: str) -> None:
    sent = api.ingest(document(invoice(unique, cliente=" ", data_emissao="2025-02-30")))
    said = {
        "pt-BR": ['é " ", que está em branco', 'é "2025-02-30"; 2025-02 tem os dias 01 a 28'],
        "en": ['is " ", which is blank', 'is "2025-02-30"; 2025-02 has days 01 to 28'],
    }
    for language, tag in LANGUAGES.items():
        answer = asked(api, sent, "/rejeitadas", language)
        assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (tag, "Accept-Language")
        [reject] = answer.json()["rejeitadas"]
        assert [reason["message"] for reason in reject["reasons"]] == said[tag]
        assert [(reason["code"], reason["path"]) for reason in reject["reasons"]] == [
            ("blank", "/cliente"),
            ("date", "/data_emissao"),
        ]
    bucket, key = place_of_rejects(api.entry(sent).json())
    stored = api.stack.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert [reason["message"] for reason in json.loads(stored)["reasons"]] == said["en"]


def test_the_error_of_an_entry_comes_in_the_language_asked_for(api: Api) -> None:
    sent = api.ingest(b'[{"id": "NF-1"]')
    said = {
        "pt-BR": """há "]" onde deveria haver ',' ou '}'""",
        "en": """found "]" where ',' or '}' belongs""",
    }
    for language, tag in LANGUAGES.items():
        answer = asked(api, sent, "", language)
        assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (tag, "Accept-Language")
        error = answer.json()["error"]
        assert (error["code"], error["message"], error["column"]) == ("not_json", said[tag], 15)
    item = api.stack.entry(sent)
    assert item is not None
    assert item["error"]["message"] == said["en"]


def test_problems_come_in_the_language_asked_for(api: Api, unique: str) -> None:
    answer = api.call("GET", f"/notas/{unique}", headers={"Accept-Language": "pt-BR"})
    assert answer.problem(404)["detail"] == f"não existe nota com o id '{unique}'"
    assert answer.headers["Content-Language"] == "pt-BR"


def test_send_shows_reasons_in_the_language_that_is_spoken_and_programs_read_english(
    api: Api, unique: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(document(invoice(unique, cliente="")))
    words = ["send", str(file), "--api-url", api.url, "--language", "pt"]
    assert "length: /cliente está vazio; são permitidos de 1 a 255 caracteres" in notas_here(*words).out
    [reject] = json.loads(notas_here(*words, "--json").out)["rejects"]
    [reason] = reject["reasons"]
    assert reason["message"] == "is empty; 1 to 255 characters are allowed"
    assert reason["values"]["most"] == 255


def test_a_client_asks_in_the_language_of_its_person(api: Api) -> None:
    client = Client.of_stack(api.stack.cloud, api.url, api.key or None, language=PORTUGUESE)
    with pytest.raises(UsageError, match="parâmetros que faltam ou estão errados"):
        client.get("/notas")
