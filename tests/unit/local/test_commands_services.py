"""What commands ask of which address, with which key: against small servers that write down what they are asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chronology_local.__main__ import run

KEY = "ck_test_" + "k" * 32
OTHER_HOST = "127.1"
"""Another name, for whoever compares names; it leads to this machine all the same."""


def id_of(kind: str, number: int) -> str:
    return kind + f"{number:031d}".translate(str.maketrans("0123456789", "abcdefghij"))


EVENT: dict[str, Any] = {
    "id": id_of("e", 0), "document_id": id_of("d", 0), "extractor": {"name": "test"}, "quote": "", "start": 0, "end": 0,
    "what": "Ann flees", "date": "2019-03-09", "type": "RETREAT", "evidence": "record",
}  # fmt: skip

Answer = Callable[[str, str], tuple[int, Any]]


class Service(ThreadingHTTPServer):
    """Answers as it is told, and keeps what it was asked: method, path, and the key."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[tuple[str, str, str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.asked.append((self.command, self.path, self.headers.get("authorization", "")))
        status, body = self.server.answer(self.command, self.path)
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def service(answer: Answer) -> Iterator[Service]:
    with Service(answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CHRONOLOGY_URL", "CHRONOLOGY_INGEST_URL", "CHRONOLOGY_KEY", "DATABASE_URL", "NATS_MONITOR_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state home"))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    for number in range(40):
        (tmp_path / "notes" / f"{number}.txt").write_text(f"Ann fled, {number}.")
    return tmp_path / "notes"


def receipts(chronology: Callable[[], str]) -> Answer:
    numbers = iter(range(1000))

    def answer(method: str, path: str) -> tuple[int, Any]:
        if method != "POST":
            return 404, {}
        number = next(numbers)
        ids = {"document_id": id_of("d", number), "event_ids": [id_of("e", number)]}
        return 201, {**ids, "sequence": number, "chronology": chronology()}

    return answer


def log_of(size: int) -> Answer:
    def answer(method: str, path: str) -> tuple[int, Any]:
        if "/log" not in path:
            return 200, {"name": "main", "position": size}
        items = [
            {"position": number + 1, "type": "chronology.event.extracted.v1", "data": {**EVENT, "id": id}}
            for number, id in enumerate([id_of("e", number) for number in range(size - 1)] + ["of another kind"])
        ]
        return 200, {"items": items, "head": size}

    return answer


@pytest.mark.parametrize(("host", "sent"), [("127.0.0.1", f"Bearer {KEY}"), (OTHER_HOST, "")])
def test_a_key_goes_where_a_receipt_points_only_on_the_host_that_was_named(notes: Path, host: str, sent: str) -> None:
    with service(log_of(3)) as chronology, service(receipts(lambda: f"http://{host}:{chronology.port}")) as ingest:
        code = run(["ingest", str(notes), "--url", ingest.url, "--key", KEY])

    assert code == 0
    assert {key for _, _, key in ingest.asked} == {f"Bearer {KEY}"}
    assert {key for _, _, key in chronology.asked} == {sent}


def test_nobody_is_asked_at_an_address_that_nobody_named(
    notes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("chronology_local.commands.ingest.head_of", lambda client, _: asked.append(client.url))
    with service(receipts(lambda: "")) as ingest:
        code = run(["ingest", str(notes), "--url", ingest.url, "--key", KEY])

    assert code == 0
    assert asked == []
    assert "the log grew" not in capsys.readouterr().err


def test_many_documents_are_described_by_few_requests(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with service(log_of(41)) as chronology, service(receipts(lambda: chronology.url)) as ingest:
        run(["ingest", str(notes), "--url", ingest.url])

    assert len(chronology.asked) <= 4
    assert "events: 40 RETREAT" in capsys.readouterr().err


def test_names_of_files_come_out_again_at_export(notes: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def timeline(method: str, path: str) -> tuple[int, Any]:
        return 200, {"items": [{**EVENT, "document_id": id_of("d", number)} for number in (0, 1)], "next": None}

    first = notes / "0.txt"
    with service(log_of(0)) as chronology, service(receipts(lambda: chronology.url)) as ingest:
        run(["ingest", str(first), "--url", ingest.url])
    capsysbinary.readouterr()
    with service(timeline) as chronology:
        run(["export", "--url", chronology.url])

    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [line["doc"] for line in lines] == ["0", id_of("d", 1)]


def test_another_service_than_was_meant_is_named(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with service(lambda *_: (404, {"title": "There is nothing here", "status": 404})) as other:
        codes = [run(["ingest", str(notes), "--url", other.url]), run(["export", "--url", other.url])]
    said = capsys.readouterr().err

    assert codes == [1, 1]
    assert f"{other.url} is not the ingest service" in said
    assert f"{other.url} is not the chronology service" in said


def findings(capsysbinary: pytest.CaptureFixture[bytes], *options: str) -> dict[str, dict[str, Any]]:
    run(["doctor", *options])
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    return {line["check"]: line for line in lines if not line["ok"]}


def test_the_doctor_looks_at_no_other_up_than_the_one_that_is_named(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with service(log_of(0)) as usual:
        monkeypatch.setenv("CHRONOLOGY_URL", usual.url)
        monkeypatch.setenv("CHRONOLOGY_INGEST_URL", usual.url)
        faults = findings(capsysbinary, "--state", str(tmp_path / "a state"))

    assert usual.asked == []
    assert faults.keys() == {"chronology", "ingest"}
    assert faults["chronology"]["detail"] == f"nothing runs on {tmp_path / 'a state'}"
    assert faults["chronology"]["fix"] == f"chronology up --state '{tmp_path / 'a state'}'"


def test_the_doctor_sees_that_the_addresses_were_confused(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def ready(*names: str) -> Answer:
        checks = {name: {"ok": True} for name in names}
        return lambda _, path: (200, {"status": "ok", "checks": checks}) if "readyz" in path else (404, {})

    with service(ready("nats", "workers")) as ingest, service(ready("postgres", "projections")) as chronology:
        faults = findings(capsysbinary, "--url", ingest.url, "--ingest-url", chronology.url)

    assert faults["chronology"]["detail"] == f"{ingest.url} is not the chronology service"
    assert faults["ingest"]["detail"] == f"{chronology.url} is not the ingest service"
    assert all("--ingest-url" in fault["fix"] for fault in faults.values())


def test_the_doctor_says_where_a_key_is_missing(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    problem = {"type": "/problems/unauthenticated", "title": "T", "detail": "The request has no API key."}
    with service(lambda *_: (401, problem)) as locked:
        faults = findings(capsysbinary, "--url", locked.url, "--ingest-url", locked.url)

    assert faults.keys() >= {"chronology", "ingest", "collections", "projections"}
    assert all("--key" in fault["fix"] and "CHRONOLOGY_KEY" in fault["fix"] for fault in faults.values())
