"""The rejects of one upload as JSON Lines. Pure.

A line is `{"position": 3, "original": …, "reasons": [{"code": …, "path": …, "message": …}]}`. The original is the
record's own text, so nothing of it is lost: not a number's digits, not a member that stands twice.
"""

import hashlib
import json
import re

from .outcome import Judged


def line(judged: Judged) -> bytes:
    """One line, with its newline. `original` is null for a record too long to be held; the upload still has it."""
    text = judged.record.text
    # In valid JSON a line break can only be white space between tokens.
    original = "null" if text is None else text.replace("\n", " ").replace("\r", " ")
    reasons = json.dumps([reason.as_dict() for reason in judged.reasons])
    return f'{{"position": {judged.record.position}, "original": {original}, "reasons": {reasons}}}\n'.encode()


def object_key(key: str, version_id: str) -> str:
    """Where the rejects of an upload lie in the rejects bucket: one place an upload, a readable name, any key.

    `2025/notas.json` gives `2025-notas.json-` and a digest: keys may have dots and slashes that no other key survives.
    """
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", key)[-100:].strip(".-")
    digest = hashlib.sha256(f"{key}\0{version_id}".encode()).hexdigest()[:32]
    return f"{readable}-{digest}.jsonl"
