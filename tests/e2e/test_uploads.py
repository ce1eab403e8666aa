"""What becomes of each upload: sections 1 and 4 of the contract."""

import gzip
import json

import pytest

from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Sent, Stack

KEYS = {
    "spaces": "a  b .json",
    "plus and percent": "1+1=2 100%25%.json",
    "accents": "notas/março/ação.json",
    "emoji": "😀/🧾.json",
    "slashes": "a//b/c.json",
    "1,024 bytes": "é" * 400 + "x" * 219 + ".json",
    "quotes": "'a' \"b\" <c> &amp;.json",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_any_legal_key_is_processed(stack: Stack, unique: str, key: str) -> None:
    long = len(key.encode()) > 900
    entry = stack.ingest(document(invoice(unique), 1), key if long else f"{unique}/{key}")
    assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}
    item = stack.invoice(unique)
    assert item is not None
    assert item["_ingest"]["key"] == entry["key"]
    assert len(stack.rejects(entry)) == 1


def test_overwriting_a_key_is_a_second_upload(stack: Stack, unique: str) -> None:
    key = f"{unique}.json"
    first = stack.upload(document(invoice(f"{unique}-1")), key)
    second = stack.upload(document(invoice(f"{unique}-2"), invoice(f"{unique}-3")), key)
    assert counts(stack.wait(first)) == {"received": 1, "stored": 1}
    assert counts(stack.wait(second)) == {"received": 2, "stored": 2}
    item = stack.invoice(f"{unique}-1")
    assert item is not None
    assert item["_ingest"]["version_id"] == first.version_id


def test_every_way_of_creating_an_object_is_an_upload(stack: Stack, unique: str) -> None:
    bucket = stack.outputs["UploadsBucket"]
    bodies = {way: document(invoice(f"{unique}-{way}")) for way in ("copied", "in parts")}
    source = stack.upload(bodies["copied"], f"{unique}.json", silent=True)
    key = f"{unique}-copied.json"
    copied = stack.s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": stack.silent_bucket, "Key": source.key})
    entries = [stack.wait(Sent(key, copied["VersionId"], len(bodies["copied"])))]

    key = f"{unique}-in-parts.json"
    upload = {"Bucket": bucket, "Key": key, "UploadId": ""}
    upload["UploadId"] = stack.s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    part = stack.s3.upload_part(**upload, PartNumber=1, Body=bodies["in parts"])
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    whole = stack.s3.complete_multipart_upload(**upload, MultipartUpload=parts)
    entries.append(stack.wait(Sent(key, whole["VersionId"], len(bodies["in parts"]))))

    assert [counts(entry) for entry in entries] == [{"received": 1, "stored": 1}] * 2


# Each part of a gzipped file is a gzip member of its own; {a} and {b} are invoices.
FORMS = {
    "one object": (".json", ["{a}"], 1),
    "array": (".json", ["[{a}, {b}]"], 2),
    "spread over lines": (".json", ["\n[\r\n\t{a}\n,\n{b} ]\n"], 2),
    "byte order mark": (".json", ["\ufeff[{a},{b}]"], 2),
    "empty array": (".json", [" [ ] "], 0),
    "lines": (".jsonl", ["{a}\n\n{b}\n"], 2),
    "lines with CRLF and no last newline": (".jsonl", ["{a}\r\n \r\n{b}"], 2),
    "empty lines file": (".jsonl", [""], 0),
    "gzip": (".json.gz", ["[{a},{b}]"], 2),
    "gzip lines in two members": (".jsonl.gz", ["{a}\n", "{b}\n"], 2),
    "gzip members cut anywhere": (".json.gz", ["[{a}", ",{b}]"], 2),
}


@pytest.mark.parametrize(("suffix", "parts", "number"), FORMS.values(), ids=FORMS)
def test_every_form_of_document_is_read(stack: Stack, unique: str, suffix: str, parts: list[str], number: int) -> None:
    a, b = (json.dumps(invoice(f"{unique}-{letter}")) for letter in "ab")
    written = [part.replace("{a}", a).replace("{b}", b).encode() for part in parts]
    body = b"".join(gzip.compress(part) if suffix.endswith(".gz") else part for part in written)
    entry = stack.ingest(body, unique + suffix)
    assert entry["status"] == "completed"
    assert counts(entry) == ({"received": number, "stored": number} if number else {})


GOOD = json.dumps(invoice("{id}"))
BROKEN = {
    "not UTF-8": (".json", b'[{good},\n{"a": "\xff"}]', "not_utf8", 2, 8),
    "not JSON": (".json", b"[{good},\n{]", "not_json", 2, 2),
    "truncated": (".json", b"[{good},\n{good}", "truncated", 2, None),
    "NaN": (".json", b'[{good},\n{"valor": NaN}]', "not_json", 2, 11),
    "trailing rubbish": (".json", b"[{good}]\nx", "trailing_data", 2, 1),
    "a scalar": (".json", b"42", "scalar", 1, 1),
    "nothing": (".json", b"", "empty", 1, 1),
    "a broken line": (".jsonl", b'{good}\n{"a"\n{good}', "not_json", 2, 5),
    "an early end of gzip": (".json.gz", gzip.compress(b"[{}]")[:-4], "bad_gzip", None, None),
    "no gzip at all": (".json.gz", b"[]", "bad_gzip", None, None),
    "a gzip bomb": (".json.gz", gzip.compress(b"[" + b" " * 40_000_000), "gzip_bomb", None, None),
}


@pytest.mark.parametrize(("suffix", "body", "code", "line", "column"), BROKEN.values(), ids=BROKEN)
def test_a_broken_document_fails_with_its_place_and_stores_nothing(
    stack: Stack, unique: str, suffix: str, body: bytes, code: str, line: int | None, column: int | None
) -> None:
    entry = stack.ingest(body.replace(b"{good}", GOOD.replace("{id}", unique).encode()), unique + suffix)
    assert entry["status"] == "failed"
    assert entry["error"]["code"] == code
    assert entry["error"]["message"]
    assert entry["error"]["line"] == line
    if column is not None:
        assert entry["error"]["column"] == column
    if line is None:
        assert entry["error"]["offset"] is not None
    assert counts(entry) == {}
    assert entry["rejects"] is None
    assert stack.invoice(unique) is None


def test_a_broken_document_does_not_fail_its_event(stack: Stack, unique: str) -> None:
    # Lambda retries an event, and sends it to the failures queue, only if the function itself fails.
    sent = stack.upload(b"[", f"{unique}.json", silent=True)
    assert stack.deliver(stack.event(sent)) == {}
    assert stack.wait(sent)["status"] == "failed"


def test_the_ledger_holds_size_and_times(stack: Stack, unique: str) -> None:
    body = document(invoice(unique))
    entry = stack.ingest(body, f"{unique}.json")
    assert entry["size"] == len(body)
    assert entry["uploaded_at"][:4] <= entry["started_at"][:4] <= entry["finished_at"][:4]
    assert entry["started_at"] <= entry["finished_at"]
    # The event says when the upload was made, which may be long ago.
    late = stack.upload(body, f"{unique}.json", silent=True)
    event = stack.event(late)
    event["Records"][0]["eventTime"] = "2025-10-03T12:00:00.123Z"
    assert stack.deliver(event) == {}
    assert stack.wait(late)["uploaded_at"] == "2025-10-03T12:00:00.123Z"


@pytest.mark.parametrize("suffix", [".txt", ".json.zip", "json", ".csv", ".gz", ".json.gz.gz", "/", ""])
def test_an_object_of_another_name_fails_and_is_told_what_is_read(stack: Stack, unique: str, suffix: str) -> None:
    entry = stack.ingest(document(invoice(unique)), unique + suffix)
    assert (entry["status"], entry["error"]["code"]) == ("failed", "unknown_type")
    assert ".json, .jsonl, .ndjson" in entry["error"]["message"]
    assert stack.invoice(unique) is None


@pytest.mark.parametrize("suffix", [".JSON", ".Jsonl", ".NDJSON", ".ndjson", ".json.GZ", ".JSONL.gz", ".ndjson.gz"])
def test_a_name_is_read_in_any_case(stack: Stack, unique: str, suffix: str) -> None:
    body = json.dumps(invoice(unique)).encode()
    if suffix.lower().endswith(".gz"):
        body = gzip.compress(body)
    assert counts(stack.ingest(body, unique + suffix)) == {"received": 1, "stored": 1}


def test_a_folder_of_a_console_is_no_upload(stack: Stack, unique: str) -> None:
    folder = stack.upload(b"", f"{unique}/")
    stack.ingest(b"[]", f"{unique}-sentinel.json")
    assert stack.deliver(stack.event(folder)) == {}
    assert stack.entry(folder) is None


def test_the_function_writes_nothing_to_the_uploads_bucket(stack: Stack, unique: str) -> None:
    stack.ingest(document(invoice(unique), 1), f"{unique}.json")
    listed = stack.s3.list_object_versions(Bucket=stack.outputs["UploadsBucket"], Prefix=unique)
    assert [version["Key"] for version in listed["Versions"]] == [f"{unique}.json"]


def test_a_version_deleted_before_it_is_read_is_reported_as_missing(stack: Stack, unique: str) -> None:
    # The deletion comes first, because the event is sent by hand.
    sent = stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    stack.delete(sent)
    assert stack.deliver(stack.event(sent)) == {}
    entry = stack.wait(sent)
    assert entry["status"] == "failed"
    assert entry["error"]["code"] == "missing_object"


def test_a_version_hidden_by_a_delete_marker_is_still_read(stack: Stack, unique: str) -> None:
    sent = stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    stack.s3.delete_object(Bucket=stack.bucket_of(sent), Key=sent.key)
    assert stack.deliver(stack.event(sent)) == {}
    assert counts(stack.wait(sent)) == {"received": 1, "stored": 1}
