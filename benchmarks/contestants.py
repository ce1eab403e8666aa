"""What is compared: the pipeline and its rivals, each deployed in an account of its own on one embedded cloud."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aws_stack.clouds import Cloud
from aws_stack.waiting import NotYet, wait_until
from pipeline.deploy import deploy

PIPELINE = "notas"
NAIVE = "put_item each"
BATCH_WRITER = "batch_writer"
_HANDLERS = {NAIVE: "rivals.naive", BATCH_WRITER: "rivals.batch_writer"}

HERE = Path(__file__).parent
WAIT_SECONDS = 1_200.0
# Short enough to tell times apart that differ by 10 ms, and long enough to cost the cloud next to nothing.
LONGEST_PAUSE_SECONDS = 0.01


class Contestant:
    """One deployed way to get invoices from a bucket into a table."""

    def __init__(self, cloud: Cloud, name: str, account: str) -> None:
        self.name = name
        self.cloud = cloud.in_account(account)
        # Each stack has its own name, because MiniStack keeps the workers of functions with the same name together.
        stack = f"bench-{account}"
        self.outputs = deploy(self.cloud, stack) if name == PIPELINE else _deploy_rival(self.cloud, stack, name)
        self._s3 = self.cloud.client("s3")
        self._dynamodb = self.cloud.client("dynamodb")

    @property
    def function(self) -> str:
        """The function's name."""
        return self.outputs["IngestFunction"]

    def seconds(self, body: bytes, longest_pause: float = LONGEST_PAUSE_SECONDS) -> float:
        """Upload a document. Returns the seconds from there to the final ledger entry."""
        key = f"{uuid.uuid4().hex}.json"
        started = time.perf_counter()
        version_id = self._s3.put_object(Bucket=self.outputs["UploadsBucket"], Key=key, Body=body)["VersionId"]
        entry_key = {"key": {"S": key}, "version_id": {"S": version_id}}

        def ask() -> str | NotYet:
            item = self._dynamodb.get_item(TableName=self.outputs["UploadsTable"], Key=entry_key).get("Item")
            status: str = item["status"]["S"] if item else "not in the ledger"
            return status if status in ("completed", "failed", "stalled") else NotYet(status)

        status = wait_until(f"{self.name} has processed a file", ask, WAIT_SECONDS, longest=longest_pause)
        if status != "completed":
            raise RuntimeError(f"{self.name} ended a file of the benchmark as {status}")
        return time.perf_counter() - started

    def items(self) -> int:
        """How many invoices its table holds: on the embedded cloud without delay, on AWS some hours ago."""
        items: int = self._dynamodb.describe_table(TableName=self.outputs["InvoicesTable"])["Table"]["ItemCount"]
        return items


def document(invoices: int) -> bytes:
    """A `.json` document of this many valid invoices, of about 150 bytes each, with ids that no other document has."""
    batch = f"NF-{uuid.uuid4().hex[:8]}"
    return as_document(invoice(batch, number) for number in range(invoices))


def as_document(invoices: Iterable[dict[str, Any]]) -> bytes:
    """A `.json` document of these invoices."""
    return b"[%s]" % b", ".join(json.dumps(one, ensure_ascii=False).encode() for one in invoices)


def invoice(batch: str, number: int) -> dict[str, Any]:
    """A valid invoice of about 150 bytes."""
    return {
        "id": f"{batch}-{number}",
        "cliente": f"Padaria São João {number % 1000}",
        "valor": number % 100_000 + 0.25,
        "data_emissao": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "observacao": "entrega parcial, doca 2",
    }


def _deploy_rival(cloud: Cloud, stack: str, name: str) -> dict[str, str]:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(HERE / "rivals.py", "rivals.py")
    s3, cloudformation = cloud.client("s3"), cloud.client("cloudformation")
    s3.create_bucket(Bucket=stack, CreateBucketConfiguration={"LocationConstraint": cloud.region})
    s3.put_object(Bucket=stack, Key="rivals.zip", Body=package.getvalue())
    values = {
        "CodeBucket": stack,
        "CodeKey": "rivals.zip",
        "Handler": _HANDLERS[name],
        "Runtime": cloud.target.runtime,
    }
    cloudformation.create_stack(
        StackName=stack,
        TemplateBody=(HERE / "rivals.yaml").read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    (description,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in description["Outputs"]}
