"""What an adapter may say, and as what."""

from pipeline.words import marked

TEXT, NUMBER, SWITCH = marked("a text"), marked("a number"), marked("true or false")
LIST, SECTION = marked("a list of texts"), marked("names and values")

_TYPES: dict[str, tuple[type, ...]] = {TEXT: (str,), NUMBER: (int, float), SWITCH: (bool,), SECTION: (dict,)}

KINDS: dict[str, str] = {
    "name": TEXT,
    "root": TEXT,
    "template": TEXT,
    "function": TEXT,
    "handler": TEXT,
    "runtime": TEXT,
    "table": TEXT,
    "key": TEXT,
    "key_type": TEXT,
    "timeout": NUMBER,
    "requirements": TEXT,
    "package": LIST,
    "environment": SECTION,
    "members": SECTION,
    "row": SECTION,
    "forms": LIST,
    "suffixes": LIST,
    "prefix": TEXT,
    "sample": TEXT,
    "cents": SWITCH,
    "amounts_as_text": SWITCH,
    "extras": SWITCH,
    "rules": LIST,
    "conflicts": SWITCH,
    "refusals": SECTION,
    "ledger": SECTION,
}

REFUSALS = {"table": TEXT, "table_key": TEXT, "bucket": TEXT, "log": SWITCH}
LEDGER = {"table": TEXT, "key": TEXT, "version": TEXT, "counts": SECTION}


def is_of(kind: str, value: object) -> bool:
    """Whether a value is of a kind."""
    if kind == LIST:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    # A bool is an int, too.
    return isinstance(value, _TYPES[kind]) and (kind == SWITCH or not isinstance(value, bool))
