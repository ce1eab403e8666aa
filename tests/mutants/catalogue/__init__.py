"""The catalogue: every broken pipeline the suite has to find, by subject."""

from ..mutant import Mutant
from . import api, content, documents, events, ledger, numbers, outcomes, rejects, rules, template

CATALOGUE: tuple[Mutant, ...] = (
    *numbers.MUTANTS,
    *content.MUTANTS,
    *documents.MUTANTS,
    *events.MUTANTS,
    *outcomes.MUTANTS,
    *ledger.MUTANTS,
    *rejects.MUTANTS,
    *rules.MUTANTS,
    *api.MUTANTS,
    *template.MUTANTS,
)
