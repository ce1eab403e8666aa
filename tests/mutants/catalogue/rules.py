"""Rules: tax numbers, access keys, dates and texts."""

from ..mutant import Mutant

_ISSUER = "if isinstance(issuer, str) and cnpj.compact(issuer) != access_key.issuer(key):"
_DATE_CHECK = (
    '    try:\n        date(int(parts["year"]), int(parts["month"]), int(parts["day"]))\n    except ValueError:\n'
)

MUTANTS = (
    Mutant(
        "line-total-is-any-number",
        "the sum is checked anyway",
        "functions/invoice.py",
        "    valor_total: _Money\n",
        "    valor_total: _Number\n",
    ),
    Mutant(
        "lines-without-a-limit",
        "what is too large for an item is found when the item is made",
        "functions/invoice.py",
        "    itens: Annotated[list[Line], Field(max_length=MAX_LINES)] = []\n",
        "    itens: list[Line] = []\n",
    ),
    Mutant(
        "letters-count-from-10",
        "A is 10, as in base 36",
        "functions/access_key.py",
        "(ord(char) - 48)",
        "int(char, 36)",
    ),
    Mutant(
        "access-key-of-digits",
        "an access key has 44 digits, as it had until 2026",
        "functions/access_key.py",
        'r"[0-9]{6}[A-Z0-9]{12}[0-9]{26}"',
        'r"[0-9]{44}"',
    ),
    Mutant(
        "check-digit-modulo-10",
        "11 minus the remainder, or the last digit of that",
        "functions/access_key.py",
        'return "0" if remainder < 2 else str(11 - remainder)',
        "return str((11 - remainder) % 10)",
    ),
    Mutant(
        "check-digit-not-checked",
        "the authorities have checked the key",
        "functions/fields.py",
        "return None if value[-1] == expected else",
        "return None if value[-1] and expected else",
    ),
    Mutant(
        "issuer-by-its-root",
        "the first eight positions name the company",
        "functions/invoice.py",
        _ISSUER,
        "if isinstance(issuer, str) and cnpj.compact(issuer)[:8] != access_key.issuer(key)[:8]:",
    ),
    Mutant(
        "issuer-compared-with-its-punctuation",
        "the same text is the same number",
        "functions/invoice.py",
        _ISSUER,
        "if isinstance(issuer, str) and issuer != access_key.issuer(key):",
    ),
    Mutant(
        "cnpj-of-digits",
        "a CNPJ has 14 digits, as it had until 2026",
        "functions/fields.py",
        "if _TAX_ID.fullmatch(value) and cnpj.is_valid(value):",
        "if _TAX_ID.fullmatch(value) and cnpj.compact(value).isdigit() and cnpj.is_valid(value):",
    ),
    Mutant(
        "cpf-by-its-length",
        "eleven digits are a CPF",
        "functions/fields.py",
        "_TAX_ID.fullmatch(value) and cpf.is_valid(value)",
        "_TAX_ID.fullmatch(value) and len(cpf.compact(value)) == 11",
    ),
    Mutant(
        "recipient-not-checked",
        "the issuer is the one who must be right",
        "functions/invoice.py",
        "    destinatario: Party = Party()\n",
        "    destinatario: dict[str, Any] = {}\n",
    ),
    Mutant(
        "leap-day-in-any-year",
        "February has at most 29 days",
        "functions/fields.py",
        'date(int(parts["year"]), ',
        "date(2024, ",
    ),
    Mutant(
        "dates-compared-as-text",
        "dates in this form sort as text, so comparing is enough",
        "functions/fields.py",
        _DATE_CHECK,
        '    if not "0001-01-01" <= value[:10] <= "9999-12-31":\n',
    ),
    Mutant(
        "dates-in-any-digits",
        "\\d is a digit",
        "functions/fields.py",
        'r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"',
        'r"(?P<year>\\d{4})-(?P<month>\\d{2})-(?P<day>\\d{2})"',
    ),
    Mutant(
        "offset-not-asked-for",
        "a time without offset is local time",
        "functions/fields.py",
        '(?P<off_minute>[0-9]{2})))?"',
        '(?P<off_minute>[0-9]{2}))?)?"',
    ),
    Mutant(
        "midnight-at-24",
        "24:00 is the end of a day",
        "functions/fields.py",
        "if hour > 23 or",
        "if hour > 24 or",
    ),
    Mutant(
        "length-in-bytes",
        "a character is a byte",
        "functions/fields.py",
        "    if 1 <= len(value) <= MAX_CHARACTERS:\n",
        "    if 1 <= len(value.encode()) <= MAX_CHARACTERS:\n",
    ),
    Mutant(
        "length-one-short",
        "less than 255 characters",
        "functions/fields.py",
        "    if 1 <= len(value) <= MAX_CHARACTERS:\n",
        "    if 1 <= len(value) < MAX_CHARACTERS:\n",
    ),
    Mutant(
        "blank-means-spaces",
        "blank is nothing but spaces",
        "functions/fields.py",
        "if value and not value.strip() else None",
        'if value and not value.strip(" ") else None',
    ),
    Mutant(
        "id-with-spaces-around",
        "a space at the end is hard to see, so it is forgiven",
        "functions/invoice.py",
        "_keeps(fields.length, fields.no_control_characters, fields.trimmed)",
        "_keeps(fields.length, fields.no_control_characters)",
    ),
    Mutant(
        "control-characters-below-space",
        "control characters are those below the space",
        "functions/fields.py",
        'r"[\\x00-\\x1f\\x7f-\\x9f]"',
        'r"[\\x00-\\x1f]"',
    ),
    Mutant(
        "offset-minutes-not-checked",
        "an offset is a number of hours",
        "functions/fields.py",
        " or off_hour > 23 or off_minute > 59:",
        " or off_hour > 23:",
    ),
    Mutant(
        "endless-fractions",
        "a fraction of a second has digits",
        "functions/fields.py",
        r'(?:\.[0-9]{1,9})?"',
        r'(?:\.[0-9]+)?"',
    ),
)
