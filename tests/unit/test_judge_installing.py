"""An implementation's requirements are installed once, where its function imports them."""

import zipfile
from pathlib import Path

import pytest

from aws_stack.errors import PackageError
from pipeline.judge.installing import paths
from pipeline.judge.reading import load

WHEEL = "dela-1.0-py3-none-any.whl"
METADATA = {
    "dela.py": "ANSWER = 42\n",
    "dela-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: dela\nVersion: 1.0\n",
    "dela-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "dela-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOTAS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "ours.py").write_text("def handler(event, context): ...\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / WHEEL, "w") as wheel:
        for name, text in METADATA.items():
            wheel.writestr(name, text)
    file = tmp_path / "adapter.toml"
    said = 'handler = "ours.handler"\ntable = "Notas"\nkey = "id"\nrequirements = "requirements.txt"\n'
    file.write_text(said, encoding="utf-8")
    return file


def test_what_it_requires_lies_beside_its_root_and_is_installed_once(adapter: Path) -> None:
    # A path in it is seen from the file itself.
    (adapter.parent / "requirements.txt").write_text(f"./{WHEEL}\n", encoding="utf-8")
    root, installed = paths(load(adapter))
    assert Path(root) == adapter.parent
    assert (Path(installed) / "dela.py").read_text(encoding="utf-8") == "ANSWER = 42\n"
    (adapter.parent / WHEEL).unlink()
    assert paths(load(adapter)) == (root, installed)


def test_a_file_that_requires_nothing_is_none_to_stumble_on(adapter: Path) -> None:
    (adapter.parent / "requirements.txt").write_text("# boto3 is in Lambda\n", encoding="utf-8")
    [_root, installed] = paths(load(adapter))
    assert [*Path(installed).glob("*.dist-info")] == []


def test_what_cannot_be_installed_is_said_with_its_file_and_leaves_nothing(adapter: Path) -> None:
    requirements = adapter.parent / "requirements.txt"
    requirements.write_text("./missing-1.0-py3-none-any.whl\n", encoding="utf-8")
    with pytest.raises(PackageError, match=str(requirements)):
        paths(load(adapter))
    assert [one.name for one in (adapter.parent / "cache").iterdir() if one.name != "home"] == []
