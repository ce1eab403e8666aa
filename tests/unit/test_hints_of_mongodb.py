"""What a reason says of values as MongoDB exports them."""

from typing import Any

import pytest

from .told import told

OID = "64b7f0c2a1b2c3d4e5f60718"
WRITE = "as MongoDB exports values; write"
ALONE = f"{WRITE} the value in it, without its name"

WRITTEN: dict[str, tuple[str, Any, str]] = {
    "an id": ("id", {"$oid": OID}, f'"{OID}"'),
    "an amount": ("valor", {"$numberDecimal": "10.50"}, "10.50"),
    "a float": ("frete", {"$numberDouble": "10.5"}, "10.5"),
    "an integer": ("valor", {"$numberInt": "10"}, "10"),
    "a long integer": ("valor", {"$numberLong": "10"}, "10"),
    "a day": ("data_emissao", {"$date": "2025-10-03T00:00:00Z"}, '"2025-10-03T00:00:00Z"'),
    "a moment": ("data_emissao", {"$date": "2025-10-03T12:30:00.123Z"}, '"2025-10-03T12:30:00.123Z"'),
    "a moment in milliseconds": ("data_emissao", {"$date": 1759449600000}, '"2025-10-03T00:00:00Z"'),
    "one in canonical form": ("data_emissao", {"$date": {"$numberLong": "1759449600000"}}, '"2025-10-03T00:00:00Z"'),
}


@pytest.mark.parametrize(("name", "value", "wanted"), WRITTEN.values(), ids=WRITTEN)
def test_a_value_of_mongodb_is_written_right(name: str, value: Any, wanted: str) -> None:
    [message] = told(**{name: value})
    assert message.startswith('is {"$')
    assert message.endswith(f", {WRITE} {wanted}")


ONLY_NAMED: dict[str, tuple[str, Any]] = {
    "an amount with a comma": ("valor", {"$numberDecimal": "10,50"}),
    "a negative amount": ("valor", {"$numberDecimal": "-1"}),
    "an amount with three decimals": ("valor", {"$numberDouble": "1.005"}),
    "no number": ("valor", {"$numberDouble": "NaN"}),
    "a day that does not exist": ("data_emissao", {"$date": "2025-02-30T00:00:00Z"}),
    "a time without its offset": ("data_emissao", {"$date": "2025-10-03T00:00:00"}),
    "milliseconds beyond the calendar": ("data_emissao", {"$date": 10**30}),
    "milliseconds before 1970": ("data_emissao", {"$date": {"$numberLong": "-1"}}),
    "an id as a date": ("data_emissao", {"$oid": OID}),
    "a tax id as a number": ("cliente", {"$numberLong": "52998224725"}),
}


@pytest.mark.parametrize(("name", "value"), ONLY_NAMED.values(), ids=ONLY_NAMED)
def test_what_would_break_another_rule_is_not_said_to_be_right(name: str, value: Any) -> None:
    [message] = told(**{name: value})
    assert message.endswith(f", {ALONE}")


OTHERS: dict[str, Any] = {
    "another member": {"$oid": OID, "nome": "Ana"},
    "another name": {"$ref": "clientes"},
    "nothing in it": {"$date": None},
    "deep": {"$date": {"$date": {"$numberLong": "1"}}},
}


@pytest.mark.parametrize("value", OTHERS.values(), ids=OTHERS)
def test_other_objects_are_none_of_mongodbs(value: Any) -> None:
    [message] = told(data_emissao=value)
    assert message.endswith('not a date in a string such as "2025-10-03"')
