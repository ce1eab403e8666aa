"""The judge finds the fault of each implementation, and no other."""

from collections.abc import Iterator

import pytest

from aws_stack.clouds import Cloud
from pipeline.judge.adapter import Adapter
from pipeline.judge.judging import cloud, judge
from pipeline.judge.promises import PROMISES, promise
from pipeline.judge.reading import load
from pipeline.judge.verdict import Outcome

from . import matrix

FAULTLESS = ("api", "correta", "endereco_fixo", "move_para_fora", "notas")

BY_DAY = {
    "correta": "1.9",
    "node": "1.9",
    "sobrescreve": "1.5",
    "lote_parcial": "2.3",
    "marca_antes": "2.1",
    "olha_antes": "2.5",
    "gatilho_sem_permissao": "0.2",
}
"""One promise each, which is judged with every change."""


@pytest.fixture(scope="module")
def where() -> Iterator[Cloud]:
    with cloud() as started:
        yield started


@pytest.fixture
def adapter(name: str, request: pytest.FixtureRequest) -> Adapter:
    found = load(matrix.JUDGED / f"{name}.toml")
    if found.runtime == "node":
        request.getfixturevalue("node")
    return found


@pytest.mark.parametrize(("name", "number"), BY_DAY.items())
def test_a_promise_is_kept_or_broken_as_expected(where: Cloud, adapter: Adapter, name: str, number: str) -> None:
    verdict = judge(adapter, where, levels={promise(number).level}, only={number})
    [ruling] = [one for one in verdict.rulings if one.promise.number == number]
    assert ruling.outcome == matrix.expected()[name][number], ruling.why


@pytest.mark.night("it takes minutes, and some of each by day shows that the judge judges")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", matrix.IMPLEMENTATIONS)
def test_each_keeps_and_breaks_what_is_expected(where: Cloud, adapter: Adapter, name: str) -> None:
    verdict = judge(adapter, where)
    assert matrix.row(verdict) == matrix.expected()[name], [(one.promise.number, one.why) for one in verdict.broken]


def test_every_implementation_has_its_row_and_every_row_its_promises() -> None:
    rows = matrix.expected()
    assert sorted(rows) == matrix.IMPLEMENTATIONS
    numbers = [one.number for one in PROMISES]
    assert {name: list(row) for name, row in rows.items()} == dict.fromkeys(rows, numbers)


def test_what_has_no_fault_breaks_nothing() -> None:
    for name in FAULTLESS:
        row = matrix.expected()[name]
        assert set(row.values()) <= {Outcome.KEPT, Outcome.NOT_APPLICABLE}, name
    assert Outcome.NOT_APPLICABLE not in {
        outcome for number, outcome in matrix.expected()["notas"].items() if number != "2.3"
    }


def test_every_promise_is_broken_by_a_fault() -> None:
    rows = matrix.expected()
    broken = {number for row in rows.values() for number, outcome in row.items() if outcome == Outcome.BROKEN}
    assert {one.number for one in PROMISES} - broken == set()


def test_the_pages_show_the_matrix_and_the_promises() -> None:
    for page, text in matrix.pages(matrix.expected()).items():
        assert page.read_text(encoding="utf-8") == text, "run: python -m tests.judge"
