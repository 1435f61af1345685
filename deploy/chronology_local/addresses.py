"""Where the state is kept, and at which addresses services are: given ones, or what `chronology up` runs now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from .embedded import running_instance
from .errors import BadInput
from .own_nats import write_private

PORT: Final = 8400
HOST: Final = "127.0.0.1"
RUNNING_FILE: Final = "up.json"
CHECKOUT: Final = Path(__file__).resolve().parents[2]
"""The folder of the project; meaningful only where it holds `pyproject.toml`, so not in an installed wheel."""
OWN_VARIABLES: Final = ("CHRONOLOGY_URL", "CHRONOLOGY_INGEST_URL", "CHRONOLOGY_KEY", "CHRONOLOGY_KEY_FILE")
"""Variables for this command alone; the services take other names with our prefix for typos."""


class Environment(Struct, frozen=True, kw_only=True):
    """What the commands take from the environment; "" is "not given"."""

    url: str = ""
    ingest_url: str = ""
    key: str = ""
    state: Path
    all: dict[str, str] = {}


class Addresses(Struct, frozen=True, kw_only=True):
    """What `chronology up` runs. The servers' own addresses hold secrets: the file is for its owner alone."""

    pid: int
    chronology: str
    ingest: str
    database_url: str = ""
    nats_url: str = ""
    nats_token: str = ""
    nats_monitor_url: str = ""


def read_environment(environ: Mapping[str, str]) -> Environment:
    key = environ.get("CHRONOLOGY_KEY", "").strip()
    key_file = environ.get("CHRONOLOGY_KEY_FILE", "").strip()
    if key_file and not key:
        try:
            key = Path(key_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"CHRONOLOGY_KEY_FILE names a file that cannot be read: {error}") from None
    return Environment(
        url=environ.get("CHRONOLOGY_URL", "").strip(),
        ingest_url=environ.get("CHRONOLOGY_INGEST_URL", "").strip(),
        key=key,
        state=default_state(environ),
        all=dict(environ),
    )


def default_state(environ: Mapping[str, str]) -> Path:
    """XDG's place for state. Where nobody is at home (HOME empty or not set), `.state` in the project's folder."""
    given, home = Path(environ.get("XDG_STATE_HOME", "")), Path(environ.get("HOME", ""))
    # XDG: a relative path is to be ignored.
    if given.is_absolute():
        return given / "chronology"
    if home.is_absolute() and home != Path("/"):
        return home / ".local" / "state" / "chronology"
    return CHECKOUT / ".state"


def is_checkout() -> bool:
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "tests").is_dir()


def note_running(state: Path, addresses: Addresses) -> None:
    write_private(state / RUNNING_FILE, msgspec.json.encode(addresses))


def forget_running(state: Path) -> None:
    (state / RUNNING_FILE).unlink(missing_ok=True)


def running(state: Path) -> Addresses | None:
    """What runs on this state folder now and is ready. A file that a killed `up` left behind does not count."""
    try:
        addresses = msgspec.json.decode((state / RUNNING_FILE).read_bytes(), type=Addresses)
        instance = running_instance(state)
    except (OSError, msgspec.DecodeError):
        return None
    return addresses if instance and instance.pid == addresses.pid else None


def chronology_url(given: str, environment: Environment) -> str:
    here = running(environment.state)
    return given or environment.url or (here.chronology if here else f"http://{HOST}:{PORT}")


def ingest_url(given: str, environment: Environment) -> str:
    here = running(environment.state)
    return given or environment.ingest_url or (here.ingest if here else f"http://{HOST}:{PORT + 1}")
