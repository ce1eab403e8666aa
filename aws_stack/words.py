"""What people are told: in English, unless the program that is built on this package says it in another language.

    _("{file} does not exist", file=file)
    plural(3, "{count} version", "{count} versions")

Messages name options and commands by what the program calls them: `{cloud_option}` is one of TERMS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Values = Mapping[str, object]

TERMS = {
    "cloud_option": "--aws-cloud",
    "image_option": "--aws-cloud-image",
    "port_option": "port=…",
    "stack_option": "aws_stack_name",
    "get_image": "docker pull and its name",
    "start": "ministack, or whatever starts yours",
    "remover": "the end of the run",
}
"""What the plugin for pytest calls what messages name."""


@dataclass
class _Program:
    """The program of this process. A process runs one."""

    text: Callable[[str, Values], str] = lambda sentence, values: sentence.format_map(values)
    plural: Callable[[str, str, int, Values], str] = lambda one, more, count, values: (
        one if count == 1 else more
    ).format_map({"count": count, **values})
    terms: Mapping[str, str] = field(default_factory=lambda: TERMS)


_program = _Program()


def _(sentence: str, /, **values: object) -> str:
    """A sentence with its values."""
    return _program.text(sentence, {**_program.terms, **values})


def plural(count: int, one: str, more: str, /, **values: object) -> str:
    """The sentence for one of something, or for more. The count is a value of it."""
    return _program.plural(one, more, count, {**_program.terms, **values})


def say_by(
    text: Callable[[str, Values], str],
    several: Callable[[str, str, int, Values], str],
    terms: Mapping[str, str],
) -> None:
    """Say everything by these functions from now on, and with the program's own `terms` for those of TERMS.

    `text` is given a sentence in English and its values; `several` one for one of something, one for more, and the
    count before them.
    """
    _program.text, _program.plural, _program.terms = text, several, {**TERMS, **terms}
