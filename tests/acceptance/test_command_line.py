"""The command line as a person uses it: `up` in one terminal, everything else in another."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chronology_local.samples_ingest import SAMPLES

from tests.servers import open_temporary_folder

pytestmark = pytest.mark.slow

START_SECONDS_MAX = 180
STOP_SECONDS_MAX = 5
SAMPLES_STOP_SECONDS_MAX = 3
STATE_HOME = Path(tempfile.gettempdir()) / f"chronology-state-home-{os.getpid()}"
"""The usual state folder of these commands: a person's own is left alone."""
ACTOR = "Javel Orsheni"
TEXT = (
    "Police arrested the teacher Nima Torvald in Skarholm on 9 March 2019.\r\n\r\n"
    "Torvald was released on 11 March 2019.\r\n"
)


def environment() -> dict[str, str]:
    ours = ("CHRONOLOGY_", "DATABASE_", "NATS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"XDG_STATE_HOME": str(STATE_HOME)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "chronology_local", *arguments]


class Up:
    """A running `chronology up`; its port, and the one after it, were free a moment ago."""

    def __init__(self, state: Path, *options: str) -> None:
        self.state = state
        self.port = free_pair_of_ports()
        self.messages = ""
        self._process = subprocess.Popen(
            command("up", "--port", str(self.port), "--state", str(state), *options),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd="/",
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read_messages)
        self._reader.start()
        assert self._process.stdout
        with killed_after(self._process, START_SECONDS_MAX):
            self.line = self._process.stdout.readline()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read_messages(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self.messages += line

    def stop(self, number: int = signal.SIGINT) -> int:
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_SECONDS_MAX)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            for stream in (self._process.stdout, self._process.stderr):
                if stream:
                    stream.close()

    def run(self, *arguments: str) -> Ran:
        return run(*arguments, "--state", str(self.state))


class Ran:
    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: str) -> Ran:
    return Ran(
        subprocess.run(command(*arguments), capture_output=True, text=True, env=environment(), cwd="/", timeout=120)
    )


def free_pair_of_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


@contextlib.contextmanager
def killed_after(process: subprocess.Popen[str], seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = open_temporary_folder()
    yield folder
    shutil.rmtree(folder)
    shutil.rmtree(STATE_HOME, ignore_errors=True)


@pytest.fixture(scope="module")
def up(folder: Path) -> Iterator[Up]:
    up = Up(folder / "a state")
    yield up
    up.stop()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    (tmp_path / "note.txt").write_bytes(TEXT.encode())
    (tmp_path / "metadata.jsonl").write_text(
        '{"doc": "note", "published": "2019-03-12", "publisher": "The Lamp", "title": "A note"}\n'
    )
    return tmp_path / "note.txt"


def test_up_shows_the_samples_and_then_says_where_it_is(up: Up) -> None:
    rows = [line for line in up.messages.splitlines() if "14 May 2023" in line]

    assert up.line == f"ready chronology=http://127.0.0.1:{up.port} ingest=http://127.0.0.1:{up.port + 1}\n"
    assert f"{ACTOR}, as the documents tell it" in up.messages
    assert any("Lantern Rights Centre" in row for row in rows)


def test_a_second_up_on_the_same_state_folder_names_the_first(up: Up) -> None:
    second = up.run("up", "--port", str(free_pair_of_ports()))

    assert second.code == 1
    assert str(up.pid) in second.err
    assert f"http://127.0.0.1:{up.port}" in second.err


def test_a_port_that_is_taken_is_named(up: Up, folder: Path) -> None:
    second = run("up", "--port", str(up.port), "--state", str(folder / "other"))

    assert second.code == 1
    assert f"Port {up.port} is taken" in second.err


def test_another_state_folder_runs_beside_it(up: Up, folder: Path) -> None:
    beside = Up(folder / "beside", "--no-sample")
    try:
        names = [line["name"] for line in beside.run("collections").lines]
    finally:
        code = beside.stop(signal.SIGTERM)

    assert beside.line.startswith("ready chronology=")
    assert names == ["main"]
    assert code == 0


def test_documents_go_in_once_and_come_out_as_they_were_extracted(up: Up, note: Path) -> None:
    arguments = ("ingest", str(note.parent), "--metadata", str(note.with_name("metadata.jsonl")), "--wait")
    first = up.run(*arguments)
    again = up.run(*arguments)
    extracted = run("extract", str(note), "--metadata", str(note.with_name("metadata.jsonl"))).lines
    exported = up.run("export", "--metadata", str(note.with_name("metadata.jsonl"))).lines
    of_note = {line["id"]: line for line in exported if line["doc"] == "note"}

    assert (first.code, again.code) == (0, 0)
    assert "the log grew by 0 records" in again.err
    assert set(of_note) == {line["id"] for line in extracted} != set()
    assert all(TEXT[line["start"] : line["end"]] == line["quote"] for line in of_note.values())
    assert all({**line, **extra} == line for extra in extracted if (line := of_note[extra["id"]]))
    assert all(line["position"] and line["actor_ids"].keys() >= set(line["actors"]) for line in of_note.values())


def test_an_export_names_documents_by_their_files_however_it_is_addressed(up: Up, note: Path, folder: Path) -> None:
    metadata = str(note.with_name("metadata.jsonl"))
    chronology, ingest = (f"http://127.0.0.1:{up.port + offset}" for offset in (0, 1))
    up.run("collections", "create", "named")
    renamed = note.rename(note.with_name("renamed.txt"))
    up.run("ingest", str(renamed), "--collection", "named", "--wait")
    run("ingest", str(renamed), "--published", "2019-03", "--collection", "named", "--url", ingest)
    other = ("--url", ingest, "--state", str(folder / "never started"))
    run("ingest", str(renamed), "--metadata", metadata, "--published", "2020", "--collection", "named", *other)
    exports = [
        up.run("export", "--collection", "named"),
        run("export", "--collection", "named", "--url", chronology),
        run("export", "--collection", "named", "--url", chronology, "--state", str(folder / "never started")),
    ]
    samples = up.run("export", "--collection", "sample").lines

    assert [{line["doc"] for line in export.lines} for export in exports] == [{"renamed"}] * 3
    assert {line["doc"] for line in samples} <= {path.stem for path in SAMPLES.iterdir()}
    assert len({line["doc"] for line in samples}) > 10


def test_a_timeline_is_found_by_name_and_by_id(up: Up) -> None:
    by_name = up.run("timeline", "javel orsheni", "--collection", "sample")
    actor_id = by_name.lines[0]["actor_ids"][ACTOR]
    by_id = up.run("timeline", actor_id, "--collection", "sample")
    arrests = up.run("timeline", ACTOR, "--collection", "sample", "--type", "COERCE", "--to", "2023-05-15")

    assert by_name.lines == by_id.lines
    assert {line["date"] for line in arrests.lines} >= {"2023-05-14", "2023-05-15"}
    assert {line["type"] for line in arrests.lines} == {"COERCE"}


def test_a_name_that_fits_several_lists_them(up: Up) -> None:
    ran = up.run("timeline", "o", "--collection", "sample")

    assert ran.code == 1
    assert "give a longer name or an id" in ran.err
    assert ACTOR in ran.err


def test_the_tail_goes_on_without_gap_or_double_when_the_service_was_killed(up: Up, note: Path) -> None:
    tail = subprocess.Popen(
        command("tail", "--collection", "sample", "--after", "0", "--state", str(up.state)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        cwd="/",
        text=True,
    )
    assert tail.stdout
    positions: list[int] = []
    with killed_after(tail, START_SECONDS_MAX):
        head = up.run("collections").lines[1]["position"]
        while len(positions) < head:
            positions.append(json.loads(tail.stdout.readline())["position"])
        os.kill(service_of(up.pid), signal.SIGKILL)
        assert up.run("ingest", str(note), "--collection", "sample").code == 0
        while not positions or positions[-1] < head + 3:
            positions.append(json.loads(tail.stdout.readline())["position"])
    tail.send_signal(signal.SIGINT)
    tail.communicate()

    assert positions == list(range(1, len(positions) + 1))
    assert tail.returncode == 130


def service_of(pid: int) -> int:
    """The chronology service among the children of `up`."""
    children = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=2) for line in children.stdout.splitlines()]
    (found,) = [int(own) for own, parent, line in rows if parent == str(pid) and line.endswith("-m chronology run")]
    return found


def test_a_rebuild_gives_the_same_rows_and_can_be_read_and_dropped(up: Up) -> None:
    begun = up.run("rebuild")
    assert begun.code == 0, f"{begun.err}\n{up.messages}"
    verified = up.run("projections", "verify")
    switched = up.run("projections", "switch")
    back = up.run("projections", "rollback")
    dropped = up.run("projections", "drop", "--build", str(begun.lines[0]["build"]))

    assert [(ran.code, ran.err) for ran in (verified, switched, back, dropped) if ran.code] == []
    assert "are equal in all of" in verified.err
    assert [line["build"] for line in up.run("projections").lines] == [1]


def test_the_doctor_finds_everything_well(up: Up) -> None:
    ran = up.run("doctor")
    checks = {line["check"] for line in ran.lines if line["ok"]}

    assert ran.code == 0, ran.err
    assert checks >= {"postgres", "schema", "nats", "nats sync", "nats clock", "postgres clock", "collection sample"}


def test_what_the_services_refuse_is_said_by_file_and_the_rest_goes_in(up: Up, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Police arrested Ole Torvald in Skarholm on 10 March 2019.")
    (tmp_path / "long.txt").write_text("word " * 300_000)
    (tmp_path / "nul.txt").write_bytes(b"a\0b")

    ran = up.run("ingest", str(tmp_path))

    assert ran.code == 1
    assert [line["doc"] for line in ran.lines] == ["good"]
    assert "long.txt: The text has 1500000 bytes" in ran.err
    assert "nul.txt: The text has the character U+0000" in ran.err


def test_a_collection_that_is_not_there_is_named_with_the_way_to_make_it(up: Up, note: Path) -> None:
    missing = up.run("ingest", str(note), "--collection", "dossier")
    made = up.run("collections", "create", "dossier", "--title", "A dossier")
    then = up.run("ingest", str(note), "--collection", "dossier")
    closed = up.run("collections", "close", "dossier", "--why", "done")
    late = up.run("ingest", str(note), "--collection", "dossier", "--published", "2020")

    assert (missing.code, made.code, then.code, closed.code, late.code) == (1, 0, 0, 0, 1)
    assert "chronology collections create dossier" in missing.err
    assert "takes nothing more" in late.err


def test_events_of_ones_own_are_found_in_the_text(up: Up, note: Path) -> None:
    own = {
        "doc": "note", "quote": "Torvald was released on 11 March 2019", "what": "Nima Torvald is released",
        "date": "2019-03-11", "date_text": "11 March 2019", "date_basis": "explicit", "type": "RETREAT",
        "mode": "release", "recipients": ["Nima Torvald"], "mentions": {"Nima Torvald": ["Torvald"]},
    }  # fmt: skip
    note.with_name("own.jsonl").write_text(json.dumps(own))
    up.run("collections", "create", "own")

    ran = up.run("ingest", str(note), "--events", str(note.with_name("own.jsonl")), "--collection", "own", "--wait")
    (event,) = up.run("timeline", "Nima Torvald", "--collection", "own").lines

    assert ran.code == 0
    assert TEXT[event["start"] : event["end"]] == own["quote"]
    assert TEXT[event["date_start"] : event["date_end"]] == "11 March 2019"


def test_after_a_stop_the_doctor_says_so_and_the_next_up_adds_nothing(folder: Path) -> None:
    first = Up(folder / "again")
    before = first.run("collections").lines
    stopped = first.stop()
    missing = run("timeline", "--state", str(first.state))
    faults = [line for line in run("doctor", "--state", str(first.state)).lines if not line["ok"]]
    second = Up(folder / "again")
    try:
        after = second.run("collections").lines
    finally:
        second.stop()

    assert stopped == 0
    assert missing.code == 1
    assert "chronology up --state" in missing.err
    assert {line["check"] for line in faults} >= {"chronology", "ingest"}
    assert all(line["fix"] for line in faults)
    assert after == before


@pytest.mark.parametrize("said", ["starting PostgreSQL", "ingesting the sample"])
def test_ctrl_c_ends_it_soon_whatever_it_does(folder: Path, said: str) -> None:
    process = subprocess.Popen(
        command("up", "--port", str(free_pair_of_ports()), "--state", str(folder / said)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd="/",
        text=True,
        start_new_session=True,
    )
    assert process.stderr
    with killed_after(process, START_SECONDS_MAX), process.stderr:
        any(said in line for line in process.stderr)
        begun = time.monotonic()
        # As `timeout` does it: to the process and once more to its group.
        process.send_signal(signal.SIGINT)
        os.killpg(process.pid, signal.SIGINT)
        messages = process.stderr.read()
        code = process.wait()
    seconds = time.monotonic() - begun

    assert (code, messages.splitlines()[-1]) == (0, "stopped")
    assert seconds < SAMPLES_STOP_SECONDS_MAX
