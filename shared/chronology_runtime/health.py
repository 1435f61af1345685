"""Is it alive, may it be sent requests, has it started?

`/livez` needs nothing but the event loop: a dependency that is away is no reason to kill
us. `/readyz` asks every check, `/startupz` those of the start until they passed once.
Checks run together, each within its time; one that hangs has failed. What a failed check
says goes out only with `?verbose`, and it is written for operators: no secrets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

import msgspec
import structlog
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from msgspec import UNSET, Struct, UnsetType

from .access import OPEN
from .openapi import documented

CHECK_SECONDS: Final = 2.0

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode

Check = Callable[[], Awaitable[str | None]]
"""Returns None (or "") when all is well, else a sentence that says what is not; raising is a failure, too."""


class CheckResult(Struct, frozen=True, kw_only=True):
    """`detail` says what is wrong."""

    ok: bool
    detail: str | UnsetType = UNSET


class Health(Struct, frozen=True, kw_only=True):
    """The state of the service; `checks` only where they were asked for."""

    status: str
    checks: dict[str, CheckResult] | UnsetType = UNSET


_DOCUMENTATION: Final = documented(answers={200: Health, 503: Health})


def health_handlers(
    ready: Mapping[str, Check], started: Mapping[str, Check] | None = None, *, closing: asyncio.Event | None = None
) -> list[HTTPRouteHandler]:
    """The three routes. A service that is `closing` is not ready."""
    passed: list[bool] = []

    @get("/livez", guards=[OPEN], opt=documented(answers={200: Health}), sync_to_thread=False)
    def livez() -> Response[bytes]:
        """The event loop runs."""
        return _answer({}, verbose=False)

    @get("/readyz", guards=[OPEN], opt=_DOCUMENTATION)
    async def readyz(
        request: Request[Any, Any, Any],
        verbose: Annotated[str | None, QueryParameter(description="Name the checks and what they found.")] = None,
    ) -> Response[bytes]:
        """Requests will be answered. 503 says that they should go elsewhere for now."""
        results = await _run(ready)
        if closing is not None and closing.is_set():
            results["closing"] = CheckResult(ok=False, detail="The service is stopping.")
        return _answer(results, verbose=_is_on(request))

    @get("/startupz", guards=[OPEN], opt=_DOCUMENTATION)
    async def startupz(
        request: Request[Any, Any, Any],
        verbose: Annotated[str | None, QueryParameter(description="Name the checks and what they found.")] = None,
    ) -> Response[bytes]:
        """The start is over; once passed, for ever passed."""
        results = {} if passed else await _run(started or {})
        if all(result.ok for result in results.values()):
            passed.append(True)
        return _answer(results, verbose=_is_on(request))

    return [livez, readyz, startupz]


def _is_on(request: Request[Any, Any, Any]) -> bool:
    # Kubernetes' form is a bare `?verbose`.
    return "verbose" in request.query_params and request.query_params["verbose"].lower() not in ("0", "false")


async def _run(checks: Mapping[str, Check]) -> dict[str, CheckResult]:
    results = await asyncio.gather(*(_one(name, check) for name, check in checks.items()))
    return dict(zip(checks, results, strict=True))


async def _one(name: str, check: Check) -> CheckResult:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            fault = await check()
    except TimeoutError:
        return CheckResult(ok=False, detail=f"No answer within {CHECK_SECONDS:g} s.")
    except Exception as error:  # noqa: BLE001  A check may fail in any way; the service goes on.
        _log.warning("health check failed", check=name, reason=repr(error))
        return CheckResult(ok=False, detail=f"The check failed: {type(error).__name__}.")
    return CheckResult(ok=not fault, detail=fault or UNSET)


def _answer(results: dict[str, CheckResult], *, verbose: bool) -> Response[bytes]:
    ok = all(result.ok for result in results.values())
    health = Health(status="ok" if ok else "unavailable", checks=results if verbose else UNSET)
    return Response(
        _encode(health),
        status_code=200 if ok else 503,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
