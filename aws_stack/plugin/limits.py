"""DynamoDB's limits for a stack's functions: throttling, sizes, and transactions that conflict. Emulators have none."""

from collections import Counter

from botocore.exceptions import ClientError

from ..clouds import Cloud
from ..proxy import Proxy
from ..proxy.answer import Answer
from ..scarcity import SCARCE, Capacity, Scarcity
from ..scarcity.layer import Forward
from ..scarcity.schemas import Tables
from ..scarcity.sizes import Item


class AwsLimits:
    """Makes the cloud of one stack's functions scarce for one test."""

    def __init__(self, cloud: Cloud, proxy: Proxy) -> None:
        self._dynamodb = cloud.client("dynamodb")
        self._proxy = proxy
        self._armed: list[Scarcity] = []
        self._vain: list[Scarcity] = []
        self._unknown: list[str] = []

    def arm(self, capacity: Capacity = SCARCE, *, may_miss: bool = False) -> Scarcity:
        """Have DynamoDB be as scarce as this, from now on, for the functions alone.

        Returns what is scarce: it counts what is `used` and what is refused, which is `struck`, and other programs'
        transactions can be under way in it.
        """
        scarcity = Scarcity(Tables(self._dynamodb), capacity, holds=self._held)

        def between(operation: str, body: bytes, forward: Forward) -> Answer:
            try:
                return scarcity.carry_out(operation, body, forward)
            except ClientError:
                # There is no such table, or it has another key: DynamoDB says so itself.
                return forward(body)
            except (KeyError, ValueError) as error:
                self._unknown.append(f"{operation}: {error}")
                # Not a lost connection: whoever calls would try again and again.
                return Answer(501, {}, b"")

        self._proxy.between = between
        self._armed.append(scarcity)
        if not may_miss:
            self._vain.append(scarcity)
        return scarcity

    def _held(self, table: str, key: Item) -> Item | None:
        answer = self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def struck(self) -> dict[str, int]:
        """How often something was refused, by AWS's reason or the error's code."""
        return dict(sum((scarcity.struck for scarcity in self._armed), Counter[str]()))

    def end(self) -> list[str]:
        """Let the cloud be as it is. Returns why the test showed nothing, a line each."""
        self._proxy.between = None
        vain = ["nothing was scarce" for scarcity in self._vain if not scarcity.struck]
        return [*vain, *(f"what it costs is not known: {one}" for one in self._unknown)]
