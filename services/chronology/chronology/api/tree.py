"""Tamper evidence: checkpoints, tiles, and the proof that a record is in the log."""

from __future__ import annotations

import base64
from typing import Any, Final

from chronology_contracts import content_id
from chronology_runtime.access import require
from chronology_runtime.openapi import Answer
from litestar import Request, Response, get
from litestar.params import FromPath

from .. import trees
from ..database import acquired
from ..log.read import PAGE_SIZE, read_history
from ..log.record import header, instant
from ..tree import tiles
from ..trees import StoredCheckpoint
from . import answers, filters, representations
from .documentation import route
from .parameters import Arguments, Parameter
from .problems import not_found
from .state import ApiState, api_of
from .waiting import read_head

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
FOR_EVER: Final = "max-age=31536000, immutable"
NO_KEY: Final = (
    "No checkpoint has been signed yet. One is signed within a minute of a record, "
    "where CHRONOLOGY_LOG_KEY_FILE names a key."
)
CHECKPOINTS_MAX: Final = 1000

_SIZE: Final = Parameter(
    name="size",
    description="Prove it in the tree of this many records. Left out: in the first checkpoint that covers it.",
    schema={"type": "integer", "minimum": 1},
)
_AFTER_SIZE: Final = Parameter(
    name="after",
    description="Checkpoints of larger sizes than this one.",
    schema={"type": "integer", "minimum": 0, "default": 0},
)
_AFTER: Final = Parameter(
    name="after", description="Records behind this position.", schema={"type": "integer", "minimum": 0, "default": 0}
)
_SALTS: Final = (_AFTER, filters.LIMIT)
_OLD: Final = Parameter(
    name="from", description="The size of the older tree.", schema={"type": "integer", "minimum": 0}
)
_NEW: Final = Parameter(name="to", description="The size of the newer tree.", schema={"type": "integer", "minimum": 0})


@get(
    "/{collection:str}/log/checkpoint",
    guards=[require("read")],
    **route(
        summary="The signed head of the tree", tag="log",
        answer=Answer(media_type=TEXT, description="A checkpoint as c2sp.org/tlog-checkpoint has it."),
    ),
)  # fmt: skip
async def read_checkpoint(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Keep it: together with the key it shows later whether anything before it was changed."""
    Arguments(request, ()).check()
    stored = await _checkpoint(api_of(request), collection)
    headers = {answers.POSITION_HEADER: str(stored.size), "cache-control": "no-cache"}
    return Response(stored.note.encode(), media_type=TEXT, headers=headers)


@get(
    "/{collection:str}/log/checkpoints",
    guards=[require("read")],
    **route(
        summary="All signed heads", tag="log", answer=representations.CheckpointPage, query=(_AFTER_SIZE,)
    ),
)  # fmt: skip
async def list_checkpoints(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """The smallest first. `edge` are the leaf hashes behind the last full tile, in hex, one after the other."""
    api, arguments = api_of(request), Arguments(request, (_AFTER_SIZE,))
    after = arguments.integer("after", minimum=0, maximum=2**62, default=0)
    arguments.check()
    head = await read_head(api, collection)
    async with acquired(api.log_pool) as connection:
        found = await trees.read_checkpoints(connection, collection, after=after, count_max=CHECKPOINTS_MAX)
    items = [
        representations.Checkpoint(size=each.size, note=each.note, edge=each.edge.hex(), made_at=instant(each.made_at))
        for each in found
    ]
    next = str(found[-1].size) if len(found) == CHECKPOINTS_MAX else None
    page = representations.CheckpointPage(items=items, next=next, position=head.position, key=api.log_key)
    body = answers.encode(page)
    return Response(body, media_type=answers.JSON, headers={"cache-control": "no-cache"})


@get(
    "/{collection:str}/log/tile/{path:path}",
    guards=[require("read")],
    **route(
        summary="A tile of the tree", tag="log",
        answer=Answer(media_type=BYTES, description="Up to 256 hashes of 32 bytes, one after the other."),
    ),
)  # fmt: skip
async def read_tile(request: Request[Any, Any, Any], collection: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """`<level>/<index>[.p/<width>]` as c2sp.org/tlog-tiles has it; a full tile never changes."""
    api = api_of(request)
    Arguments(request, ()).check()
    tile = tiles.parse(path.lstrip("/"))
    stored = await _checkpoint(api, collection)
    covered = tile is not None and tile.width <= (stored.size >> (tiles.HEIGHT * tile.level)) - tile.index * tiles.WIDTH
    hashes = None
    if tile is not None and covered:
        async with acquired(api.log_pool) as connection:
            hashes = await trees.read_tile(connection, collection, tile)
    if hashes is None:
        not_found(f"The tree of {stored.size} records has no such tile.", position=stored.size)
    headers = {answers.POSITION_HEADER: str(stored.size), "cache-control": FOR_EVER}
    return Response(hashes, media_type=BYTES, headers=headers)


@get(
    "/{collection:str}/log/{position:int}/proof",
    guards=[require("read")],
    **route(summary="The proof that a record is in the log", tag="log", answer=representations.Proof, query=(_SIZE,)),
)
async def read_proof(
    request: Request[Any, Any, Any], collection: FromPath[str], position: FromPath[int]
) -> Response[bytes]:
    """The leaf's header and salt, and the hashes from the leaf up to the root of a checkpoint."""
    api, arguments = api_of(request), Arguments(request, (_SIZE,))
    size = arguments.integer("size", minimum=1, maximum=2**62, default=0)
    arguments.check()
    stored = await _checkpoint(api, collection, covering=max(size, position))
    size = size or stored.size
    async with acquired(api.log_pool) as connection:
        leaf = await trees.read_leaf(connection, collection, position)
        if leaf is None or position > size:
            not_found(f"The log has no position {position} in its first {size}.", position=stored.size)
        history = await read_history(connection, collection)
        path = await trees.inclusion_proof(connection, collection, position, size)
    proof = representations.Proof(
        position=position,
        size=size,
        leaf_hash=_base64(leaf.header_hash),
        header=_header(leaf, collection, history.at(position)),
        id=content_id.to_text(leaf.id) if leaf.id is not None else None,
        salt=_base64(leaf.salt) if leaf.salt is not None else None,
        path=[_base64(hash) for hash in path],
        checkpoint=stored.note if stored.size == size else None,
    )
    headers = {answers.POSITION_HEADER: str(stored.size), "cache-control": "no-cache"}
    return Response(answers.encode(proof), media_type=answers.JSON, headers=headers)


@get(
    "/{collection:str}/log/consistency",
    guards=[require("read")],
    **route(
        summary="The proof that the log only grew", tag="log", answer=representations.Consistency, query=(_OLD, _NEW)
    ),
)  # fmt: skip
async def read_consistency(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """The hashes which prove that the tree of the older size is the beginning of the newer one (RFC 6962, 2.1.2)."""
    api, arguments = api_of(request), Arguments(request, (_OLD, _NEW))
    old = arguments.integer("from", minimum=0, maximum=2**62, default=0)
    new = arguments.integer("to", minimum=0, maximum=2**62, default=0)
    arguments.check()
    stored = await _checkpoint(api, collection)
    new = new or stored.size
    if not old <= new <= stored.size:
        not_found(f"The signed tree has {stored.size} records.", position=stored.size)
    async with acquired(api.log_pool) as connection:
        path = await trees.consistency_proof(connection, collection, old, new)
    body = answers.encode(representations.Consistency(old_size=old, size=new, path=[_base64(hash) for hash in path]))
    headers = {answers.POSITION_HEADER: str(stored.size), "cache-control": "no-cache"}
    return Response(body, media_type=answers.JSON, headers=headers)


@get(
    "/{collection:str}/log/salts",
    guards=[require("read")],
    **route(summary="The salts of records", tag="log", answer=representations.SaltPage, query=_SALTS),
)
async def read_salts(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """What hashing the records behind a position again needs, beside the records themselves."""
    api, arguments = api_of(request), Arguments(request, _SALTS)
    after = arguments.integer("after", minimum=0, maximum=2**62, default=0)
    size = arguments.integer("limit", minimum=1, maximum=PAGE_SIZE, default=filters.LIMIT_DEFAULT)
    arguments.check()
    head = await read_head(api, collection)
    async with acquired(api.log_pool) as connection:
        found = await trees.read_salts(connection, collection, after=after, count_max=size)
    items = [
        representations.Salt(
            position=each.position,
            salt=_base64(each.salt) if each.salt is not None else None,
            leaf_hash=_base64(each.header_hash),
        )
        for each in found
    ]
    body = answers.encode(representations.SaltPage(items=items, position=head.position))
    return Response(body, media_type=answers.JSON, headers={"cache-control": "no-cache"})


async def _checkpoint(api: ApiState, collection: str, *, covering: int | None = None) -> StoredCheckpoint:
    """Raises a 404 where there is no such collection, or no checkpoint."""
    async with acquired(api.log_pool) as connection:
        stored = await trees.read_checkpoint(connection, collection, covering=covering)
    if stored is None:
        head = await read_head(api, collection)
        not_found(
            NO_KEY if covering is None else f"No checkpoint covers position {covering} yet.", position=head.position
        )
    return stored


def _header(leaf: trees.Leaf, collection: str, lineage: str) -> str | None:
    """None where the record was erased: what its leaf was made from is gone with it."""
    if leaf.id is None or leaf.salt is None or leaf.body is None:
        return None
    return header(
        lineage=lineage,
        collection=collection,
        position=leaf.position,
        type=leaf.type,
        version=leaf.version,
        recorded_at=leaf.recorded_at,
        id=leaf.id,
        salt=leaf.salt,
        body=leaf.body,
    ).decode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
