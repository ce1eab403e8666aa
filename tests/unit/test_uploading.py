"""The upload of `notas run`, by S3's own rules for conditional writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from aws_stack.clouds import Cloud
from aws_stack.clouds.cloud import LOCAL_SECRET
from pipeline import repetition, uploading

HEAD = {"Bucket": "b", "Key": "a.json"}
PUT = {**HEAD, "Body": ANY, "Metadata": ANY}
LIST = {"Bucket": "b", "Prefix": "a.json"}
NEW = {"IfNoneMatch": "*"}
TOKEN = "f" * 32


class Stubbed:
    """A cloud whose S3 is a stub."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def client(self, _service: str, **_settings: Any) -> Any:
        return self._s3

    def check(self) -> None:
        pass


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """S3, which answers what a test scripted to exactly the requests that it expects."""
    monkeypatch.setattr(repetition, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr("pipeline.uploading.uuid.uuid4", lambda: type("Token", (), {"hex": TOKEN}))
    client = boto3.client("s3", "sa-east-1", aws_access_key_id="A", aws_secret_access_key=LOCAL_SECRET)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.json"
    made.write_bytes(b"[]")
    return made


def upload(s3: Stubber, file: Path, patience: float = 10) -> str:
    return uploading.upload(cast(Cloud, Stubbed(s3.client)), "b", "a.json", file, patience)


def holds(s3: Stubber, etag: str | None) -> None:
    """HEAD says what the key holds."""
    if etag is None:
        s3.add_client_error("head_object", "404", http_status_code=404, expected_params=HEAD)
    else:
        s3.add_response("head_object", {"ETag": etag}, HEAD)


def fails(s3: Stubber, code: str, status: int, condition: dict[str, str]) -> None:
    s3.add_client_error("put_object", code, http_status_code=status, expected_params=PUT | condition)


def takes(s3: Stubber, condition: dict[str, str]) -> None:
    s3.add_response("put_object", {"VersionId": "v1", "ETag": '"e"'}, PUT | condition)


def finds(s3: Stubber, token: str | None) -> None:
    """The search for the upload sees one version, with this token, or none."""
    if token is None:
        s3.add_response("list_object_versions", {}, LIST)
        return
    version = {"Key": "a.json", "VersionId": "v1", "ETag": '"e"', "LastModified": datetime.now(UTC)}
    s3.add_response("list_object_versions", {"Versions": [version]}, LIST)
    found = {"ETag": '"e"', "Metadata": {uploading.TOKEN: token}}
    s3.add_response("head_object", found, {**HEAD, "VersionId": "v1"})


@pytest.mark.parametrize(("etag", "condition"), [(None, NEW), ('"before"', {"IfMatch": '"before"'})])
def test_every_try_is_for_what_the_key_held_before(
    s3: Stubber, file: Path, etag: str | None, condition: dict[str, str]
) -> None:
    holds(s3, etag)
    fails(s3, "InternalError", 500, condition)
    finds(s3, None)
    takes(s3, condition)
    assert upload(s3, file) == "v1"


def test_a_try_that_s3_was_still_taking_is_the_upload(s3: Stubber, file: Path) -> None:
    holds(s3, None)
    fails(s3, "InternalError", 500, NEW)
    finds(s3, None)
    fails(s3, "ConditionalRequestConflict", 409, NEW)
    finds(s3, None)
    fails(s3, "PreconditionFailed", 412, NEW)
    finds(s3, TOKEN)
    assert upload(s3, file) == "v1"


def test_an_upload_whose_answer_was_lost_is_found_below_another_that_came_since(s3: Stubber, file: Path) -> None:
    holds(s3, None)
    fails(s3, "InternalError", 500, NEW)
    newest = {"Key": "a.json", "VersionId": "v2", "ETag": '"theirs"', "LastModified": datetime.now(UTC)}
    ours = {**newest, "VersionId": "v1", "ETag": '"e"'}
    s3.add_response("list_object_versions", {"Versions": [newest, ours]}, LIST)
    for version, token in (("v2", "theirs"), ("v1", TOKEN)):
        found = {"ETag": '"e"', "Metadata": {uploading.TOKEN: token}}
        s3.add_response("head_object", found, {**HEAD, "VersionId": version})
    assert upload(s3, file) == "v1"


def test_nothing_is_put_again_before_it_is_known_that_nothing_is_there(s3: Stubber, file: Path) -> None:
    holds(s3, None)
    fails(s3, "InternalError", 500, NEW)
    s3.add_client_error("list_object_versions", "SlowDown", http_status_code=503, expected_params=LIST)
    finds(s3, TOKEN)
    assert upload(s3, file) == "v1"


# S3 says NoSuchKey where the key that has to match was removed meanwhile.
@pytest.mark.parametrize(("code", "status"), [("PreconditionFailed", 412), ("NoSuchKey", 404)])
def test_a_key_that_somebody_else_changed_is_looked_at_again(s3: Stubber, file: Path, code: str, status: int) -> None:
    holds(s3, '"before"')
    fails(s3, code, status, {"IfMatch": '"before"'})
    finds(s3, "theirs")
    holds(s3, '"theirs"')
    takes(s3, {"IfMatch": '"theirs"'})
    assert upload(s3, file) == "v1"


def test_it_is_looked_for_once_more_before_it_is_given_up(s3: Stubber, file: Path) -> None:
    holds(s3, None)
    fails(s3, "InternalError", 500, NEW)
    finds(s3, TOKEN)
    assert upload(s3, file, patience=0) == "v1"


def test_and_given_up_where_it_is_not_found(s3: Stubber, file: Path) -> None:
    holds(s3, None)
    fails(s3, "InternalError", 500, NEW)
    finds(s3, None)
    with pytest.raises(ClientError, match="InternalError"):
        upload(s3, file, patience=0)


def test_what_s3_refuses_is_not_tried_again(s3: Stubber, file: Path) -> None:
    holds(s3, None)
    fails(s3, "AccessDenied", 403, NEW)
    with pytest.raises(ClientError, match="AccessDenied"):
        upload(s3, file)


# ---- A file that is larger than S3 takes at once


@pytest.fixture
def large(file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """It goes in two parts."""
    monkeypatch.setattr(uploading, "MAX_PUT", 8_388_608)
    file.write_bytes(b" " * 8_388_609)
    return file


def takes_parts(s3: Stubber, upload_id: str) -> None:
    """A multipart upload is begun and gets its parts, in any order."""
    of_it = {**HEAD, "ChecksumAlgorithm": ANY}
    s3.add_response("create_multipart_upload", {"UploadId": upload_id}, {**of_it, "Metadata": {uploading.TOKEN: TOKEN}})
    for _ in range(2):
        s3.add_response(
            "upload_part", {"ETag": '"p"'}, {**of_it, "UploadId": upload_id, "PartNumber": ANY, "Body": ANY}
        )


def completion(upload_id: str, condition: dict[str, str]) -> dict[str, Any]:
    return {**HEAD, "UploadId": upload_id, "MultipartUpload": ANY, **condition}


def completes(s3: Stubber, upload_id: str, condition: dict[str, str]) -> None:
    takes_parts(s3, upload_id)
    s3.add_response("complete_multipart_upload", {}, completion(upload_id, condition))


def does_not_complete(s3: Stubber, upload_id: str, condition: dict[str, str], code: str, status: int) -> None:
    takes_parts(s3, upload_id)
    expected = completion(upload_id, condition)
    s3.add_client_error("complete_multipart_upload", code, http_status_code=status, expected_params=expected)
    s3.add_response("abort_multipart_upload", {}, {**HEAD, "UploadId": upload_id})


@pytest.mark.parametrize(("etag", "condition"), [(None, NEW), ('"before"', {"IfMatch": '"before"'})])
def test_parts_become_one_object_where_the_key_holds_what_it_held(
    s3: Stubber, large: Path, etag: str | None, condition: dict[str, str]
) -> None:
    holds(s3, etag)
    completes(s3, "u1", condition)
    finds(s3, TOKEN)
    assert upload(s3, large) == "v1"


# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html (If-None-Match)
def test_after_a_conflict_every_part_is_sent_again_in_a_new_multipart_upload(s3: Stubber, large: Path) -> None:
    holds(s3, None)
    does_not_complete(s3, "u1", NEW, "ConditionalRequestConflict", 409)
    finds(s3, None)
    completes(s3, "u2", NEW)
    finds(s3, TOKEN)
    assert upload(s3, large) == "v1"


def test_parts_that_s3_was_still_making_one_object_are_the_upload(s3: Stubber, large: Path) -> None:
    holds(s3, None)
    does_not_complete(s3, "u1", NEW, "InternalError", 500)
    finds(s3, None)
    does_not_complete(s3, "u2", NEW, "PreconditionFailed", 412)
    finds(s3, TOKEN)
    assert upload(s3, large) == "v1"
