"""The five amounts between the lines of an NF-e and its total. Pure.

The rule is W16-10 of the MOC 7.00, annex I (rejection 610), as later notes have changed it:

    vNF = vProd - vDesc - vICMSDeson + vST + vFCPST + vFrete + vSeg + vOutro + vII + vIPI + vIPIDevol + vServ

- NT 2023.001 adds vICMSMonoReten, the tax on fuels that is withheld.
- NT 2020.005 adds the vPIS of PISST and the vCOFINS of COFINSST, where indSomaPISST and indSomaCOFINSST say so.
- NT 2023.004 lets indDeduzDeson say whether vICMSDeson is taken off.
- vServ needs no amount: services are lines, like products.
- IBS, CBS and IS (NT 2025.002) are not in vNF, but in vNFTot.

Its exceptions: the factory that bills a new vehicle to its buyer (tpOp 2) does not count ST, FCP-ST and vIPIDevol. An
NF-e without indDeduzDeson may have taken vICMSDeson off or not. Imports (CFOP 3…) need not keep the rule: vII may be in
vProd already, and ICMS, PIS and COFINS may have been added. Where the rule leaves it open, the NF-e's own vNF decides.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from .nfe_parts import Amount, amount, part, text

_TAXES = ("vST", "vFCPST", "vICMSMonoReten", "vIPI", "vIPIDevol")
_NOT_BILLED_DIRECTLY = ("vST", "vFCPST", "vICMSMonoReten", "vIPIDevol")
_ADDED_BY_SOME_IMPORTERS = ("vICMS", "vPIS", "vCOFINS")

_ZERO = Decimal(0)


class _Open(NamedTuple):
    """An amount that may be in one of the five or not; by the rule it is if it `counts`."""

    member: str
    amount: Decimal
    counts: bool


def amounts(
    totals: Mapping[str, Any], details: list[Any], lines: list[dict[str, Any]], valor: Amount
) -> dict[str, Decimal | str | None]:
    """`desconto`, `frete`, `seguro`, `outras_despesas` and `impostos`, as far as `totals` (ICMSTot) has them.

    `lines` are those that the total, `valor`, counts. An amount that cannot be read stays the text that it is.
    """
    is_direct = any(text(part(one, "prod", "veicProd"), "tpOp") == "2" for one in details)
    is_import = any((text(part(one, "prod"), "CFOP") or "").startswith("3") for one in details)
    deducted, left_open = _exempt(totals, details)
    taxes = [amount(totals, name) for name in _TAXES if not (is_direct and name in _NOT_BILLED_DIRECTLY)]
    found: dict[str, Amount] = {
        "desconto": _sum([amount(totals, "vDesc"), deducted]),
        "frete": amount(totals, "vFrete"),
        "seguro": amount(totals, "vSeg"),
        "outras_despesas": amount(totals, "vOutro"),
        "impostos": _sum([*taxes, *_withheld(details)]),
    }
    maybe = [_Open("desconto", left_open, counts=True)]
    if is_import:
        added = {"vII": True, **dict.fromkeys(_ADDED_BY_SOME_IMPORTERS, False)}
        maybe += [_Open("impostos", _number(totals, name), counts) for name, counts in added.items()]
    else:
        found["impostos"] = _sum([found["impostos"], amount(totals, "vII")])
    return _settled(found, [one for one in maybe if one.amount], lines, valor)


def _sum(parts: list[Amount]) -> Amount:
    """The sum of what is there; the first text that is no number, if there is one."""
    there = [one for one in parts if one is not None]
    numbers = [one for one in there if isinstance(one, Decimal)]
    if len(numbers) < len(there):
        return next(one for one in there if not isinstance(one, Decimal))
    return sum(numbers, _ZERO) if numbers else None


def _number(parent: Mapping[str, Any], name: str) -> Decimal:
    found = amount(parent, name)
    return found if isinstance(found, Decimal) else _ZERO


def _exempt(totals: Mapping[str, Any], details: list[Any]) -> tuple[Decimal | None, Decimal]:
    """How much of vICMSDeson the lines say is taken off, and of how much none says whether it is."""
    said = {"0": _ZERO, "1": _ZERO}
    for detail in details:
        for group in part(detail, "imposto", "ICMS").values():
            if isinstance(group, dict) and (indicator := text(group, "indDeduzDeson")) in said:
                said[indicator] += _number(group, "vICMSDeson")
    unsaid = _number(totals, "vICMSDeson") - said["0"] - said["1"]
    return said["1"] or None, max(unsaid, _ZERO)


def _withheld(details: list[Any]) -> Iterator[Decimal]:
    """What PISST and COFINSST add to the total."""
    for detail in details:
        for tax in ("PIS", "COFINS"):
            group = part(detail, "imposto", f"{tax}ST")
            if text(group, f"indSoma{tax}ST") == "1":
                yield _number(group, f"v{tax}")


def _settled(
    found: dict[str, Amount], maybe: list[_Open], lines: list[dict[str, Any]], valor: Amount
) -> dict[str, Decimal | str | None]:
    """The five amounts with those of `maybe` that make the sum come out; as the rule has it if none do.

    The fewest departures from the rule come first.
    """
    ruled = _with(found, [one for one in maybe if one.counts])
    total = _sum([line.get("valor_total") for line in lines])
    if not maybe or not isinstance(total, Decimal) or not isinstance(valor, Decimal):
        return ruled
    for departures in range(len(maybe) + 1):
        for departing in combinations(maybe, departures):
            tried = _with(found, [one for one in maybe if one.counts != (one in departing)])
            numbers = {member: value for member, value in tried.items() if isinstance(value, Decimal)}
            off = numbers.pop("desconto", _ZERO)
            if total - off + sum(numbers.values(), _ZERO) == valor:
                return tried
    return ruled


def _with(found: dict[str, Amount], counted: list[_Open]) -> dict[str, Decimal | str | None]:
    return {
        member: _sum([value, *[one.amount for one in counted if one.member == member]])
        for member, value in found.items()
    }
