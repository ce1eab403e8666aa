"""`python -P benchmarks/function.py KEY`: the ingest function in this process, with one upload to process.

Run by its path with the code to be measured first on PYTHONPATH, so that two versions can take turns. It needs the
function's environment, and imports nothing else of the project. It prints the function's own log, and then one line of
JSON: the seconds that the upload took, and the processor's seconds of them.
"""

import json
import sys
import time
from typing import Any
from unittest.mock import Mock

from pipeline.functions.ingest import handler

WARM_UP = "warm-up.json"
"""The first upload, which makes the clients and their connections."""

MANY_MILLISECONDS = 900_000


def _event(key: str) -> dict[str, Any]:
    s3_object = {"key": key, "versionId": "v1", "size": 1}
    return {
        "Records": [{"eventTime": "2026-11-01T12:00:00.000Z", "s3": {"bucket": {"name": "b"}, "object": s3_object}}]
    }


def main(key: str) -> None:
    """Process the upload and print what it took."""
    context = Mock(
        function_name="ingest",
        memory_limit_in_mb=1769,
        invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:ingest",
        aws_request_id="0",
        get_remaining_time_in_millis=lambda: MANY_MILLISECONDS,
    )
    handler(_event(WARM_UP), context)
    cpu, wall = time.process_time(), time.perf_counter()
    handler(_event(key), context)
    taken = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
