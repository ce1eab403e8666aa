"""The files of the catalogue: read, brought up to date with the sentences that there are, and compiled."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pipeline.functions.language import DOMAIN, FOLDER, LOCALES, PORTUGUESE

SOURCE = FOLDER / LOCALES[PORTUGUESE] / "LC_MESSAGES" / f"{DOMAIN}.po"
COMPILED = SOURCE.with_suffix(".mo")

WIDTH = 110

# As it was made, so that two who bring it up to date do not differ in this.
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: notas\n"
"POT-Creation-Date: 2026-11-26 09:00+0000\n"
"PO-Revision-Date: 2026-11-26 09:00+0000\n"
"Language: pt_BR\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def read(source: Path = SOURCE) -> Catalog:
    """The catalogue as people write it."""
    with source.open("rb") as file:
        return read_po(file)


def brought_up_to_date(catalogue: Catalog, template: Catalog) -> Catalog:
    """The catalogue with every sentence of the template, and no other. What is new has no translation yet."""
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as the file for people has it: sorted, so that two who add to it seldom meet."""
    file = BytesIO()
    write_po(file, catalogue, width=WIDTH, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER.encode() + file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()
