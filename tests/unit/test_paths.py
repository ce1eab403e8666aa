"""Paths of the API: decoded exactly once, whatever is in them."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.rest.paths import NOWHERE, methods, normal, of_upload, segment

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
VERSION = st.text("abcXYZ019._-", min_size=1, max_size=32)

NORMAL = {
    "/": "/",
    "/notas": "/notas",
    "/notas/": "/notas",
    "/openapi.json": "/openapi.json",
    "/notas/NF-8": "/notas/NF-8",
    "/notas/NF/2025/1": "/notas/NF%2F2025%2F1",
    "/notas/NF%2F2025%2F1": "/notas/NF%2F2025%2F1",
    "/notas/100%25": "/notas/100%25",
    "/notas/100%2525": "/notas/100%2525",
    "/notas/a+b": "/notas/a%2Bb",
    "/notas/%F0%9F%A7%BE": "/notas/%F0%9F%A7%BE",
    "/envios/a/b%20c.json/v1": "/envios/a%2Fb%20c.json/v1",
    "/envios/a%2Fb%20c.json/v1": "/envios/a%2Fb%20c.json/v1",
    "/envios/a//b.json/v1": "/envios/a%2F%2Fb.json/v1",
    "/envios//a.json/v1": "/envios/%2Fa.json/v1",
    "/envios/a.json/v1/rejeitadas": "/envios/a.json/v1/rejeitadas",
    "/envios/rejeitadas/v1": "/envios/rejeitadas/v1",
    "/notas/%FF": NOWHERE,
}


@pytest.mark.parametrize(("path", "expected"), NORMAL.items(), ids=NORMAL)
def test_each_variable_part_is_one_segment(path: str, expected: str) -> None:
    assert normal(path) == expected


DECODED = {
    "/notas/a b": "/notas/a%20b",
    "/notas/100%": "/notas/100%25",
    "/notas/100% de desconto": "/notas/100%25%20de%20desconto",
    "/notas/🧾": "/notas/%F0%9F%A7%BE",
    "/notas/a?b#c": "/notas/a%3Fb%23c",
}


@pytest.mark.parametrize(("path", "expected"), DECODED.items(), ids=DECODED)
def test_a_path_that_was_decoded_already_is_not_decoded_again(path: str, expected: str) -> None:
    assert normal(path) == expected


@given(TEXT, st.sampled_from(["", "/", "!'()*,;:@&=+$", "[]|^"]))
def test_an_id_comes_back_as_it_was(id_: str, unencoded: str) -> None:
    path = normal("/notas/" + quote(id_, safe=unencoded))
    assert path.count("/") == 2
    assert unquote(path.removeprefix("/notas/")) == id_


@given(TEXT, VERSION, st.sampled_from(["", "/rejeitadas"]))
def test_a_key_and_its_version_come_back_as_they_were(key: str, version: str, tail: str) -> None:
    for path in (of_upload(key, version), f"/envios/{segment(key)}/{segment(version)}"):
        _, envios, found_key, found_version, *rest = normal(path + tail).split("/")
        assert (envios, unquote(found_key), unquote(found_version)) == ("envios", key, version)
        assert rest == ([tail.removeprefix("/")] if tail else [])


METHODS = {
    "/": ("GET",),
    "/notas": ("GET", "POST"),
    "/notas/NF-8": ("GET",),
    "/envios": ("GET", "POST"),
    "/envios/a.json": (),
    "/envios/a.json/v1": ("GET",),
    "/envios/a.json/v1/rejeitadas": ("GET",),
    "/envios/a.json/v1/outras": (),
    NOWHERE: (),
    "//": (),
}


@pytest.mark.parametrize(("path", "expected"), METHODS.items(), ids=METHODS)
def test_a_path_allows_its_own_methods(path: str, expected: tuple[str, ...]) -> None:
    assert methods(path) == expected
