"""What became of files, on the page: the newest first, by state and name, with outcomes. The API is a canned one."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from fixtures.browser import Browse
from fixtures.canned import URL, Canned, completed, failed, reason, reject
from fixtures.cards import card, choose, expect_counts
from fixtures.entries import FIRST, STALLED

MISSING = reason("missing", "/id", "is required", "é obrigatório")
DAMAGED = {"en": "the document ends inside a string", "pt-BR": "o documento termina dentro de um texto"}


def shown(page: Page) -> list[str]:
    """The names of the files that are seen, from the top."""
    return [heading.inner_text() for heading in page.get_by_role("heading", level=3).all() if heading.is_visible()]


def of_every_state(browse: Browse) -> tuple[Page, Canned]:
    """A page with a file in each state."""
    canned = Canned()
    uploads = {
        "whole.json": completed(stored=1_234),
        "refused.json": completed(stored=1, rejected=1),
        "broken.json": failed("truncated", DAMAGED, line=18, column=42),
        "stalled.json": {**FIRST, **STALLED},
        "going.json": FIRST,
    }
    page = browse.open(URL, answer=canned)
    for name, entry in uploads.items():
        canned.will_take(entry, [reject(2, {}, MISSING)] if name == "refused.json" else [])
        file = choose(page, name)
        expect(file).to_have_attribute("data-state", str(entry["status"]))
    return page, canned


def test_files_are_the_newest_first_and_filtered_by_state_and_name(browse: Browse) -> None:
    page, canned = of_every_state(browse)
    everything = ["going.json", "stalled.json", "broken.json", "refused.json", "whole.json"]
    assert shown(page) == everything
    chips = page.locator("#filters button")
    expect(chips).to_have_text(["All 5", "Under way 1", "Completed 2", "With rejects 1", "Failed 2"])
    expected = [
        everything,
        ["going.json"],
        ["refused.json", "whole.json"],
        ["refused.json"],
        ["stalled.json", "broken.json"],
    ]
    for number, names in enumerate(expected):
        chips.nth(number).click()
        assert shown(page) == names
        assert [chip.get_attribute("aria-pressed") for chip in chips.all()].index("true") == number
    page.get_by_label("Filter by name").fill(" BROK ")
    assert shown(page) == ["broken.json"]
    chips.nth(2).click()
    assert shown(page) == []
    expect(page.get_by_text("No file is like that.")).to_be_visible()

    chips.nth(1).click()
    page.get_by_label("Filter by name").fill("")
    canned.now(5, completed(stored=1))
    expect(chips).to_have_text(["All 5", "Under way 0", "Completed 3", "With rejects 1", "Failed 2"])
    assert shown(page) == []


def test_one_file_needs_no_filter(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    expect(page.get_by_text("What became of each file will be here.")).to_be_visible()
    for number, name in enumerate(["a.json", "b.json"]):
        expect(page.locator("#filter")).to_be_hidden()
        canned.will_take(completed(stored=number))
        expect(choose(page, name)).to_have_attribute("data-state", "completed")
    expect(page.locator("#filter")).to_be_visible()
    expect(page.get_by_text("What became of each file will be here.")).to_be_hidden()


def test_counts_are_read_at_a_glance(browse: Browse) -> None:
    canned = Canned()
    canned.will_take(completed(stored=600, duplicates=300, rejected=100))
    file = choose(browse.open(URL, answer=canned), "a.json")
    expect_counts(file, stored=600, duplicates=300, conflicts=0, rejected=100)
    expect(file.locator(".received dd")).to_have_text("1,000")
    parts = file.locator(".bar i")
    assert [part.get_attribute("class") for part in parts.all()] == ["stored", "duplicates", "rejected"]
    widths = [part.evaluate("part => part.getBoundingClientRect().width") for part in parts.all()]
    assert widths[0] / widths[1] == pytest.approx(2, abs=0.1)
    assert widths[1] / widths[2] == pytest.approx(3, abs=0.1)
    expect(file).to_contain_text("Oct 5, 2026")
    expect(file).to_contain_text("took 4 s")


def test_a_document_that_failed_says_why_and_where(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    canned.will_take(failed("truncated", DAMAGED, line=18, column=42, offset=511))
    expect(choose(page, "a.json")).to_contain_text("the document ends inside a string (line 18, column 42) truncated")
    canned.will_take(failed("bad_gzip", DAMAGED, offset=0))
    expect(choose(page, "b.json")).to_contain_text("the document ends inside a string (byte 0) bad_gzip")
    canned.will_take(failed("archived", DAMAGED))
    expect(choose(page, "c.json")).to_contain_text("the document ends inside a string archived")


def test_a_screen_reader_is_told_how_a_file_ended_and_nothing_else(browse: Browse) -> None:
    canned = Canned()
    canned.will_take(FIRST)
    page = browse.open(URL, answer=canned)
    news = page.locator("[aria-live=polite]")
    expect(choose(page, "a.json")).to_have_attribute("data-state", "processing")
    expect(news).to_have_text("")
    page.evaluate(
        "window.told = [];"
        "new MutationObserver(() => told.push($('news').textContent)).observe($('news'), {childList: true})"
    )
    canned.now(1, completed(stored=2, rejected=1), [reject(1, {}, MISSING)])
    expect(card(page, "a.json").locator(".group")).to_be_visible()
    assert page.evaluate("told") == ["a.json: completed. 3 received, 2 stored, 0 duplicates, 0 conflicts, 1 rejected"]


def test_a_file_that_was_not_sent_is_sent_again_as_the_same_call(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    page.get_by_label("Seconds until").fill("0")
    canned.will_take(completed(stored=1))
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.fallback()

    page.route("**/notas", lose)
    file = choose(page, "a.json")
    expect(file).to_contain_text("no answer; try again")
    file.get_by_role("button", name="Try again").press("Enter")
    expect_counts(file, stored=1)
    assert keys == [keys[0]] * 2
    expect(file).to_be_focused()


def test_a_screen_reader_is_told_why_a_file_failed_that_was_sent_again(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    page.get_by_label("Seconds until").fill("0")
    canned.will_take(failed("truncated", DAMAGED, line=18, column=42))
    page.route("**/envios/**", lambda route: route.abort(), times=1)
    choose(page, "a.json").get_by_role("button", name="Try again").click()
    told = "a.json: failed. the document ends inside a string"
    expect(page.locator("[aria-live=polite]")).to_have_text(told)


def test_what_was_refused_goes_on_once_the_key_is_given(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)

    def guard(route: Route) -> None:
        if route.request.headers.get("x-api-key") == "secret":
            route.fallback()
        else:
            route.fulfill(status=403, json={"message": "Forbidden"})

    page.route("**/v1/*", guard)
    expect(page.get_by_label("API key")).to_be_hidden()
    files = [choose(page, name) for name in ("a.json", "b.json", "c.csv")]
    expect(files[0]).to_contain_text("This API asks for a key or for signed requests")
    expect(files[1]).to_contain_text("This API asks for a key or for signed requests")
    canned.will_take(completed(stored=1))
    canned.will_take(completed(stored=1))
    page.get_by_label("API key").fill("secret")
    page.get_by_role("button", name="Use").click()
    expect_counts(files[0], stored=1)
    expect_counts(files[1], stored=1)
    expect(page.get_by_label("API key")).to_be_hidden()
    expect(files[2]).to_contain_text("the name must end in")


def test_a_file_that_is_none_of_these_is_not_sent_again(browse: Browse) -> None:
    canned = Canned()
    file = choose(browse.open(URL, answer=canned), "planilha.csv")
    expect(file).to_contain_text("the name must end in .json, .jsonl, .ndjson or .xml")
    expect(file.get_by_role("button")).to_have_count(0)
    assert [path for _, path, _ in canned.asked if path] == []


def test_watching_goes_on_from_where_the_answer_was_lost(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    page.get_by_label("Seconds until").fill("0")
    canned.will_take(completed(stored=1))
    page.route("**/envios/**", lambda route: route.abort(), times=1)
    file = choose(page, "a.json")
    file.get_by_role("button", name="Try again").click()
    expect_counts(file, stored=1)
    assert [path for method, path, _ in canned.asked if method == "POST"] == ["notas"]


@pytest.mark.parametrize(
    ("name", "type_", "encoding"),
    [
        ("a.xml", "application/xml", None),
        ("A.XML.GZ", "application/xml", "gzip"),
        ("a.ndjson", "application/x-ndjson", None),
    ],
)
def test_a_file_is_sent_as_what_its_name_says(browse: Browse, name: str, type_: str, encoding: str | None) -> None:
    canned = Canned()
    canned.will_take(completed(stored=1))
    expect_counts(choose(browse.open(URL, answer=canned), name), stored=1)
    [headers] = [headers for method, _, headers in canned.asked if method == "POST"]
    assert headers["content-type"] == type_
    assert headers.get("content-encoding") == encoding


def test_a_file_that_is_dropped_anywhere_is_sent(browse: Browse) -> None:
    canned = Canned()
    canned.will_take(completed(stored=1))
    page = browse.open(URL, answer=canned)
    dropped = page.evaluate_handle(
        "() => { const made = new DataTransfer(); made.items.add(new File(['[]'], 'solta.json')); return made; }"
    )
    prevented = "event => window.prevented = event.defaultPrevented"
    page.evaluate(f"addEventListener('drop', {prevented})")
    page.dispatch_event("footer", "drop", {"dataTransfer": dropped})
    expect_counts(card(page, "solta.json"), stored=1)
    assert page.evaluate("prevented"), "else the browser shows the file in the page's place"


def test_what_could_not_be_read_is_as_the_api_says_it(browse: Browse) -> None:
    canned = Canned()
    page = browse.open(URL, answer=canned)
    page.route("**/notas", lambda route: route.fulfill(status=415, body=json.dumps({"detail": "send it in UTF-8"})))
    expect(choose(page, "a.json")).to_contain_text("send it in UTF-8")
