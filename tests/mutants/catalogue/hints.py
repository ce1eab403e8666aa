"""Reasons that help: what a value seems to be, and what they say to write."""

from ..mutant import Mutant

MUTANTS = (
    Mutant(
        "day-comes-first",
        "in Brazil the day comes first",
        "functions/hints/dates.py",
        "orders = [(c, b, a), (c, a, b)]",
        "orders = [(c, b, a)]",
    ),
    Mutant(
        "every-time-is-brasilias",
        "an invoice is issued in Brazil",
        "functions/hints/dates.py",
        'local = "offset" in time.lacks',
        "local = False",
    ),
    Mutant(
        "spreadsheets-count-from-1900",
        "day 1 is 1900-01-01, so day 0 is the day before",
        "functions/hints/moments.py",
        "_DAY_ZERO = date(1899, 12, 30)",
        "_DAY_ZERO = date(1899, 12, 31)",
    ),
    Mutant(
        "comma-before-three-digits-is-decimal",
        "in Brazil the comma is the decimal point",
        "functions/hints/amounts.py",
        'return [decimal] if whole.startswith("0") else [Decimal(whole), decimal]',
        "return [decimal]",
    ),
    Mutant(
        "suggests-what-it-refuses",
        "what can be read can be written",
        "functions/hints/amounts.py",
        "if not accepts(numbers[0]):",
        "if not numbers:",
    ),
    Mutant(
        "names-alike-but-for-accents",
        "lower() makes names comparable",
        "functions/hints/names.py",
        "return _plain(name).translate(_JOINTS)",
        "return name.lower().translate(_JOINTS)",
    ),
    Mutant(
        "key-among-other-digits",
        "the first 44 digits are the key",
        "functions/hints/keys.py",
        "(?<![0-9]){FORMAT.pattern}(?![0-9])",
        "{FORMAT.pattern}",
    ),
    Mutant(
        "cpf-filled-up-to-a-cnpj",
        "a tax id that is too short has lost its zeros",
        "functions/hints/tax_ids.py",
        "    if other.is_right(characters):\n",
        "    if other.is_right(characters) and other is _CNPJ:\n",
    ),
    Mutant(
        "a-value-is-shown-whole",
        "whoever reads a reason wants to see the value",
        "functions/hints/shown.py",
        "return shortened(text, most)",
        "return text",
    ),
    Mutant(
        "hidden-digits-are-wrong-ones",
        "what stands in a tax id are its digits",
        "functions/hints/tax_ids.py",
        '    if _MASKED.fullmatch(value.upper()):\n        return "masked"\n',
        "",
    ),
    Mutant(
        "mongodb-counts-seconds",
        "moments are counted in seconds since 1970",
        "functions/hints/dates.py",
        "moments.since_1970(int(content))",
        "moments.since_1970(int(content), 1)",
    ),
    Mutant(
        "any-number-of-mongodb-is-an-amount",
        "a number is what an amount has to be",
        "functions/hints/amounts.py",
        "isinstance(content, Decimal) and accepts(content)",
        "isinstance(content, Decimal)",
    ),
    Mutant(
        "any-object-with-a-dollar-is-mongodbs",
        "names that begin with a dollar sign are MongoDB's",
        "functions/hints/extended.py",
        "if kind not in _KINDS or not",
        'if not kind.startswith("$") or not',
    ),
)
