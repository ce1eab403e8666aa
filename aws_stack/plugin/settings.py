"""What a project says of its stack, in pytest's settings, and what a command line says of its cloud."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from ..clouds.choice import CloudName
from ..clouds.image import IMAGE

TEMPLATE = "aws_stack_template"
PARAMETERS = "aws_stack_parameters"
NAME = "aws_stack_name"
REGION = "aws_stack_region"
POLICIES = "aws_cloud_policies"
FAULTS = "aws_stack_faults"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run."""

    cloud: str
    images: tuple[str, ...]
    endpoint_url: str | None
    account: str | None
    policies: bool
    faults: bool
    template: Path
    parameters: dict[str, str]
    name: str
    region: str
    """The cloud's own if it is empty."""


def add(parser: pytest.Parser) -> None:
    """Add the options and the settings."""
    group = parser.getgroup("aws-stack", "AWS for tests")
    group.addoption(
        "--aws-cloud",
        metavar="NAME",
        default=CloudName.EMBEDDED.value,
        help=f"where stacks are deployed: {', '.join(CloudName)}, or one that a plugin adds; aws costs money",
    )
    group.addoption("--aws-cloud-image", metavar="IMAGE", help="LocalStack's image, or another emulator's")
    group.addoption("--aws-endpoint-url", metavar="URL", help="the AWS at this endpoint, which is there already")
    group.addoption("--aws-account", metavar="ID", help="the account that tests may use: the one of your credentials")
    group.addoption("--aws-report", metavar="FILE", help="write a page about tests and calls of functions to this file")
    parser.addini(TEMPLATE, "the SAM or CloudFormation template of the fixture aws_stack", "string", "template.yaml")
    parser.addini(PARAMETERS, "its parameters, one NAME=VALUE a line", "linelist", [])
    parser.addini(NAME, "what the names of stacks begin with", "string", "test")
    parser.addini(REGION, "the region of stacks; else sa-east-1, and on AWS your configuration's", "string", "")
    parser.addini(FAULTS, "whether calls of functions can be struck, by aws_faults and aws_limits", "bool", False)
    parser.addini(POLICIES, "whether the embedded cloud obeys every policy, as AWS does", "bool", True)


def of(config: pytest.Config) -> Settings:
    """The settings of this run. Raises pytest.UsageError."""
    option, parameters = config.option, {}
    for line in config.getini(PARAMETERS):
        name, equals, value = str(line).partition("=")
        if not equals:
            raise pytest.UsageError(f"{PARAMETERS}: {line} is not NAME=VALUE")
        parameters[name.strip()] = value.strip()
    return Settings(
        cloud=option.aws_cloud,
        images=(option.aws_cloud_image or IMAGE,),
        endpoint_url=option.aws_endpoint_url,
        account=option.aws_account,
        policies=bool(config.getini(POLICIES)),
        faults=bool(config.getini(FAULTS)),
        template=config.rootpath / str(config.getini(TEMPLATE)),
        parameters=parameters,
        name=str(config.getini(NAME)),
        region=str(config.getini(REGION)),
    )
