"""`pytest-aws-stack`, installed from its wheel: the examples pass, a failure tells why, and nothing is left behind."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from aws_stack.clouds.local import ACCOUNT
from aws_stack.clouds.standing import endpoint
from fixtures.command import ROOT, Command, program

from .test_wheel import run_uv

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("starts_cloud")]

EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/pyproject.toml"))
BY_DAY = "upload"
WHY_CLOUD = "it starts a cloud of its own, for what changes with aws_stack alone"
WHY = "each of the others takes as long, and shows another kind of stack"

_BLOCK = re.compile(r"^```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

PAGES = [ROOT / "aws_stack" / "README.md", *sorted((ROOT / "aws_stack" / "docs").glob("*.md"))]

FAILING = """
def test_an_upload_arrives(aws_stack, eventually):
    aws_stack.client("s3").put_object(Bucket=aws_stack.outputs["Bucket"], Key="a.yaml", Body=b"[not a recipe]")
    dynamodb = aws_stack.client("dynamodb")
    eventually(lambda: dynamodb.scan(TableName=aws_stack.outputs["Table"])["Items"], seconds=2)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the plugin and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    build = ["build", "--wheel", "--no-build-isolation", "--python", sys.executable]
    run_uv(*build, "--out-dir", str(folder), str(ROOT / "aws_stack"))
    run_uv("venv", "--python", sys.executable, str(folder / "venv"))
    [wheel] = folder.glob("pytest_aws_stack-*.whl")
    pinned = str(ROOT / "requirements" / "dev.txt")
    run_uv("pip", "install", "--python", str(folder / "venv"), "--constraint", pinned, f"{wheel}[report]")
    return folder / "venv" / "bin" / "python"


def ended(command: Command) -> int:
    """The exit code, once nothing of all that the command started is left."""
    code = command.wait(200)
    # pytest keeps folders of its own for the tests' temporary files.
    assert [one for one in command.left() if not one.startswith("pytest-of-")] == [], command.out + command.err
    return code


def example(name: str, folder: Path) -> Path:
    """A copy of an example, which knows nothing of this project."""
    return shutil.copytree(ROOT / "examples" / name, folder / name)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[] if one == BY_DAY else [pytest.mark.night(WHY)]) for one in EXAMPLES]
)
def test_an_example_passes_in_parallel(python: Path, name: str, tmp_path: Path) -> None:
    cache = {"AWS_STACK_CACHE": str(tmp_path / "cache")}
    folder = example(name, tmp_path)
    with program(python, "-m", "pytest", "-n", "2", "--aws-report", "out.html", cwd=folder, **cache) as run:
        assert ended(run) == 0, run.out + run.err
        assert " passed" in run.out
    page = (folder / "out.html").read_text(encoding="utf-8")
    assert re.search(r"[1-9]\d* tests?, [1-9]\d* calls?, 0 faults that struck", page)


@pytest.mark.night("it takes as long as an example, and pages change seldom")
def test_the_tests_that_the_pages_show_pass(python: Path, tmp_path: Path) -> None:
    folder = example("upload", tmp_path)
    (folder / "tests" / "test_upload.py").unlink()
    shown = [block["text"] for page in PAGES for block in _BLOCK.finditer(page.read_text(encoding="utf-8"))]
    tests = [text for text in shown if "def test_" in text]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write("aws_stack_faults = true\n")
    for number, text in enumerate(tests):
        (folder / "tests" / f"test_shown_{number}.py").write_text(text, encoding="utf-8")
    # At once: those of one worker share a stack, and may not disturb each other.
    with program(python, "-m", "pytest", cwd=folder, AWS_STACK_CACHE=str(tmp_path / "cache")) as run:
        assert ended(run) == 0, run.out + run.err
    names = {"aws_stack", "make_aws_stack", "aws_faults", "aws_limits", "eventually", "never", "aws_cloud"}
    names |= {"aws_schedules"}
    assert {name for name in names if any(re.search(rf"def \w+\(.*\b{name}\b", text) for text in tests)} == names


def test_a_failure_shows_logs(python: Path, tmp_path: Path) -> None:
    folder = example("upload", tmp_path)
    (folder / "tests" / "test_upload.py").write_text(FAILING)
    with program(python, "-m", "pytest", cwd=folder, AWS_STACK_CACHE=str(tmp_path / "cache")) as run:
        assert ended(run) == 1, run.out + run.err
        assert "WaitTimeoutError: the answer is true: not within 2 s; seen last: []" in run.out
        assert "Read: reading a.yaml" in run.out
        assert "TypeError: list indices must be integers" in run.out
        # The stack has no queue, and the cloud warns of nothing that has to do with it.
        assert "messages in the queues of" not in run.out
        assert "WARNING" not in run.out


# Another program's cloud: it says where it is, and lives until it is interrupted.
STANDING = """
import signal
from aws_stack.clouds import embedded
with embedded.start(enforce_iam=True) as cloud:
    print(cloud.endpoint_url, flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
"""


@pytest.mark.night(WHY_CLOUD)
def test_on_a_cloud_that_lives_on_a_run_asks_for_the_account_and_removes_all_it_made(
    python: Path, tmp_path: Path
) -> None:
    folder, cache = example("upload", tmp_path), {"AWS_STACK_CACHE": str(tmp_path / "cache")}
    with program(python, "-c", STANDING, cwd=tmp_path) as standing:
        standing.wait_for("http://")
        url = standing.out.strip()
        arguments = ["-m", "pytest", "-n", "2", "--aws-endpoint-url", url]
        with program(python, *arguments, cwd=folder, **cache) as run:
            assert ended(run) == 1, run.out + run.err
            assert f"Nothing was made yet. If this is the account you mean, add: --aws-account {ACCOUNT}" in run.out
        with program(python, *arguments, "--aws-account", ACCOUNT, cwd=folder, **cache) as run:
            assert ended(run) == 0, run.out + run.err
        cloud = endpoint(url)
        assert cloud.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"] == []
        assert cloud.client("s3").list_buckets()["Buckets"] == []
        assert cloud.client("dynamodb").list_tables()["TableNames"] == []
        assert cloud.client("logs").describe_log_groups()["logGroups"] == []
        standing.interrupt()
        assert standing.wait() == 0
