"""The API: section 6 of the contract."""

import gzip
import json
import urllib.error
import urllib.request
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest

from aws_stack.waiting import NotYet, wait_until
from fixtures.api import JSON, LINES, Api
from fixtures.invoices import as_stored, counts, document, invoice, own
from fixtures.stacks import Sent, place_of_rejects
from pipeline.functions import schema

NDJSON = {"Content-Type": "application/x-ndjson"}
GZIP = {"Content-Encoding": "gzip"}

# {a} and {b} are invoices.
FORMS = {
    "one": (JSON, "{a}", 1),
    "many": (JSON, "[{a}, {b}]", 2),
    "none": (JSON, "[]", 0),
    "a line each": (LINES, "{a}\n{b}\n", 2),
    "NDJSON": (NDJSON, "{a}\n\n{b}", 2),
    "gzip": (JSON | GZIP, "[{a}, {b}]", 2),
    "gzip lines": (LINES | GZIP, "{a}\n{b}\n", 2),
    "a charset": ({"Content-Type": 'application/json; charset="UTF-8"'}, "[{a}]", 1),
}


def shown(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry of an upload that has ended, as the API shows it.

    What entries of the version before do not have is null; what only the functions need is not shown.
    """
    later = {"progress": None, "stalled_at": None}
    return {name: value for name, value in (later | entry).items() if name != "generation"}


@pytest.mark.parametrize(("headers", "form", "number"), FORMS.values(), ids=FORMS)
def test_a_posted_document_is_processed_like_a_file(
    api: Api, unique: str, headers: dict[str, str], form: str, number: int
) -> None:
    a, b = (json.dumps(invoice(f"{unique}-{letter}"), ensure_ascii=False) for letter in "ab")
    body = form.replace("{a}", a).replace("{b}", b).encode()
    sent = api.ingest(gzip.compress(body) if "Content-Encoding" in headers else body, headers)
    entry = api.entry(sent).json()
    assert counts(entry) == ({"received": number, "stored": number} if number else {})
    for letter in "ab"[:number]:
        item = api.stack.invoice(f"{unique}-{letter}")
        assert item is not None
        assert item["_ingest"]["key"] == sent.key


def test_the_location_of_an_accepted_document_has_its_ledger_entry(api: Api, unique: str) -> None:
    answer = api.call("POST", "/notas", document(invoice(unique), 1), JSON)
    assert answer.status == 202
    upload = answer.json()
    # https://www.rfc-editor.org/rfc/rfc3986#section-5.2, against the URL of the request
    location = urljoin(f"{api.url}/notas", answer.headers["Location"])
    assert location == f"{api.url}/envios/{upload['key']}/{upload['version_id']}"
    sent = Sent(upload["key"], upload["version_id"], 0)
    entry = shown(api.stack.wait(sent))
    assert api.get(location.removeprefix(api.url)).json() == entry
    assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}


def test_a_malformed_document_is_accepted_and_fails_like_a_file(api: Api) -> None:
    entry = api.entry(api.ingest(b'[{"id": ')).json()
    assert (entry["status"], entry["error"]["code"], entry["error"]["line"]) == ("failed", "truncated", 1)
    assert api.entry(api.ingest(b'["\xff"]')).json()["error"]["code"] == "not_utf8"


KEYS = [
    "a  b .json",
    "1+1=2 100%25%.json",
    "100%25.json",
    "%41%2F%2541.json",
    "notas/março/ação.json",
    "😀/🧾.json",
    "a//b/c.json",
    "/a.json",
    "?a=b#c&d;e.json",
    "'a' \"b\" <c> &amp; [d] {e} |f| ^g` \\h.json",
    "rejeitadas/rejeitadas.json",
]


@pytest.mark.parametrize("key", KEYS)
def test_any_legal_key_works_in_a_path(api: Api, unique: str, key: str) -> None:
    sent = api.stack.upload(document(invoice(unique), 1), f"{unique}{key}")
    entry = shown(api.stack.wait(sent))
    assert api.entry(sent).json() == entry
    # Slashes need not be encoded.
    assert api.get(f"/envios/{quote(sent.key)}/{sent.version_id}").json() == entry
    assert [reject["position"] for reject in api.entry(sent, "/rejeitadas").json()["rejeitadas"]] == [1]


@pytest.mark.parametrize(
    "tail", ["", "/1", " 1+1", "%", "%25", "%41", "A", "?a#b", "🧾", "é", "e\u0301", ";a=b", "'\"<>\\|^`{}[]"]
)
def test_any_id_works_in_a_path(api: Api, unique: str, tail: str) -> None:
    body = invoice(f"{unique}{tail}", cliente=tail or "Ana")
    api.ingest(document(body))
    found = api.invoice(f"{unique}{tail}").json()
    assert found["_ingest"]["position"] == 0
    assert own(found) == as_stored(body)


def test_numbers_are_returned_exactly(api: Api, unique: str) -> None:
    numbers = ["0.1", "12345678901234567890123456789012345678", "-1E-130", "9.99E+125", "1.50", "0"]
    text = f'{{"id": "{unique}", "cliente": "Ana", "valor": 9999999999999.99, "data_emissao": "2025-10-03", "n": '
    api.ingest((text + f"[{', '.join(numbers)}]}}").encode())
    answer = api.invoice(unique)
    assert answer.json()["n"] == list(map(Decimal, numbers))
    assert b'"valor": 9999999999999.99' in answer.body
    assert b"12345678901234567890123456789012345678" in answer.body


def test_what_is_not_there_is_a_problem(api: Api, unique: str) -> None:
    assert unique in api.invoice(unique).problem(404)["detail"]
    missing = api.entry(Sent(f"{unique}.json", "no-version", 0))
    assert "ask again" in missing.problem(404)["detail"]
    assert missing.headers["Retry-After"] == "1"
    api.entry(Sent(f"{unique}.json", "no-version", 0), "/rejeitadas").problem(404)
    for path in ("/nada", "/notas/%FF", f"/envios/{unique}", f"/envios/{unique}/1/2"):
        api.get(path).problem(404)
    # Longer than any key or id: in characters, and in bytes alone.
    assert api.invoice("é" * 256).problem(400)["errors"][0]["name"] == "id"
    assert api.entry(Sent("x" * 1_025, "1", 0)).problem(400)["errors"][0]["name"] == "chave"
    api.invoice("🧾" * 255).problem(404)
    # API Gateway takes no path of more than 10,240 bytes.
    api.entry(Sent("🧾" * 513, "v", 0)).problem(404)
    api.entry(Sent("k", "🧾" * 257, 0)).problem(404)


@pytest.mark.parametrize(("path", "allowed"), [("/notas", "GET, POST"), ("/envios", "GET, POST"), ("/notas/1", "GET")])
def test_another_method_is_a_problem_that_names_the_right_ones(api: Api, path: str, allowed: str) -> None:
    answer = api.call("DELETE", path)
    assert allowed in answer.problem(405)["detail"]
    assert answer.headers["Allow"] == allowed


def test_an_unsupported_body_is_a_problem_that_says_what_is_supported(api: Api) -> None:
    assert (
        "application/jsonl"
        in api.call("POST", "/notas", b"<nota/>", {"Content-Type": "text/html"}).problem(415)["detail"]
    )
    assert "gzip" in api.call("POST", "/notas", b"[]", JSON | {"Content-Encoding": "br"}).problem(415)["detail"]
    api.call("POST", "/notas", b"[]").problem(415)
    latin = JSON | {"Content-Type": "application/json; charset=iso-8859-1"}
    assert "UTF-8" in api.call("POST", "/notas", b"[]", latin).problem(415)["detail"]


def test_a_body_of_the_limit_is_accepted_and_a_larger_one_is_told_what_to_do(api: Api, unique: str) -> None:
    limit = 4 * 1024 * 1024
    body = document(invoice(unique))
    assert api.entry(api.ingest(body + b" " * (limit - len(body)))).json()["stored"] == 1
    assert "POST /envios" in api.call("POST", "/notas", b" " * (limit + 1), JSON).problem(413)["detail"]


def test_a_file_of_any_size_is_uploaded_to_a_url_of_its_own(api: Api, unique: str) -> None:
    body = json.dumps(invoice(unique)).encode() + b"\n" * 11_000_000
    invitation = api.call("POST", f"/envios?nome={quote(f'{unique} ação+1%.jsonl')}&tamanho={len(body)}")
    assert invitation.status == 201
    told = invitation.json()
    assert told["key"].endswith(f"/{unique} ação+1%.jsonl")
    with put(told, body) as answer:
        sent = Sent(told["key"], answer.headers["x-amz-version-id"], len(body))
    assert counts(api.stack.wait(sent)) == {"received": 1, "stored": 1}
    assert api.entry(sent).json()["size"] == len(body)


def put(invitation: dict[str, Any], body: bytes, **headers: str) -> Any:
    """S3's answer to a file that is sent to a URL, with other headers than the invitation's where they are given."""
    sent = invitation["headers"] | {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(invitation["url"], body, sent, method="PUT")
    return urllib.request.urlopen(request)


def test_a_url_is_for_one_use_and_the_api_tells_what_became_of_it(api: Api, unique: str) -> None:
    body = document(invoice(unique))
    told = api.call("POST", f"/envios?nome=a.json&tamanho={len(body)}").json()
    api.get("/envios", chave=told["key"]).problem(404)
    with put(told, body) as answer:
        version = answer.headers["x-amz-version-id"]
    with pytest.raises(urllib.error.HTTPError, match="412"):
        put(told, body)
    assert api.get("/envios", chave=told["key"]).json() == {"key": told["key"], "version_id": version}
    assert api.stack.wait(Sent(told["key"], version, len(body)))["stored"] == 1


def test_the_api_tells_nothing_of_objects_that_it_did_not_take(api: Api, unique: str) -> None:
    sent = api.stack.upload(b"[]", f"{unique}.json")
    api.stack.wait(sent)
    api.get("/envios", chave=sent.key).problem(404)
    api.get("/envios", chave="").problem(400)
    api.get("/envios").problem(400)


def test_a_url_that_is_asked_for_again_is_for_the_same_upload(api: Api, unique: str) -> None:
    headers = {"Idempotency-Key": unique}
    first, second = (api.call("POST", "/envios?nome=a.json", headers=headers).json() for _ in range(2))
    assert first["key"] == second["key"]
    with put(first, b"[]") as answer:
        version = answer.headers["x-amz-version-id"]
    with pytest.raises(urllib.error.HTTPError, match="412"):
        put(second, b"[]")
    api.stack.wait(Sent(first["key"], version, 2))
    other = api.call("POST", "/envios?nome=a.json", headers={"Idempotency-Key": f"{unique} 2"}).json()
    assert other["key"] != first["key"]


def test_an_idempotency_key_is_for_one_document(api: Api, unique: str) -> None:
    headers = {**JSON, "Idempotency-Key": unique}
    sent = api.ingest(document(invoice(unique)), headers)
    assert api.send(document(invoice(unique)), headers) == sent
    reused = api.call("POST", "/notas", document(invoice(f"{unique} 2")), headers).problem(422)
    assert reused["type"] == "urn:notas:problem:idempotency-key-reused"
    assert api.stack.invoice(f"{unique} 2") is None
    api.call("POST", "/notas", b"[]", {**JSON, "Idempotency-Key": "x" * 256}).problem(400)


def test_a_file_that_s3_would_not_take_at_once_is_uploaded_in_parts(api: Api, unique: str) -> None:
    at_most = 5 * 1024**3  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
    assert api.call("POST", f"/envios?nome=a.json&tamanho={at_most}").json()["parts"] is None
    path, headers = f"/envios?nome=a.json&tamanho={at_most + 3}", {"Idempotency-Key": unique}
    begun = api.call("POST", path, headers=headers).json()
    assert (begun["url"], len(begun["parts"]["urls"])) == (None, at_most // begun["parts"]["size"] + 1)
    upload_id = begun["parts"]["upload_id"]
    again = api.call("POST", f"{path}&partes={quote(upload_id, safe='')}", headers=headers).json()
    assert (again["key"], again["parts"]["upload_id"]) == (begun["key"], upload_id)
    # The last part alone, which is small, makes an object, too.
    number = len(again["parts"]["urls"])
    with put({"url": again["parts"]["urls"][-1], "headers": {}}, b"[] ", content_type="") as answer:
        etag = answer.headers["ETag"]
    part = f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>".encode()
    # LocalStack takes what urllib says otherwise, which is a form, for one.
    headers = {**again["parts"]["headers"], "Content-Type": "application/xml"}
    post = urllib.request.Request(again["parts"]["complete"], body, headers)
    with urllib.request.urlopen(post) as answer:
        version = answer.headers["x-amz-version-id"]
    assert api.get("/envios", chave=begun["key"]).json() == {"key": begun["key"], "version_id": version}
    assert api.stack.wait(Sent(begun["key"], version, 3))["received"] == 0


def test_a_file_that_is_too_large_for_parts_gets_no_url(api: Api) -> None:
    [error] = api.call("POST", f"/envios?nome=a.json&tamanho={5_000 * 1024**3 + 1}").problem(400)["errors"]
    assert error["name"] == "tamanho"


def test_rejects_that_somebody_removed_are_missing(api: Api, unique: str) -> None:
    sent = api.ingest(document(invoice(unique), 1))
    bucket, key = place_of_rejects(api.stack.wait(sent))
    api.stack.s3.delete_object(Bucket=bucket, Key=key)
    assert "gone" in api.entry(sent, "/rejeitadas").problem(404)["detail"]


@pytest.mark.parametrize(
    "name", ["", "a.txt", "a/b.json", "a\\b.json", "a\nb.json", ".json", "a" * 200 + ".json", None]
)
def test_a_file_that_would_not_be_processed_gets_no_url(api: Api, name: str | None) -> None:
    query = "" if name is None else f"?nome={quote(name)}"
    [error] = api.call("POST", f"/envios{query}").problem(400)["errors"]
    assert (error["in"], error["name"]) == ("query", "nome")


def test_rejects_come_with_their_reasons_and_as_they_were_sent(api: Api, unique: str) -> None:
    broken = ['{"id": 1.50}', f'{{"id": "{unique}", "id": "{unique}"}}', '"\\ud800"', "[" * 5_000 + "]" * 5_000]
    sent = api.ingest(f"[{', '.join(broken)}]".encode())
    page = api.entry(sent, "/rejeitadas").json()
    assert [reject["original"] for reject in page["rejeitadas"]] == broken
    assert [reject["position"] for reject in page["rejeitadas"]] == [0, 1, 2, 3]
    assert page["rejeitadas"][2]["reasons"][0]["code"] == "type"
    assert page["cursor"] is None


def test_rejects_come_in_pages(api: Api) -> None:
    sent = api.ingest(document(*range(25)))
    told: list[Any] = []
    cursor = None
    for size in (10, 10, 5):
        page = api.entry(sent, "/rejeitadas", limite=10, cursor=cursor).json()
        assert len(page["rejeitadas"]) == size
        told += page["rejeitadas"]
        cursor = page["cursor"]
    assert cursor is None
    assert [reject["original"] for reject in told] == [str(number) for number in range(25)]


def test_an_upload_without_rejects_has_an_empty_list(api: Api, unique: str) -> None:
    sent = api.ingest(document(invoice(unique)))
    assert api.entry(sent, "/rejeitadas").json() == {"rejeitadas": [], "cursor": None}


def test_a_problem_is_found_in_the_logs_by_its_correlation_id(api: Api, unique: str) -> None:
    id_ = api.invoice(unique).problem(404)["correlation_id"]
    group = f"/aws/lambda/{api.stack.function('api')}"

    def ask() -> dict[str, Any] | NotYet:
        pages = api.stack.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines = [event["message"] for page in pages for event in page["events"] if id_ in event["message"]]
        return json.loads(lines[0]) if lines else NotYet("no line with it")

    line = wait_until(f"{id_} is in the logs", ask, 10 * api.stack.patience)
    assert (line["correlation_id"], line["status"], line["message"]) == (id_, 404, "request answered")
    assert unique in line["path"]


def test_the_description_is_of_this_api(api: Api) -> None:
    described = api.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": api.url}]
    assert set(described["paths"]) == {
        "/notas",
        "/notas/{id}",
        "/envios",
        "/envios/{chave}/{versao}",
        "/envios/{chave}/{versao}/rejeitadas",
        "/nota.schema.json",
        "/openapi.json",
    }
    assert {"id", "cliente", "valor", "data_emissao"} == set(described["components"]["schemas"]["Nota"]["required"])


def test_the_schema_is_that_of_the_command(api: Api) -> None:
    answer = api.get("/nota.schema.json")
    assert (answer.status, answer.headers.get_content_type()) == (200, "application/schema+json")
    assert json.loads(answer.body) == schema.document()


def test_the_page_runs_nothing_from_elsewhere(api: Api) -> None:
    for path in ("", "/"):
        answer = api.call("GET", path)
        assert (answer.status, answer.headers.get_content_type()) == (200, "text/html")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    # The namespace of the icon, which is in the page, is a name that nobody asks for.
    body = answer.body.replace(b"xmlns='http://www.w3.org/2000/svg'", b"")
    assert b"http://" not in body
    assert b"https://" not in body


def test_the_address_is_the_output(api: Api) -> None:
    assert urlsplit(api.url).scheme in ("http", "https")
    assert not api.url.endswith("/")
