"""What the rules for texts say as regular expressions of a JSON Schema. Pure.

In the syntax that JSON Schema recommends (ECMA-262), and without classes of characters such as that of white space, in
which readers differ: https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
"""

_SPACES = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CONTROLS = r"\u0000-\u001f\u007f-\u009f"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"

ID = rf"^[^{_CONTROLS}{_SPACES}]([^{_CONTROLS}]*[^{_CONTROLS}{_SPACES}])?$"
"""No control characters, and no white space at either end."""

NOT_BLANK = rf"[^\t-\r\u001c-\u001f\u0085{_SPACES}]"
"""A character that is no white space, somewhere."""

EMPTY_OR_NOT_BLANK = f"^$|{NOT_BLANK}"

DATE = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    rf"([Tt]{_TIME}:([0-5][0-9]|60)(\.[0-9]{{1,9}})?([Zz]|[+-]{_TIME}))?$"
)
"""A day, or a day and a time with offset. Whether that month has so many days, no pattern can say."""

ACCESS_KEY = r"^[0-9]{6}[A-Z0-9]{12}[0-9]{26}$"

CNPJ = r"^[ .\/-]*([0-9A-Z][ .\/-]*){12}([0-9][ .\/-]*){2}$"

CPF = r"^[ .-]*([0-9][ .-]*){11}$"

TAX_ID = f"{CNPJ}|{CPF}"

AMOUNT = r"^[0-9]+(\.[0-9]+)?$"

MONEY = r"^0*[0-9]{1,13}(\.([0-9]{1,2}|[0-9]{2}0{2,}))?$"
"""At most 13 digits and 2 decimals, by value, and never three, which are ambiguous."""
