"""Simultaneous uploads that want the same ids: they end in one of the ways that the model allows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.examples import Example
from fixtures.profiles import examples
from fixtures.stacks import Stack
from fixtures.strategies.batches import rivals
from fixtures.strategies.documents import Document
from fixtures.strategies.values import MARK


@pytest.mark.covers("outcome: stored", "outcome: duplicates", "outcome: conflicts")
@examples(0.75)
@given(rivals(2, 5))
def test_uploads_at_once_end_in_a_way_the_model_allows(stack: Stack, documents: list[Document]) -> None:
    example = Example(stack, *documents)
    with ThreadPoolExecutor(len(documents)) as pool:
        places = list(pool.map(example.put, documents, [f"{MARK}-{number}" for number in range(len(documents))]))
    example.follow(*places)
    example.agrees()


@pytest.mark.covers("outcome: stored", "outcome: duplicates", "outcome: conflicts")
@examples(1)
@given(rivals(2, 3), st.integers(2, 3))
def test_events_delivered_several_times_at_once_count_as_one_delivery(
    stack: Stack, documents: list[Document], times: int
) -> None:
    example = Example(stack, *documents)
    places = [example.put(one, f"{MARK}-{number}", silent=True) for number, one in enumerate(documents)]
    deliveries = places * times
    with ThreadPoolExecutor(len(deliveries)) as pool:
        answers = list(pool.map(example.deliver, deliveries))
    assert answers == [{}] * len(deliveries)
    example.follow(*places)
    example.agrees()
    assert len(stack.rejects_of(example.name)) == sum(bool(entry.rejects) for entry in example.model.ledger.values())


@pytest.mark.covers("outcome: stored", "outcome: duplicates", "outcome: conflicts")
@examples(0.5)
@given(rivals(2, 4), st.data())
def test_events_in_any_order_and_any_grouping_each_end_their_own_upload(
    stack: Stack, documents: list[Document], data: st.DataObject
) -> None:
    example = Example(stack, *documents)
    places = [example.put(one, MARK, silent=True) for one in documents]
    order = data.draw(st.permutations(places))
    cut = data.draw(st.integers(0, len(order)))
    for event in (order[:cut], order[cut:]):
        assert example.deliver(*event) == {}
        # The uploads of one event are processed one after the other.
        for place in event:
            example.follow(place)
    example.agrees()
