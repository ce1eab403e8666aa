"""What AWS checks while it makes a resource, and what it refuses to make at the same time.

CloudFormation makes at once what does not wait for each other. So whatever AWS checks has to be made by a resource that
is waited for, and no emulator checks it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fixtures.template import Evaluated

from .grants import (
    Asked,
    Order,
    function_lets,
    has_no_closed_key,
    is_there,
    named,
    queue_lets,
    role_has,
    role_may,
    role_trusts,
    topic_keeps_letting,
    topic_lets,
)

Needs = Iterator[Asked]

# ---- What AWS checks -------------------------------------------------------------------------------------------------

Actions = dict[str, tuple[str, ...]]
"""What a role needs, by the type of what it is for."""

DESTINATIONS: Actions = {
    "AWS::Events::EventBus": ("events:PutEvents",),
    "AWS::Lambda::Function": ("lambda:InvokeFunction",),
    "AWS::S3::Bucket": ("s3:PutObject", "s3:ListBucket"),
    "AWS::SNS::Topic": ("sns:Publish",),
    "AWS::SQS::Queue": ("sqs:SendMessage",),
}
"""What a function's role needs for a destination of its events.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

SOURCES: Actions = {
    "AWS::DynamoDB::Table": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    "AWS::SQS::Queue": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
}
"""What a function's role needs for a source that Lambda polls.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""


def _by_type(order: Order, role: str, target: str, actions: Actions) -> Needs:
    kind = order.type_of(target)
    if kind not in actions:
        yield f"a rule for {target}, which is a {kind or 'resource of another stack'}", lambda _: False
    for action in actions.get(kind, ()):
        whole = f"{target}/*" if action == "s3:PutObject" else target
        yield role_may(role, action, whole)


def _role_of_a_function(order: Order, role: Any) -> Needs:
    yield role_trusts(role, "lambda.amazonaws.com")


def _dead_letters(order: Order, config: Any) -> Needs:
    queues = {kind: DESTINATIONS[kind] for kind in ("AWS::SNS::Topic", "AWS::SQS::Queue")}
    yield from _by_type(order, order.properties["Role"], config["TargetArn"], queues)


def _tracing(order: Order, config: Any) -> Needs:
    if config["Mode"] == "Active":
        for action in ("xray:PutTraceSegments", "xray:PutTelemetryRecords"):
            yield role_may(order.properties["Role"], action, "*")


def _network(order: Order, config: Any) -> Needs:
    for action in ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"):
        yield role_may(order.properties["Role"], action, "*")


def _event_destinations(order: Order, config: Any) -> Needs:
    role = order.role_of(order.properties["FunctionName"])
    for one in config.values():
        yield from _by_type(order, role, one["Destination"], DESTINATIONS)


def _event_source(order: Order, source: Any) -> Needs:
    yield from _by_type(order, order.role_of(order.properties["FunctionName"]), source, SOURCES)


def _notifications(order: Order, config: Any) -> Needs:
    source = f"${{{order.name}.Arn}}"
    for kind, lets in (("Queue", queue_lets), ("Topic", topic_lets)):
        for one in config.get(f"{kind}Configurations", []):
            yield lets(one[kind], "s3.amazonaws.com")
    for one in config.get("LambdaConfigurations", []):
        yield function_lets(one["Function"], "s3.amazonaws.com", source)


def _subscription(order: Order, endpoint: Any) -> Needs:
    match order.properties["Protocol"]:
        case "sqs":
            yield queue_lets(endpoint, "sns.amazonaws.com")
        case "lambda":
            yield function_lets(endpoint, "sns.amazonaws.com", order.properties["TopicArn"])
        case "email" | "email-json" | "http" | "https" | "sms":
            pass  # Its owner confirms it.
        case other:
            yield f"a rule for subscriptions of the protocol {other}", lambda _: False


def _log_destination(order: Order, destination: Any) -> Needs:
    if order.type_of(destination) == "AWS::Lambda::Function":
        yield function_lets(destination, "logs.amazonaws.com", order.properties["LogGroupName"])
    else:
        yield f"a rule for logs that go to {destination}", lambda _: False


def _alarm_actions(order: Order, actions: Any) -> Needs:
    for action in actions:
        match order.type_of(action):
            case "AWS::SNS::Topic":
                yield topic_keeps_letting(action, "cloudwatch.amazonaws.com")
                yield has_no_closed_key(action)
            case "AWS::Lambda::Function":
                source = f"${{{order.name}.Arn}}"
                yield function_lets(action, "lambda.alarms.cloudwatch.amazonaws.com", source)
            case "":
                pass  # It is there already.
            case other:
                yield f"a rule for alarms that tell a {other}", lambda _: False


def _access_log(order: Order, setting: Any) -> Needs:
    yield is_there("AWS::ApiGateway::Account")


def _execution_log(order: Order, settings: Any) -> Needs:
    if any(one.get("LoggingLevel", "OFF") != "OFF" or one.get("DataTraceEnabled") for one in settings):
        yield is_there("AWS::ApiGateway::Account")


def _role_of_the_account(order: Order, role: Any) -> Needs:
    yield role_trusts(role, "apigateway.amazonaws.com")
    yield role_has(role, "service-role/AmazonAPIGatewayPushToCloudWatchLogs")
    # "If an API Gateway resource has never been created in your AWS account, you must add a dependency on another".
    yield is_there("AWS::ApiGateway::RestApi")


def _integration(order: Order, integration: Any) -> Needs:
    if "Credentials" in integration:
        yield role_trusts(integration["Credentials"], "apigateway.amazonaws.com")


@dataclass(frozen=True)
class Rule:
    """What AWS checks for one property of a type, by the page that says so."""

    page: str
    needs: Callable[[Order, Any], Needs]


_CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
_MONITORING = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring"

_ALARM = Rule(f"{_MONITORING}/alarms-and-actions-Lambda.html", _alarm_actions)
_DESTINATION = Rule(f"{_LAMBDA}/invocation-async-retain-records.html", _event_destinations)

RULES: dict[str, dict[str, Rule]] = {
    "AWS::ApiGateway::Account": {
        "CloudWatchRoleArn": Rule(f"{_CFN}/aws-resource-apigateway-account.html", _role_of_the_account),
    },
    "AWS::ApiGateway::Method": {
        "Integration": Rule("https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html", _integration),
    },
    "AWS::ApiGateway::Stage": {
        "AccessLogSetting": Rule(
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html", _access_log
        ),
        "MethodSettings": Rule(
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html", _execution_log
        ),
    },
    "AWS::CloudWatch::Alarm": {"AlarmActions": _ALARM, "InsufficientDataActions": _ALARM, "OKActions": _ALARM},
    "AWS::CloudWatch::CompositeAlarm": {"AlarmActions": _ALARM, "InsufficientDataActions": _ALARM, "OKActions": _ALARM},
    "AWS::Lambda::EventInvokeConfig": {"DestinationConfig": _DESTINATION},
    "AWS::Lambda::EventSourceMapping": {
        "DestinationConfig": _DESTINATION,
        "EventSourceArn": Rule(f"{_LAMBDA}/services-sqs-configure.html", _event_source),
    },
    "AWS::Lambda::Function": {
        "DeadLetterConfig": Rule(f"{_LAMBDA}/invocation-async-retain-records.html", _dead_letters),
        "Role": Rule(f"{_LAMBDA}/lambda-intro-execution-role.html", _role_of_a_function),
        "TracingConfig": Rule(f"{_LAMBDA}/services-xray.html", _tracing),
        "VpcConfig": Rule(f"{_LAMBDA}/configuration-vpc.html", _network),
    },
    "AWS::Logs::SubscriptionFilter": {
        "DestinationArn": Rule(
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html", _log_destination
        ),
    },
    "AWS::S3::Bucket": {
        "NotificationConfiguration": Rule(
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
            _notifications,
        ),
    },
    "AWS::SNS::Subscription": {
        "Endpoint": Rule("https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html", _subscription),
    },
}
"""The properties for which AWS checks a permission while it makes the resource.

Lambda answers "The provided execution role does not have permissions to call SendMessage on SQS", S3 "Unable to
validate the following destination configurations", API Gateway "CloudWatch Logs role ARN must be set in account
settings to enable logging"; all three end the deployment. What is checked only when it happens (an alarm's topic, a
subscription) is here as well, because what came too early would be lost.
"""

UNCHECKED: dict[str, str] = {
    "AWS::ApiGateway::ApiKey": "Description Enabled Name Tags",
    "AWS::ApiGateway::Deployment": "Description RestApiId",
    "AWS::ApiGateway::GatewayResponse": "ResponseParameters ResponseTemplates ResponseType RestApiId StatusCode",
    "AWS::ApiGateway::Method": "ApiKeyRequired AuthorizationType HttpMethod ResourceId RestApiId",
    "AWS::ApiGateway::Resource": "ParentId PathPart RestApiId",
    "AWS::ApiGateway::RestApi": "BinaryMediaTypes Description EndpointConfiguration Name Tags",
    "AWS::ApiGateway::Stage": "DeploymentId Description RestApiId StageName Tags TracingEnabled",
    "AWS::ApiGateway::UsagePlan": "ApiStages Description Quota Throttle UsagePlanName Tags",
    "AWS::ApiGateway::UsagePlanKey": "KeyId KeyType UsagePlanId",
    "AWS::CloudWatch::Alarm": (
        "AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm Dimensions EvaluationPeriods "
        "ExtendedStatistic MetricName Metrics Namespace Period Statistic Tags Threshold TreatMissingData Unit"
    ),
    "AWS::CloudWatch::CompositeAlarm": "AlarmDescription AlarmName AlarmRule Tags",
    "AWS::CloudWatch::Dashboard": "DashboardBody DashboardName",
    "AWS::DynamoDB::Table": (
        "AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes KeySchema "
        "PointInTimeRecoverySpecification SSESpecification Tags"
    ),
    "AWS::IAM::ManagedPolicy": "Description PolicyDocument Roles",
    "AWS::IAM::Policy": "PolicyDocument PolicyName Roles",
    "AWS::IAM::Role": "AssumeRolePolicyDocument Description ManagedPolicyArns Policies Tags",
    "AWS::Lambda::EventInvokeConfig": "FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier",
    "AWS::Lambda::EventSourceMapping": "BatchSize Enabled FunctionName FunctionResponseTypes",
    "AWS::Lambda::Function": (
        "Architectures Code Description Environment Handler MemorySize RecursiveLoop ReservedConcurrentExecutions "
        "Runtime Tags Timeout"
    ),
    "AWS::Lambda::Permission": "Action FunctionName Principal SourceAccount SourceArn",
    "AWS::Logs::LogGroup": "LogGroupName RetentionInDays Tags",
    "AWS::Logs::MetricFilter": "FilterPattern LogGroupName MetricTransformations",
    "AWS::Logs::SubscriptionFilter": "FilterPattern LogGroupName",
    "AWS::S3::Bucket": (
        "BucketEncryption CorsConfiguration LifecycleConfiguration OwnershipControls PublicAccessBlockConfiguration "
        "Tags VersioningConfiguration"
    ),
    "AWS::S3::BucketPolicy": "Bucket PolicyDocument",
    "AWS::SNS::Subscription": "Protocol TopicArn",
    "AWS::SNS::Topic": "DisplayName KmsMasterKeyId Tags TopicName",
    "AWS::SNS::TopicPolicy": "PolicyDocument Topics",
    "AWS::SQS::Queue": "MessageRetentionPeriod SqsManagedSseEnabled Tags VisibilityTimeout",
    "AWS::SQS::QueuePolicy": "PolicyDocument Queues",
}
"""The properties for which AWS checks no permission. One that stands neither here nor in `RULES` is a problem."""

_UNKNOWN = "what does AWS check for it? Say so in RULES or UNCHECKED of tests/unit/creation.py"

# ---- What AWS refuses to make at once --------------------------------------------------------------------------------

DEFINES_AN_API = ("AWS::ApiGateway::GatewayResponse", "AWS::ApiGateway::Method", "AWS::ApiGateway::Resource")
"""What writes into an API's definition, of which a deployment is a copy."""

ONE_AT_A_TIME: dict[tuple[str, ...], tuple[Callable[[dict[str, Any]], str], str]] = {
    # "ConflictException: Unable to complete operation due to concurrent modification", and 10 calls a second in all.
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    DEFINES_AN_API: (
        lambda one: named(one["RestApiId"]),
        "https://github.com/hashicorp/terraform-provider-aws/issues/776",
    ),
    # Lambda lost all but one of the statements that were added to one policy at once.
    ("AWS::Lambda::Permission",): (
        lambda one: named(one["FunctionName"]),
        "https://github.com/serverless/serverless/issues/1995",
    ),
    # "If your template includes multiple DynamoDB tables with indexes, you must declare dependencies".
    ("AWS::DynamoDB::Table",): (
        lambda one: "indexes" if "GlobalSecondaryIndexes" in one or "LocalSecondaryIndexes" in one else "",
        f"{_CFN}/aws-resource-dynamodb-table.html",
    ),
}
"""Types whose resources wait for each other, where the function gives the same text for them."""


def problems(stack: Evaluated) -> Iterator[str]:
    """What would fail, or be lost, if AWS made this stack now."""
    for name in stack.resources:
        if name in stack.before(name):
            yield f"{name} waits for itself"
            return
    for name, one in stack.resources.items():
        yield from _missing(Order(stack, name), one["Type"], one["Properties"])
    yield from _at_once(stack)
    yield from _copied_too_early(stack)


def _missing(order: Order, kind: str, properties: dict[str, Any]) -> Iterator[str]:
    if kind not in RULES and kind not in UNCHECKED:
        yield f"{order.name} ({kind}): {_UNKNOWN}"
        return
    rules, unchecked = RULES.get(kind, {}), UNCHECKED.get(kind, "").split()
    for property_, value in properties.items():
        where = f"{order.name}.{property_} ({kind})"
        if property_ in rules:
            for what, holds in rules[property_].needs(order, value):
                if not holds(order):
                    yield f"{where}: nothing that it waits for gives: {what}; see {rules[property_].page}"
        elif property_ not in unchecked:
            yield f"{where}: {_UNKNOWN}"


def _at_once(stack: Evaluated) -> Iterator[str]:
    for types, (group, page) in ONE_AT_A_TIME.items():
        of_group: dict[str, list[str]] = {}
        for name, properties in stack.of_type(*types).items():
            of_group.setdefault(group(properties), []).append(name)
        for key, names in of_group.items():
            if key:
                # In a chain, the number of those before each is its place.
                places = sorted(names, key=lambda name: len(stack.before(name) & set(names)))
                for earlier, later in pairwise(places):
                    if earlier not in stack.before(later):
                        yield f"{earlier} and {later} are made at once; see {page}"


def _copied_too_early(stack: Evaluated) -> Iterator[str]:
    """A deployment is a copy of the API, so that all of the API is there before it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html
    """
    for deployment, properties in stack.of_type("AWS::ApiGateway::Deployment").items():
        for name, one in stack.of_type(*DEFINES_AN_API).items():
            if one["RestApiId"] == properties["RestApiId"] and name not in stack.before(deployment):
                yield f"{deployment} does not wait for {name}, and would be a copy without it"
