"""`services/chronology/chronology/schema.sql`: what all migrations together make, to be read in one piece.

    python -m tests.architecture.database_schema      writes it anew; needs nothing but the project itself

It is what `pg_dump --schema-only` says of a database that was just migrated, without what depends on the run or on the
version of the programs. It is for readers and reviewers; nothing is ever created from it.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
from importlib import resources
from pathlib import Path
from typing import Final

from chronology.migrate import migrate
from chronology_local.binaries import find_postgres

from tests.servers import create_database, private_servers

FILE: Final = Path(str(resources.files("chronology"))) / "schema.sql"
DUMP_SECONDS_MAX: Final = 60
HEADING: Final = """\
-- The schema after all migrations, as pg_dump shows it. Generated: python -m tests.architecture.database_schema
"""

# Comments of pg_dump, its settings of the session, and \\restrict with its random word.
_LEFT_OUT = re.compile(r"--( .*)?|SET .*;|SELECT pg_catalog\.set_config\(.*\);|\\(un)?restrict .*")


async def current_schema() -> str:
    async with private_servers() as servers:
        url = await create_database(servers)
        await migrate(url)
        return normalised(await asyncio.to_thread(dump, url))


def dump(url: str) -> str:
    program = find_postgres().program("pg_dump")
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [program, "--schema-only", "--no-owner", f"--dbname={url}"],
            env={"LC_ALL": "C", "HOME": home},
            capture_output=True,
            text=True,
            timeout=DUMP_SECONDS_MAX,
            check=True,
        )
    return done.stdout


def normalised(dumped: str) -> str:
    """Without comments, session settings and repeated empty lines."""
    lines = [line for line in dumped.splitlines() if not _LEFT_OUT.fullmatch(line)]
    return HEADING + "\n" + re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


if __name__ == "__main__":
    FILE.write_text(asyncio.run(current_schema()), "utf-8")
    print(FILE.name)
