"""The rejects of one upload as JSON Lines. Pure.

A line is `{"position": 3, "reasons": [{"code", "path", "message", "values"}], "original": …}`. The original is the
record's own text, so nothing is lost: every digit of a number and every repeated member is there. It comes last, so
that `Reject.parse` can find it without parsing it: what was refused may be too large or too deep for a parser.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .outcome import Judged

_raw_decode = json.JSONDecoder().raw_decode


def line(judged: "Judged") -> bytes:
    """One line, with its newline. `original` is null for a record that is too long to keep; the upload still has it."""
    text = judged.record.text
    # In valid JSON a line break can only be white space between tokens.
    original = "null" if text is None else text.replace("\n", " ").replace("\r", " ")
    reasons = json.dumps([reason.as_dict() for reason in judged.reasons])
    return f'{{"position": {judged.record.position}, "reasons": {reasons}, "original": {original}}}\n'.encode()


@dataclass(frozen=True, slots=True)
class Reject:
    """One line, read back. `original` is JSON text."""

    position: int
    reasons: list[dict[str, Any]]
    original: str

    @classmethod
    def parse(cls, line: str) -> "Reject":
        """Read what `line` wrote, without its newline."""
        head, position = '{"position": ', line.index(", ")
        reasons, end = _raw_decode(line, position + len(', "reasons": '))
        return cls(int(line[len(head) : position]), reasons, line[end + len(', "original": ') : -1])


def object_key(key: str, version_id: str) -> str:
    """The key of an upload's rejects in the rejects bucket: readable, and different for every upload.

    `2025/notas.json` gives `2025-notas.json-<digest>.jsonl`. All but letters, digits, `.`, `_` and `-` is replaced,
    since not every tool copes with every key; the digest keeps uploads apart that would then look the same.
    """
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", key)[-100:].strip(".-")
    digest = hashlib.sha256(f"{key}\0{version_id}".encode()).hexdigest()[:32]
    return f"{readable}-{digest}.jsonl"
