"""The template itself: what no emulator shows."""

import json
import re
from hashlib import sha256
from typing import Any

import pytest

from fixtures.template import parsed
from pipeline.deploy import TEMPLATE
from pipeline.removal import TAG


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return parsed(TEMPLATE.read_text(encoding="utf-8"))


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
    assert [group["RetentionInDays"] for group in groups] == [{"Ref": "LogRetentionDays"}] * 4
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


def test_no_stack_takes_along_what_it_holds(template: dict[str, Any]) -> None:
    # MiniStack 1.5 removes a bucket with all that is in it, and LocalStack 4.14 deploys tables without protection.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
    kinds = {"AWS::S3::Bucket": "RetainExceptOnCreate", "AWS::S3::BucketPolicy": "RetainExceptOnCreate"}
    kinds |= {"AWS::DynamoDB::Table": "Retain"}
    kept = {name: one for name, one in template["Resources"].items() if one["Type"] in kinds}
    assert len(kept) == 8
    for one in kept.values():
        assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == (kinds[one["Type"]], "Retain")
    for table in resources(template, "AWS::DynamoDB::Table").values():
        assert table["DeletionProtectionEnabled"] is True


def test_what_outlives_its_stack_is_found_by_its_tag(template: dict[str, Any]) -> None:
    tag = {"Key": TAG, "Value": {"Ref": "AWS::StackId"}}
    kept = {**resources(template, "AWS::S3::Bucket"), **resources(template, "AWS::DynamoDB::Table")}
    assert [name for name, one in kept.items() if one["Tags"] != [tag]] == []


def test_functions_run_the_version_of_the_package_that_was_verified(template: dict[str, Any]) -> None:
    for function in resources(template, "AWS::Serverless::Function").values():
        assert function["CodeUri"] == {
            "Bucket": {"Ref": "CodeBucket"},
            "Key": {"Ref": "CodeKey"},
            "Version": {"Ref": "CodeVersion"},
        }


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
            if not {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}.issuperset(actions):
                # X-Ray knows no narrower resource for these:
                # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
                assert "*" not in (statement["Resource"], *statement["Resource"])
            assert not [action for action in actions if "*" in action]


def statements(template: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The statements of every policy, each with the role that has it."""
    return [
        (role["Ref"], statement)
        for policy in resources(template, "AWS::IAM::Policy").values()
        for role in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_what_is_written_to_a_bucket_stays_in_the_account(template: dict[str, Any]) -> None:
    # A bucket's ARN does not name its account. A bucket that was deleted may be somebody else's by now.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
    own = {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    writing = [one for _, one in statements(template) if "s3:PutObject" in one["Action"]]
    assert writing
    assert [statement["Sid"] for statement in writing if statement.get("Condition") != own] == []


def test_the_functions_that_are_traced_may_send_their_traces_and_no_others(template: dict[str, Any]) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    functions = resources(template, "AWS::Serverless::Function").values()
    roles = {one["Role"]["Fn::GetAtt"][0] for one in functions if one.get("Tracing", "PassThrough") != "PassThrough"}
    assert roles
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
    everything, page = stage["MethodSettings"]
    assert (everything["ResourcePath"], everything["HttpMethod"]) == ("/*", "*")
    assert everything["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
    assert everything["ThrottlingBurstLimit"] == {"Ref": "ApiBurstLimit"}
    # The settings of a method of the root, in CloudFormation's words; for that they must name the very method.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-stage-methodsetting.html
    assert (page["ResourcePath"], page["HttpMethod"]) == ("/", "GET")
    assert resources(template, "AWS::ApiGateway::Method")["ApiRootMethod"]["HttpMethod"] == "GET"
    assert (page["ThrottlingRateLimit"], page["ThrottlingBurstLimit"]) == (2, 20)


def test_a_key_has_a_rate_and_a_quota_of_its_own(template: dict[str, Any]) -> None:
    [plan] = resources(template, "AWS::ApiGateway::UsagePlan").values()
    assert plan["Throttle"] == {"RateLimit": {"Ref": "ApiRateLimit"}, "BurstLimit": {"Ref": "ApiBurstLimit"}}
    assert plan["Quota"] == {"Limit": {"Ref": "ApiDailyQuota"}, "Period": "DAY"}
    assert template["Parameters"]["ApiDailyQuota"]["Default"] == 100_000


def test_clients_are_told_when_to_come_back(template: dict[str, Any]) -> None:
    # API Gateway answers INTEGRATION_FAILURE where Lambda throttles the function, which MiniStack answers with 429.
    # https://repost.aws/questions/QUL-z6rJbmR4meafB7MzYXxw/
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    responses = {one["ResponseType"]: one for one in resources(template, "AWS::ApiGateway::GatewayResponse").values()}
    expected = {"THROTTLED": ("429", 1), "QUOTA_EXCEEDED": ("429", 3600), "INTEGRATION_FAILURE": ("503", 2)}
    for kind, (status, seconds) in expected.items():
        assert responses[kind]["StatusCode"] == status
        headers = responses[kind]["ResponseParameters"]
        assert headers["gatewayresponse.header.Retry-After"] == f"'{seconds}'"


def test_the_api_writes_and_reads_its_own_uploads_and_tells_missing_rejects_from_forbidden_ones(
    template: dict[str, Any],
) -> None:
    # S3 answers 403, not 404, for a missing object to a role that may not list its bucket.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    statements = resources(template, "AWS::IAM::Policy")["ApiPolicy"]["PolicyDocument"]["Statement"]
    of_s3 = {str(one["Resource"]): one["Action"] for one in statements if "s3:" in str(one["Action"])}
    assert of_s3 == {
        "{'Fn::Sub': '${Uploads.Arn}/api/*'}": ["s3:PutObject", "s3:GetObject"],
        "{'Fn::Sub': '${Rejects.Arn}/*'}": "s3:GetObject",
        "{'Fn::GetAtt': ['Rejects', 'Arn']}": "s3:ListBucket",
    }


def test_what_api_gateway_answers_by_itself_is_a_problem_with_its_status(template: dict[str, Any]) -> None:
    # LocalStack 4.14 answers without the template's responses.
    responses = resources(template, "AWS::ApiGateway::GatewayResponse").values()
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"} <= {response["ResponseType"] for response in responses}
    for response in responses:
        headers = response["ResponseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert set(headers) <= {"gatewayresponse.header.Content-Type", "gatewayresponse.header.Retry-After"}
        [text] = response["ResponseTemplates"].values()
        problem = json.loads(text)
        assert set(problem) == {"type", "title", "status", "detail", "instance", "correlation_id"}
        assert str(problem["status"]) == response["StatusCode"]


def test_a_changed_api_is_deployed_again(template: dict[str, Any]) -> None:
    """The name of a deployment ends in a digest of the API that it copies."""
    kinds = ("RestApi", "Resource", "Method", "GatewayResponse")
    copied = {kind: resources(template, f"AWS::ApiGateway::{kind}") for kind in kinds}
    digest = sha256(json.dumps(copied, sort_keys=True).encode()).hexdigest()[:6]
    assert {name[-6:] for name in resources(template, "AWS::ApiGateway::Deployment")} == {digest}
