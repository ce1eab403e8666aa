"""What gives permission in a template, and whether it is there before a resource is made."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from fixtures.template import PSEUDO, Evaluated

Need = Callable[["Order"], bool]
"""Whether what is waited for gives what AWS asks for."""

Asked = tuple[str, Need]
"""What AWS asks for, in words, with the look whether it is there."""

OWN_ACCOUNT = PSEUDO["AWS::AccountId"]

_RESOURCE = re.compile(r"\$\{(?P<name>\w+)(\.\w+)?\}")


@dataclass(frozen=True)
class Order:
    """One resource, and what is there before it is made."""

    stack: Evaluated
    name: str
    besides: frozenset[str] = frozenset()
    """What is looked at as if it were there before."""

    @property
    def properties(self) -> dict[str, Any]:
        """Its own properties."""
        return dict(self.stack.resources[self.name]["Properties"])

    def earlier(self, *types: str) -> dict[str, dict[str, Any]]:
        """The properties of what is there before it, of these types."""
        before = self.stack.before(self.name) | self.besides
        return {name: one for name, one in self.stack.of_type(*types).items() if name in before}

    def type_of(self, value: str) -> str:
        """The type of the resource that a value refers to; "" where it is none of the stack's."""
        return str(self.stack.resources.get(named(value), {}).get("Type", ""))

    def role_of(self, function: str) -> str:
        """The role of a function that a value refers to."""
        return str(self.stack.resources[named(function)]["Properties"]["Role"])


def named(value: Any) -> str:
    """The resource that a value is the reference or the ARN of: `${Ingest.Arn}` is of `Ingest`."""
    found = _RESOURCE.fullmatch(str(value))
    return found["name"] if found else ""


def listed(value: Any) -> list[Any]:
    """A list, which CloudFormation and IAM let people write as its only element."""
    return value if isinstance(value, list) else [value]


GIVEN = {"AWS::ApiGateway::Account": ("ApiAccessLog", "account")}
"""The types of which a person says, by a parameter's value, that there is one without the stack."""


def role_may(role: str, action: str, resource: str) -> Asked:
    """A role's policies allow an action, unconditionally."""

    def holds(order: Order) -> bool:
        return any(_allows(statement, action, resource) for statement in _statements_of_role(order, named(role)))

    return f"{role} may {action} on {resource}", holds


def role_trusts(role: str, service: str) -> Asked:
    """A service may assume a role."""

    def holds(order: Order) -> bool:
        found = order.earlier("AWS::IAM::Role").get(named(role), {})
        return any(
            _allows({**statement, "Resource": "*"}, "sts:AssumeRole", "*") and service in _services(statement)
            for statement in found.get("AssumeRolePolicyDocument", {}).get("Statement", [])
        )

    return f"{service} may assume {role}", holds


def role_has(role: str, managed: str) -> Asked:
    """A role has one of AWS's own policies."""

    def holds(order: Order) -> bool:
        found = order.earlier("AWS::IAM::Role").get(named(role), {})
        return any(arn.endswith(f":policy/{managed}") for arn in found.get("ManagedPolicyArns", []))

    return f"{role} has {managed}", holds


def function_lets(function: str, service: str, source: str) -> Asked:
    """A function's own policy lets a service invoke it, for this source."""

    def holds(order: Order) -> bool:
        return any(
            named(one["FunctionName"]) == named(function)
            and one["Action"] == "lambda:InvokeFunction"
            and one["Principal"] == service
            and fnmatchcase(source, one.get("SourceArn", "*"))
            for one in order.earlier("AWS::Lambda::Permission").values()
        )

    return f"{function} lets {service} invoke it for {source}", holds


def queue_lets(queue: str, service: str) -> Asked:
    """A queue's own policy lets a service send messages."""
    return _own_policy("AWS::SQS::QueuePolicy", "Queues", queue, service, "sqs:SendMessage")


def topic_lets(topic: str, service: str) -> Asked:
    """A topic's own policy lets a service publish."""
    return _own_policy("AWS::SNS::TopicPolicy", "Topics", topic, service, "sns:Publish")


def topic_keeps_letting(topic: str, service: str) -> Asked:
    """A topic's policy lets a service of its owner's publish, as the one does that a topic has at first.

    A policy of the template's own replaces that one, whenever it is made.
    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    what, lets = topic_lets(topic, service)

    def holds(order: Order) -> bool:
        policies = order.stack.of_type("AWS::SNS::TopicPolicy")
        replacing = [name for name, one in policies.items() if named(topic) in map(named, one["Topics"])]
        return all(lets(replace(order, besides=frozenset({name}))) for name in replacing)

    return what, holds


def _own_policy(kind: str, owners: str, owner: str, service: str, action: str) -> Asked:
    def holds(order: Order) -> bool:
        return any(
            named(owner) in map(named, one[owners])
            and any(
                _allows({**statement, "Condition": {}}, action, owner) and service in _services(statement)
                for statement in one["PolicyDocument"]["Statement"]
            )
            for one in order.earlier(kind).values()
        )

    return f"{owner} lets {service} do {action}", holds


def has_no_closed_key(topic: str) -> Asked:
    """A topic's key is one that other services may be allowed to use.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """

    def holds(order: Order) -> bool:
        return bool(order.earlier("AWS::SNS::Topic")[named(topic)].get("KmsMasterKeyId") != "alias/aws/sns")

    return f"another key for {topic} than AWS's own", holds


def is_there(kind: str) -> Asked:
    """Some resource of a type, or a person's word for it."""
    parameter, value = GIVEN.get(kind, ("", ""))

    def holds(order: Order) -> bool:
        return bool(order.earlier(kind)) or (kind in GIVEN and order.stack.parameters.get(parameter) == value)

    return f"a resource {kind}", holds


def _statements_of_role(order: Order, role: str) -> Iterator[dict[str, Any]]:
    for name, one in order.earlier("AWS::IAM::Role").items():
        if name == role:
            for policy in one.get("Policies", []):
                yield from policy["PolicyDocument"]["Statement"]
    for one in order.earlier("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy").values():
        if role in map(named, one.get("Roles", [])):
            yield from one["PolicyDocument"]["Statement"]


def _allows(statement: dict[str, Any], action: str, resource: str) -> bool:
    return (
        statement["Effect"] == "Allow"
        and _always(statement.get("Condition", {}))
        and any(fnmatchcase(action.lower(), one.lower()) for one in listed(statement["Action"]))
        and any(fnmatchcase(resource, one) for one in listed(statement.get("Resource", [])))
    )


def _always(condition: dict[str, dict[str, Any]]) -> bool:
    """Whether a condition holds for all that happens within the stack's own account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    return all(
        operator == "StringEquals" and key in ("aws:ResourceAccount", "aws:SourceAccount") and value == OWN_ACCOUNT
        for operator, keys in condition.items()
        for key, value in keys.items()
    )


def _services(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    return listed(principal.get("Service", [])) if isinstance(principal, dict) else []
