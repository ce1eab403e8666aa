"""Outcomes: who comes first, what counts as the same, and what the table is asked."""

from ..mutant import Edit, Mutant

_BATCH = "        answers = self._insert_batch(batch)\n"
_CONDITION = Edit(
    "functions/aws/invoices.py",
    """                lambda: self._dynamodb.put_item(
                    TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(id)"
                )
""",
    "                lambda: self._dynamodb.put_item(TableName=self._table, Item=item)\n",
)
_DONE = "                if answer is None:\n"
_OWN = "if holder.origin == (self.key, self.version_id, record.position):"

MUTANTS = (
    Mutant(
        "overwrites",
        "a put is a put",
        "functions/aws/invoices.py",
        _BATCH,
        "        answers: dict[str, Answer] = {}\n",
        (_CONDITION,),
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
        _BATCH,
        "        held = self._holders(list(candidates))\n"
        '        answers: dict[str, Answer] = {id_: {"Code": "DuplicateItem"} for id_ in held}\n',
        (_CONDITION,),
    ),
    Mutant(
        "unanswered-statement-counts-as-stored",
        "a batch that was answered was done",
        "functions/aws/invoices.py",
        _DONE,
        "                if answer is None or code in PASSING:\n",
    ),
    Mutant(
        "transaction-conflict-raised",
        "throttling passes, a conflict does not",
        "functions/aws/patience.py",
        "PASSING = THROTTLED | _CONFLICTING | ",
        "PASSING = THROTTLED | ",
    ),
    Mutant(
        "transaction-conflict-counts-as-stored",
        "the other one has put it",
        "functions/aws/invoices.py",
        _DONE,
        '                if answer is None or code == "TransactionConflict":\n',
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
        "functions/chunks.py",
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
        "throttled-statements-raised",
        "only a conflict passes by itself",
        "functions/aws/patience.py",
        '        "ProvisionedThroughputExceeded",\n',
        "",
        (Edit("functions/aws/patience.py", '        "ThrottlingError",\n', ""),),
    ),
    Mutant(
        "no-pause-between-tries",
        "time is money, on Lambda most of all",
        "functions/aws/patience.py",
        "        time.sleep(min(random.uniform(self._longest / 2, self._longest), left))\n",
        "",
    ),
    Mutant(
        "chunks-by-their-number",
        "a batch takes 25 items",
        "functions/outcome.py",
        "len(self.candidates) >= MAX_CHUNK_INVOICES or self.size >= MAX_CHUNK_BYTES",
        "len(self.candidates) >= MAX_CHUNK_INVOICES",
    ),
    Mutant(
        "one-id-on-its-way-twice",
        "the table itself decides who is first",
        "functions/process.py",
        "        or any(chunk.candidates.keys() & other.candidates for other in under_way)\n",
        "",
    ),
)
