"""Documents as people send them: what each file of tests/cases is refused with, word for word, or that it is stored."""

import gzip
import json
from pathlib import Path

import pytest

from pipeline.functions.aws.uploads import Upload
from pipeline.functions.document import Reader
from pipeline.functions.errors import DocumentError
from pipeline.functions.gunzip import gunzip
from pipeline.functions.invoice import Checked, check

CASES = Path(__file__).parents[1] / "cases"

Place = tuple[int | None, int | None, int | None]
"""Line, column and offset."""

ARRAY = "the file is an array, but its name says that every line is an invoice; name it .json"
IN_NOTAS = 'the document is an object that holds the invoices in "notas"; upload only them, as an array'
IN_DATA = 'the document is an object that holds the invoices in "data"; upload only them, as an array'
NAN = 'found "NaN", which JSON does not have; write the number, or null where there is none'
LINES = "something follows the end of the JSON document; if it has one invoice per line, name it .jsonl"
HTML = "the file is a web page (HTML), such as one for signing in; download the data itself"

REFUSED: dict[str, tuple[str, Place, str]] = {
    "07-envelope-notas.json": ("wrapped", (1, 1, None), IN_NOTAS),
    "07b-envelope-data.json": ("wrapped", (1, 1, None), IN_DATA),
    "13-utf16-powershell.json": ("not_utf8", (1, 1, 0), "the file is text in UTF-16; save it as UTF-8"),
    "13b-latin1.json": (
        "not_utf8",
        (1, 41, 40),
        "byte 0xEA at offset 40 is not UTF-8, but ê in Windows-1252; save the file as UTF-8",
    ),
    "14d-aspas-curvas.json": (
        "not_json",
        (1, 3, None),
        'found the quotation mark “; JSON takes only the straight "',
    ),
    "14e-valor-virgula-cru.json": ("not_json", (1, 47, None), "found 1500,00; write 1500.00"),
    "14f-nan.json": ("not_json", (1, 42, None), NAN),
    "17-array-em.jsonl": ("wrapped", (1, 1, None), ARRAY),
    "17b-array-identado.jsonl": ("wrapped", (1, 1, None), ARRAY),
    "17c-linhas-em.json": ("trailing_data", (2, 1, None), LINES),
    "18-vazio.json": (
        "empty",
        (1, 1, None),
        "the document is empty; export it again, or write [] if there are no invoices",
    ),
    "18c-html.json": ("not_json", (1, 1, 0), HTML),
    "18d-xml.json": ("not_json", (1, 1, 0), "the file is XML; if it is an NF-e, name it .xml"),
    "18e-gz-que-nao-e.json.gz": (
        "bad_gzip",
        (None, None, 0),
        "the file is not compressed; upload it without .gz",
    ),
    "18f-gz-como.json": ("not_json", (1, 1, 0), "the file is compressed with gzip; name it .json.gz"),
    "31-lista-da-api.json": ("wrapped", (1, 1, None), IN_NOTAS),
}

STORED = {"13c-bom-crlf.json": "C13c-1", "19-MAIUSCULA.JSON": "C19-1", "19b-nota.ndjson": "C19b-1"}


def outcomes(name: str, body: bytes) -> list[str]:
    """What becomes of each record of a file: the id of a valid invoice, or its reasons, as the function reads it."""
    upload = Upload("uploads", name, "1", len(body), "2026-01-01T00:00:00Z")
    reader = Reader(gunzip([body]) if upload.is_compressed else [body], upload.layout)
    answers = [check(record.value) for record in reader]
    return [
        answer.id
        if isinstance(answer, Checked)
        else "; ".join(f"{reason.code} {reason.path}: {reason.message}" for reason in answer)
        for answer in answers
    ]


def refusal(name: str, body: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        outcomes(name, body)
    return caught.value


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_document_is_refused_with_its_place_and_what_to_do(name: str) -> None:
    code, place, message = REFUSED[name]
    error = refusal(name, (CASES / name).read_bytes())
    assert (error.code, error.message) == (code, message)
    assert (error.line, error.column, error.offset) == place


@pytest.mark.parametrize(("name", "id_"), STORED.items())
def test_what_only_looks_unusual_is_stored(name: str, id_: str) -> None:
    assert outcomes(name, (CASES / name).read_bytes()) == [id_]


def test_arrays_in_an_array_are_rejected_one_by_one() -> None:
    rejected = "type : is an array; take the invoices out of its brackets"
    assert outcomes("17d.json", (CASES / "17d-array-dupla.json").read_bytes()) == [rejected, rejected]


INVOICE = '{"id": "NF-1", "cliente": "João", "valor": 10, "data_emissao": "2025-10-03"}'
ARRAY_OF_ONE = f"[{INVOICE}]"

# Others of the same kinds: name, body, code, place, and some of the message.
VARIANTS: dict[str, tuple[str, bytes, str, Place, str]] = {
    "UTF-16 without a mark": ("a.json", ARRAY_OF_ONE.encode("utf-16-le"), "not_utf8", (1, 1, 0), "UTF-16"),
    "UTF-16, big end first": ("a.json", ARRAY_OF_ONE.encode("utf-16-be"), "not_utf8", (1, 1, 0), "UTF-16"),
    "UTF-16 with the other mark": (
        "a.jsonl",
        b"\xfe\xff" + INVOICE.encode("utf-16-be"),
        "not_utf8",
        (1, 1, 0),
        "UTF-16",
    ),
    "UTF-16 of ASCII alone": ("a.json", b"[\0]\0", "not_utf8", (1, 1, 0), "UTF-16"),
    "UTF-16 in lines": ("a.jsonl", INVOICE.encode("utf-16"), "not_utf8", (1, 1, 0), "UTF-16"),
    "UTF-32": ("a.json", ARRAY_OF_ONE.encode("utf-32"), "not_utf8", (1, 1, 0), "UTF-32"),
    "UTF-32 without a mark": ("a.json", ARRAY_OF_ONE.encode("utf-32-be"), "not_utf8", (1, 1, 0), "UTF-32"),
    "UTF-16 in gzip": ("a.json.gz", gzip.compress(ARRAY_OF_ONE.encode("utf-16")), "not_utf8", (1, 1, 0), "UTF-16"),
    "Windows-1252 in lines": (
        "a.jsonl",
        b"{}\n" + '{"cliente": "São João"}'.encode("cp1252"),
        "not_utf8",
        (2, 15, 17),
        "ã in Windows-1252",
    ),
    "Latin-1 capitals": ("a.json", '[{"a": "SÃO"}]'.encode("latin-1"), "not_utf8", (1, 10, 9), "Ã in Windows-1252"),
    "quotes of Windows-1252": ("a.json", "[{“id”: 1}]".encode("cp1252"), "not_utf8", (1, 3, 2), "“ in Windows-1252"),
    "no text at all": ("a.json", b"[\xfe]", "not_utf8", (1, 2, 1), "byte 0xFE at offset 1 is not UTF-8; save"),
    "a code page of DOS": ("a.json", '["São"]'.encode("cp850"), "not_utf8", (1, 4, 3), "not UTF-8; save the file"),
    "a character that breaks off": ("a.json", '["ã'.encode()[:-1], "not_utf8", (1, 3, 2), "ends inside a character"),
    "a character that goes wrong": ("a.json", b'["\xe2\x82a"]', "not_utf8", (1, 3, 2), "not UTF-8; save the file"),
    "AppleDouble": ("._a.json", b"\0\x05\x16\x07\0\2\0\0Mac OS X        ", "not_json", (1, 1, 0), "AppleDouble"),
    "AppleDouble in lines": ("._a.jsonl", b"\0\x05\x16\x07\0\2\0\0", "not_json", (1, 1, 0), "._"),
    "a page after space": ("a.jsonl", b"\r\n <HTML lang='pt'>", "not_json", (1, 1, 0), "web page"),
    "a page after a mark": ("a.json", b"\xef\xbb\xbf<!doctype HTML>", "not_json", (1, 1, 0), "web page"),
    "an NF-e without a prologue": ("a.json", b"<nfeProc/>", "not_json", (1, 1, 0), "name it .xml"),
    "XML in lines": ("a.ndjson", b"<?xml version='1.0'?>", "not_json", (1, 1, 0), "name it .xml"),
    "XML in Latin-1": ("a.json", "<?xml ?><xNome>São".encode("latin-1"), "not_json", (1, 1, 0), "name it .xml"),
    "gzip in lines": ("a.jsonl", gzip.compress(INVOICE.encode()), "not_json", (1, 1, 0), "name it .jsonl.gz"),
    "gzip in gzip": ("a.json.gz", gzip.compress(gzip.compress(b"[]")), "bad_gzip", (None, None, 0), "twice"),
    "zip": ("a.json", b"PK\x03\x04" + b"\x14\0" * 13 + b"notas.json", "not_json", (1, 1, 0), "zip archive"),
    "Excel": ("a.json", b"PK\x03\x04" + b"\x14\0" * 13 + b"xl/workbook.xml", "not_json", (1, 1, 0), "workbook"),
    "old Excel": ("a.json", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "not_json", (1, 1, 0), "workbook"),
    "PDF": ("a.json", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not_json", (1, 1, 0), "the file is a PDF"),
    "a photograph": ("a.json", b"\xff\xd8\xff\xe0\0\x10JFIF", "not_json", (1, 1, 0), "the file is a JPEG"),
    "rich text": ("a.json", b"{\\rtf1\\ansi [\\{\\}]}", "not_json", (1, 1, 0), "rich text"),
    "zeros": ("a.json", b"\0" * 4096, "not_json", (1, 1, 0), "zero bytes"),
    "a zero": ("a.jsonl", b"\0", "not_json", (1, 1, 0), "zero bytes"),
    "no names": ("a.json", b"Ana\nBia\n", "not_json", (1, 1, None), 'found "Ana\\nBia\\n" where a value belongs'),
    "one text": ("a.json", b'"id"\n', "scalar", (1, 1, None), "neither an object nor an array"),
    "texts without their brackets": ("a.json", b'"id": 1, "cliente": 2\n', "scalar", (1, 1, None), "neither an object"),
    "words with a colon": ("a.json", b"Error: not found\n", "not_json", (1, 1, None), "where a value belongs"),
    "gzip of 0 bytes": ("a.json.gz", b"", "bad_gzip", (None, None, 0), "the file has 0 bytes"),
    "0 bytes in gzip": (
        "a.json.gz",
        gzip.compress(b""),
        "empty",
        (1, 1, None),
        "is empty; export it again, or write []",
    ),
    "space alone": ("a.json", b" \n", "empty", (2, 1, None), "nothing but white space; export it again, or write []"),
    "space alone in gzip": ("a.json.gz", gzip.compress(b" "), "empty", (1, 2, None), "[]"),
    "JSON in lines in JSON": (
        "a.json",
        f"{ARRAY_OF_ONE}\n{ARRAY_OF_ONE}".encode(),
        "trailing_data",
        (2, 1, None),
        "another array follows",
    ),
    "arrays without a break": ("a.json", b"[][]", "trailing_data", (1, 3, None), "put all invoices into one"),
    "objects over lines": (
        "a.json",
        b'{\n"id": 1\n}\n{\n"id": 2\n}',
        "trailing_data",
        (4, 1, None),
        "into one array: [{…}, {…}]",
    ),
    "objects on one line": ("a.json", b"{} {}", "trailing_data", (1, 4, None), "into one array: [{…}, {…}]"),
    "objects with commas": ("a.json", b"{},\n{}", "trailing_data", (1, 3, None), "need a [ before the first"),
    "lines with CRLF": ("a.json", b"{}\r\n{}\r\n", "trailing_data", (2, 1, None), "name it .jsonl"),
    "lines with commas": ("a.jsonl", b"{},\n{},\n", "trailing_data", (1, 3, None), "lines have none between them"),
    "two on a line": ("a.jsonl", b"{} {}\n", "trailing_data", (1, 4, None), "on a line of its own"),
    "an indented object": ("a.jsonl", b'{\n  "id": 1\n}', "not_json", (1, 2, None), "or the file is named .json"),
    "an array over lines": ("a.ndjson", b"[\r\n{}]", "wrapped", (1, 1, None), "name it .json"),
    "an empty array": ("a.jsonl", b"[]\n\n", "wrapped", (1, 1, None), "name it .json"),
    "an array in gzip": ("a.jsonl.gz", gzip.compress(b"[{}]"), "wrapped", (1, 1, None), "name it .json"),
    "an array further down": ("a.jsonl", b"\n\n  [{}]", "wrapped", (3, 3, None), "name it .json"),
    "arrays in lines": ("a.jsonl", b"[{}]\n[{}]\n", "wrapped", (1, 1, None), "out of their arrays"),
    "an array, then an object": ("a.jsonl", b"[]\r\n{}\n", "wrapped", (1, 1, None), "out of their arrays"),
    "JSON in a string": ("a.json", b'"[{\\"id\\": 1}]"', "scalar", (1, 1, None), "decode it once"),
    "a string": ("a.json", b'"a"', "scalar", (1, 1, None), "neither an object nor an array"),
}


@pytest.mark.parametrize(("name", "body", "code", "place", "words"), VARIANTS.values(), ids=VARIANTS)
def test_others_of_the_same_kind_are_refused_alike(name: str, body: bytes, code: str, place: Place, words: str) -> None:
    error = refusal(name, body)
    assert (error.code, (error.line, error.column, error.offset)) == (code, place)
    assert words in error.message
    assert "\n" not in error.message
    assert len(error.message) < 160


# The first line that tells, and what becomes of it as JSON.
TABLES: dict[str, tuple[str, str, str]] = {
    "semicolons": ("id;cliente;valor;data emissão\nNF-1;Ana;1;x", "id;cliente;valor;data emissão", '{"id": "NF-1", …}'),
    "commas": ("cliente,numero\r\nAna Silva,1", "cliente,numero", '{"cliente": "Ana Silva", …}'),
    "an id of digits": ("id\tcliente\n007\tAna\n", "id\tcliente", '{"id": "007", …}'),
    "quotes": ('"id","cliente"\n"1","Ana, Bia"\n', '"id","cliente"', '{"id": "1", …}'),
    "a comma in quotes": (
        '"cliente","id"\n"Zé ""Zé"", Bia","1"\n',
        '"cliente","id"',
        r'{"cliente": "Zé \"Zé\", Bia", …}',
    ),
    "some quotes": ('id,"cliente"\n1,"Ana"\n', 'id,"cliente"', '{"id": "1", …}'),
    "an amount first": ('"Valor (R$)";"Nº"\r\n"10,00";"1"', '"Valor (R$)";"Nº"', '{"Valor (R$)": …, …}'),
    "a date first": ("data_emissao,id\n03/10/2025,1\n", "data_emissao,id", '{"data_emissao": …, …}'),
    "no id in the first row": ("id;cliente\n;Ana\n", "id;cliente", '{"id": …, …}'),
    "no whole value": ("id;cliente\nNF", "id;cliente", '{"id": …, …}'),
    "no row": ('sep=;\r\n"id";"cliente"\r\n', '"id";"cliente"', '{"id": …, …}'),
    "a long first line": (
        ";".join(['"nome muito comprido mesmo"'] * 20) + "\n",
        '"nome muito comprido mesmo";"nome muito…',
        '{"nome muito comprido…": …, …}',
    ),
    "a long id": (f"id,cliente\n{'9' * 44},Ana\n", "id,cliente", '{"id": "9999999999999999999…", …}'),
}


@pytest.mark.parametrize(("text", "found", "example"), TABLES.values(), ids=TABLES)
def test_of_a_table_its_names_are_shown_and_how_a_row_begins_as_json(text: str, found: str, example: str) -> None:
    for name in ("a.json", "a.jsonl"):
        error = refusal(name, text.encode())
        assert (error.code, error.line, error.column, error.offset) == ("not_json", 1, 1, 0)
        assert error.message == (
            f"the file is a table of text (CSV) with the columns {json.dumps(found, ensure_ascii=False)}; "
            f"convert it to JSON, one object a row: [{example}, …]"
        )


YAML: dict[str, tuple[str, str, str]] = {
    "a list": ("- id: NF-1\n  cliente: Ana\n", "id: NF-1", '{"id": "NF-1", …}'),
    "a list in a member": ("# vendas\nnotas:\n  - id: 1\n", "id: 1", '{"id": "1", …}'),
    "one invoice": ("---\ncliente: 'Ana Silva'\nid: NF-1\n", "cliente: 'Ana Silva'", '{"cliente": "Ana Silva", …}'),
    "a comment": ("id: NF-1 # a primeira\ncliente: Ana\n", "id: NF-1 # a primeira", '{"id": …, …}'),
    "an anchor": ("id: &um NF-1\ncliente: Ana\n", "id: &um NF-1", '{"id": …, …}'),
    "an amount first": ("valor: 10,00\nid: NF-1\n", "valor: 10,00", '{"valor": …, …}'),
    "Windows' line ends": ("- id: NF-1\r\n  cliente: Ana\r\n", "id: NF-1", '{"id": "NF-1", …}'),
}


@pytest.mark.parametrize(("text", "found", "example"), YAML.values(), ids=YAML)
def test_of_yaml_a_line_is_shown_and_what_it_is_as_json(text: str, found: str, example: str) -> None:
    for name, code, place in (("a.json", "not_json", (1, 1, 0)), ("a.json.gz", "bad_gzip", (None, None, 0))):
        error = refusal(name, text.encode())
        assert (error.code, (error.line, error.column, error.offset)) == (code, place)
        assert error.message == (
            f'the file is YAML and holds "{found}"; convert it to JSON: {example}, or an array of such objects'
        )


@pytest.mark.parametrize("text", ["---\n- NF-1\n", "%YAML 1.2\n", f"- id: {'9' * 200}\n"])
def test_yaml_is_named_where_its_beginning_has_no_whole_line_to_show(text: str) -> None:
    assert refusal("a.jsonl", text.encode()).message == (
        "the file is YAML; convert it to JSON: one object, or an array of them"
    )


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        (f"[{INVOICE}, [1, 2], []]", ["an object, with a name for each value"] * 2),
        (f'[{{"notas": [{INVOICE}]}}]', ['an object that holds invoices in "notas"; put them in its place']),
        ('[{"id": {"0": 1}, "valor": {"0": 1}, "cliente": {"0": "a"}}]', ["a table by columns; write one object"]),
    ],
)
def test_among_other_records_what_holds_invoices_is_one_reject(body: str, reasons: list[str]) -> None:
    found = [outcome for outcome in outcomes("a.json", body.encode()) if outcome != "NF-1"]
    assert len(found) == len(reasons)
    assert all(words in outcome for words, outcome in zip(reasons, found, strict=True)), found


def test_a_line_that_holds_invoices_is_one_reject() -> None:
    body = f'{{"notas": [{INVOICE}]}}\n{INVOICE}\n[{INVOICE}]\n'.encode()
    assert outcomes("a.jsonl", body) == [
        'wrapped : is an object that holds invoices in "notas"; put them in its place',
        "NF-1",
        "type : is an array; take the invoices out of its brackets",
    ]
