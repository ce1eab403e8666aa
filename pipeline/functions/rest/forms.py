"""The forms that texts of a request must have: as regular expressions for programs, and in words for people. Pure."""

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

# Upper or lower case, in a form that every client's regular expressions have.
FILE_NAME = r"^[^/\\\x00-\x1f\x7f-\x9f]+\.([jJ][sS][oO][nN][lL]?|[nN][dD][jJ][sS][oO][nN]|[xX][mM][lL])(\.[gG][zZ])?$"

UPLOAD_ID = r"^[\x21-\x7e]+$"

IN_WORDS = {
    DAY: "should be a day as YYYY-MM-DD, such as 2025-10-03",
    FILE_NAME: "should end in .json, .jsonl, .ndjson or .xml, also with .gz, and have no slashes or control characters",
    UPLOAD_ID: "should be an upload_id as POST /envios gave it, without spaces",
}
"""What Pydantic says only as `String should match pattern '…'`. Each follows the name of its parameter."""


def in_words(said: str) -> str:
    """What Pydantic says, with words in place of a regular expression."""
    return _BY_SENTENCE.get(said, said)


_BY_SENTENCE = {f"String should match pattern '{form}'": words for form, words in IN_WORDS.items()}
