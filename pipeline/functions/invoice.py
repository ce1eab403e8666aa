"""One invoice: its members, the rules they must keep, and the item that is stored. Pure.

All checks here concern one invoice alone. Only the table can tell whether it is new.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError
from stdnum.br import cnpj

from . import access_key, fields
from .attributes import MAX_ITEM_BYTES, Attribute, number_text, to_item
from .reasons import Reason, pointer

PROVENANCE = "_ingest"
"""The one attribute that an item has besides the invoice's own members: which upload brought it."""

PROVENANCE_BYTES = 2_560
"""The most that `_ingest` takes of an item's 400 KB: an object key and a version id of up to 1,024 bytes each."""

# A line takes at least 59 bytes of an item's 400 KB, so a longer list could never be stored.
MAX_LINES = 7_000


def _keeps(*rules: fields.Rule) -> AfterValidator:
    """Check every rule, so that every broken one is reported."""

    def validate(value: Any) -> Any:
        broken = [answer for rule in rules if (answer := rule(value))]
        if broken:
            raise PydanticCustomError("broken", "", {"broken": broken})
        return value

    return AfterValidator(validate)


def _amount(value: object) -> Decimal:
    number = fields.amount(value)
    if number is None:
        raise PydanticCustomError("amount_type", "")
    return number


_AMOUNT_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}
)
_NAME_SCHEMA = Field(json_schema_extra={"minLength": 1, "maxLength": fields.MAX_CHARACTERS})
# `parse_number` makes Infinity of exponents that are out of range. It passes here, and `fields.storable` refuses it.
_Exact = Annotated[Decimal, Field(allow_inf_nan=True), BeforeValidator(_amount), _AMOUNT_SCHEMA]
_Number = Annotated[_Exact, _keeps(*fields.NUMBER)]
_Money = Annotated[_Exact, _keeps(*fields.NUMBER, *fields.MONEY)]


class _Members(BaseModel):
    # Other members are allowed; they are kept as they came, and not checked here. Frozen, because pydantic makes a deep
    # copy of every mutable default for every invoice.
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Party(_Members):
    """The issuer or the recipient of an invoice."""

    cnpj: Annotated[str, _keeps(fields.tax_id_cnpj)] = ""
    cpf: Annotated[str, _keeps(fields.tax_id_cpf)] = ""


class Line(_Members):
    """One line of an invoice."""

    descricao: Annotated[str, _keeps(fields.not_blank)]
    quantidade: _Number
    valor_unitario: _Number
    valor_total: _Money


# The rules about two members at once are in `_joint_rules`.
class Invoice(_Members):
    """An invoice: its known members, each with its rules. Other members are kept as they came."""

    id: Annotated[str, _NAME_SCHEMA, _keeps(fields.length, fields.no_control_characters, fields.trimmed)]
    cliente: Annotated[str, _NAME_SCHEMA, _keeps(fields.length, fields.not_blank)]
    valor: _Money
    data_emissao: Annotated[str, _keeps(fields.calendar_date)]
    chave_acesso: Annotated[str, _keeps(fields.nfe_key)] = ""
    emitente: Party = Party()
    destinatario: Party = Party()
    itens: Annotated[list[Line], Field(max_length=MAX_LINES)] = []


@dataclass(frozen=True, slots=True)
class Checked:
    """A valid invoice, ready to store: its id, its DynamoDB item without `_ingest`, and the hash of its content.

    Two invoices have the same `sha256` exactly when they have the same content. The order of members does not matter,
    and numbers compare by value. `wire_bytes` is the item's size in a request.
    """

    id: str
    item: dict[str, Attribute]
    sha256: str
    wire_bytes: int


def check(value: object) -> Checked | list[Reason]:
    """The invoice in `value`, or every rule that it breaks.

    `value` is parsed JSON, with numbers as Decimal, and with `DuplicateMembers` where names repeat.
    """
    if not isinstance(value, dict):
        return [Reason("type", "", "is not an object")]
    item, reasons = to_item(value, MAX_ITEM_BYTES - PROVENANCE_BYTES)
    if item is None:
        return reasons
    if PROVENANCE in value:
        reasons.append(Reason("reserved", pointer(PROVENANCE), "is a name the pipeline keeps for itself"))
    try:
        invoice = Invoice.model_validate(value)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            reasons.extend(_reasons(details))
    reasons.extend(_joint_rules(value))
    if reasons:
        return list(dict.fromkeys(reasons))
    _set_amounts(item, invoice)
    canonical = _canonical(item)
    return Checked(invoice.id, item, _sha256(canonical), len(canonical))


def content_sha256(item: Mapping[str, Attribute]) -> str:
    """The hash of the content of an item in the table, without its `_ingest`."""
    return _sha256(_canonical({name: value for name, value in item.items() if name != PROVENANCE}))


def _canonical(item: Mapping[str, Attribute]) -> str:
    # `repr` is for binary values, which only another program can have written.
    return json.dumps(item, sort_keys=True, separators=(",", ":"), default=repr)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _joint_rules(value: Mapping[str, Any]) -> Iterator[Reason]:
    """The rules about two members at once. They are checked wherever both can be read, whatever else is wrong."""
    key, emitente = value.get("chave_acesso"), value.get("emitente")
    if isinstance(key, str) and access_key.FORMAT.fullmatch(key) and isinstance(emitente, dict):
        issuer = emitente.get("cnpj")
        if isinstance(issuer, str) and cnpj.compact(issuer) != access_key.issuer(key):
            message = f"is {cnpj.compact(issuer)}, but chave_acesso names {access_key.issuer(key)}"
            yield Reason("issuer", pointer("emitente", "cnpj"), message)

    lines, valor = value.get("itens"), _readable_money(value, "valor")
    if isinstance(lines, list) and valor is not None and len(lines) <= MAX_LINES:
        totals = [_readable_money(line, "valor_total") for line in lines]
        with localcontext(prec=300):  # Enough for every digit that `_readable_money` lets through: the sum is exact.
            total = sum((total for total in totals if total is not None), Decimal(0))
        if None not in totals and total != valor:
            yield Reason(
                "sum", pointer("itens"), f"has valor_total values that add up to {total}, not to valor, {valor}"
            )


def _readable_money(members: object, name: str) -> Decimal | None:
    number = fields.amount(members.get(name)) if isinstance(members, dict) else None
    return number if number is not None and not fields.storable(number) and not fields.integer_digits(number) else None


def _set_amounts(item: dict[str, Attribute], invoice: Invoice) -> None:
    """Make the amounts numbers in the item, even those that came as strings."""
    item["valor"] = {"N": number_text(invoice.valor)}
    for index, line in enumerate(invoice.itens):
        members = item["itens"]["L"][index]["M"]
        for name in ("quantidade", "valor_unitario", "valor_total"):
            members[name] = {"N": number_text(getattr(line, name))}


_TYPE_ERRORS = {
    "missing": ("missing", "is required"),
    "string_type": ("type", "is not a string"),
    "list_type": ("type", "is not an array"),
    "model_type": ("type", "is not an object"),
    "amount_type": ("type", 'is neither a number nor a string of digits such as "1500.00"'),
    "string_unicode": ("surrogate", "holds a lone surrogate, which is not a Unicode character"),
    "too_long": ("length", f"has more than {MAX_LINES} lines, which no DynamoDB item can hold"),
}


def _reasons(error: ErrorDetails) -> list[Reason]:
    if error["type"] == "broken":
        broken = error["ctx"]["broken"]
    else:
        broken = [_TYPE_ERRORS.get(error["type"], (error["type"], error["msg"]))]
    return [Reason(code, pointer(*error["loc"]), message) for code, message in broken]
