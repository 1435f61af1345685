"""Collections: made, listed, closed, and let go on after a halt."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from chronology_contracts.subjects import is_collection_name
from chronology_contracts.validation import first_control
from chronology_runtime.access import principal_of, require
from chronology_runtime.bodies import decode
from chronology_runtime.problems import Detail, Problem
from litestar import Request, Response, get, post
from litestar.params import FromPath

from ..commands import Verdict
from ..database import acquired
from ..dead_letters import count_faults
from ..errors import Unavailable
from ..log.read import read_head as find_head
from ..log.read import read_heads
from ..log.record import Head, instant
from . import answers, representations
from .documentation import route
from .parameters import Arguments
from .problems import not_found
from .state import ApiState, api_of
from .waiting import read_head

KEY_LENGTH_MAX: Final = 255
TITLE_LENGTH_MAX: Final = 512
WHY_LENGTH_MAX: Final = 4096
_LINE_ENDS: Final = "\t\n\r\x85\u2028\u2029"


@get(
    "/",
    guards=[require("read", "any")],
    **route(summary="Collections", tag="collections", answer=representations.CollectionPage),
)
async def list_collections(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The collections that the caller may read, by name."""
    Arguments(request, ()).check()
    principal = principal_of(request)
    async with acquired(api_of(request).log_pool) as connection:
        heads = await read_heads(connection)
    items = [_collection(head) for head in heads if principal.may("read", head.collection)]
    body = answers.encode(representations.CollectionPage(items=items))
    return Response(body, media_type=answers.JSON, headers={"cache-control": "no-cache"})


@get(
    "/{collection:str}",
    guards=[require("read")],
    **route(summary="One collection", tag="collections", answer=representations.CollectionAnswer),
)
async def read_collection(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """A collection with what it holds and what is wrong with it."""
    Arguments(request, ()).check()
    api = api_of(request)
    head = await read_head(api, collection)
    async with acquired(api.log_pool) as connection:
        faults = await count_faults(connection, collection)
    found = representations.CollectionAnswer(
        **msgspec.structs.asdict(_collection(head)),
        counts=await _counts(api, collection),
        dead_letters=faults.dead_letters,
        id_conflicts=faults.id_conflicts,
    )
    headers = {answers.POSITION_HEADER: str(head.position), "cache-control": "no-cache"}
    return Response(answers.encode(found), media_type=answers.JSON, headers=headers)


@post(
    "/",
    guards=[require("admin")],
    **route(
        summary="Create a collection",
        tag="collections",
        status=201,
        answer=representations.Collection,
        also={200: representations.Collection},
        body=representations.NewCollection,
        examples={"a dossier": {"name": "bay-inquiry", "title": "The bay inquiry"}},
        problems=("conflict", "key-reused"),
    ),
)
async def create_collection(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Make a collection with its log and its streams. One that is there already is answered with 200."""
    Arguments(request, ()).check()
    given = decode(await request.body(), representations.NewCollection)
    if not is_collection_name(given.name):
        raise _field(
            "/name",
            "wrong-form",
            f"{given.name[:60]!r} cannot name a collection.",
            "1 to 40 lower-case letters, digits and dashes, beginning with a letter or a digit.",
        )
    if len(given.title) > TITLE_LENGTH_MAX:
        raise _field("/title", "too-long", f"At most {TITLE_LENGTH_MAX} characters are kept.")
    _check_title(given.title)
    api = api_of(request)
    async with acquired(api.log_pool) as connection:
        known = await find_head(connection, given.name)
    head = known or await api.commands.create(
        given.name, given.title, by=principal_of(request).name, idempotency_key=idempotency_key(request)
    )
    headers = {"location": f"/v1/collections/{head.collection}", answers.POSITION_HEADER: str(head.position)}
    body = answers.encode(_collection(head))
    return Response(body, status_code=200 if known else 201, media_type=answers.JSON, headers=headers)


@post(
    "/{collection:str}/close",
    guards=[require("admin")],
    **route(
        summary="Close a collection",
        tag="collections",
        answer=representations.VerdictAnswer,
        also={202: representations.VerdictAnswer},
        body=representations.CloseRequest,
        body_required=False,
        problems=("conflict", "key-reused"),
    ),
)
async def close_collection(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Take no further documents. What was acknowledged before is kept, and everything can still be read."""
    Arguments(request, ()).check()
    given = decode(await request.body() or b"{}", representations.CloseRequest)
    _check_why(given.why)
    api = api_of(request)
    await read_head(api, collection)
    verdict = await api.commands.close(
        collection, by=principal_of(request).name, why=given.why, idempotency_key=idempotency_key(request)
    )
    return answer_verdict(collection, verdict)


@post(
    "/{collection:str}/resume",
    guards=[require("admin")],
    **route(
        summary="Let a halted appender go on",
        tag="collections",
        answer=representations.VerdictAnswer,
        also={202: representations.VerdictAnswer},
        body=representations.ResumeRequest,
        examples={"read the stream again": {"how": "reread", "why": "The database was restored from Monday's backup."}},
        problems=("conflict", "key-reused"),
    ),
)
async def resume_collection(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """The operator's way out of a halt; who chose it and why becomes a record."""
    Arguments(request, ()).check()
    given = decode(await request.body(), representations.ResumeRequest)
    _check_why(given.why)
    api = api_of(request)
    await read_head(api, collection)
    verdict = await api.commands.resume(
        collection,
        given.how,
        by=principal_of(request).name,
        why=given.why,
        idempotency_key=idempotency_key(request),
    )
    return answer_verdict(collection, verdict)


@get(
    "/{collection:str}/verdicts/{command_id:str}",
    guards=[require("read")],
    **route(summary="What became of a command", tag="collections", answer=representations.VerdictAnswer),
)
async def read_verdict(
    request: Request[Any, Any, Any], collection: FromPath[str], command_id: FromPath[str]
) -> Response[bytes]:
    """The verdict of a command that was answered with 202. 404 until the appender has judged it."""
    Arguments(request, ()).check()
    api = api_of(request)
    head = await read_head(api, collection)
    try:
        verdict = await api.commands.verdict(collection, command_id)
    except ValueError:
        verdict = None
    if verdict is None:
        not_found(f"There is no verdict of {command_id[:100]!r} yet.", position=head.position)
    return _verdict(collection, verdict, status=200)


def answer_verdict(collection: str, verdict: Verdict) -> Response[bytes]:
    """200 for what was accepted, 202 with the verdict's address for what waits; raises a 409 for what was refused."""
    if verdict.outcome == "refused":
        raise Problem("conflict", f"The command was refused: {verdict.reason}.")
    return _verdict(collection, verdict, status=202 if verdict.outcome == "pending" else 200)


def idempotency_key(request: Request[Any, Any, Any]) -> str:
    """The header Idempotency-Key, "" where there is none."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > KEY_LENGTH_MAX or not key.isprintable():
        detail = f"At most {KEY_LENGTH_MAX} printable characters are read."
        raise Problem("invalid", detail, errors=[Detail(parameter="Idempotency-Key", code="wrong-form", detail=detail)])
    return key


def _verdict(collection: str, verdict: Verdict, *, status: int) -> Response[bytes]:
    address = f"/v1/collections/{collection}/verdicts/{verdict.command_id}"
    body = representations.VerdictAnswer(**msgspec.structs.asdict(verdict), address=address)
    headers = {"location": address} if status == 202 else {}
    if verdict.position:
        headers[answers.POSITION_HEADER] = str(verdict.position)
    return Response(answers.encode(body), status_code=status, media_type=answers.JSON, headers=headers)


async def _counts(api: ApiState, collection: str) -> representations.CollectionCounts | None:
    try:
        found = await api.timelines.counts(collection)
    except Unavailable:
        return None  # The log can be read while no projection can.
    if found is None:
        return None
    standing, counts = found
    return representations.CollectionCounts(position=standing.position, **msgspec.structs.asdict(counts))


def _collection(head: Head) -> representations.Collection:
    return representations.Collection(
        name=head.collection,
        title=head.title,
        lineage=head.lineage,
        position=head.position,
        stream_sequence=head.stream_sequence,
        recorded_at=instant(head.recorded_at),
        closed=head.closed_position is not None,
        halted=head.halted_reason,
    )


def _check_title(title: str) -> None:
    """A title is one line."""
    at = first_control(title)
    if at is None:
        at = next((number for number, char in enumerate(title) if char in _LINE_ENDS), None)
    if at is not None:
        detail = f"The title has the control character U+{ord(title[at]):04X} at offset {at}."
        raise _field("/title", "control-character", detail, "Remove it: a title is one line, without tabs.")


def _check_why(why: str) -> None:
    if len(why) > WHY_LENGTH_MAX:
        raise _field("/why", "too-long", f"At most {WHY_LENGTH_MAX} characters are kept.")


def _field(pointer: str, code: str, detail: str, hint: str = "") -> Problem:
    return Problem(
        "invalid", detail, errors=[Detail(pointer=pointer, code=code, detail=detail, hint=hint or msgspec.UNSET)]
    )
