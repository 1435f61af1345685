"""Curation: decoded and checked, so that a wrong command is told what is wrong; carried out later."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec
from chronology_contracts import edtf, validation
from chronology_contracts.events import Event
from chronology_contracts.records import ADMINISTRATION, RECORD_TYPES
from chronology_runtime.access import require
from chronology_runtime.bodies import decode
from chronology_runtime.problems import Detail, Problem, from_faults
from litestar import Request, Response, get, post
from litestar.params import FromPath

from .collections import idempotency_key
from .documentation import route
from .parameters import Arguments
from .state import api_of
from .waiting import read_head

_BY_THE_SERVER: Final = ("by", "at")
"""Who gives a command and when is not for the caller to say."""


def _input(name: str, body: Any) -> type[msgspec.Struct]:
    fields: list[Any] = [
        (field.name, field.type, *_default(field))
        for field in msgspec.structs.fields(body)
        if field.name not in _BY_THE_SERVER
    ]
    return msgspec.defstruct(
        f"{body.__name__}Command",
        fields,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        tag_field="type",
        tag=name,
    )


def _default(field: msgspec.structs.FieldInfo) -> tuple[Any, ...]:
    if field.required:
        return ()
    if field.default_factory is not msgspec.NODEFAULT:
        return (msgspec.field(default_factory=field.default_factory),)
    return (field.default,)


COMMANDS: Final[dict[str, type[msgspec.Struct]]] = {
    name: _input(name, type.body)
    for name, type in RECORD_TYPES.items()
    if type.lane == "command" and name not in ADMINISTRATION
}
ANY_COMMAND: Final[Any] = reduce(or_, COMMANDS.values())

_EXAMPLES: Final = {
    "two names of one person": {
        "type": "actor.joined",
        "names": [{"name": "Ilan Orsheni"}, {"name": "I. Orsheny"}],
        "why": "Same office, same day.",
    }
}


@post(
    "/{collection:str}/curation",
    guards=[require("curate")],
    **route(
        summary="Give a command",
        tag="curation",
        status=202,
        answer=None,
        body=ANY_COMMAND,
        examples=_EXAMPLES,
        problems=("not-served-yet",),
    ),
)
async def give_command(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """One command: a record's body with its `type`. Checked, but not carried out yet: nothing is published."""
    Arguments(request, ()).check()
    command = decode(await request.body(), ANY_COMMAND)
    idempotency_key(request)
    _check(command)
    await read_head(api_of(request), collection)
    raise Problem(
        "not-served-yet", "The command is well formed; curation is not carried out yet, and nothing was published."
    )


@get(
    "/{collection:str}/proposals",
    guards=[require("read")],
    **route(summary="What a person should judge", tag="curation", answer=None, problems=("not-served-yet",)),
)
async def list_proposals(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Not served yet."""
    await read_head(api_of(request), collection)
    raise Problem("not-served-yet", "There are no proposals yet.")


@get(
    "/{collection:str}/incidents/{incident_id:str}",
    guards=[require("read")],
    **route(summary="One incident", tag="events", answer=None, problems=("not-served-yet",)),
)
async def read_incident(
    request: Request[Any, Any, Any], collection: FromPath[str], incident_id: FromPath[str]
) -> Response[bytes]:
    """Not served yet."""
    await read_head(api_of(request), collection)
    raise Problem("not-served-yet", "Events are not gathered into incidents yet.")


@get(
    "/{collection:str}/changes",
    guards=[require("read")],
    **route(summary="What moved between two positions", tag="timelines", answer=None, problems=("not-served-yet",)),
)
async def list_changes(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Not served yet."""
    await read_head(api_of(request), collection)
    raise Problem("not-served-yet", "Changes in timeline terms are not served yet; the log has every record.")


def _check(command: Any) -> None:
    """What the types cannot say. Raises a 400."""
    event = getattr(command, "event", None)
    if isinstance(event, Event) and (faults := validation.event_faults(event, None)):
        raise from_faults(faults, "/event")
    date = getattr(command, "date", "")
    if date:
        try:
            edtf.parse(date)
        except edtf.EdtfError as error:
            fault = Detail(pointer="/date", code="not-edtf", detail=error.reason, hint=error.hint)
            raise Problem("invalid", error.reason, errors=[fault]) from error
