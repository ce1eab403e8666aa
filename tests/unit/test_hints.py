"""Whatever a reason says to write is right, and what it shows can be shown."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.invoices import invoice
from fixtures.strategies import values
from pipeline.functions import fields
from pipeline.functions.attributes import parse_number
from pipeline.functions.hints.shown import shown
from pipeline.functions.invoice import Checked, check
from pipeline.functions.reasons import Reason

from .documents import QUICK, exact, value_of
from .told import reasons


def written(reason: Reason) -> Iterator[str]:
    """The values that a reason says to write; the wrong ones that it names beside them are no such."""
    if reason.values.get("hint") == "check_digit" or reason.code == "check_digit":
        return
    names = {"wanted", "one", "day", "below", "above"} | ({"other"} if reason.code == "date_format" else set())
    yield from (str(reason.values[name]) for name in sorted(names & set(reason.values)))


RULED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "data_emissao": lambda value: {"data_emissao": value},
    "valor": lambda value: {"valor": value},
    "chave_acesso": lambda value: {"chave_acesso": value},
    "cnpj": lambda value: {"destinatario": {"cnpj": value}},
    "cpf": lambda value: {"destinatario": {"cpf": value}},
}

NEARLY = {
    "data_emissao": st.text("0123456789-/.: TZ+", max_size=25)
    | st.builds(
        lambda day, form: str(day.strftime(form)),
        st.datetimes(),
        st.sampled_from(["%d/%m/%Y", "%m-%d-%y", "%Y%m%d", "%Y-%m-%d %H:%M", "%d %b %Y %I:%M %p", "%Y%m%dT%H%M%S"]),
    )
    | st.integers(0, 10**19).map(str),
    "valor": st.text("0123456789.,R$ -()'e", max_size=16)
    | st.integers(0, 10**15).map(lambda cents: f"{cents:,}".replace(",", ".") + ",00"),
    "chave_acesso": st.builds(
        lambda pair, before, at, between: f"{before}{pair[1][:at]}{between}{pair[1][at:]}",
        values.issuers(),
        st.sampled_from(["", "NFe", "CHAVE ", "1"]),
        st.integers(0, 44),
        st.sampled_from(["", " ", ".", "x", "7"]),
    ),
    "cnpj": st.text("0123456789ABab./-", max_size=18) | values.cpfs() | values.cnpjs().map(lambda one: one.lstrip("0")),
    "cpf": st.text("0123456789./-", max_size=14) | values.cnpjs() | values.cpfs().map(lambda one: one.lstrip("0")),
}


@pytest.mark.parametrize("name", NEARLY)
@QUICK
@given(data=st.data())
def test_whatever_a_reason_says_to_write_keeps_the_rule(name: str, data: st.DataObject) -> None:
    text = data.draw(NEARLY[name])
    one = parse_number(text) if fields.amount(text) is not None and data.draw(st.booleans()) else text
    answer = check({**exact(invoice("x")), **RULED[name](one)})
    for reason in [] if isinstance(answer, Checked) else answer:
        for right in written(reason):
            again = RULED[name](parse_number(right) if name == "valor" else right)
            assert isinstance(check({**exact(invoice("x")), **again}), Checked), reason


# In an object of one member, with what may stand in it, and what may not.
OF_MONGODB = {
    "data_emissao": st.sampled_from(["$date", "$oid"]).flatmap(
        lambda kind: (
            (NEARLY["data_emissao"] | st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"))
            | (st.integers(-1, 10**17).map(lambda count: {"$numberLong": str(count)}) | st.integers(-1, 10**17))
        ).map(lambda content: {kind: content})
    ),
    "valor": st.builds(
        lambda kind, content: {kind: content},
        st.sampled_from(["$numberDecimal", "$numberDouble", "$numberInt", "$numberLong"]),
        st.decimals(allow_infinity=True, allow_nan=True).map(str) | st.decimals(-1, 100, places=3).map(str),
    ),
}


@pytest.mark.parametrize("name", OF_MONGODB)
@QUICK
@given(data=st.data())
def test_what_is_said_to_be_written_for_a_value_of_mongodb_keeps_the_rule(name: str, data: st.DataObject) -> None:
    [reason] = reasons(invoice("x") | {name: data.draw(OF_MONGODB[name])})
    for right in written(reason):
        assert isinstance(check({**exact(invoice("x")), name: value_of(right)}), Checked), reason


@QUICK
@given(values.json_values(12), st.integers(5, 60))
def test_a_value_is_shown_as_its_json_and_never_longer_than_told(value: Any, most: int) -> None:
    whole = shown(value, 10**6)
    assert json.loads(whole, parse_float=Decimal, parse_int=Decimal) == value
    short = shown(value, most)
    assert len(short) <= most
    assert short == whole or (len(whole) > most and short.endswith("…"))


def test_a_value_of_megabytes_is_shown_at_once() -> None:
    large = [{"a": "x" * 10**6}] * 10**6
    assert shown(large, 20) == '[{"a": "xxxxxxxxxxx…'


def test_what_is_shown_can_be_written_as_utf_8() -> None:
    for reason in reasons({**invoice("x"), "cliente": ["\ud800"], "valor": "\ud800", "data_emissao": "\udfff"}):
        assert json.dumps(reason.as_dict(), ensure_ascii=False).encode()
