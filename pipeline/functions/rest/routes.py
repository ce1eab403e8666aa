"""The routes. Each asks a service for what it needs, and answers in HTTP."""

import base64
import json
import os
import uuid
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.models import Server
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import AfterValidator, BeforeValidator

from .. import schema
from ..attributes import to_json
from ..aws import clients
from ..aws.inbox import PREFIX, URL_SECONDS, Inbox, OtherDocumentError
from ..aws.lookup import Customer, Lookup
from ..customers import customer_key
from . import forms, languages, media, page, pages, paths
from .cursors import Cursors
from .description import (
    DESCRIPTION,
    DOCUMENT,
    FOLLOW,
    IN_LANGUAGE,
    INVALID,
    LOCATION,
    NEXT_PAGE,
    NOT_YET,
    REUSED,
    TITLE,
    UNKNOWN,
    VERSION,
    answer,
    complete,
    problem,
)
from .entries import in_language, shown
from .failures import correlation_id, handle_failures
from .problems import ProblemError, not_found

app = APIGatewayRestResolver(enable_validation=True)
handle_failures(app)

PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None
    return text


# Length limits count the decoded text.
Decoded = BeforeValidator(unquote)
Id = Annotated[str, Path(min_length=1, max_length=255, description="One segment: a slash is %2F."), Decoded]
Key = Annotated[
    str, Path(min_length=1, max_length=1024, description="The object's key, one segment: a slash is %2F."), Decoded
]
VersionId = Annotated[
    str,
    Path(min_length=1, max_length=1024, description="The upload's version id: the object's, or `null:` and its ETag."),
    Decoded,
]
Limit = Annotated[int, Query(ge=1, le=100, description="The most to return; a page may have fewer.")]
Cursor = Annotated[str | None, Query(description="The cursor of the previous page.")]
# Four times as long as on an invoice: that many characters one may be with its accents apart (NFD), and white space may
# stand around.
Asked = Annotated[
    str,
    Query(
        min_length=1,
        max_length=1024,
        description="The customer's name. Case, the encoding of accents and white space around it do not matter.",
    ),
]
Day = Annotated[str, Query(pattern=forms.DAY, json_schema_extra={"format": "date"}), AfterValidator(_day)]
FileName = Annotated[
    str,
    Query(
        min_length=5,
        max_length=200,
        pattern=forms.FILE_NAME,
        description="The file's name; its suffix says what format it has.",
    ),
]
Size = Annotated[
    int,
    Query(
        ge=0,
        le=media.MAX_FILE,
        description="The file's size in bytes. S3 takes no other; without it, up to 5 GiB. A larger file is for parts.",
    ),
]
UploadId = Annotated[
    str,
    Query(
        min_length=1,
        max_length=1024,
        pattern=forms.UPLOAD_ID,
        description="The `upload_id` of parts, for new URLs for them. Send the same Idempotency-Key.",
    ),
]
# https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07
RepeatKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any unique text, such as a UUID. A call that is sent again with the same key is the same call.",
    ),
]


@app.get("/", include_in_schema=False)
def show_page() -> Response[str]:
    """A page to send files, follow them, and look for invoices."""
    return Response(HTTPStatus.OK.value, "text/html; charset=utf-8", page.html(), page.headers())


@app.get("/openapi.json", operation_id="openapi", responses={200: {"description": "OpenAPI 3.1"}})
def describe() -> Response[str]:
    """This description."""
    return _json(HTTPStatus.OK, _description())


@app.get(
    f"/{schema.NAME}",
    operation_id="esquema",
    responses={
        200: {"description": "JSON Schema 2020-12", "content": {schema.MEDIA_TYPE: {"schema": {"type": "object"}}}}
    },
)
def give_schema() -> Response[str]:
    """The JSON Schema of a document and, in its `$defs`, of an invoice."""
    body = json.dumps(schema.document(), ensure_ascii=False)
    return Response(HTTPStatus.OK.value, schema.MEDIA_TYPE, body, PRIVATE)


@app.post(
    "/notas",
    operation_id="enviar",
    openapi_extensions=DOCUMENT,
    responses={
        202: answer(
            "Uploaded; its invoices are about to be checked.",
            "Enviado",
            links=FOLLOW,
            headers=LOCATION,
        ),
        400: INVALID,
        413: problem("The body is too large; ask POST /envios for a URL to upload it to."),
        415: problem("The body has a type or an encoding that is not supported."),
        422: REUSED,
    },
)
def send(repeat_key: RepeatKey = None) -> Response[str]:
    """Upload invoices: one, an array, one per line, or NF-e as XML."""
    headers = app.current_event.headers
    suffix = media.suffix(headers.get("content-type"), headers.get("content-encoding"))
    body = _body()
    media.check_size(len(body))
    key = _key(suffix, repeat_key)
    try:
        version_id = _inbox().put(key, body)
    except OtherDocumentError:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "this Idempotency-Key came with another document before; use a new one for each document",
        ) from None
    location = {"Location": urlsplit(os.environ["API_URL"]).path + paths.of_upload(key, version_id)}
    return _json(HTTPStatus.ACCEPTED, _upload(key, version_id), location)


@app.post(
    "/envios",
    operation_id="convidar",
    responses={201: answer("A URL for one file.", "Convite"), 400: INVALID},
)
def invite(
    nome: FileName, tamanho: Size | None = None, partes: UploadId | None = None, repeat_key: RepeatKey = None
) -> Response[str]:
    """Ask for a URL at which to upload one file, once; for URLs of its parts if it is larger than 5 GiB."""
    key, type_ = _key(f"/{nome}", repeat_key), media.type_of(nome)
    invitation = {"key": key, "expires_in": URL_SECONDS, "url": None, "headers": None, "parts": None}
    if tamanho is not None and tamanho > media.MAX_PUT:
        invitation |= {"parts": asdict(_inbox().invite_parts(key, type_, tamanho, partes))}
    else:
        invitation |= asdict(_inbox().invite(key, type_, tamanho))
    return _json(HTTPStatus.CREATED, json.dumps(invitation, ensure_ascii=False))


@app.get(
    "/envios",
    operation_id="enviado",
    responses={200: answer("The upload of this key.", "Enviado", links=FOLLOW), 400: INVALID, 404: UNKNOWN},
)
def uploaded(
    chave: Annotated[str, Query(min_length=1, max_length=1024, description="A key from POST /envios.")],
) -> Response[str]:
    """Which upload a file became that was PUT to a URL: for those who lost S3's answer."""
    version_id = _inbox().find(chave)
    if version_id is None:
        raise not_found("nothing was uploaded under this key")
    return _json(HTTPStatus.OK, _upload(chave, version_id))


@app.get(
    "/envios/<chave>/<versao>",
    operation_id="envio",
    responses={200: answer("The upload's ledger entry.", "Envio", headers=IN_LANGUAGE), 400: INVALID, 404: NOT_YET},
)
def entry(chave: Key, versao: VersionId) -> Response[str]:
    """What became of an upload; while it is processed, how far it has come."""
    language = languages.of_request(app)
    found = in_language(shown(_entry(chave, versao)), language)
    return _json(HTTPStatus.OK, to_json({"M": found}), languages.headers(language))


@app.get(
    "/envios/<chave>/<versao>/rejeitadas",
    operation_id="rejeitadas",
    responses={200: answer("Rejects, in file order.", "Rejeitadas", headers=IN_LANGUAGE), 400: INVALID, 404: UNKNOWN},
)
def rejects(chave: Key, versao: VersionId, limite: Limit = 100, cursor: Cursor = None) -> Response[str]:
    """The invoices of an upload that were refused, with every reason; none until the upload has ended."""
    url = _entry(chave, versao)["rejects"].get("S")
    listing = ["rejeitadas", chave, versao]
    offset: int = 0 if cursor is None else _cursors().open(listing, cursor)
    language = languages.of_request(app)
    if url is None:
        return _page("rejeitadas", [], None, languages.headers(language))
    found_rejects = _lookup().rejects(url, offset)
    if found_rejects is None:
        raise not_found("the rejects of this upload are gone: somebody removed them from the rejects bucket")
    chunks, left = found_rejects
    found = pages.rejects(chunks, limite, language)
    is_last = found.size == left
    next_ = None if is_last else _cursors().seal(listing, offset + found.size)
    return _page("rejeitadas", found.rejects, next_, languages.headers(language))


@app.get(
    "/notas/<id>",
    operation_id="nota",
    responses={200: answer("The invoice as stored.", "Nota"), 400: INVALID, 404: UNKNOWN},
)
def invoice(id: Id) -> Response[str]:  # noqa: A002
    """One invoice; its `_ingest` says which upload brought it, and its `_cliente` under which name it is found."""
    item = _lookup().invoice(id)
    if item is None:
        raise not_found("there is no invoice with the id {id!r}", id=id)
    return _json(HTTPStatus.OK, to_json({"M": item}))


@app.get(
    "/notas",
    operation_id="notas",
    responses={200: answer("Invoices, newest first.", "Notas", links=NEXT_PAGE), 400: INVALID},
)
def invoices(
    cliente: Asked,
    de: Annotated[Day | None, Query(description="The first day, as on the invoices.")] = None,
    ate: Annotated[Day | None, Query(description="The last day.")] = None,
    limite: Limit = 25,
    cursor: Cursor = None,
) -> Response[str]:
    """A customer's invoices, newest first."""
    key = customer_key(cliente)
    listing = ["notas", key, de, ate]
    after = None if cursor is None else _cursors().open(listing, cursor)
    found, may_go_on = _lookup().of_customer(Customer(key, de, ate), limite, after)
    shown = pages.invoices(found)
    if not may_go_on and len(shown) == len(found):
        return _page("notas", shown, None)
    last = found[len(shown) - 1]
    place = [last["data_emissao"]["S"], last["id"]["S"]]
    return _page("notas", shown, _cursors().seal(listing, place))


def _entry(key: str, version_id: str) -> dict[str, Any]:
    found = _lookup().entry(key, version_id)
    if found is None:
        raise not_found(
            "the ledger has no entry for this upload. If it was made just now, ask again in a second",
            {"Retry-After": "1"},
        )
    return found


def _body() -> bytes:
    event = app.current_event
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def _key(rest: str, repeat_key: str | None) -> str:
    """The key of an upload: the same for each repetition of a call, and another for each other call.

    Without a key for repetitions, the correlation id keeps requests apart, and the day makes old ones easy to find.
    With one there is no day, because midnight may lie between two tries.
    """
    if repeat_key is not None:
        return f"{PREFIX}{sha256(repeat_key.encode()).hexdigest()}{rest}"
    return f"{PREFIX}{datetime.now(UTC):%Y-%m-%d}/{correlation_id(app) or uuid.uuid4()}{rest}"


def _upload(key: str, version_id: str) -> str:
    return json.dumps({"key": key, "version_id": version_id}, ensure_ascii=False)


def _page(name: str, elements: list[str], cursor: str | None, headers: dict[str, str] | None = None) -> Response[str]:
    return _json(HTTPStatus.OK, f'{{"{name}": [{", ".join(elements)}], "cursor": {json.dumps(cursor)}}}', headers)


def _json(status: HTTPStatus, body: str, headers: dict[str, str] | None = None) -> Response[str]:
    return Response(status.value, "application/json", body, {**PRIVATE, **(headers or {})})


@lru_cache(maxsize=1)
def _lookup() -> Lookup:
    tables = os.environ["INVOICES_TABLE"], os.environ["UPLOADS_TABLE"]
    return Lookup(clients.dynamodb(clients.PROMPT), clients.s3(clients.PROMPT), *tables)


@lru_cache(maxsize=1)
def _inbox() -> Inbox:
    signer = clients.s3_signer(os.environ.get("PUBLIC_ENDPOINT_URL") or None)
    return Inbox(clients.s3(clients.PROMPT), signer, os.environ["UPLOADS_BUCKET"])


@lru_cache(maxsize=1)
def _cursors() -> Cursors:
    return Cursors(os.environ["CURSOR_KEY"].encode())


@lru_cache(maxsize=1)
def _description() -> str:
    described = app.get_openapi_schema(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        servers=[Server(url=os.environ["API_URL"])],
        openapi_version="3.1.0",
    )
    return json.dumps(complete(described.model_dump(mode="json", by_alias=True, exclude_none=True)), ensure_ascii=False)
