"""Cursors say where the next page begins. They are opaque to clients, and sealed, so that forgery is noticed. Pure."""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .problems import bad_request

SEAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors, with a key that only this stack has.

    `listing` identifies the list, such as `["notas", "Ana", None, None]`; a cursor of one list is not valid in another.
    `place` is any JSON.
    """

    key: bytes

    def seal(self, listing: Sequence[str | None], place: Any) -> str:
        """The cursor of a place in a list."""
        text = json.dumps(place).encode()
        return base64.urlsafe_b64encode(self._seal(listing, text) + text).rstrip(b"=").decode()

    def open(self, listing: Sequence[str | None], cursor: str) -> Any:
        """The place a cursor names. Raises ProblemError where `seal` did not make it for this list."""
        forged = bad_request("the cursor does not belong to this list; begin again without one")
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise forged from None
        seal, text = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(listing, text)):
            raise forged
        return json.loads(text)

    def _seal(self, listing: Sequence[str | None], text: bytes) -> bytes:
        return hmac.digest(self.key, json.dumps(list(listing)).encode() + b"\0" + text, "sha256")[:SEAL_BYTES]
