"""What the template promises about the resources (section 5 of the contract), checked on the deployed stack."""

import json
from typing import Any

import pytest

from aws_stack.waiting import NotYet, wait_until
from fixtures.stacks import Stack


@pytest.fixture(params=["UploadsBucket", "RejectsBucket", "unfinished"])
def bucket(request: pytest.FixtureRequest, stack: Stack) -> str:
    return stack.outputs.get(request.param, stack.unfinished_bucket)


def test_the_outputs_are_those_of_the_contract(stack: Stack) -> None:
    assert set(stack.outputs) == {
        "UploadsBucket",
        "RejectsBucket",
        "InvoicesTable",
        "UploadsTable",
        "FailuresQueueUrl",
        "IngestFunction",
        "ApiUrl",
    }


@pytest.mark.parametrize("output", ["UploadsBucket", "RejectsBucket"])
def test_a_bucket_is_versioned(stack: Stack, output: str) -> None:
    assert stack.s3.get_bucket_versioning(Bucket=stack.outputs[output])["Status"] == "Enabled"


def test_a_bucket_is_encrypted(stack: Stack, bucket: str) -> None:
    [rule] = stack.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_a_bucket_is_private(stack: Stack, bucket: str) -> None:
    block = stack.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert len(block) == 4


def test_a_bucket_refuses_all_but_tls(stack: Stack, bucket: str) -> None:
    [statement] = json.loads(stack.s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("output", ["InvoicesTable", "UploadsTable"])
def test_a_table_is_on_demand(stack: Stack, output: str) -> None:
    table = stack.dynamodb.describe_table(TableName=stack.outputs[output])["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_invoices_are_indexed_by_customer_and_date(stack: Stack) -> None:
    table = stack.dynamodb.describe_table(TableName=stack.outputs["InvoicesTable"])["Table"]
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    [index] = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "por-cliente"
    assert index["KeySchema"] == [
        {"AttributeName": "_cliente", "KeyType": "HASH"},
        {"AttributeName": "data_emissao", "KeyType": "RANGE"},
    ]


def retries(stack: Stack, function: str) -> str:
    """Where Lambda sends the events of a function that failed three times."""
    config = stack.lambda_.get_function_event_invoke_config(FunctionName=function, Qualifier="$LATEST")
    assert config["MaximumRetryAttempts"] == 2
    # Six hours, the default and the longest possible: Lambda's retries come only after minutes.
    assert config.get("MaximumEventAgeInSeconds", 21_600) == 21_600
    return str(config["DestinationConfig"]["OnFailure"]["Destination"])


def test_events_are_retried_twice_and_then_given_up(stack: Stack) -> None:
    given_up = stack.lambda_.get_function_configuration(FunctionName=stack.function("stalled"))["FunctionArn"]
    assert retries(stack, stack.outputs["IngestFunction"]) == given_up


def test_what_cannot_even_be_given_up_is_kept(stack: Stack) -> None:
    queue = stack.sqs.get_queue_attributes(QueueUrl=stack.outputs["FailuresQueueUrl"], AttributeNames=["All"])
    assert retries(stack, stack.function("stalled")) == queue["Attributes"]["QueueArn"]
    assert queue["Attributes"]["MessageRetentionPeriod"] == "1209600"


def test_alarms_watch_the_queue_the_functions_and_the_api_of_this_stack(stack: Stack) -> None:
    alarms = stack.cloud.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{stack.name}-")["MetricAlarms"]
    watched = {(one["Name"], one["Value"]) for alarm in alarms for one in alarm["Dimensions"]}
    assert watched == {
        ("QueueName", stack.outputs["FailuresQueueUrl"].rpartition("/")[2]),
        ("FunctionName", stack.outputs["IngestFunction"]),
        ("FunctionName", stack.function("stalled")),
        ("FunctionName", stack.function("api")),
        ("ApiName", stack.name),
        ("Stage", stack.outputs["ApiUrl"].rpartition("/")[2]),
    }


def test_every_alarm_tells_the_topic(stack: Stack, unique: str) -> None:
    cloudwatch, sns = stack.cloud.client("cloudwatch"), stack.cloud.client("sns")
    names = {
        alarm["AlarmName"] for alarm in cloudwatch.describe_alarms(AlarmNamePrefix=f"{stack.name}-")["MetricAlarms"]
    }
    queue = stack.sqs.create_queue(QueueName=f"{stack.name}-{unique[-30:]}")["QueueUrl"]
    arn = stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    # LocalStack 4.14 does not name a topic after its stack.
    cloudformation = stack.cloud.client("cloudformation")
    found = cloudformation.describe_stack_resource(StackName=stack.name, LogicalResourceId="Alarms")
    topic = found["StackResourceDetail"]["PhysicalResourceId"]
    # https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    stack.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    for state in ("OK", "ALARM"):
        for name in names:
            cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
    told: set[str] = set()

    def ask() -> bool | NotYet:
        for message in stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            told.add(json.loads(message["Body"])["AlarmName"])
        return told >= names or NotYet(f"{names - told} have told nothing")

    wait_until("every alarm has told the topic", ask, 20 * stack.patience)
    assert told == names
    stack.sqs.delete_queue(QueueUrl=queue)


# Without these, Lambda does not make a function that traces. X-Ray knows no narrower resource.
TRACE = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}


def allowed(stack: Stack, function: str) -> set[tuple[str, str]]:
    """What a function's role allows, as actions and resources; the uploads bucket is called UPLOADS."""
    role = stack.lambda_.get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
    iam = stack.cloud.client("iam")
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies: list[Any] = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return {
        (action, resource.split(":", 5)[-1].replace(stack.outputs["UploadsBucket"], "UPLOADS"))
        for policy in policies
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }


def test_the_ingest_function_may_do_what_it_does_and_no_more(stack: Stack) -> None:
    rejects, unfinished = stack.outputs["RejectsBucket"], stack.unfinished_bucket
    invoices = f"table/{stack.outputs['InvoicesTable']}"
    logs = f"log-group:/aws/lambda/{stack.outputs['IngestFunction']}:*"
    assert allowed(stack, stack.outputs["IngestFunction"]) == TRACE | {
        ("s3:GetObjectVersion", "UPLOADS/*"),
        ("s3:ListBucket", "UPLOADS"),
        ("s3:ListBucketVersions", "UPLOADS"),
        ("s3:PutObject", f"{rejects}/*"),
        ("s3:AbortMultipartUpload", f"{rejects}/*"),
        ("s3:PutObject", f"{unfinished}/*"),
        ("s3:GetObject", f"{unfinished}/*"),
        ("s3:DeleteObject", f"{unfinished}/*"),
        ("s3:ListBucket", unfinished),
        ("dynamodb:PartiQLInsert", invoices),
        ("dynamodb:PutItem", invoices),
        ("dynamodb:GetItem", invoices),
        ("dynamodb:BatchGetItem", invoices),
        ("dynamodb:UpdateItem", f"table/{stack.outputs['UploadsTable']}"),
        ("lambda:InvokeFunction", f"function:{stack.outputs['IngestFunction']}"),
        ("lambda:InvokeFunction", f"function:{stack.function('stalled')}"),
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
    }


def test_the_function_that_gives_up_may_do_what_it_does_and_no_more(stack: Stack) -> None:
    function = stack.function("stalled")
    logs = f"log-group:/aws/lambda/{function}:*"
    assert allowed(stack, function) == TRACE | {
        ("dynamodb:UpdateItem", f"table/{stack.outputs['UploadsTable']}"),
        ("sqs:SendMessage", stack.outputs["FailuresQueueUrl"].rpartition("/")[2]),
        ("lambda:InvokeFunction", f"function:{stack.outputs['IngestFunction']}"),
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
    }


def test_the_apis_function_may_do_what_it_does_and_no_more(stack: Stack) -> None:
    function = stack.function("api")
    invoices, ledger = stack.outputs["InvoicesTable"], stack.outputs["UploadsTable"]
    logs = f"log-group:/aws/lambda/{function}:*"
    assert allowed(stack, function) == TRACE | {
        ("s3:PutObject", "UPLOADS/api/*"),
        ("s3:GetObject", "UPLOADS/api/*"),
        ("s3:ListBucket", stack.outputs["RejectsBucket"]),
        ("s3:GetObject", f"{stack.outputs['RejectsBucket']}/*"),
        ("dynamodb:GetItem", f"table/{invoices}"),
        ("dynamodb:GetItem", f"table/{ledger}"),
        ("dynamodb:Query", f"table/{invoices}/index/por-cliente"),
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
    }
