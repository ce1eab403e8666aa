"""DynamoDB's BatchExecuteStatement, sent as the text that it is.

boto3 takes every member of every invoice apart by its type, puts it together again and asks dozens of handlers about
each request: more work than all that the function itself does with an invoice. Here a request is built from JSON texts.
botocore signs it, sends it and names what goes wrong, as for every other call.
"""

import json
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from .clients import CONFIG

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OPERATION = "BatchExecuteStatement"
_HEADERS = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{_OPERATION}"}


class Statements:
    """Sends statements where a DynamoDB client sends its requests."""

    def __init__(self, dynamodb: "DynamoDBClient", config: Config = CONFIG) -> None:
        self._dynamodb = dynamodb
        self._url = f"{dynamodb.meta.endpoint_url}/"
        credentials = boto3.Session().get_credentials()
        if credentials is None:
            raise NoCredentialsError
        self._credentials = credentials
        self._http = URLLib3Session(
            proxies=get_environ_proxies(self._url),
            timeout=(config.connect_timeout, config.read_timeout),  # type: ignore[arg-type, attr-defined]
            max_pool_connections=config.max_pool_connections,  # type: ignore[attr-defined]
            # As boto3 does: else a request's body waits up to 40 ms for an acknowledgement of its head.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # type: ignore[list-item]
        )

    def execute(self, statements: Iterable[str]) -> list[dict[str, Any]]:
        """Execute up to 25 statements, each the JSON text `{"Statement": …, "Parameters": […]}`.

        Returns their answers, in their order: `{"Error": {"Code": …, "Message": …}}` where one has failed. Raises
        ClientError or HTTPClientError where all have.
        """
        body = f'{{"Statements":[{",".join(statements)}]}}'.encode()
        request = AWSRequest("POST", self._url, _HEADERS, body)
        # Credentials may change between two requests.
        credentials = self._credentials.get_frozen_credentials()
        SigV4Auth(credentials, "dynamodb", self._dynamodb.meta.region_name).add_auth(request)
        answer: AWSResponse = self._http.send(request.prepare())
        # Whoever listens to boto3's events hears of these answers, too.
        self._dynamodb.meta.events.emit(
            f"response-received.dynamodb.{_OPERATION}",
            response_dict={"headers": answer.headers, "status_code": answer.status_code, "body": answer.content},
        )
        if answer.status_code != 200:
            raise _error(answer)
        try:
            responses: list[dict[str, Any]] = json.loads(answer.content)["Responses"]
        except ValueError as error:
            raise ConnectionClosedError(endpoint_url=self._url, error=error) from error
        return responses


def _error(answer: AWSResponse) -> ClientError:
    try:
        content = json.loads(answer.content)
    except ValueError:
        content = {}
    code = content.get("__type", str(answer.status_code)).rpartition("#")[2]
    message = content.get("message") or content.get("Message") or ""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": answer.status_code}},  # type: ignore[typeddict-item]
        _OPERATION,
    )
