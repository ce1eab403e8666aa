"""In which order AWS may make the resources: the template, and the rules by themselves."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from fixtures.template import Evaluated, Template

from .creation import RULES, problems

Resources = dict[str, Any]


def all_problems(template: Template) -> Iterator[str]:
    """The problems of a template, for one choice of its parameters after the other."""
    for choice in template.choices():
        yield from problems(Evaluated(template, choice))


# ---- The template ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stacks() -> list[Evaluated]:
    """The pipeline's own, for every choice of parameters that a condition tells apart."""
    template = Template.transformed()
    return [Evaluated(template, choice) for choice in template.choices()]


def test_aws_can_make_the_stack_whatever_the_parameters(stacks: list[Evaluated]) -> None:
    assert {problem for stack in stacks for problem in problems(stack)} == set()


def test_every_condition_is_tried_both_ways(stacks: list[Evaluated]) -> None:
    for name in Template.transformed().conditions:
        assert {stack.value({"Fn::If": [name, "yes", "no"]}) for stack in stacks} == {"yes", "no"}, name


def test_without_any_dependson_there_is_a_problem(stacks: list[Evaluated]) -> None:
    edges = {edge for stack in stacks for edge in stack.depends}
    assert ("IngestRetries", "IngestPolicy") in edges
    needless = {
        edge
        for edge in edges
        if not any(any(problems(stack.without(*edge))) for stack in stacks if edge in stack.depends)
    }
    assert needless == set()


# ---- The rules -------------------------------------------------------------------------------------------------------


def of(name: str, attribute: str = "Arn") -> Resources:
    return {"Fn::GetAtt": [name, attribute]}


def resource(kind: str, **properties: Any) -> Resources:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def trusted_by(service: str, **more: Any) -> Resources:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return resource("IAM::Role", AssumeRolePolicyDocument={"Statement": [statement]}, **more)


def function(**more: Any) -> Resources:
    return resource("Lambda::Function", Role=of("Role"), **more)


BASE: Resources = {
    "Api": resource("ApiGateway::RestApi"),
    "Bucket": resource("S3::Bucket"),
    "Bus": resource("Events::EventBus"),
    "Function": function(),
    "Group": resource("Logs::LogGroup"),
    "Queue": resource("SQS::Queue"),
    "Role": trusted_by("lambda.amazonaws.com"),
    "Table": resource("DynamoDB::Table"),
    "Topic": resource("SNS::Topic"),
}
"""What the rows refer to. An event bus alone has no rule, and is no concern of these."""


def policy(actions: list[str], on: Any, **more: Any) -> Resources:
    statement = {"Effect": "Allow", "Action": actions, "Resource": on, **more}
    return resource("IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument={"Statement": [statement]})


def permission(service: str, **more: Any) -> Resources:
    return resource(
        "Lambda::Permission",
        FunctionName={"Ref": "Function"},
        Action="lambda:InvokeFunction",
        Principal=service,
        **more,
    )


def own_policy(kind: str, owners: str, owner: Resources, service: str, action: str) -> Resources:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": owner}
    return resource(kind, **{owners: [owner]}, PolicyDocument={"Statement": [statement]})


def queue_policy(service: str) -> Resources:
    return own_policy("SQS::QueuePolicy", "Queues", of("Queue"), service, "sqs:SendMessage")


def topic_policy(service: str) -> Resources:
    return own_policy("SNS::TopicPolicy", "Topics", {"Ref": "Topic"}, service, "sns:Publish")


def destination(target: Resources, *, when: str = "OnFailure") -> Resources:
    return resource(
        "Lambda::EventInvokeConfig",
        FunctionName={"Ref": "Function"},
        DestinationConfig={when: {"Destination": target}},
    )


def mapping(source: Resources, **more: Any) -> Resources:
    return resource("Lambda::EventSourceMapping", FunctionName={"Ref": "Function"}, EventSourceArn=source, **more)


def notifying(kind: str, **one: Any) -> Resources:
    return resource("S3::Bucket", NotificationConfiguration={f"{kind}Configurations": [one]})


def subscribed(protocol: str, endpoint: Resources) -> Resources:
    return resource("SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol=protocol, Endpoint=endpoint)


POLLED = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
STREAMED = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
NETWORK = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
LOGGING = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
LOGGER = trusted_by("apigateway.amazonaws.com", ManagedPolicyArns=[LOGGING])

GRANTED: dict[str, tuple[str, Resources, Resources]] = {
    "failures to a queue": ("DestinationConfig", destination(of("Queue")), policy(["sqs:SendMessage"], of("Queue"))),
    "failures to a function": (
        "DestinationConfig",
        destination(of("Function")),
        policy(["lambda:InvokeFunction"], of("Function")),
    ),
    "failures to a bucket": (
        "DestinationConfig",
        destination(of("Bucket")),
        policy(["s3:PutObject", "s3:ListBucket"], [of("Bucket"), {"Fn::Sub": "${Bucket.Arn}/*"}]),
    ),
    "successes to a topic": (
        "DestinationConfig",
        destination({"Ref": "Topic"}, when="OnSuccess"),
        policy(["sns:Publish"], {"Ref": "Topic"}),
    ),
    "successes to a bus": (
        "DestinationConfig",
        destination(of("Bus"), when="OnSuccess"),
        policy(["events:PutEvents"], of("Bus")),
    ),
    "a queue that is polled": ("EventSourceArn", mapping(of("Queue")), policy(POLLED, of("Queue"))),
    "a stream that is polled": (
        "EventSourceArn",
        mapping(of("Table", "StreamArn")),
        policy(STREAMED, of("Table", "StreamArn")),
    ),
    "what a poll cannot deliver": (
        "DestinationConfig",
        mapping(of("Queue"), DestinationConfig={"OnFailure": {"Destination": {"Ref": "Topic"}}}),
        policy([*POLLED, "sns:Publish"], "*"),
    ),
    "dead letters": (
        "DeadLetterConfig",
        function(DeadLetterConfig={"TargetArn": of("Queue")}),
        policy(["sqs:SendMessage"], of("Queue")),
    ),
    "traces": ("TracingConfig", function(TracingConfig={"Mode": "Active"}), policy(["xray:Put*"], "*")),
    "a network": ("VpcConfig", function(VpcConfig={"SubnetIds": ["any"]}), policy(NETWORK, "*")),
    "a bucket's function": (
        "NotificationConfiguration",
        notifying("Lambda", Function=of("Function")),
        permission("s3.amazonaws.com"),
    ),
    "a bucket's queue": (
        "NotificationConfiguration",
        notifying("Queue", Queue=of("Queue")),
        queue_policy("s3.amazonaws.com"),
    ),
    "a bucket's topic": (
        "NotificationConfiguration",
        notifying("Topic", Topic={"Ref": "Topic"}),
        topic_policy("s3.amazonaws.com"),
    ),
    "a topic's queue": ("Endpoint", subscribed("sqs", of("Queue")), queue_policy("sns.amazonaws.com")),
    "a topic's function": (
        "Endpoint",
        subscribed("lambda", of("Function")),
        permission("sns.amazonaws.com", SourceArn={"Ref": "Topic"}),
    ),
    "logs to a function": (
        "DestinationArn",
        resource("Logs::SubscriptionFilter", LogGroupName={"Ref": "Group"}, DestinationArn=of("Function")),
        permission("logs.amazonaws.com"),
    ),
    "an alarm's function": (
        "AlarmActions",
        resource("CloudWatch::Alarm", AlarmActions=[of("Function")]),
        permission("lambda.alarms.cloudwatch.amazonaws.com"),
    ),
    "an access log": (
        "AccessLogSetting",
        resource("ApiGateway::Stage", AccessLogSetting={"DestinationArn": of("Group")}),
        resource("ApiGateway::Account"),
    ),
    "an execution log": (
        "MethodSettings",
        resource("ApiGateway::Stage", MethodSettings=[{"LoggingLevel": "ERROR"}]),
        resource("ApiGateway::Account"),
    ),
    "the account's logs, which need an API": (
        "CloudWatchRoleArn",
        resource("ApiGateway::Account", CloudWatchRoleArn=of("Logger")),
        resource("ApiGateway::RestApi"),
    ),
}
"""The property that is checked, the resource that has it, and the resource that gives what it needs."""


def example(**resources: Resources) -> set[str]:
    """The problems of a template, but for those of an event bus."""
    template = Template({"Resources": deepcopy({**BASE, "Logger": LOGGER, **resources})})
    return {problem for problem in all_problems(template) if not problem.startswith("Bus ")}


@pytest.mark.parametrize("row", GRANTED)
def test_what_aws_checks_has_to_be_given_by_what_is_waited_for(row: str) -> None:
    checked, subject, grant = GRANTED[row]
    assert example(Subject={**subject, "DependsOn": "Grant"}, Grant=grant) == set()
    too_early = {problem.partition(" ")[0] for problem in example(Subject=subject, Grant=grant)}
    assert f"Subject.{checked}" in too_early


BOTH_METHODS = {
    "First": resource("ApiGateway::Method", RestApiId={"Ref": "Api"}),
    "Second": resource("ApiGateway::GatewayResponse", RestApiId={"Ref": "Api"}),
}
INDEXED = resource("DynamoDB::Table", GlobalSecondaryIndexes=[])

WRONG: dict[str, tuple[str, Resources]] = {
    "a role that is not Lambda's": (
        "Subject.Role ",
        {"Subject": resource("Lambda::Function", Role=of("Logger"))},
    ),
    "a role that is not API Gateway's": (
        "Subject.Integration ",
        {"Subject": resource("ApiGateway::Method", RestApiId="another", Integration={"Credentials": of("Role")})},
    ),
    "a role that may write no logs": (
        "Subject.CloudWatchRoleArn ",
        {
            "Poor": trusted_by("apigateway.amazonaws.com"),
            "Subject": {**resource("ApiGateway::Account", CloudWatchRoleArn=of("Poor")), "DependsOn": "Api"},
        },
    ),
    "a policy for another queue": (
        "Subject.DestinationConfig ",
        {
            "Other": resource("SQS::Queue"),
            "Grant": policy(["sqs:SendMessage"], of("Other")),
            "Subject": {**destination(of("Queue")), "DependsOn": "Grant"},
        },
    ),
    "a policy that holds only sometimes": (
        "Subject.DestinationConfig ",
        {
            "Grant": policy(["sqs:SendMessage"], of("Queue"), Condition={"Bool": {"aws:SecureTransport": "true"}}),
            "Subject": {**destination(of("Queue")), "DependsOn": "Grant"},
        },
    ),
    "a permission for another source": (
        "Subject.NotificationConfiguration ",
        {
            "Grant": permission("s3.amazonaws.com", SourceArn=of("Bucket")),
            "Subject": {**notifying("Lambda", Function=of("Function")), "DependsOn": "Grant"},
        },
    ),
    "a destination of another kind": ("Subject.DestinationConfig ", {"Subject": destination(of("Table"))}),
    "a source of another kind": ("Subject.EventSourceArn ", {"Subject": mapping(of("Topic"))}),
    "a subscriber of another kind": ("Subject.Endpoint ", {"Subject": subscribed("firehose", of("Queue"))}),
    "an alarm that tells something else": (
        "Subject.AlarmActions ",
        {"Subject": resource("CloudWatch::Alarm", AlarmActions=[of("Queue")])},
    ),
    "an alarm's topic with a policy that leaves CloudWatch out": (
        "Subject.OKActions ",
        {
            "Grant": topic_policy("s3.amazonaws.com"),
            "Subject": resource("CloudWatch::Alarm", OKActions=[{"Ref": "Topic"}]),
        },
    ),
    "an alarm's topic with a key that CloudWatch may not use": (
        "Subject.InsufficientDataActions ",
        {
            "Closed": resource("SNS::Topic", KmsMasterKeyId="alias/aws/sns"),
            "Subject": resource("CloudWatch::Alarm", InsufficientDataActions=[{"Ref": "Closed"}]),
        },
    ),
    "logs to something else": (
        "Subject.DestinationArn ",
        {"Subject": resource("Logs::SubscriptionFilter", LogGroupName="any", DestinationArn=of("Queue"))},
    ),
    "a property that no rule knows": (
        "Subject.ReplicationConfiguration ",
        {"Subject": resource("S3::Bucket", ReplicationConfiguration={})},
    ),
    "a type that no rule knows": ("Subject (AWS::Events::Rule)", {"Subject": resource("Events::Rule")}),
    "two changes of an API at once": ("First and Second are made at once", BOTH_METHODS),
    "two statements for a function at once": (
        "First and Second are made at once",
        {"First": permission("s3.amazonaws.com"), "Second": permission("sns.amazonaws.com")},
    ),
    "two tables with indexes at once": ("First and Second are made at once", {"First": INDEXED, "Second": INDEXED}),
    "a copy of an unfinished API": (
        "Copy does not wait for First",
        {"First": BOTH_METHODS["First"], "Copy": resource("ApiGateway::Deployment", RestApiId={"Ref": "Api"})},
    ),
    "a circle": (
        "First waits for itself",
        {
            "First": {**resource("SQS::Queue"), "DependsOn": "Second"},
            "Second": {**resource("SQS::Queue"), "DependsOn": "First"},
        },
    ),
}
"""How the problem begins, and the resources that have it."""


@pytest.mark.parametrize("row", WRONG)
def test_what_aws_refuses_is_a_problem(row: str) -> None:
    beginning, resources = WRONG[row]
    found = example(**resources)
    assert found
    assert [problem for problem in found if not problem.startswith(beginning)] == []


def test_a_policy_may_be_for_the_own_account_alone() -> None:
    own = {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    grant = policy(["sqs:SendMessage"], of("Queue"), Condition=own)
    assert example(Grant=grant, Subject={**destination(of("Queue")), "DependsOn": "Grant"}) == set()


def test_an_alarms_topic_may_have_its_policy_later() -> None:
    alarm = resource("CloudWatch::Alarm", AlarmActions=[{"Ref": "Topic"}])
    assert example(Alarm=alarm) == set()
    assert example(Alarm=alarm, Policy=topic_policy("cloudwatch.amazonaws.com")) == set()


@pytest.mark.parametrize(("answer", "fine"), [("account", True), ("stack", False)])
def test_a_person_may_say_that_the_account_has_a_role_for_logs(answer: str, *, fine: bool) -> None:
    stage = resource("ApiGateway::Stage", AccessLogSetting={})
    template = Template({"Parameters": {"ApiAccessLog": {"Default": answer}}, "Resources": {"Stage": stage}})
    assert (list(all_problems(template)) == []) is fine


def test_every_rule_has_a_row() -> None:
    rows = {(subject["Type"], checked) for checked, subject, _ in GRANTED.values()} | {
        (resources["Subject"]["Type"], beginning.partition(".")[2].strip())
        for beginning, resources in WRONG.values()
        if "Subject" in resources
    }
    alike = {"AWS::CloudWatch::CompositeAlarm": "AWS::CloudWatch::Alarm"}
    rows = {(alike.get(kind, kind), checked) for kind, checked in rows}
    rules = {(alike.get(kind, kind), checked) for kind, of_type in RULES.items() for checked in of_type}
    assert rules - rows == set()
