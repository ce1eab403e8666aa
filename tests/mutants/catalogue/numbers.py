"""Numbers: their digits, their range, and the sums they must give."""

from ..mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "float-parsed",
        "JSON numbers are floats anyway; Decimal makes them exact again",
        "functions/values.py",
        "parse_float=parse_number",
        "parse_float=lambda text: parse_number(repr(float(text)))",
    ),
    Mutant(
        "float-stored",
        "DynamoDB takes a number as text, and str() of a float is one",
        "functions/attributes.py",
        'return format(_EXACT.normalize(number), "f")',
        "return str(float(_EXACT.normalize(number)))",
        (
            Edit(
                "functions/attributes.py",
                "if _PLAIN.fullmatch(text):",
                "if False:",
            ),
        ),
    ),
    Mutant(
        "rounded-to-38-digits",
        "DynamoDB holds 38 digits, so the rest may go",
        "functions/attributes.py",
        "traps=[Inexact, InvalidOperation]",
        "traps=[InvalidOperation]",
    ),
    Mutant(
        "range-one-too-far",
        "9.99E+125 is under 1E+126, so 126 is the limit",
        "functions/attributes.py",
        "MAX_MAGNITUDE = 125",
        "MAX_MAGNITUDE = 126",
    ),
    Mutant(
        "zero-keeps-its-sign-and-exponent",
        "zero is a number like any other",
        "functions/attributes.py",
        '    if not number:\n        return "0"\n',
        "",
        (
            Edit(
                "functions/attributes.py",
                'return "0" if text == "-0" else text',
                "return text",
            ),
        ),
    ),
    Mutant(
        "digits-counted-together",
        "13 digits are 13 digits",
        "functions/fields.py",
        "digits = value.adjusted() + 1",
        "digits = len(value.as_tuple().digits)",
        (
            Edit(
                "functions/fields.py",
                "return _PLAIN_MONEY.fullmatch(str(value)) is not None",
                "return False",
            ),
        ),
    ),
    Mutant(
        "fifteen-integer-digits",
        "13v2 is a field of 15 digits",
        "functions/fields.py",
        "MAX_INTEGER_DIGITS = 13",
        "MAX_INTEGER_DIGITS = 15",
    ),
    Mutant(
        "trailing-zeros-are-decimals",
        "1500.000 has three decimals, as anyone can see",
        "functions/fields.py",
        'trailing_zeros = len(digits) - len(bytes(digits).rstrip(b"\\0"))',
        "trailing_zeros = 0",
    ),
    Mutant(
        "zero-refused",
        "an invoice of 0 is not an invoice",
        "functions/fields.py",
        "numbers.negative(value) if value < 0 else None",
        "numbers.negative(value) if value <= 0 else None",
        (
            Edit(
                "functions/fields.py",
                "return _PLAIN_MONEY.fullmatch(str(value)) is not None",
                "return False",
            ),
        ),
    ),
    Mutant(
        "amount-matched-at-its-start",
        "match() does what fullmatch() does",
        "functions/fields.py",
        "isinstance(value, str) and _AMOUNT.fullmatch(value)",
        "isinstance(value, str) and _AMOUNT.match(value)",
    ),
    Mutant(
        "amount-strings-as-decimal-reads-them",
        "Decimal knows what a number is",
        "functions/fields.py",
        '_AMOUNT = re.compile(r"[0-9]+(?:\\.[0-9]+)?")',
        '_AMOUNT = re.compile(r"[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")',
    ),
    Mutant(
        "sum-in-floats",
        "sum() adds numbers up",
        "functions/sums.py",
        "total = reduce(_SUM.add, readable, Decimal(0))",
        "total = Decimal(str(sum(map(float, readable))))",
    ),
    Mutant(
        "sum-within-a-cent",
        "lines are rounded, so a cent may be missing",
        "functions/sums.py",
        "return None if total == valor else",
        'return None if abs(total - valor) <= Decimal("0.01") else',
    ),
    Mutant(
        "no-lines-no-sum",
        "where there are no lines there is nothing to add up",
        "functions/sums.py",
        "if not isinstance(lines, list) or len(lines) > MAX_LINES:",
        "if not isinstance(lines, list) or not 0 < len(lines) <= MAX_LINES:",
    ),
    Mutant(
        "quantity-times-price",
        "a line's total is its quantity times its price",
        "functions/sums.py",
        'numbers = [_readable(line, "valor_total") for line in lines]',
        "numbers = [_product(line) for line in lines]",
        (
            Edit(
                "functions/sums.py",
                "def _readable(",
                "def _product(line: object) -> Decimal | None:\n"
                '    quantity, price = _readable(line, "quantidade"), _readable(line, "valor_unitario")\n'
                "    return None if quantity is None or price is None else quantity * price\n\n\n"
                "def _readable(",
            ),
        ),
    ),
    Mutant(
        "discount-added",
        "what stands beside the lines is added to them",
        "functions/sums.py",
        "numbers.append(number.copy_negate() if number is not None and name == TAKEN_OFF else number)",
        "numbers.append(number)",
    ),
    Mutant(
        "discount-negated-by-its-sign",
        "minus makes a number negative",
        "functions/sums.py",
        "number.copy_negate() if",
        "-number if",
    ),
    Mutant(
        "taxes-are-in-the-price",
        "the price of a thing has its taxes in it",
        "functions/sums.py",
        "present = [name for name in AMOUNTS if",
        'present = [name for name in AMOUNTS if name != "impostos" and',
    ),
    Mutant(
        "unreadable-amounts-are-0",
        "what is no number counts for nothing",
        "functions/sums.py",
        "if valor is None or len(readable) < len(numbers):",
        "if valor is None:",
    ),
    Mutant(
        "three-decimals-are-thousandths",
        "a dot is a decimal point",
        "functions/fields.py",
        'return None if isinstance(value, str) and value[-4:-3] == "." else amount(value)',
        "return amount(value)",
    ),
    Mutant(
        "amounts-beside-stay-strings",
        "only valor and the lines count",
        "functions/invoice.py",
        '_AMOUNTS = ("valor", *sums.AMOUNTS)',
        '_AMOUNTS = ("valor",)',
    ),
    Mutant(
        "valor-stays-a-string",
        "an invoice is stored as it came",
        "functions/invoice.py",
        '_AMOUNTS = ("valor", *sums.AMOUNTS)',
        "_AMOUNTS = sums.AMOUNTS",
    ),
    Mutant(
        "line-amounts-stay-strings",
        "of a line's amounts, the total is the one that counts",
        "functions/invoice.py",
        '_LINE_AMOUNTS = ("quantidade", "valor_unitario", "valor_total")',
        '_LINE_AMOUNTS = ("valor_total",)',
    ),
    Mutant(
        "exponent-in-small-letters",
        "e is written e",
        "functions/attributes.py",
        'text.lower().partition("e")',
        'text.partition("e")',
    ),
)
