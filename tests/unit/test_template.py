"""The template itself: what no emulator shows of it."""

import re
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from pipeline.deploy import TEMPLATE


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return dict(cfn_yaml.load(str(TEMPLATE)))


def resources(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


def test_every_table_is_encrypted_and_can_be_restored_to_any_point_in_time(template: dict[str, Any]) -> None:
    # MiniStack 1.5 deploys tables without either, whatever the template says.
    tables = resources(template, "AWS::DynamoDB::Table")
    assert len(tables) == 2
    for properties in tables.values():
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_logs_are_kept_for_a_month(template: dict[str, Any]) -> None:
    # LocalStack 4.14 deploys log groups without it.
    groups = resources(template, "AWS::Logs::LogGroup").values()
    assert [group["RetentionInDays"] for group in groups] == [{"Ref": "LogRetentionDays"}]
    assert template["Parameters"]["LogRetentionDays"]["Default"] == 30


def test_memory_timeout_concurrency_and_runtime_are_parameters(template: dict[str, Any]) -> None:
    [function] = resources(template, "AWS::Serverless::Function").values()
    assert function["MemorySize"] == {"Ref": "MemorySize"}
    assert function["Timeout"] == {"Ref": "Timeout"}
    assert function["Runtime"] == {"Ref": "Runtime"}
    assert {"Ref": "Concurrency"} in function["ReservedConcurrentExecutions"]["Fn::If"]
    assert {"MemorySize", "Timeout", "Runtime", "Concurrency"} <= set(template["Parameters"])


def test_every_bucket_and_the_queue_refuse_all_but_tls(template: dict[str, Any]) -> None:
    policies = resources(template, "AWS::S3::BucketPolicy") | resources(template, "AWS::SQS::QueuePolicy")
    assert len(policies) == len(resources(template, "AWS::S3::Bucket")) + len(resources(template, "AWS::SQS::Queue"))
    for policy in policies.values():
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_permission_is_for_everything(template: dict[str, Any]) -> None:
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert statement["Resource"] != "*"
            assert not [action for action in actions if "*" in action]


def test_the_template_uses_no_yaml_that_cloudformation_does_not_know() -> None:
    # CloudFormation reads neither anchors nor merge keys; emulators do.
    assert not re.findall(r"(?m)^\s*<<:|[:-] +[&*]\w+", TEMPLATE.read_text())
