"""What an implementation runs on: its own requirements beside its root, or all of it in a deployment package."""

import shutil
import sys
from pathlib import Path

from aws_stack.packaging import digest, install, kept, write_zip
from aws_stack.target import Target
from pipeline.cache import OWN

from .adapter import Adapter

SHIMS = Path(__file__).parent / "shim"

_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__")


def paths(adapter: Adapter) -> tuple[str, ...]:
    """Where the function's modules are imported from: its root, then what it requires. Raises PackageError."""
    installed = _installed(adapter.requirements, Target.this_interpreter())
    return (str(adapter.root), *map(str, installed))


def package(adapter: Adapter, target: Target, scratch: Path) -> Path:
    """A deployment package, made in a scratch folder: its code, what it requires, and the judge's modules beside.

    Raises PackageError.
    """
    own = scratch / "own"
    own.mkdir()
    for part in adapter.package or (".",):
        source, copy = adapter.root / part, own / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=_LEFT_OUT, ignore_dangling_symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, copy)
    installed = _installed(adapter.requirements, target) if adapter.runtime == "python" else []
    for name in ("python_function.py", "deployed_function.py"):
        shutil.copyfile(SHIMS / name, own / name)
    return write_zip([own, *installed], scratch / "package.zip")


def _installed(requirements: Path | None, target: Target) -> list[Path]:
    """A folder with what a file requires; none if there is no file."""
    if requirements is None:
        return []

    def make(scratch: Path) -> Path:
        made = scratch / "dependencies"
        made.mkdir()
        install(requirements, target, made, OWN, cwd=requirements.parent)
        return made

    known = digest(sys.version, str(target), str(requirements.parent), requirements.read_text(encoding="utf-8"))
    return [kept(f"judged-{known}", make, OWN)]
