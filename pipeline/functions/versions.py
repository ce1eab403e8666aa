"""The version ids of uploads. Pure."""


def version_id(s3_version: str | None, etag: str) -> str:
    """The version id of an upload, from the version and the ETag that S3 gives for its object.

    Where a bucket's versioning is suspended, every content of a key has the version `null`. Its ETag tells one content
    from another, so such an upload is `null:<etag>`, without quotation marks. A bucket that never had versions gives
    none at all, which means the same.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
    """
    if s3_version and s3_version != "null":
        return s3_version
    content = etag.strip('"')
    return f"null:{content}"
