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
