"""Wake-ups between the processes of this service, by plain NATS messages that may be lost."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

import structlog
from chronology_runtime.errors import RuntimeFailure
from chronology_runtime.jetstream import Bus

from .wakeups import Wakeups

SUBJECT: Final = "chronology-wake"

_logger = structlog.get_logger(__name__)


async def relay(bus: Bus, wakeups: Wakeups) -> None:
    """Tell the others what moved here, and hear what moved there, until cancelled."""
    moved: set[str] = set()
    some = asyncio.Event()
    own = secrets.token_hex(8).encode()

    def note(collection: str) -> None:
        moved.add(collection)
        some.set()

    async def hear(_: str, data: bytes) -> None:
        sender, _space, collection = data.partition(b" ")
        if sender != own:
            wakeups.heard(collection.decode())

    wakeups.listen(note)
    await bus.subscribe(SUBJECT, hear)
    while True:
        await some.wait()
        some.clear()
        # Whatever moves while this is sent goes out as one message a collection.
        while moved:
            try:
                await bus.publish(SUBJECT, own + b" " + moved.pop().encode())
            except RuntimeFailure as error:
                _logger.debug("wake-up not sent", reason=str(error))
