"""The page's two languages: its own words, the API's, numbers and dates. The API is a canned one."""

import pytest
from playwright.sync_api import Page, Route, expect

from fixtures.browser import Browse
from fixtures.canned import URL, Canned, completed, failed, reason, reject
from fixtures.cards import card, choose

MISSING = reason("missing", "/id", "is required", "é obrigatório")
EMPTY = {"en": "the document is empty", "pt-BR": "o documento está vazio"}


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pt-BR", "pt-BR"), ("pt-PT", "pt-BR"), ("en-US", "en"), ("de", "en")],
)
def test_the_page_begins_in_the_browsers_language(browse: Browse, locale: str, language: str) -> None:
    page = browse.open(URL, locale, Canned())
    assert page.locator("html").get_attribute("lang") == language
    expect(page.get_by_role("heading", level=2).first).to_have_text(
        "Send invoices" if language == "en" else "Enviar notas"
    )


def test_the_language_that_was_chosen_is_remembered(browse: Browse) -> None:
    page = browse.open(URL, "en", Canned())
    page.get_by_role("button", name="Português").click()
    page.reload()
    expect(page.get_by_role("button", name="English")).to_be_visible()


def test_a_browser_that_keeps_nothing_shows_the_page_all_the_same(browse: Browse) -> None:
    page = browse.open("about:blank", "en", Canned())
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")
    page.goto(URL)
    page.get_by_role("button", name="Português").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Enviar notas")


def two_files(browse: Browse, locale: str) -> tuple[Page, Canned]:
    """A page with a file that has a reject, and one that failed."""
    canned = Canned()
    page = browse.open(URL, locale, canned)
    canned.will_take(completed(stored=1_234, rejected=1), [reject(1, {}, MISSING)])
    expect(choose(page, "a.json").locator(".group")).to_be_visible()
    canned.will_take(failed("empty", EMPTY, line=1_000, column=2))
    expect(choose(page, "b.json")).to_have_attribute("data-state", "failed")
    return page, canned


def test_reasons_and_errors_change_with_the_language(browse: Browse) -> None:
    page, canned = two_files(browse, "en")
    expect(page.get_by_text("/id is required").first).to_be_visible()
    expect(page.get_by_text("the document is empty (line 1000, column 2)")).to_be_visible()
    assert set(canned.languages()) == {"en"}
    page.get_by_role("button", name="Português").click()
    expect(page.get_by_text("/id é obrigatório").first).to_be_visible()
    expect(page.get_by_text("o documento está vazio (linha 1000, coluna 2)")).to_be_visible()
    assert canned.languages()[-1] == "pt-BR"
    expect(page.locator("#uploads")).not_to_contain_text("required")
    expect(page.locator(".received dd")).to_have_text("1.235")


def test_a_page_in_portuguese_asks_in_portuguese(browse: Browse) -> None:
    page, canned = two_files(browse, "pt-BR")
    expect(page.get_by_text("/id é obrigatório").first).to_be_visible()
    assert set(canned.languages()) == {"pt-BR"}


def test_what_the_api_cannot_say_again_stays_as_it_was(browse: Browse) -> None:
    page, _ = two_files(browse, "en")
    page.get_by_label("Seconds until").fill("0")
    page.route("**/envios/**", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Português").click()
    expect(page.get_by_text("Posição 1")).to_be_visible()
    expect(page.get_by_text("/id is required").first).to_be_visible()


def test_an_answer_that_comes_too_late_does_not_change_the_language(browse: Browse) -> None:
    page, _ = two_files(browse, "en")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.headers["accept-language"] == "pt-BR":
            held.append(route)
        else:
            route.fallback()

    page.route("**/envios/2.json/2", hold)
    with page.expect_request("**/envios/2.json/2"):
        page.get_by_role("button", name="Português").click()
    with page.expect_response("**/envios/2.json/2"):
        page.get_by_role("button", name="English").click()
    with page.expect_response("**/envios/2.json/2"):
        held[0].fallback()
    # A later answer has come, so this one has done whatever it does.
    page.evaluate("got('envios/2.json/2').then(answer => answer.json())")
    expect(card(page, "b.json")).to_contain_text("the document is empty")


def test_the_pages_own_errors_change_with_the_language(browse: Browse) -> None:
    page = browse.open(URL, "en", Canned())
    file = choose(page, "planilha.csv")
    expect(file).to_contain_text("the name must end in .json")
    page.get_by_role("button", name="Português").click()
    expect(file).to_contain_text("o nome tem de terminar em .json")


@pytest.mark.parametrize("locale", ["en", "pt-BR"])
def test_one_is_said_otherwise_than_none_and_many(browse: Browse, locale: str) -> None:
    """As in a terminal. Portuguese has one form for 0 and 1 by CLDR, but Brazilians write "0 notas"."""
    page = browse.open(URL, locale, Canned())
    said = [page.evaluate(f"count({n}, msg('{{n}} invoice'), msg('{{n}} invoices'))") for n in (0, 1, 2)]
    assert said == (["0 invoices", "1 invoice", "2 invoices"] if locale == "en" else ["0 notas", "1 nota", "2 notas"])


AMOUNTS = {
    "2878.1": ("2,878.10", "2.878,10"),
    "9007199254740993.01": ("9,007,199,254,740,993.01", "9.007.199.254.740.993,01"),
    "0.30": ("0.30", "0,30"),
    "10": ("10.00", "10,00"),
}
"""Amounts as the API writes them, and as the page does. The second is one that no binary float holds."""

DATES = {
    "2026-01-30": ("Jan 30, 2026", "30 de jan. de 2026"),
    "2026-01-01T00:30:00-03:00": ("Jan 1, 2026, 00:30", "1 de jan. de 2026, 00:30"),
}


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Pacific/Kiritimati"])
def test_amounts_are_exact_and_dates_are_the_invoices_own(browse: Browse, zone: str) -> None:
    canned = Canned()
    page = browse.open(URL, "en", canned, timezone_id=zone)
    rows = [f'{{"id": "NF-1", "valor": {amount}, "data_emissao": "2026-01-30"}}' for amount in AMOUNTS]
    rows += [f'{{"id": "NF-1", "valor": 1, "data_emissao": "{date}"}}' for date in DATES]
    page.route("**/notas?*", lambda route: route.fulfill(body=f'{{"notas": [{", ".join(rows)}], "cursor": null}}'))
    page.get_by_label("Customer").fill("Ana")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("6 invoices")
    for language in (0, 1):
        amounts = page.locator("tbody .number").all_inner_texts()
        dates = page.locator("tbody time").all_inner_texts()
        assert amounts[: len(AMOUNTS)] == [text[language] for text in AMOUNTS.values()]
        assert dates[len(AMOUNTS) :] == [text[language] for text in DATES.values()]
        page.locator("#language").click()
