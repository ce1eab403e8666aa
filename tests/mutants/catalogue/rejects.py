"""Rejects: what is written about a refused invoice, and where."""

from ..mutant import Edit, Mutant

_ORIGINAL = 'original = "null" if text is None else text.replace("\\n", " ").replace("\\r", " ")'

MUTANTS = (
    Mutant(
        "rejects-beside-the-upload",
        "a file's rejects belong beside the file",
        "functions/process.py",
        "buckets = services.rejects_bucket, services.unfinished_bucket",
        "buckets = upload.bucket, services.unfinished_bucket",
    ),
    Mutant(
        "rejects-under-the-key-alone",
        "the key says which upload it was",
        "functions/rejects.py",
        'f"{key}\\0{version_id}".encode()',
        "key.encode()",
    ),
    Mutant(
        "rejects-of-every-attempt",
        "nothing is overwritten where the time is in the name",
        "functions/rejects.py",
        'return f"{readable}-{digest}.jsonl"',
        'return f"{readable}-{digest}-{time.time_ns()}.jsonl"',
        (Edit("functions/rejects.py", "import re\n", "import re\nimport time\n"),),
    ),
    Mutant(
        "positions-from-1",
        "people count from 1",
        "functions/rejects.py",
        '{{"position": {judged.record.position}, ',
        '{{"position": {judged.record.position + 1}, ',
    ),
    Mutant(
        "conflicts-not-written",
        "the rejects are for what was rejected",
        "functions/process.py",
        "                if judged.reasons:\n",
        '                if judged.outcome == "rejected":\n',
    ),
    Mutant(
        "first-reason-only",
        "one reason is enough to refuse an invoice",
        "functions/invoice.py",
        "return list(dict.fromkeys(_still(reasons, rules) + rules))",
        "return (_still(reasons, rules) + rules)[:1]",
    ),
    Mutant(
        "one-reason-a-member",
        "one reason is enough to refuse a member",
        "functions/members.py",
        "    return [reason for rule in rules if (reason := rule(value))]\n",
        "    return [reason for rule in rules if (reason := rule(value))][:1]\n",
    ),
    Mutant(
        "joint-rules-only-for-the-faultless",
        "rules about two members can wait until each is right",
        "functions/invoice.py",
        "    for name, rule in _JOINT_RULES:\n",
        "    for name, rule in () if reasons else _JOINT_RULES:\n",
    ),
    Mutant(
        "original-parsed-and-written-again",
        "json.loads and json.dumps are each other's inverse",
        "functions/rejects.py",
        _ORIGINAL,
        'original = "null" if text is None else json.dumps(json.loads(text))',
    ),
    Mutant(
        "original-with-its-line-breaks",
        "the original as it came",
        "functions/rejects.py",
        _ORIGINAL,
        'original = "null" if text is None else text',
    ),
    Mutant(
        "parts-of-a-megabyte",
        "smaller parts need less memory",
        "functions/aws/rejects.py",
        "PART = 8 * 1024 * 1024",
        "PART = 1024 * 1024",
    ),
)
