"""Builds of projections: how far they are; begun, read, taken back, dropped and compared."""

from __future__ import annotations

from typing import Any

import msgspec
from chronology_runtime.access import Principal, principal_of, require
from chronology_runtime.bodies import decode
from chronology_runtime.problems import Problem
from litestar import Request, Response, get, post
from litestar.params import FromPath

from ..log.record import instant
from ..projections.projection import registry
from ..projections.rebuild import Comparison, Status
from . import answers, representations
from .documentation import route
from .parameters import Arguments
from .state import ApiState, api_of


@get(
    "/",
    guards=[require("read", "any")],
    **route(summary="Projections and their builds", tag="operation", answer=representations.BuildPage),
)
async def list_builds(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Every build, with how far it has read each collection that the caller may read."""
    Arguments(request, ()).check()
    api, principal = api_of(request), principal_of(request)
    items = [_build(api, status, principal) for status in await api.rebuilds.status()]
    body = answers.encode(representations.BuildPage(items=items))
    return Response(body, media_type=answers.JSON, headers={"cache-control": "no-cache"})


@post(
    "/{projection:str}/rebuild",
    guards=[require("admin")],
    **route(
        summary="Begin a build",
        tag="operation",
        status=202,
        answer=representations.BuildAnswer,
        problems=("conflict",),
    ),
)
async def rebuild(request: Request[Any, Any, Any], projection: FromPath[str]) -> Response[bytes]:
    """Make the projection again from the whole log, beside the build that is read."""
    api = _known(request, projection)
    build = await api.rebuilds.rebuild(projection, by=principal_of(request).name)
    return _answer(projection, build, status=202)


@post(
    "/{projection:str}/switch",
    guards=[require("admin")],
    **route(
        summary="Read another build",
        tag="operation",
        answer=representations.BuildAnswer,
        body=representations.BuildChoice,
        body_required=False,
        problems=("conflict",),
    ),
)
async def switch(request: Request[Any, Any, Any], projection: FromPath[str]) -> Response[bytes]:
    """Let readers see another build, by default the newest; refused while it is behind."""
    api = _known(request, projection)
    given = decode(await request.body() or b"{}", representations.BuildChoice)
    build = await api.rebuilds.switch(projection, given.build, by=principal_of(request).name)
    return _answer(projection, build)


@post(
    "/{projection:str}/rollback",
    guards=[require("admin")],
    **route(
        summary="Read the build before", tag="operation", answer=representations.BuildAnswer, problems=("conflict",)
    ),
)
async def rollback(request: Request[Any, Any, Any], projection: FromPath[str]) -> Response[bytes]:
    """Let readers see the build again that they saw before the last switch."""
    api = _known(request, projection)
    return _answer(projection, await api.rebuilds.rollback(projection, by=principal_of(request).name))


@post(
    "/{projection:str}/drop",
    guards=[require("admin")],
    **route(
        summary="Drop a build",
        tag="operation",
        answer=representations.BuildAnswer,
        body=representations.BuildDrop,
        problems=("conflict",),
    ),
)
async def drop(request: Request[Any, Any, Any], projection: FromPath[str]) -> Response[bytes]:
    """Drop the tables of a build that is not read."""
    api = _known(request, projection)
    given = decode(await request.body(), representations.BuildDrop)
    await api.rebuilds.drop(projection, given.build, by=principal_of(request).name)
    return _answer(projection, given.build)


@post(
    "/{projection:str}/verify",
    guards=[require("admin")],
    **route(summary="Compare two builds", tag="operation", answer=Comparison, problems=("conflict",)),
)
async def verify(request: Request[Any, Any, Any], projection: FromPath[str]) -> Response[bytes]:
    """Compare every row of the build that is read with the newest one beside it."""
    api = _known(request, projection)
    return Response(answers.encode(await api.rebuilds.verify(projection)), status_code=200, media_type=answers.JSON)


def _known(request: Request[Any, Any, Any], projection: str) -> ApiState:
    Arguments(request, ()).check()
    if projection not in registry():
        raise Problem("not-found", f"There is no projection {projection[:100]!r}.")
    return api_of(request)


def _answer(projection: str, build: int, *, status: int = 200) -> Response[bytes]:
    body = answers.encode(representations.BuildAnswer(projection=projection, build=build))
    return Response(body, status_code=status, media_type=answers.JSON)


def _build(api: ApiState, status: Status, principal: Principal) -> representations.BuildItem:
    build, rate = status.build, api.rebuilds.records_per_second(status.build.projection, status.build.build)
    return representations.BuildItem(
        projection=build.projection,
        build=build.build,
        version=build.version,
        state=build.state,
        error=build.error,
        current=build.is_current,
        previous=build.is_previous,
        requested_by=build.requested_by,
        requested_at=instant(build.requested_at),
        lag=status.lag,
        records_per_second=rate,
        eta_seconds=round(status.lag / rate, 1) if rate else None,
        collections=[
            representations.CollectionProgress(**msgspec.structs.asdict(item), lag=item.lag)
            for item in status.progress
            if principal.may("read", item.collection)
        ],
    )
