"""The version ids of uploads: the object's own, or one for each content where objects have none."""

import pytest

from pipeline.functions.versions import version_id

ETAG = '"9e107d9d372bb6826bd81d3542a419d6"'


def test_an_object_with_a_version_has_its_version_id() -> None:
    assert version_id("3HL4kqtJlcpXroDTDmJ", ETAG) == "3HL4kqtJlcpXroDTDmJ"


@pytest.mark.parametrize("version", ["null", None])
@pytest.mark.parametrize("etag", [ETAG, ETAG.strip('"')])
def test_an_object_without_a_version_is_told_by_its_content(version: str | None, etag: str) -> None:
    assert version_id(version, etag) == "null:9e107d9d372bb6826bd81d3542a419d6"
