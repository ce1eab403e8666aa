"""Who may call the API, on a cloud that enforces it: signatures, keys, limits, and API Gateway's own answers."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_stack.clouds import Cloud, embedded
from aws_stack.stack import new_account
from fixtures.api import JSON, Answer, Api
from fixtures.command import notas
from fixtures.invoices import as_stored, document, invoice, own
from fixtures.stacks import Sent, Stack, deployed
from pipeline.deploy import deploy


@pytest.fixture(scope="module")
def strict_cloud(cloud: Cloud) -> Iterator[Cloud]:
    """A cloud that obeys policies: the run's, or another one where that does not."""
    if cloud.name == "embedded":
        yield cloud
        return
    with embedded.start(retry_seconds=0.2, enforce_iam=True) as strict:
        yield strict


@pytest.fixture(scope="module")
def signed_api(strict_cloud: Cloud) -> Iterator[Api]:
    """The API as the template deploys it by default."""
    with deployed(strict_cloud, Stack, {"ApiAuthorization": "AWS_IAM"}) as stack:
        yield Api(stack)


def user(api: Api, name: str, action: str) -> Credentials:
    """A user of the stack's account who may do one thing with its API."""
    iam = api.stack.cloud.client("iam")
    iam.create_user(UserName=name)
    resource = f"arn:aws:execute-api:{api.stack.cloud.region}:{api.stack.cloud.account}:*/v1/*"
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="any", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture(scope="module")
def caller(signed_api: Api) -> Credentials:
    return user(signed_api, "caller", "execute-api:Invoke")


def signed(
    api: Api, credentials: Credentials, method: str, path: str, body: bytes = b"", headers: dict[str, str] = JSON
) -> Answer:
    """A signed request."""
    request = AWSRequest(method, api.url + path, headers=dict(headers), data=body)
    SigV4Auth(credentials, "execute-api", api.stack.cloud.region).add_auth(request)
    return api.call(method, path, body, dict(request.headers.items()))


def test_without_a_signature_nothing_is_answered(signed_api: Api) -> None:
    for path in ("", "/", "/notas?cliente=Ana", "/openapi.json", "/nada"):
        assert signed_api.call("GET", path).problem(403)["type"] == "urn:notas:problem:not-authorized"
    assert "Signature Version 4" in signed_api.call("POST", "/notas", b"[]", JSON).problem(403)["detail"]


def test_a_wrong_signature_is_refused(signed_api: Api, caller: Credentials) -> None:
    forger = Credentials(caller.access_key, "not the secret")
    assert "the signature" in signed(signed_api, forger, "GET", "/openapi.json").problem(403)["detail"]


def test_an_identity_without_the_permission_is_refused(signed_api: Api) -> None:
    other = user(signed_api, "other", "execute-api:ManageConnections")
    # MiniStack 1.5 answers in a form of its own; tests/unit/test_template.py reads the template's.
    assert signed(signed_api, other, "GET", "/openapi.json").status == 403


def test_its_role_lets_the_apis_function_do_all_it_must(signed_api: Api, caller: Credentials, unique: str) -> None:
    body = invoice(f"{unique} 100%/1", cliente=unique)
    headers = {**JSON, "Idempotency-Key": unique}
    accepted, again = (signed(signed_api, caller, "POST", "/notas", document(body, 1), headers) for _ in range(2))
    assert (accepted.status, accepted.body) == (202, again.body)
    path = urljoin(f"{signed_api.url}/notas", accepted.headers["Location"]).removeprefix(signed_api.url)
    upload = accepted.json()
    signed_api.stack.wait(Sent(upload["key"], upload["version_id"], 0))

    def get(path: str) -> Any:
        return signed(signed_api, caller, "GET", path).json()

    assert get(path)["stored"] == 1
    assert len(get(f"{path}/rejeitadas")["rejeitadas"]) == 1
    found = get(f"/notas/{quote(str(body['id']), safe='')}")
    assert found["_ingest"]["key"] == upload["key"]
    assert own(found) == as_stored(body)
    assert len(get(f"/notas?cliente={unique}")["notas"]) == 1
    invited = signed(signed_api, caller, "POST", "/envios?nome=a.json").json()
    put = urllib.request.Request(invited["url"], b"[]", invited["headers"], method="PUT")
    with urllib.request.urlopen(put) as answer:
        sent = Sent(invited["key"], answer.headers["x-amz-version-id"], 2)
    assert signed_api.stack.wait(sent)["status"] == "completed"
    assert get(f"/envios?chave={quote(sent.key, safe='')}")["version_id"] == sent.version_id
    assert signed(signed_api, caller, "GET", "/").status == 200


WRONG = {
    "another type": ({"Content-Type": "text/plain"}, b"[]"),
    "another size": ({"Content-Length": "3"}, b"[] "),
    "any number of times": ({"If-None-Match": ""}, b"[]"),
}


@pytest.mark.parametrize(("headers", "body"), WRONG.values(), ids=WRONG)
def test_a_url_takes_no_other_file_than_it_is_for(
    signed_api: Api, caller: Credentials, headers: dict[str, str], body: bytes
) -> None:
    invited = signed(signed_api, caller, "POST", "/envios?nome=a.json&tamanho=2").json()
    put = urllib.request.Request(invited["url"], body, invited["headers"] | headers, method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(put)
    assert b"SignatureDoesNotMatch" in refused.value.read()


def test_the_command_signs_with_the_credentials_of_its_environment(signed_api: Api, caller: Credentials) -> None:
    variables = {
        "NOTAS_API_URL": signed_api.url,
        "AWS_ACCESS_KEY_ID": caller.access_key,
        "AWS_SECRET_ACCESS_KEY": caller.secret_key,
        "AWS_DEFAULT_REGION": signed_api.stack.cloud.region,
    }
    with notas("list", "--cliente", "ninguém 100% / Cia.", "--json", cwd=None, terminal=False, **variables) as command:
        assert command.wait() == 0, command.err
        assert json.loads(command.out) == {"notas": []}
    variables["AWS_SECRET_ACCESS_KEY"] += " and more"
    with notas("get", "any", cwd=None, terminal=False, **variables) as command:
        assert command.wait() == 3
        assert "refuses the caller: the signature" in command.err


QUOTA = 20


@pytest.fixture(scope="module")
def keyed_api(strict_cloud: Cloud) -> Iterator[Api]:
    with deployed(strict_cloud, Stack, {"ApiAuthorization": "API_KEY", "ApiDailyQuota": str(QUOTA)}) as stack:
        yield Api(stack)


def key_of(api: Api) -> str:
    """The API's key."""
    gateway = api.stack.cloud.client("apigateway")
    return str(gateway.get_api_key(apiKey=api.stack.outputs["ApiKeyId"], includeValue=True)["value"])


def test_an_api_that_asks_for_its_key_answers_with_it_alone(keyed_api: Api) -> None:
    key, path = key_of(keyed_api), "/openapi.json"
    assert "x-api-key" in keyed_api.call("GET", path).problem(403)["detail"]
    assert keyed_api.call("GET", path, headers={"x-api-key": key[:-1]}).problem(403)
    assert keyed_api.call("GET", path, headers={"x-api-key": key}).status == 200
    assert keyed_api.call("GET", "/").status == 200, "the page must open without the key, which users enter there"
    with notas("list", "--cliente", "Ana", "--json", "--api-url", keyed_api.url, "--api-key", key) as command:
        assert command.wait() == 0, command.err
    with notas("list", "--cliente", "Ana", "--api-url", keyed_api.url) as command:
        assert command.wait() == 3
        assert "--api-key" in command.err


def test_a_key_has_a_quota(keyed_api: Api) -> None:
    headers = {"x-api-key": key_of(keyed_api)}
    answers = [keyed_api.call("GET", "/openapi.json", headers=headers) for _ in range(QUOTA + 1)]
    assert answers[0].status == 200
    assert "tomorrow" in answers[-1].problem(429)["detail"]
    assert answers[-1].headers["Retry-After"] == "3600"


def test_strangers_get_the_page_a_few_times_a_second_and_nothing_else(keyed_api: Api) -> None:
    # Each of these calls costs its owner money, and needs no key.
    answers = [keyed_api.call("GET", "/") for _ in range(60)]
    assert {answer.status for answer in answers} == {200, 429}
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) > 20
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert keyed_api.call(method, "/").status == 403


def test_more_calls_than_the_limit_are_refused(strict_cloud: Cloud) -> None:
    limits = {"ApiAuthorization": "NONE", "ApiRateLimit": "1", "ApiBurstLimit": "2"}
    with deployed(strict_cloud, Stack, limits) as stack:
        answers = [Api(stack).call("GET", "/nada") for _ in range(5)]
    assert [answer.status for answer in answers][:2] == [404, 404]
    refused = [answer for answer in answers if answer.status != 404]
    assert refused
    for answer in refused:
        assert "a second" in answer.problem(429)["detail"]


@pytest.mark.night("a deployment of its own")
def test_a_changed_authorization_takes_effect(strict_cloud: Cloud) -> None:
    account = new_account()
    own, name = strict_cloud.in_account(account), f"notas-{account}"
    statuses = []
    for authorization in ("AWS_IAM", "API_KEY", "NONE", "AWS_IAM"):
        outputs = deploy(own, name, {"ApiAuthorization": authorization})
        statuses.append([Api(Stack(own, outputs)).call("GET", path).status for path in ("/", "/openapi.json")])
        assert ("ApiKeyId" in outputs) == (authorization == "API_KEY")
    assert statuses == [[403, 403], [200, 403], [200, 200], [403, 403]]
