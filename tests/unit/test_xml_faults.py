"""XML that is no NF-e document, or is meant to do harm: it fails, with its place, in bounded time and memory."""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from pipeline.functions.document import Record
from pipeline.functions.errors import DocumentError
from pipeline.functions.nfe_xml import XmlReader
from pipeline.functions.outcome import check_record
from pipeline.functions.values import MAX_RECORD

from .documents import SIZES, cut

XMLNS = 'xmlns="http://www.portalfiscal.inf.br/nfe"'
GOOD = f'<NFe {XMLNS}><infNFe versao="4.00"/></NFe>'
WANTED = "Upload the XML of an NF-e, whose root is nfeProc, NFe or enviNFe"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def read(chunks: Iterable[bytes], *, values: bool = True) -> tuple[list[Record], DocumentError | None]:
    found: list[Record] = []
    try:
        found.extend(XmlReader(chunks, values=values))
    except DocumentError as error:
        return found, error
    return found, None


def failure(body: bytes | str) -> DocumentError:
    """The error of a document, wherever it is cut, with values and without."""
    body = body.encode() if isinstance(body, str) else body
    errors = [read(cut(body, size), values=values)[1] for size in SIZES for values in (True, False)]
    first = errors[0]
    assert first is not None
    assert errors == [first] * len(errors)
    return first


# Code, message, line and column.
FAULTS: dict[str, tuple[str | bytes, str, str, int, int]] = {
    "nothing": ("", "empty", "the document is empty", 1, 1),
    "white space": (" \n ", "empty", "the document is empty", 2, 2),
    "cut in a text": (f"{GOOD[:-6]}<x>te", "truncated", "the document ends inside the element x", 1, 77),
    "cut in a tag": ("<lote>\n<NFe", "truncated", "the document ends inside the element lote", 2, 1),
    "cut before its root": (HEAD[:20], "truncated", "the document ends before it is complete", 1, 1),
    "cut in a character": ("<x>é".encode()[:-1], "truncated", "the document ends inside the element x", 1, 4),
    "JSON": (
        ' {"id": 1}',
        "not_xml",
        "the file is JSON; name it .json or .jsonl",
        1,
        1,
    ),
    "an array with a byte order mark": (
        "\ufeff[]",
        "not_xml",
        "the file is JSON; name it .json or .jsonl",
        1,
        1,
    ),
    "gzip": (
        b"\x1f\x8b\x08\x00",
        "not_xml",
        "the file is compressed with gzip; name it .xml.gz",
        1,
        1,
    ),
    "a DANFE": (b"%PDF-1.7", "not_xml", "the file is a PDF, not data; upload the XML of the NF-e that it shows", 1, 1),
    "a zip archive": (
        b"PK\x03\x04",
        "not_xml",
        "the file is a zip archive; unpack it, and upload the files in it",
        1,
        1,
    ),
    "a web page": (
        "<!DOCTYPE html>\n<html></html>",
        "not_xml",
        "the file is a web page (HTML), such as one for signing in; download the data itself",
        1,
        15,
    ),
    "a web page without its type": (
        "<HTML><br></HTML>",
        "not_xml",
        "the file is a web page (HTML), such as one for signing in; download the data itself",
        1,
        1,
    ),
    "text": ("35,Marta", "not_xml", "the document is not well-formed XML: syntax error", 1, 1),
    "an element that is not closed": (
        "<a><b></a>",
        "not_xml",
        "the element b is not closed before another one ends",
        1,
        9,
    ),
    "an attribute twice": ('<a x="1" x="2"/>', "not_xml", "an attribute stands twice in the same tag", 1, 10),
    "an entity": (
        "<a>&nbsp;</a>",
        "not_xml",
        "an entity is not declared; XML itself knows &amp; &lt; &gt; &quot; and &apos;",
        1,
        4,
    ),
    "a prefix": ("<n:a/>", "not_xml", "a prefix stands for no namespace", 1, 1),
    "a line before the declaration": (
        f"\n{HEAD}<a/>",
        "not_xml",
        "something stands before <?xml; it has to be the first, without space or line break",
        2,
        1,
    ),
    "two documents": (
        f"{HEAD}{GOOD}\n{HEAD}{GOOD}",
        "not_xml",
        "something follows the end of the XML document; put several NF-e into one element, or upload each by itself",
        2,
        1,
    ),
    "an ampersand": ("<a>Pão & Cia</a>", "not_xml", "a text has & by itself; write &amp;", 1, 8),
    "an ampersand before a word": ("<a>Pão &Cia</a>", "not_xml", "a text has & by itself; write &amp;", 1, 8),
    "less than": ("<a>1 < 2</a>", "not_xml", "a text has < by itself; write &lt;", 1, 6),
    "Windows-1252": (
        f"{HEAD}<a>São</a>".encode("cp1252"),
        "not_xml",
        "byte 0xE3 is not UTF-8; name the text's own encoding in the XML declaration, such as ISO-8859-1, or save the "
        "text as UTF-8",
        1,
        43,
    ),
    "UTF-16 that says UTF-8": (
        f"{HEAD}<a/>".encode("utf-16"),
        "not_xml",
        "the text is in another encoding than the XML declaration names",
        1,
        31,
    ),
    "an encoding that nobody knows": (
        '<?xml version="1.0" encoding="klingon"?><a/>',
        "not_xml",
        'the XML declaration names the encoding "klingon"; save the text as UTF-8',
        1,
        31,
    ),
    "an encoding of more bytes": (
        '<?xml version="1.0" encoding="shift_jis"?><a/>',
        "not_xml",
        'the XML declaration names the encoding "shift_jis"; save the text as UTF-8',
        1,
        31,
    ),
    "a control character": (
        "<a>\x01</a>",
        "not_xml",
        "the document is not well-formed XML: not well-formed (invalid token)",
        1,
        4,
    ),
    "another document": ("<lote/>", "no_nfe", f"the document holds no NFe; its root is lote. {WANTED}", 1, 1),
    "a root alone": (
        f"{HEAD}\n <nfeProc {XMLNS}/>",
        "no_nfe",
        "the document holds no NFe, although its root is nfeProc; upload the whole XML of the NF-e",
        2,
        2,
    ),
    "text after the end": (
        f"{GOOD}\nlixo & mais\n{GOOD}",
        "not_xml",
        '"lixo & mais" follows the end of the XML document; leave it out',
        2,
        1,
    ),
    "much text after the end": (
        f"{GOOD}{'lixo' * 50}",
        "not_xml",
        f'"{("lixo" * 50)[:29]}…" follows the end of the XML document; leave it out',
        1,
        len(GOOD) + 1,
    ),
    "UTF-8 that says ISO-8859-1": (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>Joao\nda São João</a>',
        "not_xml",
        "the XML declaration names ISO-8859-1, but the text is UTF-8, so its accents would be misread; write "
        'encoding="UTF-8" in the declaration',
        3,
        5,
    ),
    "UTF-8 with a mark that says Windows-1252": (
        '\ufeff<?xml version="1.0" encoding="windows-1252"?><a>São João</a>',
        "not_xml",
        "the XML declaration names windows-1252, but the text is UTF-8, so its accents would be misread; write "
        'encoding="UTF-8" in the declaration',
        1,
        50,
    ),
    "no namespace": (
        '<nfeProc>\n<NFe><infNFe versao="4.00"/></NFe></nfeProc>',
        "no_nfe",
        'the document holds an NFe in the namespace ""; an NF-e is in "http://www.portalfiscal.inf.br/nfe"',
        2,
        1,
    ),
    "another namespace": (
        '<NFe xmlns="http://www.portalfiscal.inf.br/nfe/"><infNFe versao="4.00"/></NFe>',
        "no_nfe",
        'the document holds an NFe in the namespace "http://www.portalfiscal.inf.br/nfe/"; an NF-e is in '
        '"http://www.portalfiscal.inf.br/nfe"',
        1,
        1,
    ),
    "layout 3.10": (
        f'<NFe {XMLNS}><infNFe versao="3.10"/></NFe>',
        "no_nfe",
        "the document holds an NF-e of layout 3.10; only layout 4.00 is read",
        1,
        1,
    ),
    "a layout that is not said": (
        f"<NFe {XMLNS}><infNFe/></NFe>",
        "no_nfe",
        'the document holds an NFe whose infNFe does not say its layout; versao="4.00" belongs there',
        1,
        1,
    ),
    "a layout that is said elsewhere": (
        f'<NFe {XMLNS}><x><infNFe versao="4.00"/></x></NFe>',
        "no_nfe",
        'the document holds an NFe whose infNFe does not say its layout; versao="4.00" belongs there',
        1,
        1,
    ),
}


@pytest.mark.parametrize(("body", "code", "message", "line", "column"), FAULTS.values(), ids=FAULTS)
def test_a_document_fails_with_what_is_wrong_and_where(
    body: str | bytes, code: str, message: str, line: int, column: int
) -> None:
    error = failure(body)
    assert (error.code, error.message, error.line, error.column) == (code, message, line, column)


def test_a_byte_order_mark_is_no_column() -> None:
    assert (failure("\ufeff<a>&x;</a>").column, failure("\ufeff<a>\n&x;</a>").column) == (4, 1)


@pytest.mark.parametrize("name", ["utf8", "UTF8", "Utf_8"])
def test_utf_8_may_be_written_as_programs_write_it(name: str) -> None:
    text = f"<?xml version='1.0' encoding = '{name}'?>{GOOD.replace('/>', '><x>é</x></infNFe>')}"
    [record], error = read([text.encode()])
    assert error is None
    assert "<x>é</x>" in json.loads(record.text or "")


def test_the_nfe_before_a_fault_come_before_it() -> None:
    records, error = read([f"<lote>{GOOD}{GOOD}<".encode()])
    assert [record.position for record in records] == [0, 1]
    assert error is not None


def test_one_nfe_of_the_right_layout_is_enough_and_the_others_are_refused() -> None:
    others = ["<NFe/>", f"<NFe {XMLNS}></NFe>", f'<NFe {XMLNS}><infNFe versao="2.00"/>/></NFe>']
    records, error = read([f"<lote>{''.join(others)}{GOOD}</lote>".encode()])
    assert error is None
    assert [json.loads(record.text or "") for record in records[:3]] == others
    for record in records[:3]:
        assert record.fault is not None
        assert record.fault.code == "layout"
    assert records[3].fault is None


def test_an_nfe_in_an_nfe_is_part_of_it() -> None:
    records, error = read([f'<NFe {XMLNS}><infNFe versao="4.00"/>{GOOD}</NFe>'.encode()])
    assert error is None
    assert len(records) == 1


# Declarations


DECLARATIONS = {
    "a billion laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>',
    "an external entity": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>',
    "an external subset": '<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>',
    "a default attribute": '<!DOCTYPE a [<!ATTLIST a versao CDATA "4.00">]><a/>',
    "no more than a type": f"<!DOCTYPE NFe>{GOOD}",
}


@pytest.mark.parametrize("text", DECLARATIONS.values(), ids=DECLARATIONS)
def test_any_declaration_of_a_type_is_refused(text: str) -> None:
    error = failure(f"{HEAD}\n{text}")
    assert error.code == "dtd"
    assert error.line == 2


# Size


def repeated(piece: bytes, size: int) -> Iterator[bytes]:
    """About so many bytes, in chunks."""
    chunk = piece * max(1, 65_536 // len(piece))
    for _ in range(0, size, len(chunk)):
        yield chunk


def numbered(form: str, count: int) -> Iterator[bytes]:
    for begin in range(0, count, 1_000):
        yield "".join(form.format(number) for number in range(begin, begin + 1_000)).encode()


def joined(*parts: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield from [part] if isinstance(part, bytes) else part


IN_A_NAME = f'<NFe {XMLNS}><infNFe versao="4.00" Id="NFe1"><emit><xNome>'.encode()
IN_OTHERS = f'<NFe {XMLNS}><infNFe versao="4.00" Id="NFe1"><infAdic><infCpl>'.encode()
HUNDRED_MB = 100_000_000

# What is read, and the code that the document fails with, or that its only record is refused for.
HUGE: dict[str, tuple[Callable[[], Iterable[bytes]], str]] = {
    "100 MB in a text that is kept": (
        lambda: joined(IN_A_NAME, repeated(b"a", HUNDRED_MB), b"</xNome></emit></infNFe></NFe>"),
        "too_long",
    ),
    "100 MB in a text that is not kept": (
        lambda: joined(IN_OTHERS, repeated(b"a", HUNDRED_MB), b"</infCpl></infAdic></infNFe></NFe>"),
        "missing",
    ),
    "100 MB in a CDATA section": (
        lambda: joined(IN_A_NAME, b"<![CDATA[", repeated(b"a", HUNDRED_MB), b"]]></xNome></emit></infNFe></NFe>"),
        "too_long",
    ),
    "100 MB in a comment": (lambda: joined(b"<a><!--", repeated(b"a", HUNDRED_MB), b"--></a>"), "too_long"),
    "100 MB in an attribute": (lambda: joined(b"<a b='", repeated(b"a", HUNDRED_MB), b"'/>"), "too_long"),
    "10 M elements in one another": (lambda: repeated(b"<a>", 30_000_000), "too_deep"),
    "a million attributes": (lambda: joined(b"<a ", numbered('a{}="1" ', 1_000_000), b"/>"), "too_long"),
    "a million names": (lambda: joined(b"<a>", numbered("<b{}/>", 1_000_000), b"</a>"), "too_many_names"),
    "a million prefixes": (
        lambda: joined(b"<a>", numbered('<b xmlns:p{}="u"/>', 1_000_000), b"</a>"),
        "too_many_names",
    ),
    "a line without end": (
        lambda: joined(
            f'<NFe {XMLNS}><infNFe versao="4.00" Id="NFe1">'.encode(),
            repeated(b"<det><prod><vProd>1.00</vProd></prod></det>" + b" " * 200, 40_000_000),
            b"</infNFe></NFe>",
        ),
        "too_long",
    ),
}


@pytest.mark.parametrize(("chunks", "code"), HUGE.values(), ids=HUGE)
def test_what_is_huge_takes_little_memory_and_time(chunks: Callable[[], Iterable[bytes]], code: str) -> None:
    started = time.monotonic()
    records, error = read(chunks())
    seconds = time.monotonic() - started
    if error:
        assert error.code == code
    else:
        [record] = records
        reasons: Any = check_record(record)
        assert reasons[0].code == code
        assert record.text is None
    # Seconds on a machine with much else to do; minutes without the limits.
    assert seconds < 60


LONG_TO_TRACE = {"100 MB in a text that is kept", "a line without end"}
SLOW = pytest.mark.night("tens of seconds where every allocation is traced")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[SLOW] if name in LONG_TO_TRACE else []) for name in HUGE])
def test_what_is_huge_is_not_held(name: str) -> None:
    chunks, _ = HUGE[name]
    # A tenth is enough to see: without limits it would be 10 MB and more. Tracing takes its time.
    tenth = (chunk for number, chunk in enumerate(chunks()) if number < 160)
    tracemalloc.start()
    try:
        read(tenth)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MAX_RECORD


SERVICES = {
    "procEventoNFe": "the document is an event of an NF-e (procEventoNFe), such as its cancellation.",
    "evento": "the document is an event of an NF-e (evento), such as its cancellation.",
    "inutNFe": "the document says that numbers of NF-e stay unused (inutNFe).",
    "resNFe": "the document is only the tax office's summary of an NF-e (resNFe).",
    "retConsReciNFe": "the document is an answer of the tax office (retConsReciNFe), without the NF-e.",
    "consSitNFe": "the document is a question to the tax office (consSitNFe).",
    "cteProc": "the document is of the kind CT-e (cteProc), and only NF-e are read.",
    "mdfeProc": "the document is of the kind MDF-e (mdfeProc), and only NF-e are read.",
    "CompNfse": "the document is of the kind NFS-e (CompNfse), and only NF-e are read.",
    "NFSe": "the document is of the kind NFS-e (NFSe), and only NF-e are read.",
    "CFe": "the document is of the kind CF-e (CFe), and only NF-e are read.",
    # No kind of document, although BPe and DCe are in the words.
    "TBPedidos": "the document holds no NFe; its root is TBPedidos.",
    "IDCentro": "the document holds no NFe; its root is IDCentro.",
    "characters": "the document holds no NFe; its root is characters.",
}


@pytest.mark.parametrize(("root", "message"), SERVICES.items(), ids=SERVICES)
def test_what_tax_offices_issue_besides_is_told_apart_by_its_root(root: str, message: str) -> None:
    assert failure(f"<{root}/>").message == f"{message} {WANTED}"


def test_an_event_of_another_document_is_told_by_its_namespace() -> None:
    message = failure('<evento xmlns="http://www.portalfiscal.inf.br/cte"/>').message
    assert message == f"the document is of the kind CT-e (evento), and only NF-e are read. {WANTED}"


def test_what_the_tax_office_distributes_has_to_be_taken_out() -> None:
    assert "take them out" in failure(f"<retDistDFeInt {XMLNS}><loteDistDFeInt/></retDistDFeInt>").message


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252"])
def test_an_accent_in_the_encoding_that_is_named_is_read(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?>{GOOD[:-6]}<x>IRMÃ£O ÀS 10 Nº</x>{GOOD[-6:]}'
    assert read([document.encode(encoding)])[1] is None
    # An encoding that is wrong only in name does no harm.
    assert read([document.replace("IRMÃ£O ÀS 10 Nº", "IRMAO").encode()])[1] is None


def test_utf8_under_another_name_is_found_out_however_far_down_it_is() -> None:
    head = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{GOOD[:-6]}<x>'
    error = failure_of_one(f"{head}{'a' * 200_000}é</x>{GOOD[-6:]}")
    assert (error.values["hint"], error.line, error.column) == ("declared", 2, len(head.partition("\n")[2]) + 200_001)


def failure_of_one(body: str) -> DocumentError:
    error = read([body.encode()])[1]
    assert error is not None
    return error
