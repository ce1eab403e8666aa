"""The judge on LocalStack: the same verdicts as on the embedded cloud, at least of some promises."""

import json

import pytest

from fixtures.inprocess import notas_here
from tests.judge import matrix

SOME = {"correta": ("1.1", "1.9", "2.1", "2.4", "3.4"), "sobrescreve": ("1.5",), "move_para_fora": ("0.2", "1.12")}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [*SOME, "gatilho_sem_permissao"])
def test_a_verdict_is_the_one_on_the_embedded_cloud(name: str) -> None:
    numbers = SOME.get(name, ("0.2",))
    chosen = [argument for number in numbers for argument in ("--promise", number)]
    ended = notas_here("judge", str(matrix.JUDGED / f"{name}.toml"), "--cloud", "localstack", "--json", *chosen)
    assert ended.code in (0, 1), ended.err
    told = {one["number"]: one["outcome"] for one in json.loads(ended.out)["promises"]}
    assert told.keys() >= {*numbers}
    expected = matrix.expected()[name]
    assert told == {number: expected[number] for number in told}


@pytest.mark.night("it takes minutes")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ["correta", "notas"])
def test_what_keeps_all_keeps_all_in_a_container(name: str) -> None:
    ended = notas_here("judge", str(matrix.JUDGED / f"{name}.toml"), "--cloud", "localstack", "--json")
    told = {one["number"]: one["outcome"] for one in json.loads(ended.out)["promises"]}
    assert told == matrix.expected()[name]
