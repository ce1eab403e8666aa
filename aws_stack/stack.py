"""A stack that is deployed, and what a test asks it."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from . import artifacts, cloudformation, removal
from .artifacts import Artifact
from .cache import Cache
from .cloudformation import CAPABILITIES, LONGEST_TEMPLATE_BODY, Resource
from .clouds import Cloud
from .template import check_parameters, local_code, read, with_code, with_environment

_API = re.compile(r"https://(?P<id>[a-z0-9]+)\.execute-api\.[^/]+/?(?P<rest>.*)")


class AwsStack:
    """A deployed stack. On a local cloud it has an account of its own, so that nobody else's names meet its own."""

    def __init__(self, cloud: Cloud, name: str, outputs: Mapping[str, str]) -> None:
        self.cloud = cloud
        self.name = name
        self.outputs = outputs
        """What the template's section Outputs lists, by name."""
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A boto3 client in the stack's account. It is made once."""
        if service not in self._clients:
            self._clients[service] = self.cloud.client(service)
        return self._clients[service]

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """What the stack made, by the name in the template; `resources["Uploads"].physical_id` is a bucket's name."""
        return {one.logical_id: one for one in cloudformation.resources(self.cloud, self.name)}

    def url(self, output: str) -> str:
        """The address of an API in an output: AWS's own on AWS, and where the API is served on a local cloud."""
        found = _API.fullmatch(self.outputs[output])
        if not (self.cloud.emulated and found):
            return self.outputs[output]
        return f"{self.cloud.endpoint_url}/_aws/execute-api/{found['id']}/{found['rest']}".rstrip("/")

    def log_lines(self, since: float = 0.0) -> dict[str, list[str]]:
        """What each function logged since a moment in seconds since 1970, oldest first; none of those that are silent.

        `{"Ingest": ["START RequestId: …", …]}`, by the function's name in the template.
        """
        events = ((one.logical_id, self.log_events(one, since)) for one in self.of_type("AWS::Lambda::Function"))
        return {name: [str(event["message"]).rstrip() for event in logged] for name, logged in events if logged}

    def log_events(self, function: Resource, since: float = 0.0) -> list[dict[str, Any]]:
        """What a function logged, as CloudWatch has it: `message`, `logStreamName`, `timestamp` in milliseconds."""
        pages = self.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{function.physical_id}"
        try:
            asked = pages.paginate(logGroupName=group, startTime=int(since * 1000))
            events = [event for page in asked for event in page["events"]]
        except self.client("logs").exceptions.ResourceNotFoundException:
            return []
        return sorted(events, key=lambda event: event["timestamp"])

    def messages(self) -> dict[str, list[str]]:
        """The bodies of some messages that wait in each of the stack's queues, which stay there; no empty queues."""
        found = {}
        for one in self.of_type("AWS::SQS::Queue"):
            answer = self.client("sqs").receive_message(
                QueueUrl=one.physical_id, MaxNumberOfMessages=10, VisibilityTimeout=0
            )
            if "Messages" in answer:
                found[one.logical_id] = [str(message["Body"]) for message in answer["Messages"]]
        return found

    def invoke(self, function: str, event: object) -> Any:
        """Invoke the function of this name in the template, and wait for its answer. An error it raised is one, too."""
        name = self.resources[function].physical_id
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        return json.load(answer["Payload"])

    def of_type(self, kind: str) -> list[Resource]:
        """The stack's resources of a type, such as "AWS::SQS::Queue"."""
        return [one for one in self.resources.values() if one.type == kind]


def place(cloud: Cloud, prefix: str) -> tuple[Cloud, str]:
    """Where to deploy a stack, and its name: on a cloud of this run's own a new account, elsewhere the one there is.

    Its name is its own in both: MiniStack 1.5 names functions after their stack, and a change to the configuration of a
    function ends the processes of every function of that name, whatever the account.
    """
    own = cloud.in_account(new_account()) if cloud.temporary else cloud
    return own, f"{prefix}-{uuid.uuid4().hex[:6]}"


def new_account() -> str:
    """A 12-digit account that nobody else has in this run: workers that are replaced, other stacks of this one."""
    return f"{uuid.uuid4().int % 10**12:012d}"


def deploy(
    cloud: Cloud,
    name: str,
    template: Path,
    parameters: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    cache: Cache | None = None,
) -> AwsStack:
    """Package a template's code and make the stack, or change it.

    Each function's environment has the `variables`, too. Raises UsageError, PackageError and DeployError.
    """
    content = with_environment(read(template), dict(variables or {}))
    check_parameters(content, parameters or {})
    code = list(local_code(content, template.parent, cloud.target))
    packages = {one.resource: one.package(cache or Cache()) for one in code}
    put: dict[str, Artifact] = {}
    if packages:
        files = {f"{resource}.zip": package for resource, package in packages.items()}
        put = dict(zip(packages, artifacts.put(cloud, name, files), strict=True))
    text = with_code(content, put)
    where = {"TemplateBody": text}
    if len(text.encode()) > LONGEST_TEMPLATE_BODY:
        [large] = artifacts.put(cloud, name, {"template.json": text.encode()})
        where = {"TemplateURL": large.url(cloud)}
    outputs = cloudformation.bring_to(
        cloud,
        name,
        where,
        dict(parameters or {}),
        is_there=cloudformation.status(cloud, name) is not None,
        capabilities=(*CAPABILITIES, "CAPABILITY_NAMED_IAM"),
    )
    return AwsStack(cloud, name, outputs)


@contextmanager
def deployed(
    cloud: Cloud,
    prefix: str,
    template: Path,
    parameters: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[AwsStack]:
    """A stack in a place of its own, for the `with` block. Where its cloud lives on, it is removed at the end."""
    own, name = place(cloud, prefix)
    try:
        yield deploy(own, name, template, parameters, variables)
    finally:
        if not cloud.temporary:
            removal.remove(own, name)
