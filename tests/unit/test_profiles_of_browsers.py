"""Windows of the page's tests: each test finds an empty profile, though it was another test's before."""

import pytest
from playwright.sync_api import Error, Page

from fixtures.browser import Browse, Profiles
from fixtures.canned import URL, Canned

LEAVE = """async () => {
    localStorage.word = sessionStorage.word = document.cookie = "kept=1";
    await new Promise(done => indexedDB.open("kept").onsuccess = done);
    await caches.open("kept");
}"""

FOUND = """async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
    ...(await indexedDB.databases()).map(one => one.name), ...await caches.keys(),
].filter(Boolean)"""


@pytest.fixture
def before(profiles: Profiles) -> Page:
    """A page that has left behind all that a page can, in a window that is closed again."""
    earlier = Browse(profiles, None)
    page = earlier.open(URL, answer=Canned())
    page.evaluate(LEAVE)
    assert len(page.evaluate(FOUND)) == 5
    earlier.close()
    return page


def test_a_profile_that_is_used_again_is_empty(browse: Browse, before: Page) -> None:
    page = browse.open(URL, answer=Canned())
    assert page.context is before.context
    assert page.evaluate(FOUND) == []


def test_what_answered_an_earlier_test_answers_no_more(browse: Browse, before: Page) -> None:
    with pytest.raises(Error, match="ERR_"):
        browse.open(URL)
    assert browse.open(URL, answer=Canned()).context is not before.context


def test_two_windows_of_a_test_share_nothing(browse: Browse) -> None:
    browse.open(URL, answer=Canned()).evaluate(LEAVE)
    assert browse.open(URL, answer=Canned()).evaluate(FOUND) == []


def test_a_window_of_particular_options_is_new(browse: Browse, before: Page) -> None:
    page = browse.open(URL, answer=Canned(), color_scheme="dark")
    assert page.context is not before.context
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
