"""What libraries say, in the reader's language. They have no translations, so their sentences are known by their words.

Pure but for the catalogue.
"""

import re
import string
from collections.abc import Sequence
from functools import lru_cache

from .language import text


def retold(said: str, sentences: Sequence[str], language: str) -> str:
    """What a library says, in a language; as it is where it is none of these sentences.

    A sentence has places, as in "Missing option {name}."; that of `{message}` is a sentence itself. Of two that begin
    alike, the longer one has to come first.
    """
    for sentence in sentences:
        found = _pattern(sentence).fullmatch(said)
        if found:
            values = found.groupdict()
            if "message" in values:
                values["message"] = retold(values["message"], sentences, language)
            return text(sentence, values, language)
    return said


@lru_cache(maxsize=64)
def _pattern(sentence: str) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (f"(?P<{name}>.+)" if name else "")
        for literal, name, _format, _conversion in string.Formatter().parse(sentence)
    )
    return re.compile("".join(parts), re.DOTALL)
