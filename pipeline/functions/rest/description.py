"""The API in words and schemas: what its OpenAPI description says beside what the routes themselves do. Pure."""

from typing import Any, cast

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from ..invoice import Invoice
from .media import ENCODINGS, MAX_BODY, SUFFIXES
from .problems import CONTENT_TYPE as PROBLEM

TITLE = "notas"

VERSION = "1"

DESCRIPTION = """\
Takes invoices (notas fiscais), and answers what became of them.

What is posted is uploaded, and takes the road of every upload: it is read, judged and stored within seconds, and its
ledger entry, at the `Location` of the answer, says how it ended. Numbers are exact: read them as decimals. Errors are
`application/problem+json` (RFC 9457); their `correlation_id` is in the logs.
"""

_NULL = {"type": "null"}
_COUNT = {"type": "integer", "minimum": 0}
_TIME = {"type": "string", "format": "date-time"}


def _schema(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_CURSOR = {"anyOf": [{"type": "string"}, _NULL], "description": "Asks for the next page; null on the last one."}

_SCHEMAS = {
    "Origem": _object(
        key={"type": "string"},
        version_id={"type": "string"},
        position={**_COUNT, "description": "The invoice's place in the upload, from 0."},
        time=_TIME,
        sha256={"type": "string"},
    ),
    "Envio": _object(
        key={"type": "string"},
        version_id={"type": "string"},
        status={"type": "string", "enum": ["processing", "completed", "failed"]},
        size=_COUNT,
        uploaded_at={"type": "string"},
        started_at=_TIME,
        finished_at={"anyOf": [_TIME, _NULL]},
        received=_COUNT,
        stored=_COUNT,
        duplicates=_COUNT,
        conflicts=_COUNT,
        rejected=_COUNT,
        rejects={"anyOf": [{"type": "string"}, _NULL], "description": "Where the rejects lie, as an s3:// URL."},
        error={
            "anyOf": [
                _object(
                    code={"type": "string"},
                    message={"type": "string"},
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
        url={"type": "string", "description": "PUT the file there; x-amz-version-id of the answer is its version id."},
        expires_in={**_COUNT, "description": "Seconds."},
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
            ),
        },
        original={
            "anyOf": [{"type": "string"}, _NULL],
            "description": "The JSON that was refused, as text; null where it is too long.",
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


def answer(description: str, schema: str, **more: Any) -> OpenAPIResponse:
    """A response with a JSON body of a schema of this module."""
    return _response(description, "application/json", schema, more)


def problem(description: str, **more: Any) -> OpenAPIResponse:
    """A response with a problem."""
    return _response(description, PROBLEM, "Problema", more)


def _response(description: str, media_type: str, schema: str, more: dict[str, Any]) -> OpenAPIResponse:
    content = {media_type: {"schema": _schema(schema)}}
    return cast(OpenAPIResponse, {"description": description, "content": content, **more})


INVALID = problem("The request is wrong; `errors` says where.")
UNKNOWN = problem("There is no such thing.")
NOT_YET = problem(
    "There is no such thing, or not yet.",
    headers={"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds after which to ask again."}},
)
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "The upload's path, below this API's address."}}

_UPLOAD = {"chave": "$response.body#/key", "versao": "$response.body#/version_id"}
FOLLOW = {
    "envio": {"operationId": "envio", "parameters": _UPLOAD},
    "rejeitadas": {"operationId": "rejeitadas", "parameters": _UPLOAD},
}
NEXT_PAGE = {"proxima": {"operationId": "notas", "parameters": {"cursor": "$response.body#/cursor"}}}

DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": f"One invoice, an array of them, or one a line; at most {MAX_BODY} bytes as sent. The schema "
        "Nota says what an invoice is; one that breaks its rules is taken too, and told of in the ledger.",
        # Whatever comes is uploaded, so nothing is wrong here by its form.
        "content": {type_: {"schema": {}} for type_ in SUFFIXES},
    },
    "parameters": [
        {
            "name": "Content-Encoding",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "enum": list(ENCODINGS)},
        }
    ],
}
"""What `POST /notas` takes; its body is not parsed here."""


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The description that the routes give, with the schemas, and with the errors as they are.

    Powertools describes answers of its own for requests that are wrong, which this API never gives.
    """
    nota = Invoice.model_json_schema(ref_template="#/components/schemas/{model}")
    components: dict[str, Any] = nota.pop("$defs")
    nota["properties"]["_ingest"] = {**_schema("Origem"), "description": "Which upload brought it; never posted."}
    nota["title"] = "Nota"
    schema["components"] = {"schemas": {**components, "Nota": nota, **_SCHEMAS}}
    for path in schema["paths"].values():
        for operation in path.values():
            operation["summary"], _, _ = operation.pop("description", "").partition("\n")
            for parameter in operation.get("parameters", []):
                _without_null(parameter)
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem("An error.")
    return schema


def _without_null(parameter: dict[str, Any]) -> None:
    """A parameter that may be left out; pydantic says that it may be null, which no query can be."""
    match parameter["schema"].pop("anyOf", None):
        case [some, {"type": "null"}]:
            parameter["schema"] |= some
