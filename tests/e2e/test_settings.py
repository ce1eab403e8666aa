"""Every setting of the template arrives, or is a known difference of the cloud."""

from collections.abc import Iterator

import pytest

from aws_stack.clouds import Cloud
from fixtures.differences import DIFFERENCES, surprises
from fixtures.settings import settings
from fixtures.stacks import Stack, deployed
from fixtures.template import Template

OTHERWISE = {
    "AlarmEmail": "somebody@example.com",
    # Also where the account has a role already, as on LocalStack.
    "ApiAccessLog": "stack",
    "ApiAuthorization": "API_KEY",
    "ApiBurstLimit": "20",
    "ApiMemorySize": "256",
    "ApiRateLimit": "10",
    "Concurrency": "7",
    "LogRetentionDays": "7",
    "MemorySize": "1024",
    "Timeout": "60",
}
"""Parameters with which everything is there that the default values leave out."""


@pytest.fixture(scope="module")
def other_stack(cloud: Cloud) -> Iterator[Stack]:
    with deployed(cloud, Stack, OTHERWISE) as one:
        yield one


def test_every_setting_of_the_template_arrives_or_is_a_known_difference(stack: Stack, other_stack: Stack) -> None:
    found = [*settings(stack), *settings(other_stack)]
    assert {one.kind for one in found} == {one["Type"] for one in Template.transformed().resources.values()}
    surprising = list(surprises(found, DIFFERENCES[stack.cloud.name]))
    assert surprising == [], "\n".join(surprising)
