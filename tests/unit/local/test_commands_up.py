"""What `up` refuses and says, and what signals do to it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from chronology_local.addresses import Environment
from chronology_local.commands import up
from chronology_local.commands.up import check_addresses, ended_by_signals, tell_of_data
from chronology_local.errors import CommandError


@pytest.mark.parametrize("name", ["CHRONOLOGY_HOST", "CHRONOLOGY_INGEST_HOST", "CHRONOLOGY_HOST_FILE"])
def test_an_address_that_would_be_passed_over_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match=f"{name} is set, but `up` listens on 127.0.0.1 alone"):
        check_addresses({name: "0.0.0.0"})


@pytest.mark.parametrize("host", ["", "127.0.0.1", "localhost"])
def test_the_address_that_it_listens_on_may_be_said(host: str) -> None:
    check_addresses({"CHRONOLOGY_HOST": host, "CHRONOLOGY_INGEST_HOST": host})


def test_data_that_are_not_in_the_state_folder_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "postgres").mkdir(parents=True)
    outside.mkdir()
    (outside / "postgres").symlink_to(tmp_path / "data")
    tell_of_data(inside, inside / "postgres")
    tell_of_data(outside, tmp_path / "data")

    assert capsys.readouterr().err.splitlines() == [
        f"PostgreSQL's data are in {tmp_path / 'data'}: as root it runs as another user, who cannot reach {outside}"
    ]


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes with which the process would have been left at once."""
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


@pytest.mark.parametrize(("seconds", "codes"), [(60.0, []), (-1.0, [130])])
def test_one_signal_that_comes_twice_is_one(
    left: list[int], monkeypatch: pytest.MonkeyPatch, seconds: float, codes: list[int]
) -> None:
    monkeypatch.setattr(up, "ONE_SIGNAL_SECONDS", seconds)
    before = {number: signal.getsignal(number) for number in up.SIGNALS}

    async def work() -> None:
        with ended_by_signals() as was_signalled:
            os.kill(os.getpid(), signal.SIGINT)
            with pytest.raises(asyncio.CancelledError):
                await asyncio.Event().wait()
            os.kill(os.getpid(), signal.SIGTERM)
            # Handlers run in the loop's next turns.
            for _ in range(3):
                await asyncio.sleep(0)
            assert was_signalled()

    try:
        asyncio.run(work())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert left == codes


def test_the_samples_end_with_what_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stopping = threading.Event()
    stopping.set()
    plan = up.Plan(state=tmp_path, port=1, sample=True, environment=Environment(state=tmp_path))
    begun = time.monotonic()
    up.bring_samples(plan, stopping)

    assert time.monotonic() - begun < 10
    assert "the samples:" not in capsys.readouterr().err
