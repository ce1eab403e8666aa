"""S3's event, and the upload that it names: AWS's own form, and the differences of emulators."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.functions.aws.uploads import Upload
from pipeline.functions.document import Layout
from pipeline.functions.errors import DocumentError

# The documented structure, with the values of its own example where the function reads none of them:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
EVENT = """
{
  "Records": [
    {
      "eventVersion": "2.6",
      "eventSource": "aws:s3",
      "awsRegion": "sa-east-1",
      "eventTime": "2026-10-05T12:00:00.000Z",
      "eventName": "ObjectCreated:Put",
      "userIdentity": {"principalId": "AIDAJDPLRKLG7UEXAMPLE"},
      "requestParameters": {"sourceIPAddress": "127.0.0.1"},
      "responseElements": {
        "x-amz-request-id": "C3D13FE58DE4C810",
        "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"
      },
      "s3": {
        "s3SchemaVersion": "1.0",
        "configurationId": "notas-json",
        "bucket": {
          "name": "notas-envios",
          "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
          "arn": "arn:aws:s3:::notas-envios"
        },
        "object": {
          "key": "2025/notas+de+outubro.json",
          "size": 1024,
          "eTag": "d41d8cd98f00b204e9800998ecf8427e",
          "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
          "sequencer": "0055AED6DCD90281E5"
        }
      }
    }
  ]
}
"""


def record(**changes: Any) -> dict[str, Any]:
    """The event's record with changes to its object. A change to None leaves the member out."""
    [one] = json.loads(EVENT)["Records"]
    members = {**one["s3"]["object"], **changes}
    one["s3"]["object"] = {name: value for name, value in members.items() if value is not None}
    return dict(one)


def test_an_event_in_awss_own_form_names_its_upload() -> None:
    assert Upload.from_event(record()) == Upload(
        bucket="notas-envios",
        key="2025/notas de outubro.json",
        version_id="096fKKXTRTtl3on89fVO.nfljtsv6qko",
        size=1024,
        uploaded_at="2026-10-05T12:00:00.000Z",
    )


KEYS = {
    "AWS's space": ("a+b.json", "a b.json"),
    "LocalStack's space": ("a%20b.json", "a b.json"),
    "several spaces": ("a++b+.json", "a  b .json"),
    "a plus": ("1%2B1.json", "1+1.json"),
    "a percent sign": ("100%25.json", "100%.json"),
    "a percent sign that looks like a code": ("100%252B.json", "100%2B.json"),
    "slashes": ("2025/10//notas.json", "2025/10//notas.json"),
    "slashes in code": ("2025%2F10.json", "2025/10.json"),
    "accents": ("mar%C3%A7o/a%C3%A7%C3%A3o.json", "março/ação.json"),
    "emoji": ("%F0%9F%A7%BE.json", "🧾.json"),
    "codes in small letters": ("%c3%a7.json", "ç.json"),
    "a line break": ("a%0D%0Ab.json", "a\r\nb.json"),
    "1,024 bytes": (quote("é" * 509 + "x.json"), "é" * 509 + "x.json"),
    "signs": ("a%26b%3Dc%27%22%3C%3E.json", "a&b=c'\"<>.json"),
}


@pytest.mark.parametrize(("encoded", "key"), KEYS.values(), ids=KEYS)
def test_every_legal_key_is_decoded(encoded: str, key: str) -> None:
    assert Upload.from_event(record(key=encoded)).key == key


@pytest.mark.parametrize("version", [None, "null"])
def test_an_object_without_a_version_of_its_own_is_named_by_its_content(version: str | None) -> None:
    upload = Upload.from_event(record(versionId=version))
    assert upload.version_id == "null:d41d8cd98f00b204e9800998ecf8427e"


@pytest.mark.parametrize("changes", [{}, {"versionId": None}, {"key": "a+%2B%25%C3%A9%0D.json"}], ids=str)
def test_the_record_of_an_upload_names_it_again(changes: dict[str, Any]) -> None:
    upload = Upload.from_event(record(**changes))
    assert Upload.from_event(upload.as_record()) == upload


def test_the_sequencer_of_an_event_is_ignored() -> None:
    # LocalStack sends one constant sequencer for every event; moto sends none.
    assert Upload.from_event(record(sequencer=None)) == Upload.from_event(record(sequencer="0"))


def test_a_missing_size_is_0() -> None:
    assert Upload.from_event(record(size=None)).size == 0


LAYOUTS = {
    "notas.json": Layout.JSON,
    "notas.jsonl": Layout.LINES,
    "notas.json.gz": Layout.JSON,
    "notas.jsonl.gz": Layout.LINES,
    "notas.jsonl/outubro.json": Layout.JSON,
    "notas.json/outubro.jsonl.gz": Layout.LINES,
    "notas.jsonl.json": Layout.JSON,
    "notas.ndjson": Layout.LINES,
    "notas.ndjson.gz": Layout.LINES,
    "notas.xml": Layout.XML,
    "notas.xml.gz": Layout.XML,
    "NOTA-PROCNFE.XML": Layout.XML,
    "nota.xml.json": Layout.JSON,
    "NOTAS.JSON": Layout.JSON,
    "Notas.JsonL.GZ": Layout.LINES,
}


@pytest.mark.parametrize(("key", "layout"), LAYOUTS.items())
def test_the_suffix_says_how_a_document_holds_its_records(key: str, layout: Layout) -> None:
    assert Upload.from_event(record(key=key)).layout is layout


@pytest.mark.parametrize(
    "key", ["notas.pdf", "notas", "notasjson", "notas.json.zip", "notas.json.gz.gz", ".gz", "json"]
)
def test_a_name_that_is_not_read_is_told_which_are(key: str) -> None:
    with pytest.raises(DocumentError, match=r"none of \.json, \.jsonl, \.ndjson, \.xml, each also with \.gz") as raised:
        assert Upload.from_event(record(key=key)).layout
    assert raised.value.code == "unknown_type"


def test_only_an_empty_object_whose_key_ends_in_a_slash_is_a_folder() -> None:
    assert Upload.from_event(record(key="2025/", size=0)).is_folder
    assert not Upload.from_event(record(key="2025/", size=1)).is_folder
    assert not Upload.from_event(record(key="2025", size=0)).is_folder
