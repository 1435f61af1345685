"""`schema.sql` says what the migrations make."""

from __future__ import annotations

import pytest

from tests.architecture.database_schema import FILE, current_schema

pytestmark = pytest.mark.anyio


async def test_schema_sql_is_what_the_migrations_make() -> None:
    current = await current_schema()

    assert FILE.read_text("utf-8") == current, "run: python -m tests.architecture.database_schema"
