"""What a posted body is, judged by its headers. Pure."""

from email.message import Message
from http import HTTPStatus

from .problems import ProblemError

MAX_BODY = 4 * 1024 * 1024
"""The most bytes in a posted body. Lambda takes events of 6 MB, in which base64 makes four bytes out of three."""

MAX_PUT = 5 * 1024**3
"""The most bytes of one PUT. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html"""

MAX_FILE = 1_000 * MAX_PUT
"""The most bytes of a file that the API gives URLs for: so many parts."""

SUFFIXES = {
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/xml": ".xml",
    "text/xml": ".xml",
}
"""The suffix of an upload's key, by its media type."""

ENCODINGS = {"identity": "", "gzip": ".gz"}
"""What is added to the suffix, by the Content-Encoding."""

_UTF8 = {"utf-8", "utf8", "us-ascii"}

_TYPES = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/x-ndjson",
    ".xml": "application/xml",
    ".gz": "application/gzip",
}


def type_of(name: str) -> str:
    """The media type of a file as it is, by its name: `application/gzip` for `a.json.gz`."""
    return _TYPES["." + name.lower().rpartition(".")[2]]


def suffix(content_type: str | None, content_encoding: str | None) -> str:
    """The suffix of the key that a body is uploaded under: `.json`, `.jsonl` or `.xml`, or one of them with `.gz`.

    Raises ProblemError for a body that the pipeline does not read.
    """
    types = ", ".join(SUFFIXES)
    accepted = {"Accept-Post": types}
    header = Message()
    header["Content-Type"] = content_type or ""
    known = SUFFIXES.get(header.get_content_type() if content_type else "")
    if known is None:
        if not content_type:
            raise _unsupported("the Content-Type is missing; use one of {types}", accepted, types=types)
        raise _unsupported("the Content-Type is {type}; use one of {types}", accepted, type=content_type, types=types)
    charset = header.get_content_charset("utf-8")
    # An XML document names its own encoding.
    if charset not in _UTF8 and known != ".xml":
        raise _unsupported("the body is in {charset}; send it in UTF-8", accepted, charset=charset)
    added = "" if content_encoding is None else ENCODINGS.get(content_encoding.strip().lower())
    if added is None:
        raise _unsupported(
            "the Content-Encoding is {encoding!r}; use gzip", {"Accept-Encoding": "gzip"}, encoding=content_encoding
        )
    return known + added


def check_size(size: int) -> None:
    """Raise ProblemError where a body of `size` bytes is too large."""
    if size > MAX_BODY:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            "the body has {size} bytes; at most {most} are accepted. Compress it (Content-Encoding: gzip), or "
            "ask for a URL to upload it to with POST /envios?nome=…",
            values={"size": size, "most": MAX_BODY},
        )


def _unsupported(sentence: str, headers: dict[str, str], **values: object) -> ProblemError:
    return ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", sentence, headers, values=values)
