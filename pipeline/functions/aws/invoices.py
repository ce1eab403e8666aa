"""The invoices table: invoices go in once, and never change."""

import json
import time
from typing import TYPE_CHECKING, Any

from ..attributes import Attribute
from ..errors import InfrastructureError
from ..invoice import PROVENANCE, content_sha256
from ..outcome import Candidate, Holder, Origin
from .clients import delays

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# DynamoDB cancels a transaction for these reasons although it may succeed when sent again. boto3 retries none of them.
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class Invoices:
    """The invoices table.

    An item is the invoice plus `_ingest`, a map of `key`, `version_id`, `position`, `time` and `sha256`: which upload
    brought it, at which position, when work on that upload first began, and the hash of the invoice's content.
    """

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def insert(self, candidates: dict[str, Candidate], time_: str) -> dict[str, Holder]:
        """Store the candidates whose ids are free, and return who holds each id afterwards.

        Takes at most 100 candidates, keyed by id. Raises InfrastructureError where DynamoDB keeps refusing.

        The first transaction has all of them. A single taken id cancels it, but the answer has the holder of every
        taken id. So a second transaction, with the free ids alone, nearly always succeeds.
        """
        holders: dict[str, Holder] = {}
        waits = delays()
        asking = dict(candidates)
        while asking:
            reasons = self._transact(list(asking.values()), time_)
            if reasons is None:
                return holders | {id_: Holder(one.checked.sha256, one.origin) for id_, one in asking.items()}
            refused = []
            for id_, reason in zip(list(asking), reasons, strict=True):
                if reason["Code"] == "ConditionalCheckFailed":
                    holders[id_] = _holder(reason["Item"])
                    del asking[id_]
                elif reason["Code"] in _PASSING:
                    refused.append(reason["Code"])
                elif reason["Code"] != "None":
                    raise InfrastructureError(
                        f"DynamoDB refused invoice {id_!r}: {reason['Code']}, {reason['Message']}"
                    )
            if refused:
                wait = next(waits, None)
                if wait is None:
                    raise InfrastructureError(f"DynamoDB kept cancelling a transaction: {', '.join(refused)}")
                time.sleep(wait)
        return holders

    def _transact(self, candidates: list[Candidate], time_: str) -> list[dict[str, Any]] | None:
        """Put all candidates or none. Returns None if all were put, else one reason for each candidate, in order."""
        puts: list[TransactWriteItemTypeDef] = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": {**json.loads(one.checked.text), PROVENANCE: _provenance(one, time_)},
                    "ConditionExpression": "attribute_not_exists(id)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            }
            for one in candidates
        ]
        try:
            self._dynamodb.transact_write_items(TransactItems=puts)
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            return list(map(dict, error.response["CancellationReasons"]))
        return None


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


def _holder(item: dict[str, Attribute]) -> Holder:
    provenance = item.get(PROVENANCE, {}).get("M")
    if provenance is None:
        return Holder(content_sha256(item), None)
    origin = Origin(provenance["key"]["S"], provenance["version_id"]["S"], int(provenance["position"]["N"]))
    return Holder(provenance["sha256"]["S"], origin)
