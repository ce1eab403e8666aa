"""What the report shows of observations, and how it words that."""

from itertools import pairwise

import pytest

from aws_stack.report.figures import bins, ranges
from aws_stack.report.text import duration, label, percent, visible
from fixtures.observations import Observation
from fixtures.report.data import BYTES, RECORDS, by_example, by_test, kinds, outcomes, slowest
from fixtures.report.timeline import spans

from .observed import counts, observation

# Data


def test_uploads_and_invoices_are_counted_by_how_they_ended() -> None:
    seen = [
        observation(counts=counts(received=5, stored=2, duplicates=1, rejected=2)),
        observation(counts=counts(received=1, conflicts=1)),
        observation(status="failed", counts=counts()),
    ]
    assert outcomes(seen) == {
        "uploads": {"completed": 2, "failed": 1},
        "invoices": {"stored": 2, "duplicates": 1, "conflicts": 1, "rejected": 2},
    }


def test_every_upload_is_in_the_bin_of_its_seconds() -> None:
    seconds = [0.001, 0.0199, 0.02, 0.0201, 0.1, 0.1, 3.0]
    found = bins(seconds)
    assert sum(one.count for one in found) == len(seconds)
    assert all(one.count == sum(one.low < each <= one.high * (1 + 1e-9) for each in seconds) for one in found)
    assert all(left.high == pytest.approx(right.low) for left, right in pairwise(found))


def test_without_seconds_there_are_no_bins() -> None:
    assert bins([]) == []


def test_sizes_are_counted_in_ranges_from_the_first_that_has_any_to_the_last() -> None:
    assert ranges([1, 3, 2, 10, 31], RECORDS) == [("1", 1), ("2–3", 2), ("4–10", 1), ("11–30", 0), ("31–100", 1)]
    assert ranges([0, 100], BYTES) == [("0", 1), ("1–100", 1)]
    assert ranges([10**9], BYTES) == [("more than 10,000,000", 1)]
    assert ranges([], BYTES) == []


def test_kinds_are_counted_in_uploads_by_category() -> None:
    seen = [
        observation(kinds=["rule: blank /cliente", "rule: blank /cliente", "document: .json"]),
        observation(kinds=["rule: type /valor", "rule: blank /cliente"]),
        observation(kinds=["unheard of"]),
    ]
    assert kinds(seen) == {
        "document": [(".json", 1)],
        "other": [("unheard of", 1)],
        "rule": [("blank /cliente", 2), ("type /valor", 1)],
    }


def test_kinds_that_start_with_numbers_are_in_their_order() -> None:
    seen = [observation(kinds=[f"records: {name}"]) for name in ("more", "more", "11-100", "4-10", "0")]
    assert kinds(seen) == {"records": [("0", 1), ("4-10", 1), ("11-100", 1), ("more", 2)]}


def test_an_example_lasts_from_its_first_upload_to_the_end_of_its_last() -> None:
    seen = [
        observation(example=2, started=1001.0, seconds=0.5, shown="two"),
        observation(example=1, started=1000.0, seconds=2.0, shown="one", counts=counts(received=3, stored=3)),
        observation(example=1, started=1000.5, seconds=None, shown="one"),
        observation(started=900.0),
    ]
    first, second = by_example(seen)
    assert (first.example, first.seconds, first.uploads, first.invoices, first.shown) == (1, 2.0, 2, 4, "one")
    assert (second.example, second.seconds, second.uploads, second.invoices, second.shown) == (2, 0.5, 1, 1, "two")
    assert slowest([second, first]) == [first, second]


def test_a_test_has_all_its_uploads_and_counts_its_examples() -> None:
    [found] = by_test([observation(example=number, started=1000.0 + number) for number in (0, 1, 2, 2)])
    assert (found.uploads, found.examples, found.started) == (4, 2, 1000.0)
    assert found.seconds == pytest.approx(2.02)


# Timeline


def many_uploads() -> list[Observation]:
    return [
        observation(worker=f"gw{number % 2}", example=number, started=1000 + number / 100, status=status)
        for number in range(1000)
        for status in ("completed", "failed")
    ]


def test_each_upload_has_a_bar_of_its_own() -> None:
    assert [one.uploads for one in spans(many_uploads(), most=2000)] == [1] * 2000


def test_where_there_are_very_many_uploads_neighbours_share_a_bar() -> None:
    found = spans(many_uploads(), most=100)
    assert 50 <= len(found) <= 104
    assert sum(one.uploads for one in found) == 2000
    assert "examples 0 to " in found[0].told


# Text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("João — 注文 🎉", "João — 注文 🎉"),
        ("a\nb", "a\nb"),
        ("\x00\x1b[2J", "\\x00\\x1b[2J"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
    ],
)
def test_invisible_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_label_is_text_to_plotly_and_cut_where_it_is_long() -> None:
    assert label("<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"
    assert label("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0274, "27 ms"), (0.9996, "1.0 s"), (4.21, "4.2 s"), (9.96, "10 s"), (59.7, "1 min 0 s"), (725, "12 min 5 s")],
)
def test_durations_are_worded_as_a_person_would(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "0%"), (0, 7, "0%"), (1, 100_000, "0.1%"), (99_999, 100_000, "99.9%"), (37, 100, "37%"), (7, 7, "100%")],
)
def test_a_share_is_0_or_100_percent_only_if_it_really_is(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text
