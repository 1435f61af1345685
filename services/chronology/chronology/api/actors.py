"""Actors and topics: who and what there are timelines of."""

from __future__ import annotations

from typing import Any, Final

from chronology_runtime.access import require
from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Struct

from ..projections.items import search_key
from ..timelines import Actor
from . import answers, filters, representations
from .documentation import route
from .paging import Paging
from .parameters import Arguments, Parameter
from .problems import no_collection, not_found
from .state import api_of
from .waiting import read_at_least, wait_for_timelines

_NAME: Final = Parameter(
    name="q",
    description="Parts of a name or alias; case and diacritics do not matter. Each word must stand in one name.",
    example="bilash",
)
_SEARCH: Final = (_NAME, *filters.PAGE)
_LIST: Final = filters.PAGE


class _ActorKey(Struct, frozen=True, kw_only=True):
    count: int
    id: str


class _TopicKey(Struct, frozen=True, kw_only=True):
    slug: str


@get(
    "/{collection:str}/actors",
    guards=[require("read")],
    **route(summary="Search actors", tag="actors", answer=representations.ActorPage, query=_SEARCH),
)
async def search_actors(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Actors by any of their names, those with most events first; without `q`, all of them."""
    api, arguments = api_of(request), Arguments(request, _SEARCH)
    words = search_key(arguments.text("q")).split()
    at_least = read_at_least(arguments)
    paging = Paging(await api.cursor_secret.read(), arguments)
    arguments.check()
    unchanged, standing = await wait_for_timelines(request, api, collection, at_least, versioned=bool(paging.cursor))
    if unchanged:
        return unchanged
    key = paging.after(standing, _ActorKey)
    after = (key.count, key.id) if key else None
    found = await api.timelines.search_actors(collection, words, after=after, size=paging.size)
    if found is None:
        no_collection(collection)
    next = None
    if found.more:
        last = found.actors[-1]
        next = paging.next(found.standing, _ActorKey(count=last.event_count, id=last.id))
    body = answers.page(map(_item, found.actors), next, found.standing.position)
    return answers.answer(request, found.standing, body, next=next)


@get(
    "/{collection:str}/actors/{actor_id:str}",
    guards=[require("read")],
    **route(summary="One actor", tag="actors", answer=representations.ActorAnswer, query=(filters.AT_LEAST,)),
)
async def read_actor(
    request: Request[Any, Any, Any], collection: FromPath[str], actor_id: FromPath[str]
) -> Response[bytes]:
    """An actor with every name that documents give it."""
    api, arguments = api_of(request), Arguments(request, (filters.AT_LEAST,))
    at_least = read_at_least(arguments)
    arguments.check()
    unchanged, _ = await wait_for_timelines(request, api, collection, at_least)
    if unchanged:
        return unchanged
    found = await api.timelines.actor(collection, actor_id)
    if found is None:
        no_collection(collection)
    standing, actor = found
    if actor is None:
        not_found(f"There is no actor {actor_id[:100]!r}.", position=standing.position)
    return answers.answer(request, standing, answers.joined({"position": standing.position}, actor=_item(actor)))


@get(
    "/{collection:str}/topics",
    guards=[require("read")],
    **route(summary="Topics", tag="actors", answer=representations.TopicPage, query=_LIST),
)
async def list_topics(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """The topics that events have, with their numbers of events."""
    api, arguments = api_of(request), Arguments(request, _LIST)
    at_least = read_at_least(arguments)
    paging = Paging(await api.cursor_secret.read(), arguments)
    arguments.check()
    unchanged, standing = await wait_for_timelines(request, api, collection, at_least, versioned=bool(paging.cursor))
    if unchanged:
        return unchanged
    key = paging.after(standing, _TopicKey)
    found = await api.timelines.topics(collection, after=key.slug if key else "", size=paging.size)
    if found is None:
        no_collection(collection)
    next = paging.next(found.standing, _TopicKey(slug=found.topics[-1][0])) if found.more else None
    items = [answers.encode(representations.TopicItem(slug=slug, event_count=count)) for slug, count in found.topics]
    return answers.answer(request, found.standing, answers.page(items, next, found.standing.position), next=next)


def _item(actor: Actor) -> bytes:
    fields = {
        name: getattr(actor, name) for name in ("id", "name", "kind", "country", "sector", "office", "event_count")
    }
    return answers.joined(fields, names=actor.names)
