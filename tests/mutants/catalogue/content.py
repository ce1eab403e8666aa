"""Content: what is stored of an invoice, and what makes two invoices the same."""

from ..mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "member-order-counts",
        "Python keeps the order of members, so the text is always the same",
        "functions/invoice.py",
        "    names = sorted(texts)\n",
        "    names = list(texts)\n",
        (
            Edit(
                "functions/attributes.py",
                "object_text(sorted(members), members)",
                "object_text(members, members)",
            ),
        ),
    ),
    Mutant(
        "member-order-counts-inside",
        "sorting the members is enough",
        "functions/attributes.py",
        "object_text(sorted(members), members)",
        "object_text(members, members)",
    ),
    Mutant(
        "string-equals-number",
        "the type marks of DynamoDB are not content",
        "functions/invoice.py",
        "_sha256(content), ",
        "_sha256(content.replace('{\"N\":', '{\"S\":')), ",
    ),
    Mutant(
        "content-of-the-required-members",
        "the four required members say which invoice it is",
        "functions/invoice.py",
        "_sha256(content), ",
        '_sha256(object_text(("cliente", "data_emissao", "id", "valor"), texts)), ',
    ),
    Mutant(
        "true-is-1",
        "bool is a kind of int",
        "functions/attributes.py",
        "True: '{\"BOOL\":true}', False: '{\"BOOL\":false}'",
        'True: \'{"N":"1"}\', False: \'{"N":"0"}\'',
    ),
    Mutant(
        "nulls-left-out",
        "null says that there is nothing",
        "functions/attributes.py",
        "            texts[name] = self.value(value)\n",
        "            if value is not None:\n                texts[name] = self.value(value)\n",
    ),
    Mutant(
        "empty-strings-are-null",
        "DynamoDB refuses empty strings, as it did until 2020",
        "functions/attributes.py",
        "return f'{{\"S\":{quoted(value)}}}'",
        "return f'{{\"S\":{quoted(value)}}}' if value else _CONSTANTS[None]",
    ),
    Mutant(
        "strings-trimmed",
        "no harm in tidying up",
        "functions/attributes.py",
        "quoted(value)}}}'",
        "quoted(value.strip())}}}'",
    ),
    Mutant(
        "unknown-members-dropped",
        "the model knows all that an invoice has",
        "functions/invoice.py",
        "to_texts(invoice)",
        'to_texts({name: invoice[name] for name in INVOICE.schema["properties"] if name in invoice})',
    ),
    Mutant(
        "unknown-members-refused",
        "a strict model finds typing errors",
        "functions/members.py",
        "        found: list[Reason] = []\n        for name, broken_member,",
        '        found = [Reason("reserved", pointer(name)) for name in value if name not in properties]\n'
        "        for name, broken_member,",
    ),
    Mutant(
        "ingest-is-overwritten",
        "nobody calls a member _ingest",
        "functions/invoice.py",
        '    if PROVENANCE in value:\n        reasons.insert(0, Reason("reserved", pointer(PROVENANCE)))\n',
        "",
    ),
    Mutant(
        "duplicate-members-last-wins",
        "json.loads takes the last one, like everybody",
        "functions/document.py",
        "return members if len(members) == len(pairs) else DuplicateMembers(pairs)",
        "return members",
    ),
    Mutant(
        "duplicate-members-inside-last-wins",
        "the members that count are at the top",
        "functions/attributes.py",
        "if isinstance(values, DuplicateMembers):",
        "if not self.path and isinstance(values, DuplicateMembers):",
    ),
    Mutant(
        "one-level-too-deep",
        "32 levels below the item are 33 with it",
        "functions/sizes.py",
        "MAX_LEVELS = 32",
        "MAX_LEVELS = 33",
    ),
    Mutant(
        "pointer-escaped-in-the-wrong-order",
        "two replacements, in whichever order",
        "functions/reasons.py",
        '.replace("~", "~0").replace("/", "~1")',
        '.replace("/", "~1").replace("~", "~0")',
    ),
    Mutant(
        "foreign-item-always-conflicts",
        "what another program stored has no content to compare",
        "functions/aws/invoices.py",
        "return Holder(content_sha256(item), None)",
        'return Holder("", None)',
        (
            Edit(
                "functions/aws/invoices.py",
                "from ..invoice import PROVENANCE, content_sha256\n",
                "from ..invoice import PROVENANCE\n",
            ),
        ),
    ),
    Mutant(
        "objects-are-no-level",
        "a list is a level, an object is what it holds",
        "functions/attributes.py",
        "if len(self.path) > MAX_LEVELS:",
        "if 1 + sum(isinstance(step, int) for step in self.path) > MAX_LEVELS:",
    ),
    Mutant(
        "size-in-characters",
        "a character is a byte",
        "functions/sizes.py",
        'return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))',
        "return len(text)",
    ),
    Mutant(
        "no-room-for-ingest",
        "an item has 400 KB",
        "functions/invoice.py",
        "MAX_INVOICE_BYTES = MAX_ITEM_BYTES - PROVENANCE_BYTES",
        "MAX_INVOICE_BYTES = MAX_ITEM_BYTES",
    ),
    Mutant(
        "member-names-of-any-length",
        "a name is short",
        "functions/attributes.py",
        "if not (name.isascii() and 0 < len(name) <= MAX_NAME_BYTES):",
        "if not (name.isascii() and name):",
        (
            Edit(
                "functions/attributes.py",
                "if not 0 < size <= MAX_NAME_BYTES:",
                "if not 0 < size:",
            ),
        ),
    ),
)
