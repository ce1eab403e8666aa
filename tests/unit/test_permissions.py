"""The page of permissions is of this template; and what the tests of permissions rely on."""

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from aws_stack.clouds.ministack.policies import permissions_of
from fixtures.command import ROOT
from fixtures.template import parsed
from pipeline.deploy import TEMPLATE
from tests.mutants.mutant import Mutant
from tests.mutants.trial import NONE, TESTS, Ending, Trial
from tests.permissions import __main__ as command
from tests.permissions.__main__ import TESTS as CHOSEN
from tests.permissions.grants import grants
from tests.permissions.page import rows

TEXT = TEMPLATE.read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def policies(text: str) -> list[dict[str, Any]]:
    template = parsed(text)["Resources"].values()
    assert not [one for one in template if one["Type"] == "AWS::IAM::Role" and "Policies" in one["Properties"]]
    return [one["Properties"] for one in template if one["Type"] == "AWS::IAM::Policy"]


def permissions(text: str) -> list[tuple[str, str, str]]:
    """Every permission of a template, as YAML has it."""
    return [
        (policy["Roles"][0]["Ref"], action, str(resource))
        for policy in policies(text)
        for statement in policy["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def test_the_page_has_every_permission_of_the_template_and_no_other() -> None:
    of_template = [(grant.role, grant.action, grant.resource) for grant in grants(TEXT)]
    assert [row[:3] for row in rows(PAGE)] == of_template


@pytest.mark.parametrize(("role", "action", "resource", "test"), rows(PAGE))
def test_every_permission_is_needed_by_a_test_that_is_there(role: str, action: str, resource: str, test: str) -> None:
    assert test, "nothing fails without it"
    path, _, name = re.sub(r"\[.*", "", test).partition("::")
    assert f"def {name}(" in (ROOT / TESTS / path).read_text(encoding="utf-8")
    assert any(test.startswith(chosen) for chosen in CHOSEN)


@pytest.mark.night("permissions are tried by night")
def test_each_permission_is_taken_away_alone() -> None:
    before = permissions(TEXT)
    taken = []
    for grant in grants(TEXT):
        mutant = grant.mutant
        assert TEXT.count(mutant.old) == 1
        after = permissions(TEXT.replace(mutant.old, mutant.new))
        [gone] = [one for one in before if one not in after]
        assert len(after) == len(before) - 1
        assert gone[1] == grant.action
        taken.append(gone)
    assert sorted(taken) == sorted(before)


def test_a_statement_of_several_actions_and_resources_is_refused() -> None:
    both = TEXT.replace(
        "Resource: !GetAtt StalledLogs.Arn", "Resource: [!GetAtt StalledLogs.Arn, !GetAtt IngestLogs.Arn]"
    )
    with pytest.raises(ValueError, match="split it"):
        grants(both)


class StandIn:
    """Runs that find every permission needed but some."""

    def __init__(self, _: tuple[str, ...], *unneeded: str) -> None:
        self.unneeded = unneeded

    def try_(self, mutant: Mutant, seed: int, *_: Path, **__: bool) -> Trial:
        if mutant == NONE or mutant.name in self.unneeded:
            return Trial(seed, Ending.SURVIVED, 1.0, error="33 tests passed")
        return Trial(seed, Ending.CAUGHT, 1.0, test=f"{CHOSEN[0]}::test_any")


@pytest.mark.parametrize(("unneeded", "code"), [((), 0), (("Api-s3:PutObject-Uploads/api/*",), 1)])
def test_the_command_ends_with_1_if_nothing_fails_without_a_permission(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unneeded: tuple[str, ...], code: int
) -> None:
    monkeypatch.setattr(command, "Runs", lambda tests: StandIn(tests, *unneeded))
    monkeypatch.setattr(command, "copied", lambda _: nullcontext(tmp_path))
    monkeypatch.setattr(command, "build", lambda _: None)
    table = tmp_path / "table.md"
    assert command.main(["--table", str(table)]) == code
    found = rows(table.read_text(encoding="utf-8"))
    assert len(found) == len(grants(TEXT))
    assert ["-".join(row[:3]) for row in found if not row[3]] == list(unneeded)


INSERT = "INSERT INTO \"notas-1-Invoices\" VALUE {'id': ?, 'from': ?}"


@pytest.mark.parametrize(
    ("statements", "actions"),
    [
        ([INSERT, INSERT], [("dynamodb:PartiQLInsert", "notas-1-Invoices")]),
        (['SELECT id FROM "a.b" WHERE id = ?'], [("dynamodb:PartiQLSelect", "a.b")]),
        (
            ["UPDATE t SET a = 1", "delete from u where id = ?"],
            [("dynamodb:PartiQLUpdate", "t"), ("dynamodb:PartiQLDelete", "u")],
        ),
        ([INSERT, "EXPLAIN t"], []),
    ],
)
def test_a_statement_takes_the_action_of_its_verb_on_its_table(
    statements: list[str], actions: list[tuple[str, str]]
) -> None:
    table = "arn:aws:dynamodb:sa-east-1:123456789012:table/"
    assert permissions_of(statements, "sa-east-1", "123456789012") == [(one, table + name) for one, name in actions]
