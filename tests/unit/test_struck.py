"""The table of faults that struck: what it counts, and how it reads."""

from collections import Counter
from typing import Any

import pytest

from aws_stack.proxy.fault import KINDS
from fixtures.strategies.faults import OF_INGEST
from tests.struck import TESTS, Tallies, page

DEPLOYED, HERE = TESTS


def report(when: Any, outcome: Any = "passed", file: str = DEPLOYED, **more: Any) -> pytest.TestReport:
    """What pytest reports of a part of a test, and what the testbed adds."""
    made = pytest.TestReport(f"{file}::test", ("", 0, "test"), {}, outcome, None, when)
    vars(made).update(more)
    return made


def tally(*reports: pytest.TestReport) -> Tallies:
    counted = Tallies()
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
    deployed = counted.of[DEPLOYED]
    assert deployed.struck == counted.total == Counter({("Lose", "PutObject"): 5, ("Cut", "GetObject"): 1})
    assert (deployed.uploads, deployed.examples, counted.failed) == (3, 2, 0)


def test_what_struck_in_one_process_is_counted_apart() -> None:
    counted = tally(
        report("teardown", file=HERE, struck=[["Lose", "PutObject", 2]], struck_here=[40, 90]),
        report("teardown", struck=[["Lose", "PutObject", 3]]),
    )
    assert str(counted.of[HERE]) == "2 faults struck, among 90 uploads of 40 examples"
    text = page(counted, 0, "dev")
    assert "5 faults struck" in text
    assert row(text, "`PutObject`")[-1] == "2", "of what had no example, there is no table"


def test_the_table_has_every_call_and_every_kind() -> None:
    struck = [["Lose", "PutObject", 1_200], ["Lose", "GetItem", 1]]
    text = page(tally(report("teardown", observations=[{"example": 1}], struck=struck)), 240, "dev")
    assert "1,201 faults struck" in text
    assert "every upload ended" in text
    heads = row(text, "operation")
    assert heads == ["operation", *(kind.__name__ for kind in KINDS), "all"]
    lost = heads.index("Lose")
    assert row(text, "`PutObject`")[lost] == "1,200"
    assert row(text, "all")[lost] == row(text, "all")[-1] == "1,201"
    assert {row(text, f"`{one}`")[-1] for one in OF_INGEST} == {"0", "1", "1,200"}


def test_what_aws_never_answers_is_not_what_has_not_struck() -> None:
    text = page(tally(report("call", observations=[{"example": 1}])), 0, "dev")
    inside = row(text, "operation").index("ErrorInside")
    assert (row(text, "`GetItem`")[inside], row(text, "`UploadPartCopy`")[inside]) == ("–", "0")


def test_a_run_that_failed_does_not_say_that_all_ended_well() -> None:
    assert "every upload ended" not in page(tally(report("call", "failed")), 0, "dev")
