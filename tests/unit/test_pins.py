"""Whatever comes from others is pinned by a hash: actions, images, packages. A name or a version can be moved."""

import re
from pathlib import Path

import pytest
import yaml

from aws_stack.clouds.image import IMAGE
from fixtures.command import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCKERFILES = sorted([ROOT / ".devcontainer" / "Dockerfile", *(ROOT / "images").rglob("Dockerfile")])
LOCKS = sorted(
    [
        *ROOT.glob("requirements/*.txt"),
        *ROOT.glob("images/*/requirements.txt"),
        *ROOT.glob("pipeline/*/*.txt"),
        *ROOT.glob("examples/*/src/*.txt"),
    ]
)

DIGEST = r"[^\s@]+:[^\s@]+@sha256:[0-9a-f]{64}"
ACTION = r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
BUILT_HERE = "${BASE}"
"""What `images/localstack/build.py` calls the image that it builds on."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def words(path: Path, before: str) -> list[str]:
    """What follows a word in the lines of a file."""
    return re.findall(rf"^[ -]*(?:run: )?{before} +(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=named)
def test_every_action_is_a_commit_and_says_which_version_it_is(workflow: Path) -> None:
    used = words(workflow, "uses:")
    steps = [step for job in yaml.safe_load(workflow.read_bytes())["jobs"].values() for step in job["steps"]]
    assert len(used) == len([step for step in steps if "uses" in step]) > 0
    assert [one for one in used if not re.fullmatch(ACTION, one)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=named)
def test_a_workflow_pulls_the_image_that_the_tests_take(workflow: Path) -> None:
    assert words(workflow, "docker pull") == [IMAGE]


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=named)
def test_every_image_is_named_by_its_digest(dockerfile: Path) -> None:
    bases = words(dockerfile, "FROM")
    assert bases
    assert [base for base in bases if base != BUILT_HERE and not re.fullmatch(DIGEST, base)] == []


def test_localstacks_own_image_is_named_by_its_digest() -> None:
    assert re.fullmatch(DIGEST, IMAGE)


@pytest.mark.parametrize("lock", LOCKS, ids=named)
def test_every_package_of_a_lock_file_has_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = re.findall(r"^\w\S*==(?:.*\\\n)+.*$", text, re.MULTILINE)
    assert packages
    assert "".join(f"{package}\n" for package in packages) == text, "nothing is in it but pinned packages"
    assert [package for package in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}$", package)] == []
