"""Uploads at the same time that want the same ids."""

from concurrent.futures import ThreadPoolExecutor

from fixtures.invoices import as_stored, counts, document, invoice
from fixtures.stacks import Stack

UPLOADS = 6
IDS = 130


def test_of_concurrent_uploads_exactly_one_wins_each_id(stack: Stack, unique: str) -> None:
    ids = [f"{unique}-{number}" for number in range(IDS)]
    # Each upload has contents of its own and an order of its own, so that batches overlap in part.
    bodies = [
        document(*(invoice(id_, cliente=f"cliente {number}") for id_ in ids[number * 20 :] + ids[: number * 20]))
        for number in range(UPLOADS)
    ]
    with ThreadPoolExecutor(UPLOADS) as pool:
        uploads = list(pool.map(stack.upload, bodies, [f"{unique}-{number}.json" for number in range(UPLOADS)]))
    entries = [stack.wait(sent) for sent in uploads]

    winners = {}
    for id_ in ids:
        item = stack.invoice(id_)
        assert item is not None
        number = [sent.version_id for sent in uploads].index(item["_ingest"]["version_id"])
        assert stack.stored(id_) == as_stored(invoice(id_, cliente=f"cliente {number}"))
        winners[id_] = number
    for number, entry in enumerate(entries):
        won = sum(winner == number for winner in winners.values())
        expected = {"received": IDS, "stored": won, "conflicts": IDS - won}
        assert counts(entry) == {name: count for name, count in expected.items() if count}
        assert len(stack.rejects(entry)) == IDS - won


def test_concurrent_uploads_of_the_same_content_store_it_once(stack: Stack, unique: str) -> None:
    ids = [f"{unique}-{number}" for number in range(IDS)]
    body = document(*map(invoice, ids))
    with ThreadPoolExecutor(UPLOADS) as pool:
        uploads = list(pool.map(stack.upload, [body] * UPLOADS, [f"{unique}-{n}.json" for n in range(UPLOADS)]))
    entries = [stack.wait(sent) for sent in uploads]
    assert sum(entry["stored"] for entry in entries) == IDS
    assert all(entry["stored"] + entry["duplicates"] == IDS == entry["received"] for entry in entries)
