"""The embedded cloud reads templates as MiniStack itself does, and by libyaml."""

import pytest
import yaml
from ministack.services.cloudformation import engine

from aws_stack.clouds.ministack import templates
from pipeline.deploy import TEMPLATE

TAGS = """
Date: 2012-10-17
Plain: [yes, 1.5, 010, ~]
Named: !GetAtt Function.Arn
Nested: !If [Is, !Sub "${A}-${B}", !Join ["", [!Ref A, {Ref: B}]]]
"""


@pytest.fixture
def amended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CfnLoader", engine.CfnLoader)
    templates.amend()


@pytest.mark.parametrize("text", [TEMPLATE.read_text(encoding="utf-8"), TAGS], ids=["the pipeline's", "tags"])
def test_a_template_is_read_as_by_ministack_itself(request: pytest.FixtureRequest, text: str) -> None:
    own = engine._parse_template(text)
    request.getfixturevalue("amended")
    assert engine._parse_template(text) == own


@pytest.mark.usefixtures("amended")
def test_it_is_read_by_libyaml() -> None:
    assert issubclass(engine.CfnLoader, yaml.CSafeLoader)


@pytest.mark.usefixtures("amended")
def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(yaml.YAMLError):
        engine._parse_template("a: [1")
    with pytest.raises(yaml.YAMLError, match="could not determine a constructor"):
        engine._parse_template("a: !Unknown b")
