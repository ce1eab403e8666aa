"""The results as a page of the docs, and the page read back."""

import re

from tests.mutants.trial import Ending, Trial

from .grants import Grant

HEAD = """\
# Permissions, and what fails without them

Made by `.venv/bin/python -m tests.permissions --table docs/permissions.md`, which takes some minutes. For each row it
deploys the [template](../pipeline/template.yaml) without that permission, to a cloud that obeys policies, and runs the
tests of permissions until one fails. [`tests/unit/test_permissions.py`](../tests/unit/test_permissions.py) checks that
the rows are the template's permissions, all of them and no others.

The resources are named as in the template. [Clouds on your machine](clouds.md#the-embedded-cloud) says how the embedded
cloud obeys policies, and where it had to be taught what AWS asks for.

| role of | may | on | without it, this test fails |
| --- | --- | --- | --- |
"""

_ROW = re.compile(
    r"\| (?P<role>[\w, ]+) \| `(?P<action>[^`]+)` \| `(?P<resource>[^`]+)` \| (?:`(?P<test>[^`]+)`|.*) \|"
)


def page(trials: list[tuple[Grant, Trial]]) -> str:
    """The page, with a row for each permission."""
    rows = [
        f"| {grant.role} | `{grant.action}` | `{grant.resource}` "
        f"| {f'`{trial.test}`' if trial.ending is Ending.CAUGHT else f'**{trial.ending}**'} |\n"
        for grant, trial in trials
    ]
    return HEAD + "".join(rows)


def rows(text: str) -> list[tuple[str, str, str, str]]:
    """The rows of a page: role, action, resource and test, which is empty where none had failed."""
    found = (_ROW.fullmatch(line) for line in text.splitlines())
    return [(row["role"], row["action"], row["resource"], row["test"] or "") for row in found if row]
