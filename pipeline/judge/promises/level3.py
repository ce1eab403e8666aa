"""Level 3, where an implementation declares its refusals: what it does not store, it tells of."""

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter
from ..drawing import MALFORMED, broken, rules
from ..learning import Learned
from ..promise import Promise
from ..trial import BrokenError, Trial
from .level1 import CONFLICTS, no_conflicts, no_rules


def invalid(trial: Trial, rule: str) -> str:
    """Upload a valid invoice and one that breaks a rule. Returns what names the second one; "" if nothing does."""
    customer = f"Cliente {trial.bench.begun}"
    bad = trial.invoice(1, cliente=customer, **broken(rule, trial.learned))
    trial.upload_each([trial.invoice(0), {name: value for name, value in bad.items() if value is not None}])
    if rule in {"no id", "blank id"}:
        return customer if "cliente" in bad else ""
    return str(bad["id"])


def _told(trial: Trial, rule: str) -> None:
    name = invalid(trial, rule)
    if name not in trial.told():
        raise BrokenError(_("an invoice was not stored, and no refusal names {name}", name=name))


def _valid_stored(trial: Trial, rule: str) -> None:
    invalid(trial, rule)
    trial.holds(trial.invoice(0))


def _conflict_told(trial: Trial, _drawn: None) -> None:
    trial.upload(trial.invoice(valor=trial.amount(100)))
    before = trial.told().count(str(trial.invoice()["id"]))
    trial.upload(trial.invoice(valor=trial.amount(200)))
    if trial.told().count(str(trial.invoice()["id"])) <= before:
        raise BrokenError(
            _("nothing tells of the second invoice {id}, which it did not store", id=trial.invoice()["id"])
        )


def _malformed(trial: Trial, body: bytes) -> None:
    key = trial.key("malformada")
    trial.bench.upload(body, key)
    trial.holds()
    if key not in trial.told():
        raise BrokenError(_("nothing tells of the file {key}, which is no document", key=key))


def _nowhere(_learned: Learned, adapter: Adapter) -> str:
    return "" if adapter.refusals else _("refusals are not declared")


def _no_rules(learned: Learned, adapter: Adapter) -> str:
    return _nowhere(learned, adapter) or no_rules(learned, adapter)


def _no_conflicts(learned: Learned, adapter: Adapter) -> str:
    return _nowhere(learned, adapter) or no_conflicts(learned, adapter)


PROMISES = (
    Promise(
        "3.1",
        marked("refused invoices are told"),
        marked("No invoice is dropped silently: each that is not stored is named where the adapter's refusals say."),
        marked(
            "Write what you refuse to a table, a bucket or the log, with its id and the reason. Never pass over it."
        ),
        _told,
        lambda learned, adapter: st.sampled_from(rules(learned, adapter)),
        _no_rules,
        ("1.7",),
        examples=8,
    ),
    Promise(
        "3.2",
        marked("valid invoices beside them are stored"),
        marked("An invoice that breaks a rule does not stop the others of its file."),
        marked("Catch what is wrong with an invoice around that invoice, not around the whole file."),
        _valid_stored,
        lambda learned, adapter: st.sampled_from(rules(learned, adapter)),
        _no_rules,
        ("1.7",),
        examples=8,
    ),
    Promise(
        "3.3",
        marked("conflicts are told"),
        marked("Where the first invoice stays, somebody has to know of the second."),
        marked(
            "Treat ConditionalCheckFailedException as a refusal, unless the invoice there is the same, and tell of it."
        ),
        _conflict_told,
        lambda _learned, _adapter: st.none(),
        _no_conflicts,
        (CONFLICTS,),
        examples=1,
    ),
    Promise(
        "3.4",
        marked("files that are no document are told"),
        marked("A file that is truncated, empty or no JSON stores nothing, and its name is told."),
        marked("Read the whole document before you write anything, catch what the parser raises, and tell the key."),
        _malformed,
        lambda _learned, _adapter: MALFORMED,
        _nowhere,
        examples=7,
    ),
)
