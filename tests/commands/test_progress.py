"""What `send` and `run` say of an upload on its way, and of one that stalled. The test writes the ledger's entries."""

import gzip
import json
import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aws_stack.clouds import Cloud
from aws_stack.errors import CloudError
from aws_stack.waiting import NotYet, wait_until
from fixtures.api import Api
from fixtures.command import notas
from fixtures.entries import GAVE_UP, STALLED, progress, write
from fixtures.inprocess import notas_here
from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Sent, Stack, deployed
from pipeline import run
from pipeline.following import conclude, followed


@pytest.fixture
def uploaded(quiet: Stack) -> Callable[[], Sent]:
    """Waits for an upload that was not there when the test began."""
    bucket = quiet.outputs["UploadsBucket"]

    def versions() -> dict[str, Sent]:
        found = quiet.s3.list_object_versions(Bucket=bucket).get("Versions", [])
        return {one["VersionId"]: Sent(one["Key"], one["VersionId"], one["Size"]) for one in found}

    before = set(versions())

    def ask() -> Sent | NotYet:
        new = [sent for version, sent in versions().items() if version not in before]
        return new[0] if new else NotYet(f"the bucket has {len(before)} versions")

    return lambda: wait_until("a file is uploaded", ask, 30)


@pytest.fixture
def file(tmp_path: Path, unique: str) -> Path:
    path = tmp_path / f"{unique}.json"
    path.write_bytes(document(invoice(unique)))
    return path


def where(stack: Stack) -> list[str]:
    """The options that name a stack."""
    [name] = [
        one["StackName"]
        for one in stack.cloud.client("cloudformation").describe_stacks()["Stacks"]
        if stack.outputs["IngestFunction"] in str(one["Outputs"])
    ]
    return ["--endpoint-url", str(stack.cloud.endpoint_url), "--stack", name]


def test_a_bar_moves_on_a_terminal_and_a_stalled_upload_ends_it(
    quiet: Stack, file: Path, uploaded: Callable[[], Sent]
) -> None:
    with notas(
        "send", str(file), "--api-url", quiet.outputs["ApiUrl"], terminal=True, TERM="xterm", NOTAS_API_KEY=""
    ) as command:
        sent = uploaded()
        write(quiet, sent)
        command.wait_for("processing")
        write(quiet, sent, progress=progress(1, 0, 500_000))
        command.wait_for("first reading")
        write(quiet, sent, progress=progress(2, 1_234, 100_000, 10))
        command.wait_for("1,234 invoices judged")
        write(quiet, sent, progress=progress(2, 7_404, 600_000, 20))
        command.wait_for("7,404 invoices judged, about 10 s left")
        assert " 62%" in command.out
        write(quiet, sent, progress=progress(2, 7_404, 600_000, 20), **STALLED)
        assert command.wait() == 3
        assert "What was stored so far stays (7,404 invoices judged)" in command.out


def test_send_says_what_stalled_why_since_when_and_what_to_do(
    quiet: Stack, file: Path, uploaded: Callable[[], Sent], tmp_path: Path
) -> None:
    later = tmp_path / "later.json"
    later.write_text("[]")
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(notas_here, "send", str(file), str(later), "--api-url", quiet.outputs["ApiUrl"])
        write(quiet, uploaded(), **STALLED)
        ended = sending.result()
    assert ended.code == 3
    assert "stalled" in ended.out
    assert f"gave_up: {GAVE_UP['message']}" in ended.out
    assert f"Processed {file}: stalled" in ended.err
    [error] = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert (
        f"{file} has been stalled since {STALLED['stalled_at']}: {GAVE_UP['message']}. What was stored so far" in error
    )
    assert "run: notas redrive --cloud aws or --endpoint-url, and --stack" in error
    assert f"Not uploaded, because the order decides: {later}" in error


def test_programs_are_told_of_a_stalled_upload_as_well(quiet: Stack, file: Path, uploaded: Callable[[], Sent]) -> None:
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(notas_here, "send", str(file), "--json", "--api-url", quiet.outputs["ApiUrl"])
        write(quiet, uploaded(), **STALLED)
        ended = sending.result()
    assert ended.code == 3
    [upload] = json.loads(ended.out)["uploads"]
    assert (upload["status"], upload["error"]) == ("stalled", GAVE_UP)


def test_redrive_is_named_with_the_options_of_the_stack(
    quiet: Stack, file: Path, uploaded: Callable[[], Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in quiet.cloud.variables().items():
        monkeypatch.setenv(variable, value)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(notas_here, "send", str(file), *where(quiet))
        write(quiet, uploaded(), **STALLED)
        assert f"run: notas redrive {' '.join(where(quiet))}\n" in sending.result().err


@pytest.mark.night("redrive and send are each tried by day")
def test_the_command_that_send_names_makes_a_stalled_upload_go_on(
    cloud: Cloud, file: Path, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deployed(cloud, Stack) as stack:
        for variable, value in stack.cloud.variables().items():
            monkeypatch.setenv(variable, value)
        table = stack.dynamodb.describe_table(TableName=stack.outputs["InvoicesTable"])["Table"]
        stack.dynamodb.update_table(TableName=table["TableName"], DeletionProtectionEnabled=False)
        stack.dynamodb.delete_table(TableName=table["TableName"])
        ended = notas_here("send", str(file), *where(stack))
        assert ended.code == 3
        assert "ResourceNotFound" in ended.err
        [index] = table["GlobalSecondaryIndexes"]
        stack.dynamodb.create_table(
            **{name: table[name] for name in ("TableName", "KeySchema", "AttributeDefinitions")},
            GlobalSecondaryIndexes=[{name: index[name] for name in ("IndexName", "KeySchema", "Projection")}],
            BillingMode="PAY_PER_REQUEST",
        )
        _, _, command = ended.err.rpartition("run: notas ")
        assert notas_here(*shlex.split(command)).out == "1 event sent again\n"
        [item] = stack.dynamodb.scan(TableName=stack.outputs["UploadsTable"])["Items"]
        entry = stack.wait(Sent(item["key"]["S"], item["version_id"]["S"], 0))
        assert counts(entry) == {"received": 1, "stored": 1}
        assert stack.stored(unique) is not None


def test_run_ends_when_an_upload_stalls(quiet: Stack, file: Path, uploaded: Callable[[], Sent]) -> None:
    files = [file, file]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            followed, "Running", files, lambda watcher: run.run(quiet.cloud, quiet.outputs, files, watcher)
        )
        write(quiet, uploaded(), progress=progress(2, 40, 600_000), **STALLED)
        ended = running.result()
    assert [one.entry["status"] for one in ended] == ["stalled"]
    with pytest.raises(CloudError, match=r"stays \(40 invoices judged\).*run it again.*Not uploaded"):
        conclude(ended, files, run.advice(quiet.outputs))


def test_a_file_without_a_version_is_followed_by_its_content(cloud: Cloud, file: Path) -> None:
    with deployed(cloud, Stack) as stack:
        stack.s3.put_bucket_versioning(
            Bucket=stack.outputs["UploadsBucket"], VersioningConfiguration={"Status": "Suspended"}
        )
        [ended] = followed("Running", [file], lambda watcher: run.run(stack.cloud, stack.outputs, [file], watcher))
        [found] = stack.s3.list_object_versions(Bucket=stack.outputs["UploadsBucket"])["Versions"]
        assert found["VersionId"] == "null"
        etag = found["ETag"].strip('"')
        assert (ended.key, ended.version_id) == (file.name, f"null:{etag}")
        assert counts(ended.entry) == {"received": 1, "stored": 1}


NAMES = ["a.ndjson", "A.JSON", "b.JsonL", "c.NDJSON.gz", "d.json.GZ"]


def test_files_are_read_whatever_the_case_of_their_names(api: Api, unique: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in NAMES]
    for number, path in enumerate(files):
        text = json.dumps(invoice(f"{unique}-{number}")).encode()
        path.write_bytes(gzip.compress(text) if path.name.lower().endswith("gz") else text)
    ended = notas_here("send", *map(str, files), "--api-url", api.url)
    assert ended.code == 0, ended.err + ended.out
    assert ended.out.count("completed") == len(NAMES)
