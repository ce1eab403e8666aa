"""Level 1, of files and events: every file that is uploaded is taken, whatever it is called, and however it comes."""

from urllib.parse import unquote_plus

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter
from ..drawing import KEYS
from ..learning import Learned, suffix
from ..promise import Promise
from ..trial import BrokenError, Trial

MANY, REPLAYS = "1.8", "1.10"


def _many(trial: Trial, count: int) -> None:
    invoices = trial.invoices(count)
    trial.upload(*invoices)
    trial.holds(*invoices)


def _keys(trial: Trial, name: str) -> None:
    invoice = trial.invoice()
    bench = trial.bench
    key = f"{trial.adapter.prefix}judge/{bench.begun}/{name}{suffix(trial.learned.form, trial.adapter)}"
    bench.upload(trial.document(invoice), key)
    trial.holds(invoice)


def _replays(trial: Trial, times: int) -> None:
    invoice = trial.invoice()
    upload = trial.put(invoice)
    for _time in range(times):
        trial.bench.deliver(upload.event)
    trial.holds(invoice)


def _records(trial: Trial, count: int) -> None:
    invoices = trial.invoices(count)
    uploads = [trial.put(invoice) for invoice in invoices]
    trial.bench.deliver({"Records": [record for one in uploads for record in one.event["Records"]]})
    trial.holds(*invoices)


def _lets_be(trial: Trial, _drawn: None) -> None:
    invoice = trial.invoice()
    trial.bench.strays()
    trial.upload(invoice)
    # What does not trigger it may lie there.
    strays = [key for key in trial.bench.strays() if trial.adapter.is_triggered_by(unquote_plus(key))]
    if strays:
        raise BrokenError(_("it wrote {key} to the bucket that it watches, and S3 told it of that", key=strays[0]))


def no_many(learned: Learned, _adapter: Adapter) -> str:
    """Why it promises nothing about several invoices in a document; "" where it does."""
    return "" if learned.takes_many else _("a document of it holds one invoice")


PROMISES = (
    Promise(
        MANY,
        marked("all invoices of a file are stored"),
        marked("A file may hold several invoices, and each of them makes a row."),
        marked(
            "Write one item for each invoice, under the invoice's own id: the file's name as key leaves one of them."
        ),
        _many,
        lambda _learned, _adapter: st.integers(2, 30),
        no_many,
        examples=5,
    ),
    Promise(
        "1.9",
        marked("any key is read"),
        marked("A file may have any name that S3 allows, with spaces, accents, + and %."),
        marked(
            "S3 encodes the key in its event as in a URL. Python: urllib.parse.unquote_plus(key). Node: "
            'decodeURIComponent(key.replace(/\\+/g, " ")).'
        ),
        _keys,
        lambda _learned, _adapter: KEYS,
        examples=15,
    ),
    Promise(
        REPLAYS,
        marked("replays change nothing"),
        marked("S3 may deliver an event twice, and Lambda may invoke twice for one: the table stays the same."),
        marked(
            "Take the table's key from the invoice, never from uuid4() or the time: so a second write meets the first."
        ),
        _replays,
        lambda _learned, _adapter: st.integers(2, 3),
        examples=4,
    ),
    Promise(
        "1.11",
        marked("all records of an event are read"),
        marked("An event is a list of records, and each of them names a file."),
        marked('Go through event["Records"], not only the first of them.'),
        _records,
        lambda _learned, _adapter: st.integers(2, 4),
        examples=4,
    ),
    Promise(
        "1.12",
        marked("it writes nothing where it listens"),
        marked(
            "A function that writes into the bucket that it watches invokes itself: for ever, or until Lambda stops it."
        ),
        marked(
            "Move finished files to another bucket, or limit the notification to a prefix, such as entrada/, that "
            "nothing is written to."
        ),
        _lets_be,
        lambda _learned, _adapter: st.none(),
        examples=1,
    ),
    Promise(
        "1.13",
        marked("200 invoices end in time"),
        marked("A file of 200 invoices is stored before the function's time is over, at most three attempts long."),
        marked("Raise the function's Timeout, which is 3 s by default, and write 25 items with each call."),
        _many,
        lambda _learned, _adapter: st.just(200),
        no_many,
        (MANY,),
        examples=1,
    ),
    Promise(
        "1.14",
        marked("5,000 invoices end in time"),
        marked("A file of 5,000 invoices is stored before the function's time is over, at most three attempts long."),
        marked("Raise the function's Timeout, which is 3 s by default, and write 25 items with each call."),
        _many,
        lambda _learned, _adapter: st.just(5000),
        no_many,
        (MANY, "1.13"),
        examples=1,
    ),
)
