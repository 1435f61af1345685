"""Settings: what the environment may say, and how it is told what it said wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from chronology_runtime.settings import Setting, SettingsError, describe, load, masked
from msgspec import Meta, Struct


class Settings(Struct, frozen=True, kw_only=True):
    database_url: Annotated[str, Meta(description="Where the log is.")]
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on.")] = 8400
    log_level: Annotated[Literal["info", "debug"], Meta(description="How much is logged.")] = "info"
    republish: bool = True
    bootstrap_key: str = ""
    extractors: tuple[str, ...] = ("rules",)
    state: Path | None = None


class Other(Struct, frozen=True, kw_only=True):
    batch_size_max: int = 1000


URL = {"DATABASE_URL": "postgresql://u:geheim@h/d"}


def test_values_come_from_prefixed_and_customary_names() -> None:
    environ = {
        **URL,
        "CHRONOLOGY_PORT": "0",
        "CHRONOLOGY_REPUBLISH": "off",
        "CHRONOLOGY_EXTRACTORS": "rules, spacy",
        "CHRONOLOGY_STATE": "/var/lib/x",
        "PATH": "/bin",
    }

    assert load(Settings, environ) == Settings(
        database_url=URL["DATABASE_URL"],
        port=0,
        republish=False,
        extractors=("rules", "spacy"),
        state=Path("/var/lib/x"),
    )


def test_an_empty_variable_is_not_set() -> None:
    assert load(Settings, {**URL, "CHRONOLOGY_PORT": ""}).port == 8400


def test_a_typo_is_an_error_that_names_the_right_name() -> None:
    with pytest.raises(SettingsError, match=r"CHRONOLOGY_PROT is not a setting. Did you mean CHRONOLOGY_PORT\?"):
        load(Settings, {**URL, "CHRONOLOGY_PROT": "1"})


@pytest.mark.parametrize("known", [[Other], ["CHRONOLOGY_BATCH_SIZE_MAX"]])
def test_settings_of_other_programs_are_known(known: list[str | type[Struct]]) -> None:
    environ = {**URL, "CHRONOLOGY_BATCH_SIZE_MAX": "5"}

    assert load(Settings, environ, known=known).port == 8400
    with pytest.raises(SettingsError, match="CHRONOLOGY_BATCH_SIZE_MAX"):
        load(Settings, environ)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CHRONOLOGY_PORT", "eighty", "CHRONOLOGY_PORT 'eighty' is not right"),
        ("CHRONOLOGY_PORT", "70000", "<= 65535"),
        ("CHRONOLOGY_LOG_LEVEL", "loud", "expected one of info, debug. How much is logged."),
        ("CHRONOLOGY_REPUBLISH", "perhaps", "expected true or false"),
    ],
)
def test_a_bad_value_is_an_error_that_says_what_would_be_right(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, {**URL, name: value})

    assert said in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, {"CHRONOLOGY_PORT": "x", "CHRONOLOGY_FOO": "1"})

    assert len(caught.value.faults) == 3
    assert any("DATABASE_URL is not set" in fault for fault in caught.value.faults)


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("ck_abc_def\n")

    assert load(Settings, {**URL, "CHRONOLOGY_BOOTSTRAP_KEY_FILE": str(file)}).bootstrap_key == "ck_abc_def"


@pytest.mark.parametrize("content", [b"", b"\xff"])
def test_an_unusable_secret_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)

    with pytest.raises(SettingsError, match="CHRONOLOGY_BOOTSTRAP_KEY_FILE"):
        load(Settings, {**URL, "CHRONOLOGY_BOOTSTRAP_KEY_FILE": str(file)})


def test_a_value_and_its_file_together_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both set"):
        load(Settings, {**URL, "CHRONOLOGY_PORT": "1", "CHRONOLOGY_PORT_FILE": str(tmp_path / "missing")})


def test_the_table_lists_names_defaults_and_descriptions() -> None:
    rows = {row.name: row for row in describe(Settings)}

    assert rows["CHRONOLOGY_PORT"] == Setting(
        name="CHRONOLOGY_PORT",
        field="port",
        type="integer",
        default="8400",
        description="Port to listen on.",
        secret=False,
    )
    assert rows["DATABASE_URL"].default is None
    assert rows["CHRONOLOGY_REPUBLISH"].default == "true"


def test_secrets_are_masked() -> None:
    shown = masked(load(Settings, URL))

    assert "geheim" not in str(shown)
    assert shown["CHRONOLOGY_PORT"] == "8400"
