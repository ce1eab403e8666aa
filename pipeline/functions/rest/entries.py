"""Ledger entries as the API shows them. Pure."""

from ..attributes import Attribute
from ..language import told

_NULL: Attribute = {"NULL": True}


def shown(entry: dict[str, Attribute]) -> dict[str, Attribute]:
    """An entry without what only the function needs. Of `progress`, `{"reading", "judged", "bytes", "at"}` is left.

    `judged` counts the invoices that have their outcome; none has during the first reading. Entries that were written
    before there were checkpoints have neither `progress` nor `stalled_at`; both are null then.
    """
    return {
        **{name: value for name, value in entry.items() if name != "generation"},
        "stalled_at": entry.get("stalled_at", _NULL),
        "progress": _progress(entry.get("progress", _NULL)),
    }


def in_language(entry: dict[str, Attribute], language: str) -> dict[str, Attribute]:
    """An entry with the message of its error in a language."""
    if "M" not in entry["error"]:
        return entry
    error: dict[str, Attribute] = entry["error"]["M"]
    values = error.get("values", {}).get("M", {})
    fault = {
        "code": error["code"]["S"],
        "message": error["message"]["S"],
        "values": {name: value["S"] if "S" in value else int(value["N"]) for name, value in values.items()},
    }
    return {**entry, "error": {"M": {**error, "message": {"S": told(fault, language)}}}}


def _progress(progress: Attribute) -> Attribute:
    if "M" not in progress:
        return _NULL
    made: dict[str, Attribute] = progress["M"]
    reading = made["reading"]
    return {
        "M": {
            "reading": reading,
            "judged": made["position"] if reading == {"N": "2"} else {"N": "0"},
            "bytes": made["bytes"],
            "at": made["at"],
        }
    }
