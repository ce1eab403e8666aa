"""Judges an implementation: promise after promise, each by examples that Hypothesis draws and makes small."""

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky

from aws_stack.clouds import Cloud
from aws_stack.clouds.choice import CloudName
from aws_stack.errors import UsageError
from pipeline.opening import await_answer, opened
from pipeline.words import _

from .adapter import Adapter
from .bench import Bench
from .function import Answer
from .learning import Learned, sample
from .model import BrokenError
from .promise import Promise
from .promises import PROMISES, promise
from .promises.level0 import IMPORTS, SAMPLE, TRIGGERED
from .trial import Trial
from .triggering import trigger
from .verdict import Outcome, Ruling, Verdict

SHRINKING = 25
"""How many more examples are tried to make one smaller that breaks a promise."""

Watch = Callable[[Promise], None]


@contextmanager
def cloud(name: str = CloudName.EMBEDDED, image: str | None = None) -> Iterator[Cloud]:
    """A cloud of this machine to judge on, for a `with` block. Raises UsageError and CloudError."""
    if name == CloudName.AWS:
        raise UsageError(
            _("the judge takes a cloud of this machine, where every implementation has an account of its own")
        )
    with opened(name, image) as started:
        await_answer(started)
        yield started


def judge(
    adapter: Adapter,
    where: Cloud,
    *,
    levels: Collection[int] = range(5),
    only: Collection[str] = (),
    watch: Watch = lambda _promise: None,
) -> Verdict:
    """The verdict on an implementation, by the promises of these levels, or `only` those of these numbers.

    Whether it starts and stores its sample is always said.
    """
    with Session(adapter, where, watch) as session:
        for one in PROMISES:
            if one.number in only if only else one.level in levels:
                session.rule(one.number)
        known = session.rulings
        return Verdict(adapter.name, tuple(known[one.number] for one in PROMISES if one.number in known))


class Session:
    """An implementation under trial, for a `with` block. `rulings` are those until now, by the promises' numbers.

    From the start, it has those on whether it starts and stores its sample: without both, nothing else can be judged.
    """

    def __init__(self, adapter: Adapter, where: Cloud, watch: Watch = lambda _promise: None) -> None:
        # In an account of its own, where no other implementation has tables and buckets of the same names.
        self.bench = Bench(adapter, where.in_account(f"{secrets.randbelow(10**12):012}"))
        self.rulings: dict[str, Ruling] = {}
        self._watch = watch
        self._trial: Trial | None = None

    def __enter__(self) -> "Session":
        with ExitStack() as stack:
            stack.enter_context(self.bench)
            rulings, learned = _begun(self.bench, self._watch)
            self.rulings = {one.promise.number: one for one in rulings}
            if learned is not None:
                self._trial = Trial(self.bench, learned)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rule(self, number: str) -> Ruling:
        """The ruling on a promise."""
        if number not in self.rulings:
            wanted = promise(number)
            self._watch(wanted)
            if self.rulings[IMPORTS].outcome is Outcome.BROKEN:
                ruling = Ruling(wanted, Outcome.NOT_APPLICABLE, _("it does not start"))
            elif number == TRIGGERED:
                ruling = trigger(wanted, self.bench, self._trial.learned if self._trial else None)
            elif self._trial is None:
                ruling = Ruling(wanted, Outcome.NOT_APPLICABLE, _("it stores no invoice"))
            else:
                ruling = rule(wanted, self._trial, self.rulings.values())
            self.rulings[number] = ruling
        return self.rulings[number]


def rule(promise: Promise, trial: Trial, before: Collection[Ruling] = ()) -> Ruling:
    """The ruling on one promise. What is broken has been seen twice: the second time in a process of its own."""
    why_not = promise.why_not(trial.learned, trial.adapter)
    missing = [
        one.promise.number
        for one in before
        if one.promise.number in promise.after and one.outcome in {Outcome.BROKEN, Outcome.UNCLEAR}
    ]
    if not why_not and missing:
        why_not = _("it can be judged once {number} is kept", number=missing[0])
    if why_not:
        return Ruling(promise, Outcome.NOT_APPLICABLE, why_not)
    found = _Search(promise, trial).smallest()
    if found is None:
        return Ruling(promise, Outcome.KEPT)
    trial.bench.afresh()
    trial.bench.begin()
    try:
        assert promise.holds is not None  # nosec B101 # only those of level 0 have none
        promise.holds(trial, found)
    except BrokenError as broken:
        return _broken(promise, trial.bench, str(broken))
    return Ruling(promise, Outcome.UNCLEAR, _("it was broken once, and kept by the same input the second time"))


class _Search:
    """Looks for the smallest example that breaks a promise."""

    def __init__(self, promise: Promise, trial: Trial) -> None:
        self.promise, self.trial = promise, trial
        self.known: dict[str, BrokenError] = {}
        self.tried = 0
        self.found: list[Any] = []

    def smallest(self) -> Any:
        """What breaks it, or None. Where it draws None and breaks, that is `()`."""
        drawing = given(self.promise.strategy(self.trial.learned, self.trial.adapter))
        configured = settings(
            max_examples=self.promise.examples,
            derandomize=True,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        try:
            configured(drawing(self._one()))()
        except (BrokenError, Flaky):
            # Of a flaky example, too, the second look decides.
            return self.found[-1] if self.found[-1] is not None else ()
        return None

    def _one(self) -> Callable[[Any], None]:
        def example(drawn: Any) -> None:
            self._try(drawn)

        # Where a run always draws the same examples, Hypothesis chooses them by the function's name and source.
        example.__name__ = f"promise_{self.promise.number.replace('.', '_')}"
        return example

    def _try(self, drawn: Any) -> None:
        shown = repr(drawn)
        if shown in self.known:
            # The smallest comes last, once more.
            self.found.append(drawn)
            raise self.known[shown]
        if self.known and self.tried >= SHRINKING:
            return
        self.tried += bool(self.known)
        self.trial.bench.begin()
        try:
            assert self.promise.holds is not None  # nosec B101 # only those of level 0 have none
            self.promise.holds(self.trial, drawn)
        except BrokenError as broken:
            self.known[shown] = broken
            self.found.append(drawn)
            raise


def _begun(bench: Bench, watch: Watch) -> tuple[list[Ruling], Learned | None]:
    """Whether it starts, and stores its sample; and what was learned of it meanwhile."""
    imports, stored = promise(IMPORTS), promise(SAMPLE)
    watch(imports)
    started = bench.function.start()
    if started.error:
        started = bench.function.start()
    if started.error:
        later = Ruling(stored, Outcome.NOT_APPLICABLE, _("it does not start"))
        return [Ruling(imports, Outcome.BROKEN, started.error, log=started.log), later], None
    watch(stored)
    sampled, learned = sample(bench)
    if sampled.rows != len(sampled.invoices):
        bench.afresh()
        sampled, learned = sample(bench)
    if sampled.rows == len(sampled.invoices):
        ruling = Ruling(stored, Outcome.KEPT)
    else:
        counts = {"count": len(sampled.invoices), "rows": sampled.rows}
        what = _("a sample of {count} made {rows} rows: no invoice is recognised", **counts)
        if learned is not None:
            what = _("a sample of {count} made {rows} rows", **counts)
        seen = sampled.answer
        inputs = ((sampled.key, sampled.body),)
        ruling = Ruling(stored, Outcome.BROKEN, what, inputs, seen.error, seen.result, seen.log)
    return [Ruling(imports, Outcome.KEPT), ruling], learned


def _broken(promise: Promise, bench: Bench, what: str) -> Ruling:
    inputs = tuple((one.key, one.body) for one in bench.uploads)
    last = bench.answers[-1] if bench.answers else Answer()
    return Ruling(promise, Outcome.BROKEN, what, inputs, last.error, last.result, last.log)
