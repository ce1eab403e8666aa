"""Faults between the API's function and its services: it outlasts them, or answers with a problem without internals."""

import json
from typing import ClassVar

import pytest

from aws_stack.proxy import ALWAYS, Fault, How, Lose, Refuse, Reset
from aws_stack.waiting import NotYet, wait_until
from fixtures.api import JSON, Api
from fixtures.faults import StruckStack
from fixtures.invoices import document, invoice
from fixtures.stacks import Sent, Stack
from pipeline.client import Client, UnavailableError
from pipeline.repetition import Repetition


@pytest.fixture
def struck_api(patient_stack: StruckStack) -> Api:
    return Api(patient_stack)


@pytest.mark.parametrize("how", [Refuse("ServiceUnavailable"), Reset(), Lose()], ids=str)
def test_a_short_fault_is_outlasted(struck_api: Api, patient_stack: StruckStack, unique: str, how: How) -> None:
    struck_api.ingest(document(invoice(unique)))
    fault = patient_stack.proxy.arm(Fault("GetItem", how))
    assert struck_api.invoice(unique).json()["id"] == unique
    assert patient_stack.proxy.came_again(fault)


def versions(stack: Stack, key: str) -> list[str]:
    """The versions that a key has had."""
    listing = stack.s3.list_object_versions(Bucket=stack.outputs["UploadsBucket"], Prefix=key)
    return [version["VersionId"] for version in listing["Versions"]]


@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_answer_from_s3_makes_no_second_upload(
    struck_api: Api, patient_stack: StruckStack, unique: str, times: int
) -> None:
    lost = patient_stack.proxy.arm(Fault("PutObject", Lose(), times))
    upload = struck_api.call("POST", "/notas", document(invoice(unique)), JSON).json()
    assert len(lost.struck) == times
    entry = patient_stack.wait(Sent(upload["key"], upload["version_id"], 0))
    assert (entry["received"], entry["stored"], entry["duplicates"]) == (1, 1, 0)
    assert versions(patient_stack, upload["key"]) == [upload["version_id"]]


def test_a_call_that_is_sent_again_makes_no_second_upload(
    struck_api: Api, patient_stack: StruckStack, unique: str
) -> None:
    body, headers = document(invoice(unique)), {**JSON, "Idempotency-Key": unique}
    # The function puts the object, has no answer however often it asks, and says 503. So the caller sends it again.
    patient_stack.proxy.arm(Fault("PutObject", Lose(), ALWAYS))
    struck_api.call("POST", "/notas", body, headers).problem(503)
    patient_stack.proxy.clear()
    [first, second] = [struck_api.call("POST", "/notas", body, headers) for _ in range(2)]
    assert (first.status, first.body, first.headers["Location"]) == (202, second.body, second.headers["Location"])
    upload = first.json()
    assert versions(patient_stack, upload["key"]) == [upload["version_id"]]
    assert patient_stack.wait(Sent(upload["key"], upload["version_id"], 0))["stored"] == 1


class Freed(Repetition):
    """Repetitions of a call to a function that has its concurrency back before the second try."""

    stack: Stack
    failures: ClassVar[list[Exception]] = []

    def wait(self, failed: Exception, asked: float = 0.0) -> None:
        self.failures.append(failed)
        self.stack.lambda_.delete_function_concurrency(FunctionName=self.stack.function("api"))
        super().wait(failed, asked)


def test_an_api_whose_function_has_no_concurrency_left_is_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    # As in an account whose concurrent executions are all taken by uploads.
    monkeypatch.setattr(Freed, "stack", api.stack, raising=False)
    monkeypatch.setattr("pipeline.client.Repetition", Freed)
    api.stack.lambda_.put_function_concurrency(FunctionName=api.stack.function("api"), ReservedConcurrentExecutions=0)
    try:
        assert Client.at(api.url, None).get("/openapi.json").status == 200
    finally:
        api.stack.lambda_.delete_function_concurrency(FunctionName=api.stack.function("api"))
    assert [type(failure) for failure in Freed.failures] == [UnavailableError]


def test_a_service_that_does_not_answer_is_said_to_be_unavailable(
    struck_api: Api, patient_stack: StruckStack, unique: str
) -> None:
    patient_stack.proxy.arm(Fault("GetItem", Refuse("ServiceUnavailable"), ALWAYS))
    patient_stack.proxy.arm(Fault("PutObject", Reset(), ALWAYS))
    for answer in (struck_api.invoice(unique), struck_api.call("POST", "/notas", b"[]", JSON)):
        problem = answer.problem(503)
        assert answer.headers["Retry-After"]
        assert "on purpose" not in str(problem)
    patient_stack.proxy.clear()
    struck_api.invoice(unique).problem(404)


def test_a_failure_tells_nothing_internal_and_is_found_in_the_logs(
    struck_api: Api, patient_stack: StruckStack, unique: str
) -> None:
    patient_stack.proxy.arm(Fault("GetItem", Refuse("AccessDeniedException")))
    answer = struck_api.invoice(unique)
    problem = answer.problem(500)
    for internal in (b"AccessDenied", b"on purpose", b"dynamodb", b"GetItem", b"Traceback", b".py"):
        assert internal.lower() not in answer.body.lower()
    [group] = [
        f"/aws/lambda/{function['FunctionName']}"
        for function in patient_stack.lambda_.list_functions()["Functions"]
        if function["Handler"] == "pipeline.functions.api.handler"
    ]

    def ask() -> str | NotYet:
        pages = patient_stack.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines = [event["message"] for page in pages for event in page["events"]]
        found = (line for line in lines if problem["correlation_id"] in line and "request failed" in line)
        return next(found, NotYet(f"{len(lines)} lines"))

    line = json.loads(wait_until("the failure is in the logs", ask, 10))
    assert line["correlation_id"] == problem["correlation_id"]
    assert line["level"] == "ERROR"
    assert "AccessDeniedException" in line["exception"]
