"""Known vulnerabilities of what the lock files pin: pip-audit, and a check that it had something to ask.

A mirror of PyPI may have packages and no advisories. pip-audit takes that for packages without vulnerabilities. So it
is first asked about one that has some. Run as `python .ci/audit.py`, it ends with 1 where there are vulnerabilities, or
where nobody can be asked; with `--where-possible`, the second is said and is no failure.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

LOCKS = [
    "requirements/dev.txt",  # with all of requirements/notas.txt
    "pipeline/functions/requirements.txt",
    # Not images/localstack: it has the pins of LocalStack 4.14, for a container that only this machine reaches. Not
    # requirements/static.txt: checkov's own pins, for an environment that reads this repository and nothing else.
]

VULNERABLE, FOUND = "jinja2==2.10", "CVE-2019-10906"
"""A package with a vulnerability that every list of them has."""


def main(arguments: list[str]) -> int:
    """Audit. Returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "requirements.txt"
        known.write_text(VULNERABLE + "\n", encoding="utf-8")
        asked = pip_audit("--no-deps", "--requirement", str(known))
    if FOUND not in asked.stdout:
        print(
            f"Nothing was audited: pip-audit does not know of {FOUND} in {VULNERABLE}, so it has nothing to ask here."
        )
        return 0 if "--where-possible" in arguments else 1
    locks = [word for lock in LOCKS for word in ("--requirement", lock)]
    audited = pip_audit("--strict", "--require-hashes", *locks)
    print(audited.stdout + audited.stderr, end="")
    return audited.returncode


def pip_audit(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run pip-audit on requirements as they are written."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--progress-spinner", "off", "--aliases", "on"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
