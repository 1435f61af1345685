"""The application as a whole, without a server: who is let in, and how problems are made."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from chronology_contracts.validation import Fault
from chronology_runtime.access import OPEN, Keyring, Require, mint, require
from chronology_runtime.app import App, build_app
from chronology_runtime.health import Check
from chronology_runtime.problems import Detail, Problem, ProblemType, from_faults, register
from litestar import get, post
from litestar.params import FromPath

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def app(*handlers: Any, keys: Keyring | None = None, ready: dict[str, Check] | None = None) -> App:
    return build_app(handlers, title="T", version="1", keys=keys or Keyring(), ready=ready or {})


@get("/v1/collections/{collection:str}/timeline", guards=[require("read")])
async def timeline(collection: FromPath[str]) -> str:
    return collection


@get("/v1/collections", guards=[require("read", "any")])
async def collections() -> str:
    return "some"


@post("/v1/collections", guards=[require("admin")], status_code=201)
async def create() -> str:
    return "made"


HANDLERS = (timeline, collections, create)


async def ask(asked: App, method: str, path: str, key: str = "") -> httpx2.Response:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    transport = httpx2.ASGITransport(app=asked)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, path, headers=headers)


def test_every_route_has_its_grant_in_one_table() -> None:
    grants = app(*HANDLERS).grants

    assert grants["GET /v1/collections/{collection}/timeline"] == Require("read")
    assert grants["POST /v1/collections"] == Require("admin")
    assert {route for route, guard in grants.items() if guard == OPEN} == {
        "GET /livez",
        "GET /readyz",
        "GET /startupz",
        "GET /openapi.json",
        "GET /",
        "GET /docs",
        "GET /docs/{name}",
        "GET /problems",
        "GET /problems/{slug}",
    }


def test_a_route_without_a_grant_stops_the_start() -> None:
    @get("/v1/forgotten")
    async def forgotten() -> str:
        return "anybody may"

    with pytest.raises(ValueError, match="GET /v1/forgotten names no grant"):
        app(forgotten)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/collections/main/timeline", 200),
        ("GET", "/v1/collections", 200),
        ("GET", "/v1/collections/other/timeline", 403),
        ("POST", "/v1/collections", 403),
    ],
)
async def test_a_key_opens_what_it_is_for(method: str, path: str, status: int) -> None:
    text, key = mint(["read"], ["main"])
    answer = await ask(app(*HANDLERS, keys=Keyring([key])), method, path, text)

    assert answer.status_code == status


async def test_a_missing_grant_is_named() -> None:
    text, key = mint(["read"], ["main"])
    answer = await ask(app(*HANDLERS, keys=Keyring([key])), "POST", "/v1/collections", text)

    assert "`admin`" in answer.json()["detail"]


async def test_a_key_that_is_taken_back_is_refused_at_once() -> None:
    text, key = mint(["read"])
    keys = Keyring([mint(["admin"])[1]])
    keys.replace([key])
    asked = app(*HANDLERS, keys=keys)
    before = await ask(asked, "GET", "/v1/collections", text)
    keys.replace([])
    after = await ask(asked, "GET", "/v1/collections", text)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_check_that_raises_or_hangs_is_a_failed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronology_runtime.health.CHECK_SECONDS", 0.01)

    async def raises() -> None:
        raise ConnectionError("postgresql://user:password@host")

    async def hangs() -> None:
        await asyncio.Event().wait()

    answer = await ask(app(ready={"raises": raises, "hangs": hangs}), "GET", "/readyz?verbose")

    assert answer.status_code == 503
    assert [check["ok"] for check in answer.json()["checks"].values()] == [False, False]
    assert "password" not in answer.text


def test_faults_of_the_contract_become_one_problem() -> None:
    faults = [
        Fault(pointer="/date", code="not-edtf", detail="No.", hint="Yes."),
        Fault(pointer="", code="x", detail="y"),
    ]
    problem = from_faults(faults, "/events/3")

    assert problem.status == 400
    assert problem.errors == (
        Detail(pointer="/events/3/date", code="not-edtf", detail="No.", hint="Yes."),
        Detail(pointer="/events/3", code="x", detail="y"),
    )


def test_a_slug_keeps_its_meaning() -> None:
    gone = ProblemType(slug="test-gone", status=410, title="Gone", explanation="It was here.")
    register(gone)
    register(gone)

    assert Problem("test-gone").status == 410
    with pytest.raises(ValueError, match="test-gone"):
        register(ProblemType(slug="test-gone", status=404, title="Gone", explanation="It was here."))


def test_an_unregistered_slug_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Problem("never-registered")
