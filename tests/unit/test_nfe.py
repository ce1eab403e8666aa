"""What becomes of the elements of an NF-e, one by one, and which amounts its total counts."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import ROOT
from pipeline.functions.document import Layout, Reader
from pipeline.functions.nfe import Converted, convert
from pipeline.functions.reasons import Reason

KEY = "35261011222333000181550010000000421000000422"


def line(total: str = "100.00", **product: Any) -> dict[str, Any]:
    return {"prod": {"xProd": "Café", "qCom": "2.0000", "vUnCom": "50.00", "vProd": total, "indTot": "1", **product}}


def nfe(*details: dict[str, Any], totals: dict[str, str] | None = None, **ide: Any) -> dict[str, Any]:
    return {
        "infNFe": {
            "@Id": f"NFe{KEY}",
            "@versao": "4.00",
            "ide": {
                "mod": "55",
                "serie": "1",
                "nNF": "42",
                "natOp": "Venda",
                "dhEmi": "2026-10-05T09:30:00-03:00",
                **ide,
            },
            "emit": {"CNPJ": "11222333000181", "xNome": "Padaria Exemplo"},
            "dest": {"CPF": "12345678909", "xNome": "Marta"},
            "det": list(details) or line(),
            "total": {"ICMSTot": {"vNF": "100.00", **(totals or {})}},
        }
    }


def converted(value: dict[str, Any], protocol: Any = None) -> Converted:
    answer = convert(value, protocol)
    assert isinstance(answer, Converted)
    return answer


def test_an_nfe_becomes_an_invoice() -> None:
    protocol = {"infProt": {"chNFe": KEY, "nProt": "135260000000042"}}
    assert converted(nfe(totals={"vFrete": "0.00"}), protocol) == Converted(
        {
            "id": KEY,
            "chave_acesso": KEY,
            "cliente": "Marta",
            "valor": Decimal("100.00"),
            "data_emissao": "2026-10-05T09:30:00-03:00",
            "modelo": "55",
            "serie": "1",
            "numero": "42",
            "natureza": "Venda",
            "protocolo": "135260000000042",
            "emitente": {"cnpj": "11222333000181", "nome": "Padaria Exemplo"},
            "destinatario": {"cpf": "12345678909", "nome": "Marta"},
            "itens": [
                {
                    "descricao": "Café",
                    "quantidade": Decimal("2.0000"),
                    "valor_unitario": Decimal("50.00"),
                    "valor_total": Decimal("100.00"),
                }
            ],
            "frete": Decimal("0.00"),
        },
    )


def test_a_protocol_of_another_nfe_is_not_taken() -> None:
    other = {"infProt": {"chNFe": "1" * 44, "nProt": "135260000000042"}}
    assert "protocolo" not in converted(nfe(), other).invoice


@pytest.mark.parametrize("recipient", [None, {}, {"CPF": "12345678909"}, {"xNome": None}, {"xNome": " "}], ids=str)
def test_a_consumer_who_is_not_named_is_unidentified(recipient: Any) -> None:
    value = nfe(mod="65")
    value["infNFe"]["dest"] = recipient
    invoice = converted(value).invoice
    assert invoice["cliente"] == "CONSUMIDOR NAO IDENTIFICADO"
    assert invoice.get("destinatario") == ({"cpf": "12345678909"} if recipient and "CPF" in recipient else None)
    # Of an NF-e, the recipient has to be known.
    value["infNFe"]["ide"]["mod"] = "55"
    answer = converted(value)
    assert "cliente" not in answer.invoice
    assert answer.lacks == (Reason("missing", "/cliente", {"hint": "nfe", "place": "infNFe/dest/xNome"}),)


def test_what_is_missing_is_named_by_the_element_that_has_it() -> None:
    value = nfe(line(), line(vProd=None, xProd=""))
    for name in ("emit", "dest", "ide", "total"):
        del value["infNFe"][name]
    del value["infNFe"]["@Id"]
    assert [(one.path, one.values["place"]) for one in converted(value).lacks] == [
        ("/id", "infNFe/@Id"),
        ("/cliente", "infNFe/dest/xNome"),
        ("/valor", "infNFe/total/ICMSTot/vNF"),
        ("/data_emissao", "infNFe/ide/dhEmi"),
        ("/emitente", "infNFe/emit"),
        ("/itens/1/descricao", "infNFe/det[2]/prod/xProd"),
        ("/itens/1/valor_total", "infNFe/det[2]/prod/vProd"),
    ]


def test_a_line_that_the_total_does_not_count_is_kept_apart() -> None:
    answer = converted(nfe(line("7.00", indTot="0"), line(vProd=None), line()))
    assert [one["valor_total"] for one in answer.invoice["itens_fora_do_total"]] == [Decimal("7.00")]
    assert [one.get("valor_total") for one in answer.invoice["itens"]] == [None, Decimal("100.00")]
    assert [(one.path, one.values["place"]) for one in answer.lacks] == [
        ("/itens/0/valor_total", "infNFe/det[2]/prod/vProd")
    ]


@pytest.mark.parametrize("text", ["1.500,00", "1,00", "1.500", "-1.00", "R$ 1", "1e2", "٣.00", "99999999999999.00"])
def test_an_amount_in_another_form_stays_as_it_is_for_the_rules_to_say_what_is_wrong(text: str) -> None:
    value = nfe(line(vProd=text), totals={"vNF": text, "vDesc": text, "vFrete": text, "vIPI": text, "vST": "1.00"})
    invoice = converted(value).invoice
    assert invoice["itens"][0]["valor_total"] == text
    assert [invoice[name] for name in ("valor", "desconto", "frete", "impostos")] == [text] * 4


@pytest.mark.parametrize(
    "value", [None, [], "x", {}, {"infNFe": None}, {"infNFe": [{}]}, {"infNFe": {"@versao": ["4"]}}]
)
def test_what_is_no_nfe_says_no_layout(value: Any) -> None:
    assert convert(value) == Reason("layout", "", {"hint": "missing", "wanted": "4.00"})


def test_only_layout_4_is_read() -> None:
    value = nfe()
    value["infNFe"]["@versao"] = "3.10"
    answer = convert(value)
    assert answer == Reason("layout", "", {"found": "3.10", "wanted": "4.00"})
    assert isinstance(answer, Reason)
    assert answer.message == "is an NF-e of layout 3.10; only layout 4.00 is read"


@pytest.mark.parametrize("strange", [None, True, Decimal(1), "x", [], ["x"], {}, {"#text": None}, [[{}]]], ids=str)
def test_json_that_xmltodict_would_not_make_harms_nobody(strange: Any) -> None:
    whole = nfe(line(), line())
    for name in whole["infNFe"]:
        if name != "@versao":
            value = copy.deepcopy(whole)
            value["infNFe"][name] = strange
            converted(value, strange)
    for path in (("ide", "dhEmi"), ("total", "ICMSTot"), ("det", 0), ("emit", "CNPJ")):
        value = copy.deepcopy(whole)
        value["infNFe"][path[0]][path[1]] = strange
        converted(value)


TOTALS: dict[str, tuple[list[dict[str, Any]], dict[str, str], dict[str, str]]] = {
    "what is added to the lines": (
        [line()],
        {"vNF": "163.00", "vFrete": "1.00", "vSeg": "2.00", "vOutro": "4.00", "vDesc": "8.00"}
        | {
            "vST": "1.00",
            "vFCPST": "2.00",
            "vICMSMonoReten": "4.00",
            "vII": "8.00",
            "vIPI": "16.00",
            "vIPIDevol": "33.00",
        },
        {"desconto": "8.00", "frete": "1.00", "seguro": "2.00", "outras_despesas": "4.00", "impostos": "64.00"},
    ),
    "what is not": (
        [line()],
        {"vNF": "100.00", "vICMS": "18.00", "vFCP": "2.00", "vPIS": "1.65", "vCOFINS": "7.60", "vTotTrib": "30.00"}
        | {"vICMSUFDest": "1.00", "vFCPSTRet": "2.00", "vICMSMono": "3.00", "vICMSMonoRet": "4.00"},
        {},
    ),
    "services, which are lines": ([line("60.00"), line("40.00")], {"vNF": "100.00", "vProd": "60.00"}, {}),
    "ICMS that the lines say is taken off": (
        [
            {**line(), "imposto": {"ICMS": {"ICMS40": {"vICMSDeson": "10.00", "indDeduzDeson": "1"}}}},
            {**line(), "imposto": {"ICMS": {"ICMS20": {"vICMSDeson": "5.00", "indDeduzDeson": "0"}}}},
        ],
        {"vNF": "188.00", "vDesc": "2.00", "vICMSDeson": "15.00"},
        {"desconto": "12.00"},
    ),
    "ICMS of which no line says so, and vNF is without it": (
        [line()],
        {"vNF": "88.00", "vDesc": "2.00", "vICMSDeson": "10.00"},
        {"desconto": "12.00"},
    ),
    "ICMS of which no line says so, and vNF is with it": (
        [line()],
        {"vNF": "98.00", "vDesc": "2.00", "vICMSDeson": "10.00"},
        {"desconto": "2.00"},
    ),
    "PIS and COFINS withheld, where the lines say that they count": (
        [
            {**line(), "imposto": {"PISST": {"vPIS": "1.00", "indSomaPISST": "1"}}},
            {**line(), "imposto": {"PISST": {"vPIS": "2.00", "indSomaPISST": "0"}}},
            {**line(), "imposto": {"COFINSST": {"vCOFINS": "4.00", "indSomaCOFINSST": "1"}}},
            {**line(), "imposto": {"COFINSST": {"vCOFINS": "8.00"}}},
        ],
        {"vNF": "405.00"},
        {"impostos": "5.00"},
    ),
    "a vehicle billed by the factory": (
        [line(veicProd={"tpOp": "2"})],
        {"vNF": "124.00", "vST": "1.00", "vFCPST": "2.00", "vIPIDevol": "4.00", "vII": "8.00", "vIPI": "16.00"},
        {"impostos": "24.00"},
    ),
    "a vehicle sold in another way": (
        [line(veicProd={"tpOp": "3"})],
        {"vNF": "101.00", "vST": "1.00"},
        {"impostos": "1.00"},
    ),
    "an import that keeps the rule": (
        [line(CFOP="3102")],
        {"vNF": "110.00", "vII": "8.00", "vIPI": "2.00", "vICMS": "18.00", "vPIS": "1.00", "vCOFINS": "4.00"},
        {"impostos": "10.00"},
    ),
    "an import whose prices have II in them": (
        [line(CFOP="3102")],
        {"vNF": "102.00", "vII": "8.00", "vIPI": "2.00", "vICMS": "18.00", "vPIS": "1.00", "vCOFINS": "4.00"},
        {"impostos": "2.00"},
    ),
    "an import that adds all its taxes": (
        [line(CFOP="3102")],
        {"vNF": "133.00", "vII": "8.00", "vIPI": "2.00", "vICMS": "18.00", "vPIS": "1.00", "vCOFINS": "4.00"},
        {"impostos": "33.00"},
    ),
    "a sale within the country, which has no such choice": (
        [line(CFOP="5102")],
        {"vNF": "118.00", "vII": "8.00", "vICMS": "18.00"},
        {"impostos": "8.00"},
    ),
    "an import that no choice explains, which has what the rule says": (
        [line(CFOP="3102")],
        {"vNF": "555.00", "vII": "8.00", "vICMS": "18.00"},
        {"impostos": "8.00"},
    ),
}


@pytest.mark.parametrize(("details", "totals", "amounts"), TOTALS.values(), ids=TOTALS)
def test_the_total_counts(details: list[dict[str, Any]], totals: dict[str, str], amounts: dict[str, str]) -> None:
    invoice = converted(nfe(*details, totals=totals)).invoice
    names = ("desconto", "frete", "seguro", "outras_despesas", "impostos")
    assert {name: str(invoice[name]) for name in names if name in invoice} == amounts


def test_the_case_that_somebody_sent_is_stored() -> None:
    body = (Path(ROOT) / "tests" / "cases" / "09-nfeproc-xmltodict.json").read_bytes()
    [record] = Reader([body], Layout.JSON)
    assert record.lacks == ()
    assert record.value["cliente"] == "Marta"
    assert record.value["itens"] == [
        {
            "descricao": "Pão",
            "quantidade": Decimal("10.0000"),
            "valor_unitario": Decimal("1.5000000000"),
            "valor_total": Decimal("15.00"),
        }
    ]
    assert json.loads(body)["nfeProc"]["NFe"]["infNFe"]["@Id"] == f"NFe{record.value['id']}"
