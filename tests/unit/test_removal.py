"""Nothing that a stack holds is lost, whatever fails, until somebody destroys the stack; then nothing is left."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aws_stack import cloudformation, tables
from aws_stack.clouds import Cloud
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import DeployError, UsageError
from pipeline import cli, deploy, opening, ownership, removal

from .aws import Aws, Bucket, Interrupt, Table

OWN = "111111111111"
CLOUD = Cloud("aws", "sa-east-1", AWS_TARGET, account=OWN)
ELSEWHERE = Cloud("aws", "us-east-1", AWS_TARGET, account=OWN)
ARTIFACTS = f"notas-artifacts-{OWN}-sa-east-1"
REMOVE = {"DeleteObjects", "DeleteObject", "DeleteBucket", "DeleteTable", "UpdateTable"}

# Without a word about what becomes of them, as the template's were once.
OLD = """
Resources:
  Uploads: {Type: "AWS::S3::Bucket"}
  Invoices: {Type: "AWS::DynamoDB::Table", Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}]}}
"""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    return Aws().with_a_package(monkeypatch, tmp_path)


def part(aws: Aws, name: str, stack: str = "notas") -> str:
    """The physical id of a stack's bucket or table."""
    return aws.stacks[OWN, stack].parts[name].physical_id


def fill(aws: Aws, stack: str = "notas") -> None:
    """Put an upload, its rejects, an invoice and the ledger's entry into a stack."""
    for name in ("Uploads", "Rejects", "Unfinished"):
        aws.buckets[part(aws, name, stack)].versions += [("a", "v1", b"1"), ("a", "v2", b"2"), ("b", "v1", b"3")]
    aws.tables[OWN, part(aws, "Invoices", stack)].items = [{"id": {"S": "NF-1"}}]
    entry = {"key": {"S": "a"}, "rejected": {"N": "3"}, "conflicts": {"N": "1"}}
    aws.tables[OWN, part(aws, "UploadsLedger", stack)].items = [entry]


def held(aws: Aws) -> list[Any]:
    """Everything that a person put anywhere, through whatever stack."""
    objects = [(name, *one) for name, bucket in aws.buckets.items() for one in bucket.versions if name != ARTIFACTS]
    items = [(name, item) for (_, name), table in aws.tables.items() for item in table.items]
    return [*objects, *items]


def removed_by(aws: Aws) -> set[str]:
    return {name for name, _ in aws.calls} & REMOVE


# ---- What deploy does not take


def test_a_first_deployment_that_fails_leaves_tables_that_are_named_and_gives_way_to_the_next(aws: Aws) -> None:
    aws.fails = True
    with pytest.raises(DeployError, match="ended as ROLLBACK_COMPLETE") as failure:
        deploy.deploy(CLOUD)
    kept = [name for _, name in aws.tables]
    assert len(kept) == 2
    assert str(failure.value).endswith(f"\n  kept, until notas destroy removes it: {', '.join(kept)}")
    # Whatever is in a table that is kept anyway does not stand in the way.
    aws.tables[OWN, kept[0]].items.append({"id": {"S": "NF-1"}})
    deploy.deploy(CLOUD)
    assert cloudformation.status(CLOUD, "notas") == "CREATE_COMPLETE"
    assert set(kept) < {name for _, name in aws.tables}
    assert removed_by(aws) == set()
    removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == ({}, {})


def test_the_role_of_a_first_deployment_that_failed_is_the_accounts_for_the_next(aws: Aws) -> None:
    aws.fails = True
    with pytest.raises(DeployError, match="ended as ROLLBACK_COMPLETE"):
        deploy.deploy(CLOUD)
    # CloudFormation retains it, and the account goes on naming it.
    aws.logs_role = part(aws, "ApiLogsRole")
    assert aws.stacks[OWN, "notas"].parts["ApiLogsRole"].status == "DELETE_SKIPPED"
    deploy.deploy(CLOUD)
    assert aws.stacks[OWN, "notas"].parameters["ApiAccessLog"] == "account"


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
@pytest.mark.parametrize("name", ["Uploads", "Rejects", "Unfinished", "Invoices", "UploadsLedger"])
def test_a_failed_first_deployment_that_holds_something_stays_and_is_named(aws: Aws, status: str, name: str) -> None:
    deploy.deploy(CLOUD)
    aws.stacks[OWN, "notas"].status = status
    full = part(aws, name)
    if full in aws.buckets:
        aws.buckets[full].versions.append(("a", "v1", b"1"))
    else:
        aws.tables[OWN, full].items.append({"id": {"S": "NF-1"}})
    before = deepcopy((aws.buckets, aws.tables, aws.stacks))
    with pytest.raises(DeployError, match=rf"notas destroy --stack notas\. It is in:\n  {name}: {full}$"):
        deploy.deploy(CLOUD)
    assert (aws.buckets, aws.tables, aws.stacks) == before
    assert aws.named("DeleteStack") == []


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("DELETE_FAILED", "notas destroy --stack notas"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name notas"),
        ("REVIEW_IN_PROGRESS", "delete-stack --stack-name notas"),
        ("UPDATE_IN_PROGRESS", "Wait until that has ended"),
        ("DELETE_IN_PROGRESS", "Wait until that has ended"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Wait until that has ended"),
    ],
)
def test_a_stack_that_cannot_be_changed_is_left_alone_with_what_to_do_and_what_failed(
    aws: Aws, status: str, remedy: str
) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    stack = aws.stacks[OWN, "notas"]
    stack.status = status
    stack.parts["Uploads"].status, stack.parts["Uploads"].reason = "DELETE_FAILED", "The bucket is not empty"
    before = deepcopy((aws.buckets, aws.tables, aws.stacks))
    with pytest.raises(DeployError, match=remedy) as failure:
        deploy.deploy(CLOUD)
    assert str(failure.value).startswith(f"the stack notas is in {status}: ")
    assert str(failure.value).endswith("\n  Uploads (AWS::S3::Bucket): The bucket is not empty")
    assert (aws.buckets, aws.tables, aws.stacks) == before


def test_a_stack_that_another_program_deletes_leaves_all_that_it_holds(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    before = held(aws)
    CLOUD.client("cloudformation").delete_stack(StackName="notas")
    assert aws.stacks[OWN, "notas"].status == "DELETE_COMPLETE"
    assert held(aws) == before
    deploy.deploy(CLOUD)
    fill(aws)
    assert len(held(aws)) == 2 * len(before)
    removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == ({}, {})


def test_a_stack_whose_last_change_was_rolled_back_is_as_it_should_be_without_that_change(aws: Aws) -> None:
    outputs = deploy.deploy(CLOUD)
    aws.stacks[OWN, "notas"].status = "UPDATE_ROLLBACK_COMPLETE"
    aws.unchanged = True
    assert deploy.deploy(CLOUD) == outputs


def test_what_a_change_replaces_is_kept_until_the_stack_is_destroyed(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    before = held(aws)
    aws.replaces = {"Uploads", "Rejects", "Unfinished", "Invoices", "UploadsLedger"}
    deploy.deploy(CLOUD, parameters={"MemorySize": "512"})
    assert len(aws.tables) == 4
    assert held(aws) == before
    assert removed_by(aws) == set()
    removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == ({}, {})


def test_a_table_is_protected_against_everybody_else(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    dynamodb = CLOUD.client("dynamodb")
    for name in ("Invoices", "UploadsLedger"):
        with pytest.raises(dynamodb.exceptions.ClientError, match="protected against deletion"):
            dynamodb.delete_table(TableName=part(aws, name))


def test_a_template_that_is_too_long_for_a_request_comes_from_the_bucket(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=f"{OLD}\n# {'x' * 51_200}")
    [request] = aws.named("CreateStack")
    assert "TemplateBody" not in request
    assert len(aws.stacks[OWN, "notas"].parts) == 2


# ---- What destroy takes


def test_destroy_removes_everything_and_says_what_it_was(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    assert removal.contents(CLOUD, removal.find(CLOUD, "notas")) == "1 invoice, 1 upload and 4 rejects"
    removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == ({}, {})
    assert cloudformation.status(CLOUD, "notas") is None
    assert not removal.find(CLOUD, "notas")


def test_nothing_is_written_to_what_destroy_empties(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    removal.destroy(CLOUD, "notas")
    calls = [name for name, _ in aws.calls]
    assert calls.index("DeleteStack") < min(map(calls.index, REMOVE & set(calls)))


@pytest.mark.parametrize("late", [False, True])
def test_a_removal_that_was_cut_short_anywhere_is_finished_by_the_next(aws: Aws, late: bool) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    deployed = deepcopy((aws.buckets, aws.tables, aws.stacks))
    cut_short = 0
    while True:
        aws.buckets, aws.tables, aws.stacks = deepcopy(deployed)
        aws.interrupt = Interrupt(cut_short + 1, late=late)
        try:
            removal.destroy(CLOUD, "notas")
        except KeyboardInterrupt:
            cut_short += 1
            aws.interrupt = Interrupt()
            assert removal.find(CLOUD, "notas") or not (aws.buckets or aws.tables)
            # As long as there is an upload, the ledger can tell of it.
            assert len(aws.tables) == 2 or set(aws.buckets) <= {ARTIFACTS}
            removal.destroy(CLOUD, "notas")
            assert (aws.buckets, aws.tables) == ({}, {}), cut_short
        else:
            break
    # The stack; versions and the bucket, four times; protection, once in vain, and the table, twice; the access log.
    assert cut_short == 1 + 4 * 2 + 2 * 3 + 1


def test_what_is_made_while_the_stack_is_removed_goes_too(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy.deploy(CLOUD)
    late = Table("id", protected=True, tags=[{"Key": removal.TAG, "Value": aws.stacks[OWN, "notas"].id}])
    delete = cloudformation.delete

    def overtaken(cloud: Cloud, stack: str) -> None:
        aws.tables[OWN, "notas-Invoices-late"] = late
        delete(cloud, stack)

    monkeypatch.setattr(cloudformation, "delete", overtaken)
    removal.destroy(CLOUD, "notas")
    assert aws.tables == {}


def test_a_stack_of_an_older_template_goes_although_its_buckets_are_full(aws: Aws) -> None:
    deploy.deploy(CLOUD, template=OLD)
    aws.buckets[part(aws, "Uploads")].versions.append(("a", "v1", b"1"))
    removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == ({}, {})
    assert cloudformation.status(CLOUD, "notas") is None


def test_what_belongs_to_others_stays(aws: Aws) -> None:
    for cloud, stack in ((CLOUD, "notas-2"), (CLOUD, "notas-Uploads"), (ELSEWHERE, "notas")):
        deploy.deploy(cloud, stack)
    others = deepcopy((aws.buckets, aws.tables))
    # The same name in another region is another stack, which the memory here has no place for.
    del aws.stacks[OWN, "notas"]
    own = Bucket(OWN, "sa-east-1", versions=[("a", "v1", b"1")])
    aws.buckets["notas-uploads-backup"] = own
    aws.tables[OWN, "notas-Invoices-backup"] = Table("id")
    stolen = f"arn:aws:cloudformation:sa-east-1:{OWN}:stack/notas/0"
    theirs = Bucket("222222222222", "sa-east-1", tags=[{"Key": removal.TAG, "Value": stolen}])
    aws.buckets["notas-uploads-theirs"] = theirs
    deploy.deploy(CLOUD)
    removal.destroy(CLOUD, "notas")
    assert aws.buckets == {**others[0], "notas-uploads-backup": own, "notas-uploads-theirs": theirs}
    assert aws.tables == {**others[1], (OWN, "notas-Invoices-backup"): Table("id")}


@pytest.mark.parametrize(("gone", "stays"), [("notas", "Notas"), ("Notas", "notas"), ("NOTAS", "Notas")])
def test_a_stack_whose_name_differs_in_case_alone_keeps_all_that_it_has(aws: Aws, gone: str, stays: str) -> None:
    deploy.deploy(CLOUD, stays)
    fill(aws, stays)
    before = deepcopy((aws.buckets, aws.tables))
    deploy.deploy(CLOUD, gone)
    fill(aws, gone)
    assert (aws.buckets, aws.tables) != before
    assert removal.contents(CLOUD, removal.find(CLOUD, gone)) == "1 invoice, 1 upload and 4 rejects"
    removal.destroy(CLOUD, gone)
    assert (aws.buckets, aws.tables) == before
    assert not removal.find(CLOUD, gone)
    removal.destroy(CLOUD, stays)
    assert (aws.buckets, aws.tables) == ({}, {})


def test_a_bucket_that_may_not_be_looked_at_does_not_stand_in_the_way(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    payroll = aws.buckets["notas-payroll"] = Bucket(OWN, "sa-east-1", versions=[("a", "v1", b"1")])
    aws.unreadable.add("notas-payroll")
    removal.destroy(CLOUD, "notas")
    assert aws.buckets == {"notas-payroll": payroll}


def test_a_stack_that_is_gone_has_no_failures_to_tell(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    removal.destroy(CLOUD, "notas")
    assert cloudformation.failures(CLOUD, "notas", 0.0, "any") == ""


def test_a_stack_that_goes_while_it_is_looked_at_stands_in_nobodys_way(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy.deploy(CLOUD)
    find = ownership.find

    def overtaken(cloud: Cloud, stack: str) -> str | None:
        found = find(cloud, stack)
        if (OWN, stack) in aws.stacks:
            aws.stacks[OWN, stack].status = "DELETE_COMPLETE"
        return found

    monkeypatch.setattr(ownership, "find", overtaken)
    removal.destroy(CLOUD, "notas")
    assert (aws.buckets, aws.tables) == ({}, {})


def test_a_stack_that_notas_did_not_make_is_neither_changed_nor_removed(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    aws.stacks[OWN, "notas"].tags = [{"Key": "project", "Value": "payroll"}]
    before = deepcopy((aws.buckets, aws.tables, aws.stacks))
    for change in (deploy.deploy, removal.destroy):
        with pytest.raises(UsageError, match="the stack notas in sa-east-1 was not made by notas"):
            change(CLOUD, "notas")
    assert (aws.buckets, aws.tables, aws.stacks) == before


def test_a_version_that_cannot_be_removed_is_named(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    bucket = part(aws, "Uploads")
    aws.buckets[bucket].stuck.add("b")
    with pytest.raises(DeployError, match=rf"1 version in the bucket {bucket} was not removed, b: Acc"):
        removal.destroy(CLOUD, "notas")
    assert bucket in aws.buckets


# ---- What destroy says


def test_a_large_table_is_not_read_to_its_end(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PAGES", 3)
    deploy.deploy(CLOUD)
    invoices, ledger = (aws.tables[OWN, part(aws, name)] for name in ("Invoices", "UploadsLedger"))
    invoices.items = [{"id": {"S": str(number)}} for number in range(7)]
    invoices.old_count = 1_234_567
    ledger.items = [{"key": {"S": str(number)}, "rejected": {"N": "2"}} for number in range(7)]
    said = removal.contents(CLOUD, removal.find(CLOUD, "notas"))
    # DynamoDB's count of the ledger is from before the first upload.
    assert said == "about 1,234,567 invoices, about 6 uploads and more than 12 rejects"
    assert len(aws.named("Scan")) == 6


def test_what_cannot_be_counted_is_said(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    aws.unreadable.add(part(aws, "Invoices"))
    said = removal.contents(CLOUD, removal.find(CLOUD, "notas"))
    assert part(aws, "Invoices") in said
    assert "AccessDeniedException" in said


@pytest.fixture
def at_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "standing", lambda *_: CLOUD)


@pytest.mark.usefixtures("at_aws")
def test_the_command_says_how_much_goes_before_it_asks_and_does_nothing_unasked(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    before = held(aws)
    result = CliRunner().invoke(cli.app, ["destroy", "--cloud", "aws"])
    assert result.exit_code == 2
    said, asked = result.stderr.splitlines()
    assert said == "The stack notas holds 1 invoice, 1 upload and 4 rejects"
    assert asked.startswith("error: Remove the stack notas in sa-east-1, with every invoice and file in it?")
    assert held(aws) == before


@pytest.mark.usefixtures("at_aws")
def test_the_command_finishes_what_was_cut_short(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    fill(aws)
    CLOUD.client("cloudformation").delete_stack(StackName="notas")
    result = CliRunner().invoke(cli.app, ["destroy", "--cloud", "aws", "--yes"])
    assert result.exit_code == 0, result.stderr
    assert "The stack notas is gone; it left 1 invoice, 1 upload and 4 rejects" in result.stderr
    assert (aws.buckets, aws.tables) == ({}, {})
    result = CliRunner().invoke(cli.app, ["destroy", "--cloud", "aws", "--yes"])
    assert result.exit_code == 2
    assert "there is no stack notas in sa-east-1 (), and nothing is left of one" in result.stderr


@pytest.mark.parametrize("fails", [False, True])
def test_a_run_on_aws_leaves_nothing(aws: Aws, monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    def run(*_: Any) -> Any:
        [stack] = [name for _, name in aws.stacks]
        fill(aws, stack)
        raise DeployError("whatever happens meanwhile")

    monkeypatch.setattr(opening, "aws", lambda: CLOUD)
    monkeypatch.setattr("pipeline.run.run", run)
    aws.fails = fails
    result = CliRunner().invoke(cli.app, ["demo", "--cloud", "aws"])
    assert ("ended as ROLLBACK_COMPLETE" if fails else "whatever happens meanwhile") in result.stderr
    assert "notas destroy --cloud aws --stack notas-run-" in result.stderr
    assert (aws.buckets, aws.tables) == ({}, {})
