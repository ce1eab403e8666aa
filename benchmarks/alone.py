"""What the function itself can do: on one core, against a stand-in for S3 and DynamoDB with AWS's latencies."""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from aws_stack.clouds.cloud import LOCAL_SECRET

from .contestants import document
from .function import WARM_UP

ROOT = Path(__file__).parents[1]
FUNCTION = Path(__file__).with_name("function.py")

NOW = "now"

BEFORE = "773e142"
"""The last commit whose function wrote with transactions. Its speed is what this one's is compared with."""

INVOICES = 80_000
QUICK_INVOICES = 8_000

ROUNDS = 3
QUICK_ROUNDS = 1


@dataclass(frozen=True, slots=True)
class Run:
    """One upload: its invoices stored a second, and processor time a record in microseconds, with the stand-in's own.

    `standin` is the share of its own core that the stand-in was busy. Well below 1, it did not hold the function up.
    """

    per_second: float
    cpu_microseconds: float
    standin: float


def middle(runs: list[Run]) -> Run:
    """The run with the median processor time."""
    return sorted(runs, key=lambda run: run.cpu_microseconds)[len(runs) // 2]


def measure(invoices: int, rounds: int) -> Iterator[tuple[str, Run]]:
    """Runs of the function as it is, NOW, and as it was BEFORE, in turn. The latter need the history of a clone."""
    documents = {_name(invoices): document(invoices)}
    with tempfile.TemporaryDirectory() as folder, _earlier() as earlier, standing_in(folder, documents) as standin:
        for _ in range(rounds):
            yield NOW, _run(ROOT, standin, invoices)
            if earlier is not None:
                yield BEFORE, _run(earlier, standin, invoices)


@contextmanager
def _earlier() -> Iterator[Path | None]:
    """The code of before, in a folder of its own; None where this is no clone that has it."""
    archive = subprocess.run(["git", "archive", BEFORE, "pipeline"], cwd=ROOT, capture_output=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        if archive.returncode:
            yield None
            return
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


@dataclass(frozen=True, slots=True)
class Standin:
    """The stand-in at `url`."""

    url: str
    process: psutil.Process


@contextmanager
def standing_in(folder: str, documents: dict[str, bytes], *options: str) -> Iterator[Standin]:
    """The stand-in on the last core, with the documents to process, and one to warm up, in this folder."""
    for name, content in {WARM_UP: document(100), **documents}.items():
        Path(folder, name).write_bytes(content)
    command = [sys.executable, "-m", "benchmarks.standin", folder, *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the stand-in has no pipes")
        port = process.stdout.readline().strip()
        own = psutil.Process(process.pid)
        _pin(own, -1)
        try:
            yield Standin(f"http://127.0.0.1:{port}", own)
        finally:
            process.stdin.close()


def environment(tree: Path, standin: Standin) -> dict[str, str]:
    """What the function of a source tree finds in its environment."""
    return {
        **os.environ,
        "PYTHONPATH": str(tree),
        "AWS_ENDPOINT_URL": standin.url,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "ingest",
        "INVOICES_TABLE": "invoices",
        "UPLOADS_TABLE": "uploads",
        "REJECTS_BUCKET": "rejects",
        "UNFINISHED_BUCKET": "unfinished",
    }


def _run(tree: Path, standin: Standin, invoices: int) -> Run:
    """Let the function of a source tree process the document on the first core."""
    command = [sys.executable, "-P", str(FUNCTION), _name(invoices)]
    busy = _busy_seconds(standin.process)
    with subprocess.Popen(
        command, cwd=tree, env=environment(tree, standin), stdout=subprocess.PIPE, text=True
    ) as process:
        _pin(psutil.Process(process.pid), 0)
        output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the function of {tree} failed")
    busy = _busy_seconds(standin.process) - busy
    lines = [json.loads(line) for line in output.splitlines()]
    stored = [line["stored"] for line in lines if line.get("message") == "upload finished"]
    if stored != [100, invoices]:
        raise RuntimeError(f"the function of {tree} did not store every invoice: {stored}")
    taken = lines[-1]
    return Run(
        per_second=invoices / taken["seconds"],
        cpu_microseconds=taken["cpu_seconds"] / invoices * 1e6,
        standin=busy / taken["seconds"],
    )


def _name(invoices: int) -> str:
    return f"{invoices}.json"


def _pin(process: psutil.Process, place: int) -> None:
    """Keep a process on the first core or on the last one. Not every system can: on macOS it may use them all."""
    if hasattr(process, "cpu_affinity"):
        process.cpu_affinity([sorted(process.cpu_affinity())[place]])


def _busy_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
