"""Tables as they were deployed: their keys and indexes, and where an item of one is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .sizes import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Place = tuple[str, str]
"""A table, and the key of an item of it, as JSON."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index's key, and the attributes that its entries have; None is all of them.

    A `local` one has no throughput of its own. It takes its table's:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ThroughputConsiderations
    """

    key: tuple[str, ...]
    projected: frozenset[str] | None = None
    local: bool = False

    def entry(self, item: Item | None) -> Item | None:
        """What the index has of an item: nothing of one without all members of the index's key."""
        if item is None or not item.keys() >= set(self.key):
            return None
        return item if self.projected is None else {name: item[name] for name in item if name in self.projected}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's key, and its indexes by their names."""

    key: tuple[str, ...]
    indexes: Mapping[str, Index] = field(default_factory=dict)
    arn: str = ""

    def throughput_of(self, index: str) -> str:
        """The index whose throughput a search of an index takes; "", which is the table, where it has none."""
        return "" if index and self.indexes[index].local else index


class Tables(dict[str, Table]):
    """Tables as they were deployed. Each is asked for when it is first needed."""

    def __init__(self, dynamodb: "DynamoDBClient") -> None:
        super().__init__()
        self._dynamodb = dynamodb

    def __missing__(self, name: str) -> Table:
        table = self._dynamodb.describe_table(TableName=name)["Table"]
        key = _names(table["KeySchema"])
        indexes = {
            index["IndexName"]: _index(key, index, local=kind == "LocalSecondaryIndexes")
            for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
            for index in table.get(kind, ())  # type: ignore[attr-defined] # "get" of a TypedDict wants a literal
        }
        self[name] = Table(key, indexes, table["TableArn"])
        return self[name]


def _index(key: tuple[str, ...], index: dict[str, Any], *, local: bool) -> Index:
    own, projection = _names(index["KeySchema"]), index["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(own, None, local)
    return Index(own, frozenset({*key, *own, *projection.get("NonKeyAttributes", ())}), local)


def _names(schema: Iterable[Any]) -> tuple[str, ...]:
    return tuple(one["AttributeName"] for one in schema)


def place(table: str, schema: Table, item: Item) -> Place:
    """Where an item is, given its key or all of it."""
    return table, json.dumps([item[name] for name in schema.key])
