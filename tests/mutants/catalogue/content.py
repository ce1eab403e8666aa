"""Content: what of an invoice is stored, and what makes two invoices the same."""

from ..mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "member-order-counts",
        "Python keeps the order of members, so the text is always the same",
        "functions/invoice.py",
        "json.dumps(item, sort_keys=True, ",
        "json.dumps(item, ",
    ),
    Mutant(
        "member-order-counts-inside",
        "sorting the members is enough",
        "functions/invoice.py",
        "json.dumps(item, sort_keys=True, ",
        "json.dumps(dict(sorted(item.items())), ",
    ),
    Mutant(
        "string-equals-number",
        "the type marks of DynamoDB are not content",
        "functions/invoice.py",
        "return json.dumps(item, sort_keys=True",
        "return json.dumps({name: [*value.values()] for name, value in item.items()}, sort_keys=True",
    ),
    Mutant(
        "content-of-the-required-members",
        "the four required members say which invoice it is",
        "functions/invoice.py",
        "canonical = _canonical(item)",
        'canonical = _canonical({name: item[name] for name in ("id", "cliente", "valor", "data_emissao")})',
    ),
    Mutant(
        "true-is-1",
        "bool is a kind of int",
        "functions/attributes.py",
        '{"BOOL": value}',
        '{"N": str(int(value))}',
    ),
    Mutant(
        "nulls-left-out",
        "null says that there is nothing",
        "functions/attributes.py",
        "            attributes[name] = self.value(value, here, level + 1)\n",
        "            if value is not None:\n                attributes[name] = self.value(value, here, level + 1)\n",
    ),
    Mutant(
        "empty-strings-are-null",
        "DynamoDB refuses empty strings, as it did until 2020",
        "functions/attributes.py",
        'return {"S": value}',
        'return {"S": value} if value else {"NULL": True}',
    ),
    Mutant(
        "strings-trimmed",
        "no harm in tidying up",
        "functions/attributes.py",
        'return {"S": value}',
        'return {"S": value.strip()}',
    ),
    Mutant(
        "unknown-members-dropped",
        "the model knows all that an invoice has",
        "functions/invoice.py",
        "    item, reasons = to_item(value, MAX_ITEM_BYTES - PROVENANCE_BYTES)\n",
        "    known = {name: value[name] for name in Invoice.model_fields if name in value}\n"
        "    item, reasons = to_item(known, MAX_ITEM_BYTES - PROVENANCE_BYTES)\n",
    ),
    Mutant(
        "unknown-members-refused",
        "a strict model finds typing errors",
        "functions/invoice.py",
        'extra="ignore"',
        'extra="forbid"',
    ),
    Mutant(
        "ingest-is-overwritten",
        "nobody calls a member _ingest",
        "functions/invoice.py",
        "    if PROVENANCE in value:\n"
        '        reasons.append(Reason("reserved", pointer(PROVENANCE), "is a name the pipeline keeps for itself"))\n',
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
        "the members that count stand at the top",
        "functions/attributes.py",
        "if isinstance(values, DuplicateMembers):",
        "if level == 0 and isinstance(values, DuplicateMembers):",
    ),
    Mutant(
        "one-level-too-deep",
        "32 levels below the item are 33 with it",
        "functions/attributes.py",
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
        "what this pipeline did not store has no content to compare",
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
)
