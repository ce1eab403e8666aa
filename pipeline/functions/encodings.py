"""In which encoding a text is that is not UTF-8. Pure. Asked only once a file has been refused."""

import codecs

# The longer marks first: that of UTF-16 begins the one of UTF-32.
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}

# JSON begins with two characters of ASCII. Which of the first four bytes are zero tells the encoding: RFC 4627, 3.
_ZEROS = {
    (True, True, True, False): "UTF-32",
    (False, True, True, True): "UTF-32",
    (True, False, True, False): "UTF-16",
    (False, True, False, True): "UTF-16",
}

# The bytes of Windows-1252 that texts of Western Europe have: letters, ordinals, typographic marks. In UTF-8 none of
# them stands alone. Other code pages have other characters at the same bytes, so a rarer one names no encoding.
_LETTERS = "ÀÁÂÃÄÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜàáâãäçèéêëìíîïñòóôõöùúûüªº°§“”‘’–—€"
_WINDOWS_1252 = {letter.encode("cp1252")[0]: letter for letter in _LETTERS}


def wide(head: bytes) -> str | None:
    """The encoding of a JSON text with this beginning, if it is UTF-16 or UTF-32, with or without a mark."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    first = head[:4]
    return _ZEROS.get((first[0] == 0, first[1] == 0, first[2] == 0, first[3] == 0)) if len(first) == 4 else None


def windows_1252(error: UnicodeDecodeError) -> str | None:
    """What the byte that is not UTF-8 means in Windows-1252, if it is a character that texts have there.

    None where the bytes begin a character of UTF-8 that breaks off.
    """
    cut = error.end - error.start > 1 or error.reason == "unexpected end of data"
    return None if cut else _WINDOWS_1252.get(error.object[error.start])
