"""Does NATS keep over a power loss what it has acknowledged? Until that is known, nothing is taken."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from chronology_runtime.jetstream import Bus, sync_always
from chronology_runtime.lifecycle import Running

from .refusals import NotDurable

LOOK_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


class Durability:
    """What NATS' monitor says of `sync_interval`, or what the operator vouches for."""

    def __init__(self, bus: Bus, *, monitor_url: str, vouched: bool) -> None:
        self._bus = bus
        self._monitor_url = monitor_url
        self._vouched = vouched
        self._fault: str | None = None if vouched else "It is not known yet whether NATS syncs always."
        self._known_for = -1

    @property
    def fault(self) -> str | None:
        """What is wrong; None when all is well."""
        return self._fault

    def check(self) -> None:
        """Raises `NotDurable`."""
        if self._fault is not None:
            raise NotDurable(self._fault)

    async def run(self, running: Running) -> None:
        """Look now, and again every few seconds until told to stop."""
        while not running.stopping.is_set():
            if not self._vouched:
                await self._look()
            running.ready()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await running.stopping.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        generation = self._bus.reconnects
        answer = await sync_always(self._monitor_url) if self._monitor_url else None
        if answer is None and self._fault is None and generation == self._known_for:
            return  # Only a new start of the server can change it, and then the connection would have dropped.
        before, self._fault = self._fault, self._judge(answer)
        self._known_for = generation
        if self._fault is not None and self._fault != before:
            _log.error("nothing is taken: NATS may lose what it acknowledged", reason=self._fault)

    def _judge(self, answer: bool | None) -> str | None:
        if answer:
            return None
        if answer is None:
            reason = "NATS does not say" if self._monitor_url else "NATS_MONITOR_URL is not set, so nobody knows"
            return (
                f"{reason} whether it runs with `sync_interval: always`. Set NATS_MONITOR_URL to its monitor address, "
                "or CHRONOLOGY_NATS_SYNC_VOUCHED=true if you know that it does."
            )
        return (
            "NATS does not run with `sync_interval: always` and would lose acknowledged documents at a power loss. "
            "Set it in the jetstream block of its configuration, or CHRONOLOGY_NATS_SYNC_VOUCHED=true if replicas "
            "stand in for it."
        )
