"""How far an upload has come, and how long the rest will take."""

from typing import Any

import pytest

from fixtures.entries import FIRST
from pipeline.progress import CHECKPOINTS, FIRST_READING, Pace, about, checkpoint


def entry(reading: int, size: int, second: int = 0) -> dict[str, Any]:
    """A processing entry of 1,000,000 bytes, as the API shows it."""
    at = f"2026-10-05T12:{second // 60:02d}:{second % 60:02d}.000Z"
    return {**FIRST, "progress": {"reading": reading, "judged": size // 100, "bytes": size, "at": at}}


def paced(*entries: dict[str, Any]) -> float | None:
    pace = Pace()
    for one in entries:
        found = checkpoint(one)
        assert found is not None
        pace.see(found)
    return pace.seconds_left()


def test_before_the_first_checkpoint_nothing_is_known() -> None:
    assert checkpoint(FIRST) is None


def test_the_share_only_grows_from_reading_to_reading() -> None:
    steps = [(1, 0), (1, 500_000), (1, 1_000_000), (2, 0), (2, 10_000), (2, 1_000_000)]
    found = [checkpoint(entry(*step)) for step in steps]
    shares = [one.share for one in found if one]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[2] == shares[3] == FIRST_READING
    assert shares[5] == 1


def test_an_object_that_is_larger_than_its_event_says_is_never_more_than_whole() -> None:
    found = checkpoint({**entry(2, 900), "size": 0})
    assert found is not None
    assert found.share == 1


def test_the_rest_takes_as_long_as_the_checkpoints_say() -> None:
    assert paced(entry(2, 100_000, 0), entry(2, 200_000, 10)) == pytest.approx(80)
    assert paced(entry(2, 100_000, 0), entry(2, 200_000, 10), entry(2, 200_000, 10)) == pytest.approx(80)


def test_one_checkpoint_and_the_first_reading_tell_nothing() -> None:
    assert paced(entry(2, 100_000)) is None
    assert paced(entry(1, 100_000, 0), entry(1, 200_000, 1), entry(2, 100_000, 2)) is None
    assert paced(entry(2, 100_000, 0), entry(2, 100_000, 5)) is None


def test_a_speed_that_changes_is_noticed() -> None:
    quick = [entry(2, 1_000 * second, second) for second in range(CHECKPOINTS)]
    slow = [entry(2, 20_000 + 100 * second, CHECKPOINTS + second) for second in range(CHECKPOINTS)]
    left = paced(*quick, *slow)
    assert left == pytest.approx((1_000_000 - 20_000 - 100 * (CHECKPOINTS - 1)) / 100)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "about 5 s"),
        (42, "about 40 s"),
        (89, "about 90 s"),
        (90, "about 2 min"),
        (5_399, "about 90 min"),
        (5_400, "about 1.5 h"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert about(seconds) == said
