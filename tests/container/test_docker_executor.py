"""LocalStack's docker executor, as its published image has it: functions in containers beside its own.

AWS's base images and LocalStack's init, a program that runs in them, have to be downloaded. Here functions run in the
built image, which has AWS's runtime client too, with an init of the tests' own. All else is LocalStack's.
"""

import re
import signal
from collections.abc import Iterator

import pytest

from aws_stack.clouds.engine import RUN_LABEL, connect
from aws_stack.clouds.localstack import HOST_OF_ENGINE, at
from fixtures.command import Command, notas
from pipeline.clouds import BUILT_IMAGE

from .images import images_of
from .test_functions import Functions

# Speaks LocalStack's protocol on one side and Lambda's on the other.
INIT = """#!/usr/bin/env -S python3 -u
import json, os, subprocess, sys, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from notas_localstack.runtime_api import Answered, Invocation, Ready, RuntimeApi

api = RuntimeApi()
log = open("/tmp/log", "ab+")
own = {"AWS_LAMBDA_RUNTIME_API": api.address, "LAMBDA_TASK_ROOT": "/var/task"}
path = "/var/task:" + os.environ["PYTHONPATH"]
subprocess.Popen(
    [sys.executable, "-m", "awslambdaric", os.environ["_HANDLER"]],
    cwd="/var/task", env={**os.environ, **own, "PYTHONPATH": path}, stdout=log, stderr=log,
)

def tell(path, body):
    url = os.environ["LOCALSTACK_RUNTIME_ENDPOINT"] + path
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")
    urllib.request.urlopen(request).close()

def serve(work):
    deadline = time.time() + float(os.environ["AWS_LAMBDA_FUNCTION_TIMEOUT"])
    id_ = work["invoke-id"]
    api.hand_over(Invocation(id_, work["invoked-function-arn"], work["trace-id"], work["payload"], deadline))
    answer = api.events.get()
    assert isinstance(answer, Answered) and isinstance(api.events.get(), Ready)
    log.seek(0)
    written = log.read().decode().rstrip()
    lines = [f"START RequestId: {id_}", written, f"END RequestId: {id_}", f"REPORT RequestId: {id_}"]
    log.truncate(0)
    tell(f"/invocations/{id_}/logs", json.dumps({"logs": "\\\\n".join(lines)}).encode())
    tell(f"/invocations/{id_}/" + ("error" if answer.is_error else "response"), answer.payload)

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        work = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        threading.Thread(target=serve, args=(work,)).start()

server = ThreadingHTTPServer(("", 9563), Handler)
assert isinstance(api.events.get(), Ready)
tell("/status/" + os.environ["LOCALSTACK_RUNTIME_ID"] + "/ready", b"")
server.serve_forever()
"""

# What cannot be fetched where there is no registry: the functions' image, and the init that is put into it.
LOCALSTACK = f'''
import json, os, pathlib
os.environ["LAMBDA_RUNTIME_EXECUTOR"] = "docker"
os.environ["LAMBDA_RUNTIME_IMAGE_MAPPING"] = json.dumps({{"python3.13": "{BUILT_IMAGE}"}})
from localstack.services.lambda_.invocation import docker_runtime_executor as executor
from localstack.runtime.main import main
init = pathlib.Path("/opt/init/var/rapid/init")
init.parent.mkdir(parents=True)
init.write_text("""{INIT}""")
init.chmod(0o755)
executor.get_runtime_client_path = lambda: pathlib.Path("/opt/init")
executor._ensure_runtime_image_present = lambda image, platform: None
main()
'''

CODE = f"""
import boto3, socket

def handler(event, context):
    return {{
        "buckets": len(boto3.client("s3").list_buckets()["Buckets"]),
        "engine": socket.gethostbyname("{HOST_OF_ENGINE}"),
    }}
"""


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    with images_of() as make:
        yield make(LOCALSTACK)


def test_the_pipeline_runs_in_containers_of_functions_and_leaves_none(image: str) -> None:
    with notas("demo", "--cloud", "localstack", "--cloud-image", image) as command:
        assert command.wait(120) == 1, command.out + command.err
        assert "conflict: /id is in the table with other content" in command.out
        assert command.on_the_engine() == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_functions_container_is_the_runs_own(image: str, ending: signal.Signals) -> None:
    with notas("up", "--port", "0", "--cloud", "localstack", "--cloud-image", image) as command:
        command.wait_for("Ctrl-C ends it")
        functions = Functions(at(image, _port(command)))
        functions.create("looked-at", CODE)  # For the engine's architecture.
        answer, _ = functions.invoke("looked-at", "")
        assert answer["buckets"] == 0
        assert re.fullmatch(r"[0-9.]+", answer["engine"])

        engine = connect().client
        [main, function] = sorted(
            (one for one in engine.containers.list() if str(command.folder) in (one.labels.get(RUN_LABEL) or "")),
            key=lambda one: len(str(one.name)),
        )
        assert f"{main.name}-lambda-looked-at-" in str(function.name)
        assert function.labels[RUN_LABEL] == main.labels[RUN_LABEL]
        assert function.attrs["NetworkSettings"]["Networks"].keys() == main.attrs["NetworkSettings"]["Networks"].keys()
        assert function.attrs["HostConfig"]["ExtraHosts"] == [f"{HOST_OF_ENGINE}:host-gateway"]

        command.process.send_signal(ending)
        command.wait()
        if ending == signal.SIGKILL:
            assert len(command.on_the_engine()) == 3, "two containers and their network"
            with notas("up", "--port", "0", "--cloud", "localstack") as following:
                following.wait_for("Starting a cloud: ")
        assert command.on_the_engine() == []


def _port(command: Command) -> int:
    found = re.search(r"http://[^ ]+:(\d+)", command.out + command.err)
    assert found
    return int(found[1])
