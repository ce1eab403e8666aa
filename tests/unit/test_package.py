"""The deployment package: complete, reproducible, and built for the machine it is meant for."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import venv
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest

from aws_stack.clouds.cloud import LOCAL_SECRET
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import PackageError
from aws_stack.target import Target
from fixtures.nights import some_by_night
from fixtures.template import parsed
from pipeline import package
from pipeline.cache import OWN
from pipeline.deploy import TEMPLATE
from pipeline.package import FUNCTIONS, build

ROOT = FUNCTIONS.parent.parent
SITE = Path(boto3.__file__).parent.parent

# What comes with Lambda's Python runtimes: the AWS SDK and what it imports. It imports certifi only where that is
# installed, as it is here for other packages.
SDK = {"boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six", "jmespath", "certifi"}

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in FUNCTIONS.rglob("*.py")
)

# This script sees the package first, the test's own packages last, and nothing else.
SCRIPT = """
import importlib, json, sys
package, site, *modules = sys.argv[1:]
sys.path.insert(0, package)
sys.path.append(site)
for module in modules:
    importlib.import_module(module)

from pipeline.functions import api
from pipeline.functions.ingest import handler
from pipeline.functions.invoice import check

class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"

    def get_remaining_time_in_millis(self):
        return 900_000

broken = {"id": 1, "emitente": {"cnpj": "12ABC34501DE36", "cpf": "1"}, "data_emissao": "2025-02-29", "itens": [{}]}
reasons = [reason.code for reason in check(broken)]
upload = {"bucket": {"name": "b"}, "object": {"key": "k.json"}}
try:
    handler({"Records": [{"s3": upload, "eventTime": ""}]}, Context())
except KeyError as error:
    missing = error.args[0]
asked = {"path": "/openapi.json", "httpMethod": "GET", "requestContext": {"requestId": "x"}, "headers": {}}
described = json.loads(api.handler(asked, Context())["body"])
page = api.handler({**asked, "path": "/"}, Context())["body"]
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
report = {"reasons": reasons, "missing": missing, "files": files, "paths": list(described["paths"]), "page": page}
print(json.dumps(report))
"""


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return extract(Target.this_interpreter(), tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def run(extracted: Path) -> dict[str, Any]:
    return run_alone(sys.executable, extracted)


def extract(target: Target, folder: Path) -> Path:
    with zipfile.ZipFile(build(target)) as archive:
        archive.extractall(folder)
    return folder


def run_alone(python: str, extracted: Path) -> dict[str, Any]:
    """The report of a process that has nothing but the package and the SDK, and its other `output`."""
    command = [python, "-I", "-S", "-B", "-c", SCRIPT, str(extracted), str(SITE), *MODULES]
    # The function makes its clients, and stops at the first table name that is missing from its environment.
    environment = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "API_URL": "https://x/v1",
    }
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=extracted)
    assert result.returncode == 0, result.stderr
    *output, report = result.stdout.splitlines()
    return {**json.loads(report), "output": output}


def test_everything_but_the_sdk_comes_from_the_package(run: dict[str, Any], extracted: Path) -> None:
    from_site = {name for name, file in run["files"].items() if file and Path(file).is_relative_to(SITE)}
    assert {name.partition(".")[0] for name in from_site} <= SDK
    for name in ("pydantic", "pydantic_core", "aws_lambda_powertools", "typing_extensions"):
        assert Path(run["files"][name]).is_relative_to(extracted), name


def test_every_module_of_the_functions_is_in_the_package(run: dict[str, Any], extracted: Path) -> None:
    assert "pipeline.functions.ingest" in MODULES
    for name in MODULES:
        assert Path(run["files"][name]).is_relative_to(extracted), name


def test_the_rules_run_on_the_package_alone(run: dict[str, Any]) -> None:
    assert {"type", "missing", "cnpj", "cpf", "date"} == set(run["reasons"])


def test_the_handler_runs_on_the_package_alone(run: dict[str, Any]) -> None:
    assert run["missing"] == "UPLOADS_TABLE"
    taken_up, failed, measured, *_ = map(json.loads, run["output"])
    assert taken_up["message"] == "upload taken up"
    assert failed["message"] == "upload not finished"
    assert measured["uploads_unfinished"] == [1.0]


def test_the_api_runs_on_the_package_alone(run: dict[str, Any]) -> None:
    assert {"/notas", "/notas/{id}", "/envios/{chave}/{versao}"} <= set(run["paths"])
    assert run["page"].startswith("<!doctype html>")
    assert "Notas de um cliente" in run["page"], "the catalogue is there"


def test_nothing_else_of_the_project_is_in_the_package(extracted: Path) -> None:
    assert {path.name for path in (extracted / "pipeline").iterdir()} == {"__init__.py", "__pycache__", "functions"}


def test_modules_are_compiled_because_lambda_does_not_keep_what_it_compiles(extracted: Path) -> None:
    compiled = list(extracted.rglob("*.pyc"))
    assert len([path for path in compiled if path.is_relative_to(extracted / "pipeline")]) == len(MODULES) + 1
    assert (extracted / "pydantic" / "main.pyc").exists()
    # Not checked against the source: https://docs.python.org/3/reference/import.html#pyc-invalidation
    assert {struct.unpack("<I", path.read_bytes()[4:8])[0] for path in compiled} == {0b01}


def test_a_module_names_no_folder_of_the_machine_that_built_it(extracted: Path) -> None:
    for path in extracted.rglob("*.pyc"):
        assert str(OWN.folder()).encode() not in path.read_bytes(), path


def test_a_package_that_is_there_is_not_built_again() -> None:
    first = build(Target.this_interpreter())
    made = first.stat().st_mtime_ns
    assert build(Target.this_interpreter()) == first
    assert first.stat().st_mtime_ns == made


BUILD_ELSEWHERE = """
import os, resource, sys
from aws_stack.errors import PackageError
from aws_stack.target import Target
from pipeline import package
os.environ["NOTAS_CACHE"] = sys.argv[1]
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    print(package.build(Target.this_interpreter()))
except PackageError as error:
    sys.exit(f"PackageError: {error}")
"""


def build_elsewhere(
    folder: Path, limit: int = 0, python: str = sys.executable, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Build in another process, into `folder`, with files of at most `limit` bytes."""
    path = os.pathsep.join([str(ROOT), str(SITE)])
    return subprocess.run(
        [python, "-B", "-c", BUILD_ELSEWHERE, str(folder), str(limit)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path, **environment},
        cwd=cwd,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that was built from nothing."""
    result = build_elsewhere(tmp_path_factory.mktemp("first") / "build", PYTHONHASHSEED="1")
    assert result.returncode == 0, result.stderr
    return Path(result.stdout.strip())


def contents(package_: Path) -> dict[str, str]:
    """A digest of each file."""
    with zipfile.ZipFile(package_) as archive:
        return {name: sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


@pytest.mark.night("a package is built and installed anew")
def test_the_same_content_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    result = build_elsewhere(tmp_path / "build", PYTHONHASHSEED="2")
    again = Path(result.stdout.strip())
    assert again.name == built.name
    assert contents(again) == contents(built)
    assert sha256(again.read_bytes()).digest() == sha256(built.read_bytes()).digest()


@pytest.mark.night("a package is built and installed anew")
def test_an_interpreter_in_another_place_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    result = build_elsewhere(tmp_path / "build", python=str(tmp_path / "venv" / "bin" / "python"))
    assert result.returncode == 0, result.stderr
    again = Path(result.stdout.strip())
    assert again.name == built.name
    assert contents(again) == contents(built)
    assert sha256(again.read_bytes()).digest() == sha256(built.read_bytes()).digest()


@pytest.mark.night("a package is built and installed anew")
def test_a_project_in_the_working_folder_is_none_of_its_business(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text('[tool.uv]\nrequired-version = "==0.1"\n')
    result = build_elsewhere(tmp_path / "build", cwd=tmp_path / "project")
    assert result.returncode == 0, result.stderr


def test_every_file_has_the_same_date_and_may_be_read_by_all(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        entries = archive.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 & 0o777 for entry in entries} == {0o644}


def test_nothing_unfinished_is_left(built: Path) -> None:
    [dependencies, only] = sorted(built.parent.iterdir())
    assert dependencies.name.startswith("dependencies-")
    assert only == built


def test_a_full_disk_is_reported_with_what_to_do(built: Path, tmp_path: Path) -> None:
    # The dependencies are there already, but there is no room for the zip file.
    folder = tmp_path / "build"
    folder.mkdir()
    for path in built.parent.glob("dependencies-*"):
        (folder / path.name).symlink_to(path)
    result = build_elsewhere(folder, limit=1_000_000)
    assert result.returncode == 1
    assert result.stderr.startswith("PackageError: cannot write the deployment package: ")
    assert f"Make room in {folder} and try again" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not list(folder.glob("package-*"))
    assert not list(folder.glob("unfinished-*"))


def test_a_full_disk_at_the_first_build_is_reported_with_what_to_do(tmp_path: Path) -> None:
    result = build_elsewhere(tmp_path / "build", limit=100_000)
    assert result.returncode == 1
    assert result.stderr.startswith("PackageError: cannot ")
    assert f"room in {tmp_path / 'build'}" in result.stderr
    assert not list((tmp_path / "build").iterdir())


def test_a_build_folder_that_cannot_be_made_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NOTAS_CACHE", str(tmp_path / "file"))
    with pytest.raises(
        PackageError, match=r"none of these folders belongs to this user alone .*file\. Name one by NOTAS_CACHE"
    ):
        build(Target.this_interpreter())


def test_a_failed_installation_is_reported_with_what_it_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"notas-does-not-exist @ file://{tmp_path}/none-1-py3-none-any.whl --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(package, "LOCK", lock)
    monkeypatch.setenv("NOTAS_CACHE", str(tmp_path / "build"))
    with pytest.raises(
        PackageError,
        match=r"cannot install what the functions import: .*/requirements\.txt: .*none-1.*[^.]\. The first",
    ):
        build(Target.this_interpreter())
    assert not list((tmp_path / "build").iterdir())


# Lambda's architectures: ELF's e_machine, and what CPython calls the machine in the names of binary modules.
# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINES = {"x86_64": (62, "x86_64-linux-gnu"), "arm64": (183, "aarch64-linux-gnu")}

# The C library of Lambda's runtimes: Amazon Linux 2 for Python 3.11, Amazon Linux 2023 for later ones.
# https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
GLIBC = {"python3.11": (2, 26), "python3.12": (2, 34), "python3.13": (2, 34), "python3.14": (2, 34)}

PARAMETERS = parsed(TEMPLATE.read_text(encoding="utf-8"))["Parameters"]
RUNTIMES = PARAMETERS["Runtime"]["AllowedValues"]
TARGETS = [Target(runtime, machine) for runtime in RUNTIMES for machine in PARAMETERS["Architecture"]["AllowedValues"]]


def test_the_runtimes_are_those_whose_c_library_is_known() -> None:
    assert sorted(GLIBC) == sorted(RUNTIMES)


def test_on_aws_functions_run_on_what_the_template_says_by_default() -> None:
    assert Target(PARAMETERS["Runtime"]["Default"], PARAMETERS["Architecture"]["Default"]) == AWS_TARGET


# The oldest and the newest of a machine are built by day.
@pytest.mark.parametrize(
    "target",
    some_by_night(
        {f"{target.runtime}-{target.architecture}": target for target in TARGETS},
        {f"{runtime}-{machine}" for runtime in RUNTIMES[1:-1] for machine in MACHINES},
        "a package like its neighbours'",
    ),
)
def test_a_package_is_for_its_runtime_and_machine_alone(target: Target) -> None:
    with zipfile.ZipFile(build(target)) as archive:
        names = archive.namelist()
        libraries = {name: archive.read(name) for name in names if ".so" in Path(name).suffixes}
    assert libraries
    machine, triple = MACHINES[target.architecture]
    for name, content in libraries.items():
        assert content[:4] == b"\x7fELF", name
        assert struct.unpack("<H", content[18:20])[0] == machine, name
        assert name.endswith(f".cpython-{target.python_version.replace('.', '')}-{triple}.so")
        needed = {(int(major), int(minor)) for major, minor in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", content)}
        assert needed, name
        assert max(needed) <= GLIBC[target.runtime], name
    # Modules compiled by this Python would be of no use to another. Its package has the sources.
    compiled = {name for name in names if name.endswith(".pyc")}
    assert bool(compiled) == (target.runtime == Target.this_interpreter().runtime)
    assert ("pydantic/main.pyc" if compiled else "pydantic/main.py") in names


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.runtime}-{target.architecture}")
def test_no_wheel_is_asked_for_that_needs_a_newer_c_library(target: Target) -> None:
    # Today's wheels need little. The next version of one may ask for as much as uv was told that there is.
    asked = re.fullmatch(r"\w+-manylinux_(\d+)_(\d+)", target.uv_platform)
    assert asked
    assert (int(asked[1]), int(asked[2])) <= GLIBC[target.runtime]


def interpreter(version: str) -> str | None:
    """A Python of this version on this machine: on the path, or one of pyenv's, which the path may hide."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = [shutil.which(f"python{version}"), *map(str, pyenv.glob(f"versions/{version}.*/bin/python{version}"))]
    for python in filter(None, [sys.executable, *found]):
        asked = subprocess.run(
            [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.stdout.strip() == version:
            return python
    return None


@pytest.mark.night("a package is built and installed anew")
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_functions_run_on_each_runtimes_package(runtime: str, tmp_path: Path) -> None:
    target = Target(runtime, Target.this_interpreter().architecture)
    python = interpreter(target.python_version)
    if python is None:
        pytest.skip(f"no Python {target.python_version} on this machine: its package was built, and not imported")
    report = run_alone(python, extract(target, tmp_path))
    assert report["missing"] == "UPLOADS_TABLE"
    assert Path(report["files"]["pydantic_core"]).is_relative_to(tmp_path)
    assert "/notas" in report["paths"]


def test_the_target_of_this_interpreter_describes_it() -> None:
    target = Target.this_interpreter()
    assert target.native
    assert target.python_version == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert target.runtime == f"python{target.python_version}"
    assert target.architecture in MACHINES
