"""The two services as processes of this machine: what they are told by their environment, and when they are ready."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from .addresses import HOST, OWN_VARIABLES
from .errors import CommandError
from .own_nats import write_private
from .supervisor import Launch, ManagedProcess, http_answers

START_SECONDS_MAX: Final = 90.0
STOP_SECONDS_MAX: Final = 4.0
NOT_PASSED_ON: Final = frozenset(
    {*OWN_VARIABLES, "CHRONOLOGY_READY_FILE", "CHRONOLOGY_INGEST_READY_FILE", "PYTHONPATH"}
)

LOG_KEY_FILE: Final = "log.key"
NAMES_OF_FILES: Final = ("CHRONOLOGY_INGEST_RULES", "CHRONOLOGY_LOG_KEY_FILE")


class Servers(Struct, frozen=True, kw_only=True):
    """Where Postgres and NATS are; "" is not known, or not needed."""

    database_url: str
    nats_url: str
    nats_token: str = ""
    nats_monitor_url: str = ""

    @classmethod
    def given(cls, environ: Mapping[str, str]) -> Servers:
        """Those that the environment names."""
        return cls(
            database_url=environ["DATABASE_URL"],
            nats_url=environ["NATS_URL"],
            nats_token=environ.get("NATS_TOKEN", ""),
            nats_monitor_url=environ.get("NATS_MONITOR_URL", ""),
        )


async def migrate(servers: Servers, environ: Mapping[str, str]) -> None:
    """Bring the schema up to date, in this process: starting another one would take longer than the work."""
    from chronology.errors import ChronologyError
    from chronology.migrate import migrate as apply

    try:
        await apply(environ.get("CHRONOLOGY_MIGRATE_DATABASE_URL") or servers.database_url)
    except ChronologyError as error:
        raise CommandError(f"The schema of the database was not brought up to date: {error}.") from error


def service_processes(
    servers: Servers, state: Path, port: int, environ: Mapping[str, str], *, report: Callable[[str], None]
) -> list[ManagedProcess]:
    """Chronology on `port` and ingest on the next, restarted whenever they end unasked."""
    environment = {"CHRONOLOGY_LOG_KEY_FILE": str(own_log_key(state)), **service_environment(servers, port, environ)}
    modules = {"chronology": ("chronology", "run"), "ingest": ("chronology_ingest",)}
    return [
        ManagedProcess(
            Launch(
                name=name,
                command=[sys.executable, "-P", "-m", *module],
                log=state / "logs" / f"{name}.log",
                ready=http_answers(f"http://{HOST}:{port + offset}/readyz"),
                environment=environment,
                start_seconds_max=START_SECONDS_MAX,
                stop_seconds_max=STOP_SECONDS_MAX,
            ),
            report=report,
        )
        for offset, (name, module) in enumerate(modules.items())
    ]


def own_log_key(state: Path) -> Path:
    """The file of the key that signs the log's checkpoints; made where there is none yet."""
    from chronology.tree.notes import new_key

    path = state / LOG_KEY_FILE
    if not path.exists():
        write_private(path, new_key(f"chronology.local/{secrets.token_hex(4)}").encode().encode())
    return path


def service_environment(servers: Servers, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Ours, with the addresses of what runs here. What is set for the services besides that is passed on."""
    passed_on = {name: value for name, value in environ.items() if name not in NOT_PASSED_ON}
    # The services run in another folder than the person who names files.
    passed_on |= {name: str(Path(passed_on[name]).absolute()) for name in NAMES_OF_FILES if passed_on.get(name)}
    own = {
        "DATABASE_URL": servers.database_url,
        "NATS_URL": servers.nats_url,
        "NATS_TOKEN": servers.nats_token,
        "NATS_MONITOR_URL": servers.nats_monitor_url,
        "CHRONOLOGY_HOST": HOST,
        "CHRONOLOGY_PORT": str(port),
        "CHRONOLOGY_INGEST_HOST": HOST,
        "CHRONOLOGY_INGEST_PORT": str(port + 1),
        "CHRONOLOGY_URL": f"http://{HOST}:{port}",
    }
    return passed_on | own
