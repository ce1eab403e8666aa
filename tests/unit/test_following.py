"""An upload is waited for as long as it is alive."""

from collections.abc import Callable
from typing import Any

import pytest

from aws_stack.errors import CloudError
from fixtures.entries import FIRST, STALLED
from pipeline.ended import Ended
from pipeline.following import Advice, Patience, follow, until_stalled
from pipeline.watching import LINE_SECONDS, Watcher

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


def followed(look: Callable[[], dict[str, Any] | None], patience: Patience) -> dict[str, Any]:
    with Watcher("Processing", 1, 1_000_000) as watcher:
        watcher.begin("a.json", 1_000_000)
        return follow("a.json", look, watcher, ADVICE, 0.01, patience)


@pytest.mark.parametrize("status", ["completed", "failed", "stalled"])
def test_the_waiting_ends_at_once_when_the_upload_has_ended_or_stalled(status: str) -> None:
    end = {**FIRST, "status": status}
    assert followed(scripted(None, FIRST, processing(1), end, FIRST), Patience()) == end


def test_an_upload_that_moves_is_waited_for_however_long_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    # Each look is within the patience of the one before; all together are not.
    steps = [processing(second) for second in range(60)]
    end = {**FIRST, "status": "completed"}
    assert followed(scripted(*steps, end), Patience(quiet=0.3, silent=0.4)) == end
    assert "waiting" not in capsys.readouterr().err


@pytest.mark.parametrize(("entry", "said"), [(None, "has not taken it up"), (processing(1), "has not moved")])
def test_an_upload_without_a_sign_of_life_is_told_and_in_the_end_given_up(
    capsys: pytest.CaptureFixture[str], entry: dict[str, Any] | None, said: str
) -> None:
    with pytest.raises(CloudError, match=f"a.json: .*{said}.*/aws/lambda/notas-Ingest"):
        followed(scripted(entry), Patience(quiet=0.05, silent=0.3))
    lines = [line for line in capsys.readouterr().err.splitlines() if "still waiting" in line]
    assert 1 <= len(lines) <= 3, "once, and each time that it took twice as long"
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
