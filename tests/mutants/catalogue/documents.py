"""Documents: from bytes to records."""

from ..mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "byte-order-mark-refused",
        "UTF-8 needs no byte order mark",
        "functions/window.py",
        'if text.startswith("\\ufeff"):',
        "if False:",
    ),
    Mutant(
        "bytes-replaced",
        "a broken character is no reason to stop",
        "functions/window.py",
        'codecs.getincrementaldecoder("utf-8")()',
        'codecs.getincrementaldecoder("utf-8")("replace")',
    ),
    Mutant(
        "last-line-lost",
        "a line ends with a newline",
        "functions/values.py",
        "            yield _line(window, decode)\n        while _passed(window, _LINE_BREAK):\n",
        "            parsed = _line(window, decode)\n            window.pass_over(_LINE_SPACE)\n"
        '            if window.peek() == "":\n                return\n            yield parsed\n'
        "        while False:\n",
    ),
    Mutant(
        "blank-lines-refused",
        "every line is an invoice",
        "functions/values.py",
        "            window.pass_over(SPACE)\n            if window.at_end():\n                return\n",
        '            if window.peek() == "\\n":\n                window.place += 1\n'
        "            if window.at_end():\n                return\n",
        (
            Edit(
                "functions/values.py",
                '_LINE_BREAK = re.compile(r"[ \\t\\r]*\\n[ \\t\\n\\r]*")',
                '_LINE_BREAK = re.compile(r"[ \\t\\r]*\\n")',
            ),
        ),
    ),
    Mutant(
        "lines-as-python-splits-them",
        "splitlines() splits lines",
        "functions/values.py",
        '(end := window.text.find("\\n", window.place)) < 0',
        "(end := _line_end(window)) < 0",
        (
            Edit(
                "functions/values.py",
                "class _NotGrammarError(",
                "def _line_end(window: Window) -> int:\n"
                '    found = re.compile("[\\n\\x85\\u2028\\u2029]").search(window.text, window.place)\n'
                "    return found.start() if found else -1\n\n\n"
                "class _NotGrammarError(",
            ),
        ),
    ),
    Mutant(
        "carriage-return-is-rubbish",
        "lines end with \\n",
        "functions/values.py",
        '_LINE_SPACE = re.compile(r"[ \\t\\r]*")',
        '_LINE_SPACE = re.compile(r"[ \\t]*")',
        (
            Edit(
                "functions/values.py",
                '_LINE_BREAK = re.compile(r"[ \\t\\r]*\\n',
                '_LINE_BREAK = re.compile(r"[ \\t]*\\n',
            ),
        ),
    ),
    Mutant(
        "rest-of-the-line-ignored",
        "one invoice per line, whatever follows it",
        "functions/values.py",
        '            if window.peek() == ",":\n                raise window.error("trailing_data", hint="comma")\n'
        '            raise window.error("trailing_data", hint="line", found=found_at(window))\n',
        '            window.pass_over(re.compile(r"[^\\n]*"))\n',
    ),
    Mutant(
        "rest-of-the-document-ignored",
        "the document ends where its value ends",
        "functions/document.py",
        "    if error := trailing_data(window, only):\n        raise error\n",
        "    window.pass_over(SPACE)\n",
    ),
    Mutant(
        "trailing-comma-forgiven",
        "a comma too many does no harm",
        "functions/values.py",
        "            window.pass_over(SPACE)\n            yield one(window, decode)\n"
        "        while _passed(window, _COMMA):\n",
        '            window.pass_over(SPACE)\n            if window.peek() == "]":\n'
        "                window.place += 1\n                return\n            yield one(window, decode)\n"
        "        while False:\n",
    ),
    Mutant(
        "nan-is-null",
        "what is not a number is nothing",
        "functions/values.py",
        "    raise _NotGrammarError(name)\n",
        "    return None\n",
    ),
    Mutant(
        "control-characters-forgiven",
        "a line break inside a text happens",
        "functions/values.py",
        "parse_constant=_refuse_constant\n",
        "parse_constant=_refuse_constant, strict=False\n",
        (
            Edit(
                "functions/values.py",
                "_plain = json.JSONDecoder(parse_constant=_refuse_constant)",
                "_plain = json.JSONDecoder(parse_constant=_refuse_constant, strict=False)",
            ),
        ),
    ),
    Mutant(
        "scalar-is-one-rejected-invoice",
        "any JSON value is a document",
        "functions/one_value.py",
        "        one(window, EXACT)\n        raise scalar\n",
        "        return OneValue(*one(window, EXACT), nfe_json.Found())\n",
    ),
    Mutant(
        "one-object-refused",
        "a file of invoices is an array",
        "functions/one_value.py",
        '    wrapped, no_nfe = window.error("wrapped"), window.error("no_nfe")\n',
        '    raise window.error("scalar")\n',
    ),
    Mutant(
        "nothing-is-an-empty-document",
        "no bytes, no invoices",
        "functions/document.py",
        '            raise self._window.error("empty", **({"hint": "space"} if spaces else {}))\n',
        "            self._layout = Layout.LINES\n            return False\n",
    ),
    Mutant(
        "unreadable-record-left-out",
        "what cannot be parsed is not an invoice",
        "functions/outcome.py",
        "        checked = check_record(record)\n",
        "        if record.fault:\n            return\n        checked = check_record(record)\n",
    ),
    Mutant(
        "first-gzip-member-only",
        "a gzip file is one gzip stream",
        "functions/gunzip.py",
        'chunk = chunk.lstrip(b"\\0")',
        'chunk = b""',
    ),
    Mutant(
        "gzip-end-not-checked",
        "what could be inflated is all there was",
        "functions/gunzip.py",
        "    if not member.eof:\n",
        "    if not taken:\n",
    ),
    Mutant(
        "columns-from-0",
        "counting starts at 0",
        "functions/window.py",
        "    column: int = 1\n",
        "    column: int = 0\n",
    ),
    Mutant(
        "first-megabyte-checked",
        "a large document is read again anyway",
        "functions/process.py",
        "        for _ in reader:\n",
        "        for _ in reader:\n            if kept.content is None:\n                break\n",
    ),
    Mutant(
        "stored-while-read",
        "reading a document twice is a waste",
        "functions/process.py",
        "kept = self._check() if self.saved.reading is Reading.CHECKING else None",
        "kept = None",
    ),
    Mutant(
        "refused-at-first-sight",
        "what arrives is what was sent",
        "functions/process.py",
        "                if (error, body.crc32) == found:\n                    raise\n",
        "                raise\n",
    ),
    Mutant(
        "same-words-same-bytes",
        "what is broken twice in the same way is broken",
        "functions/process.py",
        "if (error, body.crc32) == found:",
        "if found is not None and error == found[0]:",
    ),
    Mutant(
        "found-broken-while-it-is-stored",
        "a broken document has failed, whenever that is seen",
        "functions/process.py",
        "            self._save(landed, rejects)\n            raise DamagedError(str(error)) from error\n",
        "            raise\n",
    ),
    Mutant(
        "checksum-is-a-fault",
        "Lambda tries again anyway",
        "functions/aws/uploads.py",
        "                raise DamagedError(str(error)) from error\n",
        "                raise\n",
    ),
    Mutant(
        "white-space-as-python-sees-it",
        "\\s is white space",
        "functions/tokens.py",
        'SPACE = re.compile(r"[ \\t\\n\\r]*")',
        'SPACE = re.compile(r"\\s*")',
    ),
    Mutant(
        "lines-end-where-the-parser-says",
        "the parser knows what a value is",
        "functions/skim.py",
        'may_be_too_deep or (self.space is not SPACE and window.text.find("\\n", window.place, end) >= 0)',
        "may_be_too_deep",
    ),
    Mutant(
        "members-beyond-their-line",
        "space is space",
        "functions/skim.py",
        '    between = f"{space.pattern}+"\n',
        '    between = f"{SPACE.pattern}+"\n',
    ),
    Mutant(
        "members-as-the-eye-sees-them",
        "a number is digits",
        "functions/tokens.py",
        "-?(?:0|[1-9][0-9]*+)(?:",
        "-?[0-9]++(?:",
    ),
    Mutant(
        "depth-as-the-parser-takes-it",
        "the parser gives up where it is too deep",
        "functions/skim.py",
        "        may_be_too_deep = depth + (end - window.place) // 2 > MAX_DEPTH\n",
        "        may_be_too_deep = False\n",
    ),
    Mutant(
        "large-is-a-bomb",
        "nobody has invoices of 16 MB",
        "functions/gunzip.py",
        "if given > FREE_BYTES and given > MAX_RATIO * (taken - len(chunk)):",
        "if given > FREE_BYTES:",
    ),
)
