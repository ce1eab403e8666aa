"""The table of faults that struck: what it counts, and how it reads."""

from collections import Counter
from typing import Any

import pytest

from aws_stack.proxy.fault import KINDS
from fixtures.strategies.faults import OF_INGEST
from tests.struck import Tally, page


def report(when: Any, outcome: Any = "passed", **more: Any) -> pytest.TestReport:
    """What pytest reports of a part of a test, and what the testbed adds."""
    made = pytest.TestReport("test", ("", 0, "test"), {}, outcome, None, when)
    vars(made).update(more)
    return made


def tally(*reports: pytest.TestReport) -> Tally:
    counted = Tally()
    for one in reports:
        counted.pytest_runtest_logreport(one)
    return counted


def row(text: str, name: str) -> list[str]:
    [line] = [line for line in text.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_strikes_of_all_tests_are_added_up() -> None:
    seen = [{"example": number} for number in (1, 1, 2)]
    counted = tally(
        report("call", observations=seen),
        report("teardown", struck=[["Lose", "PutObject", 2], ["Cut", "GetObject", 1]]),
        report("teardown", struck=[["Lose", "PutObject", 3]]),
    )
    assert counted.struck == Counter({("Lose", "PutObject"): 5, ("Cut", "GetObject"): 1})
    assert (counted.uploads, counted.examples, counted.failed) == (3, 2, 0)


def test_the_table_has_every_call_and_every_kind() -> None:
    text = page(tally(report("teardown", struck=[["Lose", "PutObject", 1_200], ["Lose", "GetItem", 1]])), 240, "dev")
    assert "1,201 faults struck" in text
    assert "every upload ended" in text
    heads = row(text, "operation")
    assert heads == ["operation", *(kind.__name__ for kind in KINDS), "all"]
    lost = heads.index("Lose")
    assert row(text, "`PutObject`")[lost] == "1,200"
    assert row(text, "all")[lost] == row(text, "all")[-1] == "1,201"
    assert {row(text, f"`{one}`")[-1] for one in OF_INGEST} == {"0", "1", "1,200"}


def test_what_aws_never_answers_is_not_what_has_not_struck() -> None:
    text = page(tally(), 0, "dev")
    inside = row(text, "operation").index("ErrorInside")
    assert (row(text, "`GetItem`")[inside], row(text, "`UploadPartCopy`")[inside]) == ("–", "0")


def test_a_run_that_failed_does_not_say_that_all_ended_well() -> None:
    assert "every upload ended" not in page(tally(report("call", "failed")), 0, "dev")
