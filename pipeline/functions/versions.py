"""An upload's version: which of the contents that its key has had. Pure."""

_NULL = "null"


def version_id(s3_version: str | None, etag: str) -> str:
    """The version id of an upload, from what S3 calls the object's version, and its ETag.

    In a bucket whose versioning is suspended every version is called `null`, and a later object takes the place of the
    one before: https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
    There the content tells the uploads of a key apart: `null:<etag>`.
    """
    if s3_version is not None and s3_version != _NULL:
        return s3_version
    return _NULL + ":" + etag.strip('"')


def s3_version(version_id_: str) -> str:
    """What S3 calls the version."""
    return _NULL if content_etag(version_id_) else version_id_


def content_etag(version_id_: str) -> str | None:
    """The ETag of the content that this version names; None for versions that only ever have one content."""
    name, colon, etag = version_id_.partition(":")
    return etag if name == _NULL and colon else None
