"""Under which key the index has a customer, however the name is written. Pure."""

import re
from unicodedata import normalize

MAX_KEY_BYTES = 2_048
"""DynamoDB's limit for a partition key.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""


# Of these, small letters are what case folding and NFC make: it leaves out ß and µ. Names in Portuguese have no others.
_LATIN = re.compile("[\x00-\x7fÀ-ÖØ-Þà-öø-ÿ]*")


def customer_key(name: str) -> str:
    """The name without white space around it, in Unicode's case folding, as NFC: `" JOÃO Silva"` gives `"joão silva"`.

    Two names have the same key exactly when they differ in nothing but that: white space around them, case, and how
    their accents are encoded. This is Unicode's canonical caseless matching, section 3.13, D145, which compares
    NFD(toCasefold(NFD(X))): https://www.unicode.org/versions/latest/core-spec/chapter-3/#G34145. The key of a key is
    the key itself. Only a blank name has an empty one.

    Of the names that an invoice may have, only those of more than 170 notes of music are longer than a key may be: they
    take 12 bytes each as NFC. They are cut, so those that begin alike have the same key.
    """
    name = name.strip()
    if (name.isascii() or _LATIN.fullmatch(name)) and len(name) <= MAX_KEY_BYTES // 2:
        return name.lower()
    folded = normalize("NFC", normalize("NFD", name).casefold())
    # A lone surrogate is another rule's business.
    encoded = folded.encode(errors="surrogatepass")
    if len(encoded) <= MAX_KEY_BYTES:
        return folded
    return encoded[:MAX_KEY_BYTES].decode(errors="ignore").rstrip()
