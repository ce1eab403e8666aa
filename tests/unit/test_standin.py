"""The benchmark's stand-in answers what the function asks, as late as AWS does."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aws_stack.clouds.cloud import LOCAL_SECRET
from benchmarks.memory import HOLDER_BYTES
from benchmarks.standin import BATCH, FIRST_BYTE, Table
from fixtures.command import ROOT
from pipeline.functions.aws import clients
from pipeline.functions.aws.statements import Statements

CONTENT = b'[{"id": "NF-1"}]' * 1000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("standin")
    (folder / "a.json").write_bytes(CONTENT)
    command = [sys.executable, "-m", "benchmarks.standin", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()


@pytest.fixture(autouse=True)
def _environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    access = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET, "AWS_DEFAULT_REGION": "sa-east-1"}
    for name, value in {**access, "AWS_ENDPOINT_URL": url}.items():
        monkeypatch.setenv(name, value)


def test_s3_has_the_files_and_parts_of_them() -> None:
    s3 = clients.s3()
    started = time.monotonic()
    assert s3.get_object(Bucket="b", Key="a.json", VersionId="v")["Body"].read() == CONTENT
    assert time.monotonic() - started >= FIRST_BYTE
    part = s3.get_object(Bucket="b", Key="a.json", Range="bytes=100-")
    assert part["ContentRange"] == f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT)}"
    assert part["Body"].read() == CONTENT[100:]
    s3.put_object(Bucket="b", Key="c", Body=CONTENT)
    assert "Contents" not in s3.list_objects_v2(Bucket="b")


def test_dynamodb_stores_every_statement_and_has_no_item() -> None:
    dynamodb = clients.dynamodb()
    statements = ['{"Statement":"INSERT","Parameters":[]}'] * 25
    started = time.monotonic()
    assert Statements(dynamodb).execute(statements) == [{"TableName": "t"}] * 25
    assert time.monotonic() - started >= BATCH
    assert "Item" not in dynamodb.get_item(TableName="t", Key={"id": {"S": "a"}})
    answer = dynamodb.update_item(
        TableName="t",
        Key={"key": {"S": "k"}},
        UpdateExpression="SET #status = if_not_exists(#status, :status)",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": "processing"}},
        ReturnValues="ALL_NEW",
    )
    assert answer["Attributes"] == {"status": {"S": "processing"}}


def test_s3_takes_an_object_in_parts() -> None:
    s3: Any = clients.s3()
    place = {"Bucket": "b", "Key": "c"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    copied = s3.upload_part_copy(**place, UploadId=upload, PartNumber=1, CopySource={"Bucket": "b", "Key": "d"})
    parts = [{"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}]
    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})


def test_a_table_that_holds_every_id_says_so_and_has_its_item() -> None:
    table = Table(HOLDER_BYTES)

    def answer(operation: str, **request: Any) -> Any:
        return json.loads(table.answer(operation, json.dumps(request).encode()))

    inserted = answer("BatchExecuteStatement", Statements=[{"Statement": "INSERT"}] * 2)["Responses"]
    assert [one["Error"]["Code"] for one in inserted] == ["DuplicateItem"] * 2
    [found] = answer("BatchGetItem", RequestItems={"invoices": {"Keys": [{"id": {"S": "a"}}]}})["Responses"]["invoices"]
    assert found["id"] == {"S": "a"}
    [holder] = answer("GetItem", TableName="invoices", Key={"id": {"S": "a"}}).values()
    assert holder["_ingest"] == found["_ingest"]
    assert HOLDER_BYTES - 2_048 < len(json.dumps(holder)) <= HOLDER_BYTES
    assert answer("GetItem", TableName="uploads", Key={}) == {}
