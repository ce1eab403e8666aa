"""Versions listed on MiniStack as S3 lists them, where MiniStack 1.5 does not.

A client may ask for keys that are percent-encoded, as boto3 always does, because some characters of a key are in no XML
document. MiniStack encodes them in lists of objects, and not in lists of versions.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

import functools
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

_ENCODED = re.compile(r"<(?P<name>Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>(?P<text>[^<]+)</(?P=name)>")

Answer = tuple[int, dict[str, str], bytes]


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack.services import s3  # noqa: PLC0415 - as in `rest`

    s3._list_object_versions = _with_encoding(s3._list_object_versions)


def encoded(document: str) -> str:
    """A list of versions with its keys percent-encoded, which it says."""
    text = _ENCODED.sub(_encoded_element, document)
    return text.replace("</MaxKeys>", "</MaxKeys><EncodingType>url</EncodingType>", 1)


def _encoded_element(found: re.Match[str]) -> str:
    return f"<{found['name']}>{quote(unescape(found['text']), safe='/')}</{found['name']}>"


def _with_encoding(list_versions: Callable[[str, dict[str, Any]], Answer]) -> Callable[[str, dict[str, Any]], Answer]:
    @functools.wraps(list_versions)
    def list_encoded(bucket: str, query: dict[str, Any]) -> Answer:
        status, headers, body = list_versions(bucket, query)
        if status == 200 and query.get("encoding-type") in ("url", ["url"]):
            body = encoded(body.decode()).encode()
        return status, headers, body

    return list_encoded
