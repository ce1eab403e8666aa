"""The API gives messages in the language that it is asked for. What is stored has one language, English."""

import json
from urllib.parse import quote

import pytest

from fixtures.api import Answer, Api
from fixtures.invoices import document, invoice
from fixtures.stacks import Sent, place_of_rejects
from pipeline.client import Client
from pipeline.errors import UsageError
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
    sent = api.ingest(document(invoice(unique, cliente=" ", valor="1.0050")))
    said = {
        "pt-BR": ["está em branco", "tem 3 casas decimais; são permitidas no máximo 2"],
        "en": ["is blank", "has 3 decimals; at most 2 are allowed"],
    }
    for language, tag in LANGUAGES.items():
        answer = asked(api, sent, "/rejeitadas", language)
        assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (tag, "Accept-Language")
        [reject] = answer.json()["rejeitadas"]
        assert [reason["message"] for reason in reject["reasons"]] == said[tag]
        assert [(reason["code"], reason["path"]) for reason in reject["reasons"]] == [
            ("blank", "/cliente"),
            ("decimals", "/valor"),
        ]
    bucket, key = place_of_rejects(api.entry(sent).json())
    stored = api.stack.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert [reason["message"] for reason in json.loads(stored)["reasons"]] == said["en"]


def test_the_error_of_an_entry_comes_in_the_language_asked_for(api: Api) -> None:
    sent = api.ingest(b'[{"id": "NF-1"]')
    said = {
        "pt-BR": """há "]" onde devia haver ',' ou '}'""",
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


def test_a_client_asks_in_the_language_of_its_person(api: Api) -> None:
    client = Client.of_stack(api.stack.cloud, api.url, api.key or None, language=PORTUGUESE)
    with pytest.raises(UsageError, match="parâmetros que faltam ou estão errados"):
        client.get("/notas")
