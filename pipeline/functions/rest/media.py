"""What a posted body is, by its headers. Pure."""

from email.message import Message
from http import HTTPStatus

from .problems import ProblemError

MAX_BODY = 4 * 1024 * 1024
"""Bytes of a posted body. Lambda takes events of 6 MB, in which a body stands in base64, four characters for three."""

SUFFIXES = {
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
}
"""The suffix of an upload's key, by its media type."""

ENCODINGS = {"identity": "", "gzip": ".gz"}
"""What is added to the suffix, by the Content-Encoding."""

_UTF8 = {"utf-8", "utf8", "us-ascii"}


def suffix(content_type: str | None, content_encoding: str | None) -> str:
    """The suffix of the key a body is uploaded under: `.json`, `.jsonl`, or either with `.gz`.

    Raises ProblemError where it is nothing the pipeline reads.
    """
    header = Message()
    header["Content-Type"] = content_type or ""
    known = SUFFIXES.get(header.get_content_type() if content_type else "")
    if known is None:
        raise _unsupported(
            f"the Content-Type is {content_type or 'missing'}; it says how invoices are written: {', '.join(SUFFIXES)}",
            {"Accept-Post": ", ".join(SUFFIXES)},
        )
    charset = header.get_content_charset("utf-8")
    if charset not in _UTF8:
        raise _unsupported(
            f"the body is in {charset}; invoices are read as UTF-8", {"Accept-Post": ", ".join(SUFFIXES)}
        )
    added = "" if content_encoding is None else ENCODINGS.get(content_encoding.strip().lower())
    if added is None:
        raise _unsupported(f"the Content-Encoding is {content_encoding!r}; gzip is taken", {"Accept-Encoding": "gzip"})
    return known + added


def check_size(size: int) -> None:
    """Raise ProblemError where a body of `size` bytes is too large."""
    if size > MAX_BODY:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            f"the body has {size} bytes; at most {MAX_BODY} are taken. Larger files are uploaded to a URL that "
            "POST /envios?nome=… gives out; or compress it: Content-Encoding: gzip",
        )


def _unsupported(detail: str, headers: dict[str, str]) -> ProblemError:
    return ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail, headers)
