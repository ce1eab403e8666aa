"""JSON values as DynamoDB attribute values, within DynamoDB's limits. Pure.

The limits and the sizes are AWS's published ones, checked here because emulators differ from AWS at the edges:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from .messages import Values, sentence
from .reasons import Reason, broken, pointer
from .sizes import MAX_LEVELS, text_bytes

Attribute = dict[str, Any]
"""An attribute value in DynamoDB's wire form: `{"S": "NF-8"}`, `{"N": "2878.1"}`, `{"M": {…}}`, …"""

MAX_DIGITS = 38
MAX_MAGNITUDE = 125
MIN_MAGNITUDE = -130
MAX_NAME_BYTES = 65_535
MAX_REASONS = 1_000

# Never rounds: a number with more digits raises Inexact. Trailing zeros do not count (1.500 has two digits).
_EXACT = Context(prec=MAX_DIGITS, traps=[Inexact, InvalidOperation], Emax=999_999_999, Emin=-999_999_999)

# Numbers of up to 38 digits without an exponent. Most are such.
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,19})?")


class DuplicateMembers(dict[str, Any]):
    """A JSON object with repeated member names. It holds the last value of each name; `names` are the repeated ones."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.names = [name for name, count in counts.items() if count > 1]


def parse_number(text: str) -> Decimal:
    """A JSON number as an exact Decimal.

    Where the exponent is out of a Decimal's range, zero stays zero, and any other number becomes Infinity, which every
    rule refuses.
    """
    try:
        return Decimal(text)
    except InvalidOperation:
        digits, _, _ = text.lower().partition("e")
        return Decimal("Infinity") if Decimal(digits) else Decimal(0)


class UnstorableError(ValueError):
    """DynamoDB cannot hold a number; `values` say which of its limits it is beyond."""

    def __init__(self, hint: str, **values: str | int) -> None:
        self.values: Values = {"hint": hint, **values}
        super().__init__(sentence("number", self.values))


def number_text(number: Decimal) -> str:
    """The number as DynamoDB writes it: plain digits, no negative zero, no trailing zeros; `1500`, `0.5`.

    Raises UnstorableError where DynamoDB cannot hold the number.
    """
    text = str(number)
    if _PLAIN.fullmatch(text):
        if text[-1] != "0":
            return text
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if not number:
        return "0"
    if not number.is_finite():
        raise UnstorableError("infinite")
    if not MIN_MAGNITUDE <= number.adjusted() <= MAX_MAGNITUDE:
        raise UnstorableError("magnitude", found=f"1E{number.adjusted():+d}")
    try:
        return format(_EXACT.normalize(number), "f")
    except Inexact:
        raise UnstorableError("digits", most=MAX_DIGITS) from None


Texts = dict[str, str]
"""Members of an object, by name: each the JSON text of its attribute value, such as `{"N":"2878.1"}`."""


def to_texts(invoice: Mapping[str, Any]) -> tuple[Texts, list[Reason]]:
    """The invoice as a DynamoDB item in JSON text, and every limit of DynamoDB that it breaks, but for the item's size.

    The texts are those that `canonical` makes of the same item. They are complete only where there are no reasons.
    """
    marshaller = _Marshaller()
    texts = marshaller.members(invoice)
    if marshaller.left_out:
        marshaller.reasons.append(broken("more", found=marshaller.left_out))
    return texts, marshaller.reasons


def canonical(item: Mapping[str, Any]) -> str:
    """The one JSON text of an item in the table, or of an attribute's value.

    Members are sorted by name, there is no white space, and all but ASCII is escaped.
    """
    # `repr` is for binary values, which only another program can have written.
    return json.dumps(_normal(item), sort_keys=True, separators=(",", ":"), default=repr)


def _normal(value: Any) -> Any:
    """The same with numbers as DynamoDB writes them. Emulators give back a negative zero that another program put."""
    match value:
        case {"N": str(number)} if len(value) == 1:
            return {"N": number_text(Decimal(number))}
        case dict():
            return {name: _normal(member) for name, member in value.items()}
        case list():
            return [_normal(element) for element in value]
    return value


def object_text(names: Iterable[str], texts: Texts) -> str:
    """The JSON text of an object with these members in this order."""
    return f"{{{','.join([f'{quoted(name)}:{texts[name]}' for name in names])}}}"


class _Marshaller:
    """One walk over one invoice."""

    def __init__(self) -> None:
        self.reasons: list[Reason] = []
        self.left_out = 0
        # The steps that lead to the value being walked.
        self.path: list[object] = []

    def members(self, values: Mapping[str, Any]) -> Texts:
        if isinstance(values, DuplicateMembers):
            for name in values.names:
                self.refuse("duplicate_member", {}, name)
        path, texts = self.path, {}
        path.append("")
        text_of = self.text_of()
        for name, value in values.items():
            path[-1] = name
            if not (name.isascii() and 0 < len(name) <= MAX_NAME_BYTES):
                self.check_name(name)
            texts[name] = text_of(value)
        path.pop()
        return texts

    def elements(self, values: list[Any]) -> list[str]:
        path, texts = self.path, []
        path.append(0)
        text_of = self.text_of()
        for index, value in enumerate(values):
            path[-1] = index
            texts.append(text_of(value))
        path.pop()
        return texts

    def text_of(self) -> Callable[[Any], str]:
        """What writes the values of the container that the walk is in: all of them are equally deep."""
        return self.value if len(self.path) <= MAX_LEVELS else self.too_deep

    def too_deep(self, _: Any) -> str:
        return self.refuse("nesting", {"most": MAX_LEVELS})

    def value(self, value: Any) -> str:
        if isinstance(value, str):
            if not value.isascii():
                self.check_text(value)
            return f'{{"S":{quoted(value)}}}'
        if isinstance(value, Decimal):
            try:
                return f'{{"N":"{number_text(value)}"}}'
            except UnstorableError as error:
                return self.refuse("number", error.values)
        if isinstance(value, dict):
            members = self.members(value)
            return f'{{"M":{object_text(sorted(members), members)}}}'
        if isinstance(value, list):
            return f'{{"L":[{",".join(self.elements(value))}]}}'
        return _CONSTANTS[value]

    def check_text(self, text: str) -> None:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            unit = ord(text[error.start])
            self.refuse("surrogate", {"found": f"\\u{unit:04x}"})

    def check_name(self, name: str) -> None:
        self.check_text(name)
        size = text_bytes(name)
        if not 0 < size <= MAX_NAME_BYTES:
            self.path.pop()
            self.refuse("member_name", {"found": size, "most": MAX_NAME_BYTES})
            self.path.append(name)

    def refuse(self, code: str, values: Values, *steps: object) -> str:
        if len(self.reasons) < MAX_REASONS:
            self.reasons.append(Reason(code, pointer(*self.path, *steps), values))
        else:
            self.left_out += 1
        return _CONSTANTS[None]


_CONSTANTS = {None: '{"NULL":true}', True: '{"BOOL":true}', False: '{"BOOL":false}'}


def to_json(value: Attribute) -> str:
    """An attribute value as JSON text, every number with the digits it has: `{"N": "2878.1"}` is `2878.1`."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return str(content)
        case "M":
            return "{" + ", ".join(f"{json.dumps(name)}: {to_json(member)}" for name, member in content.items()) + "}"
        case "L":
            return "[" + ", ".join(map(to_json, content)) + "]"
        case "NULL":
            return "null"
        case "S" | "BOOL":
            return json.dumps(content, ensure_ascii=False)
    # The pipeline stores neither sets nor binary values.
    raise ValueError(f"cannot be written as JSON: DynamoDB's type {kind}")
