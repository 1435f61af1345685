"""Waiting for a collection to move, within one process.

A reader takes a token, looks, and waits with that token: a move between the look and
the wait is seen. Wake-ups are hints; what is true stands in Postgres, so every waiter
also has a deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

ANY: Final = ""
"""Stands for all collections: it moves whenever one of them does."""
NEW: Final = "_"
"""No collection's name: it moves when there may be a new collection."""


class Wakeups:
    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._events: dict[str, asyncio.Event] = {}
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, moved: Callable[[str], None]) -> None:
        """Have `moved` called with the name of each collection that moves by this process's own doing."""
        self._listeners.append(moved)

    def token(self, collection: str) -> int:
        return self._counts.get(collection, 0)

    def moved(self, collection: str) -> None:
        """The log's head or a projection of this collection moved."""
        self.heard(collection)
        for listener in self._listeners:
            listener(collection)

    def heard(self, collection: str) -> None:
        """Another process says that the collection moved."""
        for key in (collection, ANY):
            self._counts[key] = self._counts.get(key, 0) + 1
            event = self._events.pop(key, None)
            if event is not None:
                event.set()

    async def wait(self, collection: str, token: int, timeout_seconds: float) -> bool:
        """Return whether the collection has moved since the token was taken; False when the time is up."""
        if self.token(collection) != token:
            return True
        event = self._events.setdefault(collection, asyncio.Event())
        try:
            async with asyncio.timeout(timeout_seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True
