"""A checkpoint: what comes later is greater, and what the ledger holds is read back as it was."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.counts import Counts
from pipeline.functions.document import Place
from pipeline.functions.progress import Progress, Reading
from pipeline.functions.window import Point

from .documents import QUICK

NUMBERS = st.integers(0, 10**12)


@QUICK
@given(
    st.builds(
        Progress,
        st.sampled_from(Reading),
        st.builds(Place, NUMBERS, st.builds(Point, NUMBERS, NUMBERS, NUMBERS)),
        NUMBERS,
        st.builds(Counts, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
        NUMBERS,
        NUMBERS,
    )
)
def test_a_checkpoint_is_read_back_as_it_was(progress: Progress) -> None:
    held = json.loads(json.dumps(progress.as_dict()), parse_int=Decimal)
    assert Progress.of(held) == progress


def test_before_the_first_checkpoint_is_the_beginning() -> None:
    assert Progress.of(None) == Progress()
    assert Progress().order == (1, 0)


def test_the_second_reading_comes_after_the_first() -> None:
    steps = [
        Progress(),
        Progress(Reading.CHECKING, Place(9)),
        Progress(Reading.CHECKING, Place(10)),
        Progress(Reading.STORING),
        Progress(Reading.STORING, Place(1)),
    ]
    assert [step.order for step in steps] == sorted({step.order for step in steps})
