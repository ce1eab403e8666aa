"""A stack's buckets, ledger and invoices, compared with each other. Nothing is written anywhere.

Everything is read as a stream, page by page. What stays in memory is a few counts for each upload, and a bit for each
invoice.

The stack may be at work meanwhile, so the order matters. The rejects are listed before the ledger is read, because an
upload has its entry before it has rejects. The ledger is read before the invoices, because all invoices of an upload
are in the table before its entry counts them. An entry where something does not hold is read again before that is said,
and an upload that went on meanwhile is not at fault.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aws_stack.clouds import Cloud

from .comparison import LOST_MIDWAY, REMOVE_THEM, RESTORE_LEDGER, Fault, Upload, check_rejects, unfinished
from .deploy import Outputs
from .findings import Finding, Kind, Some, invoices
from .functions.additions import PROVENANCE, is_indexed
from .functions.aws.ledger import unmarshal
from .functions.invoice import content_sha256
from .functions.rejects import object_key
from .functions.versions import version_id
from .words import _, marked

Place = tuple[str, str]
"""An upload's place in the ledger: key and version id."""

CHUNK = 256 * 1024

ANEW = marked("Upload the same file again, to have them written anew")


@dataclass(slots=True)
class Audit:
    """What there is, by count, and what of it does not hold.

    `objects` are the versions in the uploads bucket that are uploads. `entries` counts the ledger's entries by status;
    the objects of `gone` of them are no longer there. `meanwhile` are uploads that went on while the audit ran, and
    were not compared to the end. `others` are invoices that other programs stored. `failures` is roughly how many
    events wait in the failures queue.
    """

    objects: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    gone: int = 0
    meanwhile: int = 0
    invoices: int = 0
    others: int = 0
    reject_objects: int = 0
    reject_lines: int = 0
    failures: int = 0
    findings: list[Finding] = field(default_factory=list)


def audit(cloud: Cloud, outputs: Outputs) -> Audit:
    """Compare everything that the stack with these outputs holds."""
    auditor = _Auditor(cloud, outputs)
    auditor.list_rejects()
    auditor.read_ledger()
    auditor.list_uploads()
    auditor.read_invoices()
    auditor.judge_uploads()
    auditor.judge_the_rest()
    auditor.count_failures()
    return auditor.audit


class _Auditor:
    def __init__(self, cloud: Cloud, outputs: Outputs) -> None:
        self.audit = Audit()
        self._outputs = outputs
        self._s3 = cloud.client("s3")
        self._dynamodb = cloud.client("dynamodb")
        self._sqs = cloud.client("sqs")
        self._uploads: dict[Place, Upload] = {}
        """The ledger's entries."""
        self._unreadable: set[Place] = set()
        """Those that cannot be read."""
        self._unheard: dict[Place, str] = {}
        """Objects without an entry, each with the time of its upload."""
        self._unclaimed: set[str] = set()
        """Objects of the rejects bucket to which no entry points."""
        self._nobodys: dict[Place | None, Some] = {}
        """Invoices of uploads that the ledger does not know; of None where it cannot be read whose they are."""

    # Reading

    def list_rejects(self) -> None:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._outputs["RejectsBucket"])
        self._unclaimed.update(found["Key"] for page in pages for found in page.get("Contents", []))
        self.audit.reject_objects = len(self._unclaimed)

    def read_ledger(self) -> None:
        for item in self._scan("UploadsTable"):
            self._take((item["key"]["S"], item["version_id"]["S"]), unmarshal(item))
        self.audit.gone = len(self._uploads) + len(self._unreadable)

    def list_uploads(self) -> None:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._outputs["UploadsBucket"])
        for version in (version for page in pages for version in page.get("Versions", [])):
            if version["Key"].endswith("/") and not version["Size"]:
                continue  # Consoles make these for folders.
            self.audit.objects += 1
            places = _places(version)
            if any(self._is_known(place) for place in places):
                self.audit.gone -= 1
            elif not any(self._came_late(place) for place in places):
                self._unheard[places[0]] = version["LastModified"].isoformat(timespec="seconds")

    def read_invoices(self) -> None:
        for item in self._scan("InvoicesTable"):
            self.audit.invoices += 1
            if PROVENANCE not in item:
                self.audit.others += 1
            else:
                self._take_invoice(item)

    def _take_invoice(self, item: dict[str, Any]) -> None:
        id_, origin = item["id"]["S"], _origin(item)
        place = origin and origin[0]
        # An upload has its entry before its invoices, so one that has none now is not about to get it.
        if place is None or place in self._nobodys or not (self._is_known(place) or self._came_late(place)):
            self._nobodys.setdefault(place, Some()).add(id_)
        elif origin is not None and place in self._uploads:
            _, position, sha256 = origin
            intact = content_sha256(item) == sha256
            self._uploads[place].add(id_, position, intact=intact, indexed=is_indexed(item))

    def _take(self, place: Place, entry: dict[str, Any], *, is_late: bool = False) -> None:
        """Take an entry of the ledger into account, with the rejects that are its."""
        self.audit.entries[str(entry.get("status"))] += 1
        try:
            upload = Upload.of(entry)
        except ValueError as error:
            self._unreadable.add(place)
            self._unclaimed.discard(object_key(*place))
            message = _("has an entry in the ledger that {error}", error=error)
            self._find(Kind.ENTRY, place, f"{message}. {_(RESTORE_LEDGER)}")
            return
        upload.is_late = is_late
        self._uploads[place] = upload
        if upload.rejects:
            self._unclaimed.discard(_in_s3(upload.rejects)[1])
        if not upload.is_final or upload.error in LOST_MIDWAY:
            # An attempt that died may have written them, and so has one that is about to close the entry.
            self._unclaimed.discard(object_key(*place))

    def _is_known(self, place: Place) -> bool:
        return place in self._uploads or place in self._unreadable

    def _came_late(self, place: Place) -> bool:
        """Whether an upload has an entry that was made after the ledger was read."""
        entry = self._entry(place)
        if entry is not None:
            self._take(place, entry, is_late=True)
        return entry is not None

    # Judging

    def judge_uploads(self) -> None:
        for place, upload in self._uploads.items():
            faults = list(upload.compare())
            if upload.is_final and not upload.is_late:
                faults += self._compare_rejects(upload)
                if not faults:
                    continue
            entry = self._entry(place)
            if entry is None or not upload.is_told_by(entry) or (upload.is_late and upload.is_final):
                self.audit.meanwhile += 1
                if upload.is_final:
                    faults = [fault for fault in faults if fault[0] in (Kind.CONTENT, Kind.CUSTOMER)]
            elif not upload.is_final:
                faults.insert(0, unfinished(entry))
            for kind, message in faults:
                self._find(kind, place, message)

    def _compare_rejects(self, upload: Upload) -> Iterator[Fault]:
        if upload.rejects is None:
            return
        bucket, key = _in_s3(upload.rejects)
        if bucket != self._outputs["RejectsBucket"]:
            message = _("has rejects in another bucket, at {url}", url=upload.rejects)
            yield Kind.REJECTS, f"{message}. {_(RESTORE_LEDGER)}"
            return
        try:
            body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
        except self._s3.exceptions.NoSuchKey:
            message = _("has no rejects any more where the ledger says they are, at {url}", url=upload.rejects)
            yield Kind.REJECTS, f"{message}. {_(ANEW)}"
            return
        count, wrong = check_rejects(_lines(body.iter_chunks(CHUNK)), upload.counts.received, upload.refused)
        self.audit.reject_lines += count
        if wrong is not None:
            message = _("has other rejects than the ledger says, at {url}: {wrong}", url=upload.rejects, wrong=wrong)
            yield Kind.REJECTS, f"{message}. {_(ANEW)}"

    def judge_the_rest(self) -> None:
        for place, at in self._unheard.items():
            if self._entry(place) is not None:
                self.audit.meanwhile += 1
                continue
            self._find(
                Kind.UNHEARD,
                place,
                _(
                    "has no entry in the ledger; it was uploaded at {time}. Its event may be on its way, or in the "
                    "failures queue: run notas redrive. If nothing helps, upload the same file again",
                    time=at,
                ),
            )
        for nobody, some in self._nobodys.items():
            if nobody is None:
                about = _("{invoices} in the table", invoices=invoices(some.count))
                message = _("without a readable {name}: {ids}", name=PROVENANCE, ids=some)
                found = Finding(Kind.UNKNOWN_UPLOAD, about, f"{message}. {_(REMOVE_THEM)}")
                self.audit.findings.append(found)
            else:
                message = _(
                    "has no entry in the ledger, but {invoices} in the table: {ids}",
                    invoices=invoices(some.count),
                    ids=some,
                )
                self._find(Kind.UNKNOWN_UPLOAD, nobody, f"{message}. {_(RESTORE_LEDGER)}")
        for key in sorted(self._unclaimed):
            about = f"s3://{self._outputs['RejectsBucket']}/{key}"
            message = _("is in no entry of the ledger. Restore its table, or remove the object if nobody needs it")
            self.audit.findings.append(Finding(Kind.UNCLAIMED_REJECTS, about, message))

    def count_failures(self) -> None:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._outputs["FailuresQueueUrl"], AttributeNames=names)
        self.audit.failures = sum(int(found["Attributes"][name]) for name in names)

    def _find(self, kind: Kind, place: Place, message: str) -> None:
        self.audit.findings.append(Finding.of(kind, *place, message))

    # AWS

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._outputs[table], ConsistentRead=True)
        for page in pages:
            yield from page["Items"]

    def _entry(self, place: Place) -> dict[str, Any] | None:
        key = {"key": {"S": place[0]}, "version_id": {"S": place[1]}}
        answer = self._dynamodb.get_item(TableName=self._outputs["UploadsTable"], Key=key, ConsistentRead=True)
        return unmarshal(answer["Item"]) if "Item" in answer else None


def _places(version: dict[str, Any]) -> list[Place]:
    """Where the ledger may have this version of an object.

    Where versioning is suspended, every version is called `null`, and the ledger tells them apart by their content. It
    did not always do so.
    """
    key, id_ = version["Key"], version["VersionId"]
    return list(dict.fromkeys([(key, version_id(id_, version["ETag"])), (key, id_)]))


def _origin(item: dict[str, Any]) -> tuple[Place, int, str] | None:
    """The upload that brought an invoice, its position there, and its content's hash; None if that cannot be read."""
    try:
        said = item[PROVENANCE]["M"]
        return (said["key"]["S"], said["version_id"]["S"]), int(said["position"]["N"]), said["sha256"]["S"]
    except (KeyError, TypeError, ValueError):
        return None


def _in_s3(url: str) -> tuple[str, str]:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return bucket, key


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their newlines; the last may have none."""
    begun: list[bytes] = []
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield b"".join([*begun, end, b"\n"])
            begun = []
        begun.append(rest)
    if last := b"".join(begun):
        yield last
