"""Without a clone: the wheel, installed in an environment of its own, has all that its commands need."""

import json
import subprocess
from pathlib import Path

import pytest
import uv

from fixtures.command import ROOT, program
from fixtures.invoices import document, invoice

pytestmark = [
    pytest.mark.night("a wheel is built and installed: it changes with the project's files alone"),
    pytest.mark.usefixtures("starts_cloud"),
]


def run_uv(*arguments: str) -> None:
    """Run uv; from its cache alone where that has everything."""
    for offline in (["--offline"], []):
        result = subprocess.run([uv.find_uv_bin(), *arguments, *offline], capture_output=True, text=True, check=False)
        if not result.returncode:
            return
    pytest.fail(result.stderr)


@pytest.fixture(scope="module")
def notas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed program, below a path with a space and accents."""
    folder = tmp_path_factory.mktemp("fora da cópia")
    run_uv("build", "--wheel", "--no-build-isolation", "--out-dir", str(folder / "dist"), str(ROOT))
    run_uv("venv", str(folder / "venv"))
    [wheel] = (folder / "dist").glob("notas-*.whl")
    pinned = str(ROOT / "requirements" / "notas.txt")
    run_uv("pip", "install", "--python", str(folder / "venv"), "--constraint", pinned, str(wheel))
    return folder / "venv" / "bin" / "notas"


def test_the_installed_program_shows_its_samples_and_runs_files(notas: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    # Names of modules that the commands import: what is in a person's folder must not run in their place.
    for theirs in ("pipeline.py", "queue.py"):
        (tmp_path / theirs).write_text("raise SystemExit('imported from the working folder')", encoding="utf-8")
    with program(notas, "demo", cwd=tmp_path, NOTAS_CACHE=cache) as demo:
        assert demo.wait() == 1, demo.err
        assert f"Samples: '{notas.parent.parent}/lib/" in demo.err
        assert "samples/nfe-completa.json" in demo.out
    file = tmp_path / "notas.json"
    file.write_bytes(document(invoice("NF-1")))
    with program(notas, "run", file.name, "--json", cwd=tmp_path, NOTAS_CACHE=cache) as run:
        assert run.wait() == 0, run.err
        assert [upload["stored"] for upload in json.loads(run.out)["uploads"]] == [1]
    assert list((tmp_path / "cache").glob("package-*.zip")), "it keeps what it builds where it is told"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "notas.json", "pipeline.py", "queue.py"]


def test_the_installed_program_starts_a_cloud_and_deploys_to_it(notas: Path, tmp_path: Path) -> None:
    with program(notas, "up", "--port", "0", "--json", cwd=tmp_path) as up:
        up.wait_for("environment")
        endpoint = json.loads(up.out)["endpoint"]
        deploy = ["deploy", "--endpoint-url", endpoint, "--stack", "outra", "--json"]
        with program(notas, *deploy, cwd=tmp_path) as deployed:
            assert deployed.wait() == 0, deployed.err
            assert "UploadsBucket" in json.loads(deployed.out)
        up.interrupt()
        assert up.wait() == 0
        assert up.left() == []
