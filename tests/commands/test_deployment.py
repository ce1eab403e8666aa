"""Template to stack: what goes wrong is said with the resource that failed, and does not stand in the way."""

import re

import pytest

from fixtures.stacks import new_account
from pipeline import deploy
from pipeline.clouds import Cloud
from pipeline.errors import DeployError

PARAMETERS = """
Parameters:
  CodeBucket: {Type: String}
  CodeKey: {Type: String}
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
    outputs = deploy.deploy(own_account, "gone")
    s3 = own_account.client("s3")
    for body in (b"one version", b"another"):
        s3.put_object(Bucket=outputs["RejectsBucket"], Key="left.txt", Body=body)
        s3.put_object(Bucket=outputs["UploadsBucket"], Key="no XML: \x01 <&>\r\n %41+", Body=body)
    s3.delete_object(Bucket=outputs["RejectsBucket"], Key="left.txt")
    deploy.destroy(own_account, "gone")
    assert s3.list_buckets()["Buckets"] == []
    assert own_account.client("dynamodb").list_tables()["TableNames"] == []
    assert own_account.client("lambda").list_functions()["Functions"] == []
    assert not deploy.exists(own_account, "gone")


def test_an_unfinished_stack_has_no_outputs_to_work_with(own_account: Cloud) -> None:
    with pytest.raises(DeployError, match="notas deploy"):
        deploy.outputs(own_account, "never-made")
