"""The verdict, as people and programs get it."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from defusedxml import ElementTree
from hypothesis import strategies as st

from pipeline.functions.language import PORTUGUESE
from pipeline.judge.judging import SHRINKING, rule
from pipeline.judge.promise import Promise
from pipeline.judge.promises import PROMISES, promise
from pipeline.judge.reports import text
from pipeline.judge.reports.data import as_json, as_junit
from pipeline.judge.reports.page import as_page
from pipeline.judge.trial import BrokenError, Trial
from pipeline.judge.verdict import Outcome, Ruling, Verdict
from pipeline.words import speaking

BROKEN = Ruling(
    promise("1.5"),
    Outcome.BROKEN,
    "the table holds <2> rows",
    (("nota 1.json", b'[{"id": "\x00<b>"}]'),),
    error="KeyError: 'id'",
    log=("last\x1b[31m words",),
)

VERDICT = Verdict(
    "minha", (Ruling(promise("1.1"), Outcome.KEPT), BROKEN, Ruling(promise("2.3"), Outcome.NOT_APPLICABLE, "no"))
)


def test_json_has_every_promise_and_the_smallest_input() -> None:
    said = json.loads(as_json(VERDICT))
    assert (said["name"], said["kept"], said["broken"]) == ("minha", 1, 1)
    assert [(one["number"], one["outcome"]) for one in said["promises"]] == [
        ("1.1", "kept"),
        ("1.5", "broken"),
        ("2.3", "not applicable"),
    ]
    assert said["promises"][1]["inputs"] == [{"key": "nota 1.json", "document": '[{"id": "\x00<b>"}]'}]


def test_junit_has_a_failure_for_what_is_broken_and_skips_what_is_not_applicable() -> None:
    suite = ElementTree.fromstring(as_junit(VERDICT))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    cases = {str(case.get("name")): [one.tag for one in case] for case in suite}
    assert cases == {
        "1.1 amounts have cents": [],
        "1.5 the first invoice stays": ["failure"],
        "2.3 unprocessed items are sent again": ["skipped"],
    }


def test_the_page_shows_everything_and_obeys_nothing() -> None:
    page = as_page(VERDICT)
    assert "the table holds &lt;2&gt; rows" in page
    assert "KeyError: &#x27;id&#x27;" in page
    assert "<b>" not in page
    assert "\x1b" not in page


def test_what_it_returned_is_shown_where_it_raised_nothing() -> None:
    returned = replace(BROKEN, error="", result='{"statusCode": 400}')
    page = as_page(Verdict("minha", (returned,)))
    assert "{&quot;statusCode&quot;: 400}" in page
    assert "which Lambda takes for success" in page
    assert json.loads(as_json(Verdict("minha", (returned,))))["promises"][0]["result"] == '{"statusCode": 400}'


def test_a_person_reads_it_in_his_language(capsys: pytest.CaptureFixture[str]) -> None:
    with speaking(PORTUGUESE):
        text.show(VERDICT)
        page = as_page(VERDICT)
    for said in (capsys.readouterr().out, page):
        assert "a primeira nota fica" in said
        assert "Uma nota emitida nunca muda." in said
        assert "quebrada" in said
    assert '<html lang="pt-BR">' in page


def test_numbers_are_in_order_and_each_promise_says_how_it_is_mended() -> None:
    numbers = [tuple(map(int, one.number.split("."))) for one in PROMISES]
    assert numbers == sorted(set(numbers))
    assert all(one.means.endswith(".") and one.mended.endswith(".") for one in PROMISES)
    assert all(after in {one.number for one in PROMISES} for one in PROMISES for after in one.after)


def trial(begun: list[str]) -> Trial:
    """A trial of nothing: promises that ask for no table need no more."""
    bench = SimpleNamespace(
        begin=lambda: begun.append("begin"), afresh=lambda: begun.append("afresh"), uploads=[], answers=[]
    )
    return Trial(cast("Any", bench), cast("Any", None))


NUMBERS = st.integers(0, 10**6)


def judged(holds: Any, begun: list[str], drawn: st.SearchStrategy[Any] = NUMBERS, **more: Any) -> Ruling:
    made = Promise("1.1", "n", "m", "d", holds, lambda _learned, _adapter: drawn, **more)
    one = trial(begun)
    object.__setattr__(one.bench, "adapter", None)
    return rule(made, one)


def test_what_is_broken_is_made_small_and_seen_twice() -> None:
    tried: list[int] = []

    def holds(_trial: Trial, drawn: int) -> None:
        tried.append(drawn)
        if drawn >= 1:
            raise BrokenError(f"{drawn} is too much")

    begun: list[str] = []
    ruling = judged(holds, begun, examples=20)
    assert (ruling.outcome, ruling.why) == (Outcome.BROKEN, "1 is too much")
    assert begun[-2:] == ["afresh", "begin"], "the second time in a new process"


def test_what_is_shown_is_the_smallest_also_where_a_larger_one_was_tried_after_it() -> None:
    tried: list[list[int]] = []

    def holds(_trial: Trial, drawn: list[int]) -> None:
        tried.append(drawn)
        raise BrokenError("too many")

    lists = st.lists(st.integers(1, 1000), min_size=2, max_size=3, unique=True)
    judged(holds, [], lists, examples=5)
    assert max(map(len, tried)) == 3, "a larger one was tried"
    assert tried[-1] == [1, 2], "the second look is at the smallest"


def test_making_it_small_has_an_end() -> None:
    broken: list[int] = []
    tried: list[list[int]] = []

    def holds(_trial: Trial, drawn: list[int]) -> None:
        tried.append(drawn)
        if sum(drawn) > 5000:
            broken.append(len(tried))
            raise BrokenError("too much")

    numbers = st.lists(st.integers(0, 1000), min_size=8, max_size=40)
    assert judged(holds, [], numbers, examples=50).outcome is Outcome.BROKEN
    assert len(tried) - broken[0] <= SHRINKING + 1


def test_what_is_broken_once_only_is_unclear() -> None:
    failures: list[int] = []

    def holds(_trial: Trial, drawn: int) -> None:
        if not failures:
            failures.append(drawn)
            raise BrokenError("once")

    assert judged(holds, []).outcome is Outcome.UNCLEAR


def test_what_depends_on_a_broken_promise_is_not_judged() -> None:
    made = replace(promise("2.5"), why_not=lambda _learned, _adapter: "")
    one = trial([])
    object.__setattr__(one.bench, "adapter", None)
    assert rule(made, one, [BROKEN]).outcome is Outcome.NOT_APPLICABLE
