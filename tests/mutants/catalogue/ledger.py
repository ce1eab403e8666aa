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
        '                ConditionExpression="#status = :processing",\n',
        "",
        (
            Edit(
                "functions/aws/ledger.py",
                '{":processing": Status.PROCESSING.value, **{f":{name}": value for name, value in values.items()}}',
                '{f":{name}": value for name, value in values.items()}',
            ),
        ),
    ),
    Mutant(
        "completed-before-the-rejects-are-written",
        "the counts are known here",
        "functions/process.py",
        "    return counts, rejects.url\n",
        "        services.ledger.complete(upload, counts, rejects.url)\n    return counts, rejects.url\n",
    ),
    Mutant(
        "counts-added-chunk-by-chunk",
        "so that people can watch the counts grow",
        "functions/process.py",
        "            for judged in chunk.judge(holders):\n                counts.add(judged.outcome)\n",
        "            part = Counts()\n            for judged in chunk.judge(holders):\n"
        "                counts.add(judged.outcome)\n                part.add(judged.outcome)\n",
        (
            Edit(
                "functions/process.py",
                "                    rejects.add(judged)\n",
                "                    rejects.add(judged)\n            services.ledger.count(upload, part)\n",
            ),
            Edit("functions/aws/ledger.py", "import dataclass\n", "import asdict, dataclass\n"),
            Edit("functions/aws/ledger.py", '"rejects": rejects, **counts.as_dict()}', '"rejects": rejects}'),
            Edit(
                "functions/aws/ledger.py",
                "    def complete(",
                "    def count(self, upload: Upload, counts: Counts) -> None:\n"
                '        """Add to the entry\'s counts."""\n'
                "        self._dynamodb.update_item(\n"
                "            TableName=self._table,\n"
                "            Key=_key(upload),\n"
                '            UpdateExpression="ADD " + ", ".join(f"#{k} :{k}" for k in asdict(counts)),\n'
                '            ExpressionAttributeNames={f"#{k}": k for k in asdict(counts)},\n'
                '            ExpressionAttributeValues=_marshal({f":{k}": n for k, n in asdict(counts).items()}),\n'
                "        )\n\n"
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
        '"error": error.as_dict()',
        '"error": {"code": error.code, "message": error.message}',
    ),
    Mutant(
        "uploaded-when-taken-up",
        "the event comes at once",
        "functions/aws/ledger.py",
        '"uploaded_at": upload.uploaded_at',
        '"uploaded_at": _now()',
    ),
)
