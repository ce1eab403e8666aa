"""Uploads a file straight to S3, to the URLs that the API gives for it: one, or one for each part of a larger file."""

import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aws_stack.errors import CloudError
from aws_stack.web import open_url

from .client import Client, NotFoundError
from .functions.versions import version_id
from .local_files import name_of
from .repetition import PASSING, Repetition, seconds_asked
from .words import _

# The longest name that POST /envios accepts.
_NAME = 200

# The longest wait for S3 to take a piece of the file, or to answer; half of the patience, where that is less.
_SECONDS = 60.0

_PIECE = 1024 * 1024

# What S3 says where another try, with a new URL, may do. ExpiredToken: the credentials that signed the URL are too old.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
_AGAIN = (b"<Code>RequestTimeout</Code>", b"<Code>ExpiredToken</Code>")

# How often all parts are sent where S3 finds a conflict when they are to be one object.
_TRIES = 3
_CONFLICT = b"<Code>ConditionalRequestConflict</Code>"

# What S3 says of an object that is there, and of an upload in parts that is over.
_DONE = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND)


def upload(client: Client, file: Path) -> tuple[str, str]:
    """Upload the file; its key and version id. Raises CloudError."""
    sending = _Sending(client, file)
    parts = sending.invitation()["parts"]
    if parts is None:
        return sending.key, sending.repeat(partial(_put, sending, file), sending.version)
    for _try in range(_TRIES):
        etags: list[str] = []
        while len(etags) < len(parts["urls"]):
            etags.append(sending.repeat(partial(_put_next_part, sending, etags, file), lambda: None))
        try:
            return sending.key, sending.repeat(partial(_complete, sending, etags), sending.version)
        except _ConflictError as error:
            conflict = error
        # It may have been with an earlier try whose answer was lost: of all uploads of the key, S3 takes the first.
        found = sending.version()
        if found is not None:
            return sending.key, found
        sending.begin_anew()
    raise sending.failure(conflict)


class _ConflictError(Exception):
    """Something else was being done to the key while the parts were made one object.

    S3 asks for a new multipart upload then, and for each part again.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html (If-None-Match)
    """


class _Sending:
    """A file on its way. All of its invitations are for one key, of which S3 takes one object."""

    def __init__(self, client: Client, file: Path) -> None:
        self._client = client
        self._file = file
        self._same_call = {"Idempotency-Key": str(uuid.uuid4())}
        self._path = f"/envios?nome={quote(name_of(Path(file.name))[-_NAME:], safe='')}&tamanho={file.stat().st_size}"
        self._parts = ""
        self._repetition: Repetition | None = None
        self._invite()
        self.key = str(self._invitation["key"])

    def _invite(self) -> None:
        self._invitation: dict[str, Any] = self._client.call(
            "POST", self._path + self._parts, headers=self._same_call, repetition=self._repetition
        ).json()
        self._renewal = time.monotonic() + float(self._invitation["expires_in"]) / 2
        if self._invitation["parts"]:
            self._parts = f"&partes={quote(self._invitation['parts']['upload_id'], safe='')}"

    def begin_anew(self) -> None:
        """The next invitation is for parts of another multipart upload. The bucket removes what is left of this one."""
        self._parts, self._renewal = "", 0.0

    def invitation(self) -> dict[str, Any]:
        """The last invitation; where half of its time is over, a new one for the same object."""
        if time.monotonic() > self._renewal:
            self._invite()
        return self._invitation

    def version(self) -> str | None:
        """The version id of the object, if S3 has it."""
        try:
            path = f"/envios?chave={quote(self.key, safe='')}"
            return str(self._client.call("GET", path, repetition=self._repetition).json()["version_id"])
        except NotFoundError:
            return None

    @property
    def seconds(self) -> float:
        """The longest wait in the next try."""
        return min(_SECONDS, self._repetition.left() if self._repetition else max(1.0, self._client.patience / 2))

    def repeat(self, attempt: Callable[[], str | None], find: Callable[[], str | None]) -> str:
        """What the first attempt returns that succeeds, or what is found after one whose answer was lost.

        The patience is for the time after the first failure, and for the silence that may have been it: a large file
        may take long, and fail then. When it ends, S3 may still have been taking the last try, so it is looked for once
        more.
        """
        try:
            return self._repeated(attempt, find)
        finally:
            self._repetition = None

    def _repeated(self, attempt: Callable[[], str | None], find: Callable[[], str | None]) -> str:
        while True:
            silence = 0.0
            failed, asked = self.failure(_("S3 does not have it")), 0.0
            try:
                done = attempt()
            except urllib.error.HTTPError as error:
                failed, asked = self.failure(error), seconds_asked(error.headers["Retry-After"])
                done = find() if error.code in _DONE else None
                if done is None and not _passes(error):
                    raise failed from None
            except (OSError, HTTPException) as error:
                # S3 may have refused the file without reading it, and closed the connection while it was being sent.
                failed, done = self.failure(error, certain=False), None
                silence = self.seconds if _is_timeout(error) else 0.0
            if done is not None:
                return done
            self._repetition = self._repetition or Repetition(self._client.patience - silence)
            try:
                self._repetition.wait(failed, asked)
            except CloudError:
                found = find()
                if found is None:
                    raise
                return found
            found = find()
            if found is not None:
                return found
            self._renewal = 0.0

    def failure(self, why: object, *, certain: bool = True) -> CloudError:
        """What to tell about a file that S3 does not have; maybe does not have, where that is not certain."""
        facts = {"file": name_of(self._file), "why": why}
        if certain:
            return CloudError(_("{file} was not uploaded to the URL from the API: {why}. Try again", **facts))
        return CloudError(_("{file} may not have been uploaded to the URL from the API: {why}. Try again", **facts))


def _put(sending: _Sending, file: Path) -> str:
    """PUT the whole file; its version id. This and what follows raise what `urllib.request.urlopen` does."""
    invitation = sending.invitation()
    with file.open("rb") as body:
        request = urllib.request.Request(invitation["url"], body, invitation["headers"], method="PUT")
        with open_url(request, sending.seconds) as answer:
            return version_id(answer.headers["x-amz-version-id"], answer.headers["ETag"])


def _put_next_part(sending: _Sending, etags: list[str], file: Path) -> str:
    """PUT the part after those that have `etags`; its ETag. If it is sent again, it replaces the one before."""
    parts, number = sending.invitation()["parts"], len(etags)
    size = int(parts["size"])
    length = min(size, file.stat().st_size - number * size)
    headers = {"Content-Length": str(length)}
    pieces = _pieces(file, number * size, length)
    request = urllib.request.Request(parts["urls"][number], pieces, headers, method="PUT")
    with open_url(request, sending.seconds) as answer:
        return str(answer.headers["ETag"])


def _pieces(file: Path, offset: int, length: int) -> Iterator[bytes]:
    with file.open("rb") as content:
        content.seek(offset)
        while length > 0 and (piece := content.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece


def _complete(sending: _Sending, etags: list[str]) -> str | None:
    """Make the parts one object; its version id. Raises _ConflictError.

    S3 may say 200 before it knows, and an error after that. Once it is done, S3 answers a repetition as it answered
    before, or does not know the upload any more.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
    """
    listed = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(etag, quote=False)}</ETag></Part>"
        for number, etag in enumerate(etags, start=1)
    )
    body = (
        f'<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{listed}</CompleteMultipartUpload>'
    )
    parts = sending.invitation()["parts"]
    headers = {**parts["headers"], "Content-Type": "application/xml"}
    request = urllib.request.Request(parts["complete"], body.encode(), headers, method="POST")
    try:
        with open_url(request, sending.seconds) as answer:
            said = answer.read()
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.CONFLICT:
            raise _ConflictError(error) from None
        raise
    if _CONFLICT in said:
        raise _ConflictError(said.decode(errors="replace"))
    if b"<Error>" in said:
        raise OSError(said.decode(errors="replace"))
    return sending.version()


def _is_timeout(error: Exception) -> bool:
    """Whether S3 took nothing more, or did not answer; `urllib` may wrap it."""
    return isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)


def _passes(error: urllib.error.HTTPError) -> bool:
    """Whether S3 may take it later."""
    said = error.read()
    return error.code in PASSING or error.code == HTTPStatus.CONFLICT or any(words in said for words in _AGAIN)
