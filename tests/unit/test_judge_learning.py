"""What a table's rows and a sample tell of an implementation, before anything is judged."""

from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from aws_stack.errors import UsageError
from pipeline.judge.bench import Bench
from pipeline.judge.documents import SAMPLE
from pipeline.judge.function import Answer
from pipeline.judge.learning import sample
from pipeline.judge.reading import load


class Table:
    """A bench on which every upload makes these rows."""

    def __init__(self, folder: Path, adapter: str, *rows: dict[str, Any]) -> None:
        file = folder / "adapter.toml"
        file.write_text(f'handler = "app.handler"\ntable = "Notas"\nkey = "numero"\n{adapter}', encoding="utf-8")
        self.adapter, self.begun, self.answers, self.made = load(file), 0, [Answer()], rows

    def begin(self) -> None:
        self.begun += 1

    def upload(self, _body: bytes, _key: str) -> Answer:
        return self.answers[0]

    def rows(self) -> tuple[dict[str, Any], ...]:
        return self.made


def sampled(table: Table) -> None:
    sample(cast("Bench", table))


def test_members_of_other_names_in_the_table_are_asked_for(tmp_path: Path) -> None:
    row = {"numero": "NF-8", "cliente": "João Silva", "total": Decimal("2878.1"), "data_emissao": "2025-10-03"}
    with pytest.raises(UsageError, match=r'write into the adapter: row = \{ id = "numero", valor = "total" \}$'):
        sampled(Table(tmp_path, "", row))
    sampled(Table(tmp_path, 'row = { id = "numero", valor = "total" }', row))


def test_members_that_the_table_has_not_at_all_are_nothing_to_ask_for(tmp_path: Path) -> None:
    sampled(Table(tmp_path, "", {"numero": "3f2c", "id": SAMPLE["id"], "valor": Decimal("2878.1")}))
    sampled(Table(tmp_path, "", {"numero": "3f2c"}))


@pytest.mark.parametrize("body", [b"[]", b"[1]", b"nota", b"\xff", b'{"notas": [{"id": "NF-8"}]}'])
def test_a_sample_that_is_none_is_said_in_a_line(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "amostra.json").write_bytes(body)
    with pytest.raises(UsageError, match=r"amostra\.json is no document of invoices: "):
        sampled(Table(tmp_path, 'sample = "amostra.json"'))
