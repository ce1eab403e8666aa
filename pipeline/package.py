"""The deployment package: the functions and what they import, for one Lambda runtime and architecture."""

import shutil
import sys
from hashlib import sha256
from pathlib import Path

from aws_stack import packaging
from aws_stack.packaging import compile_modules, digest, install, kept, write_zip
from aws_stack.target import Target

from .cache import OWN

FUNCTIONS = Path(__file__).parent / "functions"
LOCK = FUNCTIONS / "requirements.txt"

# The functions import only these parts of these folders. The rest would be most of the package's files, and a cold
# start unpacks them all. `tests/unit/test_package.py` imports the functions from the package alone.
_NEEDED = {
    "aws_lambda_powertools/event_handler/openapi": (
        "__init__.py",
        "compat.py",
        "config.py",
        "constants.py",
        "dependant.py",
        "encoders.py",
        "exceptions.py",
        "merge.py",
        "models.py",
        "params.py",
        "pydantic_loader.py",
        "schema_generator.py",
        "types.py",
    ),
    "aws_lambda_powertools/utilities": ("__init__.py", "data_classes", "jmespath_utils", "typing"),
}


def build(target: Target) -> Path:
    """The package's zip file, built if it does not exist yet. Raises PackageError."""
    recipe = [path.read_text(encoding="utf-8") for path in (Path(__file__), Path(packaging.__file__), LOCK)]
    dependencies = f"dependencies-{digest(str(target), sys.version, sys.platform, *recipe)}"
    sources = sorted(path for suffix in ("py", "html", "css", "js", "mo") for path in FUNCTIONS.rglob(f"*.{suffix}"))
    contents = [
        part
        for path in sources
        for part in (path.relative_to(FUNCTIONS).as_posix(), sha256(path.read_bytes()).hexdigest())
    ]

    def make(scratch: Path) -> Path:
        installed = kept(dependencies, lambda other: _install(target, other / "dependencies"), OWN)
        return write_zip([_own(target, sources, scratch / "own"), installed], scratch / "package.zip")

    return kept(f"package-{digest(dependencies, *contents)}.zip", make, OWN)


def _install(target: Target, folder: Path) -> Path:
    install(LOCK, target, folder, OWN, hashes=True)
    for parent, needed in _NEEDED.items():
        for path in (folder / parent).iterdir():
            if path.name not in needed:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    if compile_modules(target, folder, in_place=True):
        for source in folder.rglob("*.py"):
            source.unlink()
    return folder


def _own(target: Target, sources: list[Path], folder: Path) -> Path:
    """The functions themselves, in their place."""
    (folder / "pipeline").mkdir(parents=True)
    (folder / "pipeline" / "__init__.py").write_text('"""The part of notas that runs in Lambda."""\n', encoding="utf-8")
    for source in sources:
        copy = folder / "pipeline" / source.relative_to(FUNCTIONS.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    compile_modules(target, folder)
    return folder
