"""Search by customer: newest first, in pages that neither repeat nor miss an invoice; and what is posted comes back."""

import json
import string
import unicodedata
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.api import Api
from fixtures.customers import is_key_of
from fixtures.invoices import as_stored, document, invoice
from fixtures.profiles import examples


def found(page: dict[str, Any]) -> list[str]:
    return [nota["id"] for nota in page["notas"]]


def pages(api: Api, **query: object) -> list[dict[str, Any]]:
    """Every page of a search."""
    answers = [api.get("/notas", **query).json()]
    while answers[-1]["cursor"] is not None:
        answers.append(api.get("/notas", **query, cursor=answers[-1]["cursor"]).json())
    return answers


DATES = ["2025-10-03", "2025-10-03T08:00:00-03:00", "2024-02-29", "2025-10-03t23:59:59.5z", "2025-10-04", "1999-12-31"]


def test_invoices_come_newest_first(api: Api, unique: str) -> None:
    api.ingest(document(*(invoice(f"{unique}-{date}", cliente=unique, data_emissao=date) for date in DATES)))
    [page] = pages(api, cliente=unique)
    assert found(page) == [f"{unique}-{date}" for date in sorted(DATES, reverse=True)]
    assert page["notas"][0]["_ingest"]["position"] == 4


DAYS = {
    ("2025-10-03", "2025-10-03"): [DATES[3], DATES[1], DATES[0]],
    ("2025-10-04", None): [DATES[4]],
    (None, "2024-02-29"): [DATES[2], DATES[5]],
    ("2000-01-01", "2024-12-31"): [DATES[2]],
    ("2025-10-04", "2025-10-03"): [],
    ("0001-01-01", "9999-12-31"): sorted(DATES, reverse=True),
}


@pytest.mark.parametrize(("days", "dates"), DAYS.items(), ids=map(str, DAYS))
def test_the_first_and_the_last_day_are_included_whole(
    api: Api, unique: str, days: tuple[str | None, str | None], dates: list[str]
) -> None:
    api.ingest(document(*(invoice(f"{unique}-{date}", cliente=unique, data_emissao=date) for date in DATES)))
    for limit in (1, 100):
        assert [
            id_ for page in pages(api, cliente=unique, de=days[0], ate=days[1], limite=limit) for id_ in found(page)
        ] == [f"{unique}-{date}" for date in dates]


def test_another_customers_invoices_are_not_found(api: Api, unique: str) -> None:
    api.ingest(document(invoice(unique, cliente=f"{unique} & Cia.")))
    assert found(api.get("/notas", cliente=f"{unique} & Cia.").json()) == [unique]
    for other in (unique, f"{unique} & Cia", f"{unique} &  Cia.", f"{unique} & Cía.", " "):
        assert api.get("/notas", cliente=other).json() == {"notas": [], "cursor": None}


SPELLINGS = ("João {} Straße", "JOÃO {} STRASSE", " joa\u0303o {} Strasse\n", "\u00a0JOA\u0303O {} straße")


@pytest.mark.parametrize("asked", SPELLINGS)
def test_a_customer_is_found_however_the_name_is_written(api: Api, unique: str, asked: str) -> None:
    """On the invoices, as in the search."""
    customers = [one.format(unique) for one in SPELLINGS]
    body = [
        invoice(f"{unique}-{number}", cliente=customer, data_emissao=f"2025-10-0{number + 1}")
        for number, customer in enumerate(customers)
    ]
    api.ingest(document(*body))
    ids = [one["id"] for one in reversed(body)]
    answer = api.get("/notas", cliente=asked.format(unique), limite=2).json()
    # A page may go on under another spelling.
    rest = api.get("/notas", cliente=customers[0].upper(), limite=2, cursor=answer["cursor"]).json()
    assert found(answer) + found(rest) == ids
    assert {nota["_cliente"] for nota in answer["notas"]} == {f"joão {unique.lower()} strasse"}
    assert found(api.get("/notas", cliente=f"joao {unique} strasse").json()) == [], "accents matter"


def test_a_name_of_255_characters_is_found_with_its_accents_apart(api: Api, unique: str) -> None:
    name = unique.ljust(255, "ậ")
    api.ingest(document(invoice(unique, cliente=name)))
    assert found(api.get("/notas", cliente=unicodedata.normalize("NFD", name)).json()) == [unique]


def test_paging_neither_repeats_nor_misses_an_invoice_while_others_arrive(api: Api, unique: str) -> None:
    """Many invoices are of one day, some of others. Before each page, newer, older and equally old ones arrive."""
    days = ["2025-10-01", "2025-10-02", "2025-10-02", "2025-10-02", "2025-10-03"] * 8
    first = {f"{unique}-{number}": day for number, day in enumerate(days)}
    api.ingest(document(*(invoice(id_, cliente=unique, data_emissao=day) for id_, day in first.items())))
    seen: list[str] = []
    cursor = None
    arrivals = 0
    while True:
        page = api.get("/notas", cliente=unique, limite=7, cursor=cursor).json()
        seen += found(page)
        cursor = page["cursor"]
        if cursor is None:
            break
        new = ("2026-01-01", "2025-10-02", "2025-09-30")
        api.ingest(
            document(*(invoice(f"{unique}-new-{arrivals}-{day}", cliente=unique, data_emissao=day) for day in new))
        )
        arrivals += 1
        assert arrivals < 50
    assert len(seen) == len(set(seen)), "an invoice came twice"
    assert set(first) <= set(seen), "an invoice that was there from the start is missing"
    dates = [first.get(id_) or id_[-10:] for id_ in seen]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("texto", ["é\n" * 120_000, "\x01" * 340_000], ids=["as stored", "longer as JSON"])
def test_large_invoices_come_in_pages_that_lambda_can_answer(api: Api, unique: str, texto: str) -> None:
    large = [invoice(f"{unique}-{number}", cliente=unique, texto=texto) for number in range(6)]
    for one in large:
        api.ingest(document(one))
    answers = pages(api, cliente=unique, limite=100)
    assert len(answers) > 1
    # In Lambda's answer, the JSON body is inside a JSON string. Emulators do not limit its length.
    longest = max(len(answer["notas"]) for answer in answers) * len(json.dumps(json.dumps(texto, ensure_ascii=False)))
    assert longest < 6 * 1024 * 1024
    assert sorted(id_ for page in answers for id_ in found(page)) == [one["id"] for one in large]


def test_a_forged_cursor_is_a_problem(api: Api, unique: str) -> None:
    api.ingest(document(*(invoice(f"{unique}-{number}", cliente=unique) for number in range(3))))
    cursor = api.get("/notas", cliente=unique, limite=1).json()["cursor"]
    sent = api.ingest(document(*range(3)))
    of_rejects = api.entry(sent, "/rejeitadas", limite=1).json()["cursor"]
    changed = ("B" if cursor[0] == "A" else "A") + cursor[1:]
    for forged in ("", "x", "é", "AAAA" * 10, changed, cursor[:-4], of_rejects):
        problem = api.get("/notas", cliente=unique, limite=1, cursor=forged).problem(400)
        assert "begin again without one" in problem["detail"]
    # The cursor of one list is not valid in another.
    for query in ({"cliente": "Ana"}, {"cliente": unique, "de": "2025-01-01"}):
        api.get("/notas", **query, cursor=cursor).problem(400)
    api.entry(sent, "/rejeitadas", cursor=cursor).problem(400)
    assert len(found(api.get("/notas", cliente=unique, limite=2, cursor=cursor).json())) == 2


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no customer": ({}, "cliente"),
    "an empty customer": ({"cliente": ""}, "cliente"),
    "too long a customer": ({"cliente": "x" * 1025}, "cliente"),
    "no day": ({"cliente": "Ana", "de": "yesterday"}, "de"),
    "a day that does not exist": ({"cliente": "Ana", "ate": "2025-02-29"}, "ate"),
    "a time": ({"cliente": "Ana", "ate": "2025-02-28T00:00:00Z"}, "ate"),
    "a page of none": ({"cliente": "Ana", "limite": 0}, "limite"),
    "too large a page": ({"cliente": "Ana", "limite": 101}, "limite"),
    "no number": ({"cliente": "Ana", "limite": "ten"}, "limite"),
}


@pytest.mark.parametrize(("query", "name"), WRONG.values(), ids=WRONG)
def test_a_wrong_parameter_is_named(api: Api, query: dict[str, object], name: str) -> None:
    [error] = api.get("/notas", **query).problem(400)["errors"]
    assert (error["in"], error["name"]) == ("query", name)
    assert error["detail"]


def test_plus_and_percent_twenty_are_both_a_space_in_a_query(api: Api, unique: str) -> None:
    customer = f"{unique} é 1+1"
    api.ingest(document(invoice(unique, cliente=customer)))
    encoded = quote(customer, safe="")
    for query in (encoded, encoded.replace("%20", "+")):
        assert found(api.call("GET", f"/notas?cliente={query}").json()) == [unique]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
# No control characters, and no white space at either end.
ID_TAIL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.rstrip)
CUSTOMER = TEXT.filter(str.strip)
# 13 integer digits and 2 decimals.
AMOUNT = st.integers(0, 10**15 - 1).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
DATE = st.dates().map(str) | st.datetimes().map(lambda time: f"{time.isoformat(timespec='milliseconds')}-03:00")
# What DynamoDB holds: 38 digits, 1E-130 to 9.99E+125; names of at least one character.
NUMBER = st.integers(-(10**38) + 1, 10**38 - 1) | st.floats(-1e100, 1e100).filter(
    lambda one: one == 0 or abs(one) > 1e-100
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT.filter(bool), inner, max_size=4),
    max_leaves=10,
)
EXTRA = st.dictionaries(st.text(string.ascii_lowercase, min_size=1, max_size=8).map("x_".__add__), JSON, max_size=4)
BODY = st.fixed_dictionaries({"cliente": CUSTOMER, "valor": AMOUNT, "data_emissao": DATE}, optional={})


@settings(examples(1), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_posted_comes_back_equal_by_id_and_by_query(api: Api, unique: str, data: st.DataObject) -> None:
    serial = next(SERIAL)
    posted: list[dict[str, Any]] = [
        {"id": f"{unique}-{serial}-{number}{data.draw(ID_TAIL)}", **data.draw(EXTRA), **data.draw(BODY)}
        for number in range(data.draw(st.integers(1, 3)))
    ]
    # `valor` becomes a number, with the digits that were drawn.
    text = ", ".join(
        json.dumps(one, ensure_ascii=False).replace(f'"valor": "{one["valor"]}"', f'"valor": {one["valor"]}')
        for one in posted
    )
    sent = api.ingest(f"[{text}]".encode())
    assert api.entry(sent).json()["stored"] == len(posted)
    for position, one in enumerate(posted):
        by_id = api.invoice(one["id"]).json()
        day = one["data_emissao"][:10]
        [by_query] = [
            nota
            for page in pages(api, cliente=one["cliente"], de=day, ate=day)
            for nota in page["notas"]
            if nota["id"] == one["id"]
        ]
        assert by_query == by_id
        origin = by_id.pop("_ingest")
        assert (origin["key"], origin["version_id"], origin["position"]) == (sent.key, sent.version_id, position)
        assert is_key_of(by_id.pop("_cliente"), one["cliente"])
        assert by_id == as_stored(one)
        assert by_id["valor"] == Decimal(one["valor"])


SERIAL = iter(range(10**9))
