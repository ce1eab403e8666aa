"""What a promise sees of the table."""

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.judge.adapter import Adapter
from pipeline.judge.documents import SAMPLE
from pipeline.judge.learning import CENTS, Learned
from pipeline.judge.promises import promise
from pipeline.judge.reading import load
from pipeline.judge.trial import BrokenError, Trial


def adapter(folder: Path) -> Adapter:
    file = folder / "adapter.toml"
    file.write_text('handler = "app.handler"\ntable = "Notas"\nkey = "id"\n', encoding="utf-8")
    return load(file)


def test_an_amount_of_0_that_is_not_stored_is_called_by_its_name(tmp_path: Path) -> None:
    bench = SimpleNamespace(
        adapter=adapter(tmp_path),
        begun=1,
        uploads=[],
        rows=list,
        put=lambda *_: SimpleNamespace(event={}),
        deliver=print,
    )
    trial = Trial(cast("Any", bench), Learned("array", CENTS, dict(SAMPLE)))
    exact = promise("1.2").holds
    assert exact is not None
    with pytest.raises(BrokenError, match="an invoice with the amount 0 is not stored"):
        exact(trial, 0)
    with pytest.raises(BrokenError, match="missing from the table"):
        exact(trial, 1)


def test_a_row_without_an_amount_is_seen_to_change_all_the_same(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": "NF-1", "total": Decimal(1)}]
    bench = SimpleNamespace(adapter=adapter(tmp_path), rows=lambda: rows)
    trial = Trial(cast("Any", bench), Learned("array", CENTS, {}))
    before = trial.amounts()
    rows[0]["total"] = Decimal(2)
    assert trial.amounts() != before


REJECT = '{"position": 1, "reasons": [{"code": "negative", "path": "/valor"}], "original": {"id": "NF-1"}}'


@pytest.mark.parametrize(
    ("place", "objects", "rows", "log", "found"),
    [
        ('bucket = "r"', [f'{{"reasons": "x", "original": {{"id": "NF-2"}}}}\n{REJECT}\n'], [], "", "/valor"),
        ('table = "r"', [], [{"id": "a#1", "nota": '{"id": "NF-1"}', "reasons": "valor"}], "", "valor"),
        ("log = true", [], [], f"[INFO] {REJECT}\nNF-1 was refused\n", "/valor"),
        # What names the invoice, and says nothing of why.
        ('table = "r"', [], [{"id": "NF-1", "motivo": "valor"}], "", '""'),
    ],
)
def test_the_reasons_are_those_of_the_refusals_that_name_the_invoice(
    tmp_path: Path, place: str, objects: list[str], rows: list[dict[str, Any]], log: str, found: str
) -> None:
    file = tmp_path / "adapter.toml"
    said = f'handler = "app.handler"\ntable = "Notas"\nkey = "id"\nrefusals = {{ {place}, reasons = "reasons" }}\n'
    file.write_text(said, encoding="utf-8")
    bench = SimpleNamespace(adapter=load(file), texts=lambda _name: objects, rows=lambda _name: rows, log=lambda: log)
    [reason] = Trial(cast("Any", bench), Learned("array", CENTS, {})).reasons("NF-1")
    assert found in reason
    assert (found == '""') == (reason == '""')
