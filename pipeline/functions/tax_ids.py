"""The tax ids of companies and people, CNPJ and CPF: their check digits. Pure.

Since July 2026 the first 12 positions of a CNPJ may be letters (Receita Federal, IN RFB 2.229/2024).
"""

from .check_digits import has_check_digits

CPF_POSITIONS = 11

_PUNCTUATION = str.maketrans("", "", " ./-")


def compact(tax_id: str) -> str:
    """A tax id without its punctuation, in capital letters."""
    return tax_id.translate(_PUNCTUATION).upper()


def is_cnpj(characters: str) -> bool:
    """Whether 14 digits and capital letters, without punctuation, are a CNPJ with the right check digits."""
    return len(characters) == 14 and not characters.startswith("0" * 12) and has_check_digits(characters, 9)


def is_cpf(digits: str) -> bool:
    """Whether 11 digits, without punctuation, are a CPF with the right check digits."""
    return len(digits) == CPF_POSITIONS and digits != "0" * 11 and has_check_digits(digits, 11)
