"""What an audit tells: a few lines of counts and one for each finding, or one JSON object."""

import json

from rich.table import Table

from .audit import Audit
from .comparison import STATUSES
from .console import out
from .ended import STATUS
from .report import printable
from .words import _, plural


def show(audit: Audit) -> None:
    """Print what there is, then what does not hold."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for what, count, more in (
        (_("uploads in the bucket"), audit.objects, ""),
        (_("entries in the ledger"), audit.entries.total(), _statuses(audit)),
        (_("invoices in the table"), audit.invoices, _others(audit)),
        (_("rejects"), audit.reject_lines, plural(audit.reject_objects, "in {count:,} object", "in {count:,} objects")),
        (
            _("events in the failures queue"),
            audit.failures,
            _("roughly; notas redrive sends them") if audit.failures else "",
        ),
    ):
        table.add_row(what, _("{count:,}", count=count), more)
    out.print(table)
    out.print()
    for finding in audit.findings:
        out.print(f"{printable(finding.about)} {printable(finding.message)}", soft_wrap=True)
    if audit.meanwhile:
        out.print(
            plural(
                audit.meanwhile,
                "{count:,} upload went on meanwhile; run it again to compare them to the end",
                "{count:,} uploads went on meanwhile; run it again to compare them to the end",
            )
        )
    found = plural(len(audit.findings), "{count:,} finding", "{count:,} findings")
    out.print(found if audit.findings else _("It all holds."), style="bold")


def _others(audit: Audit) -> str:
    if not audit.others:
        return ""
    return plural(audit.others, "{count} from other programs", "{count} from other programs")


def _statuses(audit: Audit) -> str:
    by_status = [f"{audit.entries[status]} {_(STATUS[status])}" for status in STATUSES if audit.entries[status]]
    gone = [_("{count} whose object is no longer there", count=audit.gone)] if audit.gone else []
    return ", ".join(by_status + gone)


def as_json(cloud: str, stack: str, audit: Audit) -> str:
    """`{"cloud", "stack", "holds", "uploads": {…}, "invoices": {…}, "rejects": {…}, "failures", "findings": […]}`."""
    return json.dumps(
        {
            "cloud": cloud,
            "stack": stack,
            "holds": not audit.findings,
            "uploads": {
                "objects": audit.objects,
                "entries": {status: audit.entries[status] for status in STATUSES},
                "gone": audit.gone,
                "meanwhile": audit.meanwhile,
            },
            "invoices": {"all": audit.invoices, "others": audit.others},
            "rejects": {"all": audit.reject_lines, "objects": audit.reject_objects},
            "failures": audit.failures,
            "findings": [
                {
                    "kind": finding.kind,
                    "about": finding.about,
                    "key": finding.key,
                    "version_id": finding.version_id,
                    "message": finding.message,
                }
                for finding in audit.findings
            ],
        }
    )
