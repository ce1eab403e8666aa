"""Faults of any operation of AWS: it is told from others, and boto3 reads each of its errors as it was meant."""

import copy
from collections.abc import Callable, Iterator
from email.message import Message
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from aws_stack.proxy import ErrorInside, Expire, Fault, Of, Proxy, Refuse, Reset
from aws_stack.proxy.errors import errors_of, refusal
from aws_stack.proxy.naming import CBOR, name_of

from .cloudlet import Cloudlet, client, cloudlet

ARN = "arn:aws:states:sa-east-1:000000000000:stateMachine:m"

# By each of the protocols: json, json that was query, query, rest-json, rest-xml, ec2, CBOR.
ASKING: dict[Of, Callable[[Any], Any]] = {
    Of("sqs", "SendMessage"): lambda sqs: sqs.send_message(QueueUrl="http://q/1/q", MessageBody="m"),
    Of("sqs", "ReceiveMessage"): lambda sqs: sqs.receive_message(QueueUrl="http://q/1/q"),
    Of("sns", "Publish"): lambda sns: sns.publish(TopicArn="arn:aws:sns:sa-east-1:000000000000:t", Message="m"),
    Of("events", "PutEvents"): lambda events: events.put_events(Entries=[{"Source": "s"}]),
    Of("stepfunctions", "StartExecution"): lambda states: states.start_execution(stateMachineArn=ARN),
    Of("dynamodb", "TransactWriteItems"): lambda dynamodb: dynamodb.transact_write_items(
        TransactItems=[{"Delete": {"TableName": "t", "Key": {}}}]
    ),
    Of("lambda", "GetFunction"): lambda lambda_: lambda_.get_function(FunctionName="f"),
    Of("scheduler", "GetSchedule"): lambda scheduler: scheduler.get_schedule(Name="s"),
    Of("sesv2", "SendEmail"): lambda ses: ses.send_email(Content={"Simple": {"Subject": {"Data": ""}, "Body": {}}}),
    Of("apigateway", "UpdateRestApi"): lambda apis: apis.update_rest_api(restApiId="r"),
    Of("route53", "GetHostedZone"): lambda route53: route53.get_hosted_zone(Id="z"),
    Of("ec2", "DescribeInstances"): lambda ec2: ec2.describe_instances(),
    Of("cloudwatch", "PutMetricData"): lambda cloudwatch: cloudwatch.put_metric_data(Namespace="n", MetricData=[]),
    Of("s3", "CopyObject"): lambda s3: s3.copy_object(Bucket="b", Key="k", CopySource={"Bucket": "b", "Key": "k"}),
    Of("s3", "GetObjectTagging"): lambda s3: s3.get_object_tagging(Bucket="b", Key="k/l"),
    Of("s3", "ListBuckets"): lambda s3: s3.list_buckets(),
}


def test_an_operation_and_its_fault_are_copied_with_their_service() -> None:
    fault = Fault(Of("sqs", "SendMessage"), Refuse("ThrottlingException"))
    copied = copy.deepcopy(fault)  # It asks for what pickle asks for.
    assert copied == fault
    assert repr(copied.operation) == "Of('sqs', 'SendMessage')"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Cloudlet]:
    with cloudlet() as cloud:
        yield cloud


@pytest.fixture(scope="module")
def proxy(upstream: Cloudlet) -> Iterator[Proxy]:
    with Proxy(upstream.url, passes_unknown=True) as one:
        yield one


PROTOCOLS = {"json": ("X-Amz-Target", "X.Y"), CBOR: ("smithy-protocol", "rpc-v2-cbor")}
QUERY = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")


def asked_by(protocol: str) -> Message:
    """The headers of a request by a protocol."""
    headers, (name, value) = Message(), PROTOCOLS.get(protocol, QUERY if protocol in ("query", "ec2") else ("X", ""))
    headers[name] = value
    return headers


@pytest.mark.parametrize(
    ("operation", "protocol"),
    [
        *((one, one.model.service_model.resolved_protocol) for one in ASKING),
        # Older and newer SDKs, and other languages', choose another one.
        (Of("cloudwatch", "PutMetricData"), CBOR),
        (Of("cloudwatch", "PutMetricData"), "query"),
    ],
    ids=str,
)
def test_botocores_parser_reads_every_error_as_it_was_meant(operation: Of, protocol: str) -> None:
    parser = create_parser(protocol)
    shape: Any = operation.model.output_shape  # None of some, which the parser takes and its stubs do not.
    assert len(errors_of(operation)) > 5
    for code, status in errors_of(operation).items():
        answer = refusal(operation, code, asked_by(protocol))
        response = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
        parsed: Any = parser.parse(response, shape)
        read = parsed["Error"]["Code"], parsed["ResponseMetadata"]["HTTPStatusCode"], parsed["Error"]["Message"]
        assert read == (code, status, "on purpose")


@pytest.mark.parametrize("operation", ASKING, ids=lambda one: f"{one.service}-{one}")
def test_a_struck_call_of_any_service_has_its_error(proxy: Proxy, operation: Of) -> None:
    code = list(errors_of(operation))[-1]
    proxy.forget()
    handle = proxy.arm(Fault(operation, Refuse(code)))
    with pytest.raises(ClientError) as raised:
        ASKING[operation](client(operation.service, proxy.url))
    response: Any = raised.value.response
    assert response["Error"]["Code"] == code
    assert (proxy.calls, handle.struck) == ([operation], [0])


def test_an_error_is_the_one_that_a_client_catches_by_its_name(proxy: Proxy) -> None:
    sqs: Any = client("sqs", proxy.url)
    proxy.forget()
    proxy.arm(Fault(Of("sqs", "SendMessage"), Refuse("QueueDoesNotExist")))
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        ASKING[Of("sqs", "SendMessage")](sqs)


def test_a_form_is_a_query_only_where_it_is_posted() -> None:
    # urllib calls any body a form, also that of an upload to an address that was signed in advance.
    headers = Message()
    headers[QUERY[0]] = QUERY[1]
    url = "/b/k?X-Amz-Credential=000000000000%2F20261126%2Fsa-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0"
    assert name_of("PUT", url, headers, b"{}", ()) == "PutObject"
    assert name_of("POST", "/", headers, b"Action=Publish&Message=m", ()) == "Publish"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Of("sqs", "SendMessage"), "ExpiredTokenException"),
        (Of("s3", "ListBuckets"), "ExpiredToken"),
        (Of("ec2", "DescribeInstances"), "ExpiredToken"),
    ],
    ids=str,
)
def test_expired_credentials_are_told(proxy: Proxy, operation: Of, code: str) -> None:
    proxy.forget()
    proxy.arm(Fault(operation, Expire()))
    with pytest.raises(ClientError, match=rf"\({code}\)"):
        ASKING[operation](client(operation.service, proxy.url))


def test_an_operation_of_the_same_name_of_another_service_passes(proxy: Proxy) -> None:
    proxy.forget()
    handle = proxy.arm(Fault(Of("iot-data", "Publish"), Reset()))
    sns = client("sns", proxy.url)
    with pytest.raises(Exception, match="parse"):  # The cloudlet's document is no answer of SNS.
        ASKING[Of("sns", "Publish")](sns)
    assert proxy.calls == ["Publish"]
    assert handle.missing() == "never struck"
    with pytest.raises(Exception, match="Connection"):
        client("iot-data", proxy.url).publish(topic="t")
    assert handle.missing() == ""


@pytest.mark.parametrize(
    ("service", "operation", "said"),
    [
        ("sqs", "SendMessages", "'SendMessages' is no operation of sqs"),
        ("sqs", "send_message", "'send_message' is no operation of sqs"),
        ("sqss", "SendMessage", "'sqss' is no service"),
    ],
)
def test_an_operation_that_is_not_known_is_a_type_error(service: str, operation: str, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        Of(service, operation)


def test_an_operation_whose_service_is_not_named_is_a_type_error() -> None:
    operation: Any = "SendMessage"
    with pytest.raises(TypeError, match="is no operation that can be struck"):
        Fault(operation, Reset())


@pytest.mark.parametrize("how", [Refuse("SlowDown"), Refuse("OverLimit"), ErrorInside("InternalFailure")], ids=str)
def test_what_aws_never_answers_is_no_fault(how: Any) -> None:
    with pytest.raises(ValueError, match="AWS does not answer SendMessage so"):
        Fault(Of("sqs", "SendMessage"), how)
