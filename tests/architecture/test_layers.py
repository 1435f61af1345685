"""The import contracts of pyproject.toml hold."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.deployment import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
PACKAGES = {Path(package).name for package in WHEEL["packages"]}


def test_the_import_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_package_is_under_contract() -> None:
    linted = PROJECT["tool"]["importlinter"]
    exhaustive = [contract["containers"] for contract in linted["contracts"] if contract.get("exhaustive")]

    assert set(linted["root_packages"]) == PACKAGES
    assert exhaustive == [["chronology"], ["chronology_ingest"]]
