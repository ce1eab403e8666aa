"""What attempts live in: the cloud's state, and events that Lambda delivers, and delivers again where they failed.

Lambda as AWS documents it: an event whose attempt failed is tried twice more, and then Lambda gives up on it.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import itertools
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from string import ascii_lowercase
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from ..stack import new_account
from .calls import Call
from .emulator import client, emulator
from .stepping import Actor, Fate, Killed, Life, Step, Stepper

TRIES = 3
"""How often Lambda tries an event."""

MOST_ATTEMPTS = 24
"""More attempts than a schedule should need: what has as many never ends."""

Handler = Callable[[Any, Any], object]
"""A function as Lambda calls it, with an event and a context."""


class EndlessError(AssertionError):
    """Attempts follow one another without an end."""


@dataclass
class Attempt:
    """One run of a function: its event, and which try of it this is."""

    actor: Actor
    handler: Handler
    event: Any
    tries: int
    reaped: bool = False


@dataclass(repr=False)  # What an assertion compared is told with it.
class World:
    """One schedule's attempts, in an account of its own, which is empty.

    `errors` are those that attempts raised, such as `a raised KeyError: 'id'`. `given_up` counts the events that Lambda
    tried three times in vain. What is in `seen` may never be seen: it ends the schedule, which fails.
    """

    most_attempts: int = MOST_ATTEMPTS
    stepper: Stepper = field(default_factory=Stepper)
    attempts: list[Attempt] = field(default_factory=list)
    given_up: int = 0
    errors: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    account: str = field(default_factory=new_account)

    def __post_init__(self) -> None:
        self._names = ("".join(pair) for pair in itertools.product(["", *ascii_lowercase], ascii_lowercase))
        emulator().struck = None
        emulator().account = self.account

    # What a scenario says

    def client(self, service: str) -> Any:
        """A boto3 client. What a scenario asks by it, before or after the schedule, is no step."""
        emulator().account = self.account  # Another world may have begun since.
        return client(service)

    def invoke(self, handler: Handler, event: Any, what: str = "") -> Actor:
        """A function is invoked asynchronously, as services do for events. `what` says in words what the attempt is."""
        return self.attempt(handler, event, what or f"{handler.__name__} with {event!r}")

    def alone(self, *actors: Actor) -> None:
        """Run these to their ends, before the schedule begins."""
        for one in actors:
            while one.life.dead is False and (able := [of for of in self.stepper.able() if of.life is one.life]):
                self.stepper.step(able[0], Fate.GOES)
        self.reap()

    # What happens by itself

    def attempt(self, handler: Handler, event: Any, what: str, tries: int = 1, context: Any = None) -> Actor:
        """A function begins."""
        if len(self.attempts) == self.most_attempts:
            raise EndlessError(f"{self.most_attempts} attempts, and no end")
        seen = context or self.context()
        life = Life(next(self._names), what)
        own = deepcopy(event)  # Lambda gives each attempt its own.
        actor = self.stepper.spawn(life.name, life, lambda: handler(own, seen))
        self.attempts.append(Attempt(actor, handler, event, tries))
        return actor

    def context(self) -> Any:
        """What Lambda gives a function besides the event."""
        return SimpleNamespace(
            aws_request_id=str(uuid4()),
            function_name="function",
            function_version="$LATEST",
            invoked_function_arn="function",
            memory_limit_in_mb="128",
            get_remaining_time_in_millis=lambda: 900_000,
        )

    def reap(self) -> None:
        """Lambda sees which attempts have ended, and tries again what failed."""
        # An attempt that was killed may have threads that have not seen it yet; they make no more calls.
        while over := [one for one in self.attempts if not one.reaped and (one.actor.ended or one.actor.life.dead)]:
            for one in over:
                one.reaped = True
                self._look_at(one)

    def _look_at(self, over: Attempt) -> None:
        error = over.actor.error
        if error is None and not over.actor.life.dead:
            return
        if error is not None and not isinstance(error, Killed) and not self.may_fail(over):
            self.errors.append(f"{over.actor.name} raised {type(error).__name__}: {error}")
        self.again(over)

    def may_fail(self, attempt: Attempt) -> bool:
        """Whether an attempt may raise an error that is not its own."""
        del attempt
        return False

    def again(self, failed: Attempt) -> None:
        """Try an event once more, or give up on it."""
        if failed.tries < TRIES:
            self.attempt(failed.handler, failed.event, f"Lambda's retry of {failed.actor.name}", failed.tries + 1)
        else:
            self.give_up(failed)

    def give_up(self, failed: Attempt) -> None:
        """What becomes of an event that was tried three times."""
        del failed
        self.given_up += 1

    # What is told, and left

    def is_quiet(self, call: Call) -> bool:
        """Whether a call reads what nobody writes, so that nobody sees when it is made."""
        del call
        return False

    def told(self, step: Step) -> str:
        """A step's call in a line."""
        return str(step.call)

    def shortened(self, text: str) -> str:
        """What is told, without what only this schedule has in it."""
        return text.replace(self.account, "…")

    def clear(self) -> None:
        """Remove what the schedule has left, so that later ones are as fast."""
