"""Check digits modulo 11, which the CNPJ, the CPF and the NF-e access key have. Pure."""

from functools import cache
from operator import mul


def check_digit(characters: str, highest_weight: int) -> str:
    """The digit that belongs after these characters: 0 to 9, A to Z, each counting as its ASCII code minus 48.

    The weights are 2, 3 and so on, from the right; after the highest they begin again.
    """
    weights = _weights(len(characters), highest_weight)
    total = sum(map(mul, weights, map(ord, characters))) - 48 * sum(weights)
    remainder = total % 11
    return "0" if remainder < 2 else str(11 - remainder)


def has_check_digits(characters: str, highest_weight: int) -> bool:
    """Whether the last two characters are the check digits of those before them."""
    rest = characters[:-2]
    first = check_digit(rest, highest_weight)
    return characters[-2:] == first + check_digit(rest + first, highest_weight)


@cache
def _weights(count: int, highest: int) -> list[int]:
    return [2 + index % (highest - 1) for index in reversed(range(count))]
