"""What a deployment is given is refused where AWS would refuse it, before anything is made."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aws_stack import artifacts
from aws_stack.clouds import Cloud, embedded
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import UsageError
from aws_stack.target import Target
from fixtures.template import parsed
from pipeline import cli, deploy
from pipeline.deploy import TEMPLATE
from pipeline.parameters import SET_BY_NOTAS, check, check_stack, read, target_of

from .aws import Aws

TEXT = TEMPLATE.read_text(encoding="utf-8")
PARAMETERS: dict[str, dict[str, Any]] = parsed(TEXT)["Parameters"]
AWS = Cloud("aws", "sa-east-1", AWS_TARGET)


def outside(rule: dict[str, Any]) -> list[str]:
    """Values that a parameter's own constraints refuse, just beside those that they allow."""
    values = []
    if "AllowedValues" in rule:
        values += [f"{rule['AllowedValues'][0]}0", ""]
    if rule["Type"] == "Number":
        values += ["lots", "1.5", "1e3", " 1", "٣"]
    if "MinValue" in rule:
        values.append(str(rule["MinValue"] - 1))
    if "MaxValue" in rule:
        values.append(str(rule["MaxValue"] + 1))
    if "AllowedPattern" in rule:
        values.append("?")
    return values


REFUSED = [(name, value) for name, rule in PARAMETERS.items() for value in outside(rule)]
ALLOWED = [
    (name, str(value))
    for name, rule in PARAMETERS.items()
    for value in [
        *rule.get("AllowedValues", []),
        *(rule[bound] for bound in ("MinValue", "MaxValue", "Default") if bound in rule),
    ]
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_value_that_the_template_refuses_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"--parameter {name}=") as refusal:
        check({name: value}, TEXT)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(("name", "value"), ALLOWED)
def test_every_value_that_the_template_allows_is_allowed(name: str, value: str) -> None:
    check({name: value}, TEXT)


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ("arn:aws:sns:sa-east-1:123456789012:alarms", True),
        ("arn:aws-us-gov:sns:us-gov-east-1:123456789012:alarms", True),
        ("arn:aws:sqs:sa-east-1:123456789012:alarms", False),
        ("alarms", False),
        ("arn:aws:sns:sa-east-1:123456789012:alarms ", False),
    ],
)
def test_a_pattern_is_for_the_whole_value(value: str, allowed: bool) -> None:
    if allowed:
        check({"AlarmTopicArn": value}, TEXT)
    else:
        with pytest.raises(UsageError, match="no ARN of an SNS topic"):
            check({"AlarmTopicArn": value}, TEXT)


@pytest.mark.parametrize("value", ["ops", "ops@example", "ops@example.com ", "josé@example.com", "a@b@example.com"])
def test_what_is_no_address_is_told_of_no_alarm(value: str) -> None:
    check({"AlarmEmail": "ops+notas@mail.example.com"}, TEXT)
    with pytest.raises(UsageError, match="no e-mail address"):
        check({"AlarmEmail": value}, TEXT)


def test_a_number_without_a_highest_is_told_only_its_least() -> None:
    with pytest.raises(UsageError, match="it has to be -1 or more"):
        check({"Concurrency": "-2"}, TEXT)


def test_a_parameter_that_the_template_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(UsageError, match=r"no parameter Memory; it has Runtime, .*MemorySize") as refusal:
        check({"Memory": "1024"}, TEXT)
    assert not [name for name in SET_BY_NOTAS if name in str(refusal.value)]


@pytest.mark.parametrize("name", SET_BY_NOTAS)
def test_nobody_deploys_another_package_by_a_parameter(name: str) -> None:
    assert name in PARAMETERS
    with pytest.raises(UsageError, match=f"notas sets {name} itself"):
        read([f"{name}=anything"])


def test_every_parameter_without_a_default_is_set_by_notas() -> None:
    assert {name for name, rule in PARAMETERS.items() if "Default" not in rule} <= set(SET_BY_NOTAS)


def test_a_parameter_is_a_name_and_a_value() -> None:
    assert read(["MemorySize=512", "AlarmTopicArn=a=b"]) == {"MemorySize": "512", "AlarmTopicArn": "a=b"}
    with pytest.raises(UsageError, match="not NAME=VALUE"):
        read(["MemorySize"])


@pytest.mark.parametrize("runtime", PARAMETERS["Runtime"]["AllowedValues"])
@pytest.mark.parametrize("architecture", PARAMETERS["Architecture"]["AllowedValues"])
def test_runtime_and_architecture_decide_what_is_built(runtime: str, architecture: str) -> None:
    assert target_of(AWS, {"Runtime": runtime, "Architecture": architecture}) == Target(runtime, architecture)


def test_what_is_not_given_is_the_clouds_own() -> None:
    assert target_of(AWS, {}) == AWS_TARGET
    assert target_of(AWS, {"Architecture": "arm64"}) == Target(AWS_TARGET.runtime, "arm64")


def test_a_cloud_that_runs_functions_on_one_python_is_given_no_other() -> None:
    cloud = embedded.at(4566)
    own = cloud.target
    assert target_of(cloud, {"Runtime": own.runtime, "Architecture": own.architecture}) == own
    other = "python3.12" if own.runtime != "python3.12" else "python3.13"
    with pytest.raises(UsageError, match=f"runs functions on the Python it has, {own.runtime}"):
        target_of(cloud, {"Runtime": other})


LONGEST = "n" * 30


@pytest.mark.parametrize("name", ["notas", "N", "notas-2", "a-", LONGEST, "N" * 21])
def test_a_stack_has_a_name_that_cloudformation_and_s3_take(name: str) -> None:
    check_stack(name, "sa-east-1")
    assert len(artifacts.bucket_name(name, "1" * 12, "sa-east-1")) <= 63


@pytest.mark.parametrize(
    "name",
    ["", "2notas", "-notas", "notas_2", "notas.2", "nótas", "notas\n", "n" * 129, f"{LONGEST}n", "N" * 22, "XN--notas"],
)
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="--stack"):
        check_stack(name, "sa-east-1")


def test_in_a_region_with_a_longer_name_the_stacks_is_shorter() -> None:
    with pytest.raises(UsageError, match="In ap-southeast-1 it may have 25"):
        check_stack("n" * 26, "ap-southeast-1")


def test_a_topic_of_another_region_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Aws().instead_of_the_network(monkeypatch)
    cloud = Cloud("aws", "sa-east-1", AWS_TARGET, account="1" * 12)
    arn = f"arn:aws:sns:us-east-1:{'1' * 12}:alarms"
    with pytest.raises(UsageError, match="is in us-east-1, and alarms tell topics of sa-east-1 only"):
        deploy.prepare(cloud, "notas", {"AlarmTopicArn": arn})
    deploy.prepare(cloud, "notas", {"AlarmTopicArn": arn.replace("us-east-1", "sa-east-1")})


def test_the_command_builds_for_the_runtime_and_architecture_that_it_deploys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    aws = Aws().instead_of_the_network(monkeypatch)
    package = tmp_path / "package.zip"
    package.write_bytes(b"the package")
    built: list[Target] = []

    def build(target: Target) -> Path:
        built.append(target)
        return package

    for module in (cli, deploy):
        monkeypatch.setattr(module, "build", build)
    monkeypatch.setattr(cli, "standing", lambda *_: Cloud("aws", "sa-east-1", AWS_TARGET, account="1" * 12))
    given = ["--parameter", "Runtime=python3.12", "--parameter", "Architecture=arm64"]
    result = CliRunner().invoke(cli.app, ["deploy", "--cloud", "aws", *given])
    assert result.exit_code == 0, result.stderr
    assert set(built) == {Target("python3.12", "arm64")}
    [stack] = aws.stacks.values()
    assert (stack.parameters["Runtime"], stack.parameters["Architecture"]) == ("python3.12", "arm64")


@pytest.mark.parametrize(
    ("stack", "parameters"),
    [
        ("notas_2", {}),
        ("notas", {"Timeout": "901"}),
        ("notas", {"Runtime": "python2.7"}),
        ("notas", {"LogRetentionDays": "2"}),
        ("notas", {"ApiAuthorization": "COGNITO"}),
        ("notas", {"Nothing": "1"}),
    ],
)
def test_nothing_is_built_or_asked_for_what_is_refused(
    monkeypatch: pytest.MonkeyPatch, stack: str, parameters: dict[str, str]
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("something was done")

    monkeypatch.setattr(deploy, "build", never)
    monkeypatch.setattr(cli, "build", never)
    monkeypatch.setattr(Cloud, "client", never)
    monkeypatch.setattr(cli, "standing", lambda *_: AWS)
    with pytest.raises(UsageError):
        deploy.deploy(AWS, stack, parameters)
    given = [word for name, value in parameters.items() for word in ("--parameter", f"{name}={value}")]
    result = CliRunner().invoke(cli.app, ["deploy", "--cloud", "aws", "--stack", stack, *given])
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert line.startswith("error: --")
