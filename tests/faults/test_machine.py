"""One living stack, and everything that happens to it in any order. After every step it holds what the model says."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from aws_stack.proxy import ALWAYS, Fault, Kill, Moment, Operation, Refuse
from aws_stack.waiting import NotYet, wait_until
from fixtures.examples import Example, Place
from fixtures.faults import BRIEF_SECONDS, StruckStack
from fixtures.observations import observer
from fixtures.profiles import examples
from fixtures.strategies.batches import documents
from fixtures.strategies.broken import broken
from fixtures.strategies.damage import Damaged, damaged
from fixtures.strategies.documents import PLAIN, Document, Record
from fixtures.strategies.invoices import plain, unlike
from fixtures.strategies.values import MARK
from pipeline.redrive import redrive

STEPS = 12
BRIEF_STEPS = 3

SLOW_STEPS = 1
"""How often a machine may kill its function, and have Lambda give up: seconds, where other steps take a moment."""

# The calls of an attempt, in order; the function is killed before one is carried out or after.
Reached = tuple[Operation, int]
"""A call of an attempt: its operation, and how many of the same come before."""

OF_AN_ATTEMPT: list[Reached] = [
    ("UpdateItem", 0),
    ("GetObject", 0),
    ("BatchExecuteStatement", 0),
    ("PutObject", 0),
    ("UpdateItem", 1),
]
CALLS = st.sampled_from(OF_AN_ATTEMPT)
AFTERWARDS = st.sampled_from(["retried", "retried", "nothing", "deleted and retried"])
MOMENTS = st.sampled_from(Moment)
DOCUMENTS = documents(PLAIN)
# With something to store, most often, and something to reject.
OF_EVERY_CALL = st.builds(
    lambda some, new, refused: Document((*some.records, Record(new), Record.of(refused))), DOCUMENTS, plain(), broken()
)
# Of three batches.
LONG = st.builds(lambda some: Document(some.records, fillers=60), documents(PLAIN).filter(lambda one: not one.alone))
THROTTLED = Fault(
    "BatchExecuteStatement",
    Refuse("ProvisionedThroughputExceededException"),
    skip=1,
    seconds=1.5 * BRIEF_SECONDS,
)
BROKEN = Fault("BatchExecuteStatement", Refuse("InternalServerError"), ALWAYS, skip=1)

Placed = Place | MultipleResults[Place]
"""What a rule answers, as Hypothesis types it."""


class Machine(RuleBasedStateMachine):
    """A few uploads, and what is done to them. One with a late event starts none: it comes when a rule delivers it."""

    uploads: Bundle[Place] = Bundle("uploads")

    def __init__(self, stack: StruckStack) -> None:
        super().__init__()
        self.stack = stack
        stack.proxy.clear()
        self.example = Example(stack, "a machine")
        self.made = self.kills = self.given_up = 0

    def _put(self, document: Document | Damaged, *, silent: bool = False) -> Place:
        self.made += 1
        return self.example.put(document, f"{MARK}-{self.made}", silent=silent)

    @rule(target=uploads, document=DOCUMENTS)
    def upload(self, document: Document) -> Place:
        place = self._put(document)
        self.example.follow(place)
        return place

    @rule(target=uploads, place=uploads)
    def upload_again(self, place: Place) -> Place:
        again = self._put(self.example.uploads[place].document)
        self.example.follow(again)
        observer.events.add("event: uploaded again")
        return again

    @rule(target=uploads, document=DOCUMENTS)
    def upload_whose_event_is_late(self, document: Document) -> Place:
        return self._put(document, silent=True)

    @rule(target=uploads, document=damaged())
    def upload_damaged_bytes(self, document: Damaged) -> Place:
        place = self._put(document)
        self.example.follow(place)
        return place

    @rule(target=uploads, place=uploads, document=DOCUMENTS)
    def overwrite(self, place: Place, document: Document) -> Place:
        key, _ = place
        if not key.endswith(".json"):
            return place  # A key that says another form, of which damaged bytes were.
        silent = self.example.is_silent(place)
        later = self.example.overwrite(document, key, silent=silent)
        if not silent:
            self.example.follow(later)
        observer.events.add("event: overwritten")
        return later

    def _deliver(self, *places: Place) -> None:
        assert self.example.deliver(*places) == {}

    @rule(place=uploads)
    def deliver(self, place: Place) -> None:
        if place in self.example.model.ledger:
            observer.events.add("event: replayed")
        self._deliver(place)
        self.example.follow(place)

    @rule(first=uploads, second=uploads)
    def deliver_two_at_once(self, first: Place, second: Place) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._deliver, [first, second]))
        self.example.follow(first, second)
        observer.events.add("event: two at once")

    @rule(first=uploads, second=uploads)
    def deliver_two_in_one_event(self, first: Place, second: Place) -> None:
        self._deliver(first, second)
        for place in (first, second):
            self.example.follow(place)

    @rule(target=uploads, document=DOCUMENTS)
    def delete_before_the_event(self, document: Document) -> Place:
        place = self._put(document, silent=True)
        self.example.delete(place)
        self._deliver(place)
        self.example.follow(place)
        observer.events.add("event: deleted before it came")
        return place

    @rule(place=uploads)
    def delete(self, place: Place) -> None:
        # AWS lets a version be deleted that is gone; LocalStack 4.14 does not.
        if not self.example.uploads[place].gone:
            self.example.delete(place)

    @precondition(lambda self: self.kills < SLOW_STEPS)
    @rule(target=uploads, document=OF_EVERY_CALL, call=CALLS, moment=MOMENTS, then=AFTERWARDS)
    def kill(self, document: Document, call: Reached, moment: Moment, then: str) -> Place:
        self.kills += 1
        place = self._put(document, silent=True)
        operation, skip = call
        # Not every document makes every call.
        fatal = self.stack.proxy.arm(Fault(operation, Kill(moment), skip=skip), may_miss=True)
        answer = self.example.deliver(place)
        self.stack.proxy.clear()
        assert bool(fatal.struck) == bool(answer), answer
        if not answer:
            # The attempt had no such call to make.
            self.example.follow(place)
            return place
        wait_until("the function is gone", lambda: fatal.killed or NotYet(f"it answered {answer}"), 10)
        observer.events.add("event: killed midway")
        self.example.follow_a_killed(place)
        if then != "nothing":
            self.all_agrees()
            if then == "deleted and retried":
                self.example.delete(place)
            self._deliver(place)
            self.example.follow(place)
        return place

    @precondition(lambda self: self.given_up < SLOW_STEPS)
    @rule(target=uploads, document=DOCUMENTS)
    def fail_until_given_up_and_redrive(self, document: Document) -> Place:
        self.given_up += 1
        self.stack.proxy.arm(Fault("UpdateItem", Refuse("AccessDeniedException"), ALWAYS))
        place = self._put(document)
        self.example.follow_a_stalled(place)
        self.stack.proxy.clear()
        redrive(self.stack.cloud, self.stack.outputs)
        self.example.follow(place)
        observer.events.add("event: redriven")
        return place

    def outlast(self, document: Document) -> Place:
        """An upload that takes longer than its function may run: the table takes nothing for a while."""
        self.stack.proxy.arm(THROTTLED)
        place = self._put(document)
        self.example.follow(place)
        assert "Invoke" in self.stack.proxy.calls, "another invocation went on"
        self.stack.proxy.clear()
        observer.events.add("event: continued")
        return place

    def stall_midway_and_redrive(self, document: Document) -> Place:
        """Lambda gives up on an upload of which a part is stored."""
        # One batch is done, and its checkpoint written; the others never are.
        self.stack.proxy.arm(BROKEN)
        place = self._put(document)
        self.example.follow_a_stalled(place)
        self.all_agrees()
        entry = self.example.entry(place)
        assert entry is not None
        assert entry["progress"] is None or entry["progress"]["position"] < len(document.records) + document.fillers
        self.stack.proxy.clear()
        redrive(self.stack.cloud, self.stack.outputs)
        self.example.follow(place)
        observer.events.add("event: stalled midway")
        return place

    @invariant()
    def all_agrees(self) -> None:
        self.example.agrees()

    def teardown(self) -> None:
        self.stack.unfinished |= self.example.uploads.keys() - self.example.model.ledger.keys()


def beginning(step: Callable[..., Placed], **drawn: Any) -> type[Machine]:
    """Machines whose first step this is, with what these strategies draw for it; what follows is left to chance."""

    class Begun(Machine):
        @initialize(target=Machine.uploads, **drawn)
        def begin(self, **values: Any) -> Placed:
            return step(self, **values)

    return Begun


def two_at_once(machine: Machine, first: Document, second: Document) -> Placed:
    one, other = machine.upload_whose_event_is_late(first), machine.upload_whose_event_is_late(second)
    machine.deliver_two_at_once(one, other)
    return one


def replayed(machine: Machine, document: Document) -> Placed:
    place = machine.upload(document)
    machine.deliver(place)
    return place


BEGINNINGS = {
    ("status: failed",): beginning(Machine.upload_damaged_bytes, document=damaged()),
    ("outcome: conflicts",): beginning(
        lambda machine, pair: machine.upload(Document(tuple(map(Record, pair)))), pair=unlike()
    ),
    ("event: uploaded again", "outcome: stored", "outcome: duplicates", "outcome: rejected"): beginning(
        lambda machine, document: machine.upload_again(machine.upload(document)), document=OF_EVERY_CALL
    ),
    ("event: overwritten",): beginning(
        lambda machine, first, second: machine.overwrite(machine.upload(first), second),
        first=DOCUMENTS,
        second=DOCUMENTS,
    ),
    ("event: replayed",): beginning(replayed, document=DOCUMENTS),
    ("event: two at once",): beginning(two_at_once, first=DOCUMENTS, second=DOCUMENTS),
    ("event: deleted before it came",): beginning(Machine.delete_before_the_event, document=DOCUMENTS),
    ("event: killed midway",): beginning(
        Machine.kill, document=OF_EVERY_CALL, call=CALLS, moment=MOMENTS, then=AFTERWARDS
    ),
    ("event: redriven",): beginning(Machine.fail_until_given_up_and_redrive, document=DOCUMENTS),
}
"""Machines by the kinds that their beginning makes certain: none is left to chance."""

BRIEF_BEGINNINGS: dict[tuple[str, ...], type[Machine]] = {
    ("event: continued",): beginning(Machine.outlast, document=LONG),
    ("event: stalled midway",): beginning(Machine.stall_midway_and_redrive, document=LONG),
}
"""Machines whose function has five seconds at a time."""


def run(begun: type[Machine], stack: StruckStack, share: float, steps: int) -> None:
    def machine() -> Machine:
        return begun(stack)

    # It takes a class, or what makes a machine as one does.
    run_state_machine_as_test(
        cast("type[Machine]", machine), settings=settings(examples(share), stateful_step_count=steps)
    )


BY_NIGHT = ("event: stalled midway",)
"""It takes three attempts of five seconds, and then the rest."""


def of(beginnings: dict[tuple[str, ...], type[Machine]]) -> pytest.MarkDecorator:
    machines = [
        pytest.param(
            begun,
            id=kinds[0],
            marks=[pytest.mark.covers(*kinds), *([pytest.mark.night("half a minute")] if kinds == BY_NIGHT else [])],
        )
        for kinds, begun in beginnings.items()
    ]
    return pytest.mark.parametrize("begun", machines)


@pytest.mark.timeout(600)
@of(BEGINNINGS)
def test_whatever_happens_the_stack_holds_what_the_model_says(watched_stack: StruckStack, begun: type[Machine]) -> None:
    run(begun, watched_stack, 0.05, STEPS)


@pytest.mark.timeout(600)
@of(BRIEF_BEGINNINGS)
def test_uploads_that_outlast_their_function_end_as_the_model_says(
    brief_stack: StruckStack, begun: type[Machine]
) -> None:
    run(begun, brief_stack, 0.02, BRIEF_STEPS)
