"""Checks without a cloud, and the JSON Schema: what they say that no upload bears out."""

from ..mutant import Mutant

MUTANTS = (
    Mutant(
        "check-keeps-what-failed",
        "what was read was read",
        "check.py",
        "            self._table.forget(version)\n",
        "",
    ),
    Mutant(
        "check-forgets-the-files-before",
        "a file that fails leaves nothing",
        "check.py",
        "if holder.origin is None or holder.origin.version_id != version:",
        "if holder.origin is None:",
    ),
    Mutant(
        "check-takes-the-same-key-for-one-upload",
        "a file is known by its name",
        "check.py",
        "version = str(len(self._files))",
        "version = source.key",
    ),
    Mutant(
        "check-loses-the-last-records",
        "the rest is too few for a chunk",
        "check.py",
        "            chunk = Chunk(source.key, version)\n    yield chunk\n",
        "            chunk = Chunk(source.key, version)\n",
    ),
    Mutant(
        "check-inflates-by-the-name-as-typed",
        "compressed files end in .gz",
        "check.py",
        "if layouts.is_compressed(source.key)",
        'if source.key.endswith(".gz")',
    ),
    Mutant(
        "check-ends-well-if-any-file-does",
        "the good files can be sent",
        "check_command.py",
        "return 0 if all(one.is_clean for one in ended) else 1",
        "return 0 if any(one.is_clean for one in ended) else 1",
    ),
    Mutant(
        "check-has-keys-with-folders",
        "the path is the name",
        "check_command.py",
        "yield Source(name_of(file), key_of(file), opened.read)",
        "yield Source(name_of(file), name_of(file), opened.read)",
    ),
    Mutant(
        "check-reads-options-as-files",
        "what is not known is a file",
        "start.py",
        'elif word == "-" or not word.startswith("-"):',
        "elif word:",
    ),
    Mutant(
        "schema-of-one-invoice-only",
        "an array holds what it holds",
        "functions/schema.py",
        '"then": {"items": nota},',
        '"then": {},',
    ),
    Mutant(
        "schema-without-leap-seconds",
        "a minute has 60 seconds",
        "functions/patterns.py",
        "([0-5][0-9]|60)",
        "([0-5][0-9])",
    ),
    Mutant(
        "schema-of-numeric-cnpjs",
        "a CNPJ is a number",
        "functions/patterns.py",
        r"([0-9A-Z][ .\/-]*){12}",
        r"([0-9][ .\/-]*){12}",
    ),
    Mutant(
        "schema-of-ascii-spaces",
        "white space is what the space bar makes",
        "functions/patterns.py",
        r'_SPACES = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"',
        '_SPACES = " "',
    ),
    Mutant(
        "schema-of-three-decimals",
        "a price may have tenths of a cent",
        "functions/patterns.py",
        r"(\.([0-9]{1,2}|[0-9]{2}0{2,}))?$",
        r"(\.([0-9]{1,3}|[0-9]{2}0{2,}))?$",
    ),
    Mutant(
        "schema-without-a-limit",
        "a number is a number",
        "functions/members.py",
        '{"type": "number", "minimum": 0, **number}',
        '{"type": "number", "minimum": 0}',
    ),
)
