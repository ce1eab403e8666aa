"""NF-e, uploaded as XML and as JSON: what becomes of them on a deployed stack."""

import json

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from fixtures.command import ROOT
from fixtures.examples import Example
from fixtures.invoices import counts
from fixtures.nfe import Nfe
from fixtures.profiles import examples
from fixtures.stacks import Stack
from fixtures.strategies.nfe import NfeDocument, nfe_documents, nfes
from fixtures.xml_text import Style


@pytest.mark.parametrize(
    "suffix",
    [pytest.param(name, marks=pytest.mark.covers(f"document: {name}")) for name in (".xml", ".xml.gz", ".XML")],
)
@pytest.mark.covers("outcome: stored")
@examples(0.5)
@given(st.data())
def test_an_upload_of_nfe_ends_as_the_model_says(stack: Stack, suffix: str, data: st.DataObject) -> None:
    document = data.draw(nfe_documents(suffix))
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.covers("outcome: stored", "outcome: duplicates")
@examples(0.3)
@given(nfes())
def test_the_same_nfe_through_xmltodict_is_a_duplicate(stack: Stack, nfe: Nfe) -> None:
    document = NfeDocument.of([(nfe, None)], "nfeProc", Style())
    example = Example(stack, document)
    place = example.run(document)
    example.agrees()
    value = xmltodict.parse(example.uploads[place].document.body())
    entry = stack.ingest(json.dumps(value).encode(), f"{example.name}.json")
    assert counts(entry) == {"received": 1, "duplicates": 1}


def test_the_sample_is_stored_with_its_amounts(stack: Stack, unique: str) -> None:
    body = (ROOT / "pipeline" / "samples" / "nfe-4822.xml").read_bytes()
    # The key is the same for every test, so another may have stored it.
    entry = stack.ingest(body, f"{unique}.xml")
    assert entry["status"] == "completed"
    item = stack.invoice("35261011222333000181550010000048221180364204")
    assert item is not None
    assert [str(item[name]) for name in ("valor", "frete", "desconto")] == ["1658", "60", "100"]
    assert item["protocolo"] == "135260000004822"


FAILED = {
    "a web page": (b"<!DOCTYPE html><html></html>", "not_xml"),
    "JSON": (b'{"id": 1}', "not_xml"),
    "a billion laughs": (b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>', "dtd"),
    "cut off": (b"<nfeProc><NFe>", "truncated"),
    "another document": (b"<cteProc/>", "no_nfe"),
}


@pytest.mark.parametrize(("body", "code"), FAILED.values(), ids=FAILED)
def test_xml_that_is_no_nfe_fails_with_the_place(stack: Stack, unique: str, body: bytes, code: str) -> None:
    entry = stack.ingest(body, f"{unique}.xml")
    assert (entry["status"], entry["error"]["code"]) == ("failed", code)
    assert entry["error"]["line"] == 1
    assert counts(entry) == {}
