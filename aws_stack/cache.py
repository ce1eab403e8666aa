"""The folder for what is built once and used again."""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from .errors import PackageError
from .words import _


@dataclass(frozen=True, slots=True)
class Cache:
    """Where a program keeps what it builds.

    The environment's `variable` may name the folder. `clone` is the folder of the program's sources, if it runs there.
    """

    program: str = "pytest-aws-stack"
    variable: str = "AWS_STACK_CACHE"
    clone: Path | None = None

    def folder(self) -> Path:
        """A folder that can be written: the variable's, `build/` of a clone, or the user's folder for caches.

        The last resort is a folder among the temporary files, for a user whose home cannot be written.
        Raises PackageError if none of them can be written.
        """
        given = os.environ.get(self.variable)
        if given:
            choices = [Path(given).absolute()]
        else:
            clone = [self.clone / "build"] if self.clone and (self.clone / "pyproject.toml").exists() else []
            choices = [*clone, platformdirs.user_cache_path(self.program), self.temporary()]
        for choice in choices:
            if self._is_own(choice):
                return choice
        raise PackageError(
            _(
                "none of these folders belongs to this user alone and can be written: {folders}. Name one by "
                "{variable}",
                folders=", ".join(map(str, choices)),
                variable=self.variable,
            )
        )

    def ensure_home(self) -> None:
        """Set HOME if nothing tells where this user's is. Libraries ask for it when they are imported, and fail."""
        try:
            Path.home()
        except RuntimeError:
            os.environ["HOME"] = str(self.temporary())

    def home_of_uv(self) -> dict[str, str]:
        """`{"HOME": …, …}`: another home for uv, if it cannot write its cache in the usual place; else nothing."""
        # uv's own rule, on macOS too: https://docs.astral.sh/uv/concepts/cache/#cache-directory
        usual = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "uv"
        if self._is_own(usual):
            return {}
        home = self.folder() / "home"
        return {
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local" / "share"),
        }

    def temporary(self) -> Path:
        """The last resort."""
        return Path(tempfile.gettempdir()) / f"{self.program}-cache-{os.getuid()}"

    def _is_own(self, choice: Path) -> bool:
        """Whether the folder is there, or could be made, and nobody else can write it. Code is run from it."""
        try:
            choice.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Where everybody may make a folder, a link to one would be somebody else's.
            found = choice.lstat() if choice == self.temporary() else choice.stat()
        except OSError:
            return False
        mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & stat.S_IWOTH
        return mine and os.access(choice, os.W_OK)
