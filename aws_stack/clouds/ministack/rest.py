"""REST APIs on MiniStack as AWS serves them, where MiniStack 1.5 does not.

AWS finds an API by its id, whoever calls; MiniStack looks in the account of the caller, and one that does not sign has
none. AWS hands a function the path as it came; MiniStack decodes it, so that `100%25` and `100%` are one.
"""

import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

_raw_path: ContextVar[str] = ContextVar("raw_path")


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack import app  # noqa: PLC0415 - a second of imports, for the process that serves alone
    from ministack.services import apigateway_v1 as apis  # noqa: PLC0415

    def find_api_scope(api_id: str) -> tuple[str, str] | None:
        found = ((account, region) for (account, region, one), _ in apis._rest_apis.all_items() if one == api_id)
        return next(found, None)

    apis.find_api_scope = find_api_scope
    app._handle_execute_api_request = _remembering(app._handle_execute_api_request)
    apis._build_lambda_event_v1 = _with_path_as_it_came(apis._build_lambda_event_v1)


def _remembering(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(handle)
    async def handle_and_remember(*request: Any, raw_path: str | None = None, **more: Any) -> Any:
        _raw_path.set(raw_path or "")
        return await handle(*request, raw_path=raw_path, **more)

    return handle_and_remember


def _with_path_as_it_came(build: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    @functools.wraps(build)
    def build_event(api_id: str, stage: str, *request: Any, **more: Any) -> dict[str, Any]:
        event = build(api_id, stage, *request, **more)
        before, found, path = _raw_path.get("").partition(f"/{api_id}/{stage}")
        if found and before.endswith("/execute-api"):
            event["path"] = path or "/"
        return event

    return build_event
