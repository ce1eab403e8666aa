"""Files as people send them: what becomes of each invoice in `tests/cases`, and the words of every reason."""

from typing import Any

import pytest

from fixtures.command import ROOT
from pipeline.functions.invoice import Checked, check

from .documents import read

CASES = ROOT / "tests" / "cases"

STORED: list[tuple[str, str, str]] = []

OUTCOMES = {
    "01-id-numero.json": [
        [
            ("type", "/id", 'is the number 1; put it in quotes: "1"'),
            ("missing", "/data_emissao", "is required"),
        ],
        [
            ("type", "/id", 'is the number 2; put it in quotes: "2"'),
        ],
    ],
    "02-data_emissao-acento.json": [
        [
            ("missing", "/data_emissao", 'is required; "data_emissão" stands there: call it "data_emissao"'),
        ],
    ],
    "03b-id_nota.json": [
        [
            ("missing", "/id", 'is required; if "id_nota" is meant, call it "id"'),
        ],
    ],
    "04-valor-virgula.json": [
        [
            ("type", "/valor", 'is "1.500,00"; write 1500.00'),
        ],
        [
            ("type", "/valor", 'is "1234,00"; write 1234.00'),
        ],
        [
            ("type", "/valor", 'is "R$ 100,00"; write 100.00'),
        ],
        [
            ("type", "/valor", 'is "1,500.00"; write 1500.00'),
        ],
        [
            ("type", "/valor", 'is " 100.00"; write 100.00'),
        ],
        [
            (
                "ambiguous",
                "/valor",
                'is "1.500", which is 1500.00 to one reader and 1.500 to another; write the one that is meant '
                "as a number, without quotes",
            ),
        ],
    ],
    "05-data-br.json": [
        [
            (
                "date_format",
                "/data_emissao",
                'is "03/10/2025"; write "2025-10-03" if the day comes first, "2025-03-10" if the month does',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "03-10-2025"; write "2025-10-03" if the day comes first, "2025-03-10" if the month does',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "2025/10/03", without dashes between year, month and day; write "2025-10-03"',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "20251003", without dashes between year, month and day; write "2025-10-03"',
            ),
        ],
    ],
    "06-data-sem-fuso.json": [
        [
            (
                "date_format",
                "/data_emissao",
                'is "2025-10-03T14:30:00", without an offset; write "2025-10-03T14:30:00-03:00" if that is '
                'Brasília\'s time, or "2025-10-03" alone',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "2025-10-03 14:30:00", with no T before the time, and without an offset; write '
                '"2025-10-03T14:30:00-03:00" if that is Brasília\'s time, or "2025-10-03" alone',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "2025-10-03T14:30:00-0300", without the colon in its offset; write "2025-10-03T14:30:00-03:00"',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "2025-10-03T14:30:00.123456", without an offset; write "2025-10-03T14:30:00.123456-03:00" '
                'if that is Brasília\'s time, or "2025-10-03" alone',
            ),
        ],
        [
            (
                "date_format",
                "/data_emissao",
                'is "2025-10-03T14:30-03:00", without seconds; write "2025-10-03T14:30:00-03:00"',
            ),
        ],
    ],
    "08-cnpj-vazio.json": [
        STORED,
        STORED,
        STORED,
        STORED,
        STORED,
        STORED,
        [
            (
                "cnpj",
                "/destinatario/cnpj_cpf",
                'is "11.111.111/1111-11", which ends in 11; the check digits of what stands before it are 80',
            ),
        ],
    ],
    "09b-item-unico-dict.json": [
        [
            (
                "type",
                "/itens",
                'is one object, but one line is still an array; write [{"descricao": "Pão", "quantidade": 10, '
                '"valor_unitario": 1.…]',
            ),
        ],
    ],
    "10-chave-prefixo.json": [
        [
            (
                "access_key",
                "/chave_acesso",
                'holds "NFe", which is too much; write "35251012345678000195550010000001231482137642"',
            ),
        ],
        [
            (
                "access_key",
                "/chave_acesso",
                'holds " ", which is too much; write "35251012345678000195550010000001231482137642"',
            ),
        ],
        [
            (
                "type",
                "/chave_acesso",
                "is the number 35251012345678000195550010000001231482137642; put it in quotes: "
                '"35251012345678000195550010000001231482137642"',
            ),
        ],
        STORED,
        STORED,
    ],
    "11-frete-desconto.json": [
        [
            (
                "sum",
                "/itens",
                'has valor_total values that add up to 100.0, but valor is 115.0; not counted: "valor_frete", '
                '"valor_desconto"; what counts is called desconto, frete, seguro, outras_despesas, impostos',
            ),
        ],
        [
            (
                "sum",
                "/itens",
                'has valor_total values that add up to 100.0, but valor is 105.0; not counted: "valor_ipi"; '
                "what counts is called desconto, frete, seguro, outras_despesas, impostos",
            ),
        ],
    ],
    "12-avulsa.json": [
        STORED,
    ],
    "12b-produtor-cpf.json": [
        STORED,
        [
            (
                "issuer",
                "/emitente/cpf",
                "is 98765432100, but chave_acesso names 00012345678909; one of the two is wrong",
            ),
        ],
        STORED,
    ],
    "15-epoch.json": [
        [
            (
                "type",
                "/data_emissao",
                'is the number 1759449600000, which seems to be milliseconds since 1970; write "2025-10-03T00:00:00Z"',
            ),
        ],
        [
            (
                "type",
                "/data_emissao",
                'is the number 45933, which seems to be a spreadsheet\'s count of days; write "2025-10-03"',
            ),
        ],
    ],
    "21-itens-outro-nome.json": [
        [
            (
                "missing",
                "/itens/0/descricao",
                'is required; what stands there, and is not known, is "produto", "qtd", "preco"',
            ),
            (
                "missing",
                "/itens/0/quantidade",
                'is required; what stands there, and is not known, is "produto", "qtd", "preco"',
            ),
            (
                "missing",
                "/itens/0/valor_unitario",
                'is required; what stands there, and is not known, is "produto", "qtd", "preco"',
            ),
            (
                "missing",
                "/itens/0/valor_total",
                'is required; what stands there, and is not known, is "produto", "qtd", "preco"',
            ),
        ],
    ],
    "23-negativo-zero.json": [
        [
            ("negative", "/valor", "is -50, but an amount is 0 or more; write 50 if that is meant"),
        ],
        STORED,
        [
            ("type", "/valor", "is null, but a value is required"),
        ],
        [
            ("type", "/valor", 'is ""; write a number such as 1500.00'),
        ],
    ],
    "24-cliente-objeto.json": [
        [
            ("type", "/cliente", 'is {"nome": "Marta", "cpf": "12345678909"}, not a string; write "Marta" alone'),
        ],
    ],
}
"""For each file, its invoices in their order, and of each the broken rules as (code, path, message)."""


def told(value: Any) -> list[tuple[str, str, str]]:
    answer = check(value)
    return [] if isinstance(answer, Checked) else [(one.code, one.path, one.message) for one in answer]


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_file_ends_as_its_people_are_told(name: str) -> None:
    assert [told(record.value) for record in read((CASES / name).read_bytes())] == OUTCOMES[name]
