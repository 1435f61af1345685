"""Dead letters: listed, looked at, mended and sent again."""

from __future__ import annotations

import base64
from typing import Any, Final

import msgspec
from chronology_contracts.codec import CONTENT_TYPE, MESSAGE_BYTES_MAX
from chronology_runtime.access import principal_of, require
from litestar import Request, Response, get, post
from litestar.params import FromPath

from .. import dead_letters
from ..database import acquired
from ..dead_letters import DeadLetter
from ..log.record import Head
from ..timelines import Standing
from . import answers, filters, representations
from .documentation import route
from .paging import Paging
from .parameters import Arguments
from .problems import not_found
from .state import ApiState, api_of
from .waiting import read_head

_LIST: Final = (filters.LIMIT, filters.AFTER)


class _LetterKey(msgspec.Struct, frozen=True, kw_only=True):
    created: str
    sequence: int


@get(
    "/{collection:str}/dead-letters",
    guards=[require("admin")],
    **route(summary="Dead letters", tag="operation", answer=representations.DeadLetterPage, query=_LIST),
)
async def list_dead_letters(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Messages that could not be read, in the order in which they came."""
    api, arguments = api_of(request), Arguments(request, _LIST)
    paging = Paging(await api.cursor_secret.read(), arguments)
    arguments.check()
    head = await read_head(api, collection)
    standing = _standing(head)
    key = paging.after(standing, _LetterKey)
    after = (key.created, key.sequence) if key else ("", 0)
    async with acquired(api.log_pool) as connection:
        found = await dead_letters.list_dead_letters(connection, collection, after=after, size=paging.size + 1)
    shown = found[: paging.size]
    next = None
    if len(found) > paging.size:
        last = _LetterKey(created=shown[-1].stream_created, sequence=shown[-1].sequence)
        next = paging.next(standing, last)
    items = [answers.encode(_letter(letter)) for letter in shown]
    return _answer(head, answers.page(items, next, head.position))


@get(
    "/{collection:str}/dead-letters/{sequence:int}",
    guards=[require("admin")],
    **route(summary="One dead letter", tag="operation", answer=representations.DeadLetter),
)
async def read_dead_letter(
    request: Request[Any, Any, Any], collection: FromPath[str], sequence: FromPath[int]
) -> Response[bytes]:
    """A message that could not be read, with its bytes in base64."""
    Arguments(request, ()).check()
    api = api_of(request)
    head = await read_head(api, collection)
    letter = await _find(api, head, sequence)
    raw = base64.b64encode(letter.raw).decode()
    return _answer(head, answers.encode(msgspec.structs.replace(_letter(letter), raw=raw)))


@post(
    "/{collection:str}/dead-letters/{sequence:int}/resend",
    guards=[require("admin")],
    **route(
        summary="Send a mended dead letter again",
        tag="operation",
        answer=representations.Resent,
        content_types=(CONTENT_TYPE,),
        body_bytes_max=MESSAGE_BYTES_MAX,
        problems=("conflict",),
    ),
)
async def resend_dead_letter(
    request: Request[Any, Any, Any], collection: FromPath[str], sequence: FromPath[int]
) -> Response[bytes]:
    """The body is the whole mended message, a CloudEvents envelope with its salt."""
    Arguments(request, ()).check()
    api = api_of(request)
    head = await read_head(api, collection)
    letter = await _find(api, head, sequence)
    resent = await api.commands.resend(
        collection, letter.stream_created, sequence, await request.body(), by=principal_of(request).name
    )
    return _answer(head, answers.encode(representations.Resent(sequence=resent)))


async def _find(api: ApiState, head: Head, sequence: int) -> DeadLetter:
    letter = None
    if 0 < sequence < 2**63:
        async with acquired(api.log_pool) as connection:
            letter = await dead_letters.find_dead_letter(connection, head.collection, sequence)
    if letter is None:
        not_found(f"There is no dead letter {sequence}.", position=head.position)
    return letter


def _letter(letter: DeadLetter) -> representations.DeadLetter:
    return representations.DeadLetter(
        sequence=letter.sequence,
        stream_created=letter.stream_created,
        subject=letter.subject,
        reason=letter.reason,
        size_bytes=letter.size_bytes,
        resent_as=letter.resent_as,
    )


def _standing(head: Head) -> Standing:
    return Standing(lineage=head.lineage, build=0, position=head.position)


def _answer(head: Head, body: bytes) -> Response[bytes]:
    headers = {answers.POSITION_HEADER: str(head.position), "cache-control": "no-cache"}
    return Response(body, media_type=answers.JSON, headers=headers)
