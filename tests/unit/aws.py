"""AWS by its documented rules, as far as deployments meet them: accounts, buckets, tables and stacks in memory.

The clients are boto3's own. They check what they are given against AWS's own models, and what is here answers instead
of the network. Each rule has the page that it is from. No emulator keeps them all: MiniStack 1.5 lets anybody use
anybody's bucket, and removes a bucket with all that is in it.
"""

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse, HTTPHeaders

from aws_stack.clouds import Cloud
from fixtures.template import parsed
from pipeline import cli, deploy

Answer = dict[str, Any]

BUCKET, TABLE, ROLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::IAM::Role"
API = "AWS::ApiGateway::RestApi"


class RefusedError(Exception):
    """What AWS answers with a status of 400 or more."""

    def __init__(self, code: str, status: int = 400, message: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.message = message or code
        self.answer = {
            "Error": {"Code": code, "Message": self.message},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }


@dataclass
class Bucket:
    """A bucket. One that is `open` lets everybody do everything, as the bucket of a thief would."""

    owner: str
    region: str
    open: bool = False
    tags: list[dict[str, str]] = field(default_factory=list)
    versions: list[tuple[str, str, bytes]] = field(default_factory=list)
    settings: dict[str, Answer] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)
    """The keys that cannot be deleted."""


@dataclass
class Table:
    """A table; `items` in DynamoDB's own form, DynamoDB's `old_count` of them, and the keys of the `indexes`."""

    key: str
    protected: bool = False
    tags: list[dict[str, str]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    old_count: int = 0
    indexes: dict[str, str] = field(default_factory=dict)
    changing: int = 0
    """How many descriptions it takes until the last change is made; the first of them does not know of it yet."""


@dataclass
class Part:
    """One of a stack's resources."""

    type: str
    physical_id: str
    definition: dict[str, Any]
    status: str = "CREATE_COMPLETE"
    reason: str = ""


@dataclass
class Stack:
    """A stack; gone when its status is DELETE_COMPLETE."""

    id: str
    status: str
    parameters: dict[str, str]
    tags: list[dict[str, str]]
    parts: dict[str, Part] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    protected: bool = False
    """Against its deletion."""
    soon: str = ""
    """The status that it has once it was described."""
    token: str | None = None
    """What the last change to it was called by."""


class Interrupt:
    """Ctrl-C at one of the next calls that change something: before AWS has it, or once AWS has done what it says."""

    def __init__(self, call: float = math.inf, *, late: bool = False) -> None:
        self.left = call
        self._late = late

    def before(self, operation: str) -> None:
        """A call is about to be made."""
        if operation.startswith(("Create", "Put", "Update", "Delete")):
            self.left -= 1
            if self.left == 0 and not self._late:
                raise KeyboardInterrupt

    def after(self) -> None:
        """A call was made, and did what it says."""
        if self.left == 0:
            raise KeyboardInterrupt


class Aws:
    """All accounts. The next creation of a stack `fails` at its end; `replaces` names what the next change replaces.

    The first answer to each operation of `lost` does not arrive, and boto3 makes that call again. Where AWS is `slow`,
    a change to a stack is under way until somebody looks. This machine's clock may run ahead of AWS's. Tables that are
    `hidden` may not be described.
    """

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.tables: dict[tuple[str, str], Table] = {}
        self.stacks: dict[tuple[str, str], Stack] = {}
        self.calls: list[tuple[str, Answer]] = []
        self.interrupt = Interrupt()
        self.fails = False
        self.replaces: set[str] = set()
        self.page = 2
        self.unreadable: set[str] = set()
        self.hidden: set[str] = set()
        self.unversioned_puts = 0
        self.logs_role = ""
        self.log_groups: set[str] = set()
        self.unchanged = False
        self.slow = False
        self.lost: set[str] = set()
        self.clock_runs_ahead = timedelta()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._ids = count(1)

    def instead_of_the_network(self, monkeypatch: pytest.MonkeyPatch) -> "Aws":
        """Let this answer every client of every cloud, whose `account` says who calls."""

        def client(cloud: Cloud, service: str, **_: Any) -> Any:
            return self._client(cloud, service)

        monkeypatch.setattr(Cloud, "client", client)
        return self

    def with_a_package(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> "Aws":
        """Also let no command build the functions' package: it is there already."""
        package = folder / "package.zip"
        package.write_bytes(b"the package")
        for module in (deploy, cli):
            monkeypatch.setattr(module, "build", lambda _: package)
        return self.instead_of_the_network(monkeypatch)

    def _client(self, cloud: Cloud, service: str) -> Any:
        account = str(cloud.account)
        found = self._clients.get((account, cloud.region, service))
        if found is None:
            make: Any = _session(cloud.region).client  # The stubs know services by literal names only.
            found = self._clients[account, cloud.region, service] = make(service)
            found.meta.events.register_first("before-parameter-build.*.*", _keep)
            found.meta.events.register("before-call.*.*", self._answering(account, cloud.region))
        return found

    def named(self, operation: str) -> list[Answer]:
        """What was given to each call of an operation."""
        return [given for name, given in self.calls if name == operation]

    def _answering(self, account: str, region: str) -> Callable[..., Any]:
        def answer(model: Any, context: Answer, **_: Any) -> tuple[AWSResponse, Answer]:
            given = context["given"]
            self.interrupt.before(model.name)
            self.calls.append((model.name, given))
            method = getattr(self, f"_{xform_name(model.name)}", None)
            try:
                if method is None:
                    self._set(account, model.name, given)
                    parsed = {}
                else:
                    if model.name in self.lost:
                        self.lost.remove(model.name)
                        method(account, region, given)
                    parsed = method(account, region, given)
            except RefusedError as error:
                return AWSResponse("", error.status, HTTPHeaders(), None), error.answer
            self.interrupt.after()
            return AWSResponse("", 200, HTTPHeaders(), None), {"ResponseMetadata": {"HTTPStatusCode": 200}, **parsed}

        return answer

    # ---- STS

    def _get_caller_identity(self, account: str, _region: str, _given: Answer) -> Answer:
        return {"Account": account}

    # ---- API Gateway

    def _get_account(self, account: str, _region: str, _given: Answer) -> Answer:
        # Without `cloudwatchRoleArn` where nobody has logged an API yet.
        return {"cloudwatchRoleArn": f"arn:aws:iam::{account}:role/{self.logs_role}"} if self.logs_role else {}

    # ---- CloudWatch Logs

    def _delete_log_group(self, _account: str, _region: str, given: Answer) -> Answer:
        if given["logGroupName"] not in self.log_groups:
            raise RefusedError("ResourceNotFoundException")
        self.log_groups.remove(given["logGroupName"])
        return {}

    # ---- S3

    def _bucket(self, account: str, given: Answer) -> Bucket:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
        bucket = self.buckets.get(given["Bucket"])
        if bucket is None:
            raise RefusedError("NoSuchBucket", 404)
        if given.get("ExpectedBucketOwner", bucket.owner) != bucket.owner:
            raise RefusedError("AccessDenied", 403)
        if bucket.owner != account and not bucket.open:
            raise RefusedError("AccessDenied", 403)
        return bucket

    def _create_bucket(self, account: str, region: str, given: Answer) -> Answer:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
        location = given.get("CreateBucketConfiguration", {}).get("LocationConstraint")
        if (location or "us-east-1") != region:
            raise RefusedError("IllegalLocationConstraintException")
        if location == "us-east-1":
            raise RefusedError("InvalidLocationConstraint")
        there = self.buckets.get(given["Bucket"])
        if there is not None and there.owner != account:
            raise RefusedError("BucketAlreadyExists", 409)
        if there is not None and region != "us-east-1":
            raise RefusedError("BucketAlreadyOwnedByYou", 409)
        self.buckets.setdefault(given["Bucket"], Bucket(account, region))
        return {}

    def _set(self, account: str, operation: str, given: Answer) -> None:
        assert operation.startswith(("PutBucket", "PutPublic")), f"there are no rules here for {operation}"
        self._bucket(account, given).settings[operation] = given

    def _head_bucket(self, account: str, _region: str, given: Answer) -> Answer:
        self._bucket(account, given)
        return {}

    def _list_buckets(self, account: str, _region: str, given: Answer) -> Answer:
        names = [
            name
            for name, one in self.buckets.items()
            if one.owner == account
            and name.startswith(given.get("Prefix", ""))
            and one.region == given.get("BucketRegion", one.region)
        ]
        return {"Buckets": [{"Name": name} for name in names]}

    def _get_bucket_tagging(self, account: str, _region: str, given: Answer) -> Answer:
        if given["Bucket"] in self.unreadable:
            raise RefusedError("AccessDenied", 403)
        tags = self._bucket(account, given).tags
        if not tags:
            raise RefusedError("NoSuchTagSet", 404)
        return {"TagSet": tags}

    def _put_object(self, account: str, _region: str, given: Answer) -> Answer:
        bucket, body = self._bucket(account, given), given["Body"]
        if given.get("ChecksumSHA256", _digest(body)) != _digest(body):
            raise RefusedError("BadDigest")
        versioned = "PutBucketVersioning" in bucket.settings and not self.unversioned_puts
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
        self.unversioned_puts = max(0, self.unversioned_puts - 1)
        version = f"v{next(self._ids)}" if versioned else "null"
        bucket.versions.append((given["Key"], version, body))
        return {"VersionId": version} if versioned else {}

    def _head_object(self, account: str, _region: str, given: Answer) -> Answer:
        found = [one for one in self._bucket(account, given).versions if one[0] == given["Key"]]
        if not found:
            raise RefusedError("404", 404)
        _, version, body = found[-1]
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
        checksum = {"ChecksumSHA256": _digest(body)} if given.get("ChecksumMode") == "ENABLED" else {}
        return {"VersionId": version, **checksum}

    def _list_object_versions(self, account: str, _region: str, given: Answer) -> Answer:
        versions = self._bucket(account, given).versions[: given.get("MaxKeys", 1000)]
        return {"Versions": [{"Key": key, "VersionId": version} for key, version, _ in versions]} if versions else {}

    def _delete_objects(self, account: str, _region: str, given: Answer) -> Answer:
        bucket = self._bucket(account, given)
        asked = [(one["Key"], one["VersionId"]) for one in given["Delete"]["Objects"]]
        bucket.versions = [one for one in bucket.versions if one[:2] not in asked or one[0] in bucket.stuck]
        errors = [{"Key": key, "Code": "AccessDenied"} for key, _ in asked if key in bucket.stuck]
        return {"Errors": errors} if errors else {}

    def _delete_bucket(self, account: str, _region: str, given: Answer) -> Answer:
        if self._bucket(account, given).versions:
            raise RefusedError("BucketNotEmpty", 409)
        del self.buckets[given["Bucket"]]
        return {}

    # ---- DynamoDB

    def _table(self, account: str, given: Answer) -> Table:
        table = self.tables.get((account, given["TableName"]))
        if table is None:
            raise RefusedError("ResourceNotFoundException")
        return table

    def _describe_table(self, account: str, _region: str, given: Answer) -> Answer:
        if given["TableName"] in self.hidden:
            raise RefusedError("AccessDeniedException")
        table = self._table(account, given)
        stale, table.changing = table.changing == 2, max(0, table.changing - 1)
        return {
            "Table": {
                "TableStatus": "ACTIVE" if stale or not table.changing else "UPDATING",
                "TableArn": given["TableName"],
                "KeySchema": [{"AttributeName": table.key, "KeyType": "HASH"}],
                "DeletionProtectionEnabled": table.protected or stale,
                "ItemCount": table.old_count,
                "GlobalSecondaryIndexes": [
                    {"IndexName": name, "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}]}
                    for name, key in table.indexes.items()
                ],
            }
        }

    def _list_tables(self, account: str, _region: str, _given: Answer) -> Answer:
        return {"TableNames": [name for owner, name in self.tables if owner == account]}

    def _list_tags_of_resource(self, account: str, _region: str, given: Answer) -> Answer:
        return {"Tags": self.tables[account, given["ResourceArn"]].tags}

    def _scan(self, account: str, _region: str, given: Answer) -> Answer:
        items = self._table(account, given).items
        if given["TableName"] in self.unreadable:
            raise RefusedError("AccessDeniedException")
        start = int(given.get("ExclusiveStartKey", {}).get("at", {}).get("N", 0))
        end = start + min(given.get("Limit", self.page), self.page)
        page = items[start:end]
        more = {"LastEvaluatedKey": {"at": {"N": str(end)}}} if end < len(items) else {}
        read = {} if given.get("Select") == "COUNT" else {"Items": page}
        return {"Count": len(page), **read, **more}

    def _update_table(self, account: str, _region: str, given: Answer) -> Answer:
        # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
        table = self._unchanging(account, given)
        table.protected, table.changing = given["DeletionProtectionEnabled"], 2
        return {}

    def _update_item(self, account: str, _region: str, given: Answer) -> Answer:
        """SET one attribute, if `cliente` is still what it was."""
        [item] = [one for one in self._table(account, given).items if one["id"] == given["Key"]["id"]] or [{}]
        assert given["ConditionExpression"] == "cliente = :cliente"
        values, [(_, name)] = given["ExpressionAttributeValues"], given["ExpressionAttributeNames"].items()
        if item.get("cliente") != values[":cliente"]:
            raise RefusedError("ConditionalCheckFailedException")
        item[name] = values[":key"]
        return {}

    def _unchanging(self, account: str, given: Answer) -> Table:
        table = self._table(account, given)
        if table.changing:
            raise RefusedError("ResourceInUseException")
        return table

    def _delete_table(self, account: str, _region: str, given: Answer) -> Answer:
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
        if self._unchanging(account, given).protected:
            raise RefusedError("ValidationException", 400, "currently protected against deletion")
        del self.tables[account, given["TableName"]]
        return {}

    # ---- CloudFormation

    def _stack(self, account: str, given: Answer) -> Stack:
        stack = self.stacks.get((account, given["StackName"]))
        if stack is None or stack.status == "DELETE_COMPLETE":
            raise RefusedError("ValidationError", 400, f"Stack with id {given['StackName']} does not exist")
        return stack

    def _describe_stacks(self, account: str, _region: str, given: Answer) -> Answer:
        stack = self._stack(account, given)
        description = {
            "StackName": given["StackName"],
            "StackStatus": stack.status,
            "Tags": stack.tags,
            "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in stack.outputs.items()],
        }
        stack.status, stack.soon = stack.soon or stack.status, ""
        return {"Stacks": [description]}

    def _list_stack_resources(self, account: str, _region: str, given: Answer) -> Answer:
        return {"StackResourceSummaries": self._described(account, given)}

    def _described(self, account: str, given: Answer) -> list[Answer]:
        return [
            {
                "LogicalResourceId": name,
                "ResourceType": part.type,
                "PhysicalResourceId": part.physical_id,
                "ResourceStatus": part.status,
                "ResourceStatusReason": part.reason,
            }
            for name, part in self._stack(account, given).parts.items()
        ]

    def _describe_stack_resource(self, account: str, _region: str, given: Answer) -> Answer:
        part = self._stack(account, given).parts.get(given["LogicalResourceId"])
        if part is None:
            raise RefusedError("ValidationError", 400, "Resource does not exist for stack")
        return {"StackResourceDetail": {"PhysicalResourceId": part.physical_id}}

    def _describe_stack_events(self, account: str, _region: str, given: Answer) -> Answer:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
        stack = self._stack(account, given)
        of_all: Answer = {"Timestamp": datetime.now(UTC) - self.clock_runs_ahead}
        if stack.token:
            of_all["ClientRequestToken"] = stack.token
        begun = {
            "LogicalResourceId": given["StackName"],
            "ResourceType": "AWS::CloudFormation::Stack",
            "ResourceStatus": "UPDATE_IN_PROGRESS",
        }
        return {"StackEvents": [{**one, **of_all} for one in [begun, *self._described(account, given)]]}

    def _create_stack(self, account: str, region: str, given: Answer) -> Answer:
        name = given["StackName"]
        if (account, name) in self.stacks and self.stacks[account, name].status != "DELETE_COMPLETE":
            raise RefusedError("AlreadyExistsException", 400, f"Stack [{name}] already exists")
        stack = Stack(
            f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{next(self._ids)}",
            "CREATE_COMPLETE",
            {one["ParameterKey"]: one["ParameterValue"] for one in given["Parameters"]},
            given["Tags"],
            token=given.get("ClientRequestToken"),
        )
        self.stacks[account, name] = stack
        for logical_id, definition in _parsed(self._template(account, given))["Resources"].items():
            if definition["Type"] in (BUCKET, TABLE, ROLE, API):
                stack.parts[logical_id] = self._make(account, region, stack, name, logical_id, definition)
        if self.fails:
            self.fails = False
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
            stack.status = "ROLLBACK_COMPLETE"
            for part in stack.parts.values():
                self._end(account, part, kept=part.definition.get("DeletionPolicy") == "Retain")
                if part.status == "DELETE_FAILED":
                    stack.status = "ROLLBACK_FAILED"
        if self.slow:
            stack.status, stack.soon = "CREATE_IN_PROGRESS", stack.status
        return {"StackId": stack.id}

    def _template(self, account: str, given: Answer) -> str:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
        if "TemplateURL" not in given:
            if len(given["TemplateBody"].encode()) > 51_200:
                raise RefusedError("ValidationError", 400, "Member must have length less than or equal to 51200")
            return str(given["TemplateBody"])
        url = urlsplit(given["TemplateURL"])
        if url.scheme != "https":
            raise RefusedError("ValidationError", 400, "S3 URL must start with https://")
        bucket, _, key = url.path.removeprefix("/").partition("/")
        [version] = parse_qs(url.query)["versionId"]
        versions = self._bucket(account, {"Bucket": bucket}).versions
        return next(content for *place, content in versions if place == [key, version]).decode()

    def _update_stack(self, account: str, region: str, given: Answer) -> Answer:
        stack = self._stack(account, given)
        if not stack.status.endswith("_COMPLETE") or stack.status == "ROLLBACK_COMPLETE":
            raise RefusedError("ValidationError", 400, f"is in {stack.status} state and can not be updated")
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
        if self.unchanged:
            raise RefusedError("ValidationError", 400, "No updates are to be performed.")
        stack.status, stack.token = "UPDATE_COMPLETE", given.get("ClientRequestToken")
        for name, definition in _parsed(self._template(account, given))["Resources"].items():
            part = stack.parts.get(name)
            if part is not None and part.type == TABLE and name not in self.replaces:
                self._change_indexes(stack, part, self.tables[account, part.physical_id], definition)
        for name in self.replaces:
            old = stack.parts[name]
            stack.parts[name] = self._make(account, region, stack, given["StackName"], name, old.definition)
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
            self._end(account, old, kept=old.definition.get("UpdateReplacePolicy") == "Retain")
        if self.slow:
            stack.status, stack.soon = "UPDATE_IN_PROGRESS", stack.status
        return {"StackId": stack.id}

    def _change_indexes(self, stack: Stack, part: Part, table: Table, definition: dict[str, Any]) -> None:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
        new, reason = _indexes(definition), ""
        if any(new[name] != key for name, key in table.indexes.items() if name in new):
            # https://github.com/aws-amplify/amplify-category-api/issues/988
            reason = "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights"
        elif len(new.keys() ^ table.indexes.keys()) > 1:
            # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/229
            reason = "Cannot perform more than one GSI creation or deletion in a single update"
        if reason:
            stack.status, part.status, part.reason = "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED", reason
        else:
            table.indexes, part.status, part.reason = new, "UPDATE_COMPLETE", ""

    def _delete_stack(self, account: str, _region: str, given: Answer) -> Answer:
        stack = self.stacks.get((account, given["StackName"]))
        if stack is not None:
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
            if stack.protected:
                why = f"Stack [{given['StackName']}] cannot be deleted while TerminationProtection is enabled"
                raise RefusedError("ValidationError", 400, why)
            # https://github.com/aws-solutions-library-samples/guidance-for-clickstream-analytics-on-aws/issues/573
            if stack.status.startswith("UPDATE_") and stack.status.endswith("_IN_PROGRESS"):
                why = f"Stack [{stack.id}] cannot be deleted while in status {stack.status}"
                raise RefusedError("ValidationError", 400, why)
            stack.token = given.get("ClientRequestToken")
        for part in stack.parts.values() if stack else ():
            if not part.status.startswith("DELETE_") or part.status == "DELETE_FAILED":
                kept = part.definition.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
                self._end(account, part, kept=kept)
        if stack:
            failed = any(part.status == "DELETE_FAILED" for part in stack.parts.values())
            stack.status = "DELETE_FAILED" if failed else "DELETE_COMPLETE"
        return {}

    def _make(
        self, account: str, region: str, stack: Stack, name: str, logical_id: str, definition: dict[str, Any]
    ) -> Part:
        properties = definition.get("Properties", {})
        tags = [
            {**tag, "Value": stack.id if tag["Value"] == {"Ref": "AWS::StackId"} else tag["Value"]}
            for tag in properties.get("Tags", [])
        ]
        physical_id = f"{name}-{logical_id}-{next(self._ids)}"
        if definition["Type"] == BUCKET:
            physical_id = physical_id.lower()
            self.buckets[physical_id] = Bucket(account, region, tags=tags)
        elif definition["Type"] == TABLE:
            key = properties["KeySchema"][0]["AttributeName"]
            table = Table(key, properties.get("DeletionProtectionEnabled", False), tags)
            table.indexes = _indexes(definition)
            self.tables[account, physical_id] = table
        return Part(definition["Type"], physical_id, definition)

    def _end(self, account: str, part: Part, *, kept: bool) -> None:
        """Delete a resource as CloudFormation does: with the same call that anybody may make, which may be refused."""
        if kept:
            part.status = "DELETE_SKIPPED"
            return
        try:
            if part.type == BUCKET and part.physical_id in self.buckets:
                self._delete_bucket(account, "", {"Bucket": part.physical_id})
            elif part.type == TABLE and (account, part.physical_id) in self.tables:
                self._delete_table(account, "", {"TableName": part.physical_id})
            part.status = "DELETE_COMPLETE"
        except RefusedError as error:
            part.status, part.reason = "DELETE_FAILED", error.message


@cache
def _parsed(template: str) -> dict[str, Any]:
    return parsed(template)


def _indexes(definition: dict[str, Any]) -> dict[str, str]:
    """The partition key of each of a table's indexes."""
    properties = definition.get("Properties", {})
    indexes = {
        one["IndexName"]: one["KeySchema"][0]["AttributeName"] for one in properties.get("GlobalSecondaryIndexes", [])
    }
    keys = {one["AttributeName"] for one in properties["KeySchema"]}
    keys |= {
        one["AttributeName"] for index in properties.get("GlobalSecondaryIndexes", []) for one in index["KeySchema"]
    }
    # Neither more nor fewer: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    assert {one["AttributeName"] for one in properties.get("AttributeDefinitions", [])} in (keys, set())
    return indexes


@cache
def _session(region: str) -> boto3.Session:
    return boto3.Session("id", "secret", region_name=region)


def _keep(params: Answer, context: Answer, **_: Any) -> None:
    context["given"] = dict(params)


def _digest(content: bytes) -> str:
    return base64.b64encode(sha256(content).digest()).decode()
