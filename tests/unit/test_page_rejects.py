"""An upload's rejects on the page: grouped by reason, and all of them as a file. The API is a canned one."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from fixtures.browser import Browse
from fixtures.canned import URL, Canned, completed, reason, reject
from fixtures.cards import choose, expect_counts

DECIMALS = reason("decimals", "/valor", "has 3 decimals; at most 2 are allowed")
COMMA = reason("type", "/valor", 'is "1,00"; write 1.00', hint="brazilian")
TEXT = reason("type", "/valor", "is not an amount")
MISSING = reason("missing", "/id", "is required")


def rejects_of(browse: Browse, *rejects: dict[str, Any], per_page: int = 100) -> tuple[Page, Locator]:
    """A page with the card of a file whose rejects these are."""
    canned = Canned(per_page=per_page)
    canned.will_take(completed(rejected=len(rejects)), rejects)
    page = browse.open(URL, answer=canned)
    card = choose(page, "notas.json")
    expect(card.locator(".group").first).to_be_visible()
    return page, card


def many(number: int) -> list[dict[str, Any]]:
    return [reject(place, {"id": f"NF-{place}", "valor": 0.125}, DECIMALS) for place in range(1, number + 1)]


def groups(card: Locator) -> list[tuple[str, str]]:
    """How many invoices each group has, and its name."""
    summaries = card.locator(".group > summary").all()
    return [(one.locator("b").inner_text(), one.locator("code").last.inner_text()) for one in summaries]


def test_rejects_are_grouped_by_code_and_hint_the_most_frequent_first(browse: Browse) -> None:
    _, card = rejects_of(
        browse,
        reject(1, {}, COMMA),
        reject(2, {}, TEXT, MISSING),
        reject(3, {}, MISSING),
        reject(4, {}, COMMA, MISSING),
    )
    assert groups(card) == [("3", "missing"), ("2", "type.brazilian"), ("1", "type")]
    expect(card.get_by_role("heading", level=4)).to_have_text("4 invoices refused")


def test_an_invoice_is_once_in_a_group_with_all_of_its_reasons(browse: Browse) -> None:
    twice = [reason("cnpj", f"/{who}/cnpj", "is not a CNPJ") for who in ("emitente", "destinatario")]
    _, card = rejects_of(browse, reject(1, {"id": "NF-1"}, *twice))
    assert groups(card) == [("1", "cnpj")]
    item = card.get_by_role("listitem")
    expect(item).to_have_count(1)
    expect(item).to_contain_text("/emitente/cnpj is not a CNPJ")
    expect(item).to_contain_text("/destinatario/cnpj is not a CNPJ")


def test_the_first_few_of_a_group_are_shown_and_then_more(browse: Browse) -> None:
    page, card = rejects_of(browse, *many(30))
    items = card.get_by_role("listitem")
    expect(items).to_have_count(3)
    more = card.get_by_role("button", name="Show 20 more")
    more.press("Enter")
    expect(items).to_have_count(23)
    expect(items.nth(3)).to_be_focused()
    card.get_by_role("button", name="Show 7 more").click()
    expect(items).to_have_count(30)
    expect(items.last).to_contain_text("Position 30 · NF-30")
    expect(card.get_by_role("button", name="Show")).to_have_count(0)
    assert page.locator("li:focus").count() == 1


def test_only_the_largest_group_is_open_until_somebody_opens_another(browse: Browse) -> None:
    page, card = rejects_of(browse, *many(2), reject(3, {}, MISSING))
    details = card.locator(".group")
    opened = "group => group.open"
    assert [one.evaluate(opened) for one in details.all()] == [True, False]
    details.nth(0).locator("> summary").press("Enter")
    details.nth(1).locator("> summary").press("Enter")
    page.locator("#language").click()
    expect(card).to_contain_text("Posição 3")
    assert [one.evaluate(opened) for one in details.all()] == [False, True]


KEY = "35261011222333000181550010000048211803641950"


NAMES = {
    '{"id": "NF-1"}': "NF-1",
    f'{{"id": {KEY}}}': KEY,
    f'"<NFe xmlns=\\"x\\"><infNFe Id=\\"NFe{KEY}\\" versao=\\"4.00\\">"': KEY,
    f'{{"NFe": {{"infNFe": {{"@Id": "NFe{KEY}"}}}}}}': KEY,
    '{"id": "<b>x</b>"}': "<b>x</b>",
    "null": "",
    "[]": "",
    "3": "",
    "{": "",
    '{"id": {}}': "",
}
"""Invoices as they came, and what they call themselves."""


def test_an_invoice_is_named_by_its_id_or_its_access_key_if_it_has_one(browse: Browse) -> None:
    _, card = rejects_of(browse, *(reject(place, original, DECIMALS) for place, original in enumerate(NAMES, 1)))
    card.get_by_role("button", name="Show 7 more").click()
    first_lines = [line.removeprefix("Position ") for line in card.locator("li > :first-child").all_inner_texts()]
    assert first_lines == [f"{place} · {name}" if name else f"{place}" for place, name in enumerate(NAMES.values(), 1)]
    assert card.locator("pre").all_text_contents() == list(NAMES)


def test_an_invoice_that_is_too_long_is_not_shown(browse: Browse) -> None:
    _, card = rejects_of(browse, reject(7, None, DECIMALS))
    card.get_by_text("As it came").click()
    expect(card.locator("pre")).to_have_text("too long to show")


def test_what_a_file_contains_is_text_and_never_markup(browse: Browse) -> None:
    script = "<img src=x onerror=alert(1)><b>"
    _, card = rejects_of(browse, reject(1, {"id": script}, reason("type", f"/{script}", script)))
    expect(card.locator("li")).to_contain_text(script)
    assert card.locator("img, .group p b b, li p b b").count() == 0


def test_positions_are_said_to_begin_with_0(browse: Browse) -> None:
    page, card = rejects_of(browse, reject(0, {}, MISSING))
    expect(card.get_by_text("Positions count from 0.")).to_be_visible()
    page.locator("#language").click()
    expect(card.get_by_text("As posições contam a partir de 0")).to_be_visible()


def test_rejects_that_cannot_be_read_do_not_make_an_upload_a_failed_one(browse: Browse) -> None:
    canned = Canned()
    canned.will_take(completed(stored=5, rejected=2), many(2))
    page = browse.open(URL, answer=canned)
    page.route("**/rejeitadas*", lambda route: route.fulfill(status=404, json={"detail": "the rejects are gone"}))
    card = choose(page, "notas.json")
    expect(card).to_contain_text("the rejects are gone")
    expect(card).to_have_attribute("data-state", "completed")
    expect_counts(card, stored=5, rejected=2)
    page.unroute("**/rejeitadas*")
    card.get_by_role("button", name="Try again").click()
    expect(card.locator(".group")).to_be_visible()
    expect(card).not_to_contain_text("the rejects are gone")


def test_where_there_are_more_than_are_read_it_says_so(browse: Browse) -> None:
    _, card = rejects_of(browse, *many(1_150))
    expect(card).to_contain_text("1,150 invoices refused")
    expect(card).to_contain_text("The reasons of the first 1,000:")
    assert groups(card) == [("1,000", "decimals")]


def downloaded(page: Page, card: Locator, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as made:
        card.get_by_role("button", name=f"Download all: {kind}", exact=True).click()
    return made.value.suggested_filename, Path(made.value.path()).read_bytes()


def test_all_rejects_are_downloaded_as_json_lines(browse: Browse) -> None:
    rejects = many(1_150)
    page, card = rejects_of(browse, *rejects)
    name, content = downloaded(page, card, "JSONL")
    assert name == "notas.json.rejects.jsonl"
    english = {**DECIMALS, "message": DECIMALS["message"]["en"]}
    lines = content.decode().split("\n")
    assert [json.loads(line) for line in lines[:-1]] == [{**one, "reasons": [english]} for one in rejects]
    assert lines[-1] == ""
    expect(card).to_contain_text("1,150 / 1,150")


def table(content: bytes, separator: str = ",") -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator))


def test_all_rejects_are_downloaded_as_a_table_with_a_row_for_each_reason(browse: Browse) -> None:
    original = '{"id": "NF \\"1\\"",\n "cliente": "João; Ação"}'
    page, card = rejects_of(browse, reject(1, original, TEXT, MISSING), reject(2, None, DECIMALS))
    name, content = downloaded(page, card, "CSV")
    assert name == "notas.json.rejects.csv"
    assert content.startswith(b"\xef\xbb\xbf"), "or Excel reads no accents"
    assert content.endswith(b"\r\n")
    assert table(content) == [
        ["position", "id", "code", "path", "message", "original"],
        ["1", 'NF "1"', "type", "/valor", "is not an amount", original],
        ["1", 'NF "1"', "missing", "/id", "is required", original],
        ["2", "", "decimals", "/valor", "has 3 decimals; at most 2 are allowed", ""],
    ]


def test_a_table_in_portuguese_is_one_that_excel_reads_in_brazil(browse: Browse) -> None:
    """Where commas are for decimals, Excel takes semicolons between cells, and puts everything else into one column."""
    canned = Canned()
    canned.will_take(completed(rejected=1), [reject(3, {"id": "NF;1"}, MISSING)])
    page = browse.open(URL, "pt-BR", canned)
    card = choose(page, "notas.json")
    with page.expect_download() as made:
        card.get_by_role("button", name="Baixar todas: CSV").click()
    assert table(Path(made.value.path()).read_bytes(), ";") == [
        ["posição", "id", "código", "caminho", "mensagem", "original"],
        ["3", "NF;1", "missing", "/id", "is required", '{"id": "NF;1"}'],
    ]


CELLS = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "\t'=1",
    "a,=1": "a,=1",
    "\n=1": "\n'=1",
    " =1": "' =1",
    "＝1": "'＝1",
    # Where semicolons separate cells, as in Brazil, one may begin here.
    "a;=1": "a;'=1",
    'a;"=1': "a;'\"=1",
    "a=1-2": "a=1-2",
    "'": "'",
}
"""Ids, and their cells in a table."""


def test_no_cell_is_a_formula_to_a_spreadsheet_that_separates_cells_otherwise(browse: Browse) -> None:
    canned = Canned()
    cells = {"a,=1": "a,'=1", 'a,"=1': "a,'\"=1", "a;=1": "a;=1", "=1": "'=1"}
    canned.will_take(completed(rejected=4), [reject(place, {"id": id_}, MISSING) for place, id_ in enumerate(cells)])
    page = browse.open(URL, "pt-BR", canned)
    card = choose(page, "notas.json")
    with page.expect_download() as made:
        card.get_by_role("button", name="Baixar todas: CSV").click()
    rows = table(Path(made.value.path()).read_bytes(), ";")[1:]
    assert dict(zip(cells, [row[1] for row in rows], strict=True)) == cells


def test_no_cell_is_a_formula_to_a_spreadsheet(browse: Browse) -> None:
    page, card = rejects_of(browse, *(reject(place, {"id": id_}, MISSING) for place, id_ in enumerate(CELLS)))
    _, content = downloaded(page, card, "CSV")
    assert dict(zip(CELLS, [row[1] for row in table(content)[1:]], strict=True)) == CELLS


def test_a_download_that_fails_says_so(browse: Browse) -> None:
    page, card = rejects_of(browse, *many(1))
    page.route("**/rejeitadas*", lambda route: route.fulfill(status=404, json={"detail": "the rejects are gone"}))
    card.get_by_role("button", name="Download all: CSV").click()
    expect(card).to_contain_text("the rejects are gone")


def test_the_download_has_the_pages_language(browse: Browse) -> None:
    canned = Canned()
    canned.will_take(completed(rejected=1), [reject(1, {}, reason("missing", "/id", "is required", "é obrigatório"))])
    page = browse.open(URL, "pt-BR", canned)
    card = choose(page, "notas.json")
    with page.expect_download() as made:
        card.get_by_role("button", name="Baixar todas: CSV").click()
    assert table(Path(made.value.path()).read_bytes(), ";")[1][4] == "é obrigatório"
