"""Trials of broken pipelines: how a run is judged, what is printed about it, and how the command ends."""

import dataclasses
import re
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from fixtures.strikes import IN_VAIN
from tests.mutants import __main__ as command
from tests.mutants import trial
from tests.mutants.mutant import TEMPLATE, CatalogueError, Mutant
from tests.mutants.report import Result, lines, table
from tests.mutants.trial import NONE, QUICKEST, ROOT, TESTS, Ending, Runs, Trial, copied, files_to_run, judged

MUTANT = Mutant("any", "a | b", "functions/any.py", "a", "b")
OF_THE_TEMPLATE = Mutant("any", "why", TEMPLATE, "a", "b")


def failure(**changes: Any) -> dict[str, Any]:
    """What the witness wrote about a property that failed."""
    failed = {
        "test": "tests/e2e/test_properties.py::test_any",
        "when": "call",
        "draws": True,
        "examples": 7,
        "invoices": 1,
        "example": "test_any(\n    valor='0.00',\n)",
        "error": "AssertionError: assert 1 == 2",
        "seconds": 2.5,
        "flaky": False,
    }
    return {"tests": 3, "failure": {**failed, **changes}}


CAUGHT = judged(MUTANT, 1, 4.0, failure(), "")
SURVIVED = judged(MUTANT, 2, 9.0, {"tests": 12, "failure": None}, "")
UNFAIR = judged(MUTANT, 3, 1.0, None, "Traceback\nMemoryError\n")
DRAWS_NOTHING = judged(
    MUTANT, 1, 4.0, failure(test="tests/unit/test_any.py::test_plain", draws=False, examples=0, example=""), ""
)


def test_a_test_that_fails_has_caught_the_mutant() -> None:
    assert judged(MUTANT, 1, 4.0, failure(), "") == Trial(
        seed=1,
        ending=Ending.CAUGHT,
        seconds=2.5,
        test="e2e/test_properties.py::test_any",
        examples=7,
        invoices=1,
        example="test_any( valor='0.00', )",
        error="AssertionError: assert 1 == 2",
    )


def test_a_mutant_that_no_test_fails_on_has_survived() -> None:
    assert (SURVIVED.ending, SURVIVED.error) == (Ending.SURVIVED, "12 tests passed")


UNFAIR_RUNS = {
    "the run died": (None, "the tests did not end: MemoryError"),
    "no test was run": ({"tests": 0, "failure": None}, "no test was run: MemoryError"),
    "a file was not imported": (failure(when="collect", error="NameError: x"), "collect of .*: NameError: x"),
    "nothing of a kind was generated": (
        failure(error="Failed: in 40 examples, nothing was generated of: rule: z. Mend …"),
        "tests/e2e/test_properties.py::test_any: Failed: in 40 examples, nothing was generated of: rule: z. Mend …",
    ),
    "the stack was not deployed": (failure(when="setup", error="DeployError: y"), "setup of .*: DeployError: y"),
}


@pytest.mark.parametrize(("witness", "error"), UNFAIR_RUNS.values(), ids=UNFAIR_RUNS)
def test_a_run_that_says_nothing_about_the_suite_is_not_a_catch(witness: dict[str, Any] | None, error: str) -> None:
    trial = judged(MUTANT, 1, 4.0, witness, "Traceback\nMemoryError\n")
    assert trial.ending is Ending.UNFAIR
    assert re.fullmatch(error, trial.error)


def test_a_template_that_cannot_be_deployed_is_caught_by_that() -> None:
    assert judged(OF_THE_TEMPLATE, 1, 4.0, failure(when="setup"), "").ending is Ending.CAUGHT
    assert judged(OF_THE_TEMPLATE, 1, 4.0, failure(when="collect"), "").ending is Ending.UNFAIR


def test_a_call_that_is_no_longer_made_is_caught_by_the_fault_that_finds_it_gone() -> None:
    error = f"Failed: tests/faults/test_any.py::test_any {IN_VAIN}:"
    assert judged(MUTANT, 1, 4.0, failure(when="teardown", error=error), "").ending is Ending.CAUGHT
    assert judged(MUTANT, 1, 4.0, failure(when="teardown"), "").ending is Ending.UNFAIR


def test_a_mutant_is_caught_only_where_every_seed_catches_it() -> None:
    assert Result(MUTANT, (CAUGHT, CAUGHT)).ending is Ending.CAUGHT
    assert Result(MUTANT, (CAUGHT, SURVIVED)).ending is Ending.SURVIVED
    assert Result(MUTANT, (CAUGHT, SURVIVED, UNFAIR)).ending is Ending.UNFAIR


def test_a_caught_mutant_is_printed_with_its_test_its_examples_and_the_smallest() -> None:
    assert lines(Result(MUTANT, (CAUGHT, CAUGHT))) == [
        "caught    any  2.5 s  7, 7 examples  e2e/test_properties.py::test_any",
        "          test_any( valor='0.00', )",
        "          AssertionError: assert 1 == 2",
    ]


def test_a_mutant_that_a_seed_missed_is_printed_with_that_seed() -> None:
    assert lines(Result(MUTANT, (CAUGHT, SURVIVED)))[0].startswith("SURVIVED  any  5.8 s  7, – examples")
    assert lines(Result(MUTANT, (CAUGHT, SURVIVED)))[-1] == "          seed 2: SURVIVED, 12 tests passed"


def test_an_example_of_more_invoices_than_one_wants_to_read_is_noted() -> None:
    large = judged(MUTANT, 1, 4.0, failure(invoices=4), "")
    assert lines(Result(MUTANT, (large,)))[-1] == "          seed 1: an example of 4 invoices, more than 3"


def test_the_table_is_markdown_whatever_an_example_contains() -> None:
    odd = judged(MUTANT, 1, 4.0, failure(example="a `b` | " + "c" * 500), "")
    page = table([Result(MUTANT, (odd, SURVIVED))], [1, 2], ["any"])
    row = page.splitlines()[-1]
    assert "with the seeds 1, 2: 0/1 caught." in page
    assert row.startswith(
        "| `any` | a \\| b | **SURVIVED** `e2e/test_properties.py::test_any` | 7, – | 5.8 | ``a `b` \\| cc"
    )
    assert row.endswith("c …`` |")
    assert len(row) < 400


def test_rows_of_mutants_that_were_not_tried_again_stay_in_the_table() -> None:
    others = [dataclasses.replace(MUTANT, name=name) for name in ("first", "last", "gone")]
    names = ["first", "any", "last"]
    before = table([Result(one, (CAUGHT,)) for one in others], [1], [*names, "gone"])
    assert "3/3 caught." in before
    page = table([Result(MUTANT, (SURVIVED,))], [1], names, before)
    assert "2/3 caught." in page
    assert [row.split("`")[1] for row in page.splitlines() if row.startswith("| `")] == names
    assert "Not tried" not in page
    again = table([Result(MUTANT, (CAUGHT,))], [1], names, page)
    assert "3/3 caught." in again


def test_mutants_that_were_not_tried_are_named() -> None:
    page = table([Result(MUTANT, (CAUGHT,))], [1], ["new", "any", "newer"])
    assert "1/1 caught." in page
    assert "Not tried since they were written or changed: `new`, `newer`." in page
    assert "Not tried" not in table([Result(MUTANT, (CAUGHT,))], [1], ["any"], page)


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Trial]:
    """What becomes of each mutant, by its name, without a copy and without a test. The unbroken pipeline passes."""
    made = {NONE.name: SURVIVED}
    monkeypatch.setattr(command, "copied", lambda _: nullcontext(ROOT))
    monkeypatch.setattr(command, "build", lambda *_: None)
    monkeypatch.setattr(Runs, "try_", lambda _, mutant, *__, **___: made[mutant.name])
    return made


def test_the_command_ends_with_0_where_all_are_caught(
    outcomes: dict[str, Trial], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    outcomes |= {"overwrites": CAUGHT, "float-parsed": CAUGHT}
    page = tmp_path / "docs" / "mutants.md"
    assert command.main(["overwrites", "float-parsed", "--seeds", "1,2", "--table", str(page)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2/2 caught"
    assert "2/2 caught" in page.read_text()


Asked = list[tuple[str, int, bool, str]]


@pytest.fixture
def asked(outcomes: dict[str, Trial], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What was tried: the mutant, the seed, whether to shrink, the test to run first. Each mutant is caught."""
    asked: Asked = []

    def try_(_: Runs, mutant: Mutant, seed: int, *__: object, shrink: bool, first: str) -> Trial:
        asked.append((mutant.name, seed, shrink, first))
        return outcomes.get(mutant.name, CAUGHT)

    monkeypatch.setattr(Runs, "try_", try_)
    return asked


def test_the_test_that_has_found_a_mutant_runs_first_with_the_other_seeds(asked: Asked) -> None:
    assert command.main(["overwrites"]) == 0
    assert sorted(asked[:3]) == [("none", seed, True, "") for seed in (1, 2, 3)]
    assert asked[3:] == [
        ("overwrites", 1, True, ""),
        ("overwrites", 2, False, CAUGHT.test),
        ("overwrites", 3, False, CAUGHT.test),
    ]


def test_one_trial_stands_for_all_seeds_where_the_test_that_caught_it_draws_nothing(
    asked: Asked, outcomes: dict[str, Trial], tmp_path: Path
) -> None:
    outcomes["overwrites"] = DRAWS_NOTHING
    page = tmp_path / "mutants.md"
    assert command.main(["overwrites", "float-parsed", "--jobs", "1", "--table", str(page)]) == 0
    assert [seed for name, seed, *_ in asked if name == "overwrites"] == [1]
    assert [seed for name, seed, *_ in asked if name == "float-parsed"] == [1, 2, 3]
    assert "| `unit/test_any.py::test_plain` | – | 2.5 |  |" in page.read_text()


@pytest.mark.parametrize("ending", [Ending.SURVIVED, Ending.UNFAIR])
def test_every_seed_is_tried_where_nothing_caught_it(asked: Asked, outcomes: dict[str, Trial], ending: Ending) -> None:
    outcomes["overwrites"] = dataclasses.replace(DRAWS_NOTHING, ending=ending)
    assert command.main(["overwrites"]) == 1
    assert [seed for name, seed, *_ in asked if name == "overwrites"] == [1, 2, 3]


def test_a_property_that_nobody_counts_is_not_taken_for_a_test_that_draws_nothing() -> None:
    uncounted = dataclasses.replace(CAUGHT, examples=0)
    assert lines(Result(MUTANT, (uncounted, DRAWS_NOTHING)))[0].startswith("caught    any  2.5 s  some, – examples")


def test_the_test_that_found_a_mutant_in_an_earlier_run_runs_first(asked: Asked, tmp_path: Path) -> None:
    odd = judged(MUTANT, 1, 4.0, failure(test="tests/e2e/test_any.py::test_any[a | `b`]"), "")
    page = tmp_path / "mutants.md"
    page.write_text(table([Result(dataclasses.replace(MUTANT, name="overwrites"), (odd,))], [1, 2, 3], ["overwrites"]))
    assert command.main(["overwrites", "--table", str(page)]) == 0
    assert asked[3:5] == [
        ("overwrites", 1, True, "e2e/test_any.py::test_any[a | `b`]"),
        ("overwrites", 2, False, CAUGHT.test),
    ]


def test_a_test_of_an_earlier_run_that_is_gone_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def run(_: Runs, __: int, ___: Path, tests: list[str], **____: object) -> tuple[dict[str, Any] | None, str]:
        ran.append(tests)
        return (None, "not found") if "gone" in str(tests) else ({"tests": 12, "failure": None}, "")

    monkeypatch.setattr(Runs, "_run", run)
    tried = Runs().try_(MUTANT, 1, tmp_path, shrink=True, first="e2e/test_any.py::test_gone")
    assert (tried.ending, tried.error) == (Ending.SURVIVED, "36 tests passed")
    assert ran == [[f"{TESTS}e2e/test_any.py::test_gone"], *files_to_run(tmp_path, MUTANT)]


def test_some_test_files_may_run_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def run(_: Runs, __: int, ___: Path, tests: list[str], **____: object) -> tuple[dict[str, Any] | None, str]:
        ran.append(tests)
        return {"tests": 12, "failure": None}, ""

    monkeypatch.setattr(Runs, "_run", run)
    only = command._files("quickest,e2e/test_ledger.py")
    assert Runs(only).try_(MUTANT, 1, tmp_path, shrink=True).ending is Ending.SURVIVED
    assert ran == [[*(TESTS + name for name in QUICKEST), "tests/e2e/test_ledger.py"]]


def test_after_a_flaky_failure_the_other_tests_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = {"tests": 12, "failure": None}
    found = [failure(flaky=True), *[passed] * 2, failure(test="tests/faults/test_any.py::test_sure")]
    monkeypatch.setattr(Runs, "_run", lambda *_, **__: (found.pop(0), ""))
    tried = Runs().try_(MUTANT, 1, tmp_path, shrink=True, first=CAUGHT.test)
    assert (tried.ending, tried.test) == (Ending.CAUGHT, "faults/test_any.py::test_sure")
    found += [failure(flaky=True), *[passed] * 3]
    assert Runs().try_(MUTANT, 1, tmp_path, shrink=True, first=CAUGHT.test).test == CAUGHT.test


def test_the_command_ends_with_1_where_an_example_is_too_large_to_read(
    outcomes: dict[str, Trial], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes |= {"overwrites": judged(MUTANT, 1, 4.0, failure(invoices=4), "")}
    assert command.main(["overwrites"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["caught with an example of more than 3 invoices: overwrites", "1/1 caught"]


def test_the_command_ends_with_1_where_one_survives(
    outcomes: dict[str, Trial], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes |= {"overwrites": SURVIVED, "float-parsed": CAUGHT}
    assert command.main(["overwrites", "float-parsed"]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["not caught: overwrites", "1/2 caught"]


def test_nothing_is_claimed_where_the_suite_fails_anyway(
    outcomes: dict[str, Trial], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes |= {NONE.name: CAUGHT, "overwrites": CAUGHT}
    assert command.main(["overwrites"]) == 2
    assert "1/1 caught" not in capsys.readouterr().out


def test_a_name_that_is_not_in_the_catalogue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["nonsense"])
    assert "there is no mutant nonsense" in capsys.readouterr().err


def test_a_copy_of_the_project_has_the_mutant_and_is_removed_afterwards() -> None:
    mutant = Mutant("any", "why", "functions/fields.py", "MAX_DECIMALS = 2\n", "MAX_DECIMALS = 3\n")
    with copied(mutant) as project:
        assert "MAX_DECIMALS = 3\n" in (project / "pipeline/functions/fields.py").read_text()
        first, generated, rest = files_to_run(project, mutant)
        assert [name for name in first + generated + rest if not (project / name).exists()] == []
        assert first[0] == "tests/unit/test_fields.py"
        assert generated == ["tests/e2e/test_properties.py", "tests/e2e/test_races.py"]
        assert {"tests/unit/test_dates.py", "tests/e2e/test_outcomes.py", "tests/commands/test_deployment.py"} <= {
            *rest
        }
        assert "tests/unit/test_mutants.py" not in first + rest
    assert not project.exists()


def test_a_mutant_of_the_page_is_for_the_tests_of_the_page() -> None:
    of_the_page = Mutant("any", "why", "functions/rest/browser/words.js", "a", "b")
    [tests] = files_to_run(ROOT, of_the_page)
    assert "tests/unit/test_page_rejects.py" in tests
    assert [name for name in tests if not name.startswith("tests/unit/test_page")] == []


def test_a_mutant_that_cannot_be_made_leaves_no_copy() -> None:
    with pytest.raises(CatalogueError), copied(Mutant("any", "why", "functions/fields.py", "no such text", "")):
        pytest.fail("it was made")


def test_a_table_is_not_mixed_from_different_seeds(outcomes: dict[str, Trial], tmp_path: Path) -> None:
    outcomes |= {"overwrites": CAUGHT}
    page = tmp_path / "mutants.md"
    assert command.main(["overwrites", "--table", str(page)]) == 0
    before = page.read_text()
    assert command.main(["overwrites", "--table", str(page)]) == 0
    with pytest.raises(SystemExit):
        command.main(["overwrites", "--seeds", "1", "--table", str(page)])
    assert page.read_text() == before


def test_an_error_of_the_runner_ends_it_at_once(outcomes: dict[str, Trial], monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[Runs] = []
    monkeypatch.setattr(Runs, "stop", lambda runs: stopped.append(runs))  # noqa: PLW0108 - append is no method of Runs
    outcomes |= {"float-parsed": CAUGHT}
    with pytest.raises(KeyError, match="overwrites"):
        command.main(["overwrites", "float-parsed"])
    assert stopped


def test_a_run_that_was_cut_off_has_not_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Runs, seed: int, project: Path, folder: Path, *__: object, **___: object) -> subprocess.Popen[bytes]:
        (folder / "witness.json").write_text('{"tests": 12, "failure": null}')
        return subprocess.Popen(["sleep", "60"])

    monkeypatch.setattr(Runs, "_start", start)
    monkeypatch.setattr(trial, "SECONDS", 0.0)
    tried = Runs().try_(MUTANT, 1, tmp_path, shrink=True)
    assert (tried.ending, tried.error) == (Ending.UNFAIR, "the tests did not end: it said nothing")
