"""Generations of events: which of several attempts at an upload goes on with it."""

from ..mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "attempts-go-on-side-by-side",
        "two get there sooner than one",
        "functions/aws/ledger.py",
        ' OR attribute_not_exists(#generation) OR #generation <= :generation)"',
        ' OR :generation = :generation)"',
        (
            Edit(
                "functions/aws/ledger.py",
                'is_left = status is Status.PROCESSING and entry.get("generation", continuation.FIRST) '
                "> self._generation",
                "is_left = False",
            ),
        ),
    ),
    Mutant(
        "left-to-its-own-event",
        "who finds the upload taken up leaves it",
        "functions/aws/ledger.py",
        "> self._generation",
        ">= self._generation",
    ),
    Mutant(
        "stalled-and-left-alone",
        "the latest event is the one that counts",
        "functions/aws/ledger.py",
        "#status = :stalled OR attribute_not_exists(#generation)",
        "attribute_not_exists(#generation)",
    ),
    Mutant(
        "taken-up-by-checkpoints-alone",
        "an attempt that came nowhere has taken up nothing",
        "functions/aws/ledger.py",
        'f"SET {first}, #generation = :generation"',
        'f"SET {first}"',
    ),
    Mutant(
        "ended-by-the-latest-event-alone",
        "the others have left it",
        "functions/aws/ledger.py",
        '"progress": None, "generation": None}\n        return self._unless_closed(upload, values) is None\n',
        '"progress": None, "generation": self._generation}\n'
        "        return self._unless_closed(upload, values, _NO_LATER_EVENT) is None\n",
    ),
    Mutant(
        "its-own-values-are-anothers",
        "a condition that fails is another attempt",
        "functions/aws/ledger.py",
        "return None if all(held.get(name) == value for name, value in values.items()) else self._begun(item)",
        "return self._begun(item)",
    ),
    Mutant(
        "each-event-of-the-same-generation",
        "it is the event that counts, not how it came about",
        "functions/continuation.py",
        'int(generation(before).partition("-")[0] or 0) + 1',
        "1",
    ),
    Mutant(
        "generations-sorted-as-words",
        "numbers sort by themselves",
        "functions/continuation.py",
        "{number:08d}-{sender}",
        "{number}-{sender}",
    ),
    Mutant(
        "twins-of-one-generation",
        "who follows the same event is the same",
        "functions/continuation.py",
        "{number:08d}-{sender}",
        "{number:08d}-",
    ),
    Mutant(
        "attempt-without-its-generation",
        "the ledger knows which event is the latest",
        "functions/ingest.py",
        "_services(patience, continuation.generation(event))",
        "_services(patience, continuation.FIRST)",
    ),
    Mutant(
        "giving-up-without-its-generation",
        "what has stalled is of no generation",
        "functions/stalled.py",
        "patience, _generation(event))",
        "patience, continuation.FIRST)",
    ),
    Mutant(
        "stalled-although-it-goes-on",
        "Lambda gave up on it",
        "functions/stalled.py",
        "if begun.status.is_final or begun.is_left:",
        "if begun.status.is_final:",
    ),
    Mutant(
        "left-and-counted-as-an-end",
        "the attempt has ended",
        "functions/ingest.py",
        "    if result.status is Status.PROCESSING:\n",
        "    if False:\n",
    ),
    Mutant(
        "generation-is-shown",
        "an entry is what the ledger has",
        "functions/rest/entries.py",
        '**{name: value for name, value in entry.items() if name != "generation"},',
        "**entry,",
    ),
)
