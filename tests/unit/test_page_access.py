"""The page for everybody: by keyboard, screen reader and phone, light and dark. The API is a canned one."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from fixtures.browser import Browse
from fixtures.canned import URL, Canned, completed, failed, reason, reject
from fixtures.cards import card, choose
from fixtures.entries import FIRST, STALLED, progress

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
STYLES = pytest.mark.night("styles change seldom")

DARK = {"color_scheme": "dark"}

LONG = "vendas_de_outubro_da_filial_do_centro_de_florianopolis_e_regiao_metropolitana.jsonl.gz"
"""A name without a place for a line to end."""

KEY = "35261011222333000181550010000048211803641950"


def everything(browse: Browse, locale: str = "en", **options: object) -> Page:
    """A page with all that it can show: each state, open rejects, an error, the form for the key, a search."""
    canned = Canned(per_page=20)
    canned.invoices = [{"id": KEY, "valor": 1234567890123.45, "data_emissao": "2026-10-05T10:00:00-03:00"}] * 21
    amount = reason("decimals", "/itens/0/valor_total", f"is {KEY}{KEY}, which is no amount")
    rejects = [reject(place, {"id": KEY * 3, "cliente": "A" * 300}, amount) for place in range(1, 112)]
    uploads = {
        LONG: completed(stored=1_234_567, duplicates=1_234_567, conflicts=1_234_567, rejected=1_234_567),
        "broken.json": failed(
            "truncated", {"en": "the document ends inside a string", "pt-BR": "termina"}, line=1, column=2
        ),
        "stalled.json": {**FIRST, **STALLED, "progress": progress(2, 1_234, 100_000)},
        "going.json": {**FIRST, "progress": progress(2, 1_234, 100_000)},
        "waiting.json": FIRST,
    }
    page = browse.open(URL, locale, canned, **options)
    for name, entry in uploads.items():
        canned.will_take(entry, rejects if name == LONG else [])
        expect(choose(page, name)).to_have_attribute("data-state", str(entry["status"]))
    choose(page, "planilha.csv")
    expect(card(page, LONG).locator(".group")).to_have_count(1)
    card(page, LONG).locator("li summary").first.click()
    page.evaluate("$('key-form').hidden = false")
    page.locator("#customer").fill("Ana")
    page.locator("#search button").click()
    expect(page.locator("#more")).to_be_visible()
    return page


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="light", marks=STYLES),
        pytest.param(DARK, id="dark", marks=STYLES),
        pytest.param(PHONE, id="phone", marks=STYLES),
        pytest.param({**PHONE, **DARK}, id="dark phone"),
    ],
)
def test_the_page_keeps_the_rules_of_wcag(browse: Browse, options: dict[str, object]) -> None:
    page = everything(browse, "pt-BR", **options)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    results = Axe().run(page, options=rules)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("locale", [pytest.param("en", marks=STYLES), "pt-BR"])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(PHONE, id="phone", marks=STYLES),
        pytest.param({"viewport": {"width": 320, "height": 740}}, id="320"),
        pytest.param({}, id="window", marks=STYLES),
    ],
)
def test_nothing_is_wider_than_the_window(browse: Browse, locale: str, options: dict[str, object]) -> None:
    page = everything(browse, locale, **options)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    outside = page.evaluate(
        "[...document.querySelectorAll('main *, header *, footer *')].filter(e => e.checkVisibility()"
        " && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)"
    )
    assert outside == []


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (320, 2),
        (375, 2),
        pytest.param(609, 4, marks=STYLES),
        pytest.param(897, 4, marks=STYLES),
        (1280, 4),
    ],
)
def test_the_counts_of_outcomes_stand_in_whole_rows(browse: Browse, width: int, columns: int) -> None:
    canned = Canned()
    page = browse.open(URL, "pt-BR", canned, viewport={"width": width, "height": 740})
    canned.will_take(completed(stored=1_234_567, duplicates=1_234_567, conflicts=1_234_567, rejected=1_234_567))
    expect(choose(page, "notas.json").locator("dd")).to_have_count(5)
    # All at once: the card may be drawn anew at any time, and what is gone from the page has no place.
    fits, rows = page.evaluate(
        "() => { const counts = document.querySelector('.counts');"
        " const outcomes = [...counts.querySelectorAll('div:not(.received)')];"
        " const rows = Object.values(Object.groupBy(outcomes, one => one.offsetTop));"
        " return [counts.scrollWidth <= counts.clientWidth, rows.map(row => row.map(one => one.offsetLeft))]; }"
    )
    assert fits
    assert [len(row) for row in rows] == [columns] * (4 // columns)
    assert all(row == rows[0] for row in rows)


@pytest.mark.night("styles change seldom")
def test_words_are_whole_on_a_phone(browse: Browse) -> None:
    page = everything(browse, "pt-BR", **PHONE)
    for part in ("dt", "dd", "th", "h2", "button", ".state", "summary b"):
        for element in page.locator(part).all():
            # A range has a rectangle for each line that its text takes.
            lines = element.evaluate(
                "e => { const all = document.createRange(); all.selectNodeContents(e);"
                " return new Set([...all.getClientRects()].map(line => Math.round(line.top))).size; }"
            )
            assert lines <= 1, element.inner_text()


@pytest.mark.night("styles change seldom")
def test_the_colours_are_those_that_the_reader_prefers(browse: Browse) -> None:
    lightness = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    assert browse.open(URL, answer=Canned(), color_scheme="light").evaluate(lightness) > 200
    assert browse.open(URL, answer=Canned(), **DARK).evaluate(lightness) < 50


@pytest.mark.night("styles change seldom")
def test_nothing_moves_for_who_wants_no_motion(browse: Browse) -> None:
    page = everything(browse, reduced_motion="reduce")
    bar = card(page, "waiting.json").get_by_role("progressbar", name="processing")
    assert bar.evaluate("bar => getComputedStyle(bar).appearance") == "none", "the browser's own bar moves"
    assert page.evaluate("document.getAnimations().length") == 0


def reached(page: Page, most: int) -> list[str]:
    """What the Tab key comes to: each stop's name, once where it has parts, as a date has."""
    names: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(e => (e.ariaLabel ?? e.labels?.[0]?.querySelector('span').textContent ?? e.textContent).trim())"
            "(document.activeElement)"
        )
        names += [name] if name not in names[-1:] else []
        # A date's calendar is the browser's own, which shows it in its own way.
        is_seen = page.evaluate(
            "(e => !e.matches(':focus') || getComputedStyle(e.closest('#drop') ?? e).outlineStyle === 'solid')"
            "(document.activeElement)"
        )
        assert is_seen, f"nobody sees where {name!r} is"
        if name == "Search":
            break
    return names


def test_everything_is_reached_by_the_keyboard_in_the_order_of_the_page(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    missing = reason("missing", "/id", "is required")
    canned.will_take(completed(rejected=4), [reject(place, {}, missing) for place in range(4)])
    expect(choose(page, "a.json").locator(".group")).to_be_visible()
    choose(page, "b.csv")
    page.evaluate("document.activeElement.blur()")
    page.mouse.click(1, 1)
    assert reached(page, 40) == [
        "Português",
        "Choose files",
        *("All 2", "Under way 0", "Completed 1", "With rejects 1", "Failed 1", "Filter by name"),
        *("Download all: CSV", "Download all: JSONL", "4/id is required missing", "As it came", "Show 1 more"),
        *("Customer", "From", "To", "Search"),
    ]


def test_a_file_is_chosen_and_its_rejects_are_read_without_a_mouse(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    # Playwright takes choosers over from the first listener on, and does not say when it has begun to.
    page.on("filechooser", lambda _: None)
    canned.will_take(completed(rejected=1), [reject(1, {"id": "NF-1"}, reason("missing", "/id", "is required"))])
    page.get_by_label("Choose files").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files({"name": "a.json", "mimeType": "application/json", "buffer": b"[]"})
    summary = card(page, "a.json").get_by_text("As it came")
    summary.focus()
    page.keyboard.press("Enter")
    expect(card(page, "a.json").locator("pre")).to_be_visible()


def test_a_screen_reader_is_told_what_everything_is(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    canned.will_take(
        completed(stored=2, rejected=1), [reject(2, {"id": "NF-1"}, reason("missing", "/cliente", "is required"))]
    )
    expect(choose(page, "a.json").locator(".group")).to_be_visible()
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - heading "Send invoices" [level=2]
          - button "Choose files or drop them here .json, .jsonl, .ndjson, .xml (NF-e), each also as .gz"
          - heading "Files" [level=2]
          - article "a.json":
            - heading "a.json" [level=3]
            - paragraph: completed
            - term: received
            - definition: "3"
            - term: stored
            - definition: "2"
            - term: rejected
            - definition: "1"
            - heading "1 invoice refused" [level=4]
            - 'button "Download all: CSV"'
            - 'button "Download all: JSONL"'
            - group:
              - list:
                - listitem:
                  - paragraph: Position 2 · NF-1
                  - paragraph:
                    - code: /cliente
                    - text: is required
                  - group: As it came
          - heading "A customer's invoices" [level=2]
          - textbox "Customer"
          - textbox "From"
          - textbox "To"
          - button "Search"
          - status
        """
    )
