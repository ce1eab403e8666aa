"""The bytes of an upload: from any place on, through answers that break off, and what can never be read."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, FlexibleChecksumError, ReadTimeoutError

from pipeline.functions.aws import uploads
from pipeline.functions.aws.patience import FIRST_PAUSE, Patience
from pipeline.functions.aws.uploads import Body
from pipeline.functions.errors import DamagedError, DocumentError, ThrottledError

from .stand_ins import S3, aws_error, patience, upload_of

CONTENT = Random(1).randbytes(5_000)


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without waiting for them."""
    slept: list[float] = []
    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", slept.append)
    monkeypatch.setattr(uploads, "CHUNK", 100)
    return slept


def source(*script: Any, key: str = "notas.json", content: bytes = CONTENT) -> S3:
    """An S3 that holds the upload, and gives these answers first."""
    s3 = S3({("uploads", key): content})
    s3.script["get_object"] = list(script)
    return s3


def body_of(s3: Any, offset: int = 0, key: str = "notas.json", content: bytes = CONTENT, version: str = "v1") -> Body:
    return Body(s3, upload_of(key, len(content), version), patience(), offset)


def ranges(s3: S3) -> list[str | None]:
    """The ranges that were asked for."""
    return [request.get("Range") for _, request in s3.requests]


@pytest.mark.parametrize("has_ranges", [True, False])
@pytest.mark.parametrize("offset", [0, 1, 99, 100, 101, 4_999])
def test_a_body_is_read_from_any_place_on(offset: int, has_ranges: bool) -> None:
    s3 = source()
    s3.ranges = has_ranges
    body = body_of(s3, offset)
    assert b"".join(body) == CONTENT[offset:]
    assert body.bytes_read == len(CONTENT)
    assert ranges(s3) == [f"bytes={offset}-" if offset else None]


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_body_that_breaks_off_is_read_on_from_there(has_ranges: bool) -> None:
    s3 = source(1_050, 1_000, 0)
    s3.script["get_object"] += [ReadTimeoutError(endpoint_url=""), ConnectTimeoutError(endpoint_url="")]
    s3.script["get_object"] += [aws_error("SlowDown", 503)]
    s3.ranges = has_ranges
    body = body_of(s3)
    assert b"".join(body) == CONTENT
    assert body.bytes_read == len(CONTENT)
    assert len(s3.requests) == 7


def test_only_what_was_not_read_is_asked_for_again() -> None:
    s3 = source(1_050, 1_000)
    assert b"".join(body_of(s3)) == CONTENT
    assert ranges(s3) == [None, "bytes=1050-", "bytes=2050-"]


def test_a_body_that_ends_early_and_does_not_say_so_is_read_on_from_there() -> None:
    s3 = source(CONTENT[:1_050])
    assert b"".join(body_of(s3)) == CONTENT
    assert ranges(s3) == [None, "bytes=1050-"]


def test_a_body_that_breaks_off_after_its_last_byte_is_whole() -> None:
    s3 = source(len(CONTENT))
    assert b"".join(body_of(s3)) == CONTENT
    assert len(s3.requests) == 1


def test_at_the_end_of_a_body_nothing_is_left_to_read() -> None:
    assert list(body_of(source(), len(CONTENT))) == []


def test_patience_is_renewed_whenever_a_byte_arrives(slept: list[float]) -> None:
    assert b"".join(body_of(source(*[100] * 40))) == CONTENT
    assert len(slept) == 40
    assert max(slept) <= FIRST_PAUSE


def test_a_body_of_which_nothing_comes_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [900.0]

    def sleep(seconds: float) -> None:
        left[0] -= seconds

    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", sleep)
    s3 = source(*[aws_error("SlowDown", 503)] * 10_000)
    body = Body(s3, upload_of("notas.json", len(CONTENT)), Patience(lambda: left[0]))  # type: ignore[arg-type]
    with pytest.raises(ThrottledError):
        list(body)


@pytest.mark.parametrize("offset", [0, 1, 60_000, 199_999, 200_000])
def test_a_gzip_body_goes_on_from_a_place_of_its_text(offset: int) -> None:
    text = Random(2).randbytes(1_000) * 200
    content = gzip.compress(text)
    for key in ("notas.json.gz", "NOTAS.JSON.GZ"):
        s3 = source(70, key=key, content=content)
        body = body_of(s3, offset, key, content)
        assert b"".join(body) == text[offset:]
        assert body.bytes_read == len(content)


def test_a_broken_gzip_body_is_an_error_of_the_document() -> None:
    content = gzip.compress(b"x")[:-1] + b"!"
    with pytest.raises(DocumentError) as raised:
        list(body_of(source(key="a.json.gz", content=content), 0, "a.json.gz", content))
    assert raised.value.code == "bad_gzip"


def test_the_version_of_the_event_is_read() -> None:
    s3 = source()
    list(body_of(s3, version="3HL4"))
    [(_, request)] = s3.requests
    assert request["VersionId"] == "3HL4"
    assert "IfMatch" not in request


def test_a_null_version_is_read_only_if_it_has_the_content_of_the_event() -> None:
    s3 = source(10)
    list(body_of(s3, version="null:9e107d9d"))
    for _, request in s3.requests:
        assert (request["VersionId"], request["IfMatch"]) == ("null", '"9e107d9d"')


# AWS's own codes and words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/ingest/notas is not authorized to perform: kms:Decrypt on resource: "
    "arn:aws:kms:sa-east-1:123456789012:key/1234 because no identity-based policy allows the kms:Decrypt action"
)
OF_ANOTHER_ACCOUNT = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not "
    "allowed to access."
)
DENIED_OBJECT = (
    "User: arn:aws:sts::123456789012:assumed-role/ingest/notas is not authorized to perform: s3:GetObjectVersion on "
    'resource: "arn:aws:s3:::uploads/kms.json" because no identity-based policy allows the s3:GetObjectVersion action'
)
SSE_C = (
    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve "
    "the object."
)
NEVER = {
    "no such key": (aws_error("NoSuchKey", 404), "missing_object"),
    "no such version": (aws_error("NoSuchVersion", 404), "missing_object"),
    "a delete marker": (aws_error("MethodNotAllowed", 405), "missing_object"),
    "other content": (aws_error("PreconditionFailed", 412), "missing_object"),
    "archived": (aws_error("InvalidObjectState", 403), "archived"),
    "a client's key": (aws_error("InvalidRequest", 400, SSE_C), "client_key"),
    "a key that is denied": (aws_error("AccessDenied", 403, DENIED), "key_denied"),
    "a key of another account": (aws_error("AccessDenied", 403, OF_ANOTHER_ACCOUNT), "key_denied"),
    "a key that is disabled": (aws_error("KMS.DisabledException", 400, "key/1234 is disabled."), "key_denied"),
    "a key that will be deleted": (aws_error("KMS.KMSInvalidStateException", 400, "pending deletion"), "key_denied"),
    "a key that is gone": (aws_error("KMS.NotFoundException", 400, "key/1234 does not exist"), "key_denied"),
}


@pytest.mark.parametrize(("error", "code"), NEVER.values(), ids=NEVER)
@pytest.mark.parametrize("before", [(), (1_000,)], ids=["at once", "after a part"])
def test_what_can_never_be_read_is_an_error_of_the_document(error: Exception, code: str, before: Any) -> None:
    with pytest.raises(DocumentError) as raised:
        list(body_of(source(*before, error)))
    assert raised.value.code == code


def test_the_words_of_a_denial_are_told() -> None:
    with pytest.raises(DocumentError, match="kms:Decrypt on resource: arn:aws:kms:sa-east-1:123456789012:key/1234"):
        list(body_of(source(aws_error("AccessDenied", 403, DENIED))))


OTHERS = {
    "denied, and not for a key": aws_error("AccessDenied", 403, "Access Denied"),
    "denied, an object with kms in its name": aws_error("AccessDenied", 403, DENIED_OBJECT),
    "another invalid request": aws_error("InvalidRequest", 400, "Missing required header"),
    "a range that S3 does not have": aws_error("InvalidRange", 416),
}


@pytest.mark.parametrize("error", OTHERS.values(), ids=OTHERS)
def test_other_refusals_are_not_the_documents_fault(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        list(body_of(source(error)))
    assert raised.value is error


def test_a_key_service_that_asks_for_less_passes() -> None:
    error = aws_error("KMS.ThrottlingException", 400, "You have exceeded the rate at which you may call KMS.")
    assert b"".join(body_of(source(error, error))) == CONTENT


def test_no_byte_is_read_before_it_is_needed() -> None:
    def chunks() -> Iterator[bytes]:
        yield from body_of(s3)

    s3 = source(1_000)
    iterator = chunks()
    assert s3.requests == []
    assert next(iterator) == CONTENT[:100]
    assert len(s3.requests) == 1
    assert zlib.crc32(b"".join(iterator)) == zlib.crc32(CONTENT[100:])


def test_of_a_small_object_nothing_is_certain_before_it_has_its_checksum() -> None:
    chunks = body_of(source(FlexibleChecksumError(error_msg="other bytes"))).certain(len(CONTENT))
    with pytest.raises(DamagedError):
        next(chunks)


@pytest.mark.parametrize("flip", [1, 4, 255])
def test_of_a_small_gzip_stream_nothing_is_certain_before_it_has_its_own_checksums(flip: int) -> None:
    # As where S3 has none: what was uploaded in parts may have none of the whole.
    text = b"".join(b'{"id": "NF-%d", "valor": 10}\n' % number for number in range(200))
    whole, key = gzip.compress(text[:2_000]) + gzip.compress(text[2_000:]), "notas.jsonl.gz"
    for place in range(len(whole)):
        damaged = whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :]
        came = bytearray()
        with suppress(DocumentError):
            for chunk in body_of(source(key=key, content=damaged), 0, key, damaged).certain(len(damaged)):
                came += chunk
        assert bytes(came) in (b"", text)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("number", [0, 1])
def test_of_a_large_object_nothing_is_certain_that_two_answers_do_not_agree_on(number: int, compressed: bool) -> None:
    content = gzip.compress(CONTENT, 0, mtime=0) if compressed else CONTENT
    place = content.index(CONTENT[1_234:1_300])
    damaged = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    key = "notas.json.gz" if compressed else "notas.json"
    s3 = source(*[None] * number, damaged, key=key, content=content)
    came: list[bytes] = []
    with pytest.raises(DamagedError, match="other bytes the second time"):
        came.extend(body_of(s3, 0, key, content).certain(0))
    assert b"".join(came) == CONTENT[: len(b"".join(came))]
    assert 1_100 < len(b"".join(came)) <= 1_234


@pytest.mark.parametrize("small", [0, len(CONTENT)])
@pytest.mark.parametrize("offset", [0, 101, 4_999])
def test_what_is_certain_is_the_object_from_any_place_on(offset: int, small: int) -> None:
    # Answers break off at different places.
    assert b"".join(body_of(source(1_050, 330), offset).certain(small)) == CONTENT[offset:]
