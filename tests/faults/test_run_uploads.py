"""The upload of `notas run`, whose answers are lost between S3 and the command."""

from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from aws_stack.clouds import Cloud
from aws_stack.proxy import ALWAYS, Fault, How, Lose, Operation, Proxy, Refuse, Reset
from fixtures.stacks import Stack
from pipeline import repetition
from pipeline.run import upload

SLOW_DOWN = Refuse("SlowDown")


@pytest.fixture
def struck(stack: Stack, struck_proxy: Proxy) -> Cloud:
    """The cloud as the command reaches it."""
    return replace(stack.cloud, endpoint_url=struck_proxy.url)


@pytest.fixture
def file(tmp_path: Path, unique: str) -> Path:
    """A file of a name of its own."""
    made = tmp_path / f"{unique} ação.json"
    made.write_bytes(b"[]")
    return made


def versions(stack: Stack, key: str) -> list[str]:
    """The versions that a key has had, the newest first."""
    listing = stack.s3.list_object_versions(Bucket=stack.silent_bucket, Prefix=key)
    return [version["VersionId"] for version in listing["Versions"] if version["Key"] == key]


@pytest.mark.parametrize("kinds", [[Lose()], [Reset()], [SLOW_DOWN], [SLOW_DOWN, Lose()]], ids=str)
def test_a_file_whose_answer_was_lost_is_one_upload(
    stack: Stack, struck: Cloud, struck_proxy: Proxy, file: Path, kinds: list[How]
) -> None:
    for place, how in enumerate(kinds):
        struck_proxy.arm(Fault("PutObject", how, skip=place))
    key, version = upload(struck, {"UploadsBucket": stack.silent_bucket}, file)
    assert versions(stack, key) == [version]


@pytest.mark.parametrize(
    ("operation", "how"),
    [
        ("UploadPart", Lose()),
        ("CompleteMultipartUpload", Lose()),
        ("CompleteMultipartUpload", Refuse("ConditionalRequestConflict")),
    ],
    ids=str,
)
def test_so_is_one_that_is_larger_than_s3_takes_at_once(
    stack: Stack,
    struck: Cloud,
    struck_proxy: Proxy,
    file: Path,
    operation: Operation,
    how: How,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.uploading.MAX_PUT", 8_000_000)
    file.write_bytes(b" " * 9_000_000)
    struck_proxy.arm(Fault(operation, how))
    key, version = upload(struck, {"UploadsBucket": stack.silent_bucket}, file)
    assert versions(stack, key) == [version]


def test_the_same_file_once_more_is_another_upload(
    stack: Stack, struck: Cloud, struck_proxy: Proxy, file: Path
) -> None:
    # The bytes and the ETag are the same, so a condition on what the key held before would not tell them apart.
    outputs = {"UploadsBucket": stack.silent_bucket}
    key, first = upload(struck, outputs, file)
    stack.s3.put_object(Bucket=stack.silent_bucket, Key=f"{key}2", Body=b"[]")
    struck_proxy.arm(Fault("PutObject", Lose()))
    _, second = upload(struck, outputs, file)
    assert versions(stack, key) == [second, first]


def test_somebody_elses_upload_meanwhile_is_not_taken_for_this_one(
    stack: Stack, struck: Cloud, struck_proxy: Proxy, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = stack.silent_bucket

    class Meanwhile(repetition.Repetition):
        def wait(self, failed: Exception, asked: float = 0.0) -> None:
            stack.s3.put_object(Bucket=bucket, Key=file.name, Body=b"[]")
            super().wait(failed, asked)

    monkeypatch.setattr("pipeline.uploading.Repetition", Meanwhile)
    struck_proxy.arm(Fault("PutObject", Lose()))
    key, version = upload(struck, {"UploadsBucket": bucket}, file)
    theirs, ours = versions(stack, key)
    assert version == ours != theirs


def test_a_cloud_that_takes_nothing_is_given_up(
    stack: Stack, struck: Cloud, struck_proxy: Proxy, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repetition, "FIRST_PAUSE", 1000)
    struck_proxy.arm(Fault("PutObject", SLOW_DOWN, ALWAYS))
    with pytest.raises(ClientError, match="SlowDown"):
        upload(struck, {"UploadsBucket": stack.silent_bucket}, file)
    assert struck_proxy.calls.count("PutObject") == 1, "boto3 tries nothing by itself"
