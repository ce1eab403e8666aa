"""The page at the API's root, in a real browser."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from aws_stack.clouds import Cloud
from fixtures.api import Api
from fixtures.browser import Browse
from fixtures.cards import SECONDS, choose, expect_counts
from fixtures.entries import GAVE_UP, STALLED, progress, write
from fixtures.invoices import document, invoice
from fixtures.stacks import Sent, Stack, deployed
from pipeline.cli import SAMPLES


@pytest.fixture
def api(keyed_api: Api) -> Api:
    """A browser signs nothing."""
    return keyed_api


def test_a_file_is_sent_and_watched_to_its_end(browse: Browse, api: Api, unique: str) -> None:
    page = browse.open(api.url)
    card = choose(page, "notas.json", document(invoice(unique), invoice(unique), 1))
    expect(card).to_have_attribute("data-state", "completed", timeout=SECONDS)
    expect_counts(card, received=3, stored=1, duplicates=1, conflicts=0, rejected=1)
    assert api.stack.stored(unique) is not None


def test_rejects_are_read_with_their_reasons(browse: Browse, api: Api, unique: str) -> None:
    page = browse.open(api.url)
    body = f'[{{"id": "{unique}", "cliente": "<b>Ana</b>", "valor": 1.234, "data_emissao": "2025-02-30"}}]'
    card = choose(page, "com-erros.json", body.encode())
    groups = card.locator(".group > summary")
    expect(groups).to_contain_text(["1/valor is 1.234", '1/data_emissao is "2025-02-30"'], timeout=SECONDS)
    card.get_by_text("As it came").first.click()
    expect(card.locator("pre").first).to_have_text(body[1:-1])
    assert card.locator("p b b").count() == 0, "what a file contains is shown as text, never as markup"
    with page.expect_response("**/rejeitadas*") as answer, page.expect_download() as made:
        card.get_by_role("button", name="Download all: JSONL").click()
    lines = Path(made.value.path()).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == answer.value.json()["rejeitadas"]


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
@pytest.mark.parametrize("suffix", [".jsonl", ".json.gz", ".ndjson", ".JSON", ".NDJSON.GZ"])
def test_every_kind_of_file_is_sent(browse: Browse, api: Api, unique: str, suffix: str) -> None:
    text = json.dumps(invoice(unique)).encode()
    page = browse.open(api.url)
    card = choose(page, f"a{suffix}", gzip.compress(text) if suffix.lower().endswith(".gz") else text)
    expect_counts(card, received=1, stored=1)


@pytest.mark.parametrize("suffix", [".xml", ".XML.GZ"])
def test_an_nfe_is_sent_as_it_is(browse: Browse, api: Api, suffix: str) -> None:
    text = (SAMPLES / "nfe-4822.xml").read_bytes()
    page = browse.open(api.url)
    card = choose(page, f"a{suffix}", gzip.compress(text) if suffix.endswith("GZ") else text)
    # Another test may have sent it before.
    expect_counts(card, received=1, conflicts=0, rejected=0)


def test_a_large_file_is_uploaded_to_a_url_of_its_own(browse: Browse, api: Api, unique: str, tmp_path: Path) -> None:
    large = tmp_path / "grande.json"
    large.write_bytes(document(invoice(unique)) + b" " * 5_000_000)
    page = browse.open(api.url)
    with page.expect_request(lambda request: request.method == "PUT"):
        page.locator("#files").set_input_files(large)
    expect_counts(page.get_by_role("article"), received=1, stored=1)


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_a_malformed_file_shows_where_it_is_broken(browse: Browse, api: Api) -> None:
    page = browse.open(api.url)
    card = choose(page, "malformada.json", b'[\n{"id": ')
    expect(card).to_have_attribute("data-state", "failed", timeout=SECONDS)
    expect(card).to_contain_text("truncated")
    expect(card).to_contain_text("line 2, column")


def test_a_customers_invoices_are_found_page_by_page(browse: Browse, api: Api, unique: str) -> None:
    customer = f"{unique} & Cia. 100% 🧾"
    days = [f"2026-01-{day:02d}" for day in range(1, 31)]
    api.ingest(
        document(*(invoice(f"{unique}-{day}", cliente=customer, data_emissao=day, valor=1234.5) for day in days))
    )
    page = browse.open(api.url)
    page.get_by_label("Customer").fill(customer)
    page.get_by_role("button", name="Search").click()
    rows = page.locator("#invoices tbody tr")
    expect(rows).to_have_count(25, timeout=SECONDS)
    expect(rows.first).to_contain_text("Jan 30, 2026")
    expect(rows.first).to_contain_text("1,234.50")
    page.get_by_role("button", name="More invoices").click()
    expect(rows).to_have_count(30)
    expect(page.get_by_role("status")).to_have_text("30 invoices")
    page.get_by_label("From").fill("2026-01-29")
    page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(2)


def test_an_unknown_customer_has_no_invoices(browse: Browse, api: Api, unique: str) -> None:
    page = browse.open(api.url)
    page.get_by_label("Customer").fill(unique)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("No invoices found.", timeout=SECONDS)


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_the_key_is_asked_for_where_the_api_takes_one(browse: Browse, cloud: Cloud, unique: str) -> None:
    with deployed(cloud, Stack, {"ApiAuthorization": "API_KEY"}) as stack:
        key = stack.cloud.client("apigateway").get_api_key(apiKey=stack.outputs["ApiKeyId"], includeValue=True)
        page = browse.open(stack.outputs["ApiUrl"])
        expect(page.get_by_label("API key")).to_be_hidden()
        card = choose(page, "a.json", document(invoice(unique)))
        expect(card).to_contain_text("This API asks for a key", timeout=SECONDS)
        page.get_by_label("API key").fill(key["value"])
        page.get_by_role("button", name="Use").click()
        expect_counts(card, received=1, stored=1)
        expect_counts(choose(page, "b.json", document(invoice(unique))), received=1, duplicates=1)


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_the_page_works_with_and_without_a_slash_at_its_end(browse: Browse, api: Api, unique: str) -> None:
    page = browse.open(f"{api.url}/")
    card = choose(page, "a.json", document(invoice(unique)))
    expect_counts(card, received=1, stored=1)


def watched(page: Page, api: Api, sent: Sent) -> Any:
    """The card of a file that becomes an upload whose ledger entry the test writes."""
    answer = {"key": sent.key, "version_id": sent.version_id}
    page.route("**/notas", lambda route: route.fulfill(status=202, json=answer))
    return choose(page, "lote.json", b"[]")


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_a_bar_shows_how_far_an_upload_is_to_its_end(browse: Browse, api: Api, unique: str) -> None:
    sent = Sent(f"{unique}.json", "null:9e10", 0)
    write(api.stack, sent)
    page = browse.open(api.url)
    card = watched(page, api, sent)
    expect(card).to_have_attribute("data-state", "processing", timeout=SECONDS)
    bar = card.get_by_role("progressbar", name="processing")
    assert bar.get_attribute("value") is None, "nobody knows yet"

    write(api.stack, sent, progress=progress(1, 0, 500_000))
    expect(card).to_contain_text("reading the file to its end", timeout=SECONDS)
    assert 0 < bar.evaluate("bar => bar.value") < 0.1
    write(api.stack, sent, progress=progress(2, 1_234, 100_000, 10))
    expect(card).to_contain_text("1,234 invoices judged", timeout=SECONDS)
    assert 0.1 < bar.evaluate("bar => bar.value") < 0.2
    write(api.stack, sent, progress=progress(2, 7_404, 600_000, 20))
    expect(card).to_contain_text("62 % · 7,404 invoices judged · about 10 s left", timeout=SECONDS)
    assert bar.evaluate("bar => bar.value") == pytest.approx(0.62)
    page.locator("#language").click()
    expect(card).to_contain_text("62 % · 7.404 notas conferidas · faltam cerca de 10 s")

    write(api.stack, sent, status="completed", received=12_340, stored=12_340)
    expect(card).to_have_attribute("data-state", "completed", timeout=SECONDS)
    expect(card).to_contain_text("12.340")
    expect(bar).to_have_count(0)


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_a_stalled_upload_says_what_to_do_and_is_watched_until_it_goes_on(
    browse: Browse, api: Api, unique: str
) -> None:
    sent = Sent(f"{unique}.json", "1", 0)
    write(api.stack, sent, **STALLED, progress=progress(2, 1_234, 100_000))
    card = watched(browse.open(api.url), api, sent)
    expect(card).to_have_attribute("data-state", "stalled", timeout=SECONDS)
    expect(card).to_contain_text(f"{GAVE_UP['message']} gave_up")
    expect(card).to_contain_text("Stalled since Oct 5, 2026")
    expect(card).to_contain_text("What was stored so far stays")
    expect(card).to_contain_text("run notas redrive")
    expect(card).to_contain_text("1,234 invoices judged")
    write(api.stack, sent, progress=progress(2, 1_234, 100_000))
    expect(card).to_have_attribute("data-state", "processing", timeout=SECONDS)
    expect(card).not_to_contain_text("redrive")
    write(api.stack, sent, progress=progress(2, 7_404, 600_000, 40))
    expect(card).to_contain_text("7,404 invoices judged", timeout=SECONDS)
    expect(card).not_to_contain_text("left")
    write(api.stack, sent, progress=progress(2, 8_638, 700_000, 42))
    expect(card).to_contain_text("8,638 invoices judged · about 5 s left", timeout=SECONDS)
    write(api.stack, sent, status="completed", received=12_340)
    expect(card).to_have_attribute("data-state", "completed", timeout=SECONDS)


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_an_answer_that_is_lost_does_not_end_the_watching(browse: Browse, api: Api, unique: str) -> None:
    sent = Sent(f"{unique}.json", "1", 0)
    write(api.stack, sent)
    page = browse.open(api.url)
    failed: list[str] = []

    def fail(route: Route) -> None:
        failed.append(route.request.url)
        if len(failed) == 1:
            route.abort()
        else:
            route.fulfill(status=503, json={"detail": "a service that this API needs does not answer"})

    page.route("**/envios/**", fail, times=2)
    card = watched(page, api, sent)
    expect(card).to_have_attribute("data-state", "processing", timeout=SECONDS)
    assert len(failed) == 2


PATIENCE = "Seconds until it gives up where there is no answer"


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_a_file_is_sent_again_until_the_api_takes_it_and_is_one_upload(browse: Browse, api: Api, unique: str) -> None:
    page = browse.open(api.url)
    keys: list[str] = []

    def fail(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        match len(keys):
            case 1:
                route.fulfill(status=429, headers={"Retry-After": "1"}, json={"detail": "too many requests"})
            case 2:
                route.fulfill(status=503, json={"detail": "busy"})
            case 3:
                route.abort()
            case 4:
                route.fetch()  # It is taken, and the answer is lost.
                route.abort()
            case _:
                route.fallback()

    page.route("**/notas", fail)
    card = choose(page, "a.json", document(invoice(unique)))
    expect_counts(card, received=1, stored=1, duplicates=0)
    assert len(keys) == 5
    assert len(set(keys)) == 1


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_the_page_gives_up_after_the_time_that_the_user_gave(browse: Browse, api: Api) -> None:
    page = browse.open(api.url)
    page.route("**/notas", lambda route: route.fulfill(status=503, json={"detail": "busy"}))
    page.get_by_label(PATIENCE).fill("0")
    expect(choose(page, "a.json", b"[]")).to_contain_text("busy", timeout=SECONDS)
    page.get_by_label(PATIENCE).fill("100")
    page.route(
        "**/notas", lambda route: route.fulfill(status=429, headers={"Retry-After": "101"}, json={"detail": "later"})
    )
    expect(choose(page, "b.json", b"[]")).to_contain_text("later", timeout=SECONDS)


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_a_large_file_whose_answer_was_lost_is_one_upload(
    browse: Browse, api: Api, unique: str, tmp_path: Path
) -> None:
    large = tmp_path / "grande.json"
    large.write_bytes(document(invoice(unique)) + b" " * 5_000_000)
    page = browse.open(api.url)
    puts: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "PUT":
            route.fallback()
            return
        puts.append(route.request.url)
        route.fetch()
        route.abort()

    page.route("**/*", lose)
    page.locator("#files").set_input_files(large)
    expect_counts(page.get_by_role("article"), received=1, stored=1, duplicates=0)
    assert len(puts) == 1


@pytest.mark.night("the same in a browser with a stand-in for the API is tried by day")
def test_a_large_file_without_a_version_has_one_by_its_content(
    browse: Browse, api: Api, unique: str, tmp_path: Path
) -> None:
    large = tmp_path / "grande.json"
    large.write_bytes(b" " * 5_000_000)
    headers = {"ETag": '"9e10"', "x-amz-version-id": "null", "Access-Control-Allow-Origin": "*"}
    headers["Access-Control-Expose-Headers"] = "ETag, x-amz-version-id"
    page = browse.open(api.url)
    page.route(
        "**/*", lambda route: route.fulfill(headers=headers) if route.request.method == "PUT" else route.fallback()
    )
    with page.expect_request(lambda request: request.url.endswith("/null%3A9e10")):
        page.locator("#files").set_input_files(large)
