"""`notas audit` on a healthy stack, at rest and at work."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from aws_stack.clouds import Cloud
from fixtures.inprocess import notas_here
from fixtures.invoices import document, invoice
from fixtures.nights import some_by_night
from fixtures.stacks import Sent, Stack, deployed
from pipeline.audit import audit
from pipeline.functions.versions import version_id

from .audited import STORED, Sample, audited


def name_of(stack: Stack) -> str:
    """The name that CloudFormation knows. The account has no other."""
    [only] = stack.cloud.client("cloudformation").describe_stacks()["Stacks"]
    return str(only["StackName"])


def test_a_healthy_stack_holds_whatever_befell_it(cloud: Cloud, unique: str) -> None:
    with deployed(cloud, Stack) as stack:
        first = Sample.made(stack, unique)
        # Larger than a page of the table, under a key of every kind.
        many = [invoice(f"{unique}-many-{number}", texto="x" * 10_000) for number in range(300)]
        stack.ingest(document(*many), f"{unique}/ção + %2B\n😀.json")
        stack.ingest(document(invoice(f"{unique}-other")), first.sent.key)
        assert stack.ingest(b"[1,", f"{unique}-broken.json")["status"] == "failed"
        stack.ingest(b"[]", f"{unique}-empty.json")
        # Not uploads, or no longer.
        stack.s3.put_object(Bucket=stack.outputs["UploadsBucket"], Key=f"{unique}/folder/")
        gone = stack.upload(document(invoice(f"{unique}-gone")), f"{unique}-gone.json")
        stack.wait(gone)
        stack.delete(gone)
        stack.s3.delete_object(Bucket=stack.outputs["UploadsBucket"], Key=first.sent.key)
        stack.dynamodb.put_item(TableName=stack.outputs["InvoicesTable"], Item={"id": {"S": f"{unique}-alien"}})
        stack.sqs.send_message(QueueUrl=stack.outputs["FailuresQueueUrl"], MessageBody="{}")

        found = audited(stack)
        assert found.findings == []
        assert (found.objects, found.entries, found.gone) == (5, {"completed": 5, "failed": 1}, 1)
        assert (found.invoices, found.others) == (STORED + 300 + 1 + 1 + 1, 1)
        assert (found.reject_objects, found.reject_lines) == (1, 3)
        assert (found.failures, found.meanwhile) == (1, 0)

        arguments = ["audit", "--endpoint-url", str(stack.cloud.endpoint_url), "--stack", name_of(stack)]
        with pytest.MonkeyPatch.context() as patch:
            for name, value in stack.cloud.variables().items():
                patch.setenv(name, value)
            ended = notas_here(*arguments)
            assert ended.code == 0, ended.err
            assert "It all holds." in ended.out
            assert "5 completed, 1 failed, 1 whose object is no longer there" in " ".join(ended.out.split())
            told = json.loads(notas_here(*arguments, "--json").out)
            assert told["holds"] is True
            assert told["uploads"]["entries"] == {"processing": 0, "stalled": 0, "completed": 5, "failed": 1}
            assert told["findings"] == []

            first.remove(3)
            ended = notas_here(*arguments)
            assert ended.code == 1
            said = (
                f"{first.sent.key} (version {first.sent.version_id}) has 7 invoices in the table, but the ledger counts"
            )
            assert said in ended.out
            assert "1 finding\n" in ended.out
            ended = notas_here(*arguments, "--json")
            assert ended.code == 1
            [finding] = json.loads(ended.out)["findings"]
            assert (finding["kind"], finding["key"]) == ("stored", first.sent.key)
            assert finding["version_id"] == first.sent.version_id


def test_contents_of_a_bucket_without_versions_are_told_apart(cloud: Cloud, unique: str) -> None:
    with deployed(cloud, Stack) as stack:
        bucket = stack.outputs["UploadsBucket"]
        stack.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        for number in range(2):
            body = document(invoice(f"{unique}-{number}"))
            etag = stack.s3.put_object(Bucket=bucket, Key=f"{unique}.json", Body=body)["ETag"]
            stack.wait(Sent(f"{unique}.json", version_id("null", etag), len(body)))
        found = audited(stack)
        assert found.findings == []
        assert (found.objects, found.entries, found.gone) == (1, {"completed": 2}, 1)


@dataclass(frozen=True)
class Watched(Cloud):
    """A cloud where something happens before each call of an operation to a service."""

    watch: tuple[str, str] = ("", "")
    happens: Callable[[], None] = lambda: None

    def client(self, service: str, **settings: Any) -> Any:
        client = super().client(service, **settings)
        if service == self.watch[0]:
            client.meta.events.register(f"before-call.{service}.{self.watch[1]}", lambda **_: self.happens())
        return client


def watched(stack: Stack, moment: tuple[str, str], happens: Callable[[], None]) -> Watched:
    """The stack's cloud, watched."""
    facts = {name: getattr(stack.cloud, name) for name in Cloud.__dataclass_fields__}
    return Watched(**facts, watch=moment, happens=happens)


MOMENTS = {
    "ListObjectsV2": "s3",
    "Scan": "dynamodb",
    "ListObjectVersions": "s3",
    "GetObject": "s3",
    "GetQueueAttributes": "sqs",
}


@pytest.mark.parametrize(
    "moment", some_by_night({one: (one,) for one in MOMENTS}, {"Scan", "GetObject"}, "an upload at each of many calls")
)
def test_uploads_that_come_and_end_meanwhile_are_no_findings(stack: Stack, unique: str, moment: str) -> None:
    ended: list[Sample] = []

    def upload() -> None:
        ended.append(Sample.made(stack, f"{unique}-{len(ended)}"))

    upload()
    found = audit(watched(stack, (MOMENTS[moment], moment), upload), stack.outputs)
    assert len(ended) > 1
    assert [finding for finding in found.findings if unique in finding.about + finding.message] == []


def test_an_upload_that_ends_before_its_entry_is_read_again_is_no_finding(stack: Stack, unique: str) -> None:
    sample = Sample.made(stack, unique)
    sample.set_entry(status={"S": "processing"})

    def end() -> None:
        sample.set_entry(status={"S": "completed"})

    found = audit(watched(stack, ("dynamodb", "GetItem"), end), stack.outputs)
    assert [finding for finding in found.findings if finding.key == sample.sent.key] == []
    assert found.meanwhile >= 1


def test_a_stack_that_cannot_be_found_is_said(cloud: Cloud) -> None:
    ended = notas_here("audit")
    assert (ended.code, ended.out) == (2, "")
    assert "name where the stack is: --cloud aws" in ended.err
    ended = notas_here("audit", "--endpoint-url", str(cloud.endpoint_url), "--stack", "never-made", "--json")
    assert (ended.code, ended.out) == (3, "")
    assert "there is no finished stack never-made" in ended.err
