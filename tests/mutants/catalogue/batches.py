"""Batches: each invoice for itself, and what is asked about those that are not free."""

from ..mutant import Mutant

_REFUSED = '                    found[id_] = Reason("refused", values={"answer": answer["Message"]})\n'

MUTANTS = (
    Mutant(
        "refused-invoice-stops-its-file",
        "what DynamoDB refuses is a fault of this code",
        "functions/aws/invoices.py",
        _REFUSED,
        "                    raise InfrastructureError(answer['Message'])\n",
    ),
    Mutant(
        "refused-invoice-counts-as-stored",
        "a valid invoice is not refused",
        "functions/aws/invoices.py",
        _REFUSED,
        "                    found[id_] = Holder(asking[id_].checked.sha256, asking[id_].origin)\n",
    ),
    Mutant(
        "taken-id-counts-as-stored",
        "what is there already is stored",
        "functions/aws/invoices.py",
        "                    taken.append(id_)\n",
        "                    found[id_] = Holder(asking[id_].checked.sha256, asking[id_].origin)\n",
    ),
    Mutant(
        "taken-id-is-a-duplicate",
        "DuplicateItem says that it is a duplicate",
        "functions/aws/invoices.py",
        "                    taken.append(id_)\n",
        "                    found[id_] = Holder(asking[id_].checked.sha256, None)\n",
    ),
    Mutant(
        "unprocessed-keys-dropped",
        "a batch of reads reads all",
        "functions/aws/invoices.py",
        '            keys = list(unprocessed["Keys"]) if unprocessed else []\n',
        "            keys = []\n",
    ),
    Mutant(
        "unprocessed-keys-asked-for-at-once",
        "the rest comes with the next call",
        "functions/aws/invoices.py",
        '                pauses.wait(StatementError("ThrottlingError", f"{len(keys)} items were not read"))\n',
        "                continue\n",
    ),
    Mutant(
        "holders-read-eventually",
        "half the price",
        "functions/aws/invoices.py",
        '                    "ConsistentRead": True,\n                    "ProjectionExpression"',
        '                    "ProjectionExpression"',
    ),
    Mutant(
        "next-candidates-not-tried",
        "the first of a file is the one that counts",
        "functions/process.py",
        "chunk.next_candidates(holders) or chunk.compare(",
        "chunk.compare(",
    ),
    Mutant(
        "any-name-in-a-statement",
        "names stand in quotes",
        "functions/aws/invoices.py",
        "    if not all(map(_PLAIN_NAME.fullmatch, names)):\n        return None\n",
        "",
    ),
    Mutant(
        "statements-of-any-length",
        "a statement is as long as it is",
        "functions/aws/invoices.py",
        "return json.dumps(statement) if len(statement) <= MAX_STATEMENT else None",
        "return json.dumps(statement)",
    ),
    Mutant(
        "refused-by-partiql-refused-for-good",
        "DynamoDB has said no",
        "functions/aws/invoices.py",
        "if id_ not in answers or _code(answers[id_]) in _REFUSED]",
        "if id_ not in answers]",
    ),
    Mutant(
        "refused-batch-raised",
        "a batch is right or wrong",
        "functions/aws/invoices.py",
        "            if code_of(error) in _REFUSED:\n                return {}\n            raise\n",
        "            raise\n",
    ),
    Mutant(
        "put-alone-overwrites",
        "who is put alone was refused before",
        "functions/aws/invoices.py",
        "lambda: self._dynamodb.put_item(\n                    TableName=self._table, Item=item, ConditionExpression="
        '"attribute_not_exists(id)"\n                )',
        "lambda: self._dynamodb.put_item(TableName=self._table, Item=item)",
    ),
    Mutant(
        "refused-put-stops-its-file",
        "a put is refused where the id is taken",
        "functions/aws/invoices.py",
        "            if code_of(error) not in _TAKEN | _REFUSED:\n",
        "            if code_of(error) not in _TAKEN:\n",
    ),
    Mutant(
        "passing-statements-asked-again-at-once",
        "the next batch takes them along",
        "functions/aws/invoices.py",
        "            if fault is not None:\n                pauses.wait(fault)\n",
        "",
    ),
    Mutant(
        "answers-in-any-order",
        "an answer has the code that matters",
        "functions/aws/invoices.py",
        "zip(statements, responses, strict=True)",
        'zip(statements, sorted(responses, key=lambda one: "Error" in one), strict=True)',
    ),
    Mutant(
        "any-number-of-bytes-under-way",
        "eight chunks are not many",
        "functions/process.py",
        "        or sum(other.size for other in under_way) > MAX_UNDER_WAY\n",
        "",
    ),
    Mutant(
        "few-holders-at-a-time-are-throttled",
        "what was not read is throttled",
        "functions/aws/invoices.py",
        "            if found:\n                pauses.renew()\n",
        "",
    ),
)
