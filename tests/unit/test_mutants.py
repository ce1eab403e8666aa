"""The catalogue of broken pipelines: each can be made and deployed, and has a name of its own."""

import importlib
import importlib.util
import shutil
from collections import Counter
from pathlib import Path

import pytest

from fixtures.command import ROOT
from fixtures.template import parsed
from tests.mutants.catalogue import CATALOGUE
from tests.mutants.mutant import CatalogueError, Mutant, apply
from tests.mutants.schedules import NAMES

LEAST = 280


def test_there_are_enough_and_no_two_have_the_same_name() -> None:
    assert len(CATALOGUE) >= LEAST
    assert [name for name, count in Counter(mutant.name for mutant in CATALOGUE).items() if count > 1] == []


@pytest.mark.parametrize("mutant", CATALOGUE, ids=lambda mutant: mutant.name)
def test_a_mutated_file_can_still_be_imported_or_deployed(mutant: Mutant, tmp_path: Path) -> None:
    files = {edit.file for edit in mutant.edits}
    copy = tmp_path / "pipeline"
    copy.mkdir()
    for file in files:
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "pipeline" / file, copy / file)
    apply(mutant, copy)
    for file in files:
        assert (copy / file).read_text() != (ROOT / "pipeline" / file).read_text()
        if file.endswith(".py"):
            import_among_the_others(copy / file, (copy / file).resolve().relative_to(tmp_path.resolve()))
        elif file.endswith(".yaml"):
            assert parsed((copy / file).read_text())["Resources"]["Ingest"]


def import_among_the_others(path: Path, file: Path) -> None:
    """Import `path` as if it were the project's `file`, with the project's other modules."""
    name = ".".join(file.with_suffix("").parts)
    importlib.import_module(name)  # Dataclasses look up their module.
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_a_mutant_is_explained_in_one_line() -> None:
    assert [mutant.name for mutant in CATALOGUE if not mutant.why or "\n" in mutant.why] == []


def test_a_mutant_whose_text_is_not_there_exactly_once_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a a")
    for old, times in (("a", 2), ("b", 0)):
        with pytest.raises(CatalogueError, match=f"any: the text it edits is in file {times} times, not once"):
            apply(Mutant("any", "", "file", old, "c"), tmp_path)
    assert (tmp_path / "file").read_text() == "a a"


def test_the_mutants_that_schedules_have_to_find_are_in_the_catalogue() -> None:
    names = [mutant.name for mutant in CATALOGUE]
    assert set(NAMES) <= set(names)
    assert len(NAMES) == len(set(NAMES))
