"""Versions of objects, deleted whatever their keys are.

A key may have characters that no XML 1.0 document has, such as U+0001. DeleteObjects names keys in XML, so no such key
can be among them. DeleteObject names its key in the URL.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
https://www.w3.org/TR/xml/#charsets
"""

import re
from typing import Any

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def delete_versions(s3: Any, bucket: dict[str, str], versions: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Delete up to 1,000 versions, each `{"Key": …, "VersionId": …}`. Returns S3's error for each that it refused.

    `bucket` is `{"Bucket": …}`, and what else every call has to say of it. Raises ClientError.
    """
    named = [version for version in versions if not _NOT_IN_XML.search(version["Key"])]
    for version in versions:
        if version not in named:
            s3.delete_object(**bucket, **version)
    if not named:
        return []
    answer: dict[str, Any] = s3.delete_objects(**bucket, Delete={"Objects": named, "Quiet": True})
    return list(answer.get("Errors", []))
