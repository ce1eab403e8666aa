"""What a promise sees of the table."""

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pipeline.judge.learning import CENTS, Learned
from pipeline.judge.reading import load
from pipeline.judge.trial import Trial


def test_a_row_without_an_amount_is_seen_to_change_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "adapter.toml"
    file.write_text('handler = "app.handler"\ntable = "Notas"\nkey = "id"\n', encoding="utf-8")
    rows: list[dict[str, Any]] = [{"id": "NF-1", "total": Decimal(1)}]
    bench = SimpleNamespace(adapter=load(file), rows=lambda: rows)
    trial = Trial(cast("Any", bench), Learned("array", CENTS, {}))
    before = trial.amounts()
    rows[0]["total"] = Decimal(2)
    assert trial.amounts() != before
