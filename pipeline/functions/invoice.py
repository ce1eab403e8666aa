"""One invoice: its members, the rules they must keep, and the item that is stored. Pure.

All checks here concern one invoice alone. Only the table can tell whether it is new.
"""

import copy
import hashlib
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii as quoted
from operator import is_not
from typing import Any, NamedTuple

from . import additions, fields, issuers, patterns, sums
from .additions import CUSTOMER
from .attributes import Attribute, canonical, object_text, to_texts
from .customers import customer_key
from .hints import dates, keys, tax_ids, types
from .members import amount, array_of, money, object_of, or_empty, short_text, text
from .nodes import Parsed
from .reasons import Reason, broken
from .sizes import MAX_ITEM_BYTES, item_bytes
from .sums import MAX_LINES
from .wrapped import found_in

MAX_INVOICE_BYTES = MAX_ITEM_BYTES - additions.MAX_BYTES
"""The most that an invoice takes of an item's 400 KB. The rest is for what the pipeline adds."""

# The characters of an item's text that are neither the customer's value nor the invoice's own: `,"_cliente":`.
_AROUND_CUSTOMER = len(f',"{CUSTOMER}":')

_AMOUNT = amount()
_MONEY = money()

_PARTY = object_of(
    required={},
    optional={
        "cnpj": or_empty(text(fields.tax_id_cnpj, otherwise=tax_ids.cnpj_no_string, pattern=patterns.CNPJ)),
        "cpf": or_empty(text(fields.tax_id_cpf, otherwise=tax_ids.cpf_no_string, pattern=patterns.CPF)),
        "cnpj_cpf": or_empty(text(fields.tax_id, otherwise=tax_ids.no_string, pattern=patterns.TAX_ID)),
    },
    otherwise=types.party,
)
_LINE = object_of(
    required={
        "descricao": text(fields.not_blank, pattern=patterns.EMPTY_OR_NOT_BLANK),
        "quantidade": _AMOUNT,
        "valor_unitario": _AMOUNT,
        "valor_total": _MONEY,
    },
    optional={},
)
_LINE_AMOUNTS = ("quantidade", "valor_unitario", "valor_total")
_AMOUNTS = ("valor", *sums.AMOUNTS)

# The rules about several members at once are in `_JOINT_RULES`.
INVOICE = object_of(
    required={
        "id": short_text(fields.length, fields.no_control_characters, fields.trimmed, pattern=patterns.ID),
        "cliente": short_text(fields.length, fields.not_blank, pattern=patterns.NOT_BLANK),
        "valor": _MONEY,
        "data_emissao": text(fields.calendar_date, otherwise=dates.no_string, pattern=patterns.DATE),
    },
    optional={
        "chave_acesso": or_empty(text(fields.nfe_key, otherwise=keys.no_string, pattern=patterns.ACCESS_KEY)),
        "emitente": _PARTY,
        "destinatario": _PARTY,
        "itens": array_of(_LINE, MAX_LINES, broken("length", hint="lines", most=MAX_LINES), otherwise=types.lines),
        **dict.fromkeys(sums.AMOUNTS, money(optional=True)),
    },
)
"""An invoice: its known members, each with its rules. Other members are kept as they came."""


class Checked(NamedTuple):
    """A valid invoice, ready to store: its id, its DynamoDB item without `_ingest`, and the hash of its content.

    The item is `names`, sorted but for `_cliente` at the end, and `parameters`, the JSON text of each one's attribute
    value: `{"N":"2878.1"}`. `text` is the JSON text of the whole item, and `wire_bytes` its size in a request.

    Two invoices have the same `sha256` exactly when they have the same content. The order of members does not matter,
    numbers compare by value, and `_cliente` is no content.
    """

    id: str
    names: tuple[str, ...]
    parameters: tuple[str, ...]
    sha256: str
    wire_bytes: int

    @property
    def text(self) -> str:
        """The item as JSON text: `{"id":{"S":"NF-8"},…}`."""
        return object_text(self.names, dict(zip(self.names, self.parameters, strict=True)))


def check(value: object) -> Checked | list[Reason]:
    """The invoice in `value`, or every rule that it breaks.

    `value` is parsed JSON, with numbers as Decimal, and with `DuplicateMembers` where names repeat.
    """
    if not isinstance(value, dict):
        return [_no_object(value)]
    reserved: list[Reason] = []
    if additions.PROVENANCE in value or CUSTOMER in value:
        value = additions.without_exported(value)
        reserved = additions.reserved(value)
    rules = reserved + _broken(value)
    if rules and (found := found_in(Parsed(value))):
        return [found.reason()]
    invoice = value if rules else _with_numbers(value)
    texts, reasons = to_texts(invoice)
    names = sorted(texts)
    content = object_text(names, texts)
    # The text is never shorter than the item.
    if len(content) > MAX_INVOICE_BYTES and item_bytes(invoice) > MAX_INVOICE_BYTES:
        return [*reasons, broken("item_size", most=MAX_INVOICE_BYTES)]
    if reasons or rules:
        return list(dict.fromkeys(_still(reasons, rules) + rules))
    sha256 = _sha256(content)
    texts[CUSTOMER] = customer = f'{{"S":{quoted(customer_key(value["cliente"]))}}}'
    names.append(CUSTOMER)
    size = len(content) + len(customer) + _AROUND_CUSTOMER
    return Checked(value["id"], tuple(names), tuple([texts[name] for name in names]), sha256, size)


def content_sha256(item: Mapping[str, Attribute]) -> str:
    """The hash of the content of an item in the table, without what the pipeline added."""
    return _sha256(canonical(additions.content(item)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _no_object(value: object) -> Reason:
    if not isinstance(value, list):
        return types.object_(value)
    return broken("type", hint="invoices" if value and isinstance(value[0], dict) else "row")


def _broken(value: dict[str, Any]) -> list[Reason]:
    reasons = INVOICE.broken(value)
    # The rules about several members at once. They are checked wherever all can be read, whatever else is wrong.
    for name, rule in _JOINT_RULES:
        if name in value and (reason := rule(value)):
            reasons.append(reason)
    return reasons


_JOINT_RULES = (("chave_acesso", issuers.agrees), ("itens", sums.agrees))


def _still(limits: list[Reason], rules: list[Reason]) -> list[Reason]:
    """The broken limits without those of numbers that should be none: an access key's 44 digits do not fit a number."""
    others = {reason.path for reason in rules if reason.code == "type"}
    return [reason for reason in limits if reason.code != "number" or reason.path not in others]


def _with_numbers(invoice: dict[str, Any]) -> dict[str, Any]:
    """A valid invoice with its amounts as numbers, even those that came as strings."""
    invoice = _numbered(invoice, _AMOUNTS)
    if lines := invoice.get("itens"):
        numbered = [_numbered(line, _LINE_AMOUNTS) for line in lines]
        if any(map(is_not, numbered, lines)):
            invoice = copy.copy(invoice)
            invoice["itens"] = numbered
    return invoice


def _numbered(members: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    numbered = members
    for name in names:
        if name in members and isinstance(members[name], str):
            if numbered is members:
                numbered = copy.copy(members)
            numbered[name] = fields.amount(members[name])
    return numbered
