"""`chronology projections`: the builds of projections, and which of them is read."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
import rich_click as click
from msgspec import Struct
from rich.table import Table

from ..answers import Build, BuildAnswer, Builds
from ..client import Client, segment
from ..console import emit, results_are_for_people, say, show_table, visible
from ..errors import CommandError
from .options import with_service

T = TypeVar("T")

PATIENCE_SECONDS: Final = 10.0
"""Two builds can be compared only while both have read equally far; that is soon so again."""


class Difference(Struct, frozen=True, kw_only=True):
    """A table in which two builds have other rows at the same position."""

    collection: str
    table: str
    position: int = 0
    rows: int = 0
    other_rows: int = 0


class Comparison(Struct, frozen=True, kw_only=True):
    build: int = 0
    other: int = 0
    rows: int = 0
    differences: list[Difference] = []


@click.group("projections", invoke_without_command=True)
@with_service("chronology")
@click.pass_context
def command(ctx: click.Context, client: Client) -> None:
    """List the builds of projections: which one is read, how far each is.

    Example: chronology projections switch timelines
    """
    if ctx.invoked_subcommand is None:
        listed(client)


def listed(client: Client) -> None:
    found = client.get("/v1/projections", Builds).items
    if not results_are_for_people():
        for build in found:
            emit(build)
        return
    table = Table("Projection", "Build", "Version", "State", "Behind", "Begun", show_edge=False, pad_edge=False)
    for build in found:
        state = "read now" if build.current else "read before" if build.previous else "beside"
        fault = f", {build.state}: {build.error}" if build.error else ""
        table.add_row(
            build.projection,
            str(build.build),
            str(build.version),
            visible(state + fault),
            str(build.lag),
            build.requested_at,
        )
    show_table(table, as_result=True)


@command.command("switch")
@click.argument("name", default="timelines")
@click.option("--build", type=int, help="Which one; left out: the newest.")
@with_service("chronology")
def switch(client: Client, name: str, build: int | None) -> None:
    """Let readers see another build. Refused while it is behind.

    Example: chronology projections switch timelines --build 2
    """
    answer = operate(client, name, "switch", {"build": build}, BuildAnswer)
    say(f"build {answer.build} of {name} is read now; back again: chronology projections rollback {name}")


@command.command("rollback")
@click.argument("name", default="timelines")
@with_service("chronology")
def rollback(client: Client, name: str) -> None:
    """Let readers see the build before the last switch.

    Example: chronology projections rollback timelines
    """
    # Sent once: a rollback that is repeated because its answer was lost would take itself back.
    answer = operate(client, name, "rollback", {}, BuildAnswer, patience_seconds=0)
    say(f"build {answer.build} of {name} is read now")


@command.command("drop")
@click.argument("name", default="timelines")
@click.option("--build", type=int, required=True, help="Which one; never the one that is read.")
@with_service("chronology")
def drop(client: Client, name: str, build: int) -> None:
    """Drop a build that is not read.

    Example: chronology projections drop timelines --build 1
    """
    operate(client, name, "drop", {"build": build}, msgspec.Raw)
    say(f"build {build} of {name} is dropped")


@command.command("verify")
@click.argument("name", default="timelines")
@with_service("chronology")
def verify(client: Client, name: str) -> None:
    """Compare the build that is read with the newest beside it, row by row; exit code 1 where they differ.

    Example: chronology rebuild && chronology projections verify
    """
    found = operate(client, name, "verify", {}, Comparison)
    for difference in found.differences:
        emit(difference)
    if found.differences:
        raise CommandError(
            f"Builds {found.build} and {found.other} of {name} differ in {len(found.differences)} tables."
        )
    say(f"builds {found.build} and {found.other} of {name} are equal in all of {found.rows} rows")


def builds(client: Client, name: str) -> list[Build]:
    found = client.get("/v1/projections", Builds, patience_seconds=PATIENCE_SECONDS).items
    return [build for build in found if build.projection == name]


def operate(
    client: Client,
    name: str,
    what: str,
    body: dict[str, Any],
    type: type[T],
    patience_seconds: float = PATIENCE_SECONDS,
) -> T:
    return client.post(f"/v1/projections/{segment(name)}/{what}", body, type, patience_seconds=patience_seconds)
