"""Numbers that are no amounts of money: below 0, or with too many digits. Pure."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from ..reasons import Reason, broken
from .shown import shown

# What a sum of binary floats is off by, at the most: 0.1 + 0.2 is 0.30000000000000004.
_NOISE = Decimal("1E-6")
_WIDE = Context(prec=1_000)


def negative(number: Decimal) -> Reason:
    """For a number below 0."""
    return broken("negative", found=shown(number), wanted=shown(number.copy_abs()))


def integer_digits(number: Decimal, count: int, most: int) -> Reason:
    """For a number with `count` integer digits, where at most `most` are allowed."""
    return broken("integer_digits", found=shown(number), digits=count, most=most)


def decimals(number: Decimal, count: int, most: int) -> Reason:
    """For a number with `count` decimals, where at most `most` are allowed."""
    values: dict[str, str | int] = {"found": shown(number), "decimals": count, "most": most}
    if number.adjusted() > 15 or number.adjusted() < -40 or count > 60:
        return broken("decimals", **values)
    cent = Decimal(1).scaleb(-most)
    nearest = number.quantize(cent, ROUND_HALF_EVEN, _WIDE)
    if abs(_WIDE.subtract(number, nearest)) < _NOISE and nearest:
        return broken("decimals", hint="float", **values, wanted=f"{nearest:f}")
    below, above = (f"{number.quantize(cent, rounding, _WIDE):f}" for rounding in (ROUND_DOWN, ROUND_UP))
    return broken("decimals", hint="rounded", **values, below=below, above=above)
