"""Level 2: what goes wrong meanwhile changes nothing in the end. Each is staged, and Lambda's retries are made."""

import threading
from collections.abc import Callable

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter
from ..learning import Learned
from ..promise import Promise
from ..trial import BrokenError, Trial
from ..wire import Stage, What
from .level1 import CONFLICTS, no_conflicts
from .level1_files import MANY, REPLAYS

INVOICES = 3
"""How many there are while something goes wrong: some come before it, and some after."""

MOST_CALLS = 40
"""At how many calls something goes wrong, one after the other, in a function that makes ever more of them."""


def _at_every_call(what: What, happens: Callable[[Trial, Stage], None]) -> Callable[[Trial, None], None]:
    """A property that has something go wrong at the first call, at the second, … until there are no more calls.

    Which of them matters is the implementation's own: a few drawn ones would miss it now and then.
    """

    def holds(trial: Trial, _drawn: None) -> None:
        for at in range(MOST_CALLS):
            if at:
                trial.bench.begin()
            stage = Stage(what, at)
            happens(trial, stage)
            if not stage.struck.is_set():
                return

    return holds


def _staged(trial: Trial, stage: Stage) -> None:
    """Something goes wrong in the first upload of some invoices."""
    invoices = trial.invoices(INVOICES)
    first, *others = trial.batches(invoices)
    trial.bench.deliver(trial.put(*first).event, stage)
    for batch in others:
        trial.upload(*batch)
    trial.holds(*invoices)


def _at_once(trial: Trial, stage: Stage) -> None:
    invoices = trial.invoices(2 if trial.learned.takes_many else 1)
    event = trial.put(*invoices).event
    with _Held(trial, event, stage):
        trial.bench.answers += trial.bench.other.deliver(event)
    trial.holds(*invoices)


def _stays(trial: Trial, stage: Stage) -> None:
    ours, theirs = trial.invoice(valor=trial.amount(100)), trial.invoice(valor=trial.amount(200))
    held, quick = trial.put(ours), trial.put(theirs)
    with _Held(trial, held.event, stage):
        trial.bench.answers += trial.bench.other.deliver(quick.event)
        between = trial.amounts()
    if between and trial.amounts() != between:
        raise BrokenError(
            _("an invoice that was stored was replaced by another of the same id, whose upload had looked before")
        )


class _Held:
    """An event whose function is held back before a call, for a `with` block. Then it goes on to its end."""

    def __init__(self, trial: Trial, event: dict[str, object], stage: Stage) -> None:
        self.bench, self.event, self.stage = trial.bench, event, stage
        self.thread = threading.Thread(target=self._deliver)
        self.ended = threading.Event()

    def __enter__(self) -> None:
        self.thread.start()
        while not (self.stage.struck.wait(0.01) or self.ended.is_set()):
            pass

    def __exit__(self, *_: object) -> None:
        self.stage.go_on.set()
        self.thread.join()

    def _deliver(self) -> None:
        try:
            self.bench.deliver(self.event, self.stage)
        finally:
            self.ended.set()


def _drawing_none(_learned: Learned, _adapter: Adapter) -> st.SearchStrategy[None]:
    return st.none()


def _no_batches(learned: Learned, _adapter: Adapter) -> str:
    return "" if "BatchWriteItem" in learned.calls else _("it makes no call of BatchWriteItem")


PROMISES = (
    Promise(
        "2.1",
        marked("a kill changes nothing"),
        marked("A function that is killed before or after any of its calls, and retried, ends like one that was not."),
        marked(
            "Let every write be one that may be made again: the key from the invoice, and what is there counts as done."
        ),
        # Killed before the next call, it is killed after this one.
        _at_every_call(What.KILL, _staged),
        _drawing_none,
        after=(MANY, REPLAYS),
        examples=1,
    ),
    Promise(
        "2.2",
        marked("a refused write is not lost"),
        marked("Where DynamoDB refuses a write, the function fails, so that Lambda invokes it again."),
        marked(
            "Do not catch what you cannot mend. Where you log an error, raise it again: whatever a handler returns, "
            "also a statusCode of 500, Lambda takes for success."
        ),
        _at_every_call(What.REFUSE, _staged),
        _drawing_none,
        after=(MANY, REPLAYS),
        examples=1,
    ),
    Promise(
        "2.3",
        marked("unprocessed items are sent again"),
        marked(
            "BatchWriteItem answers 200 also where it wrote only a part of the batch; the rest is in UnprocessedItems."
        ),
        marked("Send UnprocessedItems again until there are none, with pauses, or let boto3's batch_writer do so."),
        _at_every_call(What.UNPROCESSED, _staged),
        _drawing_none,
        _no_batches,
        (MANY,),
        examples=1,
    ),
    Promise(
        "2.4",
        marked("an event twice at once changes nothing"),
        marked("Two functions that are given the same event at the same time leave the table as one would."),
        marked("Let DynamoDB decide who is first, by a condition on the write itself."),
        _at_every_call(What.PAUSE, _at_once),
        _drawing_none,
        after=(MANY, REPLAYS),
        examples=1,
    ),
    Promise(
        "2.5",
        marked("what is stored stays, also in a race"),
        marked("Of two uploads at the same time with the same id, the one that is stored first stays."),
        marked(
            "A get_item before the put_item does not help: another may write between. Put the condition on the write."
        ),
        _at_every_call(What.PAUSE, _stays),
        _drawing_none,
        no_conflicts,
        (CONFLICTS,),
        examples=1,
    ),
)
