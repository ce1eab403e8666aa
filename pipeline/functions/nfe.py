"""The invoice that an NF-e is. Pure.

An NF-e comes as the nested dict that xmltodict makes of its XML; `nfe_xml` makes the same, as far as it is needed here.
The layout is that of the MOC 7.00, annex I (https://www.nfe.fazenda.gov.br, Documentos, Manuais); docs/nfe.md says what
becomes of each element.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import nfe_totals
from .nfe_parts import NUMBER, amount, listed, part, text
from .reasons import Reason, pointer, shortened

NAMESPACE = "http://www.portalfiscal.inf.br/nfe"
LAYOUT = "4.00"

UNIDENTIFIED = "CONSUMIDOR NAO IDENTIFICADO"
"""The customer of an NFC-e that names none, as its printed form (DANFE NFC-e) has it."""

_NFCE = "65"

_IDENTIFICATION = {"modelo": "mod", "serie": "serie", "numero": "nNF", "natureza": "natOp"}
_PARTY = {"cnpj": "CNPJ", "cpf": "CPF", "id_estrangeiro": "idEstrangeiro", "nome": "xNome"}
_LINE = {"descricao": "xProd", "quantidade": "qCom", "valor_unitario": "vUnCom", "valor_total": "vProd"}


NO_LAYOUT = Reason("layout", "", {"hint": "missing", "wanted": LAYOUT})


def other_layout(layout: str) -> Reason | None:
    """Why an NF-e of this layout is not read; None if it is."""
    return None if layout == LAYOUT else Reason("layout", "", {"found": shortened(layout), "wanted": LAYOUT})


class Converted(NamedTuple):
    """The invoice of an NF-e, to be checked like any other, and what the NF-e `lacks`, with paths into the invoice."""

    invoice: dict[str, Any]
    lacks: tuple[Reason, ...] = ()


def convert(nfe: Any, protocol: Any = None) -> Converted | Reason:
    """The invoice of an `NFe`, with the number of its authorisation if `protocol` is its `protNFe`.

    A Reason where it is no NF-e of layout 4.00.
    """
    document = part(nfe, "infNFe")
    layout = text(document, "@versao")
    if wrong := NO_LAYOUT if layout is None else other_layout(layout):
        return wrong
    identification, issuer, recipient = (part(document, name) for name in ("ide", "emit", "dest"))
    totals = part(document, "total", "ICMSTot")
    details = listed(document.get("det"))
    lines, left_out, lacks = _lines(details)

    key = _key(document)
    customer = text(recipient, "xNome")
    if customer is None and text(identification, "mod") == _NFCE:
        customer = UNIDENTIFIED
    valor = amount(totals, "vNF")
    invoice = {
        "id": key,
        "chave_acesso": key,
        "cliente": customer,
        "valor": valor,
        "data_emissao": text(identification, "dhEmi"),
        **{member: text(identification, name) for member, name in _IDENTIFICATION.items()},
        "protocolo": _protocol(protocol, key),
        "emitente": _party(issuer),
        "destinatario": _party(recipient),
        "itens": lines,
        "itens_fora_do_total": left_out or None,
        **nfe_totals.amounts(totals, details, lines, valor),
    }
    invoice = {member: value for member, value in invoice.items() if value is not None}
    places = {
        ("id",): "infNFe/@Id",
        ("cliente",): "infNFe/dest/xNome",
        ("valor",): "infNFe/total/ICMSTot/vNF",
        ("data_emissao",): "infNFe/ide/dhEmi",
        ("emitente",): "infNFe/emit",
    }
    missing = [_missing(place, *steps) for steps, place in places.items() if steps[0] not in invoice]
    if not details:
        missing.append(_missing("infNFe/det", "itens"))
        del invoice["itens"]
    return Converted(invoice, (*missing, *lacks))


def _key(document: Mapping[str, Any]) -> str | None:
    # "NFe" and the key, because an XML id may not begin with a digit. Some programs leave it out.
    found = text(document, "@Id")
    return (found.removeprefix("NFe") or None) if found else None


def _party(element: Mapping[str, Any]) -> dict[str, str] | None:
    found = {member: text(element, name) for member, name in _PARTY.items()}
    return {member: value for member, value in found.items() if value} or None


def _protocol(protocol: Any, key: str | None) -> str | None:
    information = part(protocol, "infProt")
    # A protocol of another NF-e says nothing about this one.
    return text(information, "nProt") if text(information, "chNFe") == key else None


def _lines(details: list[Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Reason]]:
    """The lines that the total counts, those that it does not, and what the former lack."""
    counted: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    lacks = []
    for number, detail in enumerate(details, 1):
        product = part(detail, "prod")
        line = {
            "descricao": text(product, "xProd"),
            "quantidade": amount(product, "qCom", NUMBER),
            "valor_unitario": amount(product, "vUnCom", NUMBER),
            "valor_total": amount(product, "vProd"),
        }
        is_counted = text(product, "indTot") != "0"
        if is_counted:
            lacks += [
                _missing(f"infNFe/det[{number}]/prod/{_LINE[member]}", "itens", len(counted), member)
                for member, value in line.items()
                if value is None
            ]
        (counted if is_counted else left_out).append({name: value for name, value in line.items() if value is not None})
    return counted, left_out, lacks


def _missing(place: str, *steps: object) -> Reason:
    return Reason("missing", pointer(*steps), {"hint": "nfe", "place": place})
