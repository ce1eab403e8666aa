"""How a failure is seen: alarms, dashboard, traces and access log, by AWS's rules."""

import json
import re
from typing import Any, NamedTuple

import pytest

from fixtures.dashboard import lines, widgets
from fixtures.template import parsed
from pipeline.contents import contents
from pipeline.deploy import TEMPLATE

from .test_template import resources

LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"
API = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"
DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html"


class Rule(NamedTuple):
    """Dimensions under which AWS sends a metric, and the statistics that mean something for it."""

    source: str
    dimensions: tuple[set[str], ...]
    statistics: set[str]


_COUNTED = Rule(LAMBDA, ({"FunctionName"},), {"Sum"})
_TIMED = Rule(LAMBDA, ({"FunctionName"},), {"Average", "Maximum", "p95"})
_OF_A_QUEUE = Rule(SQS, ({"QueueName"},), {"Average", "Maximum", "Minimum"})
_OF_AN_API = ({"ApiName"}, {"ApiName", "Stage"})
_OF_A_TABLE = Rule(DYNAMODB, ({"TableName"}, {"TableName", "GlobalSecondaryIndexName"}), {"Sum"})

# AWS's own metrics, as far as the template uses them.
RULES = {
    ("AWS/Lambda", "Errors"): _COUNTED,
    ("AWS/Lambda", "Throttles"): _COUNTED,
    ("AWS/Lambda", "AsyncEventsDropped"): _COUNTED,
    ("AWS/Lambda", "DestinationDeliveryFailures"): _COUNTED,
    ("AWS/Lambda", "Duration"): _TIMED,
    ("AWS/Lambda", "AsyncEventAge"): _TIMED,
    ("AWS/Lambda", "ConcurrentExecutions"): Rule(LAMBDA, ({"FunctionName"},), {"Maximum"}),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): _OF_A_QUEUE,
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): _OF_A_QUEUE,
    ("AWS/ApiGateway", "Count"): Rule(API, _OF_AN_API, {"Sum", "SampleCount"}),
    ("AWS/ApiGateway", "4XXError"): Rule(API, _OF_AN_API, {"Sum", "Average"}),
    ("AWS/ApiGateway", "5XXError"): Rule(API, _OF_AN_API, {"Sum", "Average"}),
    ("AWS/ApiGateway", "Latency"): Rule(API, _OF_AN_API, {"Average", "Maximum", "p95"}),
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"): _OF_A_TABLE,
    ("AWS/DynamoDB", "WriteThrottleEvents"): _OF_A_TABLE,
}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return parsed(TEMPLATE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def alarms(template: dict[str, Any]) -> dict[str, Any]:
    return resources(template, "AWS::CloudWatch::Alarm")


def of(alarms: dict[str, Any], dimension: str, value: Any) -> dict[str, Any]:
    """Those alarms that watch one thing, by their metric."""
    return {
        one["MetricName"]: one for one in alarms.values() if {"Name": dimension, "Value": value} in one["Dimensions"]
    }


def asynchronous(template: dict[str, Any]) -> set[str]:
    """The functions that take events from Lambda's queue."""
    return {one["FunctionName"]["Ref"] for one in resources(template, "AWS::Lambda::EventInvokeConfig").values()}


def most(template: dict[str, Any], value: Any) -> int:
    """A number of the template, or the largest that a parameter allows."""
    return int(template["Parameters"][value["Ref"]]["MaxValue"]) if isinstance(value, dict) else int(value)


def test_every_function_has_the_alarms_that_its_way_of_being_called_needs(
    template: dict[str, Any], alarms: dict[str, Any]
) -> None:
    functions = resources(template, "AWS::Serverless::Function")
    assert asynchronous(template) == {"Ingest", "Stalled"}
    for function in functions:
        needed = {"Errors", "Throttles"}
        if function in asynchronous(template):
            needed |= {"AsyncEventAge", "DestinationDeliveryFailures"}
        assert set(of(alarms, "FunctionName", {"Ref": function})) == needed, function


def test_the_queue_and_the_api_have_theirs(template: dict[str, Any], alarms: dict[str, Any]) -> None:
    [queue] = resources(template, "AWS::SQS::Queue")
    found = of(alarms, "QueueName", {"Fn::GetAtt": [queue, "QueueName"]})
    assert set(found) == {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}
    assert found["ApproximateNumberOfMessagesVisible"]["Threshold"] == 0
    [api] = resources(template, "AWS::ApiGateway::RestApi").values()
    found = of(alarms, "ApiName", api["Name"])
    assert set(found) == {"5XXError"}
    # The average of 5XXError is a share of all calls.
    assert (found["5XXError"]["Statistic"], 0 < found["5XXError"]["Threshold"] < 1) == ("Average", True)


def test_an_alarm_watches_a_metric_that_aws_sends_with_these_dimensions(alarms: dict[str, Any]) -> None:
    for name, alarm in alarms.items():
        rule = RULES[alarm["Namespace"], alarm["MetricName"]]
        assert {one["Name"] for one in alarm["Dimensions"]} in rule.dimensions, (name, rule.source)
        assert alarm["Statistic"] in rule.statistics, (name, rule.source)


def test_an_alarm_fires_as_soon_as_there_is_more_than_it_allows_and_is_no_dearer_than_it_must(
    alarms: dict[str, Any],
) -> None:
    for name, alarm in alarms.items():
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold", name
        # A period of less than a minute makes an alarm of high resolution, at three times the price:
        # https://aws.amazon.com/cloudwatch/pricing/
        assert alarm["Period"] % 60 == 0, name
        assert alarm.get("ActionsEnabled", True) is True, name


def test_no_data_is_no_failure_and_an_idle_queue_says_nothing_of_what_it_holds(alarms: dict[str, Any]) -> None:
    """Lambda and API Gateway send nothing where nothing happens, and a queue nothing after six hours unused.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
    """
    for name, alarm in alarms.items():
        treated = "ignore" if alarm["Namespace"] == "AWS/SQS" else "notBreaching"
        assert alarm["TreatMissingData"] == treated, name


def test_an_error_is_seen_although_it_counts_from_when_its_attempt_began(
    template: dict[str, Any], alarms: dict[str, Any]
) -> None:
    """ "The timestamp on an error metric reflects when the function was invoked": see `LAMBDA`."""
    for function, properties in resources(template, "AWS::Serverless::Function").items():
        errors = of(alarms, "FunctionName", {"Ref": function})["Errors"]
        assert errors["Threshold"] == 0
        assert errors["Period"] * errors["EvaluationPeriods"] >= most(template, properties["Timeout"]) + 120, function


def test_events_are_old_when_no_retry_explains_it_and_long_before_lambda_gives_up(
    template: dict[str, Any], alarms: dict[str, Any]
) -> None:
    """Two retries, after one minute and two; events live for six hours.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """
    for function in asynchronous(template):
        timeout = most(template, resources(template, "AWS::Serverless::Function")[function]["Timeout"])
        third_attempt = 2 * timeout + 60 + 120
        old = of(alarms, "FunctionName", {"Ref": function})["AsyncEventAge"]
        assert third_attempt < old["Threshold"] / 1000 <= 21_600 / 2, function
        assert old["Statistic"] == "Maximum"


def test_events_that_have_to_wait_for_their_turn_are_no_alarm_at_once_but_failed_calls_are(
    template: dict[str, Any], alarms: dict[str, Any]
) -> None:
    for function in resources(template, "AWS::Serverless::Function"):
        throttles = of(alarms, "FunctionName", {"Ref": function})["Throttles"]
        minutes = throttles["Period"] * throttles["EvaluationPeriods"] / 60
        assert minutes >= 15 if function in asynchronous(template) else minutes <= 5, function


def test_what_is_about_to_leave_the_queue_is_old(template: dict[str, Any], alarms: dict[str, Any]) -> None:
    [queue] = resources(template, "AWS::SQS::Queue").values()
    [age] = [one for one in alarms.values() if one["MetricName"] == "ApproximateAgeOfOldestMessage"]
    assert 86_400 <= age["Threshold"] <= queue["MessageRetentionPeriod"] - 3 * 86_400


THE_TOPIC = {"Fn::If": ["MakesAlarmTopic", {"Ref": "Alarms"}, {"Ref": "AlarmTopicArn"}]}


def test_every_alarm_and_the_mail_go_to_one_topic(template: dict[str, Any], alarms: dict[str, Any]) -> None:
    assert template["Conditions"]["MakesAlarmTopic"] == {"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}
    assert {name: alarm["AlarmActions"] for name, alarm in alarms.items()} == {name: [THE_TOPIC] for name in alarms}
    [mail] = resources(template, "AWS::SNS::Subscription").values()
    assert mail == {"Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"}, "TopicArn": THE_TOPIC}


def test_cloudwatch_may_tell_the_topic_and_no_other_account_may(template: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"""
    [(name, topic)] = resources(template, "AWS::SNS::Topic").items()
    # CloudWatch may not use alias/aws/sns: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    assert "KmsMasterKeyId" not in topic
    [policy] = resources(template, "AWS::SNS::TopicPolicy").values()
    assert policy["Topics"] == [{"Ref": name}]
    allowed, denied = policy["PolicyDocument"]["Statement"]
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", "sns:Publish")
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "sns:Publish")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_command_line_says_what_it_makes(template: dict[str, Any]) -> None:
    kinds = {
        "buckets": "S3::Bucket",
        "tables": "DynamoDB::Table",
        "functions": "Serverless::Function",
        "API": "ApiGateway::RestApi",
        "queue": "SQS::Queue",
        "alarms": "CloudWatch::Alarm",
        "topic": "SNS::Topic",
        "dashboard": "CloudWatch::Dashboard",
    }
    counts = [f"{len(resources(template, f'AWS::{kind}'))} {noun}" for noun, kind in kinds.items()]
    assert contents() == ", ".join(counts)


# ---- The dashboard


def test_the_dashboard_draws_what_aws_sends_with_these_dimensions(template: dict[str, Any]) -> None:
    of_aws = [(metric, statistic) for metric, statistic in lines(template) if metric.namespace.startswith("AWS/")]
    assert {metric.namespace for metric, _ in of_aws} == {namespace for namespace, _ in RULES}
    for metric, statistic in of_aws:
        rule = RULES[metric.namespace, metric.name]
        assert metric.of in rule.dimensions, (metric, rule.source)
        assert statistic in rule.statistics, (metric, rule.source)


def test_the_dashboard_names_what_the_template_has(template: dict[str, Any]) -> None:
    [dashboard] = resources(template, "AWS::CloudWatch::Dashboard").values()
    named = set(re.findall(r"\$\{(\w+)[.}]", dashboard["DashboardBody"]["Fn::Sub"]))
    assert named <= set(template["Resources"])
    indexes = {
        one["IndexName"] for one in resources(template, "AWS::DynamoDB::Table")["Invoices"]["GlobalSecondaryIndexes"]
    }
    for metric, _ in lines(template):
        of_it = dict(metric.dimensions)
        assert of_it.get("GlobalSecondaryIndexName", "por-cliente") in indexes


def test_the_dashboard_shows_every_alarm_and_what_it_watches(template: dict[str, Any], alarms: dict[str, Any]) -> None:
    [states] = [one["properties"]["alarms"] for one in widgets(template) if one["type"] == "alarm"]
    assert states == [f"${{{name}.Arn}}" for name in alarms]
    drawn = {(metric.namespace, metric.name) for metric, _ in lines(template)}
    assert {(alarm["Namespace"], alarm["MetricName"]) for alarm in alarms.values()} <= drawn


def test_the_dashboard_is_one_that_may_be_free_and_is_not_that_of_another_region(template: dict[str, Any]) -> None:
    # Up to 50 metrics: https://aws.amazon.com/cloudwatch/pricing/
    assert len(lines(template)) <= 50
    # "All dashboards in your account are global, not region-specific":
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
    [dashboard] = resources(template, "AWS::CloudWatch::Dashboard").values()
    assert dashboard["DashboardName"] == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}


def test_no_two_widgets_lie_on_each_other(template: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for one in widgets(template):
        cells = {(one["x"] + x, one["y"] + y) for x in range(one["width"]) for y in range(one["height"])}
        assert not cells & taken, one["properties"]["title"]
        taken |= cells
    assert max(x for x, _ in taken) < 24, "the grid is 24 wide"


# ---- Traces and the access log


def test_every_function_traces_unless_it_is_told_not_to(template: dict[str, Any]) -> None:
    # That its role may do so before it is made is one of the rules of creation.
    for function, properties in resources(template, "AWS::Serverless::Function").items():
        assert properties["Tracing"] == {"Ref": "Tracing"}, function
    parameter = template["Parameters"]["Tracing"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("Active", ["Active", "PassThrough"])


def test_the_api_traces_where_its_function_does(template: dict[str, Any]) -> None:
    assert template["Conditions"]["Traces"] == {"Fn::Equals": [{"Ref": "Tracing"}, "Active"]}
    [stage] = resources(template, "AWS::ApiGateway::Stage").values()
    assert stage["TracingEnabled"] == {"Fn::If": ["Traces", True, False]}


# Of the documented variables, those that hold no secret and nothing that would break a line of JSON.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
LOGGABLE = {
    "error.responseType",
    "extendedRequestId",
    "httpMethod",
    "identity.apiKeyId",
    "identity.sourceIp",
    "identity.userArn",
    "integration.latency",
    "integration.status",
    "path",
    "requestId",
    "requestTimeEpoch",
    "responseLatency",
    "responseLength",
    "status",
    "xrayTraceId",
}


def access_log(template: dict[str, Any]) -> dict[str, Any]:
    [stage] = resources(template, "AWS::ApiGateway::Stage").values()
    condition, setting, otherwise = stage["AccessLogSetting"]["Fn::If"]
    assert (condition, otherwise) == ("LogsAccess", {"Ref": "AWS::NoValue"})
    return dict(setting)


def test_a_line_of_the_access_log_is_json_whatever_there_is_to_say_and_holds_no_secret(
    template: dict[str, Any],
) -> None:
    line = access_log(template)["Format"]
    assert "\n" not in line
    assert set(re.findall(r"\$context\.([\w.]+)", line)) == LOGGABLE
    assert "$" not in re.sub(r'"\$context\.[\w.]+"', "", line), "API Gateway writes - where there is nothing"
    assert set(json.loads(re.sub(r"\$context\.[\w.]+", "-", line)).values()) == {"-"}


def test_the_access_log_is_kept_as_long_as_the_others_and_is_named_without_its_streams(
    template: dict[str, Any],
) -> None:
    # An ARN that ends in :* names the streams, and is what GetAtt gives.
    assert access_log(template)["DestinationArn"]["Fn::Sub"].endswith(":log-group:${ApiAccessLogs}")
    assert resources(template, "AWS::Logs::LogGroup")["ApiAccessLogs"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_stage_waits_until_api_gateway_has_a_role_to_write_with(template: dict[str, Any]) -> None:
    """Otherwise: "CloudWatch Logs role ARN must be set in account settings to enable logging".

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    group = resources(template, "AWS::Logs::LogGroup")["ApiAccessLogs"]
    assert {"Fn::If": ["MakesLogsRole", {"Ref": "ApiLogsAccount"}, "account"]} in [
        tag["Value"] for tag in group["Tags"]
    ]
    account = resources(template, "AWS::ApiGateway::Account")["ApiLogsAccount"]
    assert account == {"CloudWatchRoleArn": {"Fn::GetAtt": ["ApiLogsRole", "Arn"]}}


def test_the_role_that_all_apis_write_with_outlives_the_stack(template: dict[str, Any]) -> None:
    """The account goes on naming it: CloudFormation deletes an AWS::ApiGateway::Account without changing the account.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
    """
    for name in ("ApiLogsRole", "ApiLogsAccount"):
        one = template["Resources"][name]
        assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == ("Retain", "Retain"), name
        assert one["Condition"] == "MakesLogsRole"
