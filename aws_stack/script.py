"""A stack that a script makes: a function, or a program such as one of boto3, of Terraform or of the AWS command line.

It finds the cloud as any program does: by variables of the environment.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from .cloudformation import Resource
from .clouds import Cloud
from .errors import DeployError, UsageError
from .stack import AwsStack, place

Program = Sequence[str | Path]

NAME = "AWS_STACK_NAME"
"""The variable with the stack's name, which no other stack has."""

OUTPUTS = "AWS_STACK_OUTPUTS"
"""The variable with the outputs as JSON, for the program that removes what another made."""

_LAST_LINES = 20


class ScriptedStack(AwsStack):
    """A stack that is no stack of CloudFormation's."""

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The functions and queues of its account, by their names, if the account is its own; else nothing is known."""
        if not self.cloud.temporary:
            return {}
        functions = self.client("lambda").get_paginator("list_functions").paginate().search("Functions[].FunctionName")
        queues = self.client("sqs").get_paginator("list_queues").paginate().search("QueueUrls[]")
        found = {name: Resource(name, "AWS::Lambda::Function", name, "CREATE_COMPLETE") for name in functions}
        for url in filter(None, queues):
            name = url.rpartition("/")[2]
            # A function may be called the same.
            key = f"{name} (queue)" if name in found else name
            found[key] = Resource(key, "AWS::SQS::Queue", url, "CREATE_COMPLETE")
        return found


Deploy = Callable[[AwsStack], Mapping[str, str]] | Program
"""Makes the stack. A function returns the outputs, and a program prints them."""

Remove = Callable[[AwsStack], object] | Program
"""Removes what was made, also where making it ended halfway: then there are no outputs."""


@contextmanager
def scripted(
    cloud: Cloud, prefix: str, deploy: Deploy, remove: Remove | None = None, folder: Path | None = None
) -> Iterator[AwsStack]:
    """A stack that `deploy` makes in a place of its own, for the `with` block. A program runs in the `folder`.

    Where its cloud lives on, `remove` removes it at the end, and has to be there. Raises UsageError and DeployError.
    """
    if remove is None and not cloud.temporary:
        raise UsageError(f"the cloud {cloud.name} lives on, so the stack of a script needs a `remove`, too")
    own, name = place(cloud, prefix)
    stack = ScriptedStack(own, name, {})
    try:
        stack.outputs = _outputs(deploy, stack, folder)
        yield stack
    finally:
        if remove is not None and not cloud.temporary:
            _run(remove, stack, folder)


def set_variables(stack: AwsStack, variables: Mapping[str, str]) -> None:
    """Give these variables to each function that a script made, besides its own."""
    client = stack.client("lambda")
    for one in stack.of_type("AWS::Lambda::Function"):
        name = one.physical_id
        own = client.get_function_configuration(FunctionName=name).get("Environment", {}).get("Variables", {})
        client.get_waiter("function_active_v2").wait(FunctionName=name)
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {**own, **variables}})
        client.get_waiter("function_updated_v2").wait(FunctionName=name)


def _outputs(deploy: Deploy, stack: AwsStack, folder: Path | None) -> Mapping[str, str]:
    made = _run(deploy, stack, folder)
    return read_outputs(made) if isinstance(made, str) else dict(made or {})


def read_outputs(printed: str) -> dict[str, str]:
    """What a program printed: an object of JSON, as of `terraform output -json` too, or lines `NAME=VALUE`.

    Other lines, which are for people, are left aside.
    """
    try:
        found = json.loads(printed)
    except ValueError:
        lines = (line.partition("=") for line in printed.splitlines())
        return {name.strip(): value.strip() for name, equals, value in lines if equals and name.strip().isidentifier()}
    if not isinstance(found, dict):
        raise DeployError(
            f"a script prints outputs as an object of JSON or lines NAME=VALUE, and not {printed[:200]!r}"
        )
    # Terraform's have a type, too: https://developer.hashicorp.com/terraform/cli/commands/output
    values = {name: one["value"] if isinstance(one, dict) and "value" in one else one for name, one in found.items()}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


def environment(stack: AwsStack) -> dict[str, str]:
    """This process's environment, in which nothing but the stack's cloud is AWS."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    if stack.cloud.account is None:
        others = dict(os.environ)  # The account is that of the credential chain.
    variables = stack.cloud.variables()
    region = {"AWS_REGION": variables["AWS_DEFAULT_REGION"]}
    direct = _without_proxy(str(stack.cloud.endpoint_url)) if stack.cloud.emulated else {}
    return {**others, **variables, **region, **direct, NAME: stack.name, OUTPUTS: json.dumps(dict(stack.outputs))}


def _without_proxy(url: str) -> dict[str, str]:
    """The variables by which programs go to a local cloud without the user's proxy, which could not reach it.

    Programs read one or the other: https://about.gitlab.com/blog/2021/01/27/we-need-to-talk-no-proxy/
    """
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = ",".join(filter(None, [named, urlsplit(url).hostname]))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


def _run(script: Callable[[AwsStack], Any] | Program, stack: AwsStack, folder: Path | None) -> Any:
    if callable(script):
        with _exported(environment(stack)):
            return script(stack)
    command = [str(one) for one in script]
    shown = " ".join(command)
    try:
        ended = subprocess.run(command, env=environment(stack), cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise DeployError(f"{shown} does not start: {error}") from None
    if ended.returncode:
        last = "\n".join((ended.stdout + ended.stderr).splitlines()[-_LAST_LINES:])
        raise DeployError(f"{shown} ended with {ended.returncode}:\n{last}")
    return ended.stdout


@contextmanager
def _exported(variables: Mapping[str, str]) -> Iterator[None]:
    """Have these variables, and no others, for the `with` block: a function makes clients as a program does."""
    before = dict(os.environ), boto3.DEFAULT_SESSION
    try:
        os.environ.clear()
        os.environ.update(variables)
        boto3.DEFAULT_SESSION = None  # It keeps the account of whoever made the first client.
        yield
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        boto3.DEFAULT_SESSION = before[1]
