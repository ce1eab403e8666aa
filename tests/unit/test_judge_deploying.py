"""What is deployed of an implementation: its own template, with the judge's package in the place of its code."""

import json
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from aws_stack.errors import UsageError
from aws_stack.target import Target
from aws_stack.template import read
from pipeline.judge import triggering
from pipeline.judge.adapter import Adapter
from pipeline.judge.bench import Bench
from pipeline.judge.deploying import SHIM, with_code
from pipeline.judge.installing import package
from pipeline.judge.learning import Learned
from pipeline.judge.promises import promise
from pipeline.judge.reading import load
from pipeline.judge.triggering import may_invoke
from pipeline.judge.verdict import Outcome

TARGET = Target("python3.13", "arm64")

TEMPLATE = """\
Parameters:
  Estagio: {Type: String, Default: dev}
  Balde: {Type: String}
Resources:
  Entrada: {Type: AWS::S3::Bucket}
  Notas: {Type: AWS::Serverless::SimpleTable}
  Camada: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: camada/}}
  Outra:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Handler: outra.handler, Runtime: python3.9}
  NoTemplate:
    Type: AWS::Lambda::Function
    Properties: {Code: {ZipFile: "def handler(*_): ..."}, Handler: index.handler, Runtime: python3.9}
  NoTemplateSam:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: "def handler(*_): ...", Handler: index.handler, Runtime: python3.9}
  Grava:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {Bucket: !Ref Balde, Key: notas.zip}
      Handler: app.handler
      Runtime: python3.9
      Environment: {Variables: {TABELA: !Ref Notas}}
      Events:
        Nova: {Type: S3, Properties: {Bucket: !Ref Entrada, Events: s3:ObjectCreated:*}}
"""


def adapter(folder: Path, template: str = TEMPLATE, more: str = "") -> Adapter:
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "app.py").write_text("", encoding="utf-8")
    (folder / ".venv").mkdir(exist_ok=True)
    (folder / ".venv" / "large.py").write_text("", encoding="utf-8")
    (folder / "template.yaml").write_text(template, encoding="utf-8")
    file = folder / "adapter.toml"
    file.write_text(f'template = "template.yaml"\nfunction = "Grava"\n{more}', encoding="utf-8")
    return load(file)


def amended(one: Adapter) -> dict[str, Any]:
    assert one.own is not None
    return with_code(read(one.own.template), one, one.own, Path("/package.zip"), TARGET)


def test_the_package_takes_the_place_of_the_code_and_the_rest_stays(tmp_path: Path) -> None:
    template = amended(adapter(tmp_path))
    properties = template["Resources"]["Grava"]["Properties"]
    assert (properties["CodeUri"], properties["Handler"]) == ("/package.zip", SHIM)
    assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
    assert properties["Environment"]["Variables"] == {"TABELA": {"Ref": "Notas"}, "JUDGED": "app.handler"}
    assert properties["Events"]["Nova"]["Type"] == "S3"
    # Others keep their code, which is seen from where the template really lies.
    assert template["Resources"]["Outra"]["Properties"]["CodeUri"] == str((tmp_path / "src").resolve())
    assert template["Resources"]["Outra"]["Properties"]["Handler"] == "outra.handler"
    assert template["Resources"]["Camada"]["Properties"]["ContentUri"] == str((tmp_path / "camada").resolve())


@pytest.mark.parametrize("name", ["NoTemplate", "NoTemplateSam"])
def test_code_of_another_function_that_stands_in_the_template_stays_there(tmp_path: Path, name: str) -> None:
    one = adapter(tmp_path)
    assert one.own is not None
    assert amended(one)["Resources"][name] == read(one.own.template)["Resources"][name]


def test_a_parameter_that_said_where_the_code_lies_needs_no_value(tmp_path: Path) -> None:
    assert amended(adapter(tmp_path))["Parameters"] == {"Estagio": {"Type": "String", "Default": "dev"}}


@pytest.mark.parametrize("use", ["!Ref Balde", '!Sub "${Balde}-copia"'])
def test_a_parameter_that_has_no_value_and_is_used_is_named(tmp_path: Path, use: str) -> None:
    used = TEMPLATE.replace("TABELA: !Ref Notas", f"TABELA: !Ref Notas, BALDE: {use}")
    with pytest.raises(UsageError, match="Balde has no default"):
        amended(adapter(tmp_path, used))


def test_code_that_all_functions_share_is_seen_from_the_template(tmp_path: Path) -> None:
    shared = "Globals: {Function: {CodeUri: src/}}\n" + TEMPLATE.replace("CodeUri: src/, ", "")
    assert amended(adapter(tmp_path, shared))["Resources"]["Outra"]["Properties"]["CodeUri"] == str(tmp_path / "src")


def names(one: Adapter, scratch: Path) -> set[str]:
    scratch.mkdir()
    with zipfile.ZipFile(package(one, TARGET, scratch)) as archive:
        return set(archive.namelist())


def test_the_package_has_the_code_and_the_module_that_is_called(tmp_path: Path) -> None:
    shims = {"deployed_function.py", "python_function.py"}
    one = adapter(tmp_path)
    (tmp_path / "src" / "gone").symlink_to("nowhere")
    whole = names(one, tmp_path.parent / f"{tmp_path.name}-whole")
    assert {"src/app.py", "template.yaml", *shims} <= whole
    assert not [name for name in whole if name.startswith(".")]
    part = names(adapter(tmp_path, more='package = ["src/app.py"]\n'), tmp_path.parent / f"{tmp_path.name}-part")
    assert part == {"src/app.py", *shims}


def test_a_part_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"package: there is no .*fonte"):
        adapter(tmp_path, more='package = ["fonte"]\n')


def test_a_requirements_file_is_found_from_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("", encoding="utf-8")
    adapter(tmp_path, more='requirements = "requirements.txt"\n')
    monkeypatch.chdir(tmp_path)
    assert load(Path("adapter.toml")).requirements == (tmp_path / "requirements.txt").resolve()


CONDITIONAL = """\
Resources:
  Entrada: {Type: AWS::S3::Bucket}
  Notas: {Type: AWS::Serverless::SimpleTable}
  Grava:
    Type: AWS::Serverless::Function
    Properties:
      {CodeUri: src/, Handler: app.handler, Events: {N: {Type: S3, Properties: {Bucket: !Ref Entrada, Events: "s3:*"}}}}
"""


@pytest.mark.parametrize("name", ["Grava", "Entrada", "Notas"])
def test_what_a_condition_of_the_template_leaves_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = {one: SimpleNamespace(physical_id=one) for one in ("Grava", "Entrada", "Notas") if one != name}
    stack = SimpleNamespace(resources=made)
    monkeypatch.setattr(triggering, "deployed", lambda *_: nullcontext(stack))
    bench = SimpleNamespace(adapter=adapter(tmp_path, CONDITIONAL), cloud=None, without_buckets=nullcontext)
    learned = Learned("array", "cents", {"id": "NF-1"})
    ruling = triggering.trigger(promise("0.2"), cast("Bench", bench), learned)
    assert ruling.outcome is Outcome.NOT_APPLICABLE
    assert ruling.why == f"deployed with the defaults of its parameters, its template makes no {name}"


class Policies:
    """A cloud whose Lambda has this policy for its function."""

    def __init__(self, **statement: Any) -> None:
        self.policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", **statement}]})

    def client(self, _service: str) -> "Policies":
        return self

    def get_policy(self, **_asked: str) -> dict[str, str]:
        return {"Policy": self.policy}


S3 = {"Principal": {"Service": "s3.amazonaws.com"}}


@pytest.mark.parametrize(
    ("statement", "may"),
    [
        (S3, True),
        ({"Principal": "*"}, True),
        ({**S3, "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::entrada-*"}}}, True),
        ({**S3, "Condition": {"StringEquals": {"aws:SourceAccount": "000000000001"}}}, True),
        ({**S3, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::saida"}}}, False),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, False),
        ({**S3, "Action": "lambda:GetFunction"}, False),
        ({**S3, "Effect": "Deny"}, False),
    ],
)
def test_who_may_invoke_the_function_is_read_in_its_policy(statement: dict[str, Any], may: bool) -> None:
    cloud: Any = Policies(**statement)
    assert may_invoke(cloud, "arn", "entrada-1") is may
