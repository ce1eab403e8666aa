"""The uploads bucket as the API writes to it, by S3's own rules for conditional writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aws_stack.clouds.cloud import LOCAL_SECRET
from pipeline.functions.aws import clients
from pipeline.functions.aws.inbox import Inbox, OtherDocumentError

BODY = b"[]"
KEY = "api/2026-10-05/1.json"
OURS = {"sha256": sha256(BODY).hexdigest()}
PUT = {"Bucket": "b", "Key": KEY, "Body": BODY, "IfNoneMatch": "*", "Metadata": OURS}
HEAD = {"Bucket": "b", "Key": KEY}


@pytest.fixture
def s3() -> Iterator[Stubber]:
    """S3, which answers what a test scripted to exactly the requests that it expects."""
    client = boto3.client("s3", "sa-east-1", aws_access_key_id="A", aws_secret_access_key=LOCAL_SECRET)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def inbox(s3: Stubber) -> Inbox:
    return Inbox(s3.client, s3.client, "b")  # type: ignore[arg-type]


def test_a_document_is_written_where_its_key_has_none_yet(s3: Stubber) -> None:
    s3.add_response("put_object", {"VersionId": "v1", "ETag": '"e"'}, PUT)
    assert inbox(s3).put(KEY, BODY) == "v1"


def test_a_document_that_is_there_already_is_the_one_that_counts(s3: Stubber) -> None:
    # What S3 answers to boto3's second try after the answer to the first was lost.
    s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412, expected_params=PUT)
    s3.add_response("head_object", {"VersionId": "v1", "ETag": '"e"', "Metadata": OURS}, HEAD)
    assert inbox(s3).put(KEY, BODY) == "v1"


def test_so_it_is_in_a_bucket_whose_versioning_is_suspended(s3: Stubber) -> None:
    s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    s3.add_response("head_object", {"VersionId": "null", "ETag": '"9e10"', "Metadata": OURS}, HEAD)
    assert inbox(s3).put(KEY, BODY) == "null:9e10"


@pytest.mark.parametrize("metadata", [{"sha256": "0" * 64}, {}], ids=["another", "not the API's"])
def test_another_document_is_never_taken_for_this_one(s3: Stubber, metadata: dict[str, str]) -> None:
    s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    s3.add_response("head_object", {"VersionId": "v1", "ETag": '"e"', "Metadata": metadata}, HEAD)
    with pytest.raises(OtherDocumentError):
        inbox(s3).put(KEY, BODY)


def test_a_write_that_meets_another_is_tried_again(s3: Stubber) -> None:
    s3.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    s3.add_response("put_object", {"VersionId": "v1", "ETag": '"e"'}, PUT)
    assert inbox(s3).put(KEY, BODY) == "v1"


def test_and_may_be_the_one_that_it_met(s3: Stubber) -> None:
    # boto3's second try meets the first, whose answer was lost, and which ends before the third.
    s3.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409, expected_params=PUT)
    s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412, expected_params=PUT)
    s3.add_response("head_object", {"VersionId": "v1", "ETag": '"e"', "Metadata": OURS}, HEAD)
    assert inbox(s3).put(KEY, BODY) == "v1"


def test_but_not_for_ever(s3: Stubber) -> None:
    for _ in range(3):
        s3.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    with pytest.raises(ClientError, match="ConditionalRequestConflict"):
        inbox(s3).put(KEY, BODY)


def test_what_s3_refuses_for_another_reason_is_no_upload(s3: Stubber) -> None:
    s3.add_client_error("put_object", "AccessDenied", http_status_code=403)
    with pytest.raises(ClientError, match="AccessDenied"):
        inbox(s3).put(KEY, BODY)


def test_a_file_that_was_put_to_a_url_is_found_by_its_key(s3: Stubber) -> None:
    s3.add_response("head_object", {"VersionId": "v1", "ETag": '"e"', "Metadata": {}}, HEAD)
    assert inbox(s3).find(KEY) == "v1"


@pytest.mark.parametrize("status", [403, 404])
def test_a_key_that_has_no_object_is_not_found(s3: Stubber, status: int) -> None:
    # 403 is S3's word for it to a role that may not list the bucket, as the API's may not.
    s3.add_client_error("head_object", str(status), http_status_code=status, expected_params=HEAD)
    assert inbox(s3).find(KEY) is None


@pytest.mark.parametrize("key", ["notas.json", "apis/1.json", "api", "api/" + "é" * 511], ids=len)
def test_keys_that_the_api_gave_to_nobody_are_not_looked_for(s3: Stubber, key: str) -> None:
    assert inbox(s3).find(key) is None


def test_a_fault_is_not_taken_for_a_missing_file(s3: Stubber) -> None:
    s3.add_client_error("head_object", "503", http_status_code=503)
    with pytest.raises(ClientError):
        inbox(s3).find(KEY)


@pytest.mark.parametrize(("size", "more"), [(None, ""), (7, "content-length;")])
def test_a_url_is_for_one_file_of_one_type_and_size(
    monkeypatch: pytest.MonkeyPatch, size: int | None, more: str
) -> None:
    # S3 compares every header that was signed with the one it gets, and refuses the request where they differ.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "sa-east-1")
    signer = clients.s3_signer(None)
    invitation = Inbox(signer, signer, "b").invite(KEY, "application/json", size)
    [signed] = parse_qs(urlsplit(invitation.url).query)["X-Amz-SignedHeaders"]
    assert signed == f"{more}content-type;host;if-none-match"
    assert {name.lower() for name in invitation.headers} == set(signed.split(";")) - {"host"}
    assert invitation.headers["If-None-Match"] == "*"
    assert invitation.headers.get("Content-Length") == (None if size is None else str(size))
