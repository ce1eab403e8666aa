"""Level 1, of invoices: what is stored is what was uploaded, once, and stays so."""

from typing import Any

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter
from ..drawing import DATES, EXTRAS, NAMES, broken, cents, has_iso_date, rules
from ..learning import CENTS, Learned
from ..promise import Promise
from ..trial import EXTRA, BrokenError, Trial

CONFLICTS = "1.5"


def _exact(trial: Trial, amount: int) -> None:
    invoice = trial.invoice(valor=trial.amount(amount))
    trial.upload(invoice)
    if amount == 0 and not trial.bench.rows():
        raise BrokenError(_("an invoice with the amount 0 is not stored; an amount is 0 or more"))
    trial.holds(invoice, members=["valor"])


def _takes_cents(trial: Trial, _drawn: None) -> None:
    if trial.learned.style != CENTS:
        raise BrokenError(_("it stored no invoice with the amount 2878.1 as a number, as real files have it"))


def _members(trial: Trial, drawn: tuple[str, str]) -> None:
    cliente, day = drawn
    # Where its own dates look otherwise, it is not asked to take these.
    dated: dict[str, Any] = {"data_emissao": day} if has_iso_date(trial.learned) else {}
    invoice = trial.invoice(cliente=cliente, **dated)
    trial.upload(invoice)
    trial.holds(invoice, members=["cliente", "data_emissao"])


def _conflicts(trial: Trial, amounts: list[int]) -> None:
    first, *later = [trial.invoice(valor=trial.amount(amount)) for amount in amounts]
    trial.upload(first)
    before = trial.amounts()
    for invoice in later:
        trial.upload(invoice)
    trial.holds(first)
    if trial.amounts() != before:
        after = trial.amounts()
        raise BrokenError(
            _("the table had {before} for the first invoice, and has {after}", before=before[0], after=after[0])
        )


def _repeats(trial: Trial, times: int) -> None:
    invoice = trial.invoice()
    if trial.learned.takes_many:
        trial.upload(*[invoice] * times)
        # Before the next upload, which would store what a refused batch did not.
        trial.holds(invoice)
    for _time in range(times - 1):
        trial.upload(invoice)
    trial.holds(invoice)


def _rules(trial: Trial, rule: str) -> None:
    invoice = trial.invoice(**broken(rule, trial.learned))
    trial.upload({name: value for name, value in invoice.items() if value is not None})
    trial.holds()


def _extras(trial: Trial, extras: dict[str, Any]) -> None:
    invoice = trial.invoice(**{f"{EXTRA}{name}": value for name, value in extras.items()})
    trial.upload(invoice)
    trial.holds(invoice, members=invoice)


def _no_extras(_learned: Learned, adapter: Adapter) -> str:
    return "" if adapter.extras else _("extras is not declared")


def _no_cents(learned: Learned, adapter: Adapter) -> str:
    if not adapter.cents:
        return _("cents = false is declared")
    return _("its sample has amounts without cents") if adapter.sample and learned.style != CENTS else ""


def no_rules(learned: Learned, adapter: Adapter) -> str:
    """Why it promises nothing about rules; "" where it does."""
    return "" if rules(learned, adapter) else _("no rules are declared")


def _no_amount(learned: Learned, _adapter: Adapter) -> str:
    return "" if "valor" in learned.base else _("its invoices have no {member}", member="valor")


def no_conflicts(learned: Learned, adapter: Adapter) -> str:
    """Why it promises nothing about two invoices of one id; "" where it does."""
    return _no_amount(learned, adapter) if adapter.conflicts else _("conflicts = false is declared")


PROMISES = (
    Promise(
        "1.1",
        marked("amounts have cents"),
        marked("An amount may be a JSON number with decimals, such as 2878.1: that is how real files have it."),
        marked(
            "boto3 refuses Python's floats. Read the document by json.loads(text, parse_float=Decimal), and convert "
            "nothing afterwards."
        ),
        _takes_cents,
        lambda _learned, _adapter: st.none(),
        _no_cents,
        examples=1,
    ),
    Promise(
        "1.2",
        marked("amounts are exact"),
        marked(
            "An amount is in the table as the number that it is in the file: from 0, up to 13 digits and 2 decimals."
        ),
        marked(
            "Never take an amount through a float: Decimal(2878.1) is 2878.09999999999990905…. Store a number, not a "
            "text, or nobody can sum or compare it."
        ),
        _exact,
        cents,
        _no_amount,
        examples=12,
    ),
    Promise(
        "1.3",
        marked("members are kept"),
        marked("Customer and date are in the table as they are in the file, letter by letter."),
        marked("Decode the object as UTF-8, and change no member on its way into the table."),
        _members,
        lambda _learned, _adapter: st.tuples(NAMES, DATES),
        examples=12,
    ),
    Promise(
        "1.4",
        marked("other members are kept"),
        marked("What else an invoice has is in the table as it came: lists, objects, null."),
        marked("Put the whole invoice into the item, not a choice of its members."),
        _extras,
        lambda _learned, _adapter: st.dictionaries(NAMES, EXTRAS, min_size=1, max_size=3),
        _no_extras,
    ),
    Promise(
        CONFLICTS,
        marked("the first invoice stays"),
        marked("An issued invoice never changes. A later one with the same id and other content does not replace it."),
        marked(
            'Write with ConditionExpression="attribute_not_exists(id)", and treat ConditionalCheckFailedException as a '
            "conflict. batch_writer knows no conditions."
        ),
        _conflicts,
        lambda _learned, _adapter: st.lists(
            st.integers(1, 1000).map(lambda units: units * 100), min_size=2, max_size=3, unique=True
        ),
        no_conflicts,
        examples=5,
    ),
    Promise(
        "1.6",
        marked("repeated invoices are stored once"),
        marked("The same invoice twice, in one file or in two, makes one row."),
        marked(
            "Make the invoice's own id the key of the table. BatchWriteItem refuses a batch that has a key twice: "
            'batch_writer(overwrite_by_pkeys=["id"]), or conditional writes.'
        ),
        _repeats,
        lambda _learned, _adapter: st.integers(2, 3),
        examples=3,
    ),
    Promise(
        "1.7",
        marked("rules are checked"),
        marked(
            "An invoice that breaks a rule is not stored: an amount below 0 or not a number, a missing or blank id, a "
            "date that does not exist."
        ),
        marked("Check every invoice before you write it. Tell of those that you refuse: level 3 is about that."),
        _rules,
        lambda learned, adapter: st.sampled_from(rules(learned, adapter)),
        no_rules,
        examples=8,
    ),
)
