"""Templates of others, as `aws_stack` makes them ready: whose code is where, and what it is built for."""

import io
import json
import os
import time
import zipfile
from pathlib import Path

import pytest

from aws_stack.artifacts import Artifact
from aws_stack.cache import Cache
from aws_stack.errors import UsageError
from aws_stack.packaging import KEPT_SECONDS, package_of
from aws_stack.target import Target
from aws_stack.template import Code, Template, check_parameters, local_code, read, with_code, with_environment

AWS = Target("python3.13", "x86_64")
NATIVE = Target.this_interpreter()

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Runtime: {Type: String}
Globals:
  Function: {CodeUri: shared, Runtime: python3.12, Architectures: [arm64]}
Resources:
  Sam: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  Plain:
    Type: AWS::Lambda::Function
    Properties: {Code: plain, Runtime: nodejs22.x, Environment: {Variables: {A: "1"}}}
  Given: {Type: AWS::Serverless::Function, Properties: {CodeUri: own, Runtime: !Ref Runtime}}
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer.zip}}
  Inline: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: "pass"}}}
  There: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://bucket/key}}
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("shared", "plain", "own"):
        (tmp_path / name).mkdir()
    (tmp_path / "layer.zip").write_bytes(b"zip")
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def template(folder: Path) -> Template:
    return read(folder / "template.yaml")


def test_code_is_found_where_it_is_a_path_beside_the_template(folder: Path, template: Template) -> None:
    found = {one.resource: one.path.name for one in local_code(template, folder, AWS)}
    assert found == {"Sam": "shared", "Plain": "plain", "Given": "own", "Layer": "layer.zip"}


@pytest.mark.parametrize(
    ("native", "sam", "given"),
    [(AWS, Target("python3.12", "arm64"), AWS), (NATIVE, NATIVE, NATIVE)],
    ids=["aws", "this interpreter"],
)
def test_it_is_built_for_what_it_runs_on(
    folder: Path, template: Template, native: Target, sam: Target, given: Target
) -> None:
    targets = {one.resource: one.target for one in local_code(template, folder, native)}
    assert targets["Sam"] == sam
    assert targets["Given"] == given
    assert targets["Plain"].runtime == "nodejs22.x"


@pytest.mark.parametrize(
    "architectures", ["!Ref Architecture", "[!Ref Architecture]", "!If [OnArm, [arm64], [x86_64]]"]
)
def test_an_architecture_that_is_left_to_a_parameter_is_as_the_cloud_has_it(folder: Path, architectures: str) -> None:
    properties = f"{{CodeUri: own, Runtime: python3.12, Architectures: {architectures}}}"
    file = folder / "t.yaml"
    file.write_text(f"Resources: {{A: {{Type: AWS::Serverless::Function, Properties: {properties}}}}}")
    [code] = local_code(read(file), folder, Target("python3.13", "arm64"))
    assert code.target == Target("python3.12", "arm64")


def test_a_path_that_is_not_there_is_named(folder: Path, template: Template) -> None:
    (folder / "plain").rmdir()
    with pytest.raises(UsageError, match=r"^the code of Plain is not there: .*/plain$"):
        list(local_code(template, folder, AWS))


def test_the_deployed_template_names_the_code_as_each_type_does(template: Template) -> None:
    artifact = Artifact("b", "k", "v")
    text = with_code(template, dict.fromkeys(["Sam", "Plain"], artifact))
    resources = json.loads(text)["Resources"]
    assert resources["Sam"]["Properties"]["CodeUri"] == {"Bucket": "b", "Key": "k", "Version": "v"}
    assert resources["Sam"]["Properties"]["Handler"] == "a.b"
    assert resources["Plain"]["Properties"]["Code"] == {"S3Bucket": "b", "S3Key": "k", "S3ObjectVersion": "v"}
    assert resources["Role"]["Properties"]["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"


def test_variables_come_to_every_function_beside_its_own(template: Template) -> None:
    resources = with_environment(template, {"B": "2"})["Resources"]
    assert resources["Plain"]["Properties"]["Environment"]["Variables"] == {"A": "1", "B": "2"}
    assert resources["Sam"]["Properties"]["Environment"]["Variables"] == {"B": "2"}
    assert "Environment" not in resources["Layer"]["Properties"]
    assert template["Resources"]["Sam"]["Properties"] == {"Handler": "a.b"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[1]", "is no template"),
        ("a: [", "cannot read the template"),
        ("Resources:", "it has no Resources"),
        ("Resources: {A: }", "the resource A has no Type"),
        ("Resources: {A: AWS::S3::Bucket}", "the resource A has no Type"),
    ],
)
def test_what_is_no_template_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(UsageError, match=why):
        read(tmp_path / "t.yaml")


def test_a_section_that_is_empty_is_for_cloudformation_to_judge(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "Globals:\nResources: {A: {Type: AWS::Lambda::Function, Properties: }, "
        "B: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: }}}}"
    )
    template = with_environment(read(tmp_path / "t.yaml"), {"C": "1"})
    assert template["Resources"]["A"]["Properties"]["Environment"]["Variables"] == {"C": "1"}
    assert template["Resources"]["B"]["Properties"]["Environment"]["Variables"] == {"C": "1"}
    assert list(local_code(template, tmp_path, AWS)) == []


def test_a_loop_over_resources_is_left_to_cloudformation(tmp_path: Path) -> None:
    loop = "{'Fn::ForEach::Topics': [Name, [A, B], {'${Name}': {Type: AWS::SNS::Topic}}]}"
    (tmp_path / "t.yaml").write_text(f"Transform: AWS::LanguageExtensions\nResources: {loop}")
    template = with_environment(read(tmp_path / "t.yaml"), {"A": "1"})
    assert list(local_code(template, tmp_path, AWS)) == []
    assert json.loads(with_code(template, {})) == read(tmp_path / "t.yaml")


def test_a_parameter_that_the_template_does_not_have_is_refused(template: Template) -> None:
    check_parameters(template, ["Runtime"])
    with pytest.raises(UsageError, match=r"^the template has no parameter Runtim; it has Runtime$"):
        check_parameters(template, ["Runtime", "Runtim"])
    with pytest.raises(UsageError, match=r"it has none$"):
        check_parameters({"Resources": {}, "Parameters": None}, ["Runtime"])


def test_a_layer_is_packed_beside_those_that_other_runs_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setenv("AWS_STACK_CACHE", str(cache))
    (cache / "layer-Layer.zip").write_bytes(b"half of it")
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "a.py").touch()
    content = Code("Layer", tmp_path / "layer", NATIVE, is_function=False).package(Cache())
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["a.py"]
    assert {one.name: one.read_bytes() for one in cache.iterdir()} == {"layer-Layer.zip": b"half of it"}


def test_a_package_has_the_folder_and_is_built_again_only_if_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_STACK_CACHE", str(tmp_path / "cache"))
    code = tmp_path / "code"
    (code / "__pycache__").mkdir(parents=True)
    (code / "__pycache__" / "app.pyc").touch()
    (code / "app.py").write_text("A = 1\n")
    first = package_of(code, NATIVE, Cache())
    assert zipfile.ZipFile(first).namelist() == ["app.py"]
    made = first.stat().st_mtime_ns
    assert package_of(code, NATIVE, Cache()).stat().st_mtime_ns == made
    (code / "app.py").write_text("A = 2\n")
    assert package_of(code, NATIVE, Cache()) != first


def test_packages_that_nobody_used_for_a_month_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, code, long_ago = tmp_path / "cache", tmp_path / "code", time.time() - KEPT_SECONDS - 60
    monkeypatch.setenv("AWS_STACK_CACHE", str(cache))
    code.mkdir()
    (code / "app.py").write_text("A = 1\n")
    used = package_of(code, NATIVE, Cache())
    os.utime(used, (long_ago, long_ago))
    package_of(code, NATIVE, Cache())
    unused, killed, other = cache / "package-0.zip", cache / "unfinished-0" / "own", cache / "else"
    killed.mkdir(parents=True)
    for one in (unused, other):
        one.touch()
    for one in (unused, killed.parent, other):
        os.utime(one, (long_ago, long_ago))
    (code / "app.py").write_text("A = 2\n")
    made = package_of(code, NATIVE, Cache())
    assert {*cache.iterdir()} == {used, made, other}
