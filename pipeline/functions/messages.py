"""What people are told of a fault: one sentence for each kind, with places for what was found. Pure.

A sentence is found by its key: the code of a reason or of a document's error, and where a code has several sentences,
also the `hint` among its values: `bad_gzip.zip`. So code and values are enough to say it again, in any language.

`{found}` stands for a value as it is, `{found!j}` for a text in double quotes, with whatever would not be seen
escaped as JSON does.
"""

import json
import string
from collections.abc import Mapping
from typing import Any

Values = Mapping[str, str | int]

HINT = "hint"

MESSAGES = {
    # Reasons: each continues a sentence that begins with the path of the value.
    "type.string": "is not a string",
    "type.array": "is not an array",
    "type.object": "is not an object",
    "type.amount": 'is neither a number nor a string of digits such as "1500.00"',
    "missing": "is required",
    "missing.nfe": "is required; an NF-e has it in {place}",
    "layout": "is an NF-e of layout {found}; only layout {wanted} is read",
    "layout.missing": "is an NF-e whose infNFe does not say its layout; versao={wanted!j} belongs there",
    "layout.namespace": "is an NFe in the namespace {found!j}; an NF-e is in {wanted!j}",
    "several_nfe": "holds {found} NF-e; upload them as a document of their own, or one in each element or line",
    "reserved": "is a name the pipeline keeps for itself",
    "length": "has {found} characters; {least} to {most} are allowed",
    "length.lines": "has more than {most} lines, which no DynamoDB item can hold",
    "blank": "is blank",
    "control_character": "holds the control character {found}",
    "white_space": "begins or ends with white space",
    "negative": "is less than 0",
    "integer_digits": "has {found} integer digits; at most {most} are allowed",
    "decimals": "has {found} decimals; at most {most} are allowed",
    "number.infinite": "is beyond DynamoDB's range, 1E-130 to 9.99E+125",
    "number.magnitude": "has the magnitude {found}; DynamoDB's range is 1E-130 to 9.99E+125",
    "number.digits": "has more than the {most} significant digits DynamoDB holds",
    "date_format": "is neither YYYY-MM-DD nor an RFC 3339 date-time with offset",
    "date": "is not a date of the calendar",
    "time": "has a time of day or an offset that does not exist",
    "access_key": "is not 44 positions: 6 digits, 12 of A-Z and 0-9, 26 digits",
    "check_digit": "ends in {found}; the check digit is {wanted}",
    "cnpj": "is not a CNPJ with valid check digits",
    "cpf": "is not a CPF with valid check digits",
    "issuer": "is {found}, but chave_acesso names {wanted}",
    "sum": "has valor_total values that add up to {found}, not to valor, {wanted}",
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
    "conflict": "is in the table with other content, from position {position} of {key} (version {version_id}); an "
    "issued invoice is immutable",
    "conflict.foreign": "is in the table with other content; an issued invoice is immutable",
    # Errors of a whole document.
    "unknown_type": "the name ends in none of {names}, each also with {compressed}; upload it under such a name",
    "missing_object.deleted": "this version of the object was deleted before it could be read",
    "missing_object.overwritten": "the object was overwritten before this content could be read",
    "archived": "the object is in an archive; restore it, and upload it again",
    "client_key": "the object is encrypted with a key of the client's own (SSE-C); upload it without",
    "key_denied": "the object is encrypted with a key that the function may not use: {answer}",
    "bad_gzip": "the file is not a gzip stream; compress it with gzip, or upload it without .gz",
    "bad_gzip.plain": "the file is not compressed; upload it without .gz",
    "bad_gzip.utf_16": "the file is text in UTF-16 and not compressed; save it as UTF-8, and upload it without .gz",
    "bad_gzip.archive": "the file is a {format} archive; unpack it, and upload the files in it",
    "bad_gzip.other": "the file is compressed with {format}; compress it with gzip",
    "bad_gzip.zlib": "the file is a zlib stream; compress it with gzip",
    "bad_gzip.damaged": "the gzip stream is damaged after byte {found}: {error}",
    "bad_gzip.truncated": "the gzip stream ends early, after byte {found}",
    "gzip_bomb": "the gzip stream inflates to more than {most} times its size; upload it uncompressed",
    "not_utf8": "byte {found} at offset {at} is not UTF-8",
    "empty": "the document is empty; an upload without invoices is []",
    "empty.xml": "the document is empty",
    "scalar": "the document is neither an object nor an array of objects",
    "trailing_data": "something follows the end of the JSON document",
    "trailing_data.lines": "something follows the end of the JSON document; if it has one invoice per line, name it "
    ".jsonl",
    "trailing_data.line": "something follows the JSON value on its line",
    "truncated.array": "the document ends inside its array",
    "truncated.string": "the document ends inside a string",
    "truncated.after": "the document ends after {found!j}",
    "truncated.element": "the document ends inside the element {name}",
    "truncated.xml": "the document ends before it is complete",
    "too_long.token": "the document has more than {most} bytes in one tag, comment or instruction",
    "too_many_names": "the document has more than {most} different names of elements and attributes",
    "dtd": "the document declares its type with <!DOCTYPE>, which no NF-e does; remove the declaration, and write what "
    "its entities stand for",
    "no_nfe": "the document holds no NFe; its root is {found}",
    "no_nfe.layout": "the document holds an NF-e of layout {found}; only layout {wanted} is read",
    "no_nfe.missing": "the document holds an NFe whose infNFe does not say its layout; versao={wanted!j} belongs there",
    "no_nfe.namespace": "the document holds an NFe in the namespace {found!j}; an NF-e is in {wanted!j}",
    "not_xml.json": "the document is JSON; upload it under a name that ends in .json or .jsonl",
    "not_xml.gzip": "the document is compressed with gzip; upload it under a name that ends in .xml.gz",
    "not_xml.pdf": "the document is a PDF; upload the XML of the NF-e that it shows",
    "not_xml.zip": "the document is a zip archive; unpack it, and upload the files in it",
    "not_xml.html": "the document is a web page; upload the XML of the NF-e",
    "not_xml.other": "the document is not well-formed XML: {found}",
    "not_xml.mismatch": "the element {name} is not closed before another one ends",
    "not_xml.attribute": "an attribute stands twice in the same tag",
    "not_xml.entity": "an entity is not declared; XML itself knows &amp; &lt; &gt; &quot; and &apos;",
    "not_xml.prefix": "a prefix stands for no namespace",
    "not_xml.declaration": "something stands before <?xml; it has to be the first, without space or line break",
    "not_xml.second": "something follows the end of the XML document; put several NF-e into one element, or upload "
    "each by itself",
    "not_xml.encoding": "the text is in another encoding than the XML declaration names",
    "not_xml.unknown_encoding": "the XML declaration names the encoding {found!j}; save the text as UTF-8",
    "not_xml.ampersand": "a text has & by itself; write &amp;",
    "not_xml.less_than": "a text has < by itself; write &lt;",
    "not_xml.byte": "byte {found} is not {encoding}; name the text's own encoding in the XML declaration, such as "
    "ISO-8859-1, or save the text as UTF-8",
    "too_deep": "the document is nested deeper than {most} levels",
    "not_json.control_character": "a string holds the control character {found} unescaped",
    "gave_up": "Lambda gave up after {attempts} attempts that came no further; the last one ended with {answer}",
    "gave_up.silent": "Lambda gave up after {attempts} attempts that came no further; the last one gave no reason",
    "gave_up.waited": "Lambda gave up after {attempts} attempts, because the event had waited too long; other uploads "
    "may have taken all of the function's concurrency",
}

# What belongs at a place of a JSON text, where something else stands, or nothing.
_WANTED = {
    "value": "a value",
    "name": "a member name in double quotes",
    "colon": "':'",
    "digit": "a digit",
    "escape": r"an escape such as \n or \u00e9",
    "comma_or_bracket": "',' or ']'",
    "comma_or_brace": "',' or '}}'",
}
for _name, _wanted in _WANTED.items():
    MESSAGES |= {
        f"not_json.{_name}": f"found {{found!j}} where {_wanted} belongs",
        f"not_json.{_name}_at_line_end": f"the line ends where {_wanted} belongs",
        f"truncated.{_name}": f"the document ends where {_wanted} belongs",
    }


def key(code: str, values: Values) -> str:
    """The key of a fault's sentence."""
    return f"{code}.{values[HINT]}" if HINT in values else code


def sentence(code: str, values: Values) -> str:
    """A fault in English. Raises KeyError where there is no such sentence, or where it lacks a value."""
    return fill(MESSAGES[key(code, values)], values)


def fill(template: str, values: Values) -> str:
    """A sentence with its values. Raises KeyError where it lacks one."""
    return _formatter.vformat(template, (), values)


class _Formatter(string.Formatter):
    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion == "j":
            return json.dumps(value, ensure_ascii=False)
        return super().convert_field(value, conversion)


_formatter = _Formatter()
