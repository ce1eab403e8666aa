"""Repeating a request: how long, how often, and what a server may ask for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.repetition import FIRST_PAUSE, LONGEST_PAUSE, Repetition, seconds_asked

from .stand_ins import Clock


class LaterError(Exception):
    pass


def tries(patience: float, asked: float = 0.0) -> list[float]:
    """The pauses of a request that is never answered."""
    clock = Clock()
    repetition = Repetition(patience, clock.monotonic, clock.sleep)
    try:
        while True:
            repetition.wait(LaterError(), asked)
    except LaterError:
        return clock.pauses


@pytest.mark.parametrize("patience", [0, 1, 60, 600])
def test_a_request_is_repeated_for_as_long_as_the_user_said_and_no_longer(patience: float) -> None:
    pauses = tries(patience)
    assert sum(pauses) <= patience
    assert sum(pauses) > patience - LONGEST_PAUSE


def test_the_pauses_grow_up_to_a_limit_and_are_never_the_same() -> None:
    pauses = tries(600)
    assert FIRST_PAUSE / 2 <= pauses[0] <= FIRST_PAUSE
    assert pauses[3] > pauses[0]
    assert LONGEST_PAUSE / 2 <= min(pauses[10:]) < max(pauses[10:]) <= LONGEST_PAUSE


def test_nobody_comes_back_before_the_server_asked_them_to() -> None:
    assert min(tries(60, asked=20)) == 20
    assert tries(60, asked=61) == [], "it would be too late, so it ends now"


ASKED = {
    "120": 120,
    " 3 ": 3,
    "0": 0,
    "": 0,
    "soon": 0,
    "-5": 0,
    "1.5": 0,
    "\u0663": 0,
    "Wed, 21 Oct 2015 07:28:00 GMT": 0,
    "Wed, 21 Oct 99999999999 07:28:00 GMT": 0,
}


@pytest.mark.parametrize(("header", "seconds"), ASKED.items(), ids=ASKED)
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float) -> None:
    assert seconds_asked(header) == seconds


def test_retry_after_may_be_a_date_or_missing() -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert seconds_asked(format_datetime(later, usegmt=True)) == pytest.approx(90, abs=5)
    assert seconds_asked(None) == 0
