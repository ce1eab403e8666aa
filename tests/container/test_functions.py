"""LocalStack's functions, whichever executor runs them: kept to their limits, and reported on in Lambda's own words."""

import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aws_stack.clouds import Cloud
from aws_stack.stack import new_account
from aws_stack.waiting import NotYet, wait_until

TIMEOUT = 2
MEMORY = 256

# Does what its event says. Where it is to hang, what it started must end with it.
CODE = """
import json, logging, os, pathlib, subprocess, sys, time

def handler(event, context):
    return globals()[event["do"]](context)

def answer(context):
    return {"milliseconds": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb}

def fail(context):
    raise ValueError("on purpose")

def leave(context):
    sys.exit(3)

def kill(context):
    os.kill(os.getpid(), 9)

def hang(context):
    subprocess.Popen(["sleep", "600"])
    time.sleep(600)

def grow(context):
    return len(bytearray(512 * 1024 * 1024))

def say(context):
    print("printed", context.aws_request_id)
    print("to standard error", context.aws_request_id, file=sys.stderr)
    print(json.dumps({"structured": "é", "id": context.aws_request_id}))
    logging.getLogger().warning("logged")

def variables(context):
    return dict(os.environ)

def processes(context):
    mark = b"AWS_LAMBDA_FUNCTION_NAME=" + context.function_name.encode()
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes():
                found.append(int(path.name))
        except OSError:
            pass
    return {"all": found, "own": os.getpid()}
"""


class Functions:
    """Functions in an account of their own."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud.in_account(new_account())
        self.lambda_ = self.cloud.client("lambda")
        self.logs = self.cloud.client("logs")

    def create(self, name: str, code: str, handler: str = "code.handler") -> None:
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("code.py", code)
        self.lambda_.create_function(
            FunctionName=name,
            Runtime=self.cloud.target.runtime,
            Architectures=[self.cloud.target.architecture],
            Role=f"arn:aws:iam::{self.cloud.account}:role/any",
            Handler=handler,
            Code={"ZipFile": package.getvalue()},
            Timeout=TIMEOUT,
            MemorySize=MEMORY,
            Environment={"Variables": {"OWN": "variable"}},
        )
        self.lambda_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})

    def invoke(self, name: str, do: str) -> tuple[Any, str]:
        """What it returned, or the error it was reported with; and the request's id."""
        answer = self.lambda_.invoke(FunctionName=name, Payload=json.dumps({"do": do}))
        payload = json.load(answer["Payload"])
        assert ("FunctionError" in answer) == (isinstance(payload, dict) and "errorType" in payload)
        return payload, answer["ResponseMetadata"]["RequestId"]

    def log(self, name: str, end: str) -> list[str]:
        """The lines of its log, once one contains `end`."""

        def ask() -> list[str] | NotYet:
            try:
                events = self.logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
            except self.logs.exceptions.ResourceNotFoundException as error:
                return NotYet(str(error))
            lines = [event["message"].rstrip("\n") for event in events]
            return lines if any(end in line for line in lines) else NotYet(str(lines))

        return wait_until(f"the log of {name} has {end!r}", ask, 20)


@pytest.fixture(scope="module")
def functions(cloud: Cloud) -> Functions:
    return Functions(cloud)


@pytest.fixture
def name(functions: Functions, unique: str) -> Iterator[str]:
    name = unique.rpartition("-")[2]
    functions.create(name, CODE)
    yield name
    functions.lambda_.delete_function(FunctionName=name)


def test_it_knows_its_limits(functions: Functions, name: str) -> None:
    answer, _ = functions.invoke(name, "answer")
    assert int(answer["memory"]) == MEMORY
    assert 0 < answer["milliseconds"] <= TIMEOUT * 1000


def test_it_sees_its_own_variables_and_lambdas_and_none_of_the_clouds(functions: Functions, name: str) -> None:
    variables, _ = functions.invoke(name, "variables")
    assert variables["OWN"] == "variable"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == str(MEMORY)
    assert variables["AWS_REGION"] == functions.cloud.region
    assert not {"GATEWAY_LISTEN", "LAMBDA_DOCKER_FLAGS", "DOCKER_HOST"} & variables.keys()


def test_an_exception_is_reported_with_its_type_message_and_trace(functions: Functions, name: str) -> None:
    error, id_ = functions.invoke(name, "fail")
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "on purpose")
    assert "in fail" in error["stackTrace"][-1]
    assert any("[ERROR] ValueError: on purpose" in line for line in functions.log(name, f"REPORT RequestId: {id_}"))


def test_an_exit_is_reported_with_its_status(functions: Functions, name: str) -> None:
    error, id_ = functions.invoke(name, "leave")
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"] == f"RequestId: {id_} Error: Runtime exited with error: exit status 3"


def test_a_kill_is_reported_with_its_signal(functions: Functions, name: str) -> None:
    error, id_ = functions.invoke(name, "kill")
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"] == f"RequestId: {id_} Error: Runtime exited with error: signal: killed"


def test_its_time_out_kills_it_and_what_it_started(functions: Functions, name: str) -> None:
    error, id_ = functions.invoke(name, "hang")
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith(f"Task timed out after {TIMEOUT:.2f} seconds")
    functions.log(name, f"{id_} Task timed out after {TIMEOUT:.2f} seconds")
    processes, _ = functions.invoke(name, "processes")
    assert processes["all"] == [processes["own"]]


def test_more_memory_than_its_limit_kills_it(functions: Functions, name: str) -> None:
    error, id_ = functions.invoke(name, "grow")
    assert error["errorType"] == "Runtime.OutOfMemory"
    assert error["errorMessage"] == f"RequestId: {id_} Error: Runtime exited with error: signal: killed"


@pytest.mark.parametrize("fault", ["fail", "leave", "kill", "hang", "grow"])
def test_after_a_fault_the_next_invocation_is_served(functions: Functions, name: str, fault: str) -> None:
    functions.invoke(name, fault)
    answer, _ = functions.invoke(name, "answer")
    assert int(answer["memory"]) == MEMORY


def test_what_it_prints_and_logs_reaches_cloudwatch_line_by_line(functions: Functions, name: str) -> None:
    _, id_ = functions.invoke(name, "say")
    lines = functions.log(name, f"REPORT RequestId: {id_}")
    assert lines[0].startswith(f"START RequestId: {id_} Version: $LATEST")
    assert {f"printed {id_}", f"to standard error {id_}"} < set(lines)
    assert {"structured": "é", "id": id_} in [json.loads(line) for line in lines if line.startswith("{")]
    [logged] = [line for line in lines if "logged" in line]
    assert logged.startswith("[WARNING]\t")
    assert id_ in logged
    assert lines[-2] == f"END RequestId: {id_}"
    assert f"\tMemory Size: {MEMORY} MB\tMax Memory Used: " in lines[-1]


def test_invocations_at_the_same_time_have_processes_of_their_own_which_are_kept(
    functions: Functions, name: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        errors = list(pool.map(lambda _: functions.invoke(name, "hang")[0]["errorType"], range(4)))
    assert errors == ["Sandbox.Timedout"] * 4
    own = {functions.invoke(name, "processes")[0]["own"] for _ in range(3)}
    assert len(own) == 1


@pytest.mark.parametrize(
    ("code", "handler", "kind"),
    [
        ("import there_is_none", "code.handler", "Runtime.ImportModuleError"),
        ("", "code.handler", "Runtime.HandlerNotFound"),
        ("def handler(", "code.handler", "Runtime.UserCodeSyntaxError"),
        ("raise SystemExit(3)", "code.handler", "Runtime.ExitError"),
    ],
)
def test_a_function_that_cannot_be_imported_is_reported_as_such(
    functions: Functions, unique: str, code: str, handler: str, kind: str
) -> None:
    name = unique.rpartition("-")[2]
    functions.create(name, code, handler)
    error, _ = functions.invoke(name, "answer")
    assert error["errorType"] == kind
