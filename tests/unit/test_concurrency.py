"""A concurrency that Lambda would refuse is refused before anything is made."""

from types import SimpleNamespace
from typing import Any

import pytest

from aws_stack import cloudformation
from aws_stack.cloudformation import Resource
from aws_stack.errors import UsageError
from pipeline import concurrency, deploy

from .stand_ins import aws_error


def account(monkeypatch: pytest.MonkeyPatch, limit: int, unreserved: int, own: int | None = None) -> Any:
    """A cloud whose Lambda has these executions. The stack's function has `own` of them, if there is one."""
    function = [Resource("Ingest", "AWS::Lambda::Function", "notas-Ingest-1", "CREATE_COMPLETE")]
    monkeypatch.setattr(cloudformation, "resources", lambda *_: function if own is not None else [])
    settings = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": unreserved}
    lambda_ = SimpleNamespace(
        get_account_settings=lambda: {"AccountLimit": settings},
        get_function_concurrency=lambda **_: {"ReservedConcurrentExecutions": own} if own else {},
    )
    return SimpleNamespace(client=lambda _: lambda_, emulated=False)


@pytest.mark.parametrize(
    ("limit", "unreserved", "own", "most"),
    [
        (1000, 1000, None, 900),
        (1000, 1000, 0, 900),
        (1000, 300, 200, 400),
        (1000, 100, None, 0),
        # A new account.
        (10, 10, None, 0),
        (50, 50, None, 0),
    ],
)
def test_so_much_can_be_reserved_and_no_more(
    monkeypatch: pytest.MonkeyPatch, limit: int, unreserved: int, own: int | None, most: int
) -> None:
    cloud = account(monkeypatch, limit, unreserved, own)
    for allowed in {-1, 0, most}:
        concurrency.check(cloud, "notas", allowed)
    with pytest.raises(UsageError, match=f"Lambda reserves at most {most} of this account's {limit} concurrent"):
        concurrency.check(cloud, "notas", most + 1)


def test_whoever_may_not_ask_is_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = account(monkeypatch, 10, 10)

    def get_account_settings() -> None:
        raise aws_error("AccessDeniedException", 403)

    cloud.client("lambda").get_account_settings = get_account_settings
    concurrency.check(cloud, "notas", 5)


def test_a_deployment_is_refused_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = account(monkeypatch, 10, 10)
    cloud.region = "sa-east-1"
    monkeypatch.setattr(deploy, "target_of", lambda *_: None)
    monkeypatch.setattr(deploy, "_refuse_what_stands_in_the_way", lambda *_: None)
    with pytest.raises(UsageError, match="--parameter Concurrency=5: "):
        deploy.prepare(cloud, "notas", {"Concurrency": "5"})
