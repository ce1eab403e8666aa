"""What a deployment is given: the stack's name and the template's parameters, refused where AWS would refuse them."""

import math
import re
from functools import lru_cache
from typing import Any

from aws_stack.artifacts import bucket_name
from aws_stack.clouds import Cloud
from aws_stack.errors import UsageError
from aws_stack.target import Target

from .words import _

SET_BY_NOTAS = ("CodeBucket", "CodeKey", "CodeVersion", "EndpointUrl")
"""The parameters that follow from the package and the cloud. A person who sets them would deploy something else."""

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
_STACK_NAME = re.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}")

# The stack's buckets have names that begin with the stack's.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_LONGEST_BUCKET_NAME = 63
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")


def read(given: list[str]) -> dict[str, str]:
    """The parameters of a command line: `["MemorySize=1024"]` is `{"MemorySize": "1024"}`. Raises UsageError."""
    parameters = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(_("--parameter {text} is not NAME=VALUE, such as MemorySize=1024", text=text))
        if name in SET_BY_NOTAS:
            raise UsageError(_("--parameter {text}: notas sets {name} itself; leave it out", text=text, name=name))
        parameters[name] = value
    return parameters


def check_stack(name: str, region: str) -> None:
    """Raise UsageError if AWS would refuse a stack of this name, or its buckets."""
    if not _STACK_NAME.fullmatch(name):
        raise UsageError(
            _(
                "--stack {name}: a stack's name begins with a letter, and has at most 128 letters, digits and hyphens",
                name=name,
            )
        )
    longest = _LONGEST_BUCKET_NAME - (len(bucket_name(name, "0" * 12, region)) - len(name))
    if len(name) > longest:
        raise UsageError(
            _(
                "--stack {name} has {length} characters. In {region} it may have {longest}, because its buckets' names "
                "begin with it, and S3 takes {most}",
                name=name,
                length=len(name),
                region=region,
                longest=longest,
                most=_LONGEST_BUCKET_NAME,
            )
        )
    if name.lower().startswith(_RESERVED_PREFIXES):
        raise UsageError(
            _(
                "--stack {name}: its buckets' names would begin with it, and S3 takes none that begins with {prefixes}",
                name=name,
                prefixes=", ".join(_RESERVED_PREFIXES),
            )
        )


def check(values: dict[str, str], template: str) -> None:
    """Raise UsageError if the template's own constraints refuse one of these parameters.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    if not values:
        return
    known = _parameters(template)
    for name, value in values.items():
        if name not in known:
            settable = ", ".join(one for one in known if one not in SET_BY_NOTAS)
            raise UsageError(
                _(
                    "--parameter {name}={value}: the template has no parameter {name}; it has {settable}",
                    name=name,
                    value=value,
                    settable=settable,
                )
            )
        wrong = _wrong(known[name], value)
        if wrong:
            raise UsageError(f"--parameter {name}={value}: {wrong}")


def check_topic(arn: str, region: str) -> None:
    """Raise UsageError if the topic of alarms is in another region: CloudWatch tells none of those."""
    its_region = arn.split(":")[3] if arn else region
    if its_region != region:
        raise UsageError(
            _(
                "--parameter AlarmTopicArn={arn} is in {its_region}, and alarms tell topics of {region} only",
                arn=arn,
                its_region=its_region,
                region=region,
            )
        )


def target_of(cloud: Cloud, values: dict[str, str]) -> Target:
    """What to build the package for: the cloud's own runtime and architecture, or those given. Raises UsageError."""
    runtime = values.get("Runtime", cloud.target.runtime)
    architecture = values.get("Architecture", cloud.target.architecture)
    if (runtime, architecture) == (cloud.target.runtime, cloud.target.architecture):
        return cloud.target
    if cloud.target.native:
        raise UsageError(
            _(
                "this cloud runs functions on the Python it has, {runtime} on {architecture}, and not on {other} on "
                "{other_architecture}. Leave out Runtime and Architecture",
                runtime=cloud.target.runtime,
                architecture=cloud.target.architecture,
                other=runtime,
                other_architecture=architecture,
            )
        )
    return Target(runtime, architecture)


@lru_cache(maxsize=8)
def _parameters(template: str) -> dict[str, dict[str, Any]]:
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - 0.2 s, for those who give parameters

    return dict(yaml_parse(template).get("Parameters", {}))


def _wrong(rule: dict[str, Any], value: str) -> str | None:
    """Why the rule refuses a value; None if it does not."""
    allowed = [str(one) for one in rule.get("AllowedValues", [])]
    if allowed and value not in allowed:
        return _("it has to be one of {values}", values=", ".join(allowed))
    if rule["Type"] == "Number":
        # All of the template's numbers count something. A fraction would pass CloudFormation, and fail at the service.
        if not re.fullmatch("-?[0-9]{1,10}", value):
            return _("it is not a whole number")
        least, most = rule.get("MinValue", -math.inf), rule.get("MaxValue", math.inf)
        if least <= int(value) <= most:
            return None
        return (
            _("it has to be {least} or more", least=least)
            if most == math.inf
            else _("it has to be from {least} to {most}", least=least, most=most)
        )
    if "AllowedPattern" in rule and not re.fullmatch(rule["AllowedPattern"], value):
        pattern = rule["AllowedPattern"]
        return str(rule.get("ConstraintDescription") or _("it does not match {pattern}", pattern=pattern))
    return None
