"""An upload to be damaged, for the tests of `notas audit`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Sent, Stack, place_of_rejects
from pipeline.audit import Audit, audit

STORED = 8


@dataclass(frozen=True)
class Sample:
    """An upload that has ended, to be damaged: eight invoices stored, one duplicate, one conflict, two rejected."""

    stack: Stack
    name: str
    sent: Sent
    entry: dict[str, Any]

    @classmethod
    def made(cls, stack: Stack, name: str) -> "Sample":
        """Upload it, and wait for its end."""
        invoices = [invoice(f"{name}-{number}") for number in range(STORED)]
        broken = [invoice(f"{name}-x", valor=-1), invoice(f"{name}-y", cliente="")]
        body = document(*invoices, invoices[0], broken[0], invoice(f"{name}-1", valor=1), broken[1])
        sent = stack.upload(body, f"{name}.json")
        entry = stack.wait(sent)
        assert counts(entry) == {"received": 12, "stored": STORED, "duplicates": 1, "conflicts": 1, "rejected": 2}
        return cls(stack, name, sent, entry)

    # The ledger

    def set_entry(self, **values: dict[str, Any]) -> None:
        """Set attributes of the entry."""
        self._update("UploadsTable", self._key(), values)

    def forget_entry(self, *names: str) -> None:
        """Remove attributes of the entry, or all of it."""
        table = self.stack.outputs["UploadsTable"]
        if not names:
            self.stack.dynamodb.delete_item(TableName=table, Key=self._key())
            return
        self.stack.dynamodb.update_item(
            TableName=table,
            Key=self._key(),
            UpdateExpression="REMOVE " + ", ".join(f"#{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},
        )

    def _key(self) -> dict[str, Any]:
        return {"key": {"S": self.sent.key}, "version_id": {"S": self.sent.version_id}}

    # Invoices

    def remove(self, number: int) -> None:
        """Remove an invoice."""
        id_ = {"id": {"S": f"{self.name}-{number}"}}
        self.stack.dynamodb.delete_item(TableName=self.stack.outputs["InvoicesTable"], Key=id_)

    def set_invoice(self, number: int, **values: dict[str, Any]) -> None:
        """Set attributes of an invoice; `a__b` is b in a."""
        self._update("InvoicesTable", {"id": {"S": f"{self.name}-{number}"}}, values)

    def copy(self, number: int, id_: str) -> None:
        """Put a copy of an invoice under another id."""
        table = self.stack.outputs["InvoicesTable"]
        key = {"id": {"S": f"{self.name}-{number}"}}
        item = self.stack.dynamodb.get_item(TableName=table, Key=key)["Item"]
        self.stack.dynamodb.put_item(TableName=table, Item={**item, "id": {"S": id_}})

    def _update(self, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
        paths = {name: ".".join(f"#{part}" for part in name.split("__")) for name in values}
        self.stack.dynamodb.update_item(
            TableName=self.stack.outputs[table],
            Key=key,
            UpdateExpression="SET " + ", ".join(f"{path} = :{name}" for name, path in paths.items()),
            ExpressionAttributeNames={f"#{part}": part for name in values for part in name.split("__")},
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    # Rejects

    def edit_rejects(self, edit: Callable[[list[bytes]], list[bytes]]) -> None:
        """Change the lines of the rejects."""
        bucket, key = place_of_rejects(self.entry)
        lines = self.stack.s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines(keepends=True)
        self.stack.s3.put_object(Bucket=bucket, Key=key, Body=b"".join(edit(lines)))

    def add_rejects(self, key: str) -> None:
        """Put an object into the rejects bucket."""
        self.stack.s3.put_object(Bucket=self.stack.outputs["RejectsBucket"], Key=key, Body=b"")

    def remove_rejects(self) -> None:
        """Remove the object."""
        bucket, key = place_of_rejects(self.entry)
        self.stack.s3.delete_object(Bucket=bucket, Key=key)


def audited(stack: Stack) -> Audit:
    """What an audit of a stack says."""
    return audit(stack.cloud, stack.outputs)
