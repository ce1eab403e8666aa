"""The NF-e access key (chave de acesso): its format, its check digit, and the issuer it names. Pure.

44 positions: state 2, year and month 4, CNPJ 14, model 2, series 3, number 9, emission type 1, random 8, check digit 1.
Since July 2026 the first 12 positions of a CNPJ may be letters, in the key too (Receita Federal, IN RFB 2.229/2024).
"""

import re

from . import check_digits

FORMAT = re.compile(r"[0-9]{6}[A-Z0-9]{12}[0-9]{26}")


HIGHEST_WEIGHT = 9


def check_digit(first_43: str) -> str:
    """The 44th position."""
    return check_digits.check_digit(first_43, HIGHEST_WEIGHT)


def issuer(key: str) -> str:
    """The issuer's CNPJ: 14 positions, without punctuation."""
    return key[6:20]
