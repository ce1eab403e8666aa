"""Finds every sentence that people are told, wherever it stands: the reasons, the commands, the API, the page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import typer.main
from babel.messages.catalog import Catalog

from pipeline.cli import app
from pipeline.functions.messages import MESSAGES
from pipeline.functions.rest import failures, page
from pipeline.functions.rest.problems import TITLES
from pipeline.usage import Notas, declared

ROOT = Path(__file__).parent.parent

SOURCES = [path for folder in ("judge", "pipeline") for path in sorted((ROOT / folder).rglob("*.py"))]
"""Where people are told something."""

CALLS = {
    "_": slice(0, 1),
    "marked": slice(0, 1),
    "plural": slice(1, 3),
    # The details of the API's problems.
    "ProblemError": slice(2, 3),
    "bad_request": slice(0, 1),
    "not_found": slice(0, 1),
    "_unsupported": slice(0, 1),
}
"""The functions that are given a sentence, and where; of a plural, that for one and that for more."""

Sentence = str | tuple[str, ...]
"""A sentence in English; where it counts something, that for one and that for more."""


def template() -> Catalog:
    """The catalogue of all sentences, without what they are in any other language."""
    found = Catalog(charset="utf-8")
    for sentence, where in [*_of_reasons(), *_of_commands(), *_of_problems(), *_of_sources(), *_of_the_page()]:
        found.add(sentence, auto_comments=[where] if where else [])
    return found


def _of_reasons() -> Iterator[tuple[Sentence, str]]:
    for key, sentence in MESSAGES.items():
        yield sentence, key


def _of_commands() -> Iterator[tuple[Sentence, str]]:
    group = typer.main.get_command(app)
    assert isinstance(group, Notas)  # nosec B101 # which is what the app is made of
    for command in group.every():
        for paragraph in filter(None, declared(command)):
            yield paragraph, f"notas {command.name} --help"


def _of_problems() -> Iterator[tuple[Sentence, str]]:
    for title in TITLES.values():
        yield title, "the title of a problem"
    for sentence in failures.SENTENCES:
        yield sentence, "a wrong parameter of a request"


def _of_sources() -> Iterator[tuple[Sentence, str]]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_bytes())):
            sentence = _called_with(node)
            if sentence:
                yield sentence if len(sentence) > 1 else sentence[0], ""


def _called_with(node: ast.AST) -> tuple[str, ...]:
    """The sentence that a call is given; nothing where it is no such call, or where a variable has the sentence.

    Babel's own extraction does not look into f-strings before Python 3.12.
    """
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
        return ()
    arguments = node.args[CALLS[node.func.id]]
    return tuple(one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _of_the_page() -> Iterator[tuple[Sentence, str]]:
    return ((sentence, "the page") for sentence in page.words())
