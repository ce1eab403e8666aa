"""How settings are compared, and what the table of differences lets pass."""

from typing import Any

import pytest

from fixtures.differences import DIFFERENCES, Difference, surprises
from fixtures.readers import READERS
from fixtures.settings import Setting, leaves
from fixtures.template import Template

ALIKE: list[tuple[Any, Any]] = [
    ("Enabled", "Enabled"),
    (1209600, "1209600"),
    (0, 0.0),
    (True, "true"),
    ([{"Key": "a"}, {"Key": "b"}], [{"Key": "b"}, {"Key": "a"}]),
    ({"Status": "Enabled"}, {"Status": "Enabled", "MFADelete": "Disabled"}),
    ("s3:*", ["s3:*"]),
    (["s3:*"], "s3:*"),
    ('{"status": 403}', '{"status":403}'),
]

DIFFERENT: list[tuple[Any, Any]] = [
    ("Enabled", "Suspended"),
    ("Enabled", None),
    (900, 3),
    (False, None),
    (True, False),
    ("123456789012", "123456789013"),
    ({"Status": "Enabled"}, {}),
    ([{"Key": "a"}, {"Key": "b"}], [{"Key": "a"}]),
    ([{"Key": "a"}], [{"Key": "a"}, {"Key": "b"}]),
    (["a", "a"], ["a", "b"]),
    ({"Rules": [{"Id": "one"}]}, None),
    ('{"status": 403}', '{"status": 500}'),
]


def settings(expected: Any, found: Any) -> list[Setting]:
    return [Setting("AWS::Any", "One", *leaf) for leaf in leaves("Path", expected, found)]


@pytest.mark.parametrize(("expected", "found"), ALIKE)
def test_what_services_write_in_their_own_way_arrives(expected: Any, found: Any) -> None:
    assert all(one.arrives for one in settings(expected, found))


@pytest.mark.parametrize(("expected", "found"), DIFFERENT)
def test_what_is_not_as_the_template_says_does_not_arrive(expected: Any, found: Any) -> None:
    assert not all(one.arrives for one in settings(expected, found))


def test_a_leaf_has_the_path_to_it() -> None:
    rules = {"Rules": [{"Id": "one", "Status": "Enabled"}]}
    assert [one.path for one in settings(rules, None)] == ["Path.Rules.Id", "Path.Rules.Status"]


LOST = Setting("AWS::Any", "One", "Path.Rules.Id", "one", None)
KEPT = Setting("AWS::Any", "Two", "Path.Rules.Status", "Enabled", "Enabled")


def test_what_does_not_arrive_is_a_surprise_unless_it_is_named() -> None:
    assert list(surprises([KEPT], ())) == []
    assert list(surprises([LOST, KEPT], ())) == ["AWS::Any Path.Rules.Id of One is None, not 'one'"]
    assert list(surprises([LOST, KEPT], (Difference("AWS::Any", "Path.Rules.Id", "link"),))) == []


def test_what_is_named_and_arrives_is_a_surprise() -> None:
    [arrives] = surprises([LOST, KEPT], (Difference("AWS::Any", "Path", "link"),))
    assert arrives.endswith("but this arrives: Path.Rules.Status")
    [nowhere] = surprises([KEPT], (Difference("AWS::Any", "Pa", "link"),))
    assert nowhere.endswith("but the template has no such setting")


def test_a_property_without_a_reader_is_a_surprise() -> None:
    unreadable = Setting("AWS::Any", "One", "Path", "one", "one", readable=False)
    assert list(surprises([unreadable], ())) == ["AWS::Any Path: no reader in fixtures/readers"]


def named_settings() -> set[tuple[str, str]]:
    """Every type and property in the template."""
    resources = Template.transformed().resources.values()
    return {(one["Type"], property_) for one in resources for property_ in one.get("Properties", {})}


def test_every_property_of_the_template_has_a_reader() -> None:
    assert {(kind, name) for kind, name in named_settings() if name not in READERS.get(kind, {})} == set()


def test_every_difference_is_about_a_setting_of_the_template() -> None:
    named = {(one.kind, one.path.partition(".")[0]) for rows in DIFFERENCES.values() for one in rows}
    assert named - named_settings() == set()
