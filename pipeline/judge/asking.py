"""Asks an implementation's API, as a REST API of API Gateway does: its function gets the request, and answers."""

import json
from base64 import b64decode
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote

from pipeline.words import _

from .adapter import place_in
from .bench import Bench
from .model import BrokenError

Reply = tuple[int, Any]
"""The status, and the body as JSON, its numbers exact."""


def ask(bench: Bench, route: str, value: str) -> Reply:
    """The answer to a GET of a route such as `/notas/{id}`, with a value in its place. Raises BrokenError."""
    answer = bench.api.invoke(request(route, value))
    bench.answers.append(answer)
    asked = route.replace(place_in(route), value)
    if answer.error:
        raise BrokenError(_("GET {route} failed: {error}", route=asked, error=answer.error))
    result = json.loads(answer.result or "null", parse_float=Decimal)
    try:
        status, body = int(result["statusCode"]), result.get("body") or ""
        if result.get("isBase64Encoded"):
            # API Gateway decodes it, where the API has its type among the binary ones:
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
            body = b64decode(body, validate=True)
        return status, json.loads(body or "null", parse_float=Decimal)
    except (KeyError, TypeError, ValueError):
        raise BrokenError(
            _("GET {route} was answered with no statusCode, or a body that is no JSON", route=asked)
        ) from None


def request(route: str, value: str) -> dict[str, Any]:
    """The event of a request, in format 1.0.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    place = place_in(route)
    resource, _mark, query = route.partition("?")
    asked = dict(parse_qsl(query.replace(place, quote(value))))
    path = resource.replace(place, quote(value, safe=""))
    headers = {"Accept": "application/json", "Host": "judge.execute-api.amazonaws.com"}
    return {
        "version": "1.0",
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {one: [text] for one, text in headers.items()},
        "queryStringParameters": asked or None,
        "multiValueQueryStringParameters": {one: [text] for one, text in asked.items()} or None,
        "pathParameters": {place[1:-1]: value} if place in resource else None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "judge",
            "stage": "judge",
            "httpMethod": "GET",
            "resourcePath": resource,
            "path": path,
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def invoices_in(body: Any, name: str) -> Iterator[dict[str, Any]]:
    """The invoices in an answer, however it wraps them: the objects that have a member of this name, their id."""
    if isinstance(body, dict) and name in body:
        yield body
    elif isinstance(body, dict | list):
        for one in body.values() if isinstance(body, dict) else body:
            yield from invoices_in(one, name)
