"""The command line: section 7 of the contract. What a command starts is its own, as a person's is."""

import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest

from aws_stack.clouds import Cloud
from aws_stack.stack import new_account
from fixtures.command import notas
from fixtures.inprocess import notas_here
from fixtures.invoices import document, invoice

ROOT = Path(__file__).parent.parent.parent


def parsed(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def test_run_reports_every_outcome_as_one_json_object_and_exports_the_table(cloud: Cloud, tmp_path: Path) -> None:
    good, broken = tmp_path / "boas ção.json", tmp_path / "broken.jsonl"
    good.write_bytes(document(invoice("NF-2", valor="1500.00"), invoice("NF-10"), invoice("NF-2", valor=1500)))
    broken.write_text('{"id": "NF-2", "cliente": "Ana", "valor": 1.50, "data_emissao": "2026-01-01"}\n{"id": 7}\n')
    malformed = tmp_path / "malformed.json"
    malformed.write_text('[{"id":')
    files = [str(good), str(broken), str(malformed)]
    with notas("run", *files, "--json", "--export", str(tmp_path / "out.jsonl")) as command:
        assert command.wait() == 1
        said = command.out
    assert said.count("\n") == 1
    result = parsed(said)
    assert result["cloud"] == cloud.name
    facts = [
        (u["file"], u["key"], u["status"], u["received"], u["stored"], u["duplicates"], u["conflicts"], u["rejected"])
        for u in result["uploads"]
    ]
    assert facts == [
        (files[0], "boas ção.json", "completed", 3, 2, 1, 0, 0),
        (files[1], "broken.jsonl", "completed", 2, 0, 0, 1, 1),
        (files[2], "malformed.json", "failed", 0, 0, 0, 0, 0),
    ]
    assert all(upload["version_id"] for upload in result["uploads"])
    assert [upload["error"] and upload["error"]["code"] for upload in result["uploads"]] == [None, None, "truncated"]
    conflict, rejected = result["rejects"]
    assert (conflict["file"], conflict["position"], conflict["reasons"][0]["code"]) == (files[1], 0, "conflict")
    assert conflict["invoice"]["valor"] == Decimal("1.50")
    assert '"valor": 1.50,' in said, "numbers keep their digits"
    assert (rejected["position"], rejected["invoice"]) == (1, {"id": 7})
    assert {reason["path"] for reason in rejected["reasons"]} == {"/id", "/cliente", "/valor", "/data_emissao"}

    exported = [parsed(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [item["id"] for item in exported] == ["NF-10", "NF-2"]
    assert exported[0]["valor"] == Decimal("2878.1")
    assert exported[1]["valor"] == 1500
    assert exported[1]["_ingest"]["key"] == "boas ção.json"


@pytest.mark.night("a cloud and a stack for what unit tests show in part")
@pytest.mark.usefixtures("starts_cloud")
def test_what_was_exported_makes_the_same_table_again(tmp_path: Path) -> None:
    samples, first, again = (
        ROOT / "pipeline" / "samples" / "lote-outubro.jsonl.gz",
        tmp_path / "1.jsonl",
        tmp_path / "2",
    )
    with notas("run", str(samples), "--export", str(first)) as command:
        assert command.wait() == 0, command.out
    # Into an empty table, and into the same one again.
    with notas("run", str(first), str(first), "--json", "--export", str(again)) as command:
        assert command.wait() == 0, command.out
        uploads = parsed(command.out)["uploads"]
    items, items_again = ([parsed(line) for line in file.read_text().split("\n")[:-1]] for file in (first, again))
    assert [(one["stored"], one["duplicates"]) for one in uploads] == [(len(items), 0), (0, len(items))]
    assert {item.pop("_ingest")["key"] for item in items_again} == {first.name}
    assert all(item.pop("_ingest") for item in items)
    assert items_again == items
    assert len(items) > 1
    assert all(item["_cliente"] for item in items)


@pytest.mark.usefixtures("starts_cloud")
def test_demo_shows_a_table_the_reasons_and_where_it_all_went() -> None:
    with notas("demo", cwd=ROOT) as command:
        assert command.wait() == 1
        assert "samples/notas-simples.json" in command.out
        assert "check_digit: /chave_acesso ends in 0; the check digit is 4" in command.out
        assert "line 3, column 70" in command.out
        assert "DynamoDB table notas-Invoices" in command.out
        assert "Deploying the stack" in command.err
        assert command.left() == []


@pytest.mark.night("a cloud and a stack for what unit tests show in part")
@pytest.mark.usefixtures("starts_cloud")
def test_progress_moves_on_a_terminal_and_is_plain_lines_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(document(invoice("NF-1")))
    erase_line = "\x1b[2K"
    with notas("run", str(file), terminal=True, TERM="xterm") as command:
        assert command.wait() == 0, command.out
        assert "Deploying the stack …" in command.out
        assert "Uploading and processing" in command.out
        assert erase_line in command.out
    with notas("run", str(file), str(file), TERM="xterm") as command:
        assert command.wait() == 0, command.err
        assert "\x1b" not in command.out + command.err
        assert re.search(r"^Deploying the stack: [0-9.]+ s$", command.err, re.MULTILINE)
        assert command.err.count(f"Processed {file}: completed") == 2


@pytest.mark.usefixtures("starts_cloud")
def test_up_is_an_aws_to_deploy_to_upload_to_and_destroy_on(tmp_path: Path) -> None:
    with notas("up", "--port", "0", "--json") as up:
        up.wait_for("environment")
        facts = json.loads(up.out)
        endpoint = facts["endpoint"]
        assert set(facts["outputs"]) >= {"UploadsBucket", "RejectsBucket", "InvoicesTable", "UploadsTable"}
        variables = facts["environment"]
        assert variables["AWS_ENDPOINT_URL"] == endpoint

        with notas("up", "--port", endpoint.rpartition(":")[2]) as second:
            assert second.wait() == 2
            assert "Choose another with --port" in second.err

        where = ["--endpoint-url", endpoint, "--stack", "outra"]
        with notas("deploy", *where, "--json", "--parameter", "MemorySize=256") as deploy:
            assert deploy.wait() == 0, deploy.err
            outputs = json.loads(deploy.out)
        session = boto3.Session(
            variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], region_name="sa-east-1"
        )
        function = session.client("lambda", endpoint_url=endpoint).get_function_configuration(
            FunctionName=outputs["IngestFunction"]
        )
        assert function["MemorySize"] == 256
        s3 = session.client("s3", endpoint_url=endpoint)
        # An upload would start the function, which the next deployment changes.
        s3.put_object(Bucket=outputs["RejectsBucket"], Key="left.txt", Body=b"so that the bucket is not empty")

        with notas("deploy", *where, "--json") as again:
            assert again.wait() == 0, again.err
            assert json.loads(again.out) == outputs
        with notas("redrive", *where) as redrive:
            assert redrive.wait() == 0, redrive.err
            assert redrive.out == "0 events sent again\n"
        with notas("destroy", *where) as unsure:
            assert unsure.wait() == 2
            assert "Say so with --yes" in unsure.err
        with notas("destroy", *where, "--yes") as destroy:
            assert destroy.wait() == 0, destroy.err
            assert "The stack outra holds 0 invoices, 0 uploads and 0 rejects\n" in destroy.err
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if bucket["Name"].startswith("outra")] == []
        with notas("destroy", *where) as gone:
            assert gone.wait() == 2
            assert "there is no stack outra" in gone.err


def test_a_parameter_the_template_refuses_is_said_by_name_before_anything_is_made(cloud: Cloud) -> None:
    where = ["--endpoint-url", str(cloud.endpoint_url)]
    own = cloud.in_account(new_account())
    lots = ("--parameter", "MemorySize=lots")
    with notas("deploy", *where, *lots, cwd=None, terminal=False, **own.variables()) as deploy:
        assert deploy.wait() == 2
        assert deploy.err == "error: --parameter MemorySize=lots: it is not a whole number\n"
    assert own.client("s3").list_buckets()["Buckets"] == []


WRONG = {
    "a missing file": (["run", "nowhere.json"], "nowhere.json does not exist"),
    "a folder": (["run", "folder.json"], "folder.json is not a file"),
    "a wrong suffix": (["run", "a.csv"], "a.csv does not end in .json, .jsonl"),
    "one good file and one missing": (["run", "good.json", "nowhere.jsonl"], "nowhere.jsonl does not exist"),
    "no file": (["run"], "Missing argument"),
    "an unknown command": (["walk"], "No such command"),
    "an unknown cloud": (["run", "good.json", "--cloud", "moon"], "moon"),
    "a folder to export to": (["run", "good.json", "--export", "folder.json"], "folder.json is a folder"),
    "an input to export to": (
        ["run", "good.json", "--export", "./good.json"],
        "good.json is one of the files to upload",
    ),
    "nowhere to export to": (["run", "good.json", "--export", "no/such/folder/out.jsonl"], "there is no folder"),
    "no place to deploy to": (["deploy"], "--cloud aws"),
    "a parameter without a value": (["deploy", "--cloud", "aws", "--parameter", "x"], "NAME=VALUE"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_ends_with_2_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "good.json").write_text("[]")
    (tmp_path / "a.csv").write_text("")
    monkeypatch.chdir(tmp_path)
    ended = notas_here(*arguments)
    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert "Cloud:" not in ended.err
    assert ended.out == ""


def test_an_endpoint_where_nothing_answers_ends_with_3() -> None:
    ended = notas_here("deploy", "--endpoint-url", "http://127.0.0.1:9")
    assert ended.code == 3
    assert "nothing answers at http://127.0.0.1:9" in ended.err
    assert "Traceback" not in ended.err


def test_an_embedded_emulator_that_dies_at_start_ends_with_3_and_its_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "ministack"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise SystemExit('no luck today')")
    with notas("demo", "--cloud", "embedded", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}", cwd=ROOT) as command:
        assert command.wait() == 3
        assert "ended by itself" in command.err
        assert "no luck today" in command.err
        assert "Traceback" not in command.err
        assert command.temporary_files() == []


def test_verbose_shows_the_traceback(tmp_path: Path) -> None:
    with notas("run", "nowhere.json", "--verbose", cwd=tmp_path, PYTHONPATH=str(ROOT)) as command:
        assert command.wait() == 2
        assert "Traceback" in command.err
