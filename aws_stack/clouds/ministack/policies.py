"""Policies on MiniStack as AWS obeys them, where MiniStack 1.5 does not. Used where a cloud obeys policies at all.

A PartiQL statement takes the action of its verb, on its table. MiniStack asks for an action of the operation's name.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html

S3 does not tell a caller who may not list a bucket that an object is missing: it answers 403, and not 404. MiniStack
answers 404 to everybody. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html

Lambda uses the function's own role to write its logs, and to hand on an event that it gave up on. MiniStack asks for no
permission. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

A `*` in a policy stands for any characters. MiniStack's stands for no line break, which S3 takes in a key.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

AWS is reached over TLS, and this cloud without. So every request counts as one over TLS, unless its header
`X-Forwarded-Proto` says `http`.
"""

import contextvars
import functools
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

_STATEMENT = re.compile(
    r'\s*(?P<verb>INSERT|SELECT|UPDATE|DELETE)\b(?:.*?\b(?:INTO|FROM)\b)?\s*"?(?P<table>[\w.-]+)',
    re.IGNORECASE | re.DOTALL,
)

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
_SENDS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}

_MISSING = (b"<Code>NoSuchKey</Code>", b"<Code>NoSuchVersion</Code>")

Answer = tuple[int, dict[str, str], bytes]

logger = logging.getLogger("ministack")


def amend() -> None:
    """Amend MiniStack in this process, before it serves, if it obeys policies."""
    from ministack import app  # noqa: PLC0415 - as in `rest`
    from ministack.core import iam_actions, iam_evaluator  # noqa: PLC0415
    from ministack.services import lambda_svc, s3  # noqa: PLC0415

    if not app.AUTH:
        return
    iam_evaluator._fnmatch_compile = _over_lines(iam_evaluator._fnmatch_compile)
    iam_actions.dynamodb_transaction_checks = _with_statements(iam_actions.dynamodb_transaction_checks)
    s3.handle_request = _hiding_what_is_missing(s3.handle_request)
    lambda_svc._emit_lambda_logs = _if_its_role_may_log(lambda_svc._emit_lambda_logs)
    lambda_svc._route_async_failure = _if_its_role_may_send(lambda_svc._route_async_failure)
    app._handle_pre_body_request = _taken_for_tls(app._handle_pre_body_request)


def _over_lines(compile_: Callable[[str, bool], re.Pattern[str]]) -> Callable[[str, bool], re.Pattern[str]]:
    @functools.lru_cache(maxsize=4096)
    def compile_over_lines(pattern: str, ignore_case: bool) -> re.Pattern[str]:
        compiled = compile_(pattern, ignore_case)
        return re.compile(compiled.pattern.removesuffix("$") + r"\Z", compiled.flags | re.DOTALL)

    return compile_over_lines


def permissions_of(statements: list[str], region: str, account: str) -> list[tuple[str, str]]:
    """The actions that PartiQL statements take, each with its table: `[("dynamodb:PartiQLInsert", "arn:aws:…")]`.

    Empty if one of them is none that is known.
    """
    found = [_STATEMENT.match(statement) for statement in statements]
    return list(
        dict.fromkeys(
            (f"dynamodb:PartiQL{one['verb'].capitalize()}", f"arn:aws:dynamodb:{region}:{account}:table/{one['table']}")
            for one in found
            if one and None not in found
        )
    )


def _with_statements(checks: Callable[..., list[tuple[str, str]]]) -> Callable[..., list[tuple[str, str]]]:
    """The permissions that a request takes instead of one by its name, also for PartiQL."""

    @functools.wraps(checks)
    def checks_with_statements(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
        match action:
            case "dynamodb:BatchExecuteStatement":
                statements = [one["Statement"] for one in json.loads(body)["Statements"]]
            case "dynamodb:ExecuteStatement":
                statements = [json.loads(body)["Statement"]]
            case _:
                return checks(action, body, region, account)
        return permissions_of(statements, region, account)

    return checks_with_statements


def _hiding_what_is_missing(handle: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    from ministack.core import iam_actions, iam_evaluator, router  # noqa: PLC0415

    @functools.wraps(handle)
    async def handle_and_hide(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], **more: Any
    ) -> Answer:
        answer = await handle(method, path, headers, body, query, **more)
        missing = answer[0] == 404 and (method == "HEAD" or any(code in answer[2] for code in _MISSING))
        asked = _object_read(method, path, headers, query) if missing else None
        if asked is None:
            return answer
        bucket, names_version = asked
        # AWS documents ListBucket alone. Where a request names a version, S3 was seen to ask for ListBucketVersions.
        for action in ["s3:ListBucket", *(["s3:ListBucketVersions"] if names_version else [])]:
            key = router.extract_access_key_id(headers, query)
            denied = iam_evaluator.enforce(key, action, "s3", "", resource_arn=f"arn:aws:s3:::{bucket}")
            if denied:
                refusal: Answer = iam_actions.access_denied_response(
                    "s3", action, getattr(denied, "principal_arn", ""), "", headers=headers
                )
                return refusal
        return answer

    return handle_and_hide


def _object_read(method: str, path: str, headers: dict[str, str], query: dict[str, Any]) -> tuple[str, bool] | None:
    """The bucket of the object that a request reads, and whether it names a version."""
    source = headers.get("x-amz-copy-source")
    if method == "PUT" and source:
        return unquote(source).lstrip("/").partition("/")[0], "versionId=" in source
    if method in ("GET", "HEAD"):
        return path.lstrip("/").partition("/")[0], "versionId" in query
    return None


def _if_its_role_may_log(emit: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(emit)
    def emit_if_allowed(function: dict[str, Any], *arguments: Any, **more: Any) -> None:
        config = function.get("config") or function
        _, _, _, region, account, *_ = config["FunctionArn"].split(":")
        # A log group's ARN in a policy ends in `:*`, which stands for its streams:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
        group = f"arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{config['FunctionName']}"
        actions = ("logs:CreateLogStream", "logs:PutLogEvents")
        if all(_may(config, action, f"{group}:log-stream:any") for action in actions):
            emit(function, *arguments, **more)

    return emit_if_allowed


def _if_its_role_may_send(route: Callable[..., None]) -> Callable[..., None]:
    from ministack.services import lambda_svc  # noqa: PLC0415

    @functools.wraps(route)
    def route_if_allowed(target: str, function: str, *arguments: Any, **more: Any) -> None:
        action = _SENDS[target.split(":")[2]]
        if _may(lambda_svc._functions[function]["config"], action, target):
            route(target, function, *arguments, **more)
        else:
            logger.warning("the role of %s may not %s on %s: the event is lost", function, action, target)

    return route_if_allowed


def _may(config: dict[str, Any], action: str, resource: str) -> bool:
    """Whether a function's role allows what Lambda does for the function."""
    from ministack.core import iam_evaluator, lambda_runtime, responses  # noqa: PLC0415

    _, _, _, region, account, *_ = config["FunctionArn"].split(":")
    key = lambda_runtime.execution_credentials(config)["AWS_ACCESS_KEY_ID"]

    def ask() -> bool:
        responses.set_request_account_id(account)
        responses.set_request_region(region)
        iam_evaluator.pin_request_origin("127.0.0.1", True)
        return iam_evaluator.enforce(key, action, action.partition(":")[0], region, resource_arn=resource) is None

    # Not as whoever made the request that led here.
    return contextvars.Context().run(ask)


def _taken_for_tls(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The first that handles a request, once its origin is known."""
    from ministack.core import iam_evaluator, responses  # noqa: PLC0415

    @functools.wraps(handle)
    async def handle_over_tls(method: str, path: str, headers: dict[str, str], *more: Any) -> Any:
        is_tls = headers.get("x-forwarded-proto", "https") == "https"
        iam_evaluator.pin_request_origin(responses.get_request_client_ip(), is_tls)
        return await handle(method, path, headers, *more)

    return handle_over_tls
