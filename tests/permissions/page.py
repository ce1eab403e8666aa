"""The results as a page of the docs, and the page read back."""

import re

from tests.mutants.trial import Trial

from .grants import Grant

HEAD = """\
# Permissions, and what fails without them

Made by `.venv/bin/python -m tests.permissions --table docs/permissions.md`, which takes some minutes. For each row it
deploys the [template](../pipeline/template.yaml) without that permission, to a cloud that obeys policies, and runs the
tests of permissions until one fails. Single rows may be newer.
[`tests/unit/test_permissions.py`](../tests/unit/test_permissions.py) checks that the rows are the template's
permissions, all of them and no others.

The resources are named as in the template. [Clouds on your machine](clouds.md#the-embedded-cloud) says how the embedded
cloud obeys policies, and where it had to be taught what AWS asks for.

| role of | may | on | without it, this test fails |
| --- | --- | --- | --- |
"""

_ROW = re.compile(
    r"\| (?P<role>[\w, ]+) \| `(?P<action>[^`]+)` \| `(?P<resource>[^`]+)` \| (?:`(?P<test>[^`]+)`|.*) \|"
)


def page(every: list[Grant], trials: dict[Grant, Trial], before: str = "") -> str:
    """The page, with a row for each permission that was tried, or has a row in the page `before`."""
    known = {row[:3]: row[3] for row in rows(before)}
    found = {
        grant: trials[grant].test if grant in trials else known.get((grant.role, grant.action, grant.resource))
        for grant in every
    }
    return HEAD + "".join(
        f"| {grant.role} | `{grant.action}` | `{grant.resource}` | {f'`{test}`' if test else '**none**'} |\n"
        for grant, test in found.items()
        if test is not None
    )


def rows(text: str) -> list[tuple[str, str, str, str]]:
    """The rows of a page: role, action, resource and test, which is empty where none had failed."""
    found = (_ROW.fullmatch(line) for line in text.splitlines())
    return [(row["role"], row["action"], row["resource"], row["test"] or "") for row in found if row]
