"""Template to stack: what goes wrong is said with the resource that failed, and does not stand in the way."""

import base64
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from aws_stack import artifacts, buckets, cloudformation
from aws_stack.clouds import Cloud, embedded
from aws_stack.errors import DeployError
from aws_stack.stack import new_account
from pipeline import deploy, removal
from pipeline.package import build

if TYPE_CHECKING:
    from mypy_boto3_apigateway.type_defs import PatchOperationTypeDef

PARAMETERS = """
Parameters:
  CodeBucket: {Type: String}
  CodeKey: {Type: String}
  CodeVersion: {Type: String}
  Runtime: {Type: String}
  Architecture: {Type: String}
  EndpointUrl: {Type: String}
  ApiAuthorization: {Type: String}
"""

BROKEN = f"""{PARAMETERS}
Resources:
  Fine: {{Type: "AWS::SQS::Queue"}}
  Broken:
    Type: AWS::IAM::Policy
    DependsOn: Fine
    Properties:
      PolicyName: any
      Roles: [there-is-none]
      PolicyDocument: {{Version: "2012-10-17", Statement: []}}
"""

MENDED = f"""{PARAMETERS}
Resources:
  Fine: {{Type: "AWS::SQS::Queue"}}
Outputs:
  Queue: {{Value: !Ref Fine}}
"""


@pytest.fixture
def own_account(cloud: Cloud) -> Cloud:
    return cloud.in_account(new_account())


def test_a_stack_that_fails_names_the_resource_and_the_reason_and_gives_way_to_a_mended_one(
    own_account: Cloud,
) -> None:
    with pytest.raises(DeployError) as failure:
        deploy.deploy(own_account, "broken", template=BROKEN)
    first, resource = str(failure.value).splitlines()
    # Rolled back on AWS; LocalStack 4.14 leaves it as CREATE_FAILED.
    assert re.fullmatch(r"the stack broken ended as [A-Z_]+; the resources that failed, in time order:", first)
    assert resource.startswith("  Broken (AWS::IAM::Policy): ")
    assert "there-is-none" in resource

    assert "broken" in deploy.deploy(own_account, "broken", template=MENDED)["Queue"]


def test_removing_a_stack_leaves_no_bucket_and_no_table(own_account: Cloud) -> None:
    # LocalStack 4.14 gives every account a role for API Gateway's logs, which does not exist.
    outputs = deploy.deploy(own_account, "gone", {"ApiAccessLog": "stack"})
    s3 = own_account.client("s3")
    for body in (b"one version", b"another"):
        s3.put_object(Bucket=outputs["RejectsBucket"], Key="left.txt", Body=body)
        s3.put_object(Bucket=outputs["UploadsBucket"], Key="no XML: \x01 <&>\r\n %41+", Body=body)
    s3.delete_object(Bucket=outputs["RejectsBucket"], Key="left.txt")
    removal.destroy(own_account, "gone")
    assert s3.list_buckets()["Buckets"] == []
    assert own_account.client("dynamodb").list_tables()["TableNames"] == []
    assert own_account.client("lambda").list_functions()["Functions"] == []
    assert not removal.find(own_account, "gone")
    # The account goes on naming the role that the stack brought it, and other APIs may log with it by now.
    role = own_account.client("apigateway").get_account()["cloudwatchRoleArn"].rpartition("/")[2]
    assert own_account.client("iam").get_role(RoleName=role)["Role"]["RoleName"] == role


def test_the_role_that_other_apis_log_with_is_left_alone(own_account: Cloud) -> None:
    apigateway = own_account.client("apigateway")
    theirs = f"arn:aws:iam::{own_account.account}:role/theirs"
    change: list[PatchOperationTypeDef] = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": theirs}]
    apigateway.update_account(patchOperations=change)
    deploy.deploy(own_account, "guest")
    assert apigateway.get_account()["cloudwatchRoleArn"] == theirs


def test_a_stack_that_another_program_deletes_leaves_its_invoices_and_is_deployed_again(own_account: Cloud) -> None:
    table = deploy.deploy(own_account, "kept")["InvoicesTable"]
    dynamodb = own_account.client("dynamodb")
    dynamodb.put_item(TableName=table, Item={"id": {"S": "NF-1"}})
    cloudformation.delete(own_account, "kept")
    assert removal.contents(own_account, removal.find(own_account, "kept")) == "1 invoice, 0 uploads and 0 rejects"
    # The next stack has tables of its own, but on MiniStack it has these, and empties them.
    deploy.deploy(own_account, "kept")
    removal.destroy(own_account, "kept")
    # The first stack's buckets stay on MiniStack, which deploys buckets without tags.
    assert dynamodb.list_tables()["TableNames"] == []
    assert not removal.find(own_account, "kept")


@pytest.fixture
def updating_account(own_account: Cloud) -> Iterator[Cloud]:
    """An account where CloudFormation changes a table's indexes: LocalStack 4.14 leaves them as they are."""
    if own_account.name == "embedded":
        yield own_account
        return
    with embedded.start(retry_seconds=0.2) as other:
        yield other.in_account(new_account())


def test_a_stack_of_before_gets_the_index_of_today_and_its_invoices_are_in_it(updating_account: Cloud) -> None:
    """Its index had the customers' names as written."""
    own_account, today = updating_account, deploy.TEMPLATE.read_text(encoding="utf-8")
    outputs = deploy.deploy(
        own_account, "old", template=today.replace("AttributeName: _cliente", "AttributeName: cliente")
    )
    dynamodb, table = own_account.client("dynamodb"), outputs["InvoicesTable"]
    item = {"id": {"S": "NF-8"}, "cliente": {"S": " JOÃO "}, "data_emissao": {"S": "2025-10-03"}}
    dynamodb.put_item(TableName=table, Item=item)
    assert deploy.deploy(own_account, "old") == outputs
    found = dynamodb.query(
        TableName=table,
        IndexName="por-cliente",
        KeyConditionExpression="#cliente = :cliente",
        ExpressionAttributeNames={"#cliente": "_cliente"},
        ExpressionAttributeValues={":cliente": {"S": "joão"}},
    )
    assert found["Items"] == [{**item, "_cliente": {"S": "joão"}}]


def test_functions_run_the_package_and_not_what_others_put_in_its_place(own_account: Cloud) -> None:
    package = build(own_account.target)
    artifacts.put(own_account, "ours", {package.name: b"other bytes"})
    outputs = deploy.deploy(own_account, "ours")
    function = own_account.client("lambda").get_function_configuration(FunctionName=outputs["IngestFunction"])
    assert function["CodeSha256"] == base64.b64encode(sha256(package.read_bytes()).digest()).decode()


def test_a_bucket_of_another_account_holds_no_package(own_account: Cloud, cloud: Cloud) -> None:
    name = artifacts.bucket_name("theirs", str(own_account.account), own_account.region)
    buckets.make(cloud.in_account(new_account()), name)
    with pytest.raises(DeployError, match=f"^the bucket {name} belongs to another account"):
        deploy.deploy(own_account, "theirs", template=MENDED)
    assert not cloudformation.describe(own_account, "theirs")


def test_an_unfinished_stack_has_no_outputs_to_work_with(own_account: Cloud) -> None:
    with pytest.raises(DeployError, match="notas deploy"):
        deploy.outputs(own_account, "never-made")
