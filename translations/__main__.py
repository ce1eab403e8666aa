"""`make messages`: brings the catalogue up to date with the sentences in the sources, and compiles it.

Says which sentences have no Portuguese yet, and ends with 1 if any has not.
"""

import sys

from . import catalogue
from .sentences import template


def main() -> None:
    """Write both files."""
    catalogue.SOURCE.write_bytes(catalogue.written(catalogue.brought_up_to_date(catalogue.read(), template())))
    found = catalogue.read()
    catalogue.COMPILED.write_bytes(catalogue.compiled(found))
    missing = [str(message.id) for message in found if message.id and not message.string]
    print(f"{len(found)} sentences in {catalogue.SOURCE}")
    if missing:
        sys.exit("\n".join(["without Portuguese:", *missing]))


if __name__ == "__main__":
    main()
