"""What MiniStack does again and again is done once, with the same results."""

import zipfile
from pathlib import Path

import pytest
from ministack.core import lambda_runtime
from ministack.services import _dynamodb_keywords as partiql
from ministack.services import dynamodb

from aws_stack.clouds.ministack import speed

INSERT = "INSERT INTO \"notas\" VALUE {'id': ?, 'valor': ?}"


@pytest.fixture(autouse=True)
def amended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in (partiql, dynamodb):
        monkeypatch.setattr(module, "_tokenize", module._tokenize)
    monkeypatch.setattr(lambda_runtime, "zipfile", zipfile)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    speed.amend()


def test_a_statement_is_taken_apart_once_whatever_its_parameters() -> None:
    first, second = ([{"S": name}, {"N": "1"}] for name in ("a", "b"))
    assert partiql.parse_statement(INSERT, first)["item"]["id"] == {"S": "a"}
    assert partiql.parse_statement(INSERT, second)["item"]["id"] == {"S": "b"}
    assert (partiql._tokenize.cache_info().misses, partiql._tokenize.cache_info().hits) == (1, 1)


def test_an_expression_is_taken_apart_once_whatever_its_values() -> None:
    for valor in ("1", "2"):
        item = {"valor": {"N": "1"}}
        held = dynamodb._evaluate_condition("valor = :valor", item, {":valor": {"N": valor}}, {})
        assert held is (valor == "1")
    assert dynamodb._tokenize.cache_info().misses == 1
    assert dynamodb._tokenize.cache_info().hits >= 1


def unpacked(package: Path, folder: Path) -> Path:
    folder.mkdir()
    with lambda_runtime.zipfile.ZipFile(package) as opened:
        opened.extractall(folder)
    return folder


def package(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("in/app.py", text)
    return path


def test_a_package_is_unpacked_once_into_folders_of_each_processs_own(tmp_path: Path) -> None:
    made = package(tmp_path / "code.zip", "first = 1")
    one, other = (unpacked(made, tmp_path / name) for name in ("one", "other"))
    assert (other / "in/app.py").samefile(one / "in/app.py")
    (one / "in/more.py").touch()
    assert sorted(path.name for path in (other / "in").iterdir()) == ["app.py"]


def test_another_package_of_the_same_name_is_another(tmp_path: Path) -> None:
    unpacked(package(tmp_path / "code.zip", "first = 1"), tmp_path / "one")
    other = unpacked(package(tmp_path / "code.zip", "second = 2"), tmp_path / "other")
    assert (other / "in/app.py").read_text() == "second = 2"
