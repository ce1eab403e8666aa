"""What people are told of a file that is no document. Sentences as in `messages`."""

# What the file is instead, told by its first bytes: as JSON, or as a gzip stream.
NATURES = {
    "apple_double": "the file is what macOS keeps beside another one (AppleDouble), and holds no invoices; upload the "
    "one whose name does not begin with ._",
    "office": "the file is a workbook, such as Excel's, or another office document; export it as JSON",
    "picture": "the file is a {format}, not data; export the invoices as JSON",
    "archive": "the file is a {format} archive; unpack it, and upload the files in it",
    "other": "the file is compressed with {format}; compress it with gzip",
    "zlib": "the file is a zlib stream; compress it with gzip",
    "rtf": "the file is rich text (RTF); save it as plain text",
    "html": "the file is a web page (HTML), such as one for signing in; download the data itself",
    "nul": "the file begins with zero bytes, as a broken copy does; copy or export it again",
    "yaml": "the file is YAML; convert it to JSON: one object, or an array of them",
    "yaml_named": "the file is YAML and holds {found!j}; convert it to JSON: {example}, or an array of such objects",
    "table": "the file is a table of text (CSV) with the columns {found!j}; convert it to JSON, one object a row: "
    "[{example}, …]",
}

# What belongs at a place of a JSON text, where something else stands, or nothing.
_WANTED = {
    "value": "a value",
    "name": "a member name in double quotes",
    "colon": "':'",
    "digit": "a digit",
    "escape": r"an escape such as \n, \u00e9 or \\",
    "comma_or_bracket": "',' or ']'",
    "comma_or_brace": "',' or '}}'",
}

DOCUMENTS = {
    **{f"{code}.{hint}": text for code in ("bad_gzip", "not_json") for hint, text in NATURES.items()},
    "bad_gzip": "the file is not a gzip stream; compress it with gzip, or upload it without .gz",
    "bad_gzip.empty": "the file has 0 bytes, so it is no gzip stream; compress or copy it again",
    "bad_gzip.plain": "the file is not compressed; upload it without .gz",
    "bad_gzip.xml": "the file is XML and not compressed; upload it without .gz",
    "bad_gzip.encoding": "the file is text in {format} and not compressed; save it as UTF-8, and upload it without .gz",
    "bad_gzip.twice": "the file is compressed twice; decompress it once",
    "bad_gzip.damaged": "the gzip stream is damaged after byte {found}: {error}",
    "bad_gzip.truncated": "the gzip stream ends early, after byte {found}",
    "gzip_bomb": "the gzip stream inflates to more than {most} times its size; upload it uncompressed",
    "not_utf8": "byte {found} at offset {at} is not UTF-8; save the file as UTF-8",
    "not_utf8.encoding": "the file is text in {format}; save it as UTF-8",
    "not_utf8.windows_1252": "byte {found} at offset {at} is not UTF-8, but {letter} in Windows-1252; save the file as "
    "UTF-8",
    "not_utf8.cut": "the document ends inside a character, which byte {found} at offset {at} begins",
    "empty": "the document is empty; export it again, or write [] if there are no invoices",
    "empty.space": "the document is nothing but white space; export it again, or write [] if there are no invoices",
    "scalar": "the document is neither an object nor an array of objects",
    "scalar.encoded": "the document is a string that holds JSON; it was encoded twice, so decode it once",
    "wrapped.member": "the document is an object that holds the invoices in {member!j}; upload only them, as an array",
    "wrapped.members": "the document is an object that holds invoices in {member!j} and in {other!j}; upload each of "
    "them alone, as an array",
    "wrapped.one": "the document is an object that holds the invoice in {member!j}; upload only that",
    "wrapped.keyed": "the document is an object with each invoice under a name of its own, such as {member!j}; upload "
    "the invoices as an array, without those names",
    "wrapped.columns": "the document is a table by columns; write one object for each row, as pandas does with "
    'orient="records"',
    "wrapped.split": 'the document is a table of "columns" and "data"; write one object for each row, as pandas does '
    'with orient="records"',
    "wrapped.array": "the file is an array, but its name says that every line is an invoice; name it .json",
    "wrapped.arrays": "the lines are arrays, but each has to be one invoice; take the invoices out of their arrays",
    "trailing_data": "{found!j} follows the end of the JSON document; leave it out",
    "trailing_data.more": "more follows the end of the JSON document; put all invoices into one array: [{{…}}, {{…}}]",
    "trailing_data.lines": "something follows the end of the JSON document; if it has one invoice per line, name it "
    ".jsonl",
    "trailing_data.objects": "another object follows the first; put them into one array: [{{…}}, {{…}}]",
    "trailing_data.commas": "a comma follows the invoice; several of them need a [ before the first and a ] after the "
    "last",
    "trailing_data.arrays": "another array follows the first; put all invoices into one",
    "trailing_data.line": "{found!j} follows the JSON value on its line; each invoice stands on a line of its own",
    "trailing_data.comma": "a comma follows the JSON value on its line; lines have none between them",
    "truncated.array": "the document ends inside its array",
    "truncated.string": "the document ends inside a string",
    "truncated.after": "the document ends after {found!j}",
    "too_deep": "the document is nested deeper than {most} levels",
    "not_json.gzip": "the file is compressed with gzip; name it {name}",
    "not_json.xml": "the file is XML; if it is an NF-e, name it .xml",
    "not_json.control_character": "a string holds the control character {found}; write {wanted}",
    "not_json.line_break": r'the line ends inside a string; close it with ", or write the line break as \n',
    "not_json.line_end": "the line ends inside a value; each invoice stands on one line, or the file is named .json",
    "not_json.curly_quote": 'found the quotation mark {found}; JSON takes only the straight "',
    "not_json.single_quote": "found a single quote; JSON takes only double quotes",
    "not_json.inner_quote": r"the string ends before {found!j}; inside a string, write a double quote as \"",
    "not_json.comment": "found the comment {found!j}; JSON has none, so leave it out",
    "not_json.invisible": "found the character {found}, which cannot be seen; leave it out, or write a plain space",
    "not_json.comma": "found {found!j} right after a comma; leave that comma out",
    "not_json.no_number": "found {found!j}, which JSON does not have; write the number, or null where there is none",
    "not_json.word": "found {found!j}; write {wanted}",
    "not_json.number": "found {found}; write {wanted}",
    "not_json.comma_number": "found {found}; write the number with a point before the decimals, and no comma",
    "not_json.leading_zero": 'found {found}; write {wanted}, or "{found}" where the zeros count',
    "not_json.bare_name": "found {found} without double quotes; write {found!j}",
    "not_json.bare_text": "found {found} without double quotes; write {found!j}",
    **{f"not_json.{name}": f"found {{found!j}} where {wanted} belongs" for name, wanted in _WANTED.items()},
    **{f"truncated.{name}": f"the document ends where {wanted} belongs" for name, wanted in _WANTED.items()},
}
