"""The folder for what is built once and used again."""

import os
import tempfile
from pathlib import Path

import platformdirs

from .errors import PackageError

CLONE = Path(__file__).parent.parent


def folder() -> Path:
    """A folder that can be written: `$NOTAS_CACHE`, `build/` of a clone, or the user's folder for caches.

    The last resort is a folder among the temporary files, for a user whose home cannot be written.
    Raises PackageError if none of them can be written.
    """
    given = os.environ.get("NOTAS_CACHE")
    if given:
        choices = [Path(given).absolute()]
    else:
        clone = [CLONE / "build"] if (CLONE / "pyproject.toml").exists() else []
        choices = [*clone, platformdirs.user_cache_path("notas"), _temporary()]
    for choice in choices:
        if _is_writable(choice):
            return choice
    raise PackageError(f"none of these folders can be written: {', '.join(map(str, choices))}. Name one by NOTAS_CACHE")


def home_of_uv() -> dict[str, str]:
    """`{"HOME": …}`: another home for uv, if it cannot write its cache below the user's; else nothing."""
    return {} if _is_writable(platformdirs.user_cache_path("uv")) else {"HOME": str(folder() / "home")}


def _temporary() -> Path:
    return Path(tempfile.gettempdir()) / f"notas-cache-{os.getuid()}"


def _is_writable(choice: Path) -> bool:
    """Whether the folder exists or could be made, and belongs to this user. Code is run from it."""
    try:
        choice.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.access(choice, os.W_OK) and choice.stat().st_uid == os.getuid()
    except OSError:
        return False
