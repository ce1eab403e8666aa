"""Builds the LocalStack image from Debian, PyPI and Maven Central. No image registry is used.

Each part is built once for its content: the base, the packages, the database and the whole. So a build that changes
nothing takes a second. Run as `python -m images.localstack.build`, as root, with a Docker engine running, and with
Debian's packages debootstrap and maven installed.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import docker.errors
import uv

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache" / "images"
TAG = "notas/localstack:4.14.0"
CONTENT_LABEL = "notas.content"
"""The image's label that has the digest of all that went into it."""

SUITE = "trixie"
PYTHON = "3.13"
DEBIAN_PACKAGES = ("ca-certificates", "openjdk-21-jre-headless", "python3")

# Documentation, and what is of no use in an image that installs nothing more.
NOT_IN_BASE = (
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/zoneinfo/right",
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
)

# Dependencies of services that the stack does not use. LocalStack imports them only when such a service is called.
NOT_IN_SITE = ("amazon_kclpy", "awscli", "bin")

_MACHINES = {"x86_64": "x86_64-manylinux_2_40", "aarch64": "aarch64-manylinux_2_40"}


class BuildError(Exception):
    """The image could not be built; the message says what to do."""


def main() -> int:
    """Build the image unless it is there. Returns the exit code."""
    try:
        build()
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    return 0


def build() -> None:
    """Build the image `TAG` from this folder, unless it is up to date. Raises BuildError."""
    client = _engine()
    content = _digest(*sorted(path for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts))
    try:
        if client.images.get(TAG).labels.get(CONTENT_LABEL) == content:
            print(f"{TAG} is up to date")
            return
    except docker.errors.ImageNotFound:
        pass
    CACHE.mkdir(parents=True, exist_ok=True)
    base = _base(client)
    site, database = _site(), _database()
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="unfinished-") as name, _step(f"Building {TAG}"):
        context = Path(name)
        for source, target in ((site, "site"), (database, "dynamodb"), (HERE / "plugins", "plugins")):
            shutil.copytree(
                source, context / target, copy_function=os.link if source != HERE / "plugins" else shutil.copy2
            )
        shutil.copy2(HERE / "Dockerfile", context)
        try:
            image, _ = client.images.build(
                path=name, tag=TAG, buildargs={"BASE": base}, labels={CONTENT_LABEL: content}, rm=True, forcerm=True
            )
        except docker.errors.BuildError as error:
            log = "".join(line.get("stream", "") for line in error.build_log)
            raise BuildError(f"the image was not built: {error}. The build said:\n{log[-2_000:]}") from None
    print(f"{TAG}: {image.attrs['Size'] / 1e6:.0f} MB")


def _engine() -> docker.DockerClient:
    try:
        client = docker.from_env(timeout=600)
        client.ping()
    except docker.errors.DockerException as error:
        raise BuildError(f"no Docker engine answers ({error}). Start one, or use: make test-localstack") from None
    return client


def _base(client: docker.DockerClient) -> str:
    """The name of an image of Debian with Python and Java."""
    recipe = " ".join((SUITE, *DEBIAN_PACKAGES, *NOT_IN_BASE))
    name = f"notas/debian:{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    try:
        client.images.get(name)
        return name
    except docker.errors.ImageNotFound:
        pass
    if os.geteuid():
        raise BuildError("debootstrap needs root. Try: sudo make image")
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="unfinished-") as scratch:
        root, archive = Path(scratch) / "root", Path(scratch) / "root.tar"
        with _step(f"Installing Debian {SUITE}"):
            # Debian keeps the newest version of a package only, so that no version can be pinned. Its signature covers
            # the hash of each.
            _run(
                "debootstrap",
                "--force-check-gpg",
                "--variant=minbase",
                f"--include={','.join(DEBIAN_PACKAGES)}",
                SUITE,
                str(root),
            )
        for unneeded in NOT_IN_BASE:
            shutil.rmtree(root / unneeded, ignore_errors=True)
        with _step("Importing it"):
            _run("tar", "--numeric-owner", "-C", str(root), "-cf", str(archive), ".")
            _run("docker", "import", str(archive), name)
    return name


def _site() -> Path:
    """A folder with LocalStack and all it imports."""
    lock = HERE / "requirements.txt"
    folder = CACHE / f"site-{_digest(lock, Path(__file__))}"
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="unfinished-") as scratch, _step("Installing LocalStack"):
        made = Path(scratch) / "site"
        command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--target", str(made), "--require-hashes"]
        command += ["--python-version", PYTHON, "--python-platform", _MACHINES[platform.machine()], "-r", str(lock)]
        _run(*command)
        for unneeded in NOT_IN_SITE:
            path = made / unneeded
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for pattern in ("tests", "examples-1.json*"):
            for path in list(made.rglob(pattern)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        made.rename(folder)
    return folder


def _database() -> Path:
    """A folder with DynamoDB Local."""
    recipe, sums = HERE / "dynamodb" / "pom.xml", HERE / "dynamodb" / "SHA256SUMS"
    folder = CACHE / f"dynamodb-{_digest(recipe, sums)}"
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="unfinished-") as scratch, _step("Fetching DynamoDB Local"):
        made = Path(scratch) / "dynamodb"
        command = ["mvn", "-q", "-B", "-f", str(recipe), "dependency:copy-dependencies", "-DincludeScope=runtime"]
        _run(*command, f"-DoutputDirectory={made}")
        lines = sums.read_text(encoding="utf-8").splitlines()
        wanted = {name: digest for digest, name in map(str.split, lines)}
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.iterdir()}
        if found != wanted:
            different = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
            raise BuildError(f"these files are not what {sums} pins: {', '.join(different)}")
        made.rename(folder)
    return folder


def _digest(*files: Path) -> str:
    parts = [part for file in files for part in (file.name.encode(), file.read_bytes())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise BuildError(f"{command[0]} is not installed. Try: apt-get install debootstrap maven docker.io")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        last = (result.stderr or result.stdout).strip().splitlines()[-5:]
        raise BuildError(f"{command[0]} ended with {result.returncode}: " + "\n  ".join(last))


@contextmanager
def _step(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"{what} …", flush=True)
    yield
    print(f"{what}: {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
