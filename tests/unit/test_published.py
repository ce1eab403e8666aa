"""What others take from this repository beside the package: the JSON Schema, and the hook for pre-commit."""

import json
import re

import yaml

from fixtures.command import ROOT
from fixtures.inprocess import notas_here
from pipeline.functions.schema import BEYOND, NAME, document
from pipeline.local_files import SUFFIXES


def test_the_published_schema_is_what_the_command_prints() -> None:
    ended = notas_here("schema")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) == document()
    assert (ROOT / "docs" / NAME).read_text(encoding="utf-8") == ended.out, "make it anew: make schema"


def test_the_docs_list_what_no_schema_can_say() -> None:
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE)) == BEYOND


def test_the_hook_takes_the_files_that_are_read() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"] == "notas check"
    taken = re.compile(hook["files"])
    assert all(taken.search(f"a/b{suffix}") and taken.search(f"a/b{suffix.upper()}") for suffix in SUFFIXES)
    assert not any(taken.search(name) for name in ("a.csv", "json", "a.json.bak", "a.gz"))
