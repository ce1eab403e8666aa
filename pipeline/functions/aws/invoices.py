"""The invoices table: invoices go in once, and never change.

Each write stands alone, so that one taken id or one refused invoice concerns no other. What was weighed is in
docs/performance.md.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..additions import PROVENANCE
from ..attributes import Attribute
from ..differences import texts_of
from ..errors import InfrastructureError
from ..invoice import content_sha256
from ..outcome import Candidate, Held, Holder, Origin
from ..reasons import Reason
from .patience import PASSING, Patience, Pauses, StatementError, code_of
from .statements import Statements

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import BatchGetItemOutputTypeDef

MAX_STATEMENT = 8_192
"""Characters in one PartiQL statement. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementRequest.html"""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
_TAKEN = {"DuplicateItem", "ConditionalCheckFailedException"}
_REFUSED = {"ValidationError", "ValidationException", "ItemCollectionSizeLimitExceeded"}

Answer = Mapping[str, Any] | None
"""What became of one write: None where it was done, else `{"Code": …, "Message": …}`."""


class Invoices:
    """The invoices table.

    An item is the invoice plus `_ingest`, a map of `key`, `version_id`, `position`, `time` and `sha256`: which upload
    brought it, at which position, when work on that upload first began, and the hash of the invoice's content.
    """

    def __init__(self, dynamodb: "DynamoDBClient", statements: Statements, table: str, patience: Patience) -> None:
        self._dynamodb = dynamodb
        self._statements = statements
        self._table = table
        self._patience = patience

    def insert(self, candidates: dict[str, Candidate], time_: str) -> dict[str, Holder | Reason]:
        """Store the candidates whose ids are free. Returns who holds each id then, or why DynamoDB refused the invoice.

        Takes at most 25 candidates, keyed by id. Raises OutOfTimeError where DynamoDB fails for longer than there is
        time, and ClientError or InfrastructureError where it always will.
        """
        found: dict[str, Holder | Reason] = {}
        asking, pauses = dict(candidates), Pauses(self._patience)
        while asking:
            taken, fault = [], None
            for id_, answer in self._write(asking, time_).items():
                code = _code(answer)
                if answer is None:
                    found[id_] = Holder(asking[id_].checked.sha256, asking[id_].origin)
                elif code in _TAKEN:
                    taken.append(id_)
                elif code in _REFUSED:
                    found[id_] = Reason("refused", values={"answer": answer["Message"]})
                elif code in PASSING:
                    fault = StatementError(code, answer.get("Message", ""))
                else:
                    raise InfrastructureError(f"DynamoDB refused invoice {id_!r}: {code}, {answer.get('Message')}")
            # An item that was removed just now has no holder. Its id is free again, and asked for again.
            found |= self._holders(taken)
            asking = {id_: candidate for id_, candidate in asking.items() if id_ not in found}
            if fault is not None:
                pauses.wait(fault)
        return found

    def held(self, id_: str) -> Held | None:
        """The item that holds an id, whole; None if the id is free. It takes up to 400 KB, so it is not for many.

        Raises as `insert` does.
        """
        answer = self._patience.outlast(
            lambda: self._dynamodb.get_item(TableName=self._table, Key={"id": {"S": id_}}, ConsistentRead=True)
        )
        item: dict[str, Attribute] = answer.get("Item", {})  # type: ignore[assignment]
        return Held(_holder(item) or Holder(content_sha256(item), None), texts_of(item)) if item else None

    def _write(self, candidates: dict[str, Candidate], time_: str) -> dict[str, Answer]:
        """Insert each whose id is free: in one batch those that PartiQL takes, each alone the others."""
        batch = {}
        for id_, one in candidates.items():
            statement = _statement(self._table, one.checked.names)
            if statement is not None:
                ingest = json.dumps(_provenance(one, time_))
                batch[id_] = f'{{"Statement":{statement},"Parameters":[{",".join(one.checked.parameters)},{ingest}]}}'
        answers = self._insert_batch(batch)
        # What a batch refuses is put alone: PartiQL may be to blame, and one bad statement may spoil the others.
        alone = [id_ for id_ in candidates if id_ not in answers or _code(answers[id_]) in _REFUSED]
        return answers | {id_: self._put(_item(candidates[id_], time_)) for id_ in alone}

    def _insert_batch(self, statements: dict[str, str]) -> dict[str, Answer]:
        """Insert items by their statements, each for itself. Returns no answers where the whole batch is refused."""
        if not statements:
            return {}
        try:
            responses = self._patience.outlast(lambda: self._statements.execute(statements.values()))
        except ClientError as error:
            if code_of(error) in _REFUSED:
                return {}
            raise
        return {id_: one.get("Error") for id_, one in zip(statements, responses, strict=True)}

    def _put(self, item: dict[str, Attribute]) -> Answer:
        try:
            self._patience.outlast(
                lambda: self._dynamodb.put_item(
                    TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(id)"
                )
            )
        except ClientError as error:
            if code_of(error) not in _TAKEN | _REFUSED:
                raise
            return dict(error.response["Error"])
        return None

    def _holders(self, ids: list[str]) -> dict[str, Holder]:
        """Who holds the ids, as far as they are held. Of large items only `_ingest` is read."""
        holders: dict[str, Holder] = {}
        keys: list[Mapping[str, Any]] = [{"id": {"S": id_}} for id_ in ids]
        pauses = Pauses(self._patience)
        while keys:
            answer = self._patience.outlast(partial(self._get_batch, keys))
            found = answer["Responses"].get(self._table, [])
            if found:
                pauses.renew()
            for item in found:
                id_ = item["id"]["S"]
                holder = _holder(item) or self._foreign_holder(id_)
                if holder is not None:
                    holders[id_] = holder
            unprocessed = answer["UnprocessedKeys"].get(self._table)
            keys = list(unprocessed["Keys"]) if unprocessed else []
            if keys:
                # That is how a batch of reads is throttled. Where items are large, it also reads only some at once.
                pauses.wait(StatementError("ThrottlingError", f"{len(keys)} items were not read"))
        return holders

    def _get_batch(self, keys: list[Mapping[str, Any]]) -> "BatchGetItemOutputTypeDef":
        return self._dynamodb.batch_get_item(
            RequestItems={
                self._table: {
                    "Keys": keys,
                    "ConsistentRead": True,
                    "ProjectionExpression": "id, #ingest",
                    "ExpressionAttributeNames": {"#ingest": PROVENANCE},
                }
            }
        )

    def _foreign_holder(self, id_: str) -> Holder | None:
        """The holder of an id that another program wrote, if it is still there."""
        held = self.held(id_)
        return held and held.holder


@lru_cache(maxsize=1024)
def _statement(table: str, names: tuple[str, ...]) -> str | None:
    """PartiQL to insert an item with these attributes and `_ingest`, as JSON text.

    None where PartiQL may not take their names, or so many. Only plain names are written into a statement: AWS
    documents no way to escape all others.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
    """
    if not all(map(_PLAIN_NAME.fullmatch, names)):
        return None
    members = ", ".join(f"'{name}': ?" for name in (*names, PROVENANCE))
    statement = f'INSERT INTO "{table}" VALUE {{{members}}}'
    return json.dumps(statement) if len(statement) <= MAX_STATEMENT else None


def _item(candidate: Candidate, time_: str) -> dict[str, Attribute]:
    item: dict[str, Attribute] = json.loads(candidate.checked.text)
    return {**item, PROVENANCE: _provenance(candidate, time_)}


def _provenance(candidate: Candidate, time_: str) -> Attribute:
    origin = candidate.origin
    return {
        "M": {
            "key": {"S": origin.key},
            "version_id": {"S": origin.version_id},
            "position": {"N": str(origin.position)},
            "time": {"S": time_},
            "sha256": {"S": candidate.checked.sha256},
        }
    }


def _code(answer: Answer) -> str | None:
    return None if answer is None else answer["Code"]


def _holder(item: Mapping[str, Any]) -> Holder | None:
    """The holder as `_ingest` names it; None where another program wrote the item."""
    provenance = item.get(PROVENANCE, {}).get("M")
    if provenance is None:
        return None
    origin = Origin(provenance["key"]["S"], provenance["version_id"]["S"], int(provenance["position"]["N"]))
    return Holder(provenance["sha256"]["S"], origin)
