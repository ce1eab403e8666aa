"""The docs' pictures of the page; `--pictures docs` takes them anew. They show what files become in a new stack."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from aws_stack.clouds import Cloud
from fixtures.browser import Browse
from fixtures.canned import URL, Canned
from fixtures.cards import SECONDS, choose, expect_counts
from fixtures.entries import FIRST, STALLED, progress
from fixtures.stacks import Stack, deployed
from pipeline.cli import SAMPLES

pytestmark = pytest.mark.night("pictures for the docs")

WIDTH = {"width": 760, "height": 600}


@pytest.fixture(scope="module")
def new_stack(cloud: Cloud) -> Iterator[Stack]:
    """A stack in which nobody has stored the samples before, and which strangers cannot call."""
    with deployed(cloud, Stack, {"ApiAuthorization": "API_KEY"}) as stack:
        yield stack


def sales() -> bytes:
    """A month's invoices, as a spreadsheet exports them: some amounts and dates are written as Brazilians do."""
    invoices = [
        {
            "id": f"NF-{2100 + number}",
            "cliente": "João Silva" if number % 15 == 0 else "Ótica Boa Vista",
            "valor": 1500 + number if number < 36 else f"1.{500 + number},00",
            "data_emissao": f"2025-10-{number % 28 + 1:02d}" if number < 43 else f"{number - 30}/10/2025",
        }
        for number in range(48)
    ]
    del invoices[5]["cliente"]
    return json.dumps(invoices, ensure_ascii=False, indent=1).encode()


def take(page: Page, folder: Path, name: str) -> None:
    """Take a picture of the whole page."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.screenshot(path=folder / name, full_page=True)
    assert (folder / name).read_bytes().startswith(b"\x89PNG")


def test_a_picture_of_the_page_in_each_language(browse: Browse, new_stack: Stack, pictures: Path) -> None:
    client = new_stack.cloud.client("apigateway")
    key = client.get_api_key(apiKey=new_stack.outputs["ApiKeyId"], includeValue=True)["value"]
    page = browse.open(new_stack.outputs["ApiUrl"], "en", viewport=WIDTH)
    page.evaluate("given => { key = given; }", key)
    for name, state in (("malformada.json", "failed"), ("nfe-4822.xml", "completed")):
        file = choose(page, name, (SAMPLES / name).read_bytes())
        expect(file).to_have_attribute("data-state", state, timeout=SECONDS)
    file = choose(page, "vendas-outubro.json", sales())
    expect_counts(file, received=48, stored=35, rejected=13)
    page.get_by_label("Customer").fill("João Silva")
    page.get_by_label("From").fill("2025-01-01")
    page.get_by_label("To", exact=True).fill("2025-12-12")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("NF-2115")).to_be_visible()
    expect(file.locator(".group")).not_to_have_count(0)
    take(page, pictures, "page.png")
    # What the API says: the reasons, and of an error what is before its place.
    said = page.locator(".group > summary, p.bad")
    english = [text.partition(" (line")[0].strip() for text in said.all_text_contents()]

    page.get_by_role("button", name="Português").click()
    expect(file).to_contain_text("Posição")
    for number, text in enumerate(english):
        expect(said.nth(number)).not_to_contain_text(text, timeout=SECONDS)
    take(page, pictures, "page.pt-BR.png")

    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    take(page, pictures, "page.phone.png")


def test_a_picture_of_an_upload_on_its_way_and_one_that_stalled(browse: Browse, pictures: Path) -> None:
    canned = Canned()
    page = browse.open(URL, "en", canned, viewport=WIDTH)
    canned.will_take({**FIRST, **STALLED, "progress": progress(2, 84_125, 95_000)})
    expect(choose(page, "september.jsonl.gz")).to_have_attribute("data-state", "stalled")
    canned.will_take({**FIRST, "progress": progress(2, 490_125, 478_000)})
    going = choose(page, "october.jsonl.gz")
    expect(going).to_contain_text("490,125 invoices judged")
    canned.now(2, {**FIRST, "progress": progress(2, 617_375, 611_000, 30)})
    expect(going).to_contain_text("63 % · 617,375 invoices judged · about 2 min left")
    take(page, pictures, "progress.png")
