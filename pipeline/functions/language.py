"""The reader's language. Everything is written in English; what Portuguese says instead is in a catalogue of gettext.

A sentence in English is its own key there (msgid). Values are filled in after it was translated. Nothing but the
catalogue is read, and that once, when somebody asks for Portuguese.
"""

import gettext
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .messages import MESSAGES, Formatter, Values, key

ENGLISH = "en"
PORTUGUESE = "pt"

LANGUAGES = (ENGLISH, PORTUGUESE)

TAGS = {ENGLISH: "en", PORTUGUESE: "pt-BR"}
"""What each is called in HTTP and HTML. https://www.rfc-editor.org/info/bcp47"""

LOCALES = {ENGLISH: "en", PORTUGUESE: "pt_BR"}
"""What each is called in a system's variables, and its folder in FOLDER."""

FOLDER = Path(__file__).parent / "locale"

DOMAIN = "notas"

# Those that gettext reads, the first that is set. LANGUAGE may list several:
# https://www.gnu.org/software/gettext/manual/html_node/Locale-Environment-Variables.html
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

_SEPARATORS = str.maketrans(",.", ".,")


def preferred(accept_language: str | None) -> str:
    """The language that an `Accept-Language` header prefers of those that are spoken here; English if none.

    `pt`, `pt-BR` and `pt-PT` are Portuguese. What has a quality of 0 is not wanted; of two with the same, the first
    is. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
    """
    best, most = ENGLISH, 0.0
    for part in (accept_language or "").split(","):
        tag, *parameters = part.split(";")
        language = _spoken(tag.strip().partition("-")[0])
        quality = _quality(parameters)
        if language is not None and quality > most:
            best, most = language, quality
    return best


def _quality(parameters: list[str]) -> float:
    """The `q` among the parameters of a language; 1 where there is none, 0 where it is not a number from 0 to 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            digits = value.strip()
            is_number = digits.isascii() and digits.replace(".", "", 1).isdigit()
            return float(digits) if is_number and float(digits) <= 1 else 0.0
    return 1.0


def of_environment(variables: Mapping[str, str]) -> str:
    """The language of a terminal with these variables.

    As gettext has it: of LC_ALL, LC_MESSAGES and LANG the first that is set names the locale. LANGUAGE, a list such as
    `pt_BR:en`, goes before it, unless the locale is C or POSIX, which programs set that read what others print.
    """
    locale = next((variables[name] for name in _LOCALE_VARIABLES if variables.get(name)), "")
    if locale in ("C", "POSIX"):
        return ENGLISH
    wanted = variables.get("LANGUAGE", "").split(":") if variables.get("LANGUAGE") else [locale]
    spoken = (_spoken(one.partition(".")[0].partition("@")[0].partition("_")[0]) for one in wanted)
    return next((language for language in spoken if language is not None), ENGLISH)


def _spoken(name: str) -> str | None:
    """The language of this name, such as `pt`, if it is spoken here."""
    return name.lower() if name.lower() in LANGUAGES else None


def said(code: str, values: Values, language: str) -> str:
    """A reason or an error of a document in a language. Raises KeyError where there is no such sentence, or value."""
    return text(MESSAGES[key(code, values)], values, language)


def told(fault: Mapping[str, Any], language: str) -> str:
    """The message of a reason, or of an error, as `as_dict` made it, in a language.

    It stays as it was written where the sentence is not known: by another version of the function, which may have had
    no values, or others.
    """
    code, message = str(fault["code"]), str(fault["message"])
    if language == ENGLISH:
        return message
    try:
        values = {
            name: value if isinstance(value, str) else int(value) for name, value in (fault.get("values") or {}).items()
        }
        # What it says in English has to be what was written: another version's sentence may have meant something else.
        return said(code, values, language) if said(code, values, ENGLISH) == message else message
    except (KeyError, ValueError, TypeError):
        return message


def text(template: str, values: Mapping[str, object], language: str) -> str:
    """A sentence of the catalogue in a language, with its values. Raises KeyError where it lacks one."""
    return _FORMATTERS[language].vformat(translation(language).gettext(template), (), values)


def plural(one: str, more: str, count: int, values: Mapping[str, object], language: str) -> str:
    """`text` of the sentence for `count` of something: `one` or `more`, which is a value of it too."""
    template = translation(language).ngettext(one, more, count)
    return _FORMATTERS[language].vformat(template, (), {"count": count, **values})


@lru_cache(maxsize=len(LANGUAGES))
def translation(language: str) -> gettext.NullTranslations:
    """What gettext says in a language: the sentence itself, where the catalogue does not have it."""
    return gettext.translation(DOMAIN, FOLDER, [LOCALES[language]], fallback=True)


def catalogue(language: str, sentences: Iterable[str]) -> dict[str, str]:
    """What each of these sentences is in a language, by the sentence in English; values have their places still."""
    return {sentence: translation(language).gettext(sentence) for sentence in sentences}


class _InPortuguese(Formatter):
    """Fills sentences in Portuguese, which writes 1.500 and 0,5. Only what has a format is a number for people."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        made = super().format_field(value, format_spec)
        is_number = isinstance(value, int | float) and format_spec
        return made.translate(_SEPARATORS) if is_number else made


_FORMATTERS = {ENGLISH: Formatter(), PORTUGUESE: _InPortuguese()}
