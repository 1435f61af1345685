"""What `doctor` looks at: each look gives findings, and none of them stops the others.

What the services say of themselves is asked over HTTP. Postgres and NATS are looked at directly where their addresses
are known: of an `up` on this machine, or from the environment.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from .answers import Builds, Collection, Collections, DeadLetter
from .client import FORBIDDEN, KEY_ADVICE, UNAUTHENTICATED, WRONG_SERVICE, Client, segment
from .commands.timeline import pages
from .console import count
from .errors import CommandError, Refused, Unreachable

CLOCK_SECONDS_MAX: Final = 2.0
LAG_RECORDS_MAX: Final = 1000
"""A projection is always a little behind while documents come in."""
DISK_BYTES_MIN: Final = 1024**3
SOON: Final = "Wait a moment and look again; if it stays, see the log of the service."
ADDRESS: Final = "Give the right addresses: --url of chronology, --ingest-url of ingest."
CHECK_OF_THE_OTHER: Final = {"chronology": "workers", "ingest": "postgres"}
"""A check that only the other service has: its address was given instead."""

FIXES: Final = {
    "postgres": "Start Postgres, or correct DATABASE_URL; for an old schema: chronology-serve migrate.",
    "nats": "Start NATS, or correct NATS_URL and its token.",
    "sync": "Set `sync_interval: always` in the jetstream part of NATS' configuration and restart it.",
    "projections": "Wait until they are built; `chronology projections` shows how far they are.",
    "durability": "Set `sync_interval: always` in the configuration of NATS, and NATS_MONITOR_URL for ingest.",
    "workers": "Restart ingest; its log says why its workers end.",
}


class Finding(Struct, frozen=True, kw_only=True):
    """`fix` is what to do about it; "" where all is well or nothing need be done."""

    check: str
    ok: bool
    detail: str
    fix: str = ""


class Check(Struct, frozen=True, kw_only=True):
    ok: bool
    detail: str = ""


class Health(Struct, frozen=True, kw_only=True):
    status: str = ""
    checks: dict[str, Check] = {}


Look = Callable[[], Iterator[Finding]]


def all_findings(looks: list[tuple[str, Look]]) -> Iterator[Finding]:
    """What each look finds; one that fails is a finding itself."""
    for name, look in looks:
        try:
            yield from look()
        except Unreachable:
            # Whether a service answers at all is a look of its own.
            continue
        except CommandError as error:
            yield Finding(check=name, ok=False, detail=str(error), fix=fix_of(error))


def fix_of(error: CommandError) -> str:
    if isinstance(error, Refused) and error.status in (UNAUTHENTICATED, FORBIDDEN):
        return KEY_ADVICE
    if isinstance(error, Refused) and error.slug == WRONG_SERVICE:
        return ADDRESS
    return SOON


def programs(state: Path) -> Iterator[Finding]:
    """This installation, and the state folder where there is one."""
    detail = f"chronology {version('chronology')} on Python {platform.python_version()}, {platform.system()}"
    yield Finding(check="programs", ok=True, detail=detail)
    if not state.exists():
        return
    free = shutil.disk_usage(state).free
    yield Finding(
        check="disk",
        ok=free >= DISK_BYTES_MIN,
        detail=f"{free / 1024**3:.1f} GiB free for {state}",
        fix="" if free >= DISK_BYTES_MIN else "Make room: at the end neither Postgres nor NATS takes anything more.",
    )
    yield from data_version(state)


def data_version(state: Path) -> Iterator[Finding]:
    from .binaries import find_postgres
    from .server_errors import ServersError

    try:
        found, needed = (state / "postgres" / "PG_VERSION").read_text().strip(), find_postgres().major
    except (OSError, ServersError):
        return
    if found != needed:
        yield Finding(
            check="data",
            ok=False,
            detail=f"the data folder was written by PostgreSQL {found}, installed is {needed}",
            fix=f"Dump it with pg_dump of version {found}, and load that into a new state folder.",
        )


def absent(service: str, state: Path, start: str) -> Iterator[Finding]:
    """A service of a state folder on which nothing runs."""
    yield Finding(check=service, ok=False, detail=f"nothing runs on {state}", fix=start)


def readiness(service: str, client: Client, start: str) -> Iterator[Finding]:
    """What a service says of itself; `start` is what to do where it does not answer."""
    try:
        response = client.send("GET", "/readyz", parameters={"verbose": "true"}, accepted=frozenset({503}))
        health = msgspec.json.decode(response.content, type=Health)
    except CommandError as error:
        fix = start if isinstance(error, Unreachable) else fix_of(error)
        yield Finding(check=service, ok=False, detail=str(error), fix=fix)
        return
    except msgspec.DecodeError:
        yield Finding(check=service, ok=False, detail=f"another program answers at {client.url}", fix=start)
        return
    if not health.checks or CHECK_OF_THE_OTHER[service] in health.checks:
        yield Finding(check=service, ok=False, detail=f"{client.url} is not the {service} service", fix=ADDRESS)
        return
    for name, check in health.checks.items():
        fix = "" if check.ok else FIXES.get(name, SOON)
        yield Finding(check=f"{service} {name}", ok=check.ok, detail=check.detail or "ready", fix=fix)


def collections(client: Client) -> Iterator[Finding]:
    for item in client.get("/v1/collections", Collections).items:
        yield from collection(client, client.get(f"/v1/collections/{segment(item.name)}", Collection))


def collection(client: Client, found: Collection) -> Iterator[Finding]:
    name, check = found.name, f"collection {found.name}"
    if found.halted:
        fix = f'chronology resume {name} --reread --why "…", or --new-stream where the stream is lost (see its help)'
        yield Finding(check=check, ok=False, detail=f"halted: {found.halted}", fix=fix)
    else:
        yield Finding(check=check, ok=True, detail=f"{found.position} records, {'closed' if found.closed else 'open'}")
    if found.counts and found.counts.documents_incomplete:
        yield Finding(
            check=check,
            ok=False,
            detail=f"{count(found.counts.documents_incomplete, 'document')} not shown: never completely extracted",
            fix="If nothing is being ingested now, ingest those documents again: what is there is not doubled.",
        )
    if found.dead_letters:
        yield from dead_letters(client, name, check)
    if found.id_conflicts:
        detail = (
            f"{found.id_conflicts} messages had a known id and another body; the first ones count, these are kept aside"
        )
        yield Finding(check=check, ok=True, detail=detail)


def dead_letters(client: Client, name: str, check: str) -> Iterator[Finding]:
    letters = (
        msgspec.json.decode(item, type=DeadLetter)
        for item in pages(client, f"/v1/collections/{segment(name)}/dead-letters")
    )
    waiting = sum(not letter.resent_as for letter in letters)
    if waiting:
        fix = f"chronology dead-letters --collection {name}; mend each and send it again with `resend`"
        yield Finding(check=check, ok=False, detail=f"not sent again: {count(waiting, 'dead letter')}", fix=fix)


def projections(client: Client) -> Iterator[Finding]:
    for build in client.get("/v1/projections", Builds).items:
        check = f"projection {build.projection} build {build.build}"
        if build.error or build.state == "stopped":
            fix = "Upgrade this program, or drop the build and rebuild: chronology rebuild " + build.projection
            yield Finding(check=check, ok=False, detail=f"stopped: {build.error}", fix=fix)
            continue
        ok = build.lag <= LAG_RECORDS_MAX or not build.current
        place = "read now" if build.current else "beside"
        yield Finding(check=check, ok=ok, detail=f"{place}, {build.lag} records behind", fix="" if ok else SOON)


async def postgres(url: str) -> list[Finding]:
    """Version, schema and clock. Raises `CommandError` where it does not answer."""
    from chronology.database import connect
    from chronology.errors import ChronologyError
    from chronology.migrate import schema_version

    try:
        connection = await connect(url, role=None)
        try:
            name = await connection.fetchval("SELECT current_setting('server_version')")
            asked = datetime.now(UTC)
            their = await connection.fetchval("SELECT clock_timestamp()")
            answered = datetime.now(UTC)
            applied, here = await schema_version(connection)
        finally:
            await connection.close(timeout=1)
    except ChronologyError as error:
        return [Finding(check="postgres", ok=False, detail=str(error), fix=FIXES["postgres"])]
    schema = Finding(
        check="schema",
        ok=applied == here,
        detail=f"version {applied}" if applied == here else f"version {applied}, this program has {here}",
        fix="" if applied == here else "chronology-serve migrate" if applied < here else "Upgrade this program.",
    )
    return [
        Finding(check="postgres", ok=True, detail=f"PostgreSQL {name}"),
        schema,
        clock("postgres", their, asked, answered),
    ]


class Varz(Struct, frozen=True, kw_only=True):
    """Of NATS' monitor."""

    version: str
    now: str


def nats(monitor_url: str) -> Iterator[Finding]:
    """Version, whether it syncs, and clock, from the monitor."""
    import asyncio

    from chronology_runtime.jetstream import sync_always

    try:
        with Client(monitor_url, service="") as client:
            asked = datetime.now(UTC)
            varz = client.get("/varz", Varz)
            answered = datetime.now(UTC)
    except CommandError as error:
        yield Finding(check="nats", ok=False, detail=f"its monitor does not answer: {error}", fix=FIXES["nats"])
        return
    yield Finding(check="nats", ok=True, detail=f"nats-server {varz.version}")
    syncs = asyncio.run(sync_always(monitor_url))
    yield Finding(
        check="nats sync",
        ok=syncs is True,
        detail="writes before it acknowledges"
        if syncs
        else "acknowledges before it writes: a power loss may lose documents",
        fix="" if syncs else FIXES["sync"],
    )
    yield clock("nats", datetime.fromisoformat(varz.now), asked, answered)


def clock(whose: str, their: datetime, asked: datetime, answered: datetime) -> Finding:
    """How far another clock is off, by the least that the times of question and answer allow."""
    off = max(asked - their, their - answered, timedelta(0)).total_seconds()
    ok = off <= CLOCK_SECONDS_MAX
    return Finding(
        check=f"{whose} clock",
        ok=ok,
        detail=f"{off:.1f} s off this machine's",
        fix="" if ok else "Set both clocks by a time server (chrony, systemd-timesyncd).",
    )
