"""What the commands do where CloudFormation has a stack in an odd state, or where its answer was lost."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aws_stack import cloudformation
from aws_stack.clouds import Cloud
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import DeployError, UsageError
from pipeline import cli, deploy, ownership, removal

from .aws import Aws, Stack, Table
from .stand_ins import aws_error

OWN = "111111111111"
CLOUD = Cloud("aws", "sa-east-1", AWS_TARGET, account=OWN)
SMALL = """
Resources:
  Uploads: {Type: "AWS::S3::Bucket", DeletionPolicy: Retain}
  Invoices:
    Type: AWS::DynamoDB::Table
    Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}], DeletionProtectionEnabled: true}
"""
"""A template that is evaluated in no time. CloudFormation may not remove its table."""
OUTPUTS = {"UploadsBucket": "uploads", "UploadsTable": "ledger", "FailuresQueueUrl": "queue"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    monkeypatch.setattr(cli, "standing", lambda *_: CLOUD)
    return Aws().with_a_package(monkeypatch, tmp_path)


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, [*words, "--cloud", "aws"])


# ---- An answer that was lost


@pytest.mark.parametrize("slow", [False, True])
def test_a_creation_whose_answer_was_lost_is_the_one_that_is_waited_for(aws: Aws, slow: bool) -> None:
    aws.slow, aws.lost = slow, {"CreateStack"}
    deploy.deploy(CLOUD, template=SMALL)
    assert aws.stacks[OWN, "notas"].status == "CREATE_COMPLETE"
    assert not aws.lost


def test_a_change_whose_answer_was_lost_is_the_one_that_is_waited_for(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    aws.slow, aws.lost = True, {"UpdateStack"}
    deploy.deploy(CLOUD, template=SMALL)
    assert aws.stacks[OWN, "notas"].status == "UPDATE_COMPLETE"
    assert not aws.lost


def test_a_stack_that_somebody_else_makes_meanwhile_is_not_taken_for_ones_own(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    with pytest.raises(DeployError, match=r"refused the stack notas: Stack \[notas\] already exists"):
        cloudformation.bring_to(CLOUD, "notas", {"TemplateBody": "Resources: {}"}, {})


def test_every_change_has_a_token_of_its_own(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    deploy.deploy(CLOUD, template=SMALL)
    removal.destroy(CLOUD, "notas")
    calls = [given for name in ("CreateStack", "UpdateStack", "DeleteStack") for given in aws.named(name)]
    assert len({given["ClientRequestToken"] for given in calls}) == len(calls)


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_what_failed_is_told_whatever_this_machines_clock_says(aws: Aws, ahead: timedelta) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    aws.clock_runs_ahead = ahead
    with pytest.raises(DeployError) as failure:
        cloudformation.delete(CLOUD, "notas")
    assert "\n  Invoices (AWS::DynamoDB::Table): currently protected against deletion" in str(failure.value)


def test_what_an_earlier_change_failed_with_is_not_told_again(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    stack = aws.stacks[OWN, "notas"]
    stack.parts["Uploads"].status, stack.parts["Uploads"].reason = "UPDATE_FAILED", "long ago"
    assert "long ago" in cloudformation.failures(CLOUD, "notas", 0.0, str(stack.token))
    assert cloudformation.failures(CLOUD, "notas", 0.0, "another") == ""


# ---- A removal that CloudFormation refuses


def test_a_stack_that_is_protected_loses_nothing_and_the_command_says_how_to_go_on(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    aws.stacks[OWN, "notas"].protected = True
    before = deepcopy((aws.buckets, aws.tables, aws.stacks))
    result = run("destroy", "--yes")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "error: the stack notas is protected against deletion. Nothing was removed. If that is what you want, first: "
        "aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name notas"
    )
    assert (aws.buckets, aws.tables, aws.stacks) == before


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_a_stack_that_is_being_changed_is_not_emptied_under_that_change(aws: Aws, status: str) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    aws.stacks[OWN, "notas"].status = status
    before = deepcopy((aws.buckets, aws.tables, aws.stacks))
    result = run("destroy", "--yes")
    assert result.exit_code == 3
    assert f"cannot be deleted while in status {status}" in result.stderr
    assert "Nothing was removed" in result.stderr
    assert (aws.buckets, aws.tables, aws.stacks) == before


def test_a_refused_removal_takes_nothing_from_a_stack_whose_last_one_failed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    aws.stacks[OWN, "notas"].status = "DELETE_FAILED"

    def refused(*_: Any) -> dict[str, Any]:
        raise aws_error("AccessDenied", 403)

    monkeypatch.setattr(Aws, "_delete_stack", refused)
    before = deepcopy((aws.buckets, aws.tables))
    with pytest.raises(DeployError, match="Nothing was removed"):
        removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == before


def test_a_removal_that_takes_too_long_is_not_overtaken(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its functions may still write to what would be emptied."""
    deploy.deploy(CLOUD, template=SMALL)
    monkeypatch.setattr(cloudformation, "DEADLINE_SECONDS", 0)

    def never_ending(self: Aws, *_: Any) -> dict[str, Any]:
        self.stacks[OWN, "notas"].status = "DELETE_IN_PROGRESS"
        return {}

    monkeypatch.setattr(Aws, "_delete_stack", never_ending)
    before = deepcopy((aws.buckets, aws.tables))
    with pytest.raises(DeployError, match="the stack is DELETE_IN_PROGRESS"):
        removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == before


def test_a_table_that_may_not_be_looked_at_does_not_stand_in_the_way(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=SMALL)
    aws.tables[OWN, "notas-payroll"] = payroll = Table("id")
    aws.hidden.add("notas-payroll")
    removal.destroy(CLOUD, "notas")
    assert aws.tables == {(OWN, "notas-payroll"): payroll}


def test_the_access_log_that_api_gateway_makes_anew_goes_too(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy.deploy(CLOUD, template=f"{SMALL}  Api: {{Type: 'AWS::ApiGateway::RestApi'}}")
    group = f"/aws/apigateway/{aws.stacks[OWN, 'notas'].parts['Api'].physical_id}"
    aws.log_groups = {"/aws/apigateway/of-somebody-else"}
    delete = cloudformation.delete

    def late(cloud: Cloud, stack: str) -> None:
        delete(cloud, stack)
        aws.log_groups.add(group)

    monkeypatch.setattr(cloudformation, "delete", late)
    removal.destroy(CLOUD, "notas")
    assert aws.log_groups == {"/aws/apigateway/of-somebody-else"}


# ---- Commands that need a stack that works


def make(aws: Aws, status: str, outputs: dict[str, str], tags: Sequence[dict[str, str]] = (ownership.TAG,)) -> None:
    """A stack without a deployment, which would take a hundred times as long."""
    aws.stacks[OWN, "notas"] = Stack(f"arn:aws:cloudformation:sa-east-1:{OWN}:stack/notas/1", status, {}, [*tags])
    aws.stacks[OWN, "notas"].outputs = outputs


@pytest.mark.parametrize(
    ("status", "outputs", "remedy"),
    [
        ("ROLLBACK_COMPLETE", {}, "its first deployment failed. Try again with: notas deploy --stack notas"),
        ("ROLLBACK_FAILED", {}, "its first deployment failed. Try again with: notas deploy --stack notas"),
        ("CREATE_FAILED", {}, "its first deployment failed. Try again with: notas deploy --stack notas"),
        ("CREATE_IN_PROGRESS", {}, "something else is changing it. Wait until that has ended, and try again"),
        ("ROLLBACK_IN_PROGRESS", {}, "something else is changing it. Wait until that has ended, and try again"),
        ("DELETE_IN_PROGRESS", OUTPUTS, "something else is changing it. Wait until that has ended, and try again"),
        ("DELETE_FAILED", OUTPUTS, "its removal has begun and failed. Finish it with: notas destroy --stack notas"),
        ("REVIEW_IN_PROGRESS", {}, "it is a change set that nobody has executed. Delete it: aws cloudformation "),
    ],
)
def test_a_stack_that_cannot_be_used_is_told_with_its_state_and_what_to_do(
    aws: Aws, status: str, outputs: dict[str, str], remedy: str
) -> None:
    make(aws, status, outputs)
    with pytest.raises(DeployError) as failure:
        deploy.outputs(CLOUD)
    assert str(failure.value).startswith(f"the stack notas is in {status}: {remedy}")


def test_a_command_on_a_stack_that_cannot_be_used_ends_with_one_line(aws: Aws) -> None:
    make(aws, "ROLLBACK_COMPLETE", {})
    result = run("redrive")
    assert result.exit_code == 3
    [line] = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: the stack notas is in ROLLBACK_COMPLETE: ")


@pytest.mark.parametrize(
    "status",
    [
        "CREATE_COMPLETE",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_FAILED",
        "IMPORT_COMPLETE",
    ],
)
def test_a_stack_goes_on_working_while_it_is_changed_and_where_a_change_failed(aws: Aws, status: str) -> None:
    make(aws, status, OUTPUTS)
    assert deploy.outputs(CLOUD) == OUTPUTS


def test_a_stack_of_somebody_else_is_not_used(aws: Aws) -> None:
    make(aws, "CREATE_COMPLETE", {"SiteUrl": "https://example.com"}, tags=())
    with pytest.raises(UsageError, match="was not made by notas"):
        deploy.outputs(CLOUD)


# ---- Ctrl-C


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["deploy"], "interrupted; what AWS had begun with the stack notas goes on there. Run the same command again"),
        (["destroy", "--yes"], "interrupted; the stack notas is removed in part. Run the same command again"),
    ],
)
def test_an_interrupted_command_does_not_say_that_aws_has_stopped(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    deploy.deploy(CLOUD, template=SMALL)

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(cloudformation, "bring_to", interrupted)
    monkeypatch.setattr(cloudformation, "delete", interrupted)
    result = run(*command)
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == said
