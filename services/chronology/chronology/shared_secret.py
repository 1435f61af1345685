"""Secrets that all processes on one database share, and that outlive every start."""

from __future__ import annotations

from .database import Pool, acquired
from .errors import Unavailable
from .sql import statements

_SQL = statements(__name__)


class SharedSecret:
    """Read when it is first needed, so that a service can start before Postgres does."""

    def __init__(self, pool: Pool, name: str) -> None:
        self._pool = pool
        self._name = name
        self._value: bytes | None = None

    async def read(self) -> bytes:
        """Raises `Unavailable`."""
        if self._value is None:
            async with acquired(self._pool) as connection:
                self._value = await connection.fetchval(_SQL["read_secret"], self._name)
        if self._value is None:
            raise Unavailable(f"the database has no secret {self._name}: run `chronology-serve migrate`")
        return self._value
