"""What a failure tells: the schedule, for a person, and the line with which it fails again."""

import re
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aws_stack.schedules.exploring import Bound, explore
from aws_stack.schedules.running import UnfitError, run
from aws_stack.schedules.schedule import Turn, read, written
from aws_stack.schedules.stepping import Fate
from aws_stack.schedules.telling import told
from fixtures.schedules.__main__ import main
from fixtures.schedules.drawing import Drawn, drawn
from fixtures.schedules.running import Run
from fixtures.schedules.scenarios import SCENARIOS
from fixtures.schedules.world import stepped
from pipeline.functions.aws import ledger as ledger_module
from pipeline.functions.aws.ledger import Ledger

[ONE_ID] = [one for one in SCENARIOS if one.name == "one id"]
[TWICE] = [one for one in SCENARIOS if one.name == "two attempts"]


def closed_by_anyone(ledger: Ledger, upload: object, values: dict[str, object]) -> bool:
    """`Ledger._close` without its condition: whoever comes to the end writes it down."""
    values = {**values, "finished_at": ledger_module._now(), "stalled_at": None, "progress": None}
    ledger._update(upload, "SET " + ", ".join(f"#{name} = :{name}" for name in values), values)  # type: ignore[arg-type]
    return True


def first_failure() -> Run:
    with stepped():
        return next(ran for ran in explore(TWICE, Bound(1)) if ran.failure)


def test_a_broken_function_fails_ten_times_of_ten_with_the_schedule_that_is_printed() -> None:
    with patch.object(Ledger, "_close", closed_by_anyone):
        found = first_failure()
        text = told(found)
        assert "was closed and has changed" in text
        [line] = re.findall(r"^again: python -m fixtures.schedules 'two attempts' '(.*)'$", text, re.MULTILINE)
        with stepped():
            again = [run(TWICE, read(line)) for _ in range(10)]
    assert [one.line for one in again] == [found.line] * 10
    assert all("was closed and has changed" in one.failure for one in again)
    with stepped():
        assert run(TWICE, read(line)).failure == "", "without the fault, the same schedule holds"


def test_a_schedule_reads_as_a_list_of_calls() -> None:
    with stepped():
        text = told(run(ONE_ID, read("a b:2 b1 b+")))
    assert text.splitlines() == [
        "one id: two uploads at once want one id, with different contents",
        "  a   is the event of …-0.jsonl",
        "  b   is the event of …-1.jsonl",
        "  c   is Lambda's retry of b",
        "     1. a   UpdateItem opens the entry of …-0.jsonl",
        "     2. b   UpdateItem opens the entry of …-1.jsonl",
        "     3. b   S3 GET uploads …-1.jsonl",
        "     4. b1  BatchExecuteStatement …1",
        "     5. b   UpdateItem completed: …-1.jsonl  ✗ killed after this call: its answer is lost",
        "     6. a   S3 GET uploads …-0.jsonl",
        "     7. a1  BatchExecuteStatement …1 → DuplicateItem",
        "     8. a1  BatchGetItem …1",
        "     9. a1  GetItem …1",
        *text.splitlines()[13:14],
        "    11. a   UpdateItem completed: …-0.jsonl",
        "    12. c   UpdateItem opens the entry of …-1.jsonl → ConditionalCheckFailedException",
        "    13. c   S3 lists unfinished",
        "again: python -m fixtures.schedules 'one id' 'a b:2 b1 b+ a a1:3 a:2 c:2'",
    ]
    assert "    10. a   S3 PUT rejects" in text


@given(st.lists(st.builds(Turn, st.sampled_from(["a", "b", "a1", "b12", "a'", "a1'"]), st.sampled_from(Fate))))
@example([Turn("a"), Turn("a"), Turn("a", Fate.KILLED_AFTER), Turn("a", Fate.KILLED_AFTER)])
def test_a_schedule_is_read_as_it_was_written(turns: list[Turn]) -> None:
    assert read(written(turns)) == turns


@given(drawn())
def test_a_drawn_scenario_is_read_as_it_was_written(one: Drawn) -> None:
    assert Drawn.read(str(one)) == one


@pytest.mark.parametrize("line", ["A", "a:x", "a?", "a b,c"])
def test_what_is_no_schedule_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is no turn"):
        read(line)


def test_a_turn_of_nobody_does_not_fit() -> None:
    with stepped(), pytest.raises(UnfitError, match="turn 2: z makes no call; these could: a, b"):
        run(ONE_ID, read("a z"))


def test_the_command_runs_a_schedule_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["one id", "a b:2"]) == 0
    assert "again: python -m fixtures.schedules 'one id' 'a b:2" in capsys.readouterr().out
    with patch.object(Ledger, "_close", closed_by_anyone):
        assert main(["two attempts", first_failure().line]) == 1
    assert "was closed and has changed" in capsys.readouterr().out
    assert main(["one id", "z"]) == 2


def test_every_schedule_of_a_bound_is_run_once() -> None:
    with stepped():
        lines = [ran.line for ran in explore(ONE_ID, Bound(1))]
    assert len(lines) == len(set(lines)) == 6
