"""Who imports whom: `aws_stack` and the functions at the ground, nobody in a circle."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from fixtures.command import ROOT

FUNCTIONS = "pipeline.functions"

PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


def layer(module: str) -> str:
    """The package that a module belongs to; what is deployed is one of its own."""
    return FUNCTIONS if f"{module}.".startswith(f"{FUNCTIONS}.") else module.partition(".")[0]


def named(path: Path) -> str:
    """`pipeline.cli` for `pipeline/cli.py`, `pipeline.functions.__init__` for its own file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> Iterator[str]:
    """The modules, or names in modules, that a file imports anywhere."""
    package = named(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Import():
                yield from (one.name for one in node.names)
            case ast.ImportFrom():
                above = package.split(".")
                base = above[: len(above) - node.level + 1] if node.level else []
                yield from (".".join(filter(None, [*base, node.module, one.name])) for one in node.names)


@cache
def imported() -> dict[str, set[str]]:
    """What each package imports of the others."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            own = found.setdefault(layer(named(path)), set())
            own |= {layer(module) for module in imports(path) if module.partition(".")[0] in PACKAGES}
    return {package: others - {package} for package, others in found.items()}


@pytest.mark.parametrize("package", ["aws_stack", FUNCTIONS])
def test_what_is_at_the_ground_imports_nothing_of_the_project(package: str) -> None:
    assert imported()[package] == set()


def test_everything_else_stands_on_it() -> None:
    assert "aws_stack" in imported()["pipeline"] & imported()["fixtures"] & imported()["tests"]


def test_no_packages_import_each_other() -> None:
    try:
        TopologicalSorter(imported()).prepare()
    except CycleError as error:
        pytest.fail(f"they import each other: {' <- '.join(error.args[1])}")


# What the wheel of `notas` brings along has no pytest.
WITHOUT = ("plugin", "proxy", "report", "scarcity", "schedules")

CORE = [path for path in sorted((ROOT / "aws_stack").rglob("*.py")) if path.relative_to(ROOT).parts[1] not in WITHOUT]


@pytest.mark.parametrize("path", CORE, ids=named)
def test_only_the_plugin_imports_pytest(path: Path) -> None:
    assert not {"pytest", "_pytest", "xdist"} & {module.partition(".")[0] for module in imports(path)}
    assert not [module for module in imports(path) if module.startswith(tuple(f"aws_stack.{one}" for one in WITHOUT))]
