"""The figures of a run, computed from observations."""

import pytest

from aws_stack.report.figures import in_order, percentile
from fixtures.statistics import busy_seconds, row, rows, table

from .observed import counts, observation


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7.0], 50, 7.0),
        ([7.0], 95, 7.0),
        ([1.0, 2.0], 50, 1.5),
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([float(number) for number in range(101)], 50, 50.0),
        ([float(number) for number in range(101)], 95, 95.0),
    ],
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(
    values: list[float], percent: int, expected: float | None
) -> None:
    assert percentile(values, percent) == (None if expected is None else pytest.approx(expected))


def test_there_is_a_row_for_each_worker_in_order_and_one_for_all() -> None:
    seen = [observation(worker=worker) for worker in ("gw10", "gw2", "gw0", "gw2")]
    assert [(one.name, one.uploads) for one in rows(seen)] == [("gw0", 1), ("gw2", 2), ("gw10", 1), ("all", 4)]


def test_without_uploads_there_are_no_rows() -> None:
    assert rows([]) == []


def test_a_row_counts_uploads_invoices_and_examples() -> None:
    seen = [
        observation(example=1, started=1000.0, seconds=0.5, counts=counts(received=3, stored=2, rejected=1)),
        observation(example=1, started=1000.5, seconds=0.1, counts=counts()),
        observation(example=2, started=1001.0, seconds=1.0, counts=counts(received=4, stored=4)),
    ]
    found = row("gw0", seen)
    assert (found.name, found.uploads, found.invoices, found.examples) == ("gw0", 3, 7, 2)
    assert (found.examples_a_second, found.p50, found.p95) == pytest.approx((1.0, 0.5, 0.95))


def test_uploads_of_tests_that_generate_nothing_are_no_examples() -> None:
    found = row("gw0", [observation(), observation(example=1)])
    assert (found.uploads, found.examples) == (2, 1)


def test_the_same_example_number_of_two_tests_is_two_examples() -> None:
    assert row("all", [observation(test="one", example=1), observation(test="other", example=1)]).examples == 2


def test_an_upload_whose_event_the_test_delivered_has_no_latency() -> None:
    found = row("gw0", [observation(seconds=None), observation(seconds=0.25)])
    assert (found.p50, found.p95) == (0.25, 0.25)


def test_what_cannot_be_measured_is_a_dash() -> None:
    assert row("gw0", [observation(seconds=None, example=1)]).cells() == ("gw0", "1", "1", "1", "–", "–", "–")


def test_the_time_of_tests_that_generate_side_by_side_counts_once() -> None:
    first = [observation(test="one", started=started) for started in (1000.0, 1002.0)]
    second = [observation(test="other", started=started) for started in (1001.0, 1004.0)]
    assert busy_seconds(first + second) == pytest.approx(4.02)


def test_time_in_which_no_test_generates_does_not_count() -> None:
    first = [observation(test="one", started=started) for started in (1000.0, 1001.0)]
    later = [observation(test="other", started=started) for started in (2000.0, 2001.0)]
    assert busy_seconds(later + first) == pytest.approx(2.04)


def test_a_test_within_the_time_of_another_adds_no_time() -> None:
    outer = [observation(test="one", started=started) for started in (1000.0, 1009.0)]
    inner = [observation(test="other", started=started) for started in (1002.0, 1003.0)]
    assert busy_seconds(outer + inner) == pytest.approx(9.02)


def test_workers_are_in_the_order_a_person_counts_them() -> None:
    assert in_order({"gw11", "gw1", "gw2", "gw10", "gw0"}) == ["gw0", "gw1", "gw2", "gw10", "gw11"]


def test_the_table_is_aligned() -> None:
    seen = [
        *(observation(worker="gw0", example=1 + number, started=1000 + number / 10) for number in range(1200)),
        observation(worker="gw1", seconds=2.5, counts=counts(received=9000, stored=9000)),
    ]
    assert table(seen) == [
        "worker  uploads  invoices  examples  examples/s  p50 ms  p95 ms",
        "gw0       1,200     1,200     1,200        10.0      20      20",
        "gw1           1     9,000         0           –   2,500   2,500",
        "all       1,201    10,200     1,200        10.0      20      20",
    ]
