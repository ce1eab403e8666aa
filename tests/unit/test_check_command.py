"""`notas check` as a person, an editor or a hook starts it: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import ROOT
from fixtures.inprocess import notas_here
from fixtures.invoices import document, invoice
from pipeline import check_command
from pipeline.loading import plain_check

SAMPLES = sorted(map(str, (ROOT / "pipeline" / "samples").iterdir()))

SECONDS = 0.3
"""The most that the check of the samples may take of one core, from its start to its end."""


def notas(*arguments: str, given: bytes = b"", cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pipeline", *arguments]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=given, capture_output=True, check=False, cwd=cwd, env=variables, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "boa.json": document(invoice("NF-1")),
        "igual.json": document(invoice("NF-1", valor="2878.10")),
        "outra.json": document(invoice("NF-1", valor=7)),
        "errada.json": document(invoice("NF-2", cliente=" ")),
        "cortada.json": b'[{"id":',
        "notas.csv": b"id,cliente",
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    return tmp_path


ENDS = {
    "all stored": (["boa.json"], 0),
    "a duplicate": (["boa.json", "igual.json"], 0),
    "the same file again": (["boa.json", "boa.json"], 0),
    "a conflict": (["boa.json", "outra.json"], 1),
    "a rejected one": (["errada.json", "boa.json"], 1),
    "no document": (["boa.json", "cortada.json"], 1),
    "another name": (["notas.csv"], 1),
}


@pytest.mark.parametrize("options", [[], ["--json"], ["--verbose"]], ids=["table", "json", "verbose"])
@pytest.mark.parametrize(("files", "code"), ENDS.values(), ids=ENDS)
def test_it_ends_as_a_run_of_these_files_would(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], files: list[str], code: int
) -> None:
    monkeypatch.chdir(folder)
    ended = notas_here("check", *files, *options)
    assert (ended.code, ended.err) == (code, "")
    assert all(file in ended.out for file in files)


LONG = "x" * 5_000

WRONG = {
    "a missing file": (["nenhuma.json"], "nenhuma.json does not exist; nothing was checked"),
    "one good file and one missing": (["boa.json", "nenhuma.json"], "nenhuma.json does not exist; nothing was checked"),
    "a folder": (["pasta.json"], "pasta.json is not a file; nothing was checked"),
    "a name that no file has": (
        ["x" * 5_000],
        f"{'x' * 5_000} cannot be read: File name too long; nothing was checked",
    ),
    "a file that cannot be read to its end": (
        ["boa.json", "ilegivel.json"],
        "ilegivel.json cannot be read: Input/output error; no file was reported on",
    ),
    "standard input twice": (["-", "-"], "- is named more than once; standard input can be read once only"),
}


@pytest.mark.parametrize(("files", "line"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_one_line_and_nothing_is_printed(folder: Path, files: list[str], line: str) -> None:
    (folder / "pasta.json").mkdir()
    (folder / "ilegivel.json").symlink_to("/proc/self/mem")
    ended = notas("check", *files, cwd=folder)
    assert (ended.returncode, ended.stdout, ended.stderr.decode()) == (2, b"", f"error: {line}\n")


def test_without_files_it_says_what_is_missing() -> None:
    ended = notas_here("check")
    assert ended.code == 2
    assert "Missing argument 'FILE'" in ended.err


def test_it_prints_what_run_prints(folder: Path) -> None:
    ended = notas("check", "boa.json", "outra.json", "cortada.json", "notas.csv", cwd=folder)
    lines = ended.stdout.decode().splitlines()
    assert lines[1].split() == ["file", "status", "received", "stored", "duplicates", "conflicts", "rejected"]
    assert lines[4].split() == ["outra.json", "completed", "1", "0", "0", "1", "0"]
    assert lines[8].split() == ["all", "2", "1", "0", "1", "0"]
    assert "outra.json: 1 not stored (positions count from 0)" in lines
    assert "  position 0 (NF-1)" in lines
    conflict = "    conflict: /id has other content at position 0 of boa.json, in valor. An issued invoice is immutable"
    assert conflict in lines
    assert "cortada.json: not a well-formed document; nothing from it was stored" in lines
    assert any(line.startswith("  truncated: ") and line.endswith(" (line 1, column 8)") for line in lines)
    assert "notas.csv: it could not be read" in lines


@pytest.mark.parametrize(
    ("name", "body"),
    [("lote.json", b'{"notas": [{"id": "1", "cliente": "A"}]}'), ("x.xml", b"<a/>")],
    ids=["JSON", "XML"],
)
def test_what_is_well_formed_is_not_said_to_be_malformed(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    lines = notas("check", name, cwd=tmp_path).stdout.decode().splitlines()
    assert f"{name}: well-formed, but not a document of invoices; nothing from it was stored" in lines


def test_as_json_it_is_one_object_on_one_line(folder: Path) -> None:
    ended = notas("check", "outra.json", "boa.json", "cortada.json", "--json", cwd=folder)
    assert ended.stdout.count(b"\n") == 1
    found = json.loads(ended.stdout)
    assert found["cloud"] is None
    counted = {"received": 1, "stored": 1, "duplicates": 0, "conflicts": 0, "rejected": 0}
    upload = {"file": "outra.json", "key": "outra.json", "version_id": None, "status": "completed"}
    assert found["uploads"][0] == {**upload, **counted, "error": None}
    error = found["uploads"][2]["error"]
    assert (error["code"], error["line"], error["column"]) == ("truncated", 1, 8)
    [reject] = found["rejects"]
    assert (reject["file"], reject["position"], reject["invoice"]) == ("boa.json", 0, invoice("NF-1"))
    assert reject["reasons"][0].keys() == {"code", "path", "message", "values"}


def test_the_keys_are_those_of_run(folder: Path) -> None:
    """A file is uploaded under its own name, whatever folder it is in."""
    ended = notas("check", f"../{folder.name}/boa.json", "--json", cwd=folder)
    [upload] = json.loads(ended.stdout)["uploads"]
    assert (upload["file"], upload["key"]) == (f"../{folder.name}/boa.json", "boa.json")


@pytest.mark.parametrize(
    ("options", "given", "name"),
    [
        (["-"], document(invoice("NF-1")), check_command.NAME),
        (["-", "--name=a/notas.jsonl"], document(invoice("NF-1"))[1:-1], "a/notas.jsonl"),
        (["--name", "notas.jsonl", "-"], document(invoice("NF-1"))[1:-1], "notas.jsonl"),
    ],
)
def test_a_dash_is_standard_input(options: list[str], given: bytes, name: str) -> None:
    ended = notas("check", *options, "--json", given=given)
    [upload] = json.loads(ended.stdout)["uploads"]
    assert (upload["file"], upload["key"], upload["stored"]) == (name, name.rpartition("/")[2], 1)
    assert ended.returncode == 0


def test_a_name_that_is_not_utf8_is_printed_as_its_bytes(folder: Path) -> None:
    name = b"a\xff.json"
    (folder / os.fsdecode(name)).write_bytes(document(invoice("NF-1")))
    ended = notas("check", os.fsdecode(name), cwd=folder)
    assert ended.returncode == 0
    assert "a\ufffd.json" in ended.stdout.decode()


def test_where_nobody_reads_on_it_ends_as_ever(folder: Path) -> None:
    (folder / "longa.jsonl").write_bytes(b"{}\n" * 20_000)
    command = f"{sys.executable} -m pipeline check longa.jsonl 2>&1 | head -2 >/dev/null; echo ${{PIPESTATUS[0]}}"
    # bash itself warns of a locale that is not installed.
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    ended = subprocess.run(["bash", "-c", command], capture_output=True, cwd=folder, env=variables, check=True)
    assert (ended.stdout, ended.stderr) == (b"1\n", b"")


LINES: list[tuple[str, dict[str, Any] | None]] = [
    ("check a.json", {"files": ["a.json"]}),
    ("check a.json --json b/c.json", {"files": ["a.json", "b/c.json"], "as_json": True}),
    ("check --name=x.jsonl -", {"files": ["-"], "name": "x.jsonl"}),
    ("check --name=a=b.json - --json", {"files": ["-"], "name": "a=b.json", "as_json": True}),
    ("check --name x.jsonl -", None),
    ("check -- -x.json", None),
    ("check --verbose a.json", None),
    ("check --js a.json", None),
    ("check --help", None),
    ("check", None),
    ("check --json", None),
    ("run a.json", None),
    ("", None),
]


@pytest.mark.parametrize(("line", "plain"), LINES, ids=[line for line, _ in LINES])
def test_a_plain_line_asks_for_what_typer_reads_in_it(
    monkeypatch: pytest.MonkeyPatch, line: str, plain: dict[str, Any] | None
) -> None:
    asked: list[dict[str, Any]] = []

    def check(files: Sequence[Path], name: str = check_command.NAME, *, as_json: bool = False) -> int:
        asked.append({"files": list(files), "name": name, "as_json": as_json})
        return 0

    found = plain_check(line.split())
    if plain is None:
        assert found is None
        return
    assert found == {**plain, "files": [Path(file) for file in plain["files"]]}
    monkeypatch.setattr(check_command, "check", check)
    check(**found)
    assert notas_here(*line.split()).code == 0
    assert asked[0] == asked[1]


def test_it_loads_nothing_that_takes_long() -> None:
    code = (
        "import sys, runpy; sys.argv = ['notas', 'check', *sys.argv[1:]]\n"
        "try: runpy.run_module('pipeline', run_name='__main__')\n"
        "except SystemExit: print(' '.join(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code, *SAMPLES], capture_output=True, cwd=ROOT, check=True)
    loaded = set(ended.stderr.decode().split())
    assert "pipeline.functions.outcome" in loaded
    # XML needs urllib.request, by way of defusedxml.
    slow = {"boto3", "botocore", "typer", "click", "rich.console", "pydantic", "asyncio"}
    assert loaded & slow == set()


def test_the_samples_are_checked_in_the_time_that_an_editor_has() -> None:
    taken = []
    for _ in range(10):
        check = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "check", *SAMPLES], stdout=subprocess.DEVNULL, cwd=ROOT
        )
        _, status, usage = os.wait4(check.pid, 0)
        check.returncode = os.waitstatus_to_exitcode(status)
        assert check.returncode == 1
        # Not by the clock: other tests run at the same time. It waits for nothing, so alone it takes as long.
        taken.append(usage.ru_utime + usage.ru_stime)
    assert min(taken) < SECONDS
