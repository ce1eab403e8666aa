"""The page as it is served: one small file that loads nothing, with every word in two languages."""

import json
import re

from fixtures.browser import Browse
from fixtures.canned import URL, Canned
from pipeline.functions.language import PORTUGUESE, catalogue
from pipeline.functions.rest import page


def test_the_page_with_its_portuguese_is_small() -> None:
    assert len(page.html().encode()) < 30_000


def test_the_page_is_one_file_that_loads_nothing() -> None:
    html = page.html()
    assert re.findall(r'(?:src|href)="(?!data:)', html) == []
    assert html.count("<script") == html.count("<style") == 1
    assert "@import" not in html
    assert "url(" not in html


def test_the_page_may_upload_to_s3_in_every_partition() -> None:
    policy = page.headers()["Content-Security-Policy"]
    [sources] = re.findall("connect-src ([^;]+)", policy)
    assert sources.split() == ["'self'", "https://*.amazonaws.com", "https://*.amazonaws.com.cn"]


def test_nothing_but_the_pages_own_script_and_style_may_run() -> None:
    directives = dict(one.split(" ", 1) for one in page.headers()["Content-Security-Policy"].split("; "))
    assert directives["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", directives["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", directives["style-src"])
    assert directives["base-uri"] == directives["form-action"] == directives["frame-ancestors"] == "'none'"


TRANSLATED = catalogue(PORTUGUESE, page.words())


def test_no_translation_ends_the_script() -> None:
    made = page.assembled({"Use": "</script><!--"})
    assert made.count("</script>") == 1
    assert "<!--" not in made


def test_every_word_has_its_portuguese_from_the_catalogue() -> None:
    """That none is missing there is checked with all other sentences, in `test_translations.py`."""
    assert len(page.words()) > 50
    [embedded] = re.findall(r'= ({"[^\n]+"});', page.html())
    assert json.loads(embedded) == TRANSLATED


def test_a_translation_has_the_same_places_for_values() -> None:
    places = re.compile(r"{\w+}")
    assert {
        english for english, other in TRANSLATED.items() if set(places.findall(english)) != set(places.findall(other))
    } == set()


def test_no_text_of_the_page_is_without_a_translation(browse: Browse) -> None:
    # What stands in the page's elements, in Portuguese, is all of it Portuguese.
    opened = browse.open(URL, "pt-BR", Canned())
    own = {"notas", "English"} | set(TRANSLATED.values())
    texts = opened.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => !e.children.length && e.tagName !== 'SCRIPT')"
        ".map(e => e.textContent.trim()).filter(Boolean)"
    )
    assert len(texts) > 15
    assert [text for text in texts if re.sub(r" \d+$", "", text) not in own] == []
