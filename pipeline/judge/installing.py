"""An implementation's own requirements, installed into a folder beside those of others."""

import sys
from pathlib import Path

from aws_stack.packaging import digest, install, kept
from aws_stack.target import Target
from pipeline.cache import OWN

from .adapter import Adapter


def paths(adapter: Adapter) -> tuple[str, ...]:
    """Where the function's modules are imported from: its root, then what it requires. Raises PackageError."""
    requirements = adapter.requirements
    if requirements is None:
        return (str(adapter.root),)

    def make(scratch: Path) -> Path:
        made = scratch / "dependencies"
        made.mkdir()
        install(requirements, Target.this_interpreter(), made, OWN, cwd=requirements.parent)
        return made

    known = digest(sys.version, str(requirements.parent), requirements.read_text(encoding="utf-8"))
    return (str(adapter.root), str(kept(f"judged-{known}", make, OWN)))
