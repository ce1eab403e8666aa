"""The catalogue: every broken pipeline the suite has to find, by subject."""

from ..mutant import Mutant
from . import (
    alarms,
    api,
    batches,
    content,
    continuation,
    documents,
    events,
    ledger,
    names,
    numbers,
    outcomes,
    page,
    patience,
    rejects,
    rules,
    stalled,
    template,
    unfinished,
)

CATALOGUE: tuple[Mutant, ...] = (
    *numbers.MUTANTS,
    *content.MUTANTS,
    *documents.MUTANTS,
    *events.MUTANTS,
    *names.MUTANTS,
    *outcomes.MUTANTS,
    *batches.MUTANTS,
    *ledger.MUTANTS,
    *continuation.MUTANTS,
    *patience.MUTANTS,
    *stalled.MUTANTS,
    *rejects.MUTANTS,
    *unfinished.MUTANTS,
    *rules.MUTANTS,
    *api.MUTANTS,
    *page.MUTANTS,
    *template.MUTANTS,
    *alarms.MUTANTS,
)
