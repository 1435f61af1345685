"""What the READMEs say is so: their tables are complete, their examples run and give what is printed.

python -m tests.acceptance.test_readme      writes the examples of ingest's README anew, after rules have changed
"""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import click
import httpx2
import pytest
from chronology.api.app import create_app
from chronology.log.record import header, header_hash
from chronology_contracts import codec, content_id
from chronology_contracts.records import RECORD_TYPES
from chronology_ingest.api.app import make_app
from chronology_local.commands import chronology
from chronology_runtime.access import Keyring, Open, Require
from chronology_runtime.telemetry import Metrics

from tests.acceptance.stack import Stack, read_all, stack
from tests.acceptance.test_subscribers import body

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"
INGEST: Final = ROOT / "services" / "ingest" / "README.md"
CHRONOLOGY: Final = ROOT / "services" / "chronology" / "README.md"
READMES: Final = (README, INGEST, CHRONOLOGY)
NOT_SHOWN: Final = ("doc", "id", "document_id", "extractor", "actors", "recipients", "mentions")
"""Of a line of `extract`: what follows from the rules' hash or the text's id, and what scorers want."""
BLOCK: Final = re.compile(r"```(?:\w*)\n(.*?)```", re.DOTALL)
LINK: Final = re.compile(r"\]\((?!https?:|#)([^)#]+)")
ROW: Final = re.compile(r"^\| (?P<service>\w+) \| `(?P<route>[^`]+)` \| (?P<grant>\w*) ?\| (?P<gives>.+) \|$")
SUBSCRIBER_SECONDS_MAX: Final = 30


def between(path: Path, mark: str) -> str:
    _, begin, rest = path.read_text("utf-8").partition(f"<!-- {mark} -->\n")
    found, end, _ = rest.partition(f"<!-- /{mark} -->")
    if not (begin and end):
        raise AssertionError(f"{path.name} has no {mark}")
    return found.strip()


def block(path: Path, mark: str) -> str:
    (found,) = BLOCK.findall(between(path, mark))
    return str(found)


# --- the tables


def routes() -> dict[tuple[str, str], str]:
    """(service, route) → the grant that it needs, "" for none; `both` where both services have it."""

    async def well() -> None:
        return None

    # Nothing is asked of what the applications stand on: only their routes are looked at.
    any_state: Any = SimpleNamespace(tails=SimpleNamespace(clients=0), closing=asyncio.Event())
    checks: Any = SimpleNamespace(postgres=well, nats=well, sync=well, projections=well)
    keys = Keyring([])
    apps = {
        "chronology": create_app(any_state, keys=keys, checks=checks).grants,
        "ingest": make_app(any_state, bus=any_state, keys=keys, metrics=Metrics(), closing=asyncio.Event()).grants,
    }
    shared = apps["chronology"].keys() & apps["ingest"].keys()
    return {
        ("both" if route in shared else service, route): grant_of(guard)
        for service, grants in apps.items()
        for route, guard in grants.items()
    }


def grant_of(guard: Require | Open) -> str:
    return guard.grant if isinstance(guard, Require) else ""


# litestar warns of a way to declare path parameters, which is no matter of the table.
def test_the_table_of_routes_has_every_route_with_its_grant() -> None:
    rows = [ROW.match(line) for line in between(README, "routes").splitlines()[2:]]
    listed = [
        ((row["service"], row["route"].replace("…", "/v1/collections/{collection}")), row["grant"])
        for row in rows
        if row is not None
    ]

    assert None not in rows
    assert sorted(listed) == sorted(routes().items())


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """The words of every command, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield before + name
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


def test_the_table_of_commands_has_every_command() -> None:
    listed = re.findall(r"^\| `([a-z -]+)` \|", between(README, "commands"), re.MULTILINE)

    assert sorted(listed) == sorted(commands(chronology))


# --- the text


def printed_commands() -> list[tuple[str, list[str]]]:
    """(README, arguments) of each command of ours in a block of shell."""
    found = []
    for path in READMES:
        for text in re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
            for line in text.splitlines():
                if line.startswith(("chronology ", "./chronology ")):
                    words = shlex.split(line, comments=True)
                    found.append((path.parent.name, [word for word in words[1:] if word != ">"]))
    return found


@pytest.mark.parametrize(("readme", "arguments"), printed_commands())
def test_every_command_that_is_printed_is_understood(readme: str, arguments: list[str]) -> None:
    if "show" in arguments:
        arguments = arguments[:-1]  # The file that the shell writes to.
    command: click.Command = chronology
    context = click.Context(chronology)
    while isinstance(command, click.Group) and arguments and (inner := command.get_command(context, arguments[0])):
        command, arguments = inner, arguments[1:]
    settings = command.context_settings  # `test` hands its arguments on to pytest.
    rest = command.make_parser(click.Context(command, **settings)).parse_args(list(arguments))[1]

    assert command is not chronology
    assert rest == [] or settings.get("ignore_unknown_options")


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.parent.name)
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text("utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []
    assert links or path == CHRONOLOGY


# --- the leaf


def test_the_leaf_of_the_example_is_what_the_service_stores() -> None:
    if shutil.which("sha256sum") is None or shutil.which("base32") is None:
        pytest.skip("the example is of GNU's tools, which this system does not have")
    script = block(CHRONOLOGY, "leaf")
    printed = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, check=True).stdout
    data = re.search(r"'({.*})'", script)
    assert data is not None
    created = codec.decode_body("collection.created", 1, data[1].encode())
    leaf = header(
        lineage=created.lineage,
        collection=created.collection,
        position=1,
        type="collection.created",
        version=RECORD_TYPES["collection.created"].version,
        recorded_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
        id=content_id.to_bytes(content_id.command_id(principal="ann", idempotency_key="k-1")),
        salt=bytes(range(16)),
        body=data[1].encode(),
    )

    assert printed.strip() == header_hash(leaf).hex()
    assert printed == block(CHRONOLOGY, "leaf-hash")


# --- the extraction


def extracted() -> dict[str, Any]:
    """The event of the example, without what is not shown."""
    first, second = block(INGEST, "example-input").splitlines()
    sentence, published = shlex.split(first)[1], shlex.split(second)[-1]
    command = [sys.executable, "-P", "-m", "chronology_local", "extract", "-", "--published", published]
    done = subprocess.run(command, input=sentence + "\n", capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    return {name: value for name, value in json.loads(line).items() if name not in NOT_SHOWN}


def example(event: dict[str, Any]) -> str:
    """A field a line; of a list of objects, an object a line."""
    fields = []
    for name, value in event.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text = "[\n    " + ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n  ]"
        fields.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}\n"


def test_the_example_of_an_extraction_is_what_comes_out() -> None:
    shown = block(INGEST, "example-output")

    assert shown == example(extracted()), "run: python -m tests.acceptance.test_readme"


@pytest.mark.parametrize("name", ["reasons", "date", "place", "attributed_to", "type"])
def test_the_stages_of_the_example_tell_the_same(name: str) -> None:
    event = extracted()
    _, _, table = INGEST.read_text("utf-8").partition("<!-- /example-input -->")
    stages = table.partition("<!-- example-output -->")[0]
    told = [value for value in (event[name] if name == "reasons" else [event[name]]) if not value.startswith("actor.")]

    assert told
    assert [value for value in told if value not in stages and value != "place.preposition"] == []


# --- the subscriber


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack(tmp_path) as made:
        yield made


@contextmanager
def subscriber(script: Path, url: str, database: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The README's program, ended by SIGKILL."""
    # -S: it needs nothing but the standard library.
    process = subprocess.Popen([sys.executable, "-I", "-S", str(script), url, str(database)], stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until_stored(database: Path, position: int) -> None:
    """The program is the README's and gives no signal, so its table is looked at."""
    async with asyncio.timeout(SUBSCRIBER_SECONDS_MAX):
        while not stored(database, "SELECT position FROM record WHERE position >= ?", position):
            await asyncio.sleep(0.02)


def stored(database: Path, sql: str, *arguments: int) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        try:
            return connection.execute(sql, arguments).fetchall()
        except sqlite3.OperationalError:  # It has made no table yet.
            return []


@pytest.mark.anyio
async def test_the_subscriber_goes_on_after_its_own_end_and_that_of_the_service(running: Stack, tmp_path: Path) -> None:
    url, ingest = running.of("main")
    script, database = tmp_path / "subscriber.py", tmp_path / "records.db"
    script.write_text(block(README, "subscriber"), "utf-8")
    async with httpx2.AsyncClient(timeout=30) as client:
        with subscriber(script, url, database):
            for number in range(3):
                (await client.post(f"{ingest}/events", json=body(number))).raise_for_status()
            await until_stored(database, 2)
        with subscriber(script, url, database) as second:
            (await client.post(f"{ingest}/events", json=body(3))).raise_for_status()
            await until_stored(database, 1 + 4 * 42)
            running.chronology.kill()
            (await client.post(f"{ingest}/events", json=body(4))).raise_for_status()
            running.chronology.start()
            await running.until_ready()
            await until_stored(database, 1 + 5 * 42)
            ended = second.poll()
        items = await read_all(client, f"{url}/log", limit=1000)
    rows = stored(database, "SELECT position, record FROM record ORDER BY position")

    assert ended is None
    assert [position for position, _ in rows] == list(range(1, 1 + 5 * 42 + 1))
    assert [json.loads(record)["id"] for _, record in rows] == [item["id"] for item in items]


def test_the_subscriber_has_twelve_lines() -> None:
    lines = [line for line in block(README, "subscriber").splitlines() if line]

    assert len(lines) == 12


if __name__ == "__main__":
    text = INGEST.read_text("utf-8")
    INGEST.write_text(text.replace(block(INGEST, "example-output"), example(extracted())), "utf-8")
    # It needs what is above, so it cannot be imported there.
    from tests.acceptance.test_readme_rule import write_anew

    write_anew()
