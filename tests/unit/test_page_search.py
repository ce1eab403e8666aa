"""The search for a customer's invoices, on the page. The API is a canned one."""

from playwright.sync_api import Route, expect

from fixtures.browser import Browse
from fixtures.canned import URL, Canned


def invoices(number: int) -> list[dict[str, object]]:
    return [{"id": f"NF-{place}", "valor": place, "data_emissao": "2026-01-30"} for place in range(number)]


def test_pages_are_added_and_a_new_search_begins_anew(browse: Browse) -> None:
    page = browse.open(URL, answer=Canned(per_page=2, invoices=invoices(5)))
    page.get_by_label("Customer").fill("Ana & Cia.")
    page.get_by_role("button", name="Search").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="More invoices").click()
    expect(rows).to_have_count(4)
    page.get_by_role("button", name="More invoices").click()
    expect(rows).to_have_count(5)
    expect(page.get_by_role("button", name="More invoices")).to_be_hidden()
    page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("2 invoices")


def test_only_the_last_search_is_shown(browse: Browse) -> None:
    page = browse.open(URL, answer=Canned(invoices=invoices(1)))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/notas?cliente=slow", hold)
    for customer in ("slow", "quick"):
        page.get_by_label("Customer").fill(customer)
        with page.expect_request("**/notas?*"):
            page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 invoice")
    with page.expect_response("**/notas?cliente=slow"):
        held[0].fulfill(json={"notas": invoices(2), "cursor": None})
    # A later answer has come, so this one has done whatever it does.
    page.evaluate("got('notas?cliente=other').then(answer => answer.json())")
    expect(page.get_by_role("status")).to_have_text("1 invoice")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_search_that_takes_long_says_that_it_has_begun(browse: Browse) -> None:
    page = browse.open(URL, answer=Canned(per_page=1, invoices=invoices(2)))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/notas?*", hold)
    page.get_by_label("Customer").fill("Ana")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Searching …")
    held[0].fallback()
    expect(page.get_by_role("status")).to_have_text("1 invoice")
    page.get_by_role("button", name="More invoices").click()
    expect(page.get_by_role("status")).to_have_text("Searching …")
    expect(page.get_by_role("button", name="More invoices")).to_be_hidden()
    expect(page.locator("tbody tr")).to_have_count(1)
    held[1].fallback()
    expect(page.get_by_role("status")).to_have_text("2 invoices")


def test_what_is_wrong_with_a_search_is_named(browse: Browse) -> None:
    problem = {
        "detail": "the request has parameters that are wrong",
        "errors": [{"name": "de", "detail": "no such day"}],
    }
    page = browse.open(URL, answer=Canned())
    page.route("**/notas?*", lambda route: route.fulfill(status=400, json=problem))
    page.get_by_label("Customer").fill("Ana")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("the request has parameters that are wrong (de: no such day)")
