"""The JSON Schema of an invoice, and of a document of invoices, made from the model of the rules. Pure.

https://json-schema.org/draft/2020-12/json-schema-core
"""

from typing import Any

from .additions import SCHEMAS
from .invoice import INVOICE
from .members import Schema
from .nfe_json import MOST_MEMBERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

ID = "urn:notas:schema:nota"

NAME = "nota.schema.json"
"""How the docs and the API call it."""

MEDIA_TYPE = "application/schema+json"

BEYOND = {
    "check_digit": "the check digit of an access key",
    "cnpj": "the check digits of a CNPJ",
    "cpf": "the check digits of a CPF",
    "date": "days that a month does not have, and the year 0000",
    "time": "a leap second anywhere but at the end of a day in UTC",
    "decimals": "how many decimals a number has: `multipleOf` takes binary fractions, in which 0.01 has no exact value",
    "number": "numbers of more than 38 digits, or too large or too small for DynamoDB",
    "sum": "that the lines and the amounts add up to `valor`",
    "issuer": "that the access key is the issuer's",
    "reserved": "that `_cliente` is the customer's name as the search has it, and `_ingest` as the table has it",
    "duplicate_member": "members that stand twice: most readers see only the last one",
    "surrogate": "halves of a character: most readers refuse them",
    "nesting": "values that are nested deeper than DynamoDB holds",
    "member_name": "members of other objects whose names are empty or too long",
    "item_size": "invoices that are too large for DynamoDB",
    "too_long": "invoices of more than 2 Mi characters of JSON",
    "more": "more than 1,000 values that break DynamoDB's limits",
}
"""The codes of the reasons that an invoice may have although the schema accepts it, and what they are about."""

_DESCRIPTIONS = {
    "id": "The invoice's id, unlike that of any other invoice: its number, or its access key.",
    "cliente": "The customer's name.",
    "valor": "The total: a number, or digits in a string, with a point before the decimals.",
    "data_emissao": "The day of issue as YYYY-MM-DD, or the time with its offset (RFC 3339).",
    "chave_acesso": "The access key of the NF-e: 44 positions, without spaces.",
    "emitente": "Who issued it.",
    "emitente.cnpj": "The issuer's CNPJ.",
    "emitente.cpf": "The issuer's CPF.",
    "emitente.cnpj_cpf": "The issuer's CNPJ or CPF, where one member has both.",
    "destinatario": "Whom it was issued to.",
    "destinatario.cnpj": "The recipient's CNPJ.",
    "destinatario.cpf": "The recipient's CPF.",
    "destinatario.cnpj_cpf": "The recipient's CNPJ or CPF, where one member has both.",
    "desconto": "What is taken off the sum of the lines.",
    "frete": "Freight, added to the sum of the lines.",
    "seguro": "Insurance, added to the sum of the lines.",
    "outras_despesas": "Other charges, added to the sum of the lines.",
    "impostos": "The taxes that are added to the sum of the lines: ST, FCP-ST, II, IPI and the like, in one.",
    "_ingest": "Which upload an exported invoice came from. It is left out.",
    "_ingest.key": "The key of the object.",
    "_ingest.version_id": "The version of the object.",
    "_ingest.position": "The position in the file, from 0.",
    "_ingest.time": "When work on the upload began.",
    "_ingest.sha256": "The hash of the content.",
    "_cliente": "The customer of an exported invoice, as the search has it. It is left out.",
    "itens": "The lines; with the other amounts, they add up to `valor`.",
    "itens.descricao": "What was sold.",
    "itens.quantidade": "How much of it.",
    "itens.valor_unitario": "The price of one.",
    "itens.valor_total": "The price of the line.",
}


_HOLDS_NFE: Schema = {"$ref": "#/$defs/holds_nfe"}

_NFE: Schema = {
    "title": "NF-e",
    "description": "An NF-e as xmltodict makes it of XML, in whatever elements. What is in it is not described here.",
    **_HOLDS_NFE,
    "maxProperties": MOST_MEMBERS,
    "not": {"required": ["id"]},
}
"""What may be an NF-e: all that `nfe_json` takes for one, and whatever else holds one, since no schema can count the
elements of an object without its attributes."""


def _some_member(value: Schema, names: str = "", but: str = "") -> Schema:
    """An object that has such a value in a member whose name matches `names`, or does not match `but`."""
    no_member = {"not": value}
    if names:
        return {"not": {"patternProperties": {names: no_member}}}
    return {"not": {"patternProperties": {but: True}, "additionalProperties": no_member}}


def _one_or_some(value: Schema) -> Schema:
    """Such a value, or an array with one."""
    return {"anyOf": [value, {"type": "array", "contains": value}]}


_HOLDER_OF_NFE: Schema = {
    "type": "object",
    "anyOf": [
        _some_member(_one_or_some({"type": "object"}), names="(^|:)NFe$"),
        _some_member(_one_or_some(_HOLDS_NFE), but="^@"),
    ],
}


def invoice() -> Schema:
    """The schema of one invoice."""
    title = {"title": "Nota", "description": "An invoice (nota fiscal). Other members are kept as they come."}
    members = {**INVOICE.schema, "properties": {**INVOICE.schema["properties"], **SCHEMAS}}
    return {**title, **_described(members, "")}


def document() -> Schema:
    """The schema of a whole document: one invoice, or an array of them. That of an invoice is in its `$defs`."""
    nota = {"if": {"$ref": "#/$defs/nfe"}, "else": {"$ref": "#/$defs/nota"}}
    not_said = "; ".join(f"{what} ({code})" for code, what in BEYOND.items())
    return {
        "$schema": DIALECT,
        "$id": ID,
        "title": "Notas",
        "description": "A document for notas: one invoice, or an array of invoices. An NF-e as JSON is one, too.",
        "$comment": f"What notas refuses and no schema can say: {not_said}.",
        "if": {"type": "array"},
        "then": {"items": nota},
        "else": nota,
        "$defs": {"nota": invoice(), "nfe": _NFE, "holds_nfe": _HOLDER_OF_NFE},
    }


def _described(schema: Any, path: str) -> Any:
    """A schema with the descriptions of the members in it."""
    described = dict(schema)
    if "properties" in schema:
        described["properties"] = {
            name: {"description": _DESCRIPTIONS[path + name], **_described(member, f"{path}{name}.")}
            for name, member in schema["properties"].items()
        }
    if "items" in schema:
        described["items"] = _described(schema["items"], path)
    if "anyOf" in schema:
        described["anyOf"] = [_described(one, path) for one in schema["anyOf"]]
    return described
