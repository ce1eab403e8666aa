"""What a request writes: the item that an update makes, and the item that an INSERT of PartiQL has.

It raises ValueError for what it does not understand: what a request costs must not be guessed.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
"""

import copy
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from .sizes import Attribute, Item

_CLAUSE = re.compile(r"(?<![#:.\w])(SET|REMOVE|ADD|DELETE)\b", re.IGNORECASE)
_PATH = r"[\w#]+(?:\.[\w#]+|\[\d+\])*"
_ASSIGNMENT = re.compile(rf"(?P<path>{_PATH})\s*=\s*(?P<value>.+)", re.DOTALL)
_CALL = re.compile(r"(?P<name>if_not_exists|list_append)\s*\((?P<arguments>.+)\)", re.DOTALL | re.IGNORECASE)
_SUM = re.compile(r"(?P<left>.*\S)\s*(?P<sign>[+-])\s*(?P<right>\S+)", re.DOTALL)
_PAIR = re.compile(rf"(?P<path>{_PATH})\s+(?P<value>:\w+)")
_INSERT = re.compile(
    r"""INSERT\s+INTO\s+"?(?P<table>[^"\s]+)"?\s+VALUE\s*\{(?P<members>.*)\}\s*""", re.DOTALL | re.IGNORECASE
)
_MEMBER = re.compile(r"\s*'(?P<name>(?:[^']|'')*)'\s*:\s*\?\s*(?:,|$)")


class _AbsentError(Exception):
    """DynamoDB refuses the update: "The provided expression refers to an attribute that does not exist in the item"."""


def updated(before: Item | None, request: dict[str, Any]) -> Item:
    """The item that an UpdateItem leaves behind. `before` is the item as it was; None where there was none."""
    if "AttributeUpdates" in request:
        raise ValueError("AttributeUpdates is not supported; UpdateExpression is")
    as_it_was: Item = {**request["Key"], **(before or {})}
    try:
        return _updated(as_it_was, request)
    except _AbsentError:
        return as_it_was


def _updated(as_it_was: Item, request: dict[str, Any]) -> Item:
    """An update reads the item as it was before all of its clauses."""
    after = copy.deepcopy(as_it_was)
    _, *clauses = _CLAUSE.split(request.get("UpdateExpression", ""))
    removed = []
    for clause, text in zip(clauses[::2], clauses[1::2], strict=True):
        for action in _parted(text):
            match clause.upper():
                case "SET":
                    found = _read(_ASSIGNMENT, action)
                    _put(after, _steps(found["path"], request), _value(found["value"].strip(), as_it_was, request))
                case "REMOVE":
                    removed.append(_steps(action, request))
                case "ADD":
                    found = _read(_PAIR, action)
                    steps, more = _steps(found["path"], request), _value(found["value"], as_it_was, request)
                    _put(after, steps, _added(_at(as_it_was, steps), more))
                case _:
                    found = _read(_PAIR, action)
                    steps, less = _steps(found["path"], request), _value(found["value"], as_it_was, request)
                    _take_from_set(after, steps, less)
    for steps in sorted(removed, key=lambda steps: [(isinstance(one, int), one) for one in steps], reverse=True):
        _remove(after, steps)
    return after


def inserted(statement: str, parameters: list[Attribute]) -> tuple[str, Item]:
    """The table and the item of `INSERT INTO "table" VALUE {'id': ?, …}`."""
    found = _INSERT.fullmatch(statement.strip())
    if found is None:
        raise ValueError(f"unsupported Statement: {statement[:80]!r}")
    members, names, place = found["members"], [], 0
    while place < len(members.rstrip()):
        member = _MEMBER.match(members, place)
        if member is None:
            raise ValueError(f"unsupported value in Statement: {members[place : place + 80]!r}")
        names.append(member["name"].replace("''", "'"))
        place = member.end()
    return found["table"], dict(zip(names, parameters, strict=True))


def _parted(text: str) -> Iterator[str]:
    """The actions of a clause, which commas part; a function's arguments have commas of their own."""
    depth = start = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _read(pattern: re.Pattern[str], action: str) -> re.Match[str]:
    found = pattern.fullmatch(action)
    if found is None:
        raise ValueError(f"unsupported action in UpdateExpression: {action!r}")
    return found


def _value(text: str, item: Item, request: dict[str, Any]) -> Attribute:
    if re.fullmatch(r":\w+", text):
        value: Attribute = request["ExpressionAttributeValues"][text]
        return value
    if re.fullmatch(_PATH, text):
        there = _at(item, _steps(text, request))
        if there is None:
            raise _AbsentError
        return there
    if call := _CALL.fullmatch(text):
        first, second = _parted(call["arguments"])
        if call["name"].lower() == "if_not_exists":
            there = _at(item, _steps(first, request))
            return there if there is not None else _value(second, item, request)
        return {"L": [*_value(first, item, request)["L"], *_value(second, item, request)["L"]]}
    if total := _SUM.fullmatch(text):
        left, right = (Decimal(_value(total[side].strip(), item, request)["N"]) for side in ("left", "right"))
        return {"N": str(left + right if total["sign"] == "+" else left - right)}
    raise ValueError(f"unsupported value in UpdateExpression: {text!r}")


Steps = list[str | int]
"""The way to a value inside an item: members of maps, and positions in lists."""


def _steps(path: str, request: dict[str, Any]) -> Steps:
    """The steps of `a.#b[0]`."""
    if not re.fullmatch(_PATH, path):
        raise ValueError(f"unsupported path in UpdateExpression: {path!r}")
    names = request.get("ExpressionAttributeNames", {})
    return [
        int(one[1:-1]) if one[0] == "[" else str(names[one] if one[0] == "#" else one)
        for one in re.findall(r"[\w#]+|\[\d+\]", path)
    ]


def _inside(item: Item, steps: Steps) -> Any:
    """The map or the list whose member is the last step; None where there is none."""
    within: Any = item
    for one, following in pairwise(steps):
        value = _member(within, one)
        within = None if value is None else value.get("L" if isinstance(following, int) else "M")
    return within


def _member(within: Any, step: str | int) -> Attribute | None:
    if isinstance(within, list):
        return within[step] if isinstance(step, int) and step < len(within) else None
    return within.get(step) if isinstance(within, dict) else None


def _at(item: Item, steps: Steps) -> Attribute | None:
    return _member(_inside(item, steps), steps[-1])


def _put(item: Item, steps: Steps, value: Attribute) -> None:
    within, last = _inside(item, steps), steps[-1]
    if isinstance(within, list) and isinstance(last, int):
        # One beyond the end is appended.
        within[last : last + 1] = [value]
    elif isinstance(within, dict):
        within[str(last)] = value
    # Else DynamoDB refuses the update, because the path leads nowhere.


def _remove(item: Item, steps: Steps) -> None:
    if _at(item, steps) is not None:
        del _inside(item, steps)[steps[-1]]


def _added(there: Attribute | None, more: Attribute) -> Attribute:
    if there is None:
        return more
    [(kind, content)] = more.items()
    if kind == "N":
        return {"N": str(Decimal(there["N"]) + Decimal(content))}
    return {kind: [*there[kind], *(one for one in content if one not in there[kind])]}


def _take_from_set(item: Item, steps: Steps, less: Attribute) -> None:
    there = _at(item, steps)
    if there is None:
        return
    [(kind, content)] = less.items()
    left = [one for one in there[kind] if one not in content]
    if left:
        _put(item, steps, {kind: left})
    else:
        # DynamoDB keeps no empty set.
        _remove(item, steps)
