"""What a command says, in the language of the person at the terminal.

    _("{file} does not exist", file=file)
    plural(3, "{count:,} invoice", "{count:,} invoices")

What such a call begins with is looked up in the catalogue. `make messages` finds it in the source, so it is a literal.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from aws_stack import words

from .functions import language
from .functions.language import ENGLISH, LANGUAGES

OPTION = "--language"


class _Spoken:
    """The language of this process's command. A process runs one."""

    language = ENGLISH


def spoken() -> str:
    """The language that is spoken now."""
    return _Spoken.language


def _(sentence: str, /, **values: object) -> str:
    """A sentence in the language that is spoken, with its values."""
    return language.text(sentence, values, _Spoken.language)


def plural(count: int, one: str, more: str, /, **values: object) -> str:
    """The sentence for one of something, or for more. The count is a value of it."""
    return language.plural(one, more, count, values, _Spoken.language)


def told(fault: Mapping[str, Any]) -> str:
    """The message of a reason, or of a document's error, in the language that is spoken."""
    return language.told(fault, _Spoken.language)


def marked(sentence: str) -> str:
    """A sentence that is looked up later, when the language is known. `make messages` finds it by this."""
    return sentence


def chosen(arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """The language for a command line: that of the last `--language` in it, else that of the environment.

    It is looked for before anything reads the command line as a whole, because help and errors are to speak it too.
    """
    found = language.of_environment(variables)
    words = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    for word, following in pairwise([*words, ""]):
        given = following if word == OPTION else word.removeprefix(f"{OPTION}=")
        if word.startswith(OPTION) and given in LANGUAGES:
            found = given
    return found


def speak(wanted: str) -> None:
    """Speak a language from now on."""
    _Spoken.language = wanted


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak a language for the `with` block."""
    before = spoken()
    speak(wanted)
    try:
        yield
    finally:
        speak(before)


# What the clouds and the deployment say, they say in the same language, and call options and commands as notas does.
words.say_by(
    lambda sentence, values: language.text(sentence, values, _Spoken.language),
    lambda one, more, count, values: language.plural(one, more, count, values, _Spoken.language),
    {
        "cloud_option": "--cloud",
        "image_option": "--cloud-image",
        "port_option": "--port",
        "stack_option": "--stack",
        "get_image": "make image",
        "start": "notas up",
        "remover": "notas destroy",
    },
)
