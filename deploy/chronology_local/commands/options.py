"""Options that several commands have, and what they mean."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import rich_click as click
from chronology_contracts.subjects import is_collection_name
from click import get_current_context
from msgspec import Struct

from ..addresses import Environment, chronology_url, ingest_url, running
from ..client import Client
from ..errors import CommandError
from ..own_rules import added_rules

F = TypeVar("F", bound=Callable[..., Any])
Service = Literal["chronology", "ingest"]

COLLECTION: Final = "main"


class Given(Struct, frozen=True, kw_only=True):
    """What holds for every command: click's `obj`."""

    environment: Environment

    def client(self, service: Service, *, url: str, key: str, state: Path | None) -> Client:
        """Raises `CommandError` where the named state folder has nothing running: another address is not meant then."""
        if state and not url and running(state) is None:
            raise CommandError(nothing_runs(state))
        address = chronology_url if service == "chronology" else ingest_url
        return Client(
            address(url, Environment(state=state) if state else self.environment),
            key=key or self.environment.key,
            service=service,
        )


def nothing_runs(state: Path) -> str:
    return f"Nothing runs on {state}. Start it: {start_of(state)}"


def start_of(state: Path | None) -> str:
    return f"chronology up --state {shlex.quote(str(state))}" if state else "chronology up"


def given() -> Given:
    found = get_current_context().find_object(Given)
    assert found is not None
    return found


def with_service(service: Service, *, and_state: bool = False) -> Callable[[F], Callable[..., Any]]:
    """Gives a command `--url`, `--key` and `--state`, and instead of them the argument `client`.

    With `and_state` also `state`, None where none is given.
    """

    def decorate(function: F) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*arguments: Any, url: str, key: str, state: Path | None, **options: Any) -> Any:
            if and_state:
                options["state"] = state
            with given().client(service, url=url, key=key, state=state) as client:
                return function(*arguments, client=client, **options)

        address = f"Address of the {service} service. Left out: what `up` runs."
        wrapped = click.option("--url", default="", metavar="URL", help=address)(call)
        wrapped = click.option("--key", default="", metavar="KEY", help="API key. Left out: CHRONOLOGY_KEY.")(wrapped)
        return state_option(wrapped)

    return decorate


def state_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--state", type=click.Path(path_type=Path), metavar="DIR", help="State folder of the `up` that is meant."
    )(function)


def collection_option(function: F) -> F:
    return click.option(
        "--collection", "-c", default=COLLECTION, show_default=True, callback=checked_collection, help="The collection."
    )(function)


def metadata_option(function: F) -> F:
    return click.option(
        "--metadata",
        metavar="FILE",
        help="Lines of JSON: `doc` (file name without ending), `published`, `title`, `publisher`, `url`, `language`.",
    )(function)


def published_option(function: F) -> F:
    return click.option(
        "--published", default="", metavar="EDTF", help="Date of documents that the metadata has none for: 2019-03-19."
    )(function)


def rules_option_as(help: str) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        return click.option("--rules", multiple=True, metavar="FILE", help=f"Rules of your own, or a folder. {help}")(
            function
        )

    return decorate


def rules_option(function: F) -> Callable[..., Any]:
    """Gives a command `--rules`: what it reads while it runs, it reads by these rules, too."""

    @functools.wraps(function)
    def call(*arguments: Any, rules: tuple[str, ...], **options: Any) -> Any:
        with added_rules(rules):
            return function(*arguments, **options)

    return rules_option_as("Read by these, too.")(call)


def checked_collection(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """Names that begin with _ are the system's own; they may be read, and the service says what may not be done."""
    if not is_collection_name(value.removeprefix("_")):
        raise click.BadParameter(
            f"{value!r} is no name of a collection: a-z, 0-9 and -, at most 40 characters, not beginning with -."
        )
    return value
