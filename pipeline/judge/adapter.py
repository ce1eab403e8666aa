"""The adapter: what the judge has to know of an implementation, in a few lines of TOML.

    root = "."                      # where its code lies, seen from the adapter; the default
    handler = "app.lambda_handler"
    table = "NotasFiscais"
    key = "id"

With `template = "template.yaml"` all of that is found by itself, where the template has one of each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .filters import passes
from .template import TIMEOUT, Own, Resources

MEMBERS = ("id", "cliente", "valor", "data_emissao")
FORMS = ("array", "object", "lines")
RUNTIMES = ("python", "node")
RULES = ("negative", "no number", "no id", "blank id", "no date")

COUNTS = ("received", "stored", "duplicates", "conflicts", "rejected")


@dataclass(frozen=True, slots=True)
class Refusals:
    """Where the implementation tells what it refused: in a `table`, in a `bucket`, or in its own `log`.

    Something there names the invoice by its id, or by its customer where it has no id. Of a file that is no document,
    it names the key. `reasons` is the attribute, or the member of a line of JSON, that says why.
    """

    table: str = ""
    table_key: str = "id"
    bucket: str = ""
    log: bool = False
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table with an entry for each upload, by `key` and, where there is one, `version`.

    `counts` maps those of COUNTS that it has to the entry's attributes.
    """

    table: str
    key: str
    version: str = ""
    counts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Api:
    """A function behind a REST API, and its routes: for an `invoice`, `/notas/{id}`, and a `customer`'s invoices."""

    root: Path
    handler: str
    runtime: str
    timeout: float
    environment: Mapping[str, str]
    requirements: Path | None
    invoice: str = ""
    customer: str = ""


def place_in(route: str) -> str:
    """The place in a route where a value stands, `{id}` of `/notas/{id}`; "" unless it has exactly one."""
    found = re.findall(r"\{[^{}]+\}", route)
    return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Adapter:
    """An implementation, ready to be judged.

    It reads what is uploaded under names that begin with `prefix` and end in one of `suffixes`. `members` maps the
    contract's names to those of its documents, `row` to those of its table. `resources` are the tables and buckets that
    are made for it. Texts in `environment` may have `{bucket}`, the watched bucket, in them. `own` is its own stack,
    where it has a template; of its root, the parts in `package` are deployed, or all of it.
    """

    name: str
    root: Path
    handler: str
    runtime: str
    resources: Resources
    table: str
    members: Mapping[str, str]
    row: Mapping[str, str]
    environment: Mapping[str, str]
    timeout: float = TIMEOUT
    requirements: Path | None = None
    own: Own | None = None
    package: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = (".json",)
    prefix: str = ""
    sample: Path | None = None
    cents: bool = True
    amounts_as_text: bool = False
    extras: bool = False
    rules: tuple[str, ...] = RULES
    conflicts: bool = True
    refusals: Refusals | None = None
    ledger: Ledger | None = None
    api: Api | None = None

    @property
    def has_numbers_as_ids(self) -> bool:
        """Whether the table's key is the invoice's id, and takes numbers only."""
        attributes = self.resources.tables[self.table]["AttributeDefinitions"]
        return {"AttributeName": self.row["id"], "AttributeType": "N"} in attributes

    def is_triggered_by(self, key: str) -> bool:
        """Whether S3 would tell the function of an object with this key."""
        if self.resources.filters is None:
            return key.startswith(self.prefix)
        return any(passes(rules, key) for rules in self.resources.filters)
