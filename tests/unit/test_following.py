"""An upload is waited for as long as it is alive."""

from collections.abc import Callable
from typing import Any

import pytest

from aws_stack.errors import CloudError
from fixtures.entries import FIRST, STALLED
from pipeline.ended import Ended
from pipeline.following import Advice, Patience, follow, until_stalled
from pipeline.watching import LINE_SECONDS, Watcher

from .stand_ins import Clock

ADVICE = Advice(logs="the log group /aws/lambda/notas-Ingest", remedy="notas redrive")

AT = "2026-10-05T12:00:{:02d}.000Z"


def processing(second: int) -> dict[str, Any]:
    return {
        **FIRST,
        "progress": {"reading": 2, "judged": 10 * second, "bytes": 10_000 * second, "at": AT.format(second)},
    }


def scripted(*entries: dict[str, Any] | None) -> Callable[[], dict[str, Any] | None]:
    """Looks that see these entries, one after the other, and the last one for ever."""
    left = list(entries)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("pipeline.following.time", clock)
    monkeypatch.setattr("aws_stack.waiting.time", clock)


def followed(look: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    """An upload that is looked at every ten seconds."""
    with Watcher("Processing", 1, 1_000_000) as watcher:
        watcher.begin("a.json", 1_000_000)
        return follow("a.json", look, watcher, ADVICE, 10, Patience(quiet=60, silent=3600))


@pytest.mark.parametrize("status", ["completed", "failed", "stalled"])
def test_the_waiting_ends_at_once_when_the_upload_has_ended_or_stalled(status: str) -> None:
    end = {**FIRST, "status": status}
    assert followed(scripted(None, FIRST, processing(1), end, FIRST)) == end


def test_an_upload_that_moves_is_waited_for_however_long_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    # It moves once in 50 seconds, and for more than three hours.
    steps = [processing(second) for _ in range(5) for second in range(60) for _ in range(5)]
    end = {**FIRST, "status": "completed"}
    assert followed(scripted(*steps, end)) == end
    assert "waiting" not in capsys.readouterr().err


@pytest.mark.parametrize(("entry", "said"), [(None, "has not taken it up"), (processing(1), "has not moved")])
def test_an_upload_without_a_sign_of_life_is_told_and_in_the_end_given_up(
    capsys: pytest.CaptureFixture[str], entry: dict[str, Any] | None, said: str
) -> None:
    with pytest.raises(CloudError, match=f"a.json: .*{said} for 60 minutes.*/aws/lambda/notas-Ingest"):
        followed(scripted(entry))
    lines = [line for line in capsys.readouterr().err.splitlines() if "still waiting" in line]
    assert len(lines) == 6, "after 1, 2, 4, 8, 16 and 32 minutes"
    assert said in lines[0]
    assert "/aws/lambda/notas-Ingest" in lines[0]


def test_what_comes_after_a_stalled_file_is_not_uploaded() -> None:
    uploaded = []

    def uploads() -> Any:
        for name, status in (("a", "completed"), ("b", "stalled"), ("c", "completed")):
            uploaded.append(name)
            yield Ended(name, name, "1", {**FIRST, **STALLED, "status": status})

    assert [one.file for one in until_stalled(uploads())] == ["a", "b"]
    assert uploaded == ["a", "b"]


def test_where_there_is_no_terminal_a_line_comes_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    with Watcher("Processing", 1, 1_000_000, lambda: now) as watcher:
        watcher.begin("a.json", 1_000_000)
        for second in range(1, 41):
            now += 1
            watcher.look(processing(second))
        watcher.end("completed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 40 // LINE_SECONDS + 1
    assert lines[1] == "a.json: 24%, 200 invoices judged, about 80 s left"
    assert lines[-1] == "Processed a.json: completed"


def test_a_name_that_a_terminal_would_obey_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    with Watcher("Processing", 1, 10) as watcher:
        watcher.begin("a\x1b[2J\n.json", 10)
        watcher.end("completed")
    assert capsys.readouterr().err == "Processed a\\x1b[2J\\n.json: completed\n"
