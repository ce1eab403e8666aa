"""Events: which upload they name, which bytes are read, and what happens after a failure."""

from ..mutant import Edit, Mutant

_FAILED = "            result = Result(Status.FAILED, Counts(), error, replayed=not ledger.fail(upload, error))\n"

MUTANTS = (
    Mutant(
        "key-not-decoded",
        "the event has the key",
        "functions/aws/uploads.py",
        'key=unquote_plus(s3_object["key"])',
        'key=s3_object["key"]',
    ),
    Mutant(
        "key-unquoted-without-plus",
        "a key is quoted as a URL is",
        "functions/aws/uploads.py",
        "from urllib.parse import unquote_plus\n",
        "from urllib.parse import unquote\n",
        (Edit("functions/aws/uploads.py", 'key=unquote_plus(s3_object["key"])', 'key=unquote(s3_object["key"])'),),
    ),
    Mutant(
        "key-decoded-twice",
        "to be sure that nothing is left quoted",
        "functions/aws/uploads.py",
        'key=unquote_plus(s3_object["key"])',
        'key=unquote_plus(unquote_plus(s3_object["key"]))',
    ),
    Mutant(
        "latest-version-read",
        "bucket and key say which object it is",
        "functions/aws/uploads.py",
        '            "VersionId": s3_version(upload.version_id),\n',
        "",
    ),
    Mutant(
        "version-by-its-other-name",
        "S3's API calls it VersionId",
        "functions/aws/uploads.py",
        's3_object.get("versionId")',
        's3_object.get("VersionId")',
    ),
    Mutant(
        "size-by-its-other-name",
        "S3's API calls it Size",
        "functions/aws/uploads.py",
        's3_object.get("size", 0)',
        's3_object.get("Size", 0)',
    ),
    Mutant(
        "first-record-only",
        "S3 sends one record per event",
        "functions/ingest.py",
        'for record in event["Records"]:',
        'for record in event["Records"][:1]:',
    ),
    Mutant(
        "errors-swallowed",
        "it is in the log",
        "functions/ingest.py",
        "            failures.append(error)\n",
        "            del error\n",
    ),
    Mutant(
        "first-failure-stops-the-others",
        "Lambda retries the event anyway",
        "functions/ingest.py",
        "            failures.append(error)\n",
        "            raise error\n",
    ),
    Mutant(
        "lines-by-the-plain-suffix",
        "a file of lines ends in .jsonl",
        "functions/aws/uploads.py",
        "                return layout\n",
        "                return layout if self.key.lower().endswith(suffix) else Layout.JSON\n",
    ),
    Mutant(
        "lines-by-any-part-of-the-key",
        "the key says .jsonl",
        "functions/aws/uploads.py",
        "        for suffix, layout in LAYOUTS.items():\n",
        '        if ".jsonl" in name:\n            return Layout.LINES\n'
        "        for suffix, layout in LAYOUTS.items():\n",
    ),
    Mutant(
        "gone-version-retried",
        "a missing object has no key, says S3",
        "functions/aws/uploads.py",
        'case "NoSuchKey" | "NoSuchVersion" | "404" | "MethodNotAllowed":',
        'case "NoSuchKey":',
    ),
    Mutant(
        "every-refusal-of-s3-is-a-missing-object",
        "what cannot be read is not there",
        "functions/aws/uploads.py",
        'case "NoSuchKey" | "NoSuchVersion" | "404" | "MethodNotAllowed":',
        "case _ if code:",
    ),
    Mutant(
        "broken-off-body-is-the-end",
        "no more bytes come, so that was all",
        "functions/aws/uploads.py",
        "            except (*LOST, IncompleteReadError) as error:\n                pauses.wait(error)\n",
        "            except (*LOST, IncompleteReadError):\n                return\n",
    ),
    Mutant(
        "document-faults-raised",
        "a failed upload is a failed invocation",
        "functions/process.py",
        _FAILED,
        "            ledger.fail(upload, error)\n            raise\n",
    ),
    Mutant(
        "document-faults-left-to-lambda",
        "what fails is retried, and then waits in the failures queue",
        "functions/process.py",
        _FAILED,
        "            raise error\n",
    ),
    Mutant(
        "no-retries-inside",
        "Lambda retries, so the client need not",
        "functions/aws/clients.py",
        '"total_max_attempts": 3',
        '"total_max_attempts": 1',
        (
            Edit(
                "functions/aws/patience.py",
                "                if not passes(error):\n                    raise\n"
                "                pauses.wait(error)\n",
                "                raise\n",
            ),
        ),
    ),
    Mutant(
        "a-minute-for-an-answer",
        "the default time-out is good enough",
        "functions/aws/clients.py",
        "    connect_timeout=3,\n    read_timeout=10,\n",
        "    connect_timeout=3,\n",
    ),
    Mutant(
        "redrive-of-one-batch",
        "a queue gives all it has at once",
        "redrive.py",
        "        while messages := ",
        "        if messages := ",
    ),
    Mutant(
        "redriven-once-received",
        "a message that was received is gone from the queue",
        "redrive.py",
        "            try:\n                payload = ",
        "            queue.remove(message)\n            try:\n                payload = ",
    ),
)
