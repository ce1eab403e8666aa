"""Deployment packages: a folder of code and what it imports, for one Lambda runtime and architecture.

A package holds compiled modules, because Lambda can keep none of what it compiles, and every file with the same date,
so that the same content gives the same bytes. It is kept under a name made of all that went into it.
"""

import compileall
import errno
import marshal
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import uv

from .cache import Cache
from .errors import PackageError
from .target import Target
from .words import _

REQUIREMENTS = "requirements.txt"

KEPT_SECONDS = 30 * 24 * 60 * 60
"""How long a package is kept that nobody uses."""

# Magic number, flags, and a hash or a date: https://peps.python.org/pep-0552/
_PYC_HEADER = 16

# What editors, tests and version control leave in a folder of code.
_LEFT_OUT = {"__pycache__", ".git", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".aws-sam"}


def package_of(code: Path, target: Target, cache: Cache) -> Path:
    """The zip file of a function's folder, with what its `requirements.txt` names. Raises PackageError."""
    found = (path for path in code.rglob("*") if path.is_file())
    files = sorted(path for path in found if not _LEFT_OUT & {*path.relative_to(code).parts})
    contents = [part for path in files for part in (path.relative_to(code).as_posix(), _hash(path.read_bytes()))]
    recipe = digest(str(target), sys.version, sys.platform, Path(__file__).read_text(encoding="utf-8"))
    requirements = code / REQUIREMENTS

    def make(scratch: Path) -> Path:
        own, made = scratch / "own", scratch / "dependencies"
        for path in files:
            copy = own / path.relative_to(code)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        made.mkdir()
        if requirements.is_file() and target.runtime.startswith("python"):
            install(requirements, target, made, cache)
        return write_zip([own, made], scratch / "package.zip")

    return kept(f"package-{digest(recipe, *contents)}.zip", make, cache)


def kept(name: str, make: Callable[[Path], Path], cache: Cache) -> Path:
    """What is built once: `name` in the cache's folder. `make` makes it in a scratch folder, and returns where.

    Raises PackageError.
    """
    folder = cache.folder()
    place = folder / name
    if place.exists():
        # That it was used: few file systems note it at each reading.
        os.utime(place, ns=(time.time_ns(), place.stat().st_mtime_ns))
        return place
    _remove_old(folder)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="unfinished-") as scratch:
            made = make(Path(scratch))
            try:
                made.rename(place)
            except OSError:
                # If another process was first, its result is the same.
                if not place.exists():
                    raise
    except OSError as error:
        raise PackageError(
            _(
                "cannot write the deployment package: {error}. Make room in {folder} and try again",
                error=error,
                folder=folder,
            )
        ) from error
    return place


def _remove_old(folder: Path) -> None:
    """Remove the packages that nobody has used for long, and what killed runs left unfinished."""
    for old in (*folder.glob("package-*.zip"), *folder.glob("unfinished-*")):
        with suppress(FileNotFoundError):  # Another run removes them, too.
            if old.stat().st_atime < time.time() - KEPT_SECONDS:
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
                else:
                    old.unlink()


def digest(*parts: str) -> str:
    """A name for what these parts make."""
    return _hash("\0".join(parts).encode())[:16]


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def install(
    requirements: Path, target: Target, folder: Path, cache: Cache, *, hashes: bool = False, cwd: Path | None = None
) -> None:
    """Install what the file `requirements` names into a folder; where there are to be `hashes`, nothing else.

    `cwd` is where relative paths in the file are seen from, and where uv looks for a project to obey, also above it. As
    a rule that is the folder's own, so that it obeys none. Raises PackageError.
    """
    command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--target", str(folder)]
    command += ["--requirements", str(requirements), *(["--require-hashes"] if hashes else [])]
    if target.native:
        command += ["--python", sys.executable]
    else:
        command += ["--python-version", target.python_version, "--python-platform", target.uv_platform]
    if hashes or not target.native:
        # What is built here would be for this machine.
        command += ["--only-binary", ":all:"]
    environment = {**os.environ, **cache.home_of_uv()}
    # First from uv's cache alone. If that has everything, no network is needed, and no proxy that may be down.
    for offline in (["--offline"], []):
        result = subprocess.run(
            command + offline,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            env=environment,
            cwd=cwd or folder.parent,
        )
        if not result.returncode:
            break
        # uv would take what a first attempt left for complete.
        shutil.rmtree(folder, ignore_errors=True)
    else:
        why = _last_words(result.stderr) or _("uv ended with {code} and said nothing", code=result.returncode)
        raise PackageError(
            _(
                "cannot install what the functions import: {why}. The first build needs a package index (PyPI), and "
                "room in {folder}",
                why=f"{requirements}: {why}",
                folder=cache.folder(),
            )
        )
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for record in folder.glob("*.dist-info/RECORD"):
        # It has the digests of the scripts in bin, which name this machine's interpreter.
        record.unlink()


def _last_words(said: str) -> str:
    """Why uv failed, of all that it said: the cause that it names last, without its hints."""
    lines = [line.strip() for line in said.splitlines()]
    last = [line for line in lines if line and not line.startswith("hint:")][-1:]
    return "".join(last).removeprefix("cause: ").rstrip(".")


def compile_modules(target: Target, folder: Path, *, in_place: bool = False) -> bool:
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


def write_zip(roots: Iterable[Path], file: Path) -> Path:
    """Write a zip file of all that is in the roots, the same bytes for the same content. Returns the file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for root in roots:
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), (1980, 1, 1, 0, 0, 0))
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = 0o100644 << 16
                    archive.writestr(entry, path.read_bytes())
    return file
