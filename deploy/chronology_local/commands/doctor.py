"""`chronology doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import rich_click as click

from .. import checkup
from ..addresses import Addresses, Environment, chronology_url, ingest_url, running
from ..checkup import Finding, Look
from ..client import Client
from ..console import count, emit, results_are_for_people, say
from .options import Service, given, start_of, state_option


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
    """What is to be looked at: what the options name. A state folder that is named stands for nothing but itself."""
    environment = given().environment
    folder = state or environment.state
    here = running(folder)
    start = start_of(state)
    found: list[tuple[str, Look]] = [("programs", lambda: checkup.programs(folder))]
    meant = Environment(state=folder) if state else environment
    clients: dict[Service, Client] = {}
    options: dict[Service, str] = {"chronology": url, "ingest": ingest}
    for service, named in options.items():
        address = named or known_url(service, here, meant, state)
        if address:
            clients[service] = Client(address, key=key or environment.key, service=service)
            found.append((service, partial(checkup.readiness, service, clients[service], start)))
        else:
            found.append((service, partial(checkup.absent, service, folder, start)))
    database_url, monitor_url = servers_of(here, environment.all)
    if database_url:
        found.append(("postgres", lambda: postgres(database_url)))
    if monitor_url:
        found.append(("nats", lambda: checkup.nats(monitor_url)))
    if "chronology" in clients:
        found.append(("collections", partial(checkup.collections, clients["chronology"])))
        found.append(("projections", partial(checkup.projections, clients["chronology"])))
    return found


def known_url(service: Service, here: Addresses | None, environment: Environment, state: Path | None) -> str:
    """The address of a service that no option names; "" where the named state folder has none."""
    if here:
        return here.chronology if service == "chronology" else here.ingest
    if state:
        return ""
    return chronology_url("", environment) if service == "chronology" else ingest_url("", environment)


def servers_of(here: Addresses | None, environ: dict[str, str]) -> tuple[str, str]:
    """The addresses of Postgres and of NATS' monitor, "" where they are not known."""
    if here:
        return here.database_url, here.nats_monitor_url
    return environ.get("DATABASE_URL", ""), environ.get("NATS_MONITOR_URL", "")


def postgres(url: str) -> Iterator[Finding]:
    yield from asyncio.run(checkup.postgres(url))
