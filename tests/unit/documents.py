"""What the unit tests share: reading documents that are cut anywhere, checking invoices, and strategies for JSON."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from fixtures.profiles import examples
from pipeline.functions.document import Layout, Record, records
from pipeline.functions.errors import DocumentError
from pipeline.functions.invoice import Checked, check


def quick(share: float = 1) -> settings:
    """Settings for a property of pure functions: this share of two profiles' examples, the same in every run."""
    return settings(examples(2 * share), derandomize=True, database=None, deadline=None)


QUICK = quick()

WHOLE = 1 << 30
SIZES = (1, 2, 3, WHOLE)
"""Bytes in a chunk. Nothing may depend on where a stream is cut."""


def cut(body: bytes, size: int) -> Iterator[bytes]:
    """The body in chunks."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


def read(body: bytes, layout: Layout = Layout.JSON, size: int = WHOLE) -> list[Record]:
    """A document's records."""
    return list(records(cut(body, size), layout))


def read_until_error(
    body: bytes, layout: Layout = Layout.JSON, size: int = WHOLE
) -> tuple[list[Record], DocumentError | None]:
    """A document's records up to the error, if there is one."""
    found: list[Record] = []
    try:
        found.extend(records(cut(body, size), layout))
    except DocumentError as error:
        return found, error
    return found, None


def value_of(text: str) -> Any:
    """One JSON value as the reader returns it: numbers as Decimal, repeated members as DuplicateMembers."""
    [record] = read(f"[{text}]".encode())
    return record.value


def exact(value: Any) -> Any:
    """A Python value as the reader would return its JSON."""
    return value_of(json.dumps(value))


def checked(value: Any) -> Checked:
    """A valid invoice, checked."""
    answer = check(value)
    assert isinstance(answer, Checked), answer
    return answer


def broken(value: Any) -> list[tuple[str, str]]:
    """Code and path of every rule that an invoice breaks. Each must have a message, too."""
    answer = check(value)
    reasons = [] if isinstance(answer, Checked) else answer
    assert isinstance(answer, Checked) or reasons
    assert all(reason.message for reason in reasons)
    return [(reason.code, reason.path) for reason in reasons]


def standard(text: str) -> Any:
    """What Python's own reader, limited to RFC 8259, makes of JSON. A number is its text. Raises ValueError."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refuse)


def _refuse(name: str) -> Any:
    raise ValueError(name)


# Tokens at the edges of RFC 8259's grammar: https://www.rfc-editor.org/rfc/rfc8259
NUMBERS = ["0", "-0", "7", "-12", "0.5", "-0.25", "10.0", "1e5", "1E+2", "-1.5e-3", "0e0", "1E400", "9" * 40]
STRINGS = [
    '""',
    '"a"',
    '"é"',
    '"😀"',
    '"\\u00e9"',
    '"\\uD83E\\uddFE"',
    '"\\ud800"',
    '"\\""',
    '"\\\\"',
    '"\\/\\n"',
    '"]"',
]
LITERALS = ["null", "true", "false", "[]", "{}", "[ ]", "{ }"]


def json_values() -> st.SearchStrategy[Any]:
    """JSON values as Python has them, nested a few levels."""
    floats = st.floats(allow_nan=False, allow_infinity=False)
    scalars = floats | st.integers() | st.text(max_size=4) | st.sampled_from([None, True, 0.5, -2878.1, 1e-9, 1e22, ""])
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=6,
    )


def json_texts() -> st.SearchStrategy[str]:
    """JSON in every spelling that the grammar allows: white space, escapes, forms of numbers, repeated members."""
    space = st.sampled_from(["", "", "", " ", "\n", "\r\n\t"])
    digits = st.from_regex(r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
    numbers = st.sampled_from(NUMBERS) | digits
    strings = st.sampled_from(STRINGS) | st.text(st.characters(exclude_categories=()), max_size=3).map(json.dumps)

    def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        values = st.lists(st.tuples(space, inner, space).map("".join), min_size=1, max_size=3).map(",".join)
        members = st.tuples(space, strings, space, st.just(":"), space, inner, space).map("".join)
        objects = st.lists(members, min_size=1, max_size=3).map(",".join)
        return values.map("[{}]".format) | objects.map("{{{}}}".format)

    return st.recursive(numbers | strings | st.sampled_from(LITERALS), containers, max_leaves=6)


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with one character deleted, inserted or replaced: sometimes it is still JSON, mostly not."""
    text: str = draw(texts)
    place = draw(st.integers(0, len(text)))
    put: str = draw(st.sampled_from(["", *'{}[]",:\\/0159-+.eEtnuNIa \n\r\t\x00\x1f\x7fé\u2028\u0663']))
    dropped = draw(st.integers(0, 1)) if put else 1
    return text[:place] + put + text[place + dropped :]
