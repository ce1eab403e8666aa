"""The API in words and schemas: what its OpenAPI description says besides what the routes declare. Pure."""

from typing import Any, cast

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from .. import schema as schemas
from ..additions import CUSTOMER, PROVENANCE
from ..language import TAGS
from .media import ENCODINGS, MAX_BODY, SUFFIXES
from .problems import CONTENT_TYPE as PROBLEM

TITLE = "notas"

VERSION = "1"

DESCRIPTION = """\
Send invoices (notas fiscais), and ask what became of them.

A posted document becomes an upload like any other: its invoices are checked and stored within seconds. The upload's
ledger entry, at the `Location` of the answer, says how it ended. Numbers are exact, so read them as decimals. Errors
are `application/problem+json` (RFC 9457); the logs can be searched for their `correlation_id`.
"""

_NULL = {"type": "null"}
_COUNT = {"type": "integer", "minimum": 0}
_TIME = {"type": "string", "format": "date-time"}


def _schema(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_CURSOR = {"anyOf": [{"type": "string"}, _NULL], "description": "Send it to get the next page; null on the last one."}

_SCHEMAS = {
    "Origem": _object(
        key={"type": "string"},
        version_id={"type": "string"},
        position={**_COUNT, "description": "The invoice's position in the upload, counted from 0."},
        time=_TIME,
        sha256={"type": "string"},
    ),
    "Envio": _object(
        key={"type": "string"},
        version_id={"type": "string"},
        status={
            "type": "string",
            "enum": ["processing", "completed", "failed", "stalled"],
            "description": "`completed` and `failed` are final. `stalled`: Lambda gave up, and `error` says why. What "
            "was stored so far stays. Once the cause is removed, `notas redrive` makes the upload go on.",
        },
        size=_COUNT,
        uploaded_at={"type": "string"},
        started_at=_TIME,
        finished_at={"anyOf": [_TIME, _NULL]},
        stalled_at={"anyOf": [_TIME, _NULL], "description": "When Lambda gave up; null unless stalled."},
        progress={
            "anyOf": [
                _object(
                    reading={"type": "integer", "enum": [1, 2], "description": "1: is it a document? 2: its invoices."},
                    judged={**_COUNT, "description": "Invoices that have their outcome."},
                    bytes={**_COUNT, "description": "Bytes of `size` that this reading is past."},
                    at={**_TIME, "description": "When the upload had come so far."},
                ),
                _NULL,
            ],
            "description": "The last checkpoint; null before the first one, and at the end.",
        },
        received=_COUNT,
        stored=_COUNT,
        duplicates=_COUNT,
        conflicts=_COUNT,
        rejected=_COUNT,
        rejects={"anyOf": [{"type": "string"}, _NULL], "description": "The s3:// URL of the rejects; null for none."},
        error={
            "anyOf": [
                _object(
                    code={"type": "string"},
                    message={"type": "string"},
                    values={"type": "object", "description": "What the message speaks of."},
                    line={"anyOf": [_COUNT, _NULL]},
                    column={"anyOf": [_COUNT, _NULL]},
                    offset={"anyOf": [_COUNT, _NULL]},
                ),
                _NULL,
            ]
        },
    ),
    "Enviado": _object(key={"type": "string"}, version_id={"type": "string"}),
    "Convite": _object(
        key={"type": "string"},
        expires_in={**_COUNT, "description": "Seconds."},
        url={
            "anyOf": [{"type": "string"}, _NULL],
            "description": "PUT the file there, once, with all of `headers`. Its version id is the answer's "
            "x-amz-version-id; if that is missing or `null`, it is `null:` and the answer's ETag without quotation "
            "marks. 412 says that the file is there already: GET /envios?chave= tells its version id. Null for parts.",
        },
        headers={
            "anyOf": [{"type": "object", "additionalProperties": {"type": "string"}}, _NULL],
            "description": "S3 takes the file with exactly these: its type, that it is to be the first, and its size "
            "if you said it. HTTP clients send Content-Length by themselves.",
        },
        parts={
            "anyOf": [
                _object(
                    upload_id={"type": "string"},
                    size={**_COUNT, "description": "Bytes of each part but the last."},
                    urls={"type": "array", "items": {"type": "string"}, "description": "PUT each part to its URL."},
                    complete={
                        "type": "string",
                        "description": "POST the parts' numbers and ETags there, as S3's CompleteMultipartUpload. "
                        "After a 409 every part has to be sent again, to a new upload: ask without `partes`.",
                    },
                    headers={
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                        "description": "For that POST.",
                    },
                ),
                _NULL,
            ],
            "description": "For a file of more than 5 GiB; null for others.",
        },
    ),
    "Notas": _object(notas={"type": "array", "items": _schema("Nota")}, cursor=_CURSOR),
    "Rejeitada": _object(
        position=_COUNT,
        reasons={
            "type": "array",
            "items": _object(
                code={"type": "string"},
                path={"type": "string", "description": "A JSON Pointer into the invoice."},
                message={"type": "string"},
                values={"type": "object", "description": "What the message speaks of."},
            ),
        },
        original={
            "anyOf": [{"type": "string"}, _NULL],
            "description": "The JSON that was refused, as text; of XML, a JSON string with it; null if it is too long.",
        },
    ),
    "Rejeitadas": _object(rejeitadas={"type": "array", "items": _schema("Rejeitada")}, cursor=_CURSOR),
    "Problema": _object(
        type={"type": "string", "format": "uri"},
        title={"type": "string"},
        status={"type": "integer"},
        detail={"type": "string"},
        instance={"type": "string", "format": "uri"},
        correlation_id={"type": "string"},
    ),
}


IN_LANGUAGE = {
    "Content-Language": {
        "schema": {"type": "string", "enum": list(TAGS.values())},
        "description": "The language of the messages.",
    }
}


def answer(description: str, schema: str, **more: Any) -> OpenAPIResponse:
    """A response whose JSON body has one of the schemas of this module."""
    return _response(description, "application/json", schema, more)


def problem(description: str, headers: dict[str, Any] | None = None) -> OpenAPIResponse:
    """A response with a problem, in the language that was asked for."""
    return _response(description, PROBLEM, "Problema", {"headers": {**IN_LANGUAGE, **(headers or {})}})


def _response(description: str, media_type: str, schema: str, more: dict[str, Any]) -> OpenAPIResponse:
    content = {media_type: {"schema": _schema(schema)}}
    return cast(OpenAPIResponse, {"description": description, "content": content, **more})


INVALID = problem("The request is wrong; `errors` says where.")
UNKNOWN = problem("It does not exist.")
NOT_YET = problem(
    "It does not exist, or not yet.",
    headers={"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before asking again."}},
)
REUSED = problem("The Idempotency-Key came with another document before.")
LOCATION = {
    "Location": {
        "schema": {"type": "string", "format": "uri-reference"},
        "description": "The upload's ledger entry; resolve it against the URL of the request.",
    }
}

_UPLOAD = {"chave": "$response.body#/key", "versao": "$response.body#/version_id"}
FOLLOW = {
    "envio": {"operationId": "envio", "parameters": _UPLOAD},
    "rejeitadas": {"operationId": "rejeitadas", "parameters": _UPLOAD},
}
NEXT_PAGE = {"proxima": {"operationId": "notas", "parameters": {"cursor": "$response.body#/cursor"}}}

DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": f"One invoice, an array of them, one per line, or NF-e as XML; at most {MAX_BODY} bytes as "
        "sent. The schema Nota describes an invoice. One that breaks its rules is accepted too, and ends among the "
        "rejects.",
        # Any body is uploaded, so none is invalid here.
        "content": {type_: {"schema": {}} for type_ in SUFFIXES},
    },
}
"""What `POST /notas` takes. The body is not parsed here."""

_ENCODING = {
    "name": "Content-Encoding",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "enum": list(ENCODINGS)},
}


_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The language of messages: `pt-BR` and its like, or English. Codes, paths and values have none.",
}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """Complete the description that Powertools makes of the routes: add the schemas, and correct the errors.

    For invalid requests Powertools describes an answer of its own, with status 422, which this API does not give.
    """
    ingest = {**_schema("Origem"), "description": "Which upload brought it; not to be posted."}
    customer = {"type": "string", "description": "The customer's name as the search has it; not to be posted."}
    invoice = schemas.invoice()
    nota = {**invoice, "properties": {**invoice["properties"], PROVENANCE: ingest, CUSTOMER: customer}}
    schema["components"] = {"schemas": {"Nota": nota, **_SCHEMAS}}
    schema["paths"]["/notas"]["post"]["parameters"].append(_ENCODING)
    for path in schema["paths"].values():
        for operation in path.values():
            operation["summary"], _, _ = operation.pop("description", "").partition("\n")
            for parameter in operation.get("parameters", []):
                _without_null(parameter)
                if parameter["in"] == "header":
                    parameter["name"] = parameter["name"].title()
            if operation["responses"].get("422", {}).get("content", {}).keys() != {PROBLEM}:
                operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem("An error.")
            operation.setdefault("parameters", []).append(_LANGUAGE)
    return schema


def _without_null(parameter: dict[str, Any]) -> None:
    """Remove null from an optional parameter's schema: it may be left out, but a query string has no null."""
    match parameter["schema"].pop("anyOf", None):
        case [some, {"type": "null"}]:
            parameter["schema"] |= some
