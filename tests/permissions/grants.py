"""What the template grants, permission by permission, and the template without one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutants.mutant import TEMPLATE, Mutant

_POLICY = re.compile(r"^  \w+:\n    Type: AWS::IAM::Policy\n(?P<body>(?:    .*\n|\n)+)", re.MULTILINE)
_ROLE = re.compile(r"^        - !Ref (\w+)Role\n", re.MULTILINE)
_STATEMENT = re.compile(r"^          - Sid: \w+\n(?:            .*\n)+", re.MULTILINE)
_RESOURCE = re.compile(r"!GetAtt \w+\.Arn|!Sub \"[^\"]+\"|\"?\*\"?")


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one resource, as a policy has it: `Api`, `s3:PutObject`, `Uploads/api/*`.

    `role` names all of them where several share the policy.

    `mutant` is the pipeline whose template does not have it.
    """

    role: str
    action: str
    resource: str
    mutant: Mutant


def grants(template: str) -> list[Grant]:
    """Every permission of the template, in its order."""
    return [
        grant
        for policy in _POLICY.finditer(template)
        for statement in _STATEMENT.finditer(policy["body"])
        for grant in _of(", ".join(_ROLE.findall(policy["body"])), statement[0])
    ]


def _of(role: str, statement: str) -> Iterator[Grant]:
    actions, resources = _values(statement, "Action"), _values(statement, "Resource")
    if len(actions) > 1 and len(resources) > 1:
        raise ValueError(f"one action on one resource cannot be taken out of this statement; split it:\n{statement}")
    for action in actions:
        for resource in resources:
            name = f"{role.replace(', ', '+')}-{action}-{_named(resource)}"
            without = _without(statement, actions, resources, action, resource)
            yield Grant(role, action, _named(resource), Mutant(name, "not needed", TEMPLATE, statement, without))


def _member(statement: str, name: str) -> re.Match[str]:
    found = re.search(rf"^            {name}: (?P<value>.+)\n", statement, re.MULTILINE)
    if found is None:
        raise ValueError(f"{name} has to stand on one line:\n{statement}")
    return found


def _values(statement: str, name: str) -> list[str]:
    value = _member(statement, name)["value"]
    return _RESOURCE.findall(value) if name == "Resource" else value.strip("[]").split(", ")


def _named(resource: str) -> str:
    """A resource for people: `!GetAtt Invoices.Arn` is `Invoices`, `!Sub "${Uploads.Arn}/*"` is `Uploads/*`."""
    return re.sub(r'!GetAtt |!Sub |["${}]|\.Arn', "", resource)


def _without(statement: str, actions: list[str], resources: list[str], action: str, resource: str) -> str:
    for name, values, taken in (("Action", actions, action), ("Resource", resources, resource)):
        if len(values) > 1:
            found = _member(statement, name)
            left = ", ".join(value for value in values if value != taken)
            return f"{statement[: found.start()]}            {name}: [{left}]\n{statement[found.end() :]}"
    return ""
