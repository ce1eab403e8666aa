"""The issuer of an invoice: the party that its access key names. Pure."""

from collections.abc import Mapping
from typing import Any

from . import access_key
from .reasons import Reason, pointer, shortened
from .tax_ids import compact


def agrees(invoice: Mapping[str, Any]) -> Reason | None:
    """The key names the issuer, by its `cnpj` or its `cpf`, where a key and one of them can be read."""
    key, emitente = invoice.get("chave_acesso"), invoice.get("emitente")
    if not isinstance(key, str) or not isinstance(emitente, dict) or not access_key.FORMAT.fullmatch(key):
        return None
    wanted = access_key.issuer(key)
    cnpj, cpf = emitente.get("cnpj"), emitente.get("cpf")
    if wanted is None or (isinstance(cnpj, str) and compact(cnpj) == wanted):
        return None
    if isinstance(cpf, str) and cpf and access_key.person(compact(cpf)) == wanted:
        return None
    for name, tax_id in (("cnpj", cnpj), ("cpf", cpf)):
        if isinstance(tax_id, str) and tax_id:
            found = shortened(compact(tax_id))
            return Reason("issuer", pointer("emitente", name), {"found": found, "wanted": wanted})
    return None
