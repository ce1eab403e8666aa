"""Check digits modulo 11, which the CNPJ, the CPF and the NF-e access key have. Pure."""

from functools import cache
from operator import mul


def check_digit(characters: str, highest_weight: int) -> str:
    """The digit that belongs after these characters: 0 to 9, A to Z, each counting as its ASCII code minus 48.

    The weights are 2, 3 and so on, from the right; after the highest they begin again.
    """
    weights, of_zeros = _weights(len(characters), highest_weight)
    # Of a character that is none of these, nobody may trust the digit; but it is one character still.
    remainder = (sum(map(mul, weights, characters.encode("ascii", "replace"))) - of_zeros) % 11
    return "0" if remainder < 2 else str(11 - remainder)


def has_check_digits(characters: str, highest_weight: int) -> bool:
    """Whether the last two characters are the check digits of those before them."""
    rest = characters[:-2]
    first = check_digit(rest, highest_weight)
    return characters[-2:] == first + check_digit(rest + first, highest_weight)


@cache
def _weights(count: int, highest: int) -> tuple[list[int], int]:
    """The weights of so many characters, and what zeros would add up to with them."""
    weights = [2 + index % (highest - 1) for index in reversed(range(count))]
    return weights, ord("0") * sum(weights)
