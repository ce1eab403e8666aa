"""Every setting of the template arrives, or is a known difference of the cloud."""

from collections.abc import Iterator

import pytest

from aws_stack.clouds import Cloud
from aws_stack.clouds.standing import AWS_TARGET
from fixtures.differences import DIFFERENCES, surprises
from fixtures.settings import settings
from fixtures.stacks import Stack, deployed
from fixtures.template import Evaluated, Template
from pipeline import concurrency

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

ACCOUNT = "AWS::ApiGateway::Account"


def otherwise(cloud: Cloud) -> dict[str, str]:
    """The parameters for a cloud.

    On one that lives on, they change nothing that is not the stack's own: the account has one role for the logs of all
    APIs. Nor do they reserve executions, because a new account has none to spare; 0 stops the function.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    return OTHERWISE if cloud.temporary else {**OTHERWISE, "ApiAccessLog": "none", "Concurrency": "0"}


@pytest.fixture(scope="module")
def other_stack(cloud: Cloud) -> Iterator[Stack]:
    with deployed(cloud, Stack, otherwise(cloud)) as one:
        yield one


def test_every_setting_of_the_template_arrives_or_is_a_known_difference(stack: Stack, other_stack: Stack) -> None:
    found = [*settings(stack), *settings(other_stack)]
    left_out = set() if stack.cloud.temporary else {ACCOUNT}
    assert {one.kind for one in found} | left_out == {one["Type"] for one in Template.transformed().resources.values()}
    surprising = list(surprises(found, DIFFERENCES[stack.cloud.name]))
    assert surprising == [], "\n".join(surprising)


def test_an_account_that_lives_on_keeps_its_role_and_its_executions() -> None:
    standing = otherwise(Cloud("aws", "sa-east-1", AWS_TARGET))
    made = Evaluated(Template.transformed(), standing).resources
    assert ACCOUNT not in {one["Type"] for one in made.values()}
    concurrency.check(Cloud("aws", "sa-east-1", AWS_TARGET), "any", int(standing["Concurrency"]))
