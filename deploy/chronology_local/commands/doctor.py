"""`chronology doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import rich_click as click

from .. import checkup
from ..addresses import Addresses, chronology_url, ingest_url, running
from ..checkup import Finding, Look
from ..client import Client
from ..console import count, emit, results_are_for_people, say
from .options import given, state_option


@click.command("doctor")
@click.option("--url", default="", metavar="URL", help="Address of the chronology service. Left out: what `up` runs.")
@click.option("--ingest-url", default="", metavar="URL", help="Address of the ingest service.")
@click.option("--key", default="", metavar="KEY", help="API key. Left out: CHRONOLOGY_KEY.")
@state_option
def command(url: str, ingest_url: str, key: str, state: Path | None) -> int:
    """Look at everything that can be wrong; for each fault, say how to mend it. Exit code 1 where there is one.

    Where the output is piped, each finding is also a line of JSON.

    Example: chronology doctor
    """
    findings = []
    for finding in checkup.all_findings(looks(url, ingest_url, key, state)):
        findings.append(finding)
        show(finding)
    faults = [finding for finding in findings if not finding.ok]
    say(count(len(faults), "fault") if faults else "all is well", style="red" if faults else "green")
    return 1 if faults else 0


def show(finding: Finding) -> None:
    mark, style = ("ok   ", "") if finding.ok else ("FAULT", "red")
    say(f"{mark} {finding.check}: {finding.detail}", style=style)
    if finding.fix:
        say(f"      fix: {finding.fix}")
    if not results_are_for_people():
        emit(finding)


def looks(url: str, ingest: str, key: str, state: Path | None) -> list[tuple[str, Look]]:
    environment = given().environment
    folder = state or environment.state
    here = running(folder)
    key = key or environment.key
    start = f"chronology up{f' --state {state}' if state else ''}"
    chronology_client = Client(url or (here.chronology if here else chronology_url("", environment)), key=key)
    ingest_client = Client(ingest or (here.ingest if here else ingest_url("", environment)), key=key)
    servers = servers_of(here, environment.all)
    found: list[tuple[str, Look]] = [
        ("programs", lambda: checkup.programs(folder)),
        ("chronology", lambda: checkup.readiness("chronology", chronology_client, start)),
        ("ingest", lambda: checkup.readiness("ingest", ingest_client, start)),
    ]
    database_url, monitor_url = servers
    if database_url:
        found.append(("postgres", lambda: postgres(database_url)))
    if monitor_url:
        found.append(("nats", lambda: checkup.nats(monitor_url)))
    found.append(("collections", lambda: checkup.collections(chronology_client)))
    found.append(("projections", lambda: checkup.projections(chronology_client)))
    return found


def servers_of(here: Addresses | None, environ: dict[str, str]) -> tuple[str, str]:
    """The addresses of Postgres and of NATS' monitor, "" where they are not known."""
    if here:
        return here.database_url, here.nats_monitor_url
    return environ.get("DATABASE_URL", ""), environ.get("NATS_MONITOR_URL", "")


def postgres(url: str) -> Iterator[Finding]:
    yield from asyncio.run(checkup.postgres(url))
