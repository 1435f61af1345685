"""Every named statement is one that Postgres understands, with the parameters that its comment names."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Any

import chronology
import pytest
from chronology.database import connect, open_pool
from chronology.projections.rebuild import Rebuilds
from chronology.sql import statements

pytestmark = pytest.mark.anyio

_TYPES = {
    "bigint": "int8", "integer": "int4", "smallint": "int2", "boolean": "bool", "timestamptz": "timestamptz",
    "text": "text", "bytea": "bytea",
}  # fmt: skip
_PARAMETER = re.compile(r"\$([0-9]+) [a-z0-9_]+ ([a-z]+)(\[\])?")
_NO_PREPARED_FORM = {("chronology.migrate", "create_history"), ("chronology.migrate", "let_service_read")}


def _modules() -> list[str]:
    root = Path(str(resources.files(chronology)))
    files = [path for path in sorted(root.rglob("*.sql")) if "-- name: " in path.read_text("utf-8")]
    return [".".join(("chronology", *path.relative_to(root).with_suffix("").parts)) for path in files]


def _comment(statement: str) -> str:
    lines = [line for line in statement.splitlines() if line.startswith("--")]
    first = next((number for number, line in enumerate(lines) if line.startswith("-- $1 ")), len(lines))
    return "\n".join(lines[first:])


def _written(statement: str) -> list[str]:
    found = _PARAMETER.findall(_comment(statement))
    assert [int(number) for number, _, _ in found] == list(range(1, len(found) + 1))
    return [_TYPES[name] + array for _, name, array in found]


@pytest.mark.parametrize("module", _modules())
async def test_statements_say_which_parameters_they_take(module: str, database_url: str) -> None:
    pool = await open_pool(database_url)
    await Rebuilds(pool=pool, database_url=database_url, rates={}).ensure()
    await pool.close()
    connection = await connect(database_url, role=None, search_path="timelines_1")
    written: dict[str, Any] = {}
    inferred: dict[str, Any] = {}
    for name, statement in statements(module).items():
        if (module, name) in _NO_PREPARED_FORM:
            continue
        prepared = await connection.prepare(statement)
        inferred[name] = [type.name for type in prepared.get_parameters()]
        written[name] = _written(statement)
    await connection.close()

    assert written == inferred
