"""The verdict for programs: one JSON object, or JUnit's XML."""

import json
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405 # it writes, and reads nothing

from pipeline.words import _

from ..verdict import Outcome, Verdict
from . import wording


def as_json(verdict: Verdict) -> str:
    """`{"name", "kept", "broken", "promises": [{"number", "level", "name", "outcome", "why", "inputs", …}]}`.

    Beside the `inputs`, which are `{"key", "document"}`, there are the function's `error` or `result`, and its `log`.
    """
    promises = [
        {
            "number": one.promise.number,
            "level": one.promise.level,
            "name": one.promise.name,
            "outcome": one.outcome.value,
            "why": one.why,
            "inputs": [
                {"key": key, "document": body.decode("utf-8", errors="backslashreplace")} for key, body in one.inputs
            ],
            "error": one.error,
            "result": one.result,
            "log": list(one.log),
        }
        for one in verdict.rulings
    ]
    counts = {"kept": verdict.count(Outcome.KEPT), "broken": len(verdict.broken)}
    return json.dumps({"name": verdict.name, **counts, "promises": promises}, ensure_ascii=False)


def as_junit(verdict: Verdict) -> bytes:
    """A suite of tests, one for each promise. Those that are not applicable, or unclear, are skipped."""
    rulings = verdict.rulings
    skipped = [one for one in rulings if one.outcome in {Outcome.NOT_APPLICABLE, Outcome.UNCLEAR}]
    suite = Element(
        "testsuite",
        name=f"notas judge: {verdict.name}",
        tests=str(len(rulings)),
        failures=str(len(verdict.broken)),
        skipped=str(len(skipped)),
        errors="0",
    )
    for one in rulings:
        level = _(wording.LEVELS[one.promise.level])
        case = SubElement(
            suite, "testcase", classname=f"{verdict.name}.{level}", name=f"{one.promise.number} {_(one.promise.name)}"
        )
        if one.outcome is Outcome.BROKEN:
            failure = SubElement(case, "failure", message=_legal(one.why))
            failure.text = _legal("\n".join(f"{heading}:\n{text}" for heading, text in wording.details(one)))
        elif one in skipped:
            SubElement(case, "skipped", message=_legal(f"{wording.outcome(one)}: {one.why}"))
    return bytes(tostring(suite, encoding="utf-8", xml_declaration=True))


def _legal(text: str) -> str:
    """Text without the characters that XML 1.0 has no way to write."""
    return "".join(one if one in "\t\n" or one.isprintable() else "�" for one in text)
