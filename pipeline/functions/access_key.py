"""The NF-e access key (chave de acesso): its format, its check digit, and the issuer it names. Pure.

44 positions: state 2, year and month 4, CNPJ 14, model 2, series 3, number 9, emission type 1, random 8, check digit 1.
Since July 2026 the first 12 positions of a CNPJ may be letters, in the key too (Receita Federal, IN RFB 2.229/2024).
"""

import re

FORMAT = re.compile(r"[0-9]{6}[A-Z0-9]{12}[0-9]{26}")


def check_digit(first_43: str) -> str:
    """The 44th position: modulo 11, weights 2 to 9 from the right. A character counts as its ASCII code minus 48."""
    total = sum((ord(char) - 48) * (2 + index % 8) for index, char in enumerate(reversed(first_43)))
    remainder = total % 11
    return "0" if remainder < 2 else str(11 - remainder)


def issuer(key: str) -> str:
    """The issuer's CNPJ: 14 positions, without punctuation."""
    return key[6:20]
