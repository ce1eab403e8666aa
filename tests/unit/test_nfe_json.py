"""NF-e as JSON that no XML would give: nothing of it is left out, and nothing is chosen."""

import json
from typing import Any

import pytest

from pipeline.functions.document import Layout, Reader, Record
from pipeline.functions.errors import DocumentError
from pipeline.functions.reasons import Reason

from .documents import read
from .test_nfe import nfe

NFE = json.dumps(nfe())
INVOICE = json.dumps({"id": "NF-1", "cliente": "Ana", "valor": 1, "data_emissao": "2026-10-05"})

REPEATED = {
    "at the root": (f'{{"NFe": {NFE}, "NFe": {NFE}}}', "/NFe"),
    "around it": (f'{{"nfeProc": {{"NFe": {{}}, "NFe": {NFE}}}}}', "/nfeProc/NFe"),
    "around that": (f'{{"nfeProc": {{"NFe": {NFE}}}, "nfeProc": {{"NFe": {NFE}}}}}', "/nfeProc"),
    "with another prefix": (f'{{"lote": {{"a:NFe": {NFE}, "NFe": {NFE}}}}}', "/lote/a:NFe"),
    "beside it": (f'{{"lote": {{"id": 1, "NFe": {NFE}, "id": 2}}}}', "/lote/id"),
}


def reasons(record: Record) -> tuple[str, str] | None:
    return (record.fault.code, record.fault.path) if record.fault else None


@pytest.mark.parametrize("around", ["{}", "[{}]"])
@pytest.mark.parametrize(("text", "path"), REPEATED.values(), ids=REPEATED)
def test_a_member_that_stands_more_than_once_around_an_nfe_refuses_it(text: str, path: str, around: str) -> None:
    (record,) = read(around.replace("{}", text).encode())
    assert (reasons(record), record.text) == (("duplicate_member", path), text)


@pytest.mark.parametrize("other", [INVOICE, "5", '{"erro": "x"}', "null"])
def test_an_array_with_something_else_beside_nfe_holds_the_invoices(other: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read(f'{{"lote": {{"notas": [{{"NFe": {NFE}}}, {other}]}}}}'.encode())
    assert (refused.value.code, refused.value.values["member"]) == ("wrapped", "lote.notas")


def test_every_nfe_of_an_element_counts_whatever_stands_beside_it() -> None:
    found = read(f'{{"lote": {{"NFe": {NFE}, "anteriores": {{"NFe": {NFE}}}}}}}'.encode())
    assert [(record.position, record.fault, bool(record.value)) for record in found] == [
        (0, None, True),
        (1, None, True),
    ]


def test_a_reader_without_values_counts_the_same() -> None:
    body = f'{{"enviNFe": {{"NFe": [{NFE}, {NFE}]}}}}'.encode()
    assert list(Reader([body], Layout.JSON, values=False)) == [Record(0), Record(1)]


def test_the_first_reason_is_given_for_what_is_wrong_twice() -> None:
    value: Any = f'{{"a": {{"x": 1, "x": 2, "NFe": {NFE}, "NFe": {NFE}}}}}'
    (record,) = read(value.encode())
    assert record.fault == Reason("duplicate_member", "/a/x")
