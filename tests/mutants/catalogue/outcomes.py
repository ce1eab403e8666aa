"""Outcomes: who comes first, what counts as the same, and what the table is asked."""

from ..mutant import Edit, Mutant

_CONDITION = (
    '                    "ConditionExpression": "attribute_not_exists(id)",\n'
    '                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",\n'
)
_LAST_LINES_OF_INSERT = "                time.sleep(wait)\n        return holders\n"
_AS_STORED = "holders | {id_: Holder(one.checked.sha256, one.origin) for id_, one in asking.items()}"
_OWN = "if holder.origin == Origin(self.key, self.version_id, record.position):"

MUTANTS = (
    Mutant(
        "overwrites",
        "a put is a put",
        "functions/aws/invoices.py",
        _CONDITION,
        "",
    ),
    Mutant(
        "condition-on-the-access-key",
        "the access key is what makes an invoice unique",
        "functions/aws/invoices.py",
        '"attribute_not_exists(id)"',
        '"attribute_not_exists(chave_acesso)"',
    ),
    Mutant(
        "looked-up-then-put",
        "ask first whether the id is taken, then put",
        "functions/aws/invoices.py",
        _CONDITION,
        "",
        (
            Edit(
                "functions/aws/invoices.py",
                "        try:\n            self._dynamodb.transact_write_items(",
                '        ids = [one.checked.item["id"] for one in candidates]\n'
                "        taken = [\n"
                '            self._dynamodb.get_item(TableName=self._table, Key={"id": id_}, ConsistentRead=True)'
                '.get("Item")\n'
                "            for id_ in ids\n"
                "        ]\n"
                "        if any(taken):\n"
                '            return [{"Code": "ConditionalCheckFailed", "Item": item} if item else {"Code": "None"} '
                "for item in taken]\n"
                "        try:\n            self._dynamodb.transact_write_items(",
            ),
        ),
    ),
    Mutant(
        "cancelled-ones-dropped",
        "only the taken ids are refused",
        "functions/aws/invoices.py",
        _LAST_LINES_OF_INSERT,
        f"                time.sleep(wait)\n            else:\n                return {_AS_STORED}\n"
        "        return holders\n",
    ),
    Mutant(
        "transaction-conflict-raised",
        "throttling passes, a conflict does not",
        "functions/aws/invoices.py",
        '_PASSING = {"TransactionConflict", "ThrottlingError"',
        '_PASSING = {"ThrottlingError"',
    ),
    Mutant(
        "transaction-conflict-counts-as-stored",
        "the other one has put it",
        "functions/aws/invoices.py",
        '                    refused.append(reason["Code"])\n',
        "                    holders[id_] = Holder(asking[id_].checked.sha256, asking[id_].origin)\n"
        "                    del asking[id_]\n",
    ),
    Mutant(
        "same-id-same-invoice",
        "an id that is there already is a duplicate",
        "functions/outcome.py",
        "            elif holder.sha256 == checked.sha256:\n",
        "            elif holder.sha256:\n",
    ),
    Mutant(
        "own-earlier-attempt-is-a-duplicate",
        "what the table had before was not stored by this run",
        "functions/outcome.py",
        _OWN,
        "if holder.origin is self.candidates[checked.id].origin and holder.origin.position == record.position:",
    ),
    Mutant(
        "own-by-upload",
        "what came with this upload was stored by it",
        "functions/outcome.py",
        _OWN,
        "if holder.origin and (holder.origin.key, holder.origin.version_id) == (self.key, self.version_id):",
    ),
    Mutant(
        "own-by-key",
        "key and position say where an invoice came from",
        "functions/outcome.py",
        _OWN,
        "if holder.origin and (holder.origin.key, holder.origin.position) == (self.key, record.position):",
    ),
    Mutant(
        "last-of-a-file-wins",
        "a later line corrects an earlier one",
        "functions/outcome.py",
        "        if isinstance(checked, Checked) and checked.id not in self.candidates:\n",
        "        if isinstance(checked, Checked):\n",
    ),
    Mutant(
        "chunk-without-candidates-skipped",
        "where there is nothing to store there is nothing to do",
        "functions/process.py",
        "    if chunk.entries:\n",
        "    if chunk.candidates:\n",
    ),
    Mutant(
        "refused-not-received",
        "what is refused was never taken in",
        "functions/counts.py",
        "        self.received += 1\n",
        "        self.received += outcome is not Outcome.REJECTED\n",
    ),
    Mutant(
        "conflicts-counted-as-rejected",
        "both go to the rejects",
        "functions/counts.py",
        "                self.conflicts += 1\n",
        "                self.rejected += 1\n",
    ),
    Mutant(
        "time-of-the-attempt",
        "an item's time is when it was put",
        "functions/aws/invoices.py",
        '            "time": {"S": time_},\n',
        '            "time": {"S": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},\n',
    ),
    Mutant(
        "throttled-transactions-raised",
        "only a conflict passes by itself",
        "functions/aws/invoices.py",
        '_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}',
        '_PASSING = {"TransactionConflict"}',
    ),
    Mutant(
        "no-pause-between-tries",
        "time is money, on Lambda most of all",
        "functions/aws/invoices.py",
        _LAST_LINES_OF_INSERT,
        "        return holders\n",
    ),
    Mutant(
        "chunks-by-their-number",
        "a transaction takes 100 items",
        "functions/outcome.py",
        "len(self.candidates) >= MAX_CHUNK_INVOICES or self.size >= MAX_CHUNK_BYTES",
        "len(self.candidates) >= MAX_CHUNK_INVOICES",
    ),
    Mutant(
        "one-id-on-its-way-twice",
        "the table itself decides who is first",
        "functions/process.py",
        "            while len(under_way) == WRITERS or any(\n"
        "                chunk.candidates.keys() & other.candidates for other, _ in under_way\n            ):\n",
        "            while len(under_way) == WRITERS:\n",
    ),
)
