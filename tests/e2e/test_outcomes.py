"""What becomes of each invoice: section 3 of the contract."""

from decimal import Decimal

from fixtures.identity import content_hash
from fixtures.invoices import as_stored, counts, document, invoice, own
from fixtures.stacks import Stack
from fixtures.strategies.documents import to_json


def test_the_file_in_circulation_is_stored_unchanged(stack: Stack, unique: str) -> None:
    body = f'[{{"id": "{unique}", "cliente": "João Silva", "valor": 2878.1, "data_emissao": "2025-10-03"}}]'
    entry = stack.ingest(body.encode(), f"{unique}.json")
    assert entry["status"] == "completed"
    assert counts(entry) == {"received": 1, "stored": 1}
    assert stack.stored(unique) == {
        "id": unique,
        "cliente": "João Silva",
        "valor": Decimal("2878.1"),
        "data_emissao": "2025-10-03",
    }


def test_an_item_says_which_upload_brought_it(stack: Stack, unique: str) -> None:
    sent = stack.upload(document(invoice("x" + unique, cliente=""), invoice(unique)), f"{unique}.json")
    entry = stack.wait(sent)
    item = stack.invoice(unique)
    assert item is not None
    assert item["_ingest"] == {
        "key": sent.key,
        "version_id": sent.version_id,
        "position": Decimal(1),
        "time": entry["started_at"],
        "sha256": content_hash({**own(item), "id": unique}),
    }
    assert own(item) == as_stored(invoice(unique))


def test_an_item_says_under_which_name_its_customer_is_found(stack: Stack, unique: str) -> None:
    stack.ingest(document(invoice(unique, cliente=" JOA\u0303O Straße ")), f"{unique}.json")
    item = stack.invoice(unique)
    assert item is not None
    assert (item["cliente"], item["_cliente"]) == (" JOA\u0303O Straße ", "joão strasse")


def test_an_item_comes_back_as_a_new_invoice(stack: Stack, unique: str) -> None:
    stack.ingest(document(invoice(unique, valor=1500, cliente="ANA")), f"{unique}-1.json")
    item = stack.invoice(unique)
    assert item is not None
    assert counts(stack.ingest(to_json(item).encode(), f"{unique}-2.json")) == {"received": 1, "duplicates": 1}
    moved = {**item, "id": f"{unique}-b"}
    assert counts(stack.ingest(to_json(moved).encode(), f"{unique}-3.json")) == {"received": 1, "stored": 1}
    stored = stack.invoice(f"{unique}-b")
    assert stored is not None
    assert stored["_ingest"]["key"] == f"{unique}-3.json"
    assert own(stored) == own(moved)


def test_what_only_looks_like_the_pipelines_own_is_refused(stack: Stack, unique: str) -> None:
    stack.ingest(document(invoice(unique)), f"{unique}-1.json")
    item = stack.invoice(unique)
    assert item is not None
    forged = {**item, "id": f"{unique}-b", "_cliente": "maria", "_ingest": {**item["_ingest"], "sha256": ""}}
    entry = stack.ingest(to_json(forged).encode(), f"{unique}-2.json")
    assert counts(entry) == {"received": 1, "rejected": 1}
    [reject] = stack.rejects(entry)
    assert {(reason["code"], reason["path"]) for reason in reject["reasons"]} == {
        ("reserved", "/_ingest"),
        ("reserved", "/_cliente"),
    }
    assert '"joão silva"' in reject["reasons"][1]["message"]


def test_members_the_contract_does_not_name_are_kept_as_they_came(stack: Stack, unique: str) -> None:
    extras = {
        "observações": {"texto": "à vista", "lista": [1, 2.50, None, True, "x", {}], "vazio": ""},
        "exato": 12345678901234567890123456789012345678,
        "pequeno": 1e-130,
        "😀": [],
    }
    sent = invoice(unique, **extras)
    assert counts(stack.ingest(document(sent), f"{unique}.json")) == {"received": 1, "stored": 1}
    assert stack.stored(unique) == as_stored(sent)


def test_numbers_never_pass_through_a_binary_float(stack: Stack, unique: str) -> None:
    body = document(invoice(unique)).replace(b"2878.1", b'9999999999999.99, "fator": 0.1000000000000000055511151231')
    stack.ingest(body, f"{unique}.json")
    stored = stack.stored(unique)
    assert stored is not None
    assert stored["valor"] == Decimal("9999999999999.99")
    assert stored["fator"] == Decimal("0.1000000000000000055511151231")


def test_an_amount_that_came_as_a_string_is_stored_as_a_number(stack: Stack, unique: str) -> None:
    line = {"descricao": "Café", "quantidade": "2", "valor_unitario": "750", "valor_total": "1500.00"}
    stack.ingest(document(invoice(unique, valor="1500.00", itens=[line])), f"{unique}.json")
    stored = stack.stored(unique)
    assert stored is not None
    assert stored["valor"] == Decimal(1500)
    assert stored["itens"][0]["valor_total"] == Decimal(1500)


def test_the_same_content_again_is_a_duplicate_and_writes_nothing(stack: Stack, unique: str) -> None:
    stack.ingest(document(invoice(unique, valor=1500)), f"{unique}-1.json")
    before = stack.invoice(unique)
    for number, form in enumerate(["1500.00", "1500.0", '"1500.00"', "1.5e3"]):
        body = f'{{"valor": {form}, "data_emissao": "2025-10-03", "cliente": "João Silva", "id": "{unique}"}}'
        entry = stack.ingest(body.encode(), f"{unique}-again-{number}.json")
        assert counts(entry) == {"received": 1, "duplicates": 1}, form
        assert entry["rejects"] is None
    assert stack.invoice(unique) == before


def test_other_content_under_the_same_id_is_a_conflict_and_the_first_stays(stack: Stack, unique: str) -> None:
    first = stack.upload(document(invoice(unique)), f"{unique}-1.json")
    stack.wait(first)
    before = stack.invoice(unique)
    later = invoice(unique, valor=2878.2)
    entry = stack.ingest(document(later), f"{unique}-2.json")
    assert entry["status"] == "completed"
    assert counts(entry) == {"received": 1, "conflicts": 1}
    assert stack.invoice(unique) == before
    [reject] = stack.rejects(entry)
    assert reject["position"] == 0
    assert reject["original"] == as_stored(later)
    [reason] = reject["reasons"]
    assert (reason["code"], reason["path"]) == ("conflict", "/id")
    assert first.version_id in reason["message"]
    assert reason["values"]["members"] == "valor"


def test_a_broken_invoice_is_refused_with_every_rule_it_breaks_and_the_good_ones_are_stored(
    stack: Stack, unique: str
) -> None:
    broken = {"id": " x ", "cliente": "  ", "valor": "-1", "data_emissao": "2025-02-29", "chave_acesso": "1"}
    entry = stack.ingest(document(invoice(unique), broken, invoice(f"{unique}-b")), f"{unique}.json")
    assert entry["status"] == "completed"
    assert counts(entry) == {"received": 3, "stored": 2, "rejected": 1}
    [reject] = stack.rejects(entry)
    assert reject["position"] == 1
    assert reject["original"] == broken
    assert {(reason["code"], reason["path"]) for reason in reject["reasons"]} == {
        ("white_space", "/id"),
        ("blank", "/cliente"),
        ("type", "/valor"),
        ("date", "/data_emissao"),
        ("access_key", "/chave_acesso"),
    }
    assert all(reason["message"] for reason in reject["reasons"])


def test_within_a_file_the_first_of_an_id_is_the_one_that_stays(stack: Stack, unique: str) -> None:
    first, second = invoice(unique, valor=1), invoice(unique, valor=2)
    entry = stack.ingest(document(first, first, second, first, second), f"{unique}.json")
    assert counts(entry) == {"received": 5, "stored": 1, "duplicates": 2, "conflicts": 2}
    assert stack.stored(unique) == as_stored(first)
    rejects = stack.rejects(entry)
    assert [reject["position"] for reject in rejects] == [2, 4]
    assert {reject["reasons"][0]["values"]["members"] for reject in rejects} == {"valor"}


def test_file_order_holds_across_batches(stack: Stack, unique: str) -> None:
    # More ids than one batch takes, each twice. When the second half comes, some of the first are still on their
    # way.
    ids = [f"{unique}-{number}" for number in range(150)]
    firsts = [invoice(id_, valor=1) for id_ in ids]
    seconds = [invoice(id_, valor=2) for id_ in ids]
    entry = stack.ingest(document(*firsts, *seconds), f"{unique}.json")
    assert counts(entry) == {"received": 300, "stored": 150, "conflicts": 150}
    assert [stack.stored(id_) for id_ in ids[::29]] == [as_stored(first) for first in firsts[::29]]
    assert [reject["position"] for reject in stack.rejects(entry)] == list(range(150, 300))


def test_a_refused_invoice_does_not_hold_its_id(stack: Stack, unique: str) -> None:
    entry = stack.ingest(document(invoice(unique, valor=-1), invoice(unique, valor=1)), f"{unique}.json")
    assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}
    assert stack.stored(unique) == as_stored(invoice(unique, valor=1))


def test_values_that_are_not_objects_are_refused_one_by_one(stack: Stack, unique: str) -> None:
    entry = stack.ingest(document(1, "x", None, [], invoice(unique)), f"{unique}.json")
    assert counts(entry) == {"received": 5, "stored": 1, "rejected": 4}
    assert [reject["original"] for reject in stack.rejects(entry)] == [1, "x", None, []]


def test_an_invoice_another_program_put_in_the_table_is_compared_by_its_content(stack: Stack, unique: str) -> None:
    item = {"id": {"S": unique}, "cliente": {"S": "Ana"}, "valor": {"N": "10"}, "data_emissao": {"S": "2026-01-01"}}
    stack.dynamodb.put_item(TableName=stack.outputs["InvoicesTable"], Item=item)
    same = invoice(unique, cliente="Ana", valor=10, data_emissao="2026-01-01")
    entry = stack.ingest(document(same, {**same, "valor": 11, "frete": 1}), f"{unique}.json")
    assert counts(entry) == {"received": 2, "duplicates": 1, "conflicts": 1}
    [reject] = stack.rejects(entry)
    assert reject["reasons"][0]["values"] == {"members": "frete, valor", "hint": "foreign"}


def test_the_index_answers_a_customers_invoices_by_date(stack: Stack, unique: str) -> None:
    dates = ["2026-03-01", "2026-01-01", "2026-02-01"]
    body = document(*(invoice(f"{unique}-{date}", cliente=unique, data_emissao=date) for date in dates))
    stack.ingest(body, f"{unique}.json")
    answer = stack.dynamodb.query(
        TableName=stack.outputs["InvoicesTable"],
        IndexName="por-cliente",
        KeyConditionExpression="#cliente = :cliente",
        ExpressionAttributeNames={"#cliente": "_cliente"},
        ExpressionAttributeValues={":cliente": {"S": unique}},
        ScanIndexForward=False,
    )
    assert [item["data_emissao"]["S"] for item in answer["Items"]] == ["2026-03-01", "2026-02-01", "2026-01-01"]
