"""Level 2: what goes wrong meanwhile changes nothing in the end. Each is staged, and Lambda's retries are made."""

import threading

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter
from ..learning import Learned
from ..promise import Promise
from ..trial import BrokenError, Trial
from ..wire import KILLS, Stage, What
from .level1 import CONFLICTS, no_conflicts
from .level1_files import MANY, REPLAYS

MOST_INVOICES = 5


def _staged(trial: Trial, drawn: tuple[int, What, int]) -> None:
    count, what, at = drawn
    invoices = trial.invoices(count)
    for batch in trial.batches(invoices):
        trial.bench.deliver(trial.put(*batch).event, Stage(what, at))
    trial.holds(*invoices)


def _stages(*what: What, most: int) -> st.SearchStrategy[tuple[int, What, int]]:
    return st.tuples(st.integers(1, MOST_INVOICES), st.sampled_from(what), st.integers(0, most))


def _at_once(trial: Trial, at: int) -> None:
    invoices = trial.invoices(2 if trial.learned.takes_many else 1)
    event = trial.put(*invoices).event
    with _Held(trial, event, at):
        trial.bench.answers += trial.bench.other.deliver(event)
    trial.holds(*invoices)


def _stays(trial: Trial, at: int) -> None:
    ours, theirs = trial.invoice(valor=trial.amount(100)), trial.invoice(valor=trial.amount(200))
    held, quick = trial.put(ours), trial.put(theirs)
    with _Held(trial, held.event, at):
        trial.bench.answers += trial.bench.other.deliver(quick.event)
        between = trial.amounts()
    if between and trial.amounts() != between:
        raise BrokenError(
            _("an invoice that was stored was replaced by another of the same id, whose upload had looked before")
        )


class _Held:
    """An event whose function is held back before a call, for a `with` block. Then it goes on to its end."""

    def __init__(self, trial: Trial, event: dict[str, object], at: int) -> None:
        self.bench, self.event, self.stage = trial.bench, event, Stage(What.PAUSE, at)
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
        _staged,
        lambda _learned, _adapter: _stages(*KILLS, most=8),
        after=(MANY, REPLAYS),
        examples=5,
    ),
    Promise(
        "2.2",
        marked("a refused write is not lost"),
        marked("Where DynamoDB refuses a write, the function fails, so that Lambda invokes it again."),
        marked(
            "Do not catch what you cannot mend. Where you log an error, raise it again: whatever a handler returns, "
            "also a statusCode of 500, Lambda takes for success."
        ),
        _staged,
        lambda _learned, _adapter: _stages(What.REFUSE, most=4),
        after=(MANY, REPLAYS),
        examples=8,
    ),
    Promise(
        "2.3",
        marked("unprocessed items are sent again"),
        marked(
            "BatchWriteItem answers 200 also where it wrote only a part of the batch; the rest is in UnprocessedItems."
        ),
        marked("Send UnprocessedItems again until there are none, with pauses, or let boto3's batch_writer do so."),
        _staged,
        lambda _learned, _adapter: _stages(What.UNPROCESSED, most=0),
        _no_batches,
        (MANY,),
        examples=5,
    ),
    Promise(
        "2.4",
        marked("an event twice at once changes nothing"),
        marked("Two functions that are given the same event at the same time leave the table as one would."),
        marked("Let DynamoDB decide who is first, by a condition on the write itself."),
        _at_once,
        lambda _learned, _adapter: st.integers(0, 4),
        after=(MANY, REPLAYS),
        examples=5,
    ),
    Promise(
        "2.5",
        marked("what is stored stays, also in a race"),
        marked("Of two uploads at the same time with the same id, the one that is stored first stays."),
        marked(
            "A get_item before the put_item does not help: another may write between. Put the condition on the write."
        ),
        _stays,
        lambda _learned, _adapter: st.integers(0, 4),
        no_conflicts,
        (CONFLICTS,),
        examples=5,
    ),
)
