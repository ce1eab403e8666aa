"""Level 4, where an implementation declares more: a ledger whose counts add up, and where its refusals say why."""

import re
from typing import Any

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter, Ledger
from ..bench import Upload
from ..drawing import MALFORMED, MEMBER_OF, broken, rules
from ..learning import Learned
from ..promise import Promise
from ..trial import BrokenError, Trial
from .level1 import CONFLICTS, no_conflicts, no_rules
from .level1_files import MANY, no_many
from .level3 import invalid


def _ledger(trial: Trial) -> Ledger:
    ledger = trial.adapter.ledger
    assert ledger is not None  # nosec B101 # `_undeclared` has looked
    return ledger


def _entry(trial: Trial, upload: Upload) -> dict[str, Any]:
    ledger = _ledger(trial)
    version = upload.event["Records"][0]["s3"]["object"]["versionId"]
    for row in trial.bench.rows(ledger.table):
        if row.get(ledger.key) == upload.key and (not ledger.version or row.get(ledger.version) == version):
            return row
    raise BrokenError(_("the ledger has no entry for the file {key}", key=upload.key))


def _counts(trial: Trial, drawn: tuple[int, int, int, int]) -> None:
    stored, duplicates, conflicts, rejected = drawn
    first = trial.invoices(stored)
    invalid = {"valor": broken("negative", trial.learned)["valor"]}
    body = trial.document(
        *first,
        *first[:1] * duplicates,
        *[{**first[0], "cliente": f"Outro {number}"} for number in range(conflicts)],
        *[trial.invoice(1000 + number, **invalid) for number in range(rejected)],
    )
    upload = trial.bench.put(body, trial.key())
    trial.bench.deliver(upload.event)
    entry = _entry(trial, upload)
    expected = dict(zip(("stored", "duplicates", "conflicts", "rejected"), drawn, strict=True))
    expected["received"] = sum(drawn)
    for name, attribute in _ledger(trial).counts.items():
        if entry.get(attribute) != expected[name]:
            raise BrokenError(
                _(
                    "{name} is {found} in the ledger, not {count}",
                    name=attribute,
                    found=entry.get(attribute),
                    count=expected[name],
                )
            )


def _entries(trial: Trial, body: bytes) -> None:
    upload = trial.bench.put(body, trial.key("malformada"))
    trial.bench.deliver(upload.event)
    _entry(trial, upload)


def _reasons(trial: Trial, rule: str) -> None:
    name = invalid(trial, rule)
    member = trial.adapter.members[MEMBER_OF[rule]]
    found = trial.reasons(name)
    if not any(re.search(rf"\b{re.escape(member)}\b", one) for one in found):
        raise BrokenError(
            _(
                "the reason for refusing {name} is {found}; it does not name the member {member}",
                name=name,
                found=", ".join(found) or '""',
                member=member,
            )
        )


def _no_reasons(learned: Learned, adapter: Adapter) -> str:
    if not (adapter.refusals and adapter.refusals.reasons):
        return _("no reasons are declared")
    return no_rules(learned, adapter)


def _undeclared(_learned: Learned, adapter: Adapter) -> str:
    return "" if adapter.ledger else _("no ledger is declared")


def _no_counts(learned: Learned, adapter: Adapter) -> str:
    if not (adapter.ledger and adapter.ledger.counts):
        return _("no ledger is declared")
    if why_not := no_many(learned, adapter):
        return why_not
    if "negative" not in rules(learned, adapter):
        return _("no rules are declared")
    return no_conflicts(learned, adapter)


PROMISES = (
    Promise(
        "4.1",
        marked("counts add up"),
        marked("Every invoice of a file is counted once: received = stored + duplicates + conflicts + rejected."),
        marked("Count outcomes, not attempts, and write the counts once, at the end."),
        _counts,
        lambda _learned, _adapter: st.tuples(*[st.integers(low, 3) for low in (1, 0, 0, 0)]),
        _no_counts,
        (CONFLICTS, "1.7", MANY),
        examples=8,
    ),
    Promise(
        "4.2",
        marked("every upload has an entry"),
        marked("Also a file that is no document has its entry in the ledger."),
        marked("Write the entry before you read the file, and update it when you know how it ended."),
        _entries,
        lambda _learned, _adapter: MALFORMED,
        _undeclared,
        examples=7,
    ),
    Promise(
        "4.3",
        marked("reasons name the member"),
        marked("Whoever reads why an invoice was refused learns which of its members breaks a rule."),
        marked("Write the member's name into the reason, such as: valor is -1, but an amount is 0 or more."),
        _reasons,
        lambda learned, adapter: st.sampled_from(rules(learned, adapter)),
        _no_reasons,
        ("1.7", "3.1"),
        examples=8,
    ),
)
