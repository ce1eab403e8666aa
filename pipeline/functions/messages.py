"""What people are told of a fault: one sentence for each kind, with places for what was found. Pure.

A sentence is found by its key: the code of a reason or of a document's error, and where a code has several sentences,
also the `hint` among its values: `bad_gzip.zip`. So code and values are enough to say it again, in any language.

`{found}` stands for a value as it is, `{found!j}` for a text in double quotes, with whatever would not be seen
escaped as JSON does. No value is a word of a language: it would stand in all of them.

What each is in Portuguese is in `locale`; see `language`.
"""

import json
import string
from collections.abc import Mapping
from typing import Any

from .document_messages import DOCUMENTS
from .hint_messages import HINTS
from .xml_messages import XML_DOCUMENTS

Values = Mapping[str, str | int]

HINT = "hint"

MESSAGES = {
    # Reasons: each continues a sentence that begins with the path of the value.
    "type.invoices": "is an array; take the invoices out of its brackets",
    "type.row": "is an array, but an invoice is an object, with a name for each value",
    "wrapped.record": "is an object that holds invoices in {member!j}; put them in its place",
    "wrapped.table": "is a table by columns; write one object for each row",
    "missing": "is required",
    "missing.nfe": "is required; an NF-e has it in {place}",
    "layout": "is an NF-e of layout {found}; only layout {wanted} is read",
    "layout.missing": "is an NF-e whose infNFe does not say its layout; versao={wanted!j} belongs there",
    "layout.namespace": "is an NFe in the namespace {found!j}; an NF-e is in {wanted!j}",
    "several_nfe": "holds {found} NF-e; upload them as a document of their own, or one in each element or line",
    "reserved": "is a name the pipeline keeps for itself; leave it out",
    "reserved.customer": "is a name the pipeline keeps for itself, for {wanted!j} here; leave it out",
    "length": "has {found} characters; {least} to {most} are allowed",
    "length.empty": "is empty; 1 to {most} characters are allowed",
    "length.lines": "has more than {most} lines, which no DynamoDB item can hold",
    "blank": "is {found!j}, which is blank",
    "control_character": "holds the control character {found}",
    "white_space": "is {found!j}, with white space at an end; write {wanted!j}",
    "white_space.only": "is {found!j}, which is nothing but white space",
    "negative": "is {found}, but an amount is 0 or more; write {wanted} if that is meant",
    "integer_digits": "is {found}, with {digits} integer digits; at most {most} are allowed",
    "decimals": "is {found}, with {decimals} decimals; at most {most} are allowed",
    "decimals.float": "is {found}, with {decimals} decimals, as binary floats give; write {wanted}",
    "decimals.rounded": "is {found}, with {decimals} decimals; at most {most} are allowed: write {below} or {above}",
    "number.infinite": "is beyond DynamoDB's range, 1E-130 to 9.99E+125",
    "number.magnitude": "has the magnitude {found}; DynamoDB's range is 1E-130 to 9.99E+125",
    "number.digits": "has more than the {most} significant digits DynamoDB holds",
    "check_digit": "ends in {found}; the check digit is {wanted}",
    "issuer": "is {found}, but chave_acesso names {wanted}; one of the two is wrong",
    "sum": "has valor_total values that add up to {found}, but valor is {wanted}; what is added or taken off besides "
    "belongs in {known}",
    "sum.amounts": "has valor_total values that give {found} with {counted}, but valor is {wanted}",
    "sum.unknown": "has valor_total values that add up to {found}, but valor is {wanted}; not counted: {names}; what "
    "counts is called {known}",
    "duplicate_member": "stands more than once in the same object",
    "nesting": "is nested deeper than the {most} levels DynamoDB holds",
    "nesting.unread": "is nested too deep to be read",
    "surrogate": "holds the lone surrogate {found}, which is not a Unicode character",
    "member_name": "has a member name of {found} bytes; DynamoDB takes 1 to {most}",
    "item_size": "is larger than {most} bytes as a DynamoDB item",
    "too_long": "is longer than {most} characters of JSON",
    "too_long.nfe": "has more than {most} characters of names and numbers",
    "more": "breaks {found} more limits, not listed",
    "not_shown": "has more reasons than can be shown; the rejects bucket has them all",
    "refused": "DynamoDB refuses it: {answer}",
    "conflict": "is in the table with other content, in {members}; that came from position {position} of {key} "
    "(version {version_id}). An issued invoice is immutable",
    "conflict.more": "is in the table with other content, in {members} and {more} more; that came from position "
    "{position} of {key} (version {version_id}). An issued invoice is immutable",
    "conflict.file": "has other content at position {position} of {file}, in {members}. An issued invoice is immutable",
    "conflict.file_more": "has other content at position {position} of {file}, in {members} and {more} more. An issued "
    "invoice is immutable",
    "conflict.foreign": "is in the table with other content, in {members}. An issued invoice is immutable",
    "conflict.foreign_more": "is in the table with other content, in {members} and {more} more. An issued invoice is "
    "immutable",
    # Errors of a whole upload; those of what is in its file are in `document_messages` and
    # `xml_messages`.
    "unknown_type": "the name ends in none of {names}, each also with {compressed}; upload it under such a name",
    "missing_object.deleted": "this version of the object was deleted before it could be read",
    "missing_object.overwritten": "the object was overwritten before this content could be read",
    "archived": "the object is in an archive; restore it, and upload it again",
    "client_key": "the object is encrypted with a key of the client's own (SSE-C); upload it without",
    "key_denied": "the object is encrypted with a key that the function may not use: {answer}",
    "gave_up": "Lambda gave up after {attempts} attempts that came no further; the last one ended with {answer}",
    "gave_up.silent": "Lambda gave up after {attempts} attempts that came no further; the last one gave no reason",
    "gave_up.waited": "Lambda gave up after {attempts} attempts, because the event had waited too long; other uploads "
    "may have taken all of the function's concurrency",
    **HINTS,
    **DOCUMENTS,
    **XML_DOCUMENTS,
}


def quoted(text: str) -> str:
    """A text in double quotes, as JSON. Whatever would not be seen, or would change what is seen, is escaped."""
    as_json = json.dumps(text, ensure_ascii=False)
    if as_json.isprintable():
        return as_json
    # Of what JSON need not escape: other spaces, marks of direction, controls of terminals.
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in as_json])


def key(code: str, values: Values) -> str:
    """The key of a fault's sentence."""
    return f"{code}.{values[HINT]}" if HINT in values else code


def sentence(code: str, values: Values) -> str:
    """A fault in English. Raises KeyError where there is no such sentence, or where it lacks a value."""
    return fill(MESSAGES[key(code, values)], values)


def fill(template: str, values: Values) -> str:
    """A sentence with its values. Raises KeyError where it lacks one."""
    return _english.vformat(template, (), values)


class Formatter(string.Formatter):
    """Fills sentences in English."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """A value as `!j` or another conversion has it."""
        if conversion == "j":
            return quoted(value)
        return super().convert_field(value, conversion)


_english = Formatter()
