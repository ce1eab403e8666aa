"""Where notas keeps what it builds: `$NOTAS_CACHE`, `build/` of a clone, or the user's folder for caches."""

from pathlib import Path

from aws_stack.cache import Cache

CLONE = Path(__file__).parent.parent

OWN = Cache("notas", "NOTAS_CACHE", CLONE)
