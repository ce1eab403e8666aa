"""The report's page: what it says, and that hostile text does not change it."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from aws_stack.report.figures import Run
from aws_stack.report.page import verdict
from aws_stack.report.text import visible
from fixtures.observations import Observation
from fixtures.report.page import page

from .observed import counts, observation

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x00\ud800 $body ${nonce} %{x}"


def run(**changes: Any) -> Run:
    """A run whose test passed, with `changes`."""
    fields: dict[str, Any] = {
        "begun": datetime(2026, 11, 24, 20, 0, tzinfo=UTC),
        "seconds": 61.0,
        "command": "pytest --report out.html",
        "cloud": "embedded, MiniStack 1.5.33 (as you asked)",
        "tests": {"passed": 1},
        "failed": [],
        "stopped_early": False,
    }
    return Run(**fields | changes)


class Page(HTMLParser):
    """A page as a browser parses it: its tags, its text, and the data of its charts."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.charts: list[Any] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.tags[-1] if self.tags else ("", {})
        if attributes.get("type") == "application/json" and data.strip():
            self.charts.append(json.loads(data))
            self.tags.append(("", {}))
        elif tag not in {"script", "style"}:
            self.text += data


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"tests": {"passed": 1}}, "The test passed"),
        ({"tests": {"passed": 1200, "skipped": 3}}, "All 1,200 tests passed"),
        ({"tests": {"passed": 5, "failed": 1, "error": 1}}, "2 of 7 tests failed"),
        ({"tests": {"passed": 5}, "stopped_early": True}, "All 5 tests passed, and the run was stopped early"),
        ({"tests": {}}, "No test ran to its end"),
    ],
)
def test_the_first_line_says_how_the_tests_ended(changes: dict[str, Any], text: str) -> None:
    assert verdict(run(**changes)) == text


def test_tests_that_failed_are_named_and_very_many_are_counted() -> None:
    names = [f"tests/e2e/test_some.py::test_{number}_of_them" for number in range(1, 31)]
    shown = Page(page(run(tests={"failed": 30}, failed=names), [])).text
    assert [name in shown for name in names] == [True] * 20 + [False] * 10
    assert "and 10 more" in shown


def test_hostile_text_is_shown_and_changes_nothing() -> None:
    plain = observation(example=1, kinds=["rule: x", "x: y"], shown="x")
    hostile = observation(
        test=HOSTILE, worker=HOSTILE, example=1, kinds=[f"rule: {HOSTILE}", f"{HOSTILE}: y"], shown=HOSTILE
    )
    found = Page(page(run(command=HOSTILE, cloud=HOSTILE, failed=[HOSTILE]), [hostile]))
    expected = Page(page(run(command="x", cloud="x", failed=["x"]), [plain]))
    assert [tag for tag, _ in found.tags] == [tag for tag, _ in expected.tags]
    assert found.text.count(visible(HOSTILE)) >= 5


def test_the_page_loads_nothing_and_runs_only_its_own_scripts() -> None:
    tags = Page(page(run(), [observation()])).tags
    [policy] = [str(attributes["content"]) for _, attributes in tags if "http-equiv" in attributes]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    own = [attributes for tag, attributes in tags if tag == "script" and "type" not in attributes]
    assert own
    assert all(f"'nonce-{attributes['nonce']}'" in policy for attributes in own)
    assert [(tag, attributes) for tag, attributes in tags if "src" in attributes] == []
    assert [attributes["href"] for _, attributes in tags if "href" in attributes] == ["data:,"]


def test_charts_hold_the_figures() -> None:
    seen = [observation(example=1, kinds=["rule: blank /cliente"]), observation(status="failed", counts=counts())]
    charts = Page(page(run(), seen)).charts
    texts = [trace.get("text") for chart in charts for trace in chart["data"]]
    assert ["1 · 50%", "1 · 50%", "1 · 100%", "0 · 0%", "0 · 0%", "0 · 0%"] in texts
    assert "blank /cliente" in [name for chart in charts for name in chart["layout"]["yaxis"].get("ticktext", [])]


@pytest.mark.parametrize(
    "seen",
    [
        [observation(seconds=None)],
        [observation(status="failed", counts=counts(), size=0)],
        [observation(example=1, seconds=None, kinds=["odd"])],
        [observation(kinds=[f"rule: {number}" for number in range(1000)], example=1)],
    ],
    ids=["nothing measured", "nothing in it", "an example of nothing", "very many kinds"],
)
def test_a_page_is_made_of_whatever_was_seen(seen: list[Observation]) -> None:
    assert "1 upload" in Page(page(run(), seen)).text


def test_a_page_without_uploads_says_so_and_needs_no_charts() -> None:
    content = page(run(tests={"passed": 3}), [])
    assert "No test uploaded anything" in Page(content).text
    assert len(content) < 10_000
