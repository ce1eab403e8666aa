"""An upload on its way, as the API shows it: how far it is, that it stalled, and the version id that it has."""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import md5
from typing import Any
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

import pytest

from aws_stack.clouds import Cloud
from fixtures.api import JSON, Api
from fixtures.entries import FIRST, GAVE_UP, STALLED, progress, write
from fixtures.invoices import document, invoice
from fixtures.stacks import Sent, Stack, deployed


def entry(api: Api, sent: Sent, **attributes: Any) -> Any:
    """What the API says of an upload with these attributes in its ledger entry."""
    write(api.stack, sent, **attributes)
    return api.entry(sent).json()


def test_an_upload_shows_how_far_it_has_come(api: Api, unique: str) -> None:
    sent = Sent(f"{unique}.json", "1", 0)
    assert entry(api, sent)["progress"] is None
    first = entry(api, sent, progress=progress(1, 900, 400_000, 2))["progress"]
    assert first == {"reading": 1, "judged": 0, "bytes": 400_000, "at": "2026-10-05T12:01:02.000Z"}
    second = entry(api, sent, progress=progress(2, 900, 600_000, 5))["progress"]
    assert second == {"reading": 2, "judged": 900, "bytes": 600_000, "at": "2026-10-05T12:01:05.000Z"}


def test_a_stalled_upload_says_why_since_when_and_how_far_it_had_come(api: Api, unique: str) -> None:
    told = entry(api, Sent(f"{unique}.json", "1", 0), **STALLED, progress=progress(2, 900, 600_000))
    assert (told["status"], told["stalled_at"], told["error"]) == ("stalled", STALLED["stalled_at"], GAVE_UP)
    assert told["progress"]["judged"] == 900


def test_an_entry_that_the_version_before_wrote_is_shown_as_well(api: Api, unique: str) -> None:
    sent = Sent(f"{unique}.json", "1", 0)
    write(api.stack, sent)
    api.stack.dynamodb.update_item(
        TableName=api.stack.outputs["UploadsTable"],
        Key={"key": {"S": sent.key}, "version_id": {"S": sent.version_id}},
        UpdateExpression="REMOVE progress, stalled_at",
    )
    assert api.entry(sent).json() == {**FIRST, "size": Decimal(FIRST["size"]), "key": sent.key, "version_id": "1"}


@pytest.fixture(scope="module")
def suspended(cloud: Cloud) -> Iterator[Api]:
    """The API of a stack whose bucket's versioning somebody has suspended."""
    with deployed(cloud, Stack) as stack:
        stack.s3.put_bucket_versioning(
            Bucket=stack.outputs["UploadsBucket"], VersioningConfiguration={"Status": "Suspended"}
        )
        yield Api(stack)


def etag(body: bytes) -> str:
    """The ETag of an object that was uploaded in one piece."""
    return md5(body, usedforsecurity=False).hexdigest()


def test_a_document_without_a_version_has_one_by_its_content(suspended: Api, unique: str) -> None:
    body = document(invoice(unique))
    headers = {**JSON, "Idempotency-Key": unique}
    answer = suspended.call("POST", "/notas", body, headers)
    upload = answer.json()
    assert suspended.call("POST", "/notas", body, headers).json() == upload
    assert upload["version_id"] == f"null:{etag(body)}"
    sent = Sent(upload["key"], upload["version_id"], len(body))
    suspended.stack.wait(sent)
    location = urljoin(f"{suspended.url}/notas", answer.headers["Location"])
    assert suspended.get(location.removeprefix(suspended.url)).json()["stored"] == 1
    assert suspended.get(f"/envios/{quote(sent.key)}/{sent.version_id}").json()["key"] == sent.key


def test_a_put_to_a_url_tells_a_browser_what_the_version_id_is_made_of(suspended: Api) -> None:
    told = suspended.call("POST", "/envios?nome=a.json").json()
    put = Request(told["url"], b"[]", told["headers"], method="PUT")
    with urlopen(put) as answer:
        assert answer.headers["ETag"] == f'"{etag(b"[]")}"'
    found = suspended.get("/envios", chave=told["key"]).json()
    assert found["version_id"] == f"null:{etag(b'[]')}"
    suspended.stack.wait(Sent(found["key"], found["version_id"], 2))
    # MiniStack lets browsers see every header, whatever the bucket says.
    [rule] = suspended.stack.s3.get_bucket_cors(Bucket=suspended.stack.outputs["UploadsBucket"])["CORSRules"]
    assert {name.lower() for name in rule["ExposeHeaders"]} == {"etag", "x-amz-version-id"}


@pytest.mark.parametrize("name", ["a.ndjson", "A.JSON", "a.JsonL", "a.NDJSON.GZ", "a.json.gz", "a.xml", "A.XML.gz"])
def test_every_name_that_is_read_gets_a_url(api: Api, name: str) -> None:
    assert api.call("POST", f"/envios?nome={name}").json()["key"].endswith(f"/{name}")


@pytest.mark.parametrize("name", ["a.ndjsonl", "a.jsonx", "a.gz", "a.json.zip", "ajson.x", "a.xmls"])
def test_no_other_name_does(api: Api, name: str) -> None:
    api.call("POST", f"/envios?nome={name}").problem(400)
