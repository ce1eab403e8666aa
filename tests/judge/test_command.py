"""`notas judge`, as a person runs it, and the same as a class of tests."""

import json
import sys
from pathlib import Path

import pytest
from defusedxml import ElementTree

from fixtures.inprocess import notas_here
from pipeline import __version__

from . import matrix

pytest_plugins = ["pytester"]

NO_ROWS = str(matrix.JUDGED / "nao_grava.toml")


def test_a_broken_promise_ends_with_1_and_is_explained_in_every_form(tmp_path: Path) -> None:
    html, junit = tmp_path / "verdict.html", tmp_path / "verdict.xml"
    ended = notas_here("judge", NO_ROWS, "--language", "pt", "--html", str(html), "--junit", str(junit))
    assert ended.code == 1, ended.err
    said = "uma amostra de 1 virou 0 itens: nenhuma nota é reconhecida"
    assert said in ended.out
    assert "1 invoices in judge/sample-" in ended.out, "the function's last words"
    assert "nao_grava: quebradas: 1, cumpridas: 1, " in ended.out
    assert said in html.read_text(encoding="utf-8")
    assert ElementTree.fromstring(junit.read_bytes()).get("failures") == "1"


def test_kept_promises_end_with_0_and_programs_read_english() -> None:
    correta = str(matrix.JUDGED / "correta.toml")
    # A promise that is named is judged, whatever the level.
    ended = notas_here("judge", correta, "--language", "pt", "--json", "--promise", "1.5", "--level", "0")
    assert ended.code == 0, ended.out
    said = {one["number"]: (one["name"], one["outcome"]) for one in json.loads(ended.out)["promises"]}
    assert said["1.5"] == ("the first invoice stays", "kept")
    assert list(said) == ["0.1", "0.3", "1.5"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.toml"], "cannot read the adapter missing.toml"),
        ([NO_ROWS, "--promise", "9.9"], "there is no promise 9.9; there are 0.1, "),
        ([NO_ROWS, "--html", "no/such/folder.html"], "there is no folder "),
        ([NO_ROWS, "--cloud", "aws"], "the judge takes a cloud of this machine"),
    ],
)
def test_what_is_wrong_ends_with_2_before_anything_starts(arguments: list[str], said: str) -> None:
    ended = notas_here("judge", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_the_cloud_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of LocalStack, as far as it goes where no engine answers.
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    ended = notas_here("judge", NO_ROWS, "--cloud", "localstack", "--cloud-image", "notas/there-is-none:1")
    assert ended.code == 3
    assert "no Docker engine answers on unix:///nowhere/docker.sock" in ended.err
    ended = notas_here("judge", NO_ROWS, "--cloud", "auto", "--level", "0")
    assert ended.code == 1
    assert "Cloud: embedded, " in ended.err


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("pipeline.judge.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    ended = notas_here("judge", NO_ROWS)
    assert ended.code == 2
    [line] = ended.err.splitlines()
    assert line.startswith("error: to judge takes Hypothesis; in a clone, make install-dev brings it")
    # By the name of the file that `make wheel` builds: on PyPI there is none.
    assert line.endswith(f"pip install 'notas-{__version__}-py3-none-any.whl[judge]'")


def test_a_class_of_tests_has_one_for_each_promise(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        from pipeline.judge.testing import PipelineTests

        class TestOurs(PipelineTests):
            adapter = {str(matrix.JUDGED / "sobrescreve.toml")!r}
            level = 1
        """
    )
    chosen = "0.1 or 0.2 or 0.3 or 1.5 or 2.5"
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-rsf", "-k", chosen)
    result.assert_outcomes(passed=2, failed=1, skipped=2)
    result.stdout.fnmatch_lines(["1.5 the first invoice stays", "*An issued invoice never changes.*"])


def test_a_promise_above_the_level_is_skipped_and_not_judged(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pipeline.judge.testing import PipelineTests

        class TestOurs(PipelineTests):
            adapter = "adapter.toml"
            level = 1

            @pytest.fixture(scope="class")
            def judging(self):
                class Nobody:
                    def rule(self, number):
                        raise AssertionError(f"{number} is judged")
                return Nobody()
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-rs", "-k", "2.5 or 1.5")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*it is of level 2, and level = 1"])
