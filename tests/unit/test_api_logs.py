"""Whose role API Gateway writes its logs with: a stack never takes the place of another's."""

from types import SimpleNamespace
from typing import Any

import pytest

from aws_stack.clouds.choice import CloudName
from aws_stack.errors import DeployError
from pipeline import api_logs, cli, deploy, opening, removal

from .stand_ins import aws_error

OWN = "notas-ApiLogsRole-1A2B"


class Account:
    """A cloud whose account has this role for API Gateway's logs, and a stack that brought these."""

    region = "sa-east-1"

    def __init__(self, role: str | None, own: dict[str, str]) -> None:
        self._settings = {} if role is None else {"cloudwatchRoleArn": f"arn:aws:iam::123456789012:role/{role}"}
        self._own = own

    def client(self, service: str) -> Any:
        assert service in ("apigateway", "cloudformation")
        return self

    def get_account(self) -> dict[str, Any]:
        return {"throttleSettings": {}, **self._settings}

    def describe_stack_resource(self, **asked: str) -> dict[str, Any]:
        if asked["StackName"] not in self._own:
            raise aws_error("ValidationError", message=f"Stack '{asked['StackName']}' does not exist")
        assert asked["LogicalResourceId"] == "ApiLogsRole"
        return {"StackResourceDetail": {"PhysicalResourceId": self._own[asked["StackName"]]}}


@pytest.mark.parametrize(
    ("role", "own", "another"),
    [
        (None, {}, False),
        ("somebody-elses", {}, True),
        ("path/of/somebody-elses", {}, True),
        (OWN, {"notas": OWN}, False),
        (f"service-role/{OWN}", {"notas": OWN}, False),
        # One that a stack of that name left behind when it was removed.
        (OWN, {}, True),
        (OWN, {"notas": "notas-ApiLogsRole-3C4D"}, True),
        ("somebody-elses", {"notas": OWN}, True),
        (None, {"notas": OWN}, False),
    ],
)
def test_a_role_is_anothers_unless_the_stack_brought_it(
    role: str | None, own: dict[str, str], *, another: bool
) -> None:
    account: Any = Account(role, own)
    assert api_logs.another_has_the_role(account, "notas") is another


def test_settings_that_cannot_be_read_stop_the_deployment_before_it_changes_them() -> None:
    def get_account() -> None:
        raise aws_error("AccessDeniedException", 403, "not authorized to perform: apigateway:GET")

    account: Any = SimpleNamespace(region="sa-east-1", client=lambda _: SimpleNamespace(get_account=get_account))
    with pytest.raises(DeployError, match=r"settings in sa-east-1: not authorized to perform: apigateway:GET"):
        api_logs.another_has_the_role(account, "notas")


def test_a_stack_of_one_run_leaves_no_role_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []
    account = SimpleNamespace(temporary=False, name="aws", version="", why="", region="sa-east-1", target=None)
    monkeypatch.setattr(opening, "aws", lambda: account)
    monkeypatch.setattr(cli, "build", lambda _: None)
    monkeypatch.setattr(deploy, "deploy", lambda _, __, parameters: asked.append(parameters))
    monkeypatch.setattr(removal, "destroy", lambda *_: None)
    with cli._deployed(CloudName.AWS, None):
        pass
    assert asked == [{"ApiAccessLog": "none"}]
