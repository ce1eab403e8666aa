"""An implementation's own requirements, installed into a folder beside those of others."""

import hashlib
import subprocess
import sys

from aws_stack.errors import PackageError
from pipeline.cache import OWN
from pipeline.words import _

from .adapter import Adapter


def paths(adapter: Adapter) -> tuple[str, ...]:
    """Where the function's modules are imported from: its root, then what it requires. Raises PackageError."""
    if adapter.requirements is None:
        return (str(adapter.root),)
    wanted = adapter.requirements.read_bytes()
    known = hashlib.sha256(sys.version.encode() + str(adapter.requirements.parent).encode() + wanted).hexdigest()
    folder = OWN.folder() / "judged" / known[:16]
    if not folder.exists():
        # Under another name until it is whole.
        unfinished = folder.with_suffix(".unfinished")
        command = ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--target", str(unfinished)]
        done = subprocess.run(
            [sys.executable, "-m", *command, "-r", str(adapter.requirements)],
            capture_output=True,
            text=True,
            check=False,
            cwd=adapter.requirements.parent,
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["?"]
            raise PackageError(_("cannot install {file}: {error}", file=adapter.requirements, error=last[0]))
        unfinished.rename(folder)
    return (str(adapter.root), str(folder))
