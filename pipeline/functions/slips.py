"""What people and programs write in place of JSON, told from where it stops being JSON. Pure.

Asked only once a text has been refused, for the words of the error: nothing here decides what is JSON, and nothing is
read as what it seems to mean.
"""

import re
import unicodedata

from .messages import Values
from .reasons import shortened

NEAR = 64
"""How many characters before the place, and after it, tell what was meant."""

_CURLY = "“”„‟«»‘’‚‛`´′″"
_COMMENTS = "//", "/*", "#", "--", "<!--"
_WORDS = {"none": "null", "nil": "null", "undefined": "null", "null": "null", "true": "true", "false": "false"}
_NO_NUMBERS = {"nan", "infinity", "inf"}

_NAME = re.compile(r"[^\W\d][\w$-]*")
_WORD = re.compile(r"[^\W\d]\w*")
_TOKEN_BEFORE = re.compile(r'[^\s,:\[\]{}"]*\Z')
_TOKEN_AFTER = re.compile(r'[^\s,\[\]{}"]*')
_BARE = re.compile(r'[^,\[\]{}"\n\r]+')
_COMMA_BEFORE = re.compile(r"(?<![\w.,-])-?[0-9.]+,0?\Z")
_DIGITS_AFTER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?![\w.,]*[\w])")
_NUMBER_BEFORE = re.compile(r"(?<![\w.,-])-?[0-9]+\.[0-9]+\Z")
_POINTS_AFTER = re.compile(r"(?:\.[0-9]{3})+,[0-9]+(?!\w)")
_MONEY = re.compile(r"R\$\s*(-?[0-9]+(?:[.,][0-9]+)*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LEADING_ZEROS = re.compile(r"(-?)0+([0-9]+(?:\.[0-9]+)?)")
_BRAZILIAN = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]{1,2}")
_ENGLISH = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}")


def slip(before: str, after: str, wanted: str) -> Values | None:
    """What seems to be written at a place where `wanted` belongs: the values of a sentence, None where nobody can say.

    `before` and `after` are up to NEAR characters on either side of the place, of the same value of the document.
    """
    return _mark(after) or _WANTED.get(wanted, _nothing)(before, after)


def control_character(char: str) -> Values:
    """A control character that stands in a string as it is, with what to write for it."""
    if char == "\n":
        return {"hint": "line_break"}
    known = {"\t": r"\t", "\r": r"\r", "\b": r"\b", "\f": r"\f"}
    return {
        "hint": "control_character",
        "found": f"U+{ord(char):04X}",
        "wanted": known.get(char, f"\\u{ord(char):04x}"),
    }


def _mark(after: str) -> Values | None:
    """Marks that JSON has nowhere between its tokens."""
    char = after[:1]
    if char and char in _CURLY:
        return {"hint": "curly_quote", "found": char}
    if char == "'":
        return {"hint": "single_quote"}
    if after.startswith(_COMMENTS):
        end = "*/" if after.startswith("/*") else "\n"
        return {"hint": "comment", "found": _quoted(after.partition(end)[0] + end.strip())}
    # Z: spaces. Cf: what is not seen at all, such as the byte order mark of a second file.
    if char and char not in " \t\n\r" and unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cf", "Cc"}:
        return {"hint": "invisible", "found": f"U+{ord(char):04X}"}
    return None


def _for_value(before: str, after: str) -> Values | None:
    last = before.rstrip()[-1:]
    if last == "," and after[:1] in {"]", "}", ","}:
        return {"hint": "comma", "found": after[0]}
    # At the very beginning of a record it may be anything, not just a text.
    return _word(after) or _number(after) or (_text(after) if last else None)


def _word(after: str) -> Values | None:
    word = _WORD.match(after)
    if word and word[0].lower() in _NO_NUMBERS:
        return {"hint": "no_number", "found": word[0]}
    if word and word[0].lower() in _WORDS:
        return {"hint": "word", "found": word[0], "wanted": _WORDS[word[0].lower()]}
    return None


def _number(after: str) -> Values | None:
    money = _MONEY.match(after)
    plain = plain_number(money[1]) if money else None
    if money:
        found = _quoted(money[0])
        return (
            {"hint": "number", "found": found, "wanted": plain} if plain else {"hint": "comma_number", "found": found}
        )
    token = _token("", after)
    plain = f"0{token}" if token[:1] == "." else token[1:]
    if token.startswith(("+", ".")) and _NUMBER.fullmatch(plain):
        return {"hint": "number", "found": _quoted(token), "wanted": plain}
    return None


def _text(after: str) -> Values | None:
    bare = _BARE.match(after) if _WORD.match(after) else None
    return {"hint": "bare_text", "found": _quoted(bare[0].rstrip())} if bare else None


def _for_name(before: str, after: str) -> Values | None:
    if before.rstrip().endswith(",") and after[:1] in {"}", ","}:
        return {"hint": "comma", "found": after[0]}
    if number := _comma_number(before, after):
        return number
    name = _NAME.match(after)
    return {"hint": "bare_name", "found": _quoted(name[0])} if name else None


def _for_digit(before: str, after: str) -> Values | None:
    word = _WORD.match(after)
    if before.endswith("-") and word and word[0].lower() in _NO_NUMBERS:
        return {"hint": "no_number", "found": f"-{word[0]}"}
    token = _token(before, after)
    if token.endswith(".") and _NUMBER.fullmatch(token[:-1]):
        return {"hint": "number", "found": _quoted(token), "wanted": token[:-1]}
    return None


def _for_comma(before: str, after: str) -> Values | None:
    if number := _comma_number(before, after):
        return number
    if before.endswith('"') and _WORD.match(after):
        return {"hint": "inner_quote", "found": _quoted(_token("", after))}
    token = _token(before, after)
    if zeros := _LEADING_ZEROS.fullmatch(token):
        return {"hint": "leading_zero", "found": _quoted(token), "wanted": _quoted(zeros[1] + zeros[2])}
    # A text that begins like a number, such as a date.
    begins, goes_on = before[-1:].isdigit() and token[:1].isdigit(), _token("", after)
    return {"hint": "bare_text", "found": _quoted(token)} if begins and goes_on else None


def _for_colon(before: str, _: str) -> Values | None:
    # The curly quote did not end the name, which then went on to the next straight one.
    name = before.rstrip().removesuffix('"').rpartition('"')[2]
    curly = next((char for char in name if char in _CURLY), None)
    return {"hint": "curly_quote", "found": curly} if curly else None


def _nothing(_before: str, _after: str) -> Values | None:
    return None


_WANTED = {
    "value": _for_value,
    "name": _for_name,
    "digit": _for_digit,
    "colon": _for_colon,
    "comma_or_bracket": _for_comma,
    "comma_or_brace": _for_comma,
}


def _comma_number(before: str, after: str) -> Values | None:
    """A number with a comma, at whose first digit after that JSON ends, or at its second point: `1.500.000,00`."""
    begun, ended = _COMMA_BEFORE.search(before), _DIGITS_AFTER.match(after)
    if not begun or not ended:
        begun, ended = _NUMBER_BEFORE.search(before), _POINTS_AFTER.match(after)
    if not begun or not ended:
        return None
    number = begun[0] + ended[0]
    plain = plain_number(number)
    return {"hint": "number", "found": number, "wanted": plain} if plain else {"hint": "comma_number", "found": number}


def plain_number(text: str) -> str | None:
    """A number as JSON writes it: `1.500,00` is 1500.00; None where it is none, or has two readings as `1,500` has."""
    if _BRAZILIAN.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    return text if _NUMBER.fullmatch(text) else None


def _token(before: str, after: str) -> str:
    """The text without quotes around the place."""
    begun, ended = _TOKEN_BEFORE.search(before), _TOKEN_AFTER.match(after)
    return (begun[0] if begun else "") + (ended[0] if ended else "")


def _quoted(text: str) -> str:
    return shortened(text, 30)
