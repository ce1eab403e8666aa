"""Whether an implementation's own trigger fires: deployed by its template, it has to store one upload."""

import json
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

from aws_stack.clouds import Cloud
from aws_stack.errors import AwsStackError
from aws_stack.stack import AwsStack
from aws_stack.waiting import NotYet, WaitTimeoutError, wait_until
from pipeline.words import _

from .bench import Bench
from .deploying import deployed
from .documents import document
from .function import ATTEMPTS, LAST_WORDS
from .learning import Learned, suffix
from .promise import Promise
from .template import Own
from .verdict import Outcome, Ruling

SECONDS = 120
"""How long a row may take to arrive. This machine may be busy, and on LocalStack a container has to start."""


def trigger(promise: Promise, bench: Bench, learned: Learned | None) -> Ruling:
    """The ruling on an implementation's own trigger, by one upload that goes by it."""
    adapter, own = bench.adapter, bench.adapter.own
    if own is None or not adapter.resources.filters:
        return Ruling(promise, Outcome.NOT_APPLICABLE, _("no template says what triggers it"))
    key = f"{adapter.prefix}judge/trigger{suffix(learned.form, adapter) if learned else adapter.suffixes[0]}"
    if not adapter.is_triggered_by(key):
        filters = ", ".join(f"{rule['Name']} {rule['Value']}" for one in adapter.resources.filters for rule in one)
        what = _("S3 does not tell of {key}: the trigger's filter is {filters}", key=key, filters=filters)
        return Ruling(promise, Outcome.BROKEN, what)
    if learned is None:
        return Ruling(promise, Outcome.NOT_APPLICABLE, _("it stores no invoice"))
    if not (own.bucket and own.table):
        why = _("the bucket and the table are not both in its template")
        return Ruling(promise, Outcome.NOT_APPLICABLE, why)
    body = document([learned.base], learned.form, adapter)
    try:
        with bench.without_buckets(), deployed(adapter, own, bench.cloud) as stack:
            return _uploaded(promise, stack, own, key, body)
    except AwsStackError as error:
        why = _("its template could not be deployed here: {error}", error=" ".join(str(error).split()))
        return Ruling(promise, Outcome.NOT_APPLICABLE, why)


def _uploaded(promise: Promise, stack: AwsStack, own: Own, key: str, body: bytes) -> Ruling:
    # A resource whose Condition is false is not made.
    for one in (own.function, own.bucket, own.table):
        if one not in stack.resources:
            why = _("deployed with the defaults of its parameters, its template makes no {name}", name=one)
            return Ruling(promise, Outcome.NOT_APPLICABLE, why)
    bucket, table = (stack.resources[name].physical_id for name in (own.bucket, own.table))
    told = stack.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    functions = [one["LambdaFunctionArn"] for one in told.get("LambdaFunctionConfigurations", ())]
    name = stack.resources[own.function].physical_id
    arn = next((one for one in functions if name in one.split(":")), None)
    if arn is None:
        return Ruling(promise, Outcome.BROKEN, _("the bucket is deployed without a notification for the function"))
    if not may_invoke(stack.cloud, arn, bucket):
        what = _("no permission lets S3 invoke the function; AWS refuses the bucket's notification then")
        return Ruling(promise, Outcome.BROKEN, what)
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=body)

    def ask() -> bool | NotYet:
        log = stack.log_lines().get(own.function, [])
        if stack.client("dynamodb").scan(TableName=table, Select="COUNT", ConsistentRead=True)["Count"]:
            return True
        attempts = sum(line.startswith("REPORT") for line in log)
        return False if attempts >= ATTEMPTS else NotYet(_("the table is empty"))

    try:
        if wait_until(f"{key} is stored", ask, SECONDS):
            return Ruling(promise, Outcome.KEPT)
        what = _("S3 told of {key} and the function was invoked, but the table is empty", key=key)
    except WaitTimeoutError:
        what = _("S3 was to tell of {key}; after {seconds:g} s the table is empty", key=key, seconds=SECONDS)
    log = stack.log_lines().get(own.function, [])
    return Ruling(promise, Outcome.BROKEN, what, ((key, body),), log=tuple(log[-LAST_WORDS:]))


def may_invoke(cloud: Cloud, function: str, bucket: str) -> bool:
    """Whether the policy of a function lets S3 invoke it for a bucket. AWS looks when it is told of the notification.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    try:
        policy = json.loads(cloud.client("lambda").get_policy(FunctionName=function)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return any(_lets_s3(one, f"arn:aws:s3:::{bucket}") for one in policy["Statement"])


def _lets_s3(statement: dict[str, Any], bucket: str) -> bool:
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else principal
    sources = [
        value
        for condition in statement.get("Condition", {}).values()
        for name, value in condition.items()
        if name.lower() == "aws:sourcearn"
    ]
    return (
        statement.get("Effect") == "Allow"
        and service in ("s3.amazonaws.com", "*")
        and statement.get("Action") in ("lambda:InvokeFunction", "lambda:*")
        and all(fnmatchcase(bucket, one) for one in sources)
    )
