"""Versions are deleted whatever their keys are, and listed on the embedded cloud whatever their keys are."""

import xml.etree.ElementTree as ET  # nosec B405 # It reads what is written here.
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from aws_stack.clouds.cloud import LOCAL_SECRET
from aws_stack.clouds.ministack.listing import encoded
from aws_stack.deletion import delete_versions

LEGAL = ["a.json", "<&>", "a b+%41", "ação 🧾", "tab\t", "line\n", "\r"]
"""Keys that XML can name."""

OTHERS = ["\x01", "a\x00b", "\x1f.json", "\uffff"]


def parsed(document: str | bytes) -> ET.Element:
    """Raises ParseError where it is no XML document."""
    return ET.fromstring(document)  # nosec B314 # as above


class Recorded:
    """S3's client, whose requests go nowhere; each is answered as done, but for the keys that are refused."""

    def __init__(self, refused: str = "") -> None:
        self.client: Any = boto3.client(
            "s3", region_name="sa-east-1", aws_access_key_id="1", aws_secret_access_key=LOCAL_SECRET
        )
        self.client.meta.events.register("before-send.s3", self._answer)
        self.refused = refused
        self.deleted: list[str] = []

    def _answer(self, request: Any, **_: Any) -> Any:
        answer: Any = AWSResponse(request.url, 200 if request.method == "POST" else 204, HTTPHeaders(), None)
        answer._content = b""
        if request.method == "POST":
            names = [one.text or "" for one in parsed(request.body).iter() if one.tag.endswith("Key")]
            self.deleted += names
            answer._content = f"<DeleteResult>{self.refused}</DeleteResult>".encode()
        else:
            self.deleted.append(unquote(urlsplit(request.url).path[1:]))
        return answer


def versions(keys: list[str]) -> list[dict[str, str]]:
    return [{"Key": key, "VersionId": "1"} for key in keys]


@pytest.mark.parametrize("keys", [LEGAL, OTHERS, LEGAL + OTHERS, []], ids=["legal", "others", "both", "none"])
def test_every_version_is_deleted_whatever_its_key_is(keys: list[str]) -> None:
    s3 = Recorded()
    assert delete_versions(s3.client, {"Bucket": "notas-any"}, versions(keys)) == []
    assert sorted(s3.deleted) == sorted(keys)


def test_what_s3_refuses_is_told() -> None:
    s3 = Recorded("<Error><Key>a</Key><Code>AccessDenied</Code></Error>")
    [error] = delete_versions(s3.client, {"Bucket": "notas-any"}, versions(["a", "b"]))
    assert (error["Key"], error["Code"]) == ("a", "AccessDenied")


def test_a_list_of_versions_can_be_read_whatever_the_keys_are() -> None:
    key = "no XML: \x01 <&> é/%41+"
    written = key.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = encoded(f"<R><MaxKeys>9</MaxKeys><Version><Key>{written}</Key><VersionId>1</VersionId></Version></R>")
    root = parsed(text)
    assert root.findtext("EncodingType") == "url"
    assert unquote(root.findtext("Version/Key") or "") == key
    assert "/" in (root.findtext("Version/Key") or "")
