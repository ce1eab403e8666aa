"""The sum of an invoice, in words."""

from typing import Any

import pytest

from .told import told

LINE = {"descricao": "Café", "quantidade": 1, "valor_unitario": 10, "valor_total": 10}
TEN = "has valor_total values that add up to 10, but valor is 11"
FIVE = "desconto, frete, seguro, outras_despesas, impostos"
SUMS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing beside": (
        {},
        f"{TEN}; what is added or taken off besides belongs in {FIVE}",
    ),
    "amounts": (
        {"frete": 2, "desconto": 0.5},
        "has valor_total values that give 11.5 with desconto, frete, but valor is 11",
    ),
    **{
        name: (
            {name: 1},
            f'{TEN}; not counted: "{name}"; what counts is called {FIVE}',
        )
        for name in ("valor_frete", "vDesc", "valor_ipi", "Frete", "icms_st", "despesas", "shippingFee", "Imposto")
    },
    **{
        name: (
            {name: 1},
            f"{TEN}; what is added or taken off besides belongs in {FIVE}",
        )
        for name in ("vendedor", "icms", "status", "juros_id", "ipioca")
    },
    "zero does not count": (
        {"valor_frete": 0, "seguradora": "x"},
        f"{TEN}; what is added or taken off besides belongs in {FIVE}",
    ),
}


@pytest.mark.parametrize(("members", "message"), SUMS.values(), ids=SUMS)
def test_a_wrong_sum_names_the_members_that_count(members: dict[str, Any], message: str) -> None:
    assert told(valor=11, itens=[LINE], **members) == [message]
