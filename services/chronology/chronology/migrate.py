"""Migrations: numbered files, forward only, each in one transaction, one runner at a time.

A file that has been applied may not change any more: its hash is compared.
"""

from __future__ import annotations

import re
from hashlib import sha256
from importlib import resources
from typing import Final

from msgspec import Struct

from .database import Connection, connect, transaction
from .errors import Refused
from .sql import statements

_SQL = statements(__name__)
_LOCK: Final = 0x6368726F6E6F  # "chrono"
_FILE = re.compile(r"([0-9]{4})_([a-z0-9_]+)\.sql")


class Migration(Struct, frozen=True, kw_only=True):
    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations of this program, in order; their numbers are 1, 2, 3 …"""
    found = []
    for file in resources.files(__package__).joinpath("migrations").iterdir():
        match = _FILE.fullmatch(file.name)
        if match:
            found.append(Migration(number=int(match[1]), name=match[2], text=file.read_text("utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError("the numbers of the migrations have a gap")
    return found


async def migrate(url: str) -> list[Migration]:
    """Apply what has not been applied; return that. `url` is the owner's, not the service's."""
    connection = await connect(url, role=None)
    try:
        return await _migrate(connection)
    finally:
        await connection.close()


async def _migrate(connection: Connection) -> list[Migration]:
    applied = []
    for migration in migrations():
        async with transaction(connection):
            await connection.execute(_SQL["lock"].replace("$1", str(_LOCK)))
            await connection.execute(_SQL["create_history"])
            history = {row["number"]: row["sha256"] for row in await connection.fetch(_SQL["read_history"])}
            if migration.number in history:
                _check(migration, history[migration.number])
                continue
            await connection.execute(migration.text)
            await connection.execute(_SQL["note"], migration.number, migration.name, migration.sha256)
            await connection.execute(_SQL["let_service_read"])
            applied.append(migration)
    return applied


async def schema_version(connection: Connection) -> tuple[int, int]:
    """The number of the last migration applied (0: none), and of the last that this program has."""
    here = migrations()[-1].number
    if not await connection.fetchval(_SQL["has_history"]):
        return 0, here
    history = await connection.fetch(_SQL["read_history"])
    return (history[-1]["number"] if history else 0), here


def _check(migration: Migration, applied_sha256: str) -> None:
    if migration.sha256 != applied_sha256:
        raise Refused(f"migration {migration.number} ({migration.name}) was applied here with another text")
