"""The judge's own bucket, its queue, and the tables of an implementation, on a local cloud.

S3 tells the queue of every object, and the judge hands S3's own event to the function. So it knows when an upload is
over, and can deliver the same event twice, or two at once.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from aws_stack import buckets
from aws_stack.clouds import Cloud
from aws_stack.waiting import NotYet, wait_until
from pipeline.words import _

from .adapter import Adapter
from .function import Answer, Function
from .installing import paths
from .template import WATCHED

Row = dict[str, Any]
Event = dict[str, Any]

EVENT_SECONDS = 20
"""How long S3 may take to tell of an object. A local cloud does so in milliseconds."""

SENTINEL = "judge-sentinel"
"""What the key of an object begins with that shows that S3 has told of all that came before it."""


@dataclass
class Upload:
    """A document that was uploaded under a key, and S3's event."""

    key: str
    body: bytes
    event: Event


@dataclass
class Bench:
    """Where an implementation is judged. `uploads` and the function's `answers` to them are those since `begin`."""

    adapter: Adapter
    cloud: Cloud
    bucket: str = ""
    uploads: list[Upload] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    begun: int = 0
    _said_before: int = 0
    _strays: list[Event] = field(default_factory=list)
    _functions: list[Function] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Bench":
        self.bucket = f"notas-judge-{secrets.token_hex(8)}"
        for name in (self.bucket, *self.adapter.resources.buckets):
            buckets.make(self.cloud, name)
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.queue = self.sqs.create_queue(QueueName=self.bucket)["QueueUrl"]
        asked = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        everything = {"QueueArn": asked["Attributes"]["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
        self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": [everything]}
        )
        for name in self.adapter.resources.tables:
            self._make(name)
        self._paths = paths(self.adapter)
        self._paths_of_api = paths(self.behind_api) if self.adapter.api else ()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def s3(self) -> Any:
        """A client of S3, with nothing between it and the cloud."""
        return self.cloud.client("s3")

    @cached_property
    def sqs(self) -> Any:
        """A client of SQS."""
        return self.cloud.client("sqs")

    @cached_property
    def dynamodb(self) -> Any:
        """A client of DynamoDB, with nothing between it and the cloud."""
        return self.cloud.client("dynamodb")

    @cached_property
    def function(self) -> Function:
        """The implementation's function."""
        return self._new_function(self.adapter, self._paths)

    @cached_property
    def other(self) -> Function:
        """A second process of it, as Lambda has for what comes at the same time."""
        return self._new_function(self.adapter, self._paths)

    @cached_property
    def api(self) -> Function:
        """The function of its API."""
        return self._new_function(self.behind_api, self._paths_of_api)

    @property
    def behind_api(self) -> Adapter:
        """The adapter of that function: a template may have its code in a folder of its own."""
        api = self.adapter.api
        assert api is not None  # nosec B101 # who asks has looked
        return replace(
            self.adapter,
            root=api.root,
            handler=api.handler,
            runtime=api.runtime,
            timeout=api.timeout,
            environment=api.environment,
            requirements=api.requirements,
        )

    def begin(self) -> None:
        """Empty the tables; forget what was uploaded and said."""
        self.begun += 1
        self.uploads, self.answers = [], []
        self._said_before = len(self.function.log())
        for name in self.adapter.resources.tables:
            self.dynamodb.delete_table(TableName=name)
            self._make(name)

    def afresh(self) -> None:
        """Have the next event start a new process."""
        for function in self._functions:
            function.stop()

    @contextmanager
    def without_buckets(self) -> Iterator[None]:
        """Let go of the names of the implementation's other buckets, for a `with` block. Names are everybody's."""
        for name in self.adapter.resources.buckets:
            buckets.remove(self.cloud, name)
        try:
            yield
        finally:
            for name in self.adapter.resources.buckets:
                buckets.make(self.cloud, name)

    def put(self, body: bytes, key: str) -> Upload:
        """Upload a document, and wait for S3's event. The function hears nothing of it yet."""
        upload = Upload(key, body, self._event_of(key, body))
        self.uploads.append(upload)
        return upload

    def upload(self, body: bytes, key: str) -> Answer:
        """Upload a document, and have the function take it, as often as Lambda would try."""
        return self.deliver(self.put(body, key).event)

    def deliver(self, event: Event, stage: Any = None) -> Answer:
        """Hand the function an event, as often as Lambda would try. The answer is the last one."""
        answers = self.function.deliver(event, stage)
        self.answers += answers
        return answers[-1]

    def rows(self, table: str = "") -> list[Row]:
        """What a table holds; the implementation's own, or another."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table or self.adapter.table, ConsistentRead=True)
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    def texts(self, bucket: str) -> Iterator[str]:
        """The objects of a bucket, as text."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for one in page.get("Contents", []):
                body = self.s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
                yield body.decode("utf-8", errors="replace")

    def log(self) -> str:
        """What the function has said since `begin`."""
        return self.function.log()[self._said_before :]

    def strays(self) -> list[str]:
        """The keys that S3 told of though the judge did not upload them. A sentinel shows that none is on its way."""
        self._strays.clear()
        self._event_of(f"{SENTINEL}.json", b"")
        return [str(one["s3"]["object"]["key"]) for event in self._strays for one in event["Records"]]

    def _event_of(self, key: str, body: bytes) -> Event:
        """Put an object, and wait for S3's event. Raises WaitTimeoutError."""
        version = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"]

        def ask() -> Event | NotYet:
            return self._received(version) or NotYet(_("S3 has not told of it"))

        return wait_until(f"S3 tells of {key}", ask, EVENT_SECONDS, first=0.002)

    def _received(self, version: str) -> Event | None:
        """The event of a version, if it has come. What came of others is kept."""
        found = None
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            event = json.loads(message["Body"])
            if "Records" not in event:  # S3 tells once that it may tell.
                continue
            if event["Records"][0]["s3"]["object"].get("versionId") == version:
                found = event
            elif not event["Records"][0]["s3"]["object"]["key"].startswith(SENTINEL):
                self._strays.append(event)
        return found

    def _new_function(self, adapter: Adapter, path: tuple[str, ...]) -> Function:
        known = adapter.environment.items()
        environment = {name: value.replace(WATCHED, self.bucket) for name, value in known}
        function = Function(adapter, self.cloud, environment, path)
        self._functions.append(function)
        return self._stack.enter_context(function)

    def _make(self, name: str) -> None:
        described = self.adapter.resources.tables[name]
        self.dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **described)
