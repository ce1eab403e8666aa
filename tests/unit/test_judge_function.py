"""A function's process: what it answers, its last words, and where its clients go."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from aws_stack.clouds import embedded
from pipeline.judge.function import Function
from pipeline.judge.reading import load

PYTHON = """\
    import logging
    import os
    from decimal import Decimal

    import boto3

    logging.getLogger().setLevel("INFO")

    def handler(event, context):
        print("event", event["n"])
        if event.get("raises"):
            raise KeyError("x")
        if event.get("ends"):
            os._exit(3)
        if event.get("clients"):
            fixed = {"endpoint_url": "http://localhost:4566", "region_name": "us-east-1"}
            clients = boto3.client("s3", **fixed), boto3.resource("dynamodb", **fixed).meta.client
            ours = os.environ["AWS_ENDPOINT_URL"]
            print(*(f"{one.meta.endpoint_url == ours} {one.meta.region_name}" for one in clients))
        if event.get("variables"):
            print(os.environ["AWS_ENDPOINT_URL"] != "http://localhost:4566", os.environ["TABELA"])
        if event.get("logs"):
            logging.getLogger(__name__).info("refused")
        if event.get("returns"):
            return {"statusCode": 400, "valor": Decimal("2878.1")}
        if event.get("time"):
            print(0 < context.get_remaining_time_in_millis() <= 3000)
"""

NODE = """\
    export const handler = async (event) => {
      console.log("event", event.n);
      const { AWS_ENDPOINT_URL: endpoint, TABELA: table } = process.env;
      if (event.variables) console.log(endpoint !== "http://localhost:4566" ? "True" : "False", table);
      if (event.raises) throw new TypeError("x");
      if (event.ends) process.exit(3);
    };
"""


@pytest.fixture(params=["python", "node"])
def function(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Function]:
    if request.param == "node":
        request.getfixturevalue("node")
    name, text = {"python": ("ours.py", PYTHON), "node": ("ours.mjs", NODE)}[request.param]
    (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    file = tmp_path / "adapter.toml"
    file.write_text('handler = "ours.handler"\ntable = "Notas"\nkey = "id"\n', encoding="utf-8")
    # It calls nothing, so nothing has to listen there.
    variables = {"AWS_ENDPOINT_URL": "http://localhost:4566", "TABELA": "Notas"}
    with Function(load(file), embedded.at(1), variables, (str(tmp_path),)) as function:
        yield function


def test_it_answers_with_the_last_words_of_that_event(function: Function) -> None:
    for n in (1, 2):
        answer = function.invoke({"n": n})
        assert (answer.error, answer.log) == ("", (f"event {n}",))


def test_its_own_variables_are_there_and_no_endpoint_among_them(function: Function) -> None:
    assert function.invoke({"n": 1, "variables": True}).log[1] == "True Notas"


def test_what_raises_says_so_and_lives_on_and_what_ends_is_started_again(function: Function) -> None:
    raised = function.invoke({"n": 1, "raises": True})
    assert raised.error in {"KeyError: 'x'", "TypeError: x"}
    assert raised.log[0] == "event 1"
    assert function.invoke({"n": 2, "ends": True}).error == "its process ended, with exit code 3"
    assert function.invoke({"n": 3}).error == ""


def test_what_fails_is_tried_three_times(function: Function) -> None:
    assert [answer.error != "" for answer in function.deliver({"n": 1, "raises": True})] == [True] * 3
    assert len(function.deliver({"n": 1})) == 1


@pytest.mark.parametrize("function", ["python"], indirect=True)
def test_clients_go_to_the_judge_wherever_the_source_sends_them(function: Function) -> None:
    assert function.invoke({"n": 1, "clients": True}).log[1] == "True sa-east-1 True sa-east-1"


@pytest.mark.parametrize("function", ["python"], indirect=True)
def test_what_it_logs_by_logging_is_heard_as_on_lambda(function: Function) -> None:
    assert function.invoke({"n": 1, "logs": True}).log == ("event 1", "[INFO] refused")


@pytest.mark.parametrize("function", ["python"], indirect=True)
def test_what_it_returns_is_its_result_also_with_a_decimal(function: Function) -> None:
    answer = function.invoke({"n": 1, "returns": True})
    assert (answer.error, answer.result) == ("", '{"statusCode": 400, "valor": 2878.1}')
    assert function.invoke({"n": 2}).result == ""


@pytest.mark.parametrize("function", ["python"], indirect=True)
def test_what_it_printed_is_heard_also_where_it_dies(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    assert function.invoke({"n": 1, "ends": True}).log == ("event 1",)


@pytest.mark.parametrize("function", ["python"], indirect=True)
def test_it_knows_how_much_time_is_left(function: Function) -> None:
    assert function.invoke({"n": 1, "time": True}).log[1] == "True"


@pytest.mark.parametrize("function", ["python"], indirect=True)
def test_a_handler_that_is_not_there_is_said_at_the_start(function: Function, tmp_path: Path) -> None:
    (tmp_path / "ours.py").write_text("def other(event, context): ...\n", encoding="utf-8")
    assert "has no attribute 'handler'" in function.start().error
