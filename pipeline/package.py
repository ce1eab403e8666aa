"""The deployment package: the functions and what they import, for one Lambda runtime and architecture.

The package holds compiled modules, because Lambda can keep none of what it compiles, and every file with the same date,
so that the same content gives the same bytes. It is kept under a name made of all that went into it.
"""

import compileall
import errno
import marshal
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import uv

from . import cache
from .errors import PackageError
from .words import _

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

# Magic number, flags, and a hash or a date: https://peps.python.org/pep-0552/
_PYC_HEADER = 16


@dataclass(frozen=True, slots=True)
class Target:
    """What a package is built for: a Lambda runtime such as "python3.13", and "x86_64" or "arm64".

    `native` packages are for this very interpreter and machine, whatever its system.
    """

    runtime: str
    architecture: str
    native: bool = False

    @classmethod
    def this_interpreter(cls) -> "Target":
        """For functions that run on this interpreter, as on the embedded cloud."""
        architecture = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
        return cls(f"python{sys.version_info[0]}.{sys.version_info[1]}", architecture, native=True)

    @property
    def python_version(self) -> str:
        """Such as "3.13"."""
        return self.runtime.removeprefix("python")

    @property
    def uv_platform(self) -> str:
        """The machine and its C library, as uv names them, such as "aarch64-manylinux_2_28"."""
        machine = {"x86_64": "x86_64", "arm64": "aarch64"}[self.architecture]
        # Lambda runs Python 3.11 on Amazon Linux 2, with glibc 2.26, and later ones on Amazon Linux 2023, with 2.34:
        # https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
        # Between 2.17 and 2.28, uv has no name for any.
        return f"{machine}-manylinux_{'2_17' if self.runtime == 'python3.11' else '2_28'}"


def build(target: Target) -> Path:
    """The package's zip file, built if it does not exist yet. Raises PackageError."""
    folder = cache.folder()
    recipe, lock = (path.read_text(encoding="utf-8") for path in (Path(__file__), LOCK))
    dependencies = folder / f"dependencies-{_digest(str(target), sys.version, sys.platform, recipe, lock)}"
    sources = sorted(path for suffix in ("py", "html", "css", "js", "mo") for path in FUNCTIONS.rglob(f"*.{suffix}"))
    contents = [
        part
        for path in sources
        for part in (path.relative_to(FUNCTIONS).as_posix(), sha256(path.read_bytes()).hexdigest())
    ]
    package = folder / f"package-{_digest(dependencies.name, *contents)}.zip"
    if package.exists():
        return package
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="unfinished-") as scratch:
            if not dependencies.exists():
                _put_in_place(_install(target, Path(scratch) / "dependencies"), dependencies)
            _put_in_place(_zip(target, sources, dependencies, Path(scratch)), package)
    except OSError as error:
        raise PackageError(
            _(
                "cannot write the deployment package: {error}. Make room in {folder} and try again",
                error=error,
                folder=folder,
            )
        ) from error
    return package


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


def _put_in_place(made: Path, place: Path) -> None:
    """Move what was made to its place. If another process was first, its result is the same."""
    try:
        made.rename(place)
    except OSError:
        if not place.exists():
            raise


def _install(target: Target, folder: Path) -> Path:
    command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--target", str(folder), "--require-hashes"]
    command += ["--only-binary", ":all:", "--requirements", str(LOCK)]
    if target.native:
        command += ["--python", sys.executable]
    else:
        command += ["--python-version", target.python_version, "--python-platform", target.uv_platform]
    environment = {**os.environ, **cache.home_of_uv()}
    # First from uv's cache alone. If that has everything, no network is needed, and no proxy that may be down.
    for offline in (["--offline"], []):
        # Beside the package, for uv obeys a project that it finds in its own folder or above.
        result = subprocess.run(
            command + offline,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            env=environment,
            cwd=folder.parent,
        )
        if not result.returncode:
            break
        # uv would take what a first attempt left for complete.
        shutil.rmtree(folder, ignore_errors=True)
    else:
        said = [line for line in result.stderr.strip().splitlines() if not line.strip().startswith("hint:")]
        last = said[-1:] or [_("uv ended with {code} and said nothing", code=result.returncode)]
        raise PackageError(
            _(
                "cannot install what the functions import: {why}. The first build needs a package index (PyPI), and "
                "room in {folder}",
                why=last[0].strip(),
                folder=cache.folder(),
            )
        )
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for record in folder.glob("*.dist-info/RECORD"):
        # It has the digests of the scripts in bin, which name this machine's interpreter.
        record.unlink()
    for parent, needed in _NEEDED.items():
        for path in (folder / parent).iterdir():
            if path.name not in needed:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    if _compile(target, folder, in_place=True):
        for source in folder.rglob("*.py"):
            source.unlink()
    return folder


def _compile(target: Target, folder: Path, *, in_place: bool = False) -> bool:
    """Compile every module, beside its source or `in_place` of it. False if this Python is not the target's version."""
    if target.python_version != f"{sys.version_info[0]}.{sys.version_info[1]}":
        return False
    # Not checked against the source: the package does not keep the source's date.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    whole = compileall.compile_dir(folder, quiet=2, stripdir=str(folder), legacy=in_place, invalidation_mode=mode)
    if not whole or not all(map(_is_whole, folder.rglob("*.pyc"))):
        # Every module compiles, so there was no room.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    return True


def _is_whole(compiled: Path) -> bool:
    """Whether a compiled module was written to its end. On a full disk, Python may stop before it and say nothing."""
    try:
        marshal.loads(compiled.read_bytes()[_PYC_HEADER:])  # nosec B302 # what was compiled just now
    except (EOFError, ValueError, TypeError):
        return False
    return True


def _zip(target: Target, sources: list[Path], dependencies: Path, scratch: Path) -> Path:
    own = scratch / "own"
    (own / "pipeline").mkdir(parents=True)
    (own / "pipeline" / "__init__.py").write_text('"""The part of notas that runs in Lambda."""\n', encoding="utf-8")
    for source in sources:
        copy = own / "pipeline" / source.relative_to(FUNCTIONS.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    _compile(target, own)
    made = scratch / "package.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for root in (own, dependencies):
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), (1980, 1, 1, 0, 0, 0))
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = 0o100644 << 16
                    archive.writestr(entry, path.read_bytes())
    return made
