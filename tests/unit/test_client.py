"""The API's client, and the template's parameters for each kind of cloud."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_stack.clouds import Cloud, embedded
from aws_stack.clouds.standing import AWS_TARGET, endpoint
from aws_stack.errors import UsageError
from fixtures.inprocess import notas_here
from pipeline.client import Client, exact_json
from pipeline.deploy import parameters_of

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | NUMBERS.map(Decimal),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(VALUES)
def test_json_is_written_with_the_digits_it_was_read_with(value: object) -> None:
    again = json.loads(exact_json(value), parse_float=Decimal, parse_int=Decimal)
    assert again == value


@given(NUMBERS)
def test_a_number_is_written_as_it_was(text: str) -> None:
    assert exact_json(json.loads(text, parse_float=Decimal, parse_int=Decimal)) == text


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.usefixtures("_credentials")
def test_the_region_comes_from_the_address_if_it_names_one() -> None:
    client = Client.at("https://abc123.execute-api.sa-east-1.amazonaws.com/v1/", None)
    assert (client.url, client.region) == ("https://abc123.execute-api.sa-east-1.amazonaws.com/v1", "sa-east-1")
    assert client.credentials.access_key == "AKIA"
    assert Client.at("https://notas.example.com", None).region == "eu-west-1"


NO_URLS = [
    "",
    "api",
    "localhost:4566",
    "ftp://example.com",
    "file:///x",
    "https://",
    "/v1",
    "http://a b/",
    "http://a/b c",
    "http://[::1",
    "http://[zz]/",
    "http://a..b/",
    "http://localhost:99999",
    "http://localhost:0",
    "http://localhost:abc",
    "https://example.com/?x=1",
    "https://example.com/#x",
    "https://exam\nple.com/",
]


@pytest.mark.parametrize("url", NO_URLS)
def test_what_is_no_url_is_reported_on_one_line(url: str) -> None:
    with pytest.raises(UsageError, match=r"^--api-url .* is not a URL such as"):
        Client.at(url, None)
    with pytest.raises(UsageError, match=r"^the endpoint .* is not a URL such as"):
        endpoint(url)


@pytest.mark.parametrize(
    "url", ["http://[::1]:4566", "http://notas_api:8080/v1/", "https://são.example.com.", "http://a"]
)
def test_a_url_of_any_host_and_port_is_one(url: str) -> None:
    assert Client.at(url, None).url == url.rstrip("/")


@pytest.mark.parametrize("language", ["en", "pt"])
def test_an_empty_id_is_said_before_anything_is_asked(language: str) -> None:
    ended = notas_here("get", "", "--api-url", "http://127.0.0.1:9", "--language", language)
    line = {"en": "error: the id is empty", "pt": "erro: o id está vazio"}[language]
    assert (ended.code, ended.err.partition(";")[0]) == (2, line)


def test_an_emulators_api_is_open_and_at_its_endpoint() -> None:
    parameters = parameters_of(embedded.at(4566))
    assert parameters["EndpointUrl"] == "http://127.0.0.1:4566"
    assert parameters["ApiAuthorization"] == "NONE"


@pytest.mark.parametrize("endpoint", [None, "https://vpce-1.cloudformation.sa-east-1.vpce.amazonaws.com"])
def test_on_aws_the_api_asks_for_signatures_whatever_the_endpoint(endpoint: str | None) -> None:
    parameters = parameters_of(Cloud("aws", "sa-east-1", AWS_TARGET, endpoint))
    assert parameters["EndpointUrl"] == ""
    assert parameters["ApiAuthorization"] == "AWS_IAM"
