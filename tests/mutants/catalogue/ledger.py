"""The ledger: when an entry opens, when it closes, and with what."""

from ..mutant import Edit, Mutant

_BEGIN = 'f"#{name} = if_not_exists(#{name}, :{name})" for name in first_values'

MUTANTS = (
    Mutant(
        "ledger-entry-opened-anew",
        "an attempt begins with a fresh entry",
        "functions/aws/ledger.py",
        _BEGIN,
        'f"#{name} = :{name}" for name in first_values',
    ),
    Mutant(
        "started-at-of-the-last-attempt",
        "an attempt starts when it starts",
        "functions/aws/ledger.py",
        _BEGIN,
        'f"#{name} = :{name}" if name == "started_at" else f"#{name} = if_not_exists(#{name}, :{name})"\n'
        "                for name in first_values",
    ),
    Mutant(
        "closed-without-condition",
        "whoever gets to the end may write it down",
        "functions/aws/ledger.py",
        '"progress": None, "generation": None}\n        return self._unless_closed(upload, values) is None\n',
        '"progress": None, "generation": None}\n'
        '        self._update(upload, "SET " + ", ".join(f"#{name} = :{name}" for name in values), values)\n'
        "        return True\n",
    ),
    Mutant(
        "completed-before-the-rejects-are-written",
        "the counts are known here",
        "functions/process.py",
        "            closed = ledger.complete(upload, counts, rejects.publish())\n",
        "            closed = ledger.complete(upload, counts, rejects.url)\n            rejects.publish()\n",
        (
            Edit(
                "functions/aws/rejects.py",
                "    def publish(",
                "    @property\n"
                "    def url(self) -> str | None:\n"
                '        """Where the rejects will be."""\n'
                '        return f"s3://{self._bucket}/{self._key}" if any(self.extent) else None\n\n'
                "    def publish(",
            ),
        ),
    ),
    Mutant(
        "counts-added-chunk-by-chunk",
        "so that people can watch the counts grow",
        "functions/process.py",
        "                for judged in chunk.judge(holders):\n                    counts.add(judged.outcome)\n",
        "                part = Counts()\n                for judged in chunk.judge(holders):\n"
        "                    counts.add(judged.outcome)\n                    part.add(judged.outcome)\n",
        (
            Edit(
                "functions/process.py",
                "                if chunk.end != BEGINNING:\n",
                "                self.services.ledger.count(self.upload, part)\n"
                "                if chunk.end != BEGINNING:\n",
            ),
            Edit("functions/aws/ledger.py", '"error": None, **counts.as_dict()}', '"error": None}'),
            Edit(
                "functions/aws/ledger.py",
                "    def complete(",
                "    def count(self, upload: Upload, counts: Counts) -> None:\n"
                '        """Add to the entry\'s counts."""\n'
                '        added = ", ".join(f"#{name} :{name}" for name in counts.as_dict())\n'
                '        self._update(upload, "ADD " + added, counts.as_dict())\n\n'
                "    def complete(",
            ),
        ),
    ),
    Mutant(
        "an-upload-with-rejects-has-failed",
        "a file with errors has failed",
        "functions/aws/ledger.py",
        '{"status": Status.COMPLETED.value, ',
        '{"status": (Status.FAILED if counts.rejected else Status.COMPLETED).value, ',
    ),
    Mutant(
        "error-without-its-place",
        "code and message say what is wrong",
        "functions/aws/ledger.py",
        'Status.FAILED.value, "error": error.as_dict()}',
        'Status.FAILED.value, "error": {"code": error.code, "message": error.message}}',
    ),
    Mutant(
        "uploaded-when-taken-up",
        "the event comes at once",
        "functions/aws/ledger.py",
        '"uploaded_at": upload.uploaded_at',
        '"uploaded_at": _now()',
    ),
)
