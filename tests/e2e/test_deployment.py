"""Template to stack: what goes wrong is said with the resource that failed, and does not stand in the way."""

from pathlib import Path

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
"""

BROKEN = f"""{PARAMETERS}
Resources:
  Fine: {{Type: "AWS::SQS::Queue"}}
  Broken:
    Type: Custom::Broken
    DependsOn: Fine
    Properties: {{ServiceToken: "arn:aws:lambda:sa-east-1:000000000001:function:there-is-none"}}
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
    own_account: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template.yaml"
    monkeypatch.setattr(deploy, "TEMPLATE", template)
    template.write_text(BROKEN)
    with pytest.raises(DeployError) as failure:
        deploy.deploy(own_account, "broken")
    first, resource = str(failure.value).splitlines()
    assert first == "the stack broken ended as ROLLBACK_COMPLETE; the resources that failed, in time order:"
    assert resource.startswith("  Broken (Custom::Broken): ")
    assert "there-is-none" in resource

    template.write_text(MENDED)
    assert "broken" in deploy.deploy(own_account, "broken")["Queue"]


def test_removing_a_stack_leaves_no_bucket_and_no_table(own_account: Cloud) -> None:
    outputs = deploy.deploy(own_account, "gone")
    s3 = own_account.client("s3")
    for body in (b"one version", b"another"):
        s3.put_object(Bucket=outputs["UploadsBucket"], Key="left.txt", Body=body)
    s3.delete_object(Bucket=outputs["UploadsBucket"], Key="left.txt")
    deploy.destroy(own_account, "gone")
    assert s3.list_buckets()["Buckets"] == []
    assert own_account.client("dynamodb").list_tables()["TableNames"] == []
    assert own_account.client("lambda").list_functions()["Functions"] == []
    assert not deploy.exists(own_account, "gone")


def test_an_unfinished_stack_has_no_outputs_to_work_with(own_account: Cloud) -> None:
    with pytest.raises(DeployError, match="notas deploy"):
        deploy.outputs(own_account, "never-made")
