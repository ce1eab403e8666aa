"""What a run tells of its uploads, seen as a person sees it: the lines at its end, and the page of `--report`."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fixtures.command import pytest_on

HOSTILE = "</script><script>alert(1)</script><img src=http://example.com/x>"

UPLOADING = f"""
import pytest
from fixtures.invoices import document, invoice
from fixtures.observations import observer


@pytest.mark.parametrize("number", range(4))
def test_that_generates(stack, number):
    for body in (lambda id_: document(invoice(id_), invoice(id_), invoice("x", valor=-1)), lambda id_: b"[1,"):
        id_ = observer.begin_example({HOSTILE!r})
        stack.wait(stack.upload(body(id_), f"{{id_}}.json", ["rule: negative /valor", "document: .json"]))


def test_that_generates_nothing(stack, unique):
    stack.ingest(document(invoice(unique)), f"{{unique}}.json")


def test_that_fails(stack, unique):
    sent = stack.upload(document(invoice(unique)), f"{{unique}}.json", silent=True)
    stack.deliver(stack.event(sent))
    stack.wait(sent)
    raise AssertionError("on purpose")
"""

# Where it matters only how what was seen comes together, nothing is uploaded: a deployment and a function's start take
# two seconds.
SEEING = """
import os, signal, threading, time
from datetime import UTC, datetime
from fixtures.observations import observer
from fixtures.stacks import Sent


def see_one(unique):
    counts = {"received": 1, "stored": 1, "duplicates": 0, "conflicts": 0, "rejected": 0}
    sent = Sent(f"{unique}.json", "version", 100, time.time())
    observer.note(sent, {"status": "completed", "finished_at": datetime.now(UTC).isoformat(), **counts})


def test_that_passes(unique):
    see_one(unique)
"""

CRASHING = f"""{SEEING}

def test_that_kills_its_worker(unique):
    see_one(unique)
    os.kill(os.getpid(), signal.SIGKILL)


def test_after_it(unique):
    see_one(unique)
"""

HANGING = f"""{SEEING}

def test_that_hangs():
    threading.Event().wait()
"""

UNIT = """
def test_without_a_cloud():
    pass
"""


class Page(HTMLParser):
    """A page's text, that of its charts included, and whatever it would load or lead to."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.text = ""
        self.is_chart = False
        self.references: list[str | None] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_chart = tag == "script" and ("type", "application/json") in attrs
        self.references += [value for name, value in attrs if name in {"src", "href", "srcset", "data", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += str(json.loads(data)) if self.is_chart and data.strip() else data


def figures(out: str) -> dict[str, list[str]]:
    """The table at the end of a run, by worker: `{"gw0": ["9", "14", …], "all": […]}`."""
    _, _, after = out.partition("= uploads =")
    table = re.findall(r"^(gw\d+|main|all) +(\S.*)$", after, re.MULTILINE)
    return {worker: cells.split() for worker, cells in table}


@pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")
@pytest.mark.parametrize("workers", ["-n2", "-n0"])
@pytest.mark.usefixtures("starts_cloud")
def test_a_run_tells_how_many_uploads_it_made_and_how_fast(tmp_path: Path, workers: str) -> None:
    with pytest_on(tmp_path, UPLOADING, workers, "--report", "out.html", unit=UNIT) as run:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.out
        found = figures(run.out)
        *own, total = found.values()
        assert list(found) == (["gw0", "gw1", "all"] if workers == "-n2" else ["main", "all"])
        assert total[:3] == ["10", "14", "8"]
        assert [sum(int(row[column]) for row in own) for column in range(3)] == [10, 14, 8]
        assert float(total[3]) > 0
        assert 0 < int(total[4]) <= int(total[5].replace(",", ""))

        content = (tmp_path / "out.html").read_text()
        shown = Page(content)
        assert f"{tmp_path / 'out.html'}: written" in run.out
        assert shown.references == ["data:,"]
        assert HOSTILE not in content
        assert html.escape(HOSTILE) in content
        assert "1 of 7 tests failed" in shown.text
        assert "6 of 10 uploads completed; 6 of 14 invoices were stored" in shown.text
        assert "What 8 generated examples consisted of" in shown.text
        assert "negative /valor" in shown.text
        assert f" --basetemp={tmp_path / 'tmp'} {workers} --report out.html" in shown.text
        for name in ("test_that_generates[0]", "test_that_generates[3]", "test_that_generates_nothing"):
            assert f"tests/e2e/test_e2e.py::{name}" in shown.text
        assert sorted(path.name for path in tmp_path.glob("*.html*")) == ["out.html"]


@pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")
@pytest.mark.usefixtures("starts_cloud")
def test_a_worker_that_crashes_loses_what_its_test_saw_and_no_more(tmp_path: Path) -> None:
    with pytest_on(tmp_path, CRASHING, "-n1") as run:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED
        assert {worker: cells[0] for worker, cells in figures(run.out).items()} == {"gw0": "1", "gw1": "1", "all": "2"}


@pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")
@pytest.mark.parametrize("workers", ["-n0", "-n1"])
@pytest.mark.usefixtures("starts_cloud")
def test_an_interrupted_run_writes_its_report(tmp_path: Path, workers: str) -> None:
    with pytest_on(tmp_path, HANGING, workers, "-v", "--report", "out.html") as run:
        run.wait_for("PASSED")
        run.interrupt()
        assert run.wait() == pytest.ExitCode.INTERRUPTED, run.out
        assert figures(run.out)["all"][:2] == ["1", "1"]
        shown = Page((tmp_path / "out.html").read_text())
        assert "The test passed, and the run was stopped early" in shown.text
        assert "1 of 1 upload completed" in shown.text


def test_a_run_without_uploads_prints_no_figures_and_its_report_says_so(tmp_path: Path) -> None:
    with pytest_on(tmp_path, "", "-n0", "tests/unit", "--report", "out.html", unit=UNIT) as run:
        assert run.wait() == pytest.ExitCode.OK, run.out
        assert "= uploads =" not in run.out
        shown = Page((tmp_path / "out.html").read_text())
        assert "The test passed" in shown.text
        assert "No test uploaded anything" in shown.text


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("none/out.html", "there is no folder "),
        ("tests", "is a folder"),
        ("conftest.py/out.html", "there is no folder "),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_starts(
    tmp_path: Path, file: str, reason: str
) -> None:
    with pytest_on(tmp_path, UPLOADING, "-n2", "--report", file) as run:
        assert run.wait() == pytest.ExitCode.USAGE_ERROR
        assert run.out == ""
        assert re.fullmatch(rf"ERROR: --report {file}: {reason}.*\n+", run.err)


def test_a_run_whose_report_could_not_be_written_after_all_does_not_pass(tmp_path: Path) -> None:
    taken = "import os\n\n\ndef test_that_takes_the_name():\n    os.mkdir('out.html')\n"
    with pytest_on(tmp_path, "", "-n0", "tests/unit", "--report", "out.html", unit=taken) as run:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED
        assert "out.html: not written: Is a directory" in run.out
