"""The end of a stack: all that it holds goes with it, wherever an earlier attempt was cut short.

CloudFormation retains tables and buckets, so that no failed deployment and no other program takes the invoices along.
They are found by their tag, whether the stack is still there or not, and removed once nothing writes to them any more.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from botocore.exceptions import ClientError

from aws_stack import artifacts, buckets, cloudformation, tables
from aws_stack.clouds import Cloud
from aws_stack.errors import DeployError, RefusedError

from . import ownership
from .findings import invoices
from .words import _, plural

TAG = "notas:stack"
"""The template's buckets and tables have this tag. Its value is the stack's id, in which its region and name are."""

_BUCKET = "AWS::S3::Bucket"
_TABLE = "AWS::DynamoDB::Table"
_API = "AWS::ApiGateway::RestApi"


@dataclass(frozen=True, slots=True)
class Remains:
    """What there is of a stack: itself, its buckets and tables, those of an earlier stack of its name, its packages."""

    stack: bool
    buckets: tuple[str, ...]
    tables: tuple[str, ...]
    packages: bool

    def __bool__(self) -> bool:
        return bool(self.stack or self.buckets or self.tables or self.packages)


def find(cloud: Cloud, stack: str) -> Remains:
    """What there is of a stack that was deployed, failed, or was removed in part or by another program.

    Raises UsageError if somebody else made the stack.
    """
    exists = ownership.find(cloud, stack) is not None
    own = list(cloudformation.resources(cloud, stack)) if exists else []
    named = {
        kind: [one.physical_id for one in own if one.type == kind and one.status != "DELETE_COMPLETE"]
        for kind in (_BUCKET, _TABLE)
    }
    return Remains(
        exists,
        tuple(sorted({*named[_BUCKET], *_tagged_buckets(cloud, stack)})),
        tuple(sorted({*named[_TABLE], *_tagged_tables(cloud, stack)})),
        artifacts.exists(cloud, stack),
    )


def contents(cloud: Cloud, remains: Remains) -> str:
    """What goes with a stack, in words: `12 invoices, 3 uploads and 4 rejects`.

    Uploads and rejects are those of the ledger. A number has "about" or "more than" before it where counting to the end
    would cost more than it is worth, and is missing where the table may not be read.
    """
    counts = {"invoice": 0, "upload": 0, "reject": 0}
    about = dict.fromkeys(counts, False)
    for table in remains.tables:
        try:
            match tables.key_of(cloud, table):
                case "id":
                    found = tables.read(cloud, table)
                    counts["invoice"] += found.items
                    if not found.whole:
                        about["invoice"] = True
                case "key":
                    found = tables.read(cloud, table, "rejected", "conflicts")
                    counts["upload"] += found.items
                    counts["reject"] += sum(found.sums.values())
                    if not found.whole:
                        about |= {"upload": True, "reject": True}
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return _("nobody knows how much: the table {table} cannot be read ({code})", table=table, code=code)
    stored = invoices(counts["invoice"])
    uploads = plural(counts["upload"], "{count:,} upload", "{count:,} uploads")
    rejects = plural(counts["reject"], "{count:,} reject", "{count:,} rejects")
    return _(
        "{invoices}, {uploads} and {rejects}",
        invoices=_("about {count}", count=stored) if about["invoice"] else stored,
        uploads=_("about {count}", count=uploads) if about["upload"] else uploads,
        rejects=_("more than {count}", count=rejects) if about["reject"] else rejects,
    )


def destroy(cloud: Cloud, stack: str) -> None:
    """Remove whatever there is of the stack, with all uploads, rejects, invoices and the ledger.

    If it is cut short, call it again. Raises UsageError if somebody else made the stack, and DeployError.
    """
    before = find(cloud, stack)
    made = cloudformation.resources(cloud, stack) if before.stack else ()
    apis = [one.physical_id for one in made if one.type == _API]
    stuck = False
    if before.stack:
        try:
            cloudformation.delete(cloud, stack)
        except DeployError as error:
            # Of a stack that an older template made, buckets that hold something stand in the way. Anything else is no
            # reason to empty them: CloudFormation has refused, or functions that are not gone yet may write to them.
            if isinstance(error, RefusedError) or cloudformation.status(cloud, stack) != "DELETE_FAILED":
                raise
            stuck = True
    # Once more: a stack that was just being made may have got tables meanwhile.
    after = find(cloud, stack)
    for bucket in sorted({*before.buckets, *after.buckets}):
        buckets.remove(cloud, bucket)
    # The ledger, which says what was in the buckets, goes after them.
    for table in sorted({*before.tables, *after.tables}):
        tables.remove(cloud, table)
    if stuck:
        cloudformation.delete(cloud, stack)
    for api in apis:
        _remove_access_log(cloud, api)
    artifacts.remove(cloud, stack)


def _remove_access_log(cloud: Cloud, api: str) -> None:
    """Remove the log group that API Gateway makes anew if it has lines left when the stack's own is gone.

    https://github.com/aws/serverless-application-model/issues/2502
    https://github.com/hashicorp/terraform/issues/32693
    """
    logs = cloud.client("logs")
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=f"/aws/apigateway/{api}")


def _tagged_buckets(cloud: Cloud, stack: str) -> Iterator[str]:
    s3 = cloud.client("s3")
    account = buckets.account_of(cloud)
    prefix = f"{stack.lower()}-"
    for page in s3.get_paginator("list_buckets").paginate(Prefix=prefix, BucketRegion=cloud.region):
        for name in (one["Name"] for one in page.get("Buckets", []) if one["Name"].startswith(prefix)):
            try:
                tags = s3.get_bucket_tagging(Bucket=name, ExpectedBucketOwner=account)["TagSet"]
            except ClientError as error:
                # Whoever may not look at a bucket is not who made it.
                if error.response["Error"]["Code"] in ("AccessDenied", "NoSuchTagSet", "NoSuchBucket"):
                    continue
                raise
            if _is_of(stack, account, cloud.region, tags):
                yield name


def _tagged_tables(cloud: Cloud, stack: str) -> Iterator[str]:
    dynamodb = cloud.client("dynamodb")
    account = buckets.account_of(cloud)
    for page in dynamodb.get_paginator("list_tables").paginate():
        for name in (one for one in page["TableNames"] if one.startswith(f"{stack}-")):
            try:
                arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
                pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
                tags = [tag for page in pages for tag in page["Tags"]]
            except ClientError as error:
                # Whoever may not look at a table is not who made it.
                if error.response["Error"]["Code"] in ("AccessDeniedException", "ResourceNotFoundException"):
                    continue
                raise
            if _is_of(stack, account, cloud.region, tags):
                yield name


def _is_of(stack: str, account: str, region: str, tags: list[dict[str, str]]) -> bool:
    """Whether the tag has the id of a stack of this name here: `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/…`.

    The name as it is written: `Notas` is another stack, although its buckets' names begin alike.
    """
    value = next((tag["Value"] for tag in tags if tag["Key"] == TAG), "")
    return f":cloudformation:{region}:{account}:stack/{stack}/" in value
