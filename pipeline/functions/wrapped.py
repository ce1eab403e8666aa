"""Whether an object is no invoice but holds the invoices, and where. Pure.

The rule: an object *holds invoices* in what is inside of it, if an object there has at least two more of the four
required members than the object itself, one of them `cliente` or `data_emissao`. Of an array, the first element is
looked at. So an invoice that lacks members is still an invoice with its `itens`, whose lines have none of the four, and
with its instalments, which have an `id` and a `valor` at most. What could be stored, having all four, never holds
others. Names count as they are meant: case, accents, `-`, `_` and spaces make no difference.

Also, without such a sign:

- an object that has nothing but an array of objects, or an empty one, under a name that is none of an invoice's; what
  is null does not count, nor do further objects of that one member around it;
- a table by columns, as pandas writes one: two or more of the four are there, and each is an array, or each an object
  with the same first name; or there are arrays named `columns` and `data`.

An NF-e as JSON is an invoice.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache

from .hints.names import folded
from .messages import Values
from .nodes import Kind, Node
from .reasons import Reason, broken, shortened

MAX_LEVELS = 8
"""How many levels are looked into. Invoices stand at the sixth at most in what GraphQL and search engines answer."""

MAX_MEMBERS = 1_000
"""How many members are looked at of the object itself."""

MAX_INNER = 100
"""How many members are looked at of each object inside of it."""

MAX_LOOKS = 20_000
"""How many members are looked at in all. Nothing is known of those that come after: they count for nothing."""

REQUIRED = frozenset({"id", "cliente", "valor", "data_emissao"})
# Lines and instalments have neither of these.
_TELLING = frozenset({"cliente", "data_emissao"})
_OTHERS = (
    *("chave_acesso", "emitente", "destinatario", "itens"),
    *("desconto", "frete", "seguro", "outras_despesas", "impostos"),
)
_NFE = frozenset({"nfeProc", "NFe", "enviNFe", "infNFe"})


@dataclass(frozen=True, slots=True)
class Found:
    """Where invoices are: the names that lead there, and which required members they have. `how` is a hint."""

    how: str
    names: tuple[str, ...] = ()
    has: frozenset[str] = frozenset()
    other: tuple[str, ...] = ()

    def inside(self, name: str) -> "Found":
        """The same, seen from the object that has this one as `name`."""
        return Found(self.how, (name, *self.names), self.has, (name, *self.other) if self.other else ())

    def values(self) -> Values:
        """The values of a sentence: `{"hint": "member", "member": "dados.notas"}`."""
        values: dict[str, str | int] = {"hint": self.how}
        if self.names:
            values["member"] = _dotted(self.names)
        if self.other:
            values["other"] = _dotted(self.other)
        return values

    def reason(self) -> Reason:
        """Why an object that holds invoices is none itself, among other records."""
        return broken("wrapped", **{**self.values(), "hint": "table" if self.how in {"columns", "split"} else "record"})


@dataclass(slots=True)
class _Seen:
    """What was seen of a value."""

    kind: Kind = ""
    first_name: str | None = None
    has: set[str] = field(default_factory=set)
    is_nfe: bool = False
    found: Found | None = None
    # Whether it is an array of objects, or an empty one, or an object with nothing but such an array.
    is_list: bool = False
    first_kind: Kind | None = None


def found_in(node: Node) -> Found | None:
    """Where in an object the invoices are, if it holds them and is none itself."""
    return _Look().at(node).found


class _Look:
    """One look into one value. `left` is how many members may still be looked at."""

    def __init__(self) -> None:
        self.left = MAX_LOOKS

    def at(self, node: Node, level: int = 0) -> _Seen:
        if node.kind not in {"{", "["} or level > MAX_LEVELS:
            return _Seen(node.kind)
        return self.at_object(node, level) if node.kind == "{" else self.at_array(node, level)

    def at_array(self, node: Node, level: int) -> _Seen:
        seen = _Seen("[", is_list=True)
        for element in node.first():
            inner = self.at(element, level + 1)
            seen.first_kind, seen.is_list = inner.kind, inner.kind == "{"
            seen.has, seen.is_nfe, seen.found = inner.has, inner.is_nfe, inner.found
            if seen.found and seen.found.how == "one":
                # There may be one in each of the others, too.
                seen.found = replace(seen.found, how="member")
        return seen

    def at_object(self, node: Node, level: int) -> _Seen:
        seen, object_ = _Seen("{"), _Object()
        most = MAX_INNER if level else MAX_MEMBERS
        for count, (name, member) in enumerate(node.members()):
            if count == most or not self.left:
                node.rest()
                break
            self.left -= 1
            seen.first_name = name if seen.first_name is None else seen.first_name
            object_.add(name, self.at(member, level + 1))
        seen.has, seen.is_nfe, seen.is_list = object_.has, object_.is_nfe, object_.is_list()
        seen.found = None if object_.is_nfe else object_.found()
        return seen


class _Object:
    """What was seen of an object's members."""

    def __init__(self) -> None:
        self.has: set[str] = set()
        self.is_nfe = False
        # How each of the required members is begun: as a scalar, an array, or an object with this first name.
        self.columns: set[tuple[Kind, str | None]] = set()
        self.arrays: dict[str, _Seen] = {}
        self.members = 0
        self.list: Found | None = None
        self.lists: list[Found] = []
        self.ones: list[Found] = []

    def add(self, name: str, seen: _Seen) -> None:
        known = _known(name)
        self.is_nfe = self.is_nfe or name.rpartition(":")[2] in _NFE
        if known in REQUIRED:
            self.has.add(known)
            self.columns.add((seen.kind, seen.first_name))
        if seen.kind != "null":
            self.members += 1
            if seen.is_list and known is None:
                self.list = seen.found.inside(name) if seen.kind == "{" and seen.found else Found("member", (name,))
        if seen.kind == "[" and name in {"columns", "data"}:
            self.arrays[name] = seen
        if seen.found:
            self.lists.append(seen.found.inside(name))
        elif seen.is_nfe or len(seen.has) > 1:
            has = REQUIRED if seen.is_nfe else frozenset(seen.has)
            into = self.lists if seen.kind == "[" else self.ones
            into.append(Found("member" if seen.kind == "[" else "one", (name,), has))

    def is_list(self) -> bool:
        return self.members == 1 and self.list is not None

    def found(self) -> Found | None:
        """Where in the object the invoices are."""
        if self.is_columns():
            return Found("columns", has=REQUIRED)
        if self.is_split():
            return Found("split", has=REQUIRED)
        return self.telling() or (self.list if self.is_list() else None)

    def is_columns(self) -> bool:
        return len(self.has) > 1 and len(self.columns) == 1 and next(iter(self.columns))[0] in {"{", "["}

    def is_split(self) -> bool:
        columns, data = self.arrays.get("columns"), self.arrays.get("data")
        if self.has or columns is None or data is None:
            return False
        return columns.first_kind == "" and data.first_kind in {"[", None}

    def telling(self) -> Found | None:
        lists, ones = self.with_more(self.lists), self.with_more(self.ones)
        if len(lists) > 1 and {lists[0].how, lists[1].how} == {"member"}:
            return Found("members", lists[0].names, lists[0].has, lists[1].names)
        if lists:
            return lists[0]
        if len(ones) > 1:
            return Found("keyed", ones[0].names, ones[0].has)
        return ones[0] if ones else None

    def with_more(self, founds: list[Found]) -> list[Found]:
        return [found for found in founds if len(found.has) >= len(self.has) + 2 and found.has & _TELLING]


@lru_cache(maxsize=256)
def _known(name: str) -> str | None:
    """The member of an invoice that a name means."""
    return _KNOWN.get(folded(name)) if len(name) <= 64 else None


_KNOWN = {folded(name): name for name in (*REQUIRED, *_OTHERS)}


def _dotted(names: tuple[str, ...]) -> str:
    # A name may hold a lone surrogate, which no service would take in an error.
    return ".".join(shortened(name.encode(errors="backslashreplace").decode()) for name in names)
