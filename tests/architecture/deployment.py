"""The files of deploy/, read as the programs that they are for would read them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped]  # its stubs are a package of their own
from chronology_local.binaries import find_nats_server
from chronology_local.own_nats import free_port
from chronology_local.supervisor import Launch, ManagedProcess, http_answers

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
OWN_SERVICES: Final = ("migrate", "chronology", "ingest")

# ${NAME}, ${NAME:-default}, ${NAME:?what to do}
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def made_environment() -> dict[str, str]:
    """What `.env` holds after the command of README.md."""
    command = re.search(r"^\(umask 077; (python3 -c .*) < env\.example > \.env\)$", _readme(), re.MULTILINE)
    assert command
    done = subprocess.run(
        shlex.split(command[1]),
        input=(DEPLOY / "env.example").read_bytes(),
        capture_output=True,
        check=True,
        timeout=20,
    )
    lines = [line for line in done.stdout.decode().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def _readme() -> str:
    return (DEPLOY / "README.md").read_text("utf-8")


def variables(value: Any) -> list[tuple[str, str, str]]:
    """What a value of compose.yaml takes from `.env`: each name, the sign that follows it, and the text of that."""
    if isinstance(value, dict):
        return [found for part in value.values() for found in variables(part)]
    if isinstance(value, list):
        return [found for part in value for found in variables(part)]
    return [(name, sign, text) for name, sign, text in _VARIABLE.findall(value)] if isinstance(value, str) else []


def filled(text: str, environment: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environment.get(found[1]) or (found[3] if found[2] == "-" else ""), text)


def service_environment(service: str, environment: dict[str, str]) -> dict[str, str]:
    values = compose()["services"][service].get("environment", {})
    return {name: filled(str(value), environment) for name, value in values.items()}


class Nats:
    """A nats-server with deploy/nats.conf itself; only addresses and folder are others."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port, self.monitor_port = free_port(), free_port()
        options = ["--addr", "127.0.0.1", "--port", str(self.port), "--http_port", str(self.monitor_port)]
        self.process = ManagedProcess(
            Launch(
                name="nats",
                command=[find_nats_server(), *_options_of_compose(folder), *options],
                log=folder / "nats.log",
                ready=http_answers(f"http://127.0.0.1:{self.monitor_port}/healthz"),
                environment=service_environment("nats", environment),
            )
        )

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://127.0.0.1:{self.monitor_port}"


def _options_of_compose(folder: Path) -> list[str]:
    """What compose.yaml tells the server, with the paths of this machine."""
    service = compose()["services"]["nats"]
    paths = {"/data": str(folder / "jetstream")}
    for volume in service["volumes"]:
        source, target = volume.split(":")[:2]
        if source.startswith("."):
            paths[target] = os.path.normpath(DEPLOY / source)
    program, *options = service["command"]
    assert program == "nats-server"
    return [paths.get(option, option) for option in options]


def dockerfile() -> list[tuple[str, list[str]]]:
    """Its instructions: the word, and the rest as words or as the JSON list that it is."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = []
    for line in lines:
        word, _, rest = line.partition(" ")
        found.append((word, json.loads(rest) if rest.startswith("[") else shlex.split(rest)))
    return found
