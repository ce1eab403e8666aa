"""Gzip streams: every member is inflated, a piece at a time; damage and bombs are refused."""

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.functions.errors import DocumentError
from pipeline.functions.gunzip import FREE_BYTES, MAX_RATIO, PIECE, gunzip

from .documents import QUICK, SIZES, WHOLE, cut

TEXT = b'{"id": "NF-8"}\n'


def inflated(body: bytes, size: int = WHOLE) -> bytes:
    return b"".join(gunzip(cut(body, size)))


def failure(body: bytes, size: int = WHOLE) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        inflated(body, size)
    return caught.value


@QUICK
@given(st.lists(st.binary(max_size=30), min_size=1, max_size=3), st.integers(1, 40))
def test_members_are_inflated_one_after_the_other_wherever_the_stream_is_cut(parts: list[bytes], size: int) -> None:
    assume(not b"".join(parts).startswith(b"\x1f\x8b\x08"))
    assert inflated(b"".join(map(gzip.compress, parts)), size) == b"".join(parts)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("level", [0, 1, 9])
def test_every_level_of_compression_is_read(level: int, size: int) -> None:
    assert inflated(gzip.compress(TEXT * 50, level), size) == TEXT * 50


@pytest.mark.parametrize("size", SIZES)
def test_zeros_between_and_after_members_are_padding(size: int) -> None:
    padding = b"\0" * 5
    assert inflated(gzip.compress(b"a") + padding + gzip.compress(b"b") + padding, size) == b"ab"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("missing", [1, 4, 8, 9, len(gzip.compress(TEXT)) - 1, len(gzip.compress(TEXT))])
def test_a_stream_that_ends_early_is_refused(missing: int, size: int) -> None:
    body = gzip.compress(TEXT)[:-missing]
    error = failure(body, size)
    assert (error.code, error.offset) == ("bad_gzip", len(body))
    assert (error.line, error.column) == (None, None)


@pytest.mark.parametrize("size", SIZES)
def test_a_second_member_that_ends_early_is_refused(size: int) -> None:
    body = gzip.compress(TEXT) + gzip.compress(TEXT)[:-1]
    assert (failure(body, size).code, failure(body, size).offset) == ("bad_gzip", len(body))


DAMAGED = {
    "no gzip": b"[]",
    "a zlib stream": zlib.compress(TEXT),
    "a zlib stream after the last member": gzip.compress(TEXT) + zlib.compress(TEXT),
    "a zip file": b"PK\x03\x04" + b"\0" * 26,
    "zeros alone": b"\0" * 20,
    "something after the last member": gzip.compress(TEXT) + b"[]",
    "a wrong checksum": gzip.compress(TEXT)[:-8] + b"\0\0\0\0" + gzip.compress(TEXT)[-4:],
    "a wrong length": gzip.compress(TEXT)[:-4] + b"\xff\0\0\0",
    "a wrong block": gzip.compress(TEXT)[:10] + b"\xff" + gzip.compress(TEXT)[11:],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_stream_is_refused_with_a_place(body: bytes, size: int) -> None:
    error = failure(body, size)
    assert error.code == "bad_gzip"
    assert error.offset is not None
    assert 0 <= error.offset <= len(body)


NO_GZIP = {
    "JSON": (b'[{"id": "NF-8"}]', "is not compressed; upload it without .gz"),
    "JSON after white space": (b"\r\n" + b" " * 30 + b"{", "is not compressed"),
    "JSON after a byte order mark": (b"\xef\xbb\xbf[]", "is not compressed"),
    "XML": (b"<?xml version='1.0'?>", "is not compressed"),
    "UTF-16": ("[]".encode("utf-16"), "UTF-16"),
    "UTF-16 of the other order": (b"\xfe\xff" + "[]".encode("utf-16-be"), "UTF-16"),
    "UTF-16 without a mark": ("[]".encode("utf-16-le"), "UTF-16"),
    "UTF-16 of the other order without a mark": ("{}".encode("utf-16-be"), "UTF-16"),
    "zip": (b"PK\x03\x04" + b"\0" * 26, "zip archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "7z archive"),
    "rar": (b"Rar!\x1a\x07\x01\0", "rar archive"),
    "bzip2": (bz2.compress(TEXT), "bzip2"),
    "xz": (lzma.compress(TEXT), "xz"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\0", "zstd"),
    "lz4": (b"\x04\x22\x4d\x18\x60\x40", "lz4"),
    "zlib": (zlib.compress(TEXT), "zlib"),
    "text": (b"id;cliente", "is not a gzip stream"),
    "one byte": (b"[", "is not compressed"),
    "UTF-32": ("[]".encode("utf-32"), "UTF-32"),
    "HTML": (b"<!DOCTYPE html><html>", "web page"),
    "AppleDouble": (b"\0\x05\x16\x07\0\2", "AppleDouble"),
    "Excel": (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "workbook"),
    "zeros": (b"\0" * 20, "zero bytes"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("body", "nature"), NO_GZIP.values(), ids=NO_GZIP)
def test_a_file_that_is_no_gzip_says_what_it_is(body: bytes, nature: str, size: int) -> None:
    error = failure(body, size)
    assert (error.code, error.offset) == ("bad_gzip", 0)
    assert nature in error.message


@pytest.mark.parametrize("size", SIZES)
def test_what_is_compressed_twice_is_refused(size: int) -> None:
    error = failure(gzip.compress(gzip.compress(TEXT)), size)
    assert (error.code, error.offset) == ("bad_gzip", 0)
    assert error.message == "the file is compressed twice; decompress it once"


@QUICK
@given(st.integers(10, len(gzip.compress(TEXT * 9)) - 1), st.integers(1, 255), st.integers(1, 99))
def test_a_changed_byte_never_passes_for_the_text(place: int, change: int, size: int) -> None:
    body = bytearray(gzip.compress(TEXT * 9))
    body[place] ^= change
    assert failure(bytes(body), size).code == "bad_gzip"


def test_pieces_are_bounded_whatever_a_chunk_inflates_to() -> None:
    body = gzip.compress(b" " * (10 * PIECE + 1))
    pieces = list(map(len, gunzip([body])))
    assert sum(pieces) == 10 * PIECE + 1
    assert max(pieces) <= PIECE


def test_small_files_may_repeat_themselves_without_bound() -> None:
    assert len(inflated(gzip.compress(b" " * FREE_BYTES))) == FREE_BYTES


def test_a_larger_stream_that_inflates_without_bound_is_refused() -> None:
    body = gzip.compress(b" " * (FREE_BYTES + 1))
    error = failure(body)
    assert error.code == "gzip_bomb"
    assert f"{MAX_RATIO} times" in error.message
    assert error.offset is not None
    assert error.offset <= len(body)


def test_a_bomb_of_many_members_is_refused() -> None:
    assert failure(gzip.compress(b" " * 100_000) * 200, 65_536).code == "gzip_bomb"


def test_a_bomb_is_stopped_before_it_has_inflated() -> None:
    body = gzip.compress(b" " * (3 * FREE_BYTES))
    pieces = gunzip([body])
    assert sum(len(next(pieces)) for _ in range(FREE_BYTES // PIECE)) <= FREE_BYTES
    with pytest.raises(DocumentError) as caught:
        next(pieces)
    assert caught.value.offset is not None
    assert caught.value.offset < len(body) // 2


def test_no_more_is_read_once_a_bomb_is_seen() -> None:
    member = gzip.compress(b" " * (FREE_BYTES // 2))
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield member

    with pytest.raises(DocumentError):
        list(gunzip(chunks()))
    assert read == 3


def test_large_files_may_be_compressed_as_invoices_are() -> None:
    # About 60 to 1: 200 random bytes in every 12,000.
    noise = random.Random(8)
    block = b"".join(noise.randbytes(200) + b" " * 12_000 for _ in range(100))
    body = gzip.compress(block, 1) * (FREE_BYTES // len(block) + 2)
    expected = len(block) * (FREE_BYTES // len(block) + 2)
    assert expected > FREE_BYTES
    assert 40 < expected / len(body) < MAX_RATIO
    assert sum(map(len, gunzip(cut(body, 65_536)))) == expected
