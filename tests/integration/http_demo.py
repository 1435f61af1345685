"""A small service on the plumbing, run as a process: `python http_demo.py READY_FILE [crash|early|stubborn]`.

Beside HTTP it has two parts that write their comings and goings to standard output.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from chronology_runtime import logs
from chronology_runtime.access import Keyring, bootstrap_key, check_bind, principal_of, require
from chronology_runtime.app import App, build_app
from chronology_runtime.bodies import decode
from chronology_runtime.http import not_modified, query_hash, read, sign, weak_etag
from chronology_runtime.lifecycle import Main, Part, Running, run, serve, supervise
from chronology_runtime.openapi import Answer, documented
from chronology_runtime.problems import unavailable
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream
from msgspec import Meta, Struct

SECRET = b"demo" * 8


class Note(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody noted."""

    text: Annotated[str, Meta(max_length=100, description="The words.")]
    kind: Literal["plain", "urgent"] = "plain"
    date: str | None = None


class Notes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    notes: list[Note]


class Stored(Struct, frozen=True, kw_only=True):
    """What was stored."""

    count: int
    by: str


class Place(Struct, frozen=True, kw_only=True):
    offset: int


class Page(Struct, frozen=True, kw_only=True):
    items: list[int]
    next: str | None


def demo_app(keys: Keyring, closing: asyncio.Event, **options: Any) -> App:
    @post(
        "/v1/collections/{collection:str}/notes",
        guards=[require("ingest")],
        opt=documented(body=Notes, answers={201: Stored}, problems=["unavailable"]),
    )
    async def post_notes(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
        """Store notes."""
        given = decode(await request.body(), Notes)
        if any(note.kind == "urgent" for note in given.notes):
            raise unavailable("Urgent notes must wait.", retry_after_seconds=7)
        stored = Stored(count=len(given.notes), by=principal_of(request).name)
        return Response(msgspec.json.encode(stored), status_code=201, media_type="application/json")

    @post(
        "/v1/collections/{collection:str}/files",
        guards=[require("ingest")],
        opt=documented(content_types=["application/pdf"], answers={201: Answer(media_type="text/plain")}),
    )
    async def post_file(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
        """Store a file."""
        return Response(str(len(await request.body())).encode(), status_code=201, media_type="text/plain")

    @get("/v1/collections/{collection:str}/numbers", guards=[require("read")])
    async def get_numbers(
        request: Request[Any, Any, Any],
        collection: FromPath[str],
        limit: Annotated[int, QueryParameter(ge=1, le=5, description="Most items in a page.")] = 2,
        start: Annotated[int, QueryParameter(name="from")] = 0,
        after: FromQuery[str | None] = None,
        odd: FromQuery[bool] = False,
    ) -> Page:
        """Numbers, in order."""
        query = query_hash("numbers", collection, start)
        place = read(SECRET, after, Place, query=query, version="1") if after else Place(offset=start)
        following = Place(offset=place.offset + limit)
        return Page(
            items=list(range(place.offset, following.offset)), next=sign(SECRET, following, query=query, version="1")
        )

    @get("/v1/tagged", guards=[require("read", "any")], opt=documented(answers={200: Stored}))
    async def get_tagged(request: Request[Any, Any, Any]) -> Response[bytes]:
        """One thing that seldom changes."""
        etag = weak_etag("demo", 1)
        return not_modified(request, etag) or Response(
            msgspec.json.encode(Stored(count=1, by="x")), media_type="application/json", headers={"etag": etag}
        )

    @get("/v1/crash", guards=[require("admin", "all")])
    async def crash() -> None:
        """Fail."""
        raise RuntimeError("secret inside")

    @get(
        "/v1/stream",
        guards=[require("read", "any")],
        opt=documented(answers={200: Answer(media_type="text/event-stream")}),
    )
    async def stream() -> Stream:
        """Events without an end."""
        return Stream(ticks, media_type="text/event-stream")

    async def ticks() -> AsyncIterator[bytes]:
        yield b"id: 1\ndata: first\n\n"
        await closing.wait()
        yield b"event: bye\ndata: \n\n"

    async def healthy() -> str | None:
        return None

    async def broken() -> str | None:
        return "It is away." if "DEMO_BROKEN" in os.environ else None

    return build_app(
        [post_notes, post_file, get_numbers, get_tagged, crash, stream],
        title="Demo",
        version="1",
        keys=keys,
        ready={"healthy": healthy, "broken": broken},
        closing=closing,
        body_bytes_max=100_000,
        body_seconds_max=0.5,
        **options,
    )


def part(name: str, behaviour: str) -> Main:
    async def main(running: Running) -> None:
        print("start", name, flush=True)
        running.ready()
        if behaviour == "crash":
            raise RuntimeError("this part is broken")
        if behaviour == "early":
            return
        await running.stopping.wait()
        if behaviour == "stubborn":
            print("stubborn", flush=True)
            await asyncio.Event().wait()
        print("stop", name, flush=True)

    return main


async def main() -> int:
    logs.configure("info")
    key = os.environ.get("DEMO_KEY", "")
    keys = Keyring([bootstrap_key(key)] if key else [])
    check_bind("127.0.0.1", keys)
    closing = asyncio.Event()
    http = serve(demo_app(keys, closing), host="127.0.0.1", port=0, closing=closing, ready_file=Path(sys.argv[1]))
    behaviour = sys.argv[2] if len(sys.argv) > 2 else ""
    parts = [Part("first", part("first", "")), Part("second", part("second", behaviour)), Part("http", http)]
    return await supervise(parts, stop_seconds=1.0)


if __name__ == "__main__":
    raise SystemExit(run(main))
