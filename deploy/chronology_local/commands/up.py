"""`chronology up`: everything on this machine, in one state folder, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import rich_click as click
from msgspec import Struct

from ..addresses import HOST, PORT, Addresses, Environment, forget_running, note_running
from ..console import say, warn
from ..embedded import EmbeddedServers, Instance, lock_state, make_state_folder, running_instance
from ..errors import CommandError
from ..own_nats import is_free
from ..own_rules import load_rules
from ..samples_ingest import ingest_samples, key_of, show_sample_timeline
from ..server_errors import AlreadyRunning
from ..services import Servers, migrate, service_processes
from ..supervisor import ManagedProcess
from .options import given, state_option

INTERRUPTED_TWICE: Final = 130
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ONE_SIGNAL_SECONDS: Final = 0.3
"""What comes so soon after the first signal is the same one: `timeout` sends it to the process and to its group."""
OWN_ADDRESSES: Final = (HOST, "localhost")
RULES_VARIABLE: Final = "CHRONOLOGY_INGEST_RULES"
ADDRESS_VARIABLES: Final = ("CHRONOLOGY_HOST", "CHRONOLOGY_INGEST_HOST")


class Plan(Struct, frozen=True, kw_only=True):
    """What is to run: `state` is absolute; ingest gets the port after `port`."""

    state: Path
    port: int
    sample: bool
    environment: Environment

    @property
    def chronology(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def ingest(self) -> str:
        return f"http://{HOST}:{self.port + 1}"


@click.command("up")
@click.option(
    "--port",
    type=click.IntRange(1, 65534),
    default=PORT,
    show_default=True,
    help="Port of chronology; ingest gets the next.",
)
@state_option
@click.option("--no-sample", is_flag=True, help="Do not ingest the sample documents.")
def command(port: int, state: Path | None, no_sample: bool) -> int:
    """Set up and start everything, ingest the sample documents, and run until Ctrl-C.

    DATABASE_URL and NATS_URL, where both are given, are used instead of our own servers.

    Example: chronology up --port 8500 --state ~/chronology-second
    """
    environment = given().environment
    folder = (state or environment.state).expanduser().absolute()
    code = asyncio.run(run(Plan(state=folder, port=port, sample=not no_sample, environment=environment)))
    # Stopped, and nothing is left to do: the same signal once more must not make a failure of that.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    return code


async def run(plan: Plan) -> int:
    """Run until a signal; 0 after a clean stop. A second signal ends everything at once."""
    with ended_by_signals() as was_signalled:
        try:
            await work(plan)
        except asyncio.CancelledError:
            if not was_signalled():
                raise
            say("stopped")
    return 0


async def work(plan: Plan) -> None:
    check_addresses(plan.environment.all)
    check_rules(plan.environment.all)
    check_free(plan)
    stopping = threading.Event()
    async with contextlib.AsyncExitStack() as stack:
        say(f"state folder {plan.state}")
        servers = await stack.enter_async_context(open_servers(plan))
        await migrate(servers, plan.environment.all)
        processes = service_processes(servers, plan.state, plan.port, plan.environment.all, report=warn)
        await stack.enter_async_context(all_running(processes))
        note_running(plan.state, addresses(plan, servers))
        stack.callback(forget_running, plan.state)
        stack.callback(stopping.set)
        if plan.sample:
            await asyncio.to_thread(bring_samples, plan, stopping)
        announce(plan)
        await asyncio.Event().wait()


def bring_samples(plan: Plan, stopping: threading.Event) -> None:
    """Ingest and show them. What goes wrong with them is said; whoever has documents of their own can go on."""
    key = key_of(plan.environment)
    try:
        ingest_samples(plan.ingest, plan.chronology, key, plan.state, stopping)
        if not stopping.is_set():
            show_sample_timeline(plan.chronology, key, stopping)
    except CommandError as error:
        if not stopping.is_set():
            warn(f"the samples: {error}")


def check_addresses(environ: Mapping[str, str]) -> None:
    """Raises `CommandError` for an address that would be passed over in silence."""
    for name in ADDRESS_VARIABLES:
        file = environ.get(f"{name}_FILE", "").strip()
        if file or environ.get(name, "").strip() not in ("", *OWN_ADDRESSES):
            raise CommandError(
                f"{name}{'_FILE' if file else ''} is set, but `up` listens on {HOST} alone. Unset it; to be reached "
                "from other machines, run the services yourself: see README, Your own PostgreSQL and NATS."
            )


def check_rules(environ: Mapping[str, str]) -> None:
    """Raises `BadInput`: a service that does not start for it would be started again and again."""
    if rules := environ.get(RULES_VARIABLE, "").strip():
        load_rules([rules])


def check_free(plan: Plan) -> None:
    """Raises `AlreadyRunning` before anything else is looked at, and `CommandError` for a port that is taken."""
    first = running_instance(plan.state)
    if first:
        raise AlreadyRunning(plan.state, first.pid, first.address)
    for port in (plan.port, plan.port + 1):
        if not is_free(port):
            needed = "" if port == plan.port else f" (needed for ingest, beside {plan.port})"
            raise CommandError(
                f"Port {port}{needed} is taken by another program. Choose another: chronology up --port PORT"
            )


@contextlib.asynccontextmanager
async def open_servers(plan: Plan) -> AsyncIterator[Servers]:
    """Our own Postgres and NATS, or those that the environment names; the state folder is locked either way."""
    database_url, nats_url = plan.environment.all.get("DATABASE_URL", ""), plan.environment.all.get("NATS_URL", "")
    if bool(database_url) != bool(nats_url):
        missing = "NATS_URL" if database_url else "DATABASE_URL"
        raise CommandError(
            f"{missing} is not set. Give both DATABASE_URL and NATS_URL, or neither for our own servers."
        )
    if database_url:
        make_state_folder(plan.state)
        lock = lock_state(plan.state, Instance(pid=os.getpid(), address=plan.chronology))
        try:
            yield Servers.given(plan.environment.all)
        finally:
            os.close(lock)
        return
    say("starting PostgreSQL and NATS")
    async with EmbeddedServers(plan.state, address=plan.chronology, report=warn) as own:
        tell_of_data(plan.state, own.data)
        yield Servers(
            database_url=own.database_url,
            nats_url=own.nats_url,
            nats_token=own.nats_token,
            nats_monitor_url=own.nats_monitor_url,
        )


def tell_of_data(state: Path, data: Path) -> None:
    """Whoever backs up or removes the state folder must know that the data are not in it."""
    if (state / "postgres").is_symlink():
        say(f"PostgreSQL's data are in {data}: as root it runs as another user, who cannot reach {state}")


@contextlib.asynccontextmanager
async def all_running(processes: list[ManagedProcess]) -> AsyncIterator[None]:
    """Start all at once and stop all at once: each waits for the others by itself."""
    say("starting " + " and ".join(process.name for process in processes))
    try:
        async with asyncio.TaskGroup() as starting:
            for process in processes:
                starting.create_task(process.start())
        yield
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        say("stopping")
        await all_done([process.stop for process in processes])


async def all_done(calls: list[Callable[[], Awaitable[None]]]) -> None:
    await asyncio.gather(*(call() for call in calls), return_exceptions=True)


def addresses(plan: Plan, servers: Servers) -> Addresses:
    return Addresses(
        pid=os.getpid(),
        chronology=plan.chronology,
        ingest=plan.ingest,
        database_url=servers.database_url,
        nats_url=servers.nats_url,
        nats_token=servers.nats_token,
        nats_monitor_url=servers.nats_monitor_url,
    )


def announce(plan: Plan) -> None:
    """The line that programs wait for. Whoever started us may not read it; we run on all the same."""
    say("Ctrl-C stops it. In another terminal: chronology timeline --help", style="dim")
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"ready chronology={plan.chronology} ingest={plan.ingest}\n")
        sys.stdout.flush()


@contextlib.contextmanager
def ended_by_signals() -> Iterator[Callable[[], bool]]:
    """The first SIGINT, SIGTERM or SIGHUP cancels this task; the second leaves at once, and our processes with us."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    seen_at: list[float] = []

    def on_signal(*_: object) -> None:
        if not seen_at:
            seen_at.append(time.monotonic())
            task.cancel()
        elif time.monotonic() - seen_at[0] > ONE_SIGNAL_SECONDS:
            os._exit(INTERRUPTED_TWICE)

    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal)
    try:
        yield lambda: bool(seen_at)
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            if seen_at:
                # The loop goes on to wait for its threads.
                signal.signal(number, on_signal)
