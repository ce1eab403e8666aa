"""The NF-e access key (chave de acesso): its format, its check digit, and the issuer it names. Pure.

44 positions: state 2, year and month 4, CNPJ 14, model 2, series 3, number 9, emission type 1, random 8, check digit 1.
Since July 2026 the first 12 positions of a CNPJ may be letters, in the key too (Receita Federal, IN RFB 2.229/2024).
"""

import re

from . import check_digits

FORMAT = re.compile(r"[0-9]{6}[A-Z0-9]{12}[0-9]{26}")
POSITIONS = 44


HIGHEST_WEIGHT = 9


def check_digit(first_43: str) -> str:
    """The 44th position."""
    return check_digits.check_digit(first_43, HIGHEST_WEIGHT)


def issuer(key: str) -> str | None:
    """Whom a key names as its issuer: 14 positions, a CNPJ, or a CPF with three zeros before it.

    None in the series 890 to 899: such an NF-e is issued at the tax office's site, and the key has the office's CNPJ
    (Manual de Orientação do Contribuinte 7.00, table 2-4).
    """
    return None if "890" <= key[22:25] <= "899" else key[6:20]


def person(cpf: str) -> str:
    """A person's place in a key, as `issuer` gives it."""
    return cpf.rjust(14, "0")
