"""Errors of faults are AWS's own: botocore's models know their codes, and boto3 reads each from the proxy's answer."""

from collections.abc import Callable
from functools import cache
from typing import Any, get_args

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import ServiceModel, Shape

from aws_stack.proxy import ErrorInside, Expire, Fault, How, Kill, Operation, Proxy, Refuse, RefuseStatements, Reset
from aws_stack.proxy.errors import (
    EMBEDDING,
    ERRORS,
    EXPIRED,
    MODELED,
    STATEMENT_CODES,
    Service,
    knows,
    refusal,
    service_of,
)

from .cloudlet import client

OPERATIONS: tuple[Operation, ...] = get_args(Operation)

# The codes that AWS documents for all operations of a service, and botocore's models leave out.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
# https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
DOCUMENTED = {
    "dynamodb": {
        "AccessDeniedException": 400,
        "ExpiredTokenException": 400,
        "ServiceUnavailable": 503,
        "UnrecognizedClientException": 400,
        "ValidationException": 400,
    },
    "lambda": {"AccessDeniedException": 403, "ExpiredTokenException": 403},
    "s3": {
        "ConditionalRequestConflict": 409,
        "ExpiredToken": 400,
        "InternalError": 500,
        "NoSuchVersion": 404,
        "PreconditionFailed": 412,
        "RequestTimeout": 400,
        "ServiceUnavailable": 503,
        "SlowDown": 503,
    },
}

# DynamoDB's models give no statuses: all but its own faults are the caller's.
FAULTS_OF_DYNAMODB = {"InternalServerError": 500}

ASKING: dict[str, Callable[[Any], Any]] = {
    "AbortMultipartUpload": lambda s3: s3.abort_multipart_upload(Bucket="b", Key="k", UploadId="u"),
    "BatchExecuteStatement": lambda db: db.batch_execute_statement(Statements=[{"Statement": "a"}]),
    "BatchGetItem": lambda db: db.batch_get_item(RequestItems={"notas": {"Keys": [{"id": {"S": "a"}}]}}),
    "CompleteMultipartUpload": lambda s3: s3.complete_multipart_upload(Bucket="b", Key="k", UploadId="u"),
    "CreateMultipartUpload": lambda s3: s3.create_multipart_upload(Bucket="b", Key="k"),
    "DeleteObject": lambda s3: s3.delete_object(Bucket="b", Key="k"),
    "GetItem": lambda db: db.get_item(TableName="notas", Key={"id": {"S": "a"}}),
    "GetObject": lambda s3: s3.get_object(Bucket="b", Key="k", VersionId="v"),
    "HeadObject": lambda s3: s3.head_object(Bucket="b", Key="k"),
    "Invoke": lambda lambda_: lambda_.invoke(FunctionName="notas", InvocationType="Event", Payload=b"{}"),
    "ListObjectVersions": lambda s3: s3.list_object_versions(Bucket="b", Prefix="k"),
    "ListObjectsV2": lambda s3: s3.list_objects_v2(Bucket="b", Prefix="k"),
    "PutItem": lambda db: db.put_item(TableName="notas", Item={"id": {"S": "a"}}),
    "PutObject": lambda s3: s3.put_object(Bucket="b", Key="k", Body=b"x"),
    "Query": lambda db: db.query(TableName="notas", KeyConditionExpression="a = :a"),
    "UpdateItem": lambda db: db.update_item(TableName="notas", Key={"id": {"S": "a"}}),
    "UploadPart": lambda s3: s3.upload_part(Bucket="b", Key="k", UploadId="u", PartNumber=1, Body=b"x"),
    "UploadPartCopy": lambda s3: s3.upload_part_copy(
        Bucket="b", Key="k", UploadId="u", PartNumber=1, CopySource={"Bucket": "b", "Key": "k"}
    ),
}

# A client takes longer to make than to ask.
asking = cache(client)


@cache
def codes(operation: Operation) -> list[str]:
    """Every error that a fault can give an operation."""
    return [code for code in ERRORS[service_of(operation)] if knows(operation, code)]


@cache
def model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def code_of(shape: Shape) -> str:
    """An error's code, which is its name unless the model says otherwise."""
    return str(shape.metadata.get("error", {}).get("code", shape.name))


@cache
def modeled(service: str) -> dict[str, int | None]:
    """The codes of a service's errors, with their statuses; None where the model gives none."""
    return {
        code_of(shape): shape.metadata.get("error", {}).get("httpStatusCode") for shape in model(service).error_shapes
    }


@pytest.mark.parametrize("service", ERRORS)
def test_botocore_or_aws_documents_every_error(service: Service) -> None:
    found = {code: kind.status for code, kind in ERRORS[service].items()}
    told = {
        code: FAULTS_OF_DYNAMODB.get(code, 400) if service == "dynamodb" else status
        for code, status in modeled(service).items()
    }
    assert found.items() <= {**told, **DOCUMENTED[service]}.items()
    assert told.keys().isdisjoint(DOCUMENTED[service]), "what botocore's model says needs no other source"


def test_what_is_not_common_is_an_error_of_its_operations_and_no_others() -> None:
    for code, operations in MODELED.items():
        giving = {
            operation
            for operation in OPERATIONS
            if service_of(operation) == "dynamodb"
            and code in {code_of(shape) for shape in model("dynamodb").operation_model(operation).error_shapes}
        }
        assert giving == operations, code


def test_the_codes_of_statements_are_those_of_the_model() -> None:
    assert set(STATEMENT_CODES) == set(model("dynamodb").shape_for("BatchStatementErrorCodeEnum").enum)  # type: ignore[attr-defined]


def test_every_operation_is_one_of_its_service() -> None:
    for operation in OPERATIONS:
        assert operation in model(service_of(operation)).operation_names


@pytest.fixture(scope="module")
def proxy() -> Any:
    """A proxy with no cloud behind it: what is refused goes no further."""
    with Proxy("http://127.0.0.1:9") as one:
        yield one


def read(proxy: Proxy, operation: Operation, how: How) -> tuple[str, int, str]:
    """The code, the status and the message that boto3 reads from the answer to a struck call."""
    proxy.clear()
    handle = proxy.arm(Fault(operation, how))
    with pytest.raises(ClientError) as raised:
        ASKING[operation](asking(service_of(operation), proxy.url))
    assert handle.struck == [0]
    assert raised.value.operation_name == operation
    response: Any = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"].get("Message")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_boto3_reads_every_error_as_it_was_meant(proxy: Proxy, operation: Operation) -> None:
    for code in codes(operation):
        status = ERRORS[service_of(operation)][code].status
        found = read(proxy, operation, Refuse(code))
        if operation == "HeadObject":
            assert found[:2] == (str(status), status), "an answer to HEAD has no body"
            assert refusal(operation, code).body == b""
        else:
            assert found == (code, status, "on purpose")


@pytest.mark.parametrize("operation", ["GetItem", "GetObject", "Invoke"])
def test_expired_credentials_are_told_by_each_service_in_its_own_words(proxy: Proxy, operation: Operation) -> None:
    assert read(proxy, operation, Expire())[0] == EXPIRED[service_of(operation)]


@pytest.mark.parametrize("operation", sorted(EMBEDDING))
def test_boto3_takes_an_error_inside_for_one_of_the_service(proxy: Proxy, operation: Operation) -> None:
    assert read(proxy, operation, ErrorInside("InternalError"))[:2] == ("InternalError", 500)


@pytest.mark.parametrize(
    ("operation", "how"),
    [
        ("GetObject", Refuse("ThrottlingException")),
        ("GetItem", Refuse("SlowDown")),
        ("GetItem", Refuse("ConditionalCheckFailedException")),
        ("GetItem", Refuse("Trottling")),
        ("GetItem", RefuseStatements(("ThrottlingError",))),
        ("BatchExecuteStatement", RefuseStatements(("ThrottlingException",))),
        ("BatchExecuteStatement", RefuseStatements((None,))),
        ("PutObject", ErrorInside("InternalError")),
        ("CompleteMultipartUpload", ErrorInside("InternalServerError")),
    ],
    ids=str,
)
def test_what_aws_never_answers_is_no_fault(operation: Operation, how: How) -> None:
    with pytest.raises(ValueError, match=f"AWS does not answer {operation} so"):
        Fault(operation, how)


@pytest.mark.parametrize("operation", ["GetItems", "getitem", "", "TransactWriteItems"])
def test_an_operation_that_is_not_known_is_a_type_error(operation: Any) -> None:
    with pytest.raises(TypeError, match="is no operation that can be struck"):
        Fault(operation, Reset())


def test_a_moment_that_is_not_known_is_a_type_error() -> None:
    moment: Any = "before"
    with pytest.raises(TypeError, match="is no moment"):
        Kill(moment)


@pytest.mark.parametrize("how", ["reset", None, Reset, Kill])
def test_a_kind_that_is_not_known_is_a_type_error(how: Any) -> None:
    with pytest.raises(TypeError, match="is no kind of fault"):
        Fault("GetItem", how)
