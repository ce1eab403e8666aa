"""The template's functions and conditions, as CloudFormation evaluates them."""

from typing import Any

import pytest

from fixtures.template import Evaluated, Template

PARAMETERS = {"Name": {"Default": "any"}, "Size": {"Default": 1}}
CONDITIONS = {
    "Named": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, ""]}]},
    "Small": {"Fn::Equals": [{"Ref": "Size"}, "1"]},
    "Both": {"Fn::And": [{"Condition": "Named"}, {"Condition": "Small"}]},
    "Either": {"Fn::Or": [{"Condition": "Named"}, {"Condition": "Small"}]},
}

VALUES: dict[str, tuple[Any, Any]] = {
    "a parameter": ({"Ref": "Name"}, "any"),
    "a resource": ({"Ref": "One"}, "${One}"),
    "an attribute": ({"Fn::GetAtt": ["One", "Arn"]}, "${One.Arn}"),
    "an attribute with a dot": ({"Fn::GetAtt": "One.Endpoint.Address"}, "${One.Endpoint.Address}"),
    "a text": ({"Fn::Sub": "${Name}-${One}-${One.Arn}-${AWS::Region}"}, "any-${One}-${One.Arn}-us-east-1"),
    "a text with names of its own": ({"Fn::Sub": ["${Own}/*", {"Own": {"Ref": "Name"}}]}, "any/*"),
    "a text with what is no variable": ({"Fn::Sub": "${!Name}"}, "${Name}"),
    "texts": ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-any"),
    "a choice": ({"Fn::If": ["Both", {"Ref": "Size"}, {"Ref": "One"}]}, 1),
    "nothing": ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}]}, {"b": []}),
}


def template(**resources: Any) -> Template:
    return Template({"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": resources})


@pytest.mark.parametrize("row", VALUES)
def test_a_function_is_evaluated(row: str) -> None:
    function, value = VALUES[row]
    assert Evaluated(template(), {}).value(function) == value


@pytest.mark.parametrize("unknown", [{"Fn::Select": [0, ["a"]]}, {"Fn::If": [{"Fn::Contains": []}, 1, 2]}])
def test_a_function_that_is_not_known_is_refused(unknown: Any) -> None:
    with pytest.raises(ValueError, match="does not know Fn::"):
        Evaluated(template(), {}).value(unknown)


def test_a_resource_waits_for_what_it_refers_to_and_what_it_names() -> None:
    evaluated = Evaluated(
        template(
            One={"Type": "A"},
            Two={"Type": "A", "DependsOn": ["One", "Never"]},
            Three={"Type": "A", "Properties": {"Text": {"Fn::Sub": "${Two.Arn}"}}},
            Never={"Type": "A", "Condition": "Both"},
        ),
        {"Name": ""},
    )
    assert set(evaluated.resources) == {"One", "Two", "Three"}
    assert evaluated.waits == {"One": set(), "Two": {"One"}, "Three": {"Two"}}
    assert evaluated.before("Three") == {"One", "Two"}


def test_only_the_chosen_side_of_a_choice_is_waited_for() -> None:
    either = {"Type": "A", "Properties": {"Of": {"Fn::If": ["Small", {"Ref": "One"}, {"Ref": "Two"}]}}}
    one = template(One={"Type": "A"}, Two={"Type": "A"}, Three=either)
    assert Evaluated(one, {}).waits["Three"] == {"One"}
    assert Evaluated(one, {"Size": "2"}).waits["Three"] == {"Two"}


def test_a_parameter_takes_what_it_is_compared_with_and_something_else() -> None:
    choices = list(template().choices())
    assert {choice["Size"] for choice in choices} == {"1", "11"}
    assert {choice["Name"] for choice in choices} == {"", "1"}
    assert len(choices) == 4
