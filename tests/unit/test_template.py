"""The template itself: what no emulator shows."""

import json
import re
from hashlib import sha256
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from pipeline.deploy import TEMPLATE


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return dict(yaml_parse(TEMPLATE.read_text(encoding="utf-8")))


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
    assert [group["RetentionInDays"] for group in groups] == [{"Ref": "LogRetentionDays"}] * 3
    assert template["Parameters"]["LogRetentionDays"]["Default"] == 30


def test_memory_timeout_concurrency_and_runtime_are_parameters(template: dict[str, Any]) -> None:
    functions = resources(template, "AWS::Serverless::Function")
    assert set(functions) == {"Ingest", "Stalled", "ApiFunction"}
    assert functions["Ingest"]["MemorySize"] == {"Ref": "MemorySize"}
    assert functions["Ingest"]["Timeout"] == {"Ref": "Timeout"}
    assert {"Ref": "Concurrency"} in functions["Ingest"]["ReservedConcurrentExecutions"]["Fn::If"]
    assert functions["ApiFunction"]["MemorySize"] == {"Ref": "ApiMemorySize"}
    assert {function["Runtime"]["Ref"] for function in functions.values()} == {"Runtime"}
    assert {"MemorySize", "ApiMemorySize", "Timeout", "Runtime", "Concurrency"} <= set(template["Parameters"])


def test_every_bucket_and_the_queue_refuse_all_but_tls(template: dict[str, Any]) -> None:
    policies = resources(template, "AWS::S3::BucketPolicy") | resources(template, "AWS::SQS::QueuePolicy")
    assert len(policies) == len(resources(template, "AWS::S3::Bucket")) + len(resources(template, "AWS::SQS::Queue"))
    for policy in policies.values():
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_nothing_that_belongs_to_the_user_expires(template: dict[str, Any]) -> None:
    # MiniStack 1.5 deploys buckets without it.
    buckets = resources(template, "AWS::S3::Bucket")
    assert set(buckets) == {"Uploads", "Rejects", "Unfinished"}
    for name in ("Uploads", "Rejects"):
        [rule] = buckets[name]["LifecycleConfiguration"]["Rules"]
        # An upload that was begun and never finished is not an object yet.
        assert set(rule) == {"Id", "Status", "AbortIncompleteMultipartUpload"}


def test_what_is_unfinished_outlives_the_failures_queue_and_then_expires(template: dict[str, Any]) -> None:
    # An event may be sent again on the queue's last day, and its upload goes on from what is unfinished.
    unfinished = resources(template, "AWS::S3::Bucket")["Unfinished"]
    assert "VersioningConfiguration" not in unfinished, "each checkpoint would leave a version behind"
    [rule] = unfinished["LifecycleConfiguration"]["Rules"]
    [queue] = resources(template, "AWS::SQS::Queue").values()
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] > queue["MessageRetentionPeriod"] / 86_400


def test_lambda_does_not_take_an_upload_of_many_invocations_for_an_endless_loop(template: dict[str, Any]) -> None:
    # Both functions go on with an upload, each in its way. Lambda counts how often it ran a function in one chain.
    # https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    functions = resources(template, "AWS::Serverless::Function")
    assert {name: one.get("RecursiveLoop", "Terminate") for name, one in functions.items()} == {
        "Ingest": "Allow",
        "Stalled": "Allow",
        "ApiFunction": "Terminate",
    }


def test_every_object_is_taken_up_whatever_its_name(template: dict[str, Any]) -> None:
    events = resources(template, "AWS::Serverless::Function")["Ingest"]["Events"]
    assert [event["Properties"] for event in events.values()] == [
        {"Bucket": {"Ref": "Uploads"}, "Events": "s3:ObjectCreated:*"}
    ]


def test_no_permission_is_for_everything(template: dict[str, Any]) -> None:
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert "*" not in (statement["Resource"], *statement["Resource"])
            assert not [action for action in actions if "*" in action]


def statements(template: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The statements of every policy, each with the role that has it."""
    return [
        (policy["Roles"][0]["Ref"], statement)
        for policy in resources(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_what_is_written_to_a_bucket_stays_in_the_account(template: dict[str, Any]) -> None:
    # A bucket's ARN does not name its account. A bucket that was deleted may be somebody else's by now.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
    own = {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    writing = [one for _, one in statements(template) if "s3:PutObject" in one["Action"]]
    assert writing
    assert [statement["Sid"] for statement in writing if statement.get("Condition") != own] == []


def test_lambda_may_take_a_role_for_this_account_only(template: dict[str, Any]) -> None:
    trusts = [one["AssumeRolePolicyDocument"]["Statement"] for one in resources(template, "AWS::IAM::Role").values()]
    of_lambda = [one for [one] in trusts if one["Principal"] == {"Service": "lambda.amazonaws.com"}]
    assert len(of_lambda) == 3
    for statement in of_lambda:
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_functions_that_are_traced_may_send_their_traces_and_no_others(template: dict[str, Any]) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    traced = template.get("Globals", {}).get("Function", {}).get("Tracing") == "Active"
    functions = resources(template, "AWS::Serverless::Function").values()
    roles = {
        function["Role"]["Fn::GetAtt"][0]
        for function in functions
        if (function.get("Tracing") == "Active" if "Tracing" in function else traced)
    }
    for action in ("xray:PutTraceSegments", "xray:PutTelemetryRecords"):
        assert {role for role, statement in statements(template) if action in statement["Action"]} == roles, action


def test_the_template_uses_no_yaml_that_cloudformation_does_not_know() -> None:
    # CloudFormation reads neither anchors nor merge keys; emulators do.
    assert not re.findall(r"(?m)^\s*<<:|[:-] +[&*]\w+", TEMPLATE.read_text())


def test_the_api_asks_for_signatures_unless_told_otherwise(template: dict[str, Any]) -> None:
    assert template["Parameters"]["ApiAuthorization"]["Default"] == "AWS_IAM"
    signed = {"Fn::If": ["AsksForSignature", "AWS_IAM", "NONE"]}
    assert [method["AuthorizationType"] for method in resources(template, "AWS::ApiGateway::Method").values()] == [
        signed
    ] * 2


def test_the_api_takes_so_many_calls_and_no_more(template: dict[str, Any]) -> None:
    # LocalStack 4.14 deploys stages without it.
    [stage] = resources(template, "AWS::ApiGateway::Stage").values()
    [settings] = stage["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ApiBurstLimit"}


def test_what_api_gateway_answers_by_itself_is_a_problem_with_its_status(template: dict[str, Any]) -> None:
    # LocalStack 4.14 answers without the template's responses.
    responses = resources(template, "AWS::ApiGateway::GatewayResponse").values()
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"} <= {response["ResponseType"] for response in responses}
    for response in responses:
        assert response["ResponseParameters"] == {"gatewayresponse.header.Content-Type": "'application/problem+json'"}
        [text] = response["ResponseTemplates"].values()
        problem = json.loads(text)
        assert set(problem) == {"type", "title", "status", "detail", "instance", "correlation_id"}
        assert str(problem["status"]) == response["StatusCode"]


def test_a_changed_api_is_deployed_again(template: dict[str, Any]) -> None:
    """The name of a deployment ends in a digest of the API that it copies."""
    kinds = ("RestApi", "Resource", "Method", "GatewayResponse")
    copied = {kind: resources(template, f"AWS::ApiGateway::{kind}") for kind in kinds}
    digest = sha256(json.dumps(copied, sort_keys=True).encode()).hexdigest()[:6]
    names = [name for kind in kinds for name in copied[kind] if name not in ("Api", "ApiResource")]
    deployments = {name: one for name, one in template["Resources"].items() if one["Type"].endswith("::Deployment")}
    assert {name[-6:] for name in deployments} == {digest}
    for deployment in deployments.values():
        assert sorted(deployment["DependsOn"]) == sorted(names)
