"""What a posted body is, judged by its headers."""

import pytest

from pipeline.functions.rest.media import MAX_BODY, check_size, suffix
from pipeline.functions.rest.problems import ProblemError

READ = {
    ("application/json", None): ".json",
    ("Application/JSON; charset=UTF-8", None): ".json",
    ("application/json", "gzip"): ".json.gz",
    ("application/json", "GZIP"): ".json.gz",
    ("application/jsonl", "identity"): ".jsonl",
    ("application/x-ndjson", "gzip"): ".jsonl.gz",
    ('application/x-ndjson; charset="us-ascii"', None): ".jsonl",
    ("application/xml", None): ".xml",
    ("text/xml; charset=iso-8859-1", "gzip"): ".xml.gz",
}


@pytest.mark.parametrize(("headers", "expected"), READ.items(), ids=map(str, READ))
def test_the_headers_say_how_invoices_are_written(headers: tuple[str, str | None], expected: str) -> None:
    assert suffix(*headers) == expected


NOT_READ = {
    "no type": (None, None, "missing"),
    "an empty type": ("", None, "missing"),
    "HTML": ("text/html", None, "application/xml"),
    "a form": ("multipart/form-data; boundary=x", None, "application/json"),
    "rubbish": (";;;", None, "application/json"),
    "another charset": ("application/json; charset=latin-1", None, "UTF-8"),
    "another encoding": ("application/json", "br", "gzip"),
    "an empty encoding": ("application/json", "", "gzip"),
    "two encodings": ("application/json", "gzip, gzip", "gzip"),
}


@pytest.mark.parametrize(("type_", "encoding", "said"), NOT_READ.values(), ids=NOT_READ)
def test_an_unsupported_body_is_refused_with_what_is_supported(
    type_: str | None, encoding: str | None, said: str
) -> None:
    with pytest.raises(ProblemError) as problem:
        suffix(type_, encoding)
    assert problem.value.status == 415
    assert said in problem.value.detail
    assert set(problem.value.headers) <= {"Accept-Post", "Accept-Encoding"}
    assert problem.value.headers


def test_a_body_of_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    check_size(MAX_BODY)
    with pytest.raises(ProblemError) as problem:
        check_size(MAX_BODY + 1)
    assert problem.value.status == 413
    assert "POST /envios" in problem.value.detail


def test_a_body_of_the_limit_fits_into_lambdas_event() -> None:
    headers = 10 * 1024  # API Gateway takes no more, and the event has them three times.
    assert MAX_BODY * 4 / 3 + 3 * headers < 6 * 1000 * 1000
