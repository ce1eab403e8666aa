"""One schedule, run from its beginning to the last retry, and judged. The same turns always make the same calls."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from traceback import extract_tb
from typing import Generic, TypeVar, cast

from .schedule import Turn, written
from .stepping import Actor
from .world import World

W = TypeVar("W", bound=World)

MOST_STEPS = 600
"""More calls than a schedule should need: what makes as many never ends."""


@dataclass(frozen=True)
class Scenario(Generic[W]):
    """What happens at once, and what must hold.

    `begin` makes what is there before, and the attempts that the schedule then orders. `holds` looks at the world when
    all have ended, and `always` after every call that may have changed something: both assert.
    """

    name: str
    what: str
    begin: Callable[[W], object]
    holds: Callable[[W], object] = lambda _: None
    always: Callable[[W], object] | None = None
    most_steps: int = MOST_STEPS

    def world(self) -> W:
        """A world in which nothing has happened."""
        return cast("W", World())  # For another kind of world, another kind of scenario.

    def judge(self, world: W, go_on: Callable[[], None]) -> None:
        """Assert what must hold, once all have ended. `go_on` has what is begun here come to its end, too."""
        del go_on
        self.holds(world)

    def again(self, line: str) -> str:
        """How to run this schedule once more."""
        return f"aws_schedules.run(…, {line!r})"


@dataclass(frozen=True, slots=True)
class Choice:
    """Who could have had a turn, and who had it. `previous` had the turn before; None at the beginning."""

    able: tuple[str, ...]
    lives: tuple[str, ...]
    fresh: tuple[bool, ...]
    quiet: tuple[bool, ...]
    previous: str | None
    previous_life: str | None
    turn: Turn

    def preempts(self, actor: str) -> bool:
        """Whether this turn of `actor` would interrupt an attempt, or a thread of one, that could have gone on.

        A switch away from one that has ended, was killed or has to wait does not.
        """
        if actor == self.previous or self.previous_life is None:
            return False
        if self.previous in self.able:
            return True
        life = self.lives[self.able.index(actor)]
        return life != self.previous_life and self.previous_life in self.lives

    def is_idle(self, actor: str) -> bool:
        """Whether this turn of `actor` comes to the same as one call later.

        It would interrupt the attempt before it reads what nobody writes: nobody sees that call.
        """
        return self.preempts(actor) and self.previous in self.able and self.quiet[self.able.index(self.previous)]


class UnfitError(Exception):
    """A schedule gives a turn to somebody who has none: the code, or the scenario, makes other calls than it did."""


@dataclass
class Run(Generic[W]):
    """What came of a schedule. `failure` says what did not hold; empty where all did."""

    scenario: Scenario[W]
    world: W
    choices: list[Choice] = field(default_factory=list)
    begins_at: int = 0
    failure: str = ""

    @property
    def turns(self) -> list[Turn]:
        """The turns that were had."""
        return [choice.turn for choice in self.choices]

    @property
    def line(self) -> str:
        """The schedule, to run it again."""
        return written(self.turns)


Decide = Callable[[int, list[Actor], Actor], Turn | None]
"""Given how many turns there were, who is able, and who has the next turn by itself: another turn, or None."""


def following(turns: Sequence[Turn]) -> Decide:
    """These turns, and then those that come by themselves. Raises UnfitError."""

    def decide(number: int, able: list[Actor], _: Actor) -> Turn | None:
        if number >= len(turns):
            return None
        if turns[number].actor not in [one.name for one in able]:
            others = ", ".join(one.name for one in able)
            raise UnfitError(f"turn {number + 1}: {turns[number].actor} makes no call; these could: {others}")
        return turns[number]

    return decide


def run(scenario: Scenario[W], turns: Sequence[Turn] | Decide = ()) -> Run[W]:
    """Run a scenario with these turns, and then with the turns that come by themselves. Raises UnfitError.

    The emulator has to answer the code's clients: see `Emulator.every_client`.
    """
    decide = turns if callable(turns) else following(turns)
    world = scenario.world()
    ran = Run(scenario, world)
    try:
        scenario.begin(world)
        ran.begins_at = len(world.stepper.steps)
        world.reap()  # What has ended without a call.
        _take_turns(ran, decide)
        scenario.judge(world, lambda: _take_turns(Run(scenario, world), following(())))
    except AssertionError as error:
        # Only pytest says of a plain assertion what was compared.
        ran.failure = str(error) or str(extract_tb(error.__traceback__)[-1].line)
    except Exception as error:
        for one in (*world.errors, f"in the schedule {ran.line!r}"):
            error.add_note(one)
        raise
    finally:
        world.stepper.after_step = lambda _: None
        with suppress(AssertionError):  # What is stuck stays so. The failure says it.
            world.stepper.end()
        with suppress(AssertionError):
            world.clear()
    return ran


def _take_turns(ran: Run[W], decide: Decide) -> None:
    world, stepper = ran.world, ran.world.stepper
    previous: Actor | None = None
    for number in range(ran.scenario.most_steps):
        able = stepper.able()
        if not able:
            stuck = [one.name for one in stepper.actors if not one.ended]
            assert not stuck, f"{', '.join(stuck)} wait for what never comes"
            return
        by_itself = _next(able, previous)
        turn = decide(number, able, by_itself) or Turn(by_itself.name)
        ran.choices.append(
            Choice(
                tuple(one.name for one in able),
                tuple(one.life.name for one in able),
                tuple(one.life.calls == 0 for one in able),
                tuple(one.pending is not None and world.is_quiet(one.pending) for one in able),
                previous.name if previous else None,
                previous.life.name if previous else None,
                turn,
            )
        )
        previous = next(one for one in able if one.name == turn.actor)
        stepper.step(previous, turn.fate)
        assert not world.seen, world.seen[0]
        if ran.scenario.always is not None and any(step.call.writes for step in stepper.steps[-1:]):
            ran.scenario.always(world)
        world.reap()
    raise AssertionError(f"{ran.scenario.most_steps} calls, and no end")


def _next(able: list[Actor], previous: Actor | None) -> Actor:
    """Whose turn comes by itself: whoever had the last, another thread of its attempt, the one that began first."""
    if previous in able:
        return previous
    of_life = [one for one in able if previous and one.life is previous.life]
    return (of_life or able)[0]
