"""A schedule for a person: who is who, every call in its order, who was killed where, and how to see it again."""

from .running import Run, W
from .stepping import Fate

_FATES = {
    Fate.GOES: "",
    Fate.KILLED_BEFORE: "  ✗ killed before this call",
    Fate.KILLED_AFTER: "  ✗ killed after this call: its answer is lost",
    Fate.KILLED_LATE: "  ✗ killed with this call on its way",
}


def told(ran: Run[W]) -> str:
    """All of it.

    likes: two likes at once
      a  is one like
      b  is another
         1. a  GetItem Counters likes
         2. b  …
    failed: …
    again: aws_schedules.run(…, 'a b:2 a')
    """
    world = ran.world
    lines = [f"{ran.scenario.name}: {ran.scenario.what}"]
    lives = list(dict.fromkeys((one.life.name, one.life.what) for one in world.stepper.actors))
    width = max((len(one.name) for one in world.stepper.actors), default=0)
    lines += [f"  {name:<{width}}  is {what}" for name, what in lives]
    for number, step in enumerate(world.stepper.steps):
        if number == ran.begins_at and number:
            lines.append("  ---- before the schedule; its turns are:")
        came = f" → {step.outcome}" if step.outcome else ""
        struck = f"  ✗ {step.struck}" if step.struck else ""
        call = f"{world.told(step)}{came}{struck}{_FATES[step.fate]}"
        lines.append(f"  {number + 1 - ran.begins_at:>4}. {step.actor:<{width}}  {call}")
    lines += [f"  {error}" for error in world.errors]
    if ran.failure:
        lines.append(f"failed: {ran.failure}")
    again = ran.scenario.again(ran.line)
    if again:
        lines.append(f"again: {again}")
    return world.shortened("\n".join(lines))
