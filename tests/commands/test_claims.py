"""A test that claims to cover a kind of upload has to have made one."""

from pathlib import Path

import pytest

from fixtures.command import pytest_on

CLAIMING = """
import time
import pytest
from datetime import UTC, datetime
from fixtures.observations import observer
from fixtures.stacks import Sent


@pytest.fixture
def seen(unique):
    # What an upload of the kind "size: one" whose invoice was stored leaves behind.
    counts = {"received": 1, "stored": 1, "duplicates": 0, "conflicts": 0, "rejected": 0}
    sent = Sent(f"{unique}.json", "version", 100, time.time(), ("size: one",))
    observer.note(sent, {"status": "completed", "finished_at": datetime.now(UTC).isoformat(), **counts})


@pytest.mark.covers("size: one", "outcome: stored", "status: completed")
def test_that_does_as_it_claims(seen):
    pass


@pytest.mark.covers("size: one", "size: two", "outcome: rejected")
def test_that_claims_too_much(seen):
    pass


@pytest.mark.covers("size: one")
def test_that_uploads_nothing():
    pass
"""


@pytest.mark.usefixtures("starts_cloud")
def test_a_claim_without_an_upload_of_its_kind_fails_the_run(tmp_path: Path) -> None:
    with pytest_on(tmp_path, CLAIMING, "-n0") as run:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED
        assert "2 failed, 1 passed" in run.out
        assert "nothing was generated of: outcome: rejected, size: two. Mend the strategies" in run.out
        assert "nothing was generated of: size: one. Mend the strategies" in run.out
