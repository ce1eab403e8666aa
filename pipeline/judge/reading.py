"""Reads an adapter, and the template that it names. What is wrong in it is said in a line."""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from aws_stack.errors import UsageError
from pipeline.words import _

from .adapter import COUNTS, FORMS, MEMBERS, RULES, RUNTIMES, Adapter, Api, Ledger, Refusals, place_in
from .kinds import API, KINDS, LEDGER, REFUSALS, TEXT, is_of
from .template import TIMEOUT, Found, Resources, TemplateError, read


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
        found = self._found()
        root = self._root(found)
        handler = self._handler(found)
        table, resources = self._table(found)
        refusals, ledger = self._refusals(), self._ledger()
        for name, key in self._other_tables(refusals, ledger):
            if name not in resources.tables:
                resources = resources.with_table(name, {"AttributeName": key, "AttributeType": "S"})
        if refusals and refusals.bucket:
            resources = resources.with_bucket(refusals.bucket)
        members = {name: name for name in MEMBERS} | self._renamed("members")
        runtime = self._runtime(root, handler, found.runtime if found else "")
        folder = self.file.resolve().parent.name
        return Adapter(
            name=self.said.get("name", folder if self.file.stem == "adapter" else self.file.stem),
            root=root,
            handler=handler,
            runtime=runtime,
            resources=resources,
            table=table,
            members=members,
            row=members | self._renamed("row"),
            environment={**(found.environment if found else {}), **self._texts("environment")},
            timeout=self._timeout(found),
            requirements=self._requirements(root, runtime, found),
            own=found.own if found else None,
            package=self._package(root),
            forms=self._some_of("forms", FORMS),
            suffixes=self._suffixes(resources),
            prefix=str(self.said.get("prefix", resources.prefix)),
            sample=self._path("sample"),
            cents=self.said.get("cents", True),
            amounts_as_text=self.said.get("amounts_as_text", False),
            extras=self.said.get("extras", False),
            rules=self._some_of("rules", RULES) if "rules" in self.said else RULES,
            conflicts=self.said.get("conflicts", True),
            refusals=refusals,
            ledger=ledger,
            api=self._api(found),
        )

    def _found(self, function: str = "") -> Found | None:
        template = self._path("template")
        if template is None:
            return None
        try:
            return read(template, function or self.said.get("function", ""), self.said.get("table", ""))
        except TemplateError as error:
            raise self._wrong(str(error)) from None

    def _root(self, found: Found | None) -> Path:
        root = self._path("root") or (found.root if found else self.file.parent)
        if not root.is_dir():
            raise self._wrong(_("{name}: there is no folder {path}", name="root", path=root))
        return root.resolve()

    def _handler(self, found: Found | None) -> str:
        handler = self._required("handler", found.handler if found else "")
        module, _dot, function = handler.rpartition(".")
        if not (module and function):
            raise self._wrong(_("handler is {handler!r}; it is file.function, such as app.handler", handler=handler))
        return handler

    def _table(self, found: Found | None) -> tuple[str, Resources]:
        """The table's name, and what is made for the implementation, the table among it."""
        # A template's table may be named as the template itself does.
        table = found.table if found else self._required("table", "")
        resources = found.resources if found else Resources()
        if table not in resources.tables:
            kind = self.said.get("key_type", "S")
            self._check_choice("key_type", kind, ("S", "N"))
            resources = resources.with_table(table, {"AttributeName": self._required("key", ""), "AttributeType": kind})
        return table, resources

    @staticmethod
    def _other_tables(refusals: Refusals | None, ledger: Ledger | None) -> list[tuple[str, str]]:
        """Those for refusals and for the ledger, with their keys."""
        tables = [(refusals.table, refusals.table_key)] if refusals and refusals.table else []
        return [*tables, (ledger.table, ledger.key)] if ledger else tables

    def _timeout(self, found: Found | None) -> float:
        seconds = float(self.said.get("timeout", found.timeout if found else TIMEOUT))
        if seconds <= 0:
            raise self._wrong(_("timeout is {seconds:g}; it has to be more than 0 s", seconds=seconds))
        return seconds

    def _requirements(self, root: Path, runtime: str, found: Found | None) -> Path | None:
        """The file that is named; else the one beside the code of a template's function, which SAM installs, too.

        https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html
        """
        beside = root / "requirements.txt"
        by_itself = found is not None and "root" not in self.said and runtime == "python" and beside.is_file()
        return self._path("requirements") or (beside if by_itself else None)

    def _package(self, root: Path) -> tuple[str, ...]:
        parts = tuple(map(str, self.said.get("package", ())))
        for one in parts:
            if not (root / one).exists():
                raise self._wrong(_("{name}: there is no {path}", name="package", path=root / one))
        return parts

    def _suffixes(self, resources: Resources) -> tuple[str, ...]:
        if "suffixes" not in self.said:
            return resources.suffixes or (".json",)
        suffixes = tuple(map(str, self.said["suffixes"]))
        if not suffixes:
            raise self._wrong(_("suffixes is empty; leave it out, or write what names end in, such as .json"))
        return suffixes

    def _check_names(self) -> None:
        for name, value in self.said.items():
            if name not in KINDS:
                near = difflib.get_close_matches(name, KINDS, 1)
                if near:
                    raise self._wrong(_("there is no {name}; write {near} if that is meant", name=name, near=near[0]))
                raise self._wrong(_("there is no {name}; it may say {names}", name=name, names=", ".join(KINDS)))
            self._check_kind(name, value, KINDS[name])

    def _check_kind(self, name: str, value: object, kind: str) -> None:
        if not is_of(kind, value):
            raise self._wrong(_("{name} is {value!r}; it takes {kind}", name=name, value=value, kind=_(kind)))

    def _check_choice(self, name: str, one: str, known: Collection[str]) -> None:
        if one not in known:
            raise self._wrong(_("{name} has {one!r}; it may have {known}", name=name, one=one, known=", ".join(known)))

    def _required(self, name: str, found: str) -> str:
        value = str(self.said.get(name, found))
        if not value:
            raise self._wrong(_("{name} is missing, and nothing says what it is", name=name))
        return value

    def _path(self, name: str) -> Path | None:
        if name not in self.said:
            return None
        path = (self.file.parent / str(self.said[name])).resolve()
        if not path.exists():
            raise self._wrong(_("{name}: there is no {path}", name=name, path=path))
        return path

    def _some_of(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        wanted = tuple(self.said.get(name, ()))
        for one in wanted:
            self._check_choice(name, one, known)
        return wanted

    def _renamed(self, name: str) -> dict[str, str]:
        texts = self._texts(name)
        for one in texts:
            self._check_choice(name, one, MEMBERS)
        return texts

    def _texts(self, name: str) -> dict[str, str]:
        return {key: str(value) for key, value in self.said.get(name, {}).items()}

    def _refusals(self) -> Refusals | None:
        said = self._section("refusals", REFUSALS)
        if said is None:
            return None
        refusals = Refusals(**said)
        if not (refusals.table or refusals.bucket or refusals.log):
            raise self._wrong(_("refusals names no place; it takes table, bucket or log = true"))
        return refusals

    def _ledger(self) -> Ledger | None:
        said = self._section("ledger", LEDGER)
        if said is None:
            return None
        for name in ("table", "key"):
            if not said.get(name):
                raise self._wrong(_("{name} is missing, and nothing says what it is", name=f"ledger.{name}"))
        for name, attribute in said.get("counts", {}).items():
            self._check_choice("ledger.counts", name, COUNTS)
            self._check_kind(f"ledger.counts.{name}", attribute, TEXT)
        return Ledger(**said)

    def _api(self, found: Found | None) -> Api | None:
        """The API's function: one of the template, or a handler beside the other, in the same environment."""
        said = self._section("api", API)
        if said is None:
            return None
        own = self._found(said["function"]) if said.get("function") else found
        handler = said.get("handler", own.handler if own and "function" in said else "")
        routes = {name: said.get(name, "") for name in ("invoice", "customer")}
        for name, route in routes.items():
            if route and not place_in(route):
                why = _("api.{name} is {route!r}; it has one place, as /notas/{{id}}", name=name, route=route)
                raise self._wrong(why)
        if "." not in handler:
            raise self._wrong(_("{name} is missing, and nothing says what it is", name="api.handler"))
        environment = {**(own.environment if own else {}), **self._texts("environment")}
        root, timeout = self._root(own), self._timeout(own)
        runtime = self._runtime(root, handler, own.runtime if own else "")
        return Api(root, handler, runtime, timeout, environment, self._requirements(root, runtime, own), **routes)

    def _section(self, name: str, kinds: Mapping[str, str]) -> dict[str, Any] | None:
        said: dict[str, Any] | None = self.said.get(name)
        for one, value in (said or {}).items():
            self._check_choice(name, one, kinds)
            self._check_kind(f"{name}.{one}", value, kinds[one])
        return said

    def _runtime(self, root: Path, handler: str, found: str) -> str:
        named = str(self.said.get("runtime", found))
        if named:
            for runtime in RUNTIMES:
                if named.startswith(runtime):
                    return runtime
            raise self._wrong(_("runtime is {runtime!r}; it may be python or node", runtime=named))
        module = handler.rpartition(".")[0]
        is_node = any((root / f"{module}{suffix}").exists() for suffix in (".mjs", ".js", ".cjs"))
        return "node" if is_node else "python"

    def _wrong(self, why: str) -> UsageError:
        return UsageError(_("the adapter {file}: {why}", file=self.file, why=why))
