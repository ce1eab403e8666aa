"""How a verdict is worded, whatever it is written to."""

from pipeline.words import _, marked

from ..verdict import Outcome, Ruling, Verdict

OUTCOMES = {
    Outcome.KEPT: marked("kept"),
    Outcome.BROKEN: marked("broken"),
    Outcome.UNCLEAR: marked("unclear"),
    Outcome.NOT_APPLICABLE: marked("not applicable"),
}

LEVELS = {
    0: marked("Level 0: it runs"),
    1: marked("Level 1: what was uploaded is stored"),
    2: marked("Level 2: faults and races"),
    3: marked("Level 3: refusals are told"),
    4: marked("Level 4: ledger, reasons and API"),
}

LONGEST_INPUT = 600
"""How many characters of a document are shown."""


def outcome(ruling: Ruling) -> str:
    """What became of the promise, in a word or two."""
    return _(OUTCOMES[ruling.outcome])


def summary(verdict: Verdict) -> str:
    """The whole verdict in a line."""
    return _(
        "{name}: {broken} broken, {kept} kept, {others} not applicable or unclear",
        name=verdict.name,
        broken=len(verdict.broken),
        kept=verdict.count(Outcome.KEPT),
        others=verdict.count(Outcome.NOT_APPLICABLE) + verdict.count(Outcome.UNCLEAR),
    )


def details(ruling: Ruling) -> list[tuple[str, str]]:
    """What there is to say of a broken promise, under headings: what it means, what was seen, how it is mended."""
    promise = ruling.promise
    found = [(_("Promised"), _(promise.means)), (_("Found"), ruling.why)]
    found += [(_("Uploaded as {key}", key=key), document(body)) for key, body in ruling.inputs[:5]]
    if ruling.error:
        found.append((_("Its answer"), ruling.error))
    elif ruling.result:
        found.append((_("It returned, which Lambda takes for success"), ruling.result))
    if ruling.log:
        found.append((_("Its last words"), "\n".join(ruling.log)))
    return [*found, (_("To mend it"), _(promise.mended))]


def document(body: bytes) -> str:
    """A document as a person may read it, cut where it is long."""
    text = body.decode("utf-8", errors="backslashreplace")
    shown = "".join(one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in text)
    return shown if len(shown) <= LONGEST_INPUT else shown[: LONGEST_INPUT - 1] + "…"
