"""The API keeps what its OpenAPI description says: schemathesis, with every check it has and in every phase."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.api import Api
from fixtures.entries import STALLED, progress, write
from fixtures.invoices import document, invoice
from fixtures.stacks import Sent

SECONDS = 100

# Methods that no path has; API Gateway itself knows no TRACE.
CONFIG = """
[phases.coverage]
unexpected-methods = ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"]
"""

# Schemathesis loads these hooks before it begins.
HOOKS = """
import json
import os
import random
from urllib.parse import quote

import schemathesis

STORED = json.loads(os.environ["STORED"])
CHANCE = random.Random(1)
MOST = 9_000


@schemathesis.serializer("application/jsonl")
def lines(_, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.hook
def filter_case(context, case):
    # API Gateway takes 10,240 bytes of path, query and headers together. Beyond that it answers itself.
    if len(case.formatted_path) + sum(len(quote(str(value))) for value in (case.query or {}).values()) > MOST:
        return False
    # LocalStack reads forms before API Gateway does, and fails on one without a boundary.
    return (case.headers or {}).get("Content-Type") != "multipart/form-data"


@schemathesis.hook
def before_call(context, case, kwargs):
    # Generated bodies are not compressed, and a gateway may try to decompress what claims to be.
    if case.headers and case.headers.get("Content-Encoding") == "gzip":
        del case.headers["Content-Encoding"]
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    # The same key with another document is 422, which no schema can say. test_answers.py tries that.
    for name in [name for name in case.headers or {} if name.lower() == "idempotency-key"]:
        case.headers[name] = f"{CHANCE.random()}"
    # A schema cannot tell a real cursor from a generated one, for which 400 is right. test_search.py tries the API with
    # its own cursors. Generated ones stay in as invalid data.
    if case.query:
        case.query.pop("cursor", None)
    # Generated ids and keys never exist. So every other time, ask for some that do.
    if case.method == "GET" and CHANCE.random() < 0.5:
        for given in (case.path_parameters, case.query):
            if given:
                given.update({name: value for name, value in CHANCE.choice(STORED).items() if name in given})
"""


@pytest.mark.night("hundreds of calls; what the description says is tried by day one by one")
def test_schemathesis_finds_nothing_that_the_description_does_not_say(
    keyed_api: Api, unique: str, tmp_path: Path
) -> None:
    api = keyed_api  # Schemathesis signs nothing.
    sent = api.ingest(document(*(invoice(f"{unique}/{number}", cliente=unique) for number in range(5)), *range(5)))
    invoices = {"cliente": unique, "id": f"{unique}/0"}
    on_their_way: dict[str, dict[str, Any]] = {
        "first": {},
        "second": {"progress": progress(2, 5, 900)},
        "null:9e10": STALLED,
    }
    for version_id, attributes in on_their_way.items():
        write(api.stack, Sent(sent.key, version_id, 0), **attributes)
    stored = [{**invoices, "chave": sent.key, "versao": version} for version in (sent.version_id, *on_their_way)]
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{api.url}/openapi.json", "--checks", "all"]
    command += ["--max-examples", "25", "--continue-on-failure", "--seed", "1", "--no-color"]
    command += ["--header", f"x-api-key: {api.key}"] if api.key else []
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS * api.stack.patience,
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "STORED": json.dumps(stored)},
    )
    assert result.returncode == 0, result.stdout + result.stderr
