"""One invoice: its members, the rules they keep, and what of it is stored. Pure.

What is checked here holds for one invoice alone; whether it is new is the table's word.
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
"""The one attribute an item has beside the invoice's own members; `outcome.Origin` fills it."""

PROVENANCE_BYTES = 2_560
"""What `_ingest` takes of an item's 400 KB at the most: an object key of 1,024 bytes, a version id of as many."""

# A line takes at least 59 bytes of an item's 400 KB, so a longer list could never be stored.
MAX_LINES = 7_000


def _keeps(*rules: fields.Rule) -> AfterValidator:
    """Every rule is asked, so that every broken one is told."""

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
# Infinity is for `fields.storable` to refuse: `parse_number` makes it of exponents beyond measure.
_Exact = Annotated[Decimal, Field(allow_inf_nan=True), BeforeValidator(_amount), _AMOUNT_SCHEMA]
_Number = Annotated[_Exact, _keeps(*fields.NUMBER)]
_Money = Annotated[_Exact, _keeps(*fields.NUMBER, *fields.MONEY)]


class _Members(BaseModel):
    # Members beyond the model's are allowed; they are kept as they came, and never looked at here. Frozen, because
    # pydantic makes a deep copy of every default that can change, for every invoice.
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Party(_Members):
    """Who issues an invoice, or whom it is issued to."""

    cnpj: Annotated[str, _keeps(fields.tax_id_cnpj)] = ""
    cpf: Annotated[str, _keeps(fields.tax_id_cpf)] = ""


class Line(_Members):
    """One line of an invoice."""

    descricao: Annotated[str, _keeps(fields.not_blank)]
    quantidade: _Number
    valor_unitario: _Number
    valor_total: _Money


class Invoice(_Members):
    """An invoice's known members, each by itself; `_joint_rules` has what joins two."""

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
    """A valid invoice, ready to store: its id, its DynamoDB item without `_ingest`, and the content's identity.

    Two invoices have the same content exactly when their `sha256` is the same: members in any order, numbers by value.
    `wire_bytes` is what the item takes in a request.
    """

    id: str
    item: dict[str, Attribute]
    sha256: str
    wire_bytes: int


def check(value: object) -> Checked | list[Reason]:
    """The invoice `value` states, or every rule it breaks.

    `value` is parsed JSON with numbers as Decimal, and `DuplicateMembers` where names repeat.
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
    """The identity of the content of an item in the table, its `_ingest` aside."""
    return _sha256(_canonical({name: value for name, value in item.items() if name != PROVENANCE}))


def _canonical(item: Mapping[str, Attribute]) -> str:
    # `repr` is for binary values, which only another program can have written.
    return json.dumps(item, sort_keys=True, separators=(",", ":"), default=repr)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _joint_rules(value: Mapping[str, Any]) -> Iterator[Reason]:
    """The rules that join two members, on whatever of them can be read, so that no other fault hides them."""
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
    """Amounts are numbers in the table, also those that came as strings."""
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
