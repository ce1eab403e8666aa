"""What a SAM or CloudFormation template says of the function, its tables and its buckets.

Tables and buckets are made as the template describes them, under names of the judge's own where it gives none, and
references to them become these names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.words import _

from .filters import Filter, value_of

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
TABLES = ("AWS::DynamoDB::Table", SIMPLE_TABLE)
BUCKET = "AWS::S3::Bucket"

OF_TABLES = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")
"""What of a table changes what a function can do with it."""

TIMEOUT = 3.0
"""What a function has by default: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_LEGAL_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

WATCHED = "{bucket}"
"""What stands for the watched bucket's name until there is one."""


class TemplateError(Exception):
    """The template does not say what the judge has to know."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What is made for an implementation: tables by their names, with their properties, and buckets.

    `filters` are those of the implementation's own trigger; None where nothing is known of a trigger.
    """

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    buckets: tuple[str, ...] = ()
    filters: tuple[Filter, ...] | None = None

    @property
    def prefix(self) -> str:
        """What the names of files begin with that trigger it."""
        return value_of(self.filters[0], "prefix") if self.filters else ""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What their names end in, as far as the filters say so. A pattern such as *.json is no ending."""
        endings = [value_of(rules, "suffix") for rules in self.filters or ()]
        return tuple(one for one in endings if one.startswith("."))

    def with_table(self, name: str, key: Mapping[str, str]) -> "Resources":
        """The same, and a table with this key."""
        schema = [{"AttributeName": key["AttributeName"], "KeyType": "HASH"}]
        return replace(self, tables={**self.tables, name: {"KeySchema": schema, "AttributeDefinitions": [dict(key)]}})

    def with_bucket(self, name: str) -> "Resources":
        """The same, and a bucket."""
        return replace(self, buckets=tuple(dict.fromkeys((*self.buckets, name))))


@dataclass(frozen=True, slots=True)
class Own:
    """The implementation's own stack: its `template`, and what that calls the function, the watched bucket, the table.

    A bucket or a table that is not of the template is "".
    """

    template: Path
    function: str
    bucket: str
    table: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a template."""

    root: Path
    handler: str
    runtime: str
    timeout: float
    environment: Mapping[str, str]
    table: str
    resources: Resources
    own: Own


def read(file: Path, function: str = "", table: str = "") -> Found:
    """What a template says of its one function with a trigger by S3, or the one of this name. Raises TemplateError."""
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - most adapters have no template
    from yaml import YAMLError  # noqa: PLC0415

    try:
        template = yaml_parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError) as error:
        raise TemplateError(_("cannot read {file}: {error}", file=file, error=" ".join(str(error).split()))) from None
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(_("{file} has no Resources", file=file))
    return _Template(file, template).found(function, table)


class _Template:
    def __init__(self, file: Path, template: dict[str, Any]) -> None:
        self.file = file
        resources: dict[str, Any] = template["Resources"]
        self.resources = {name: one for name, one in resources.items() if isinstance(one, dict) and "Type" in one}
        self.globals = (template.get("Globals") or {}).get("Function") or {}
        parameters = template.get("Parameters") or {}
        self.values: dict[str, str] = {name: str(one.get("Default", "")) for name, one in parameters.items()}
        self.values |= {"AWS::Region": "sa-east-1", "AWS::StackName": "judged", "AWS::AccountId": "000000000001"}
        self.values |= {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com", "AWS::StackId": "judged"}

    def found(self, function: str, table: str) -> Found:
        logical = self._one(FUNCTIONS, function, "function")
        properties = {**self.globals, **self._properties(logical)}
        watched, filters = self._trigger(logical, properties)
        for name, resource in self.resources.items():
            if resource["Type"] in TABLES:
                self.values[name] = self._text(self._properties(name).get("TableName")) or f"judged-{name}"
            elif resource["Type"] == BUCKET:
                self.values[name] = WATCHED if name == watched else self._bucket(name)
        tables = {self.values[name]: self._table(name) for name in self._of(TABLES)}
        if table and table not in tables:
            table = self.values.get(table, table)
        variables = {
            **self.globals.get("Environment", {}).get("Variables", {}),
            **self._properties(logical).get("Environment", {}).get("Variables", {}),
        }
        table = table or self.values[self._one(TABLES, "", "table")]
        logical_table = next((name for name in self._of(TABLES) if self.values[name] == table), "")
        own = Own(self.file, logical, watched if watched in self.resources else "", logical_table)
        return Found(
            root=self._root(properties),
            handler=self._text(properties.get("Handler")),
            runtime=self._text(properties.get("Runtime")),
            timeout=float(self._text(properties.get("Timeout")) or TIMEOUT),
            environment={name: self._variable(value, watched) for name, value in variables.items()},
            table=table,
            resources=Resources(
                tables, tuple(self.values[one] for one in self._of((BUCKET,)) if one != watched), filters
            ),
            own=own,
        )

    def _one(self, kinds: tuple[str, ...], wanted: str, what: str) -> str:
        names = self._of(kinds)
        if wanted in names:
            return wanted
        if kinds is FUNCTIONS and not wanted and len(names) > 1:
            names = [name for name in names if self._s3_events(self._properties(name))]
        if len(names) != 1 or wanted:
            listed = ", ".join(self._of(kinds)) or "-"
            raise TemplateError(
                _(
                    "the template has several of a kind, or none; say which {what} is meant: {names}",
                    what=what,
                    names=listed,
                )
            )
        return names[0]

    def _of(self, kinds: tuple[str, ...]) -> list[str]:
        return [name for name, resource in self.resources.items() if resource["Type"] in kinds]

    def _properties(self, name: str) -> dict[str, Any]:
        return dict(self.resources[name].get("Properties", {}))

    def _bucket(self, name: str) -> str:
        own = self._text(self._properties(name).get("BucketName"))
        return own if _LEGAL_BUCKET.fullmatch(own) else f"judged-{name.lower()}"

    def _variable(self, value: object, watched: str) -> str:
        """A variable. The watched bucket may be known to it by its name only: a reference would be a circle."""
        text = self._text(value)
        own = self._text(self._properties(watched).get("BucketName")) if watched in self.resources else ""
        return WATCHED if own and text == own else text

    def _root(self, properties: dict[str, Any]) -> Path:
        code = properties.get("CodeUri", ".")
        return self.file.parent / (code if isinstance(code, str) else ".")

    def _s3_events(self, properties: dict[str, Any]) -> list[dict[str, Any]]:
        return [one["Properties"] for one in properties.get("Events", {}).values() if one.get("Type") == "S3"]

    def _filter(self, event: dict[str, Any]) -> Filter:
        rules = event.get("Filter", {}).get("S3Key", {}).get("Rules", ())
        return tuple({name: self._text(value) for name, value in one.items()} for one in rules)

    def _trigger(self, function: str, properties: dict[str, Any]) -> tuple[str, tuple[Filter, ...] | None]:
        """The watched bucket's logical name, and the filters; a function of SAM, or a bucket of CloudFormation's."""
        events = self._s3_events(properties)
        if events:
            return self._target(events[0].get("Bucket")), tuple(map(self._filter, events))
        for name in self._of((BUCKET,)):
            notices = self._properties(name).get("NotificationConfiguration", {}).get("LambdaConfigurations", [])
            mine = [one for one in notices if self._target(one.get("Function")) in {function, f"{function}.Arn"}]
            if mine:
                return name, tuple(map(self._filter, mine))
        buckets = self._of((BUCKET,))
        return (buckets[0] if len(buckets) == 1 else ""), None

    @staticmethod
    def _target(value: object) -> str:
        if isinstance(value, dict):
            [(_kind, target)] = value.items()
            return ".".join(target) if isinstance(target, list) else str(target).removesuffix(".Arn")
        return str(value)

    def _table(self, name: str) -> dict[str, Any]:
        properties = self._properties(name)
        if self.resources[name]["Type"] == SIMPLE_TABLE:
            key = properties.get("PrimaryKey", {"Name": "id", "Type": "String"})
            kind = {"String": "S", "Number": "N", "Binary": "B"}[key.get("Type", "String")]
            schema = [{"AttributeName": key["Name"], "KeyType": "HASH"}]
            return {
                "KeySchema": schema,
                "AttributeDefinitions": [{"AttributeName": key["Name"], "AttributeType": kind}],
            }
        table = {one: properties[one] for one in OF_TABLES if one in properties}
        for index in [*table.get("GlobalSecondaryIndexes", [])]:
            for one in set(index) - {"IndexName", "KeySchema", "Projection"}:
                del index[one]
        return table

    def _text(self, value: object) -> str:
        """A value as a text, its references filled in. What the judge cannot know becomes ""."""
        match value:
            case None:
                return ""
            case {"Ref": str(name)}:
                return self.values.get(name, name)
            case {"Fn::GetAtt": [str(name), _] | str(name)}:
                return self.values.get(str(name).partition(".")[0], "")
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
                return re.sub(r"\$\{([\w:]+)(?:\.\w+)?\}", lambda place: self.values.get(place[1], ""), text)
            case dict() | list():
                return ""
            case other:
                return str(other)
