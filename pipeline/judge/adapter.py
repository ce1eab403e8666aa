"""The adapter: what the judge has to know of an implementation, in a few lines of TOML.

    root = "."                      # where its code lies, seen from the adapter; the default
    handler = "app.lambda_handler"
    table = "NotasFiscais"
    key = "id"

With `template = "template.yaml"` all of that is found by itself, where the template has one of each.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from aws_stack.errors import UsageError
from pipeline.words import _

from .template import Found, Resources, TemplateError, read

MEMBERS = ("id", "cliente", "valor", "data_emissao")
FORMS = ("array", "object", "lines")
RUNTIMES = ("python", "node")
RULES = ("negative", "no number", "no id", "blank id", "no date")

TIMEOUT = 3.0
"""What a function has by default: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""

KINDS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "root": (str,),
    "template": (str,),
    "function": (str,),
    "handler": (str,),
    "runtime": (str,),
    "table": (str,),
    "key": (str,),
    "key_type": (str,),
    "timeout": (int, float),
    "requirements": (str,),
    "environment": (dict,),
    "members": (dict,),
    "row": (dict,),
    "forms": (list,),
    "suffixes": (list,),
    "prefix": (str,),
    "sample": (str,),
    "cents": (bool,),
    "amounts_as_text": (bool,),
    "extras": (bool,),
    "rules": (list,),
    "conflicts": (bool,),
    "refusals": (dict,),
    "ledger": (dict,),
}
"""What an adapter may say, and as what."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Where the implementation tells what it refused: in a `table`, in a `bucket`, or in its own `log`.

    Something there names the invoice by its id. Of a document that is none, it names the key.
    """

    table: str = ""
    table_key: str = "id"
    bucket: str = ""
    log: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table with an entry for each upload, by `key` and, where there is one, `version`.

    `counts` maps `received`, `stored`, `duplicates`, `conflicts` and `rejected` to the entry's attributes.
    """

    table: str
    key: str
    version: str = ""
    counts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adapter:
    """An implementation, ready to be judged.

    It reads what is uploaded under names that begin with `prefix` and end in one of `suffixes`. `members` maps the
    contract's names to those of its documents, `row` to those of its table. `resources` are the tables and buckets that
    are made for it. Texts in `environment` may have `{bucket}`, the watched bucket, in them.
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

    @property
    def has_numbers_as_ids(self) -> bool:
        """Whether the table's key is the invoice's id, and takes numbers only."""
        attributes = self.resources.tables[self.table]["AttributeDefinitions"]
        return {"AttributeName": self.row["id"], "AttributeType": "N"} in attributes


def load(file: Path) -> Adapter:
    """The adapter in a file. Raises UsageError, whose one line says what to mend."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(_("cannot read the adapter {file}: {error}", file=file, error=error.strerror)) from None
    except ValueError as error:
        raise UsageError(_("the adapter {file} is no TOML: {error}", file=file, error=error)) from None
    return _Reading(file, said).adapter()


class _Reading:
    """An adapter as it is being read."""

    def __init__(self, file: Path, said: dict[str, Any]) -> None:
        self.file, self.said = file, said
        self._check_names()

    def adapter(self) -> Adapter:
        root = self._path("root") or self.file.parent
        found = self._found()
        if found is not None and "root" not in self.said:
            root = found.root
        handler = self._required("handler", found.handler if found else "")
        # A template's table may be named as the template itself does.
        table = found.table if found else self._required("table", "")
        resources = found.resources if found else Resources()
        if table not in resources.tables:
            kind = {"AttributeName": self._required("key", ""), "AttributeType": self.said.get("key_type", "S")}
            resources = resources.with_table(table, kind)
        refusals = self._refusals()
        if refusals and refusals.table and refusals.table not in resources.tables:
            resources = resources.with_table(
                refusals.table, {"AttributeName": refusals.table_key, "AttributeType": "S"}
            )
        ledger = cast("Ledger | None", self._section("ledger", Ledger))
        if ledger and ledger.table not in resources.tables:
            resources = resources.with_table(ledger.table, {"AttributeName": ledger.key, "AttributeType": "S"})
        if refusals and refusals.bucket:
            resources = resources.with_bucket(refusals.bucket)
        members = {name: name for name in MEMBERS} | self._renamed("members")
        return Adapter(
            name=self.said.get("name", root.resolve().name if self.file.stem == "adapter" else self.file.stem),
            root=root.resolve(),
            handler=handler,
            runtime=self._runtime(root, found.runtime if found else ""),
            resources=resources,
            table=table,
            members=members,
            row=members | self._renamed("row"),
            environment={**(found.environment if found else {}), **self._texts("environment")},
            timeout=float(self.said.get("timeout", found.timeout if found else TIMEOUT)),
            requirements=self._path("requirements"),
            forms=self._some_of("forms", FORMS),
            suffixes=tuple(map(str, self.said.get("suffixes", [".json"]))),
            prefix=str(self.said.get("prefix", resources.prefix)),
            sample=self._path("sample"),
            cents=self.said.get("cents", True),
            amounts_as_text=self.said.get("amounts_as_text", False),
            extras=self.said.get("extras", False),
            rules=self._some_of("rules", RULES) if "rules" in self.said else RULES,
            conflicts=self.said.get("conflicts", True),
            refusals=refusals,
            ledger=ledger,
        )

    def _found(self) -> Found | None:
        template = self._path("template")
        if template is None:
            return None
        try:
            return read(template, self.said.get("function", ""), self.said.get("table", ""))
        except TemplateError as error:
            raise self._wrong(str(error)) from None

    def _check_names(self) -> None:
        for name, value in self.said.items():
            if name not in KINDS:
                near = difflib.get_close_matches(name, KINDS, 1)
                if near:
                    raise self._wrong(_("there is no {name}; write {near} if that is meant", name=name, near=near[0]))
                raise self._wrong(_("there is no {name}; it may say {names}", name=name, names=", ".join(KINDS)))
            if not isinstance(value, KINDS[name]) or (isinstance(value, bool) and bool not in KINDS[name]):
                kind = KINDS[name][0].__name__
                raise self._wrong(_("{name} is {value!r}, which is no {kind}", name=name, value=value, kind=kind))

    def _required(self, name: str, found: str) -> str:
        value = str(self.said.get(name, found))
        if not value:
            raise self._wrong(_("{name} is missing, and nothing says what it is", name=name))
        return value

    def _path(self, name: str) -> Path | None:
        if name not in self.said:
            return None
        path = self.file.parent / str(self.said[name])
        if not path.exists():
            raise self._wrong(_("{name}: there is no {path}", name=name, path=path))
        return path

    def _some_of(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        wanted = tuple(map(str, self.said.get(name, ())))
        for one in wanted:
            if one not in known:
                raise self._wrong(
                    _("{name} has {one!r}; it may have {known}", name=name, one=one, known=", ".join(known))
                )
        return wanted

    def _renamed(self, name: str) -> dict[str, str]:
        texts = self._texts(name)
        for one in texts:
            if one not in MEMBERS:
                raise self._wrong(
                    _("{name} has {one!r}; it may have {known}", name=name, one=one, known=", ".join(MEMBERS))
                )
        return texts

    def _texts(self, name: str) -> dict[str, str]:
        return {key: str(value) for key, value in self.said.get(name, {}).items()}

    def _refusals(self) -> Refusals | None:
        return cast("Refusals | None", self._section("refusals", Refusals))

    def _section(self, name: str, kind: type) -> object | None:
        if name not in self.said:
            return None
        try:
            return cast("object", kind(**self.said[name]))
        except TypeError as error:
            raise self._wrong(f"[{name}] {str(error).partition('.__init__() ')[2]}") from None

    def _runtime(self, root: Path, found: str) -> str:
        named = str(self.said.get("runtime", found))
        if named:
            for runtime in RUNTIMES:
                if named.startswith(runtime):
                    return runtime
            raise self._wrong(_("runtime is {runtime!r}; it may be python or node", runtime=named))
        module = str(self.said.get("handler", "")).rpartition(".")[0]
        is_node = any((root / f"{module}{suffix}").exists() for suffix in (".mjs", ".js", ".cjs"))
        return "node" if is_node else "python"

    def _wrong(self, why: str) -> UsageError:
        return UsageError(_("the adapter {file}: {why}", file=self.file, why=why))
