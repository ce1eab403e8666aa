"""The filters of a trigger by S3, as S3 takes them."""

from collections.abc import Mapping

Filter = tuple[Mapping[str, str], ...]
"""The rules of a trigger, all of which a key has to meet: `{"Name": "suffix", "Value": ".json"}`."""


def value_of(rules: Filter, name: str) -> str:
    """What a filter says of a key's `prefix` or `suffix`."""
    return next((one["Value"] for one in rules if one["Name"].lower() == name), "")


def passes(rules: Filter, key: str) -> bool:
    """Whether a filter lets a key through. S3 compares letter by letter, and knows no patterns.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    """
    return key.startswith(value_of(rules, "prefix")) and key.endswith(value_of(rules, "suffix"))
