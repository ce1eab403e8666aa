"""Stacks of scripts: what a script finds in its environment, what is taken for its outputs, and when it is removed."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from botocore.utils import get_environ_proxies

from aws_stack.clouds import Cloud, embedded
from aws_stack.errors import DeployError, UsageError
from aws_stack.schedules.emulator import here
from aws_stack.script import read_outputs, scripted, set_variables
from aws_stack.stack import AwsStack, new_account

HERE = embedded.at(4999)
STANDING = replace(HERE, temporary=False)


def test_a_function_finds_the_cloud_as_any_program_does(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = boto3.Session("AKIA", "none", region_name="us-east-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", mine)
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before = dict(os.environ)

    def deploy(stack: AwsStack) -> Mapping[str, str]:
        sqs = boto3.client("sqs")
        assert sqs.meta.endpoint_url == HERE.endpoint_url
        assert sqs.meta.region_name == os.environ["AWS_REGION"] == HERE.region
        assert os.environ["AWS_ACCESS_KEY_ID"] == stack.cloud.account
        assert "AWS_PROFILE" not in os.environ
        credentials = boto3.DEFAULT_SESSION and boto3.DEFAULT_SESSION.get_credentials()
        assert credentials
        return {"Account": credentials.access_key, "Name": os.environ["AWS_STACK_NAME"]}

    accounts = set()
    for _ in range(2):
        with scripted(HERE, "test", deploy) as stack:
            assert stack.outputs == {"Account": stack.cloud.account, "Name": stack.name}
            accounts.add(stack.outputs["Account"])
            assert os.environ == before
            assert boto3.DEFAULT_SESSION is mine
    assert len(accounts) == 2, "each stack has an account of its own, also for clients that boto3 makes by default"


def test_a_program_prints_its_outputs_and_gets_them_back(tmp_path: Path) -> None:
    (tmp_path / "deploy.py").write_text("import os; print('made'); print('Url=' + os.environ['AWS_ENDPOINT_URL'])")
    (tmp_path / "remove.py").write_text("import os; open('removed', 'w').write(os.environ['AWS_STACK_OUTPUTS'])")
    deploy, remove = ([sys.executable, f"{what}.py"] for what in ("deploy", "remove"))
    with scripted(STANDING, "test", deploy, remove, tmp_path) as stack:
        assert stack.outputs == {"Url": HERE.endpoint_url}
        assert not (tmp_path / "removed").exists()
    assert (tmp_path / "removed").read_text() == f'{{"Url": "{HERE.endpoint_url}"}}'


def test_a_script_reaches_a_local_cloud_past_the_users_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "intranet.example")

    def deploy(stack: AwsStack) -> Mapping[str, str]:
        assert get_environ_proxies(str(stack.cloud.endpoint_url)) == {}
        assert get_environ_proxies("http://elsewhere.example") != {}
        return {name: os.environ[name] for name in ("NO_PROXY", "no_proxy")}

    with scripted(HERE, "test", deploy) as stack:
        assert set(stack.outputs.values()) == {"intranet.example,127.0.0.1"}


def test_functions_of_a_script_are_given_variables_and_keep_their_own() -> None:
    def deploy(stack: AwsStack) -> Mapping[str, str]:
        code = {"ZipFile": b"PK\x05\x06" + bytes(18)}
        of_any = {"Runtime": "python3.12", "Handler": "a.b", "Role": "arn:aws:iam::000000000000:role/r", "Code": code}
        functions = stack.client("lambda")
        functions.create_function(FunctionName="one", Environment={"Variables": {"TABLE": "t"}}, **of_any)
        functions.create_function(FunctionName="two", **of_any)
        stack.client("sqs").create_queue(QueueName="two")
        return {}

    with scripted(here(new_account()), "test", deploy) as stack:
        set_variables(stack, {"AWS_ENDPOINT_URL": "http://proxy"})
        asked = stack.client("lambda").get_function_configuration
        found = {name: asked(FunctionName=name)["Environment"]["Variables"] for name in ("one", "two")}
        assert {*stack.resources} == {"one", "two", "two (queue)"}
    assert found["one"] == {"TABLE": "t", "AWS_ENDPOINT_URL": "http://proxy"}
    assert found["two"] == {"AWS_ENDPOINT_URL": "http://proxy"}


def test_a_program_that_fails_says_its_last_words(tmp_path: Path) -> None:
    deploy = [sys.executable, "-c", "import sys; print('making'); sys.exit('no such bucket')"]
    with pytest.raises(DeployError, match=r"ended with 1:\nmaking\nno such bucket$"), scripted(HERE, "test", deploy):
        pass


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(DeployError, match=r"teraform apply does not start: .*No such file"),
        scripted(HERE, "test", ["teraform", "apply"], folder=tmp_path),
    ):
        pass


@pytest.mark.parametrize(("place", "removed"), [(HERE, []), (STANDING, ["all"])])
def test_what_ended_halfway_is_removed_where_the_cloud_lives_on(place: Cloud, removed: list[str]) -> None:
    found: list[str] = []

    def deploy(_: AwsStack) -> Mapping[str, str]:
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"), scripted(place, "test", deploy, lambda _: found.append("all")):
        pass
    assert found == removed


def test_where_the_cloud_lives_on_nothing_is_made_that_nobody_removes() -> None:
    made: list[AwsStack] = []

    def deploy(stack: AwsStack) -> Mapping[str, str]:
        made.append(stack)
        return {}

    with pytest.raises(UsageError, match="needs a `remove`"), scripted(STANDING, "test", deploy):
        pass
    assert made == []


@pytest.mark.parametrize(
    ("printed", "outputs"),
    [
        ("", {}),
        ('{"Bucket": "b", "Number": 3}', {"Bucket": "b", "Number": "3"}),
        ('{"Bucket": {"sensitive": false, "type": "string", "value": "b=c"}}', {"Bucket": "b=c"}),
        ("Making it: a=b\nBucket=b\n Url = http://h/?a=b \ndone\n", {"Bucket": "b", "Url": "http://h/?a=b"}),
    ],
)
def test_outputs_are_json_or_lines(printed: str, outputs: dict[str, str]) -> None:
    assert read_outputs(printed) == outputs


def test_other_json_is_no_outputs() -> None:
    with pytest.raises(DeployError, match="an object of JSON or lines NAME=VALUE"):
        read_outputs("[1]")
