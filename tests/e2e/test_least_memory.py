"""A function with the least memory that the template allows, which Lambda gives a fourteenth of a core."""

import json
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from aws_stack.clouds import Cloud
from benchmarks.slowed import LEAST_MB, LEAST_SHARE, slowed
from benchmarks.watching import watched
from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Stack, deployed

TIMEOUT_SECONDS = 15
INVOICES = 20_000
PATIENCE_SECONDS = 600.0


@pytest.mark.night("it takes minutes; uploads of many invocations, and what a record takes, are tried by day")
@pytest.mark.timeout(PATIENCE_SECONDS + 60)
def test_a_function_of_the_least_memory_goes_on_until_the_upload_ends(cloud: Cloud, unique: str) -> None:
    body = json.dumps([invoice(f"{unique}-{one}", valor=-1 if one % 20 == 7 else one) for one in range(INVOICES)])
    refused = len(range(7, INVOICES, 20))
    with deployed(cloud, Stack, {"MemorySize": str(LEAST_MB), "Timeout": str(TIMEOUT_SECONDS)}) as stack:
        stack.wait(stack.upload(document(invoice(f"{unique}-first")), f"{unique}-first.json"))
        with ExitStack() as around:
            name = stack.outputs["IngestFunction"]
            # Elsewhere the processes are the cloud's own, and AWS slows them itself.
            watch = around.enter_context(watched(name)) if cloud.name == "embedded" else None
            if watch:
                around.enter_context(slowed(name, LEAST_SHARE))
            entry = stack.wait(stack.upload(body.encode(), f"{unique}.json"), PATIENCE_SECONDS)
        assert (entry["status"], entry["error"]) == ("completed", None)
        assert counts(entry) == {"received": INVOICES, "stored": INVOICES - refused, "rejected": refused}
        assert [reject["position"] for reject in stack.rejects(entry)] == list(range(7, INVOICES, 20))
        started, finished = (datetime.fromisoformat(entry[name]) for name in ("started_at", "finished_at"))
        assert finished - started > timedelta(seconds=TIMEOUT_SECONDS), "one invocation was not enough"
        assert watch is None or watch.peak_mb < LEAST_MB
