"""Problems of the services as one message; addresses; lines of events that somebody brings."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chronology_local.addresses import default_state
from chronology_local.client import Client, checked_url, is_same_host, refused
from chronology_local.console import visible
from chronology_local.errors import BadInput, Unreachable
from chronology_local.own_events import event_of, read_own_events
from msgspec import Raw

TEXT = "Oslo, May 5. Police arrested Ann Berg on 3 May 2020, her family said. Berg was freed on 4 May 2020."


def answer(status: int, body: dict[str, Any] | bytes) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx2.Response(status, content=content, request=httpx2.Request("GET", "http://127.0.0.1:8400/v1"))


def test_a_problem_is_told_with_its_field_and_what_would_be_right() -> None:
    fault = {"pointer": "/published", "code": "x", "detail": "there is no month 13", "hint": "Months are 01 to 12."}
    body = {"type": "/problems/invalid", "title": "T", "detail": "there is no month 13", "errors": [fault]}

    error = refused("http://127.0.0.1:8400", answer(400, body))

    assert str(error) == "there is no month 13. Months are 01 to 12. (/published)"
    assert (error.status, error.slug) == (400, "invalid")


def test_an_answer_that_is_no_problem_is_told_by_address_and_status() -> None:
    error = refused("http://127.0.0.1:8400", answer(502, b"<html>"))

    assert str(error) == "http://127.0.0.1:8400/v1 answered 502."


def test_a_failure_of_the_service_names_the_request_that_its_log_knows() -> None:
    body = {"type": "/problems/internal", "title": "Something went wrong", "request_id": "abc"}

    assert "abc" in str(refused("http://127.0.0.1:8400", answer(500, body)))


def test_a_missing_key_is_told_with_the_way_to_give_one() -> None:
    body = {"type": "/problems/unauthenticated", "title": "T", "detail": "The request has no API key."}

    said = str(refused("http://127.0.0.1:8400", answer(401, body)))

    assert said.startswith("The request has no API key. ")
    assert "--key or in CHRONOLOGY_KEY" in said


def test_what_is_not_there_is_told_from_a_service_that_is_not_the_one_meant() -> None:
    missing = {"type": "/problems/not-found", "title": "There is nothing here"}
    away = refused("http://127.0.0.1:8400", answer(404, missing | {"detail": "There is no actor 'x'."}), "chronology")
    other = refused("http://127.0.0.1:8400", answer(404, missing), "chronology")

    assert str(away) == "There is no actor 'x'."
    assert str(other).startswith("http://127.0.0.1:8400 is not the chronology service: it has no /v1.")


def test_a_service_that_is_away_is_waited_for_until_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    asked: list[str] = []

    def request(method: str, path: str, **_: Any) -> httpx2.Response:
        asked.append(path)
        if len(asked) == 3:
            stop.set()
        raise httpx2.ConnectError("refused")

    with Client("http://127.0.0.1:8400", stop=stop) as client:
        monkeypatch.setattr(client._http, "request", request)
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            client.get("/v1/collections", Raw, patience_seconds=60)

    assert len(asked) == 3
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        ("http://a:1", "http://a:2", True),
        ("http://A", "https://a", False),
        ("https://a", "http://a", True),
        ("http://a.example", "http://a", False),
        ("http://a@b", "http://a", False),
        ("http://localhost:1", "http://127.0.0.1:2", True),
        ("http://localhost", "http://a", False),
    ],
)
def test_a_host_is_the_same_by_its_name_and_no_less_secret(url: str, other: str, same: bool) -> None:
    assert is_same_host(url, other) is same


@pytest.mark.parametrize("url", ["", "127.0.0.1:8400", "ftp://a", "http://", "http://a:99999", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        checked_url(url)


def test_control_characters_of_documents_do_not_reach_the_terminal() -> None:
    assert visible("a\x1b[31mb\x07\x9b\tc\n") == "a\ufffd[31mb\ufffd\ufffd\tc\n"


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/chronology"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/h"}, "/h/.local/state/chronology"),
        ({"HOME": "/h"}, "/h/.local/state/chronology"),
    ],
)
def test_state_is_kept_where_xdg_says(environ: dict[str, str], folder: str) -> None:
    assert default_state(environ) == Path(folder)


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}])
def test_without_a_home_state_is_kept_in_the_projects_folder(environ: dict[str, str]) -> None:
    assert default_state(environ).name == ".state"


def own(tmp_path: Path, **fields: Any) -> Any:
    (tmp_path / "events.jsonl").write_text(json.dumps({"doc": "a", "type": "COERCE", **fields}) + "\n")
    (found,) = read_own_events(str(tmp_path / "events.jsonl"))["a"]
    return found


def test_words_of_an_annotator_are_found_in_the_text(tmp_path: Path) -> None:
    line = own(
        tmp_path,
        quote="Police arrested Ann Berg on 3 May 2020",
        date_text="3 May 2020",
        date="2020-05-03",
        actors=["Police"],
        recipients=["Ann Berg"],
        mentions={"Ann Berg": ["Ann Berg", "Berg", "Miss B"]},
    )

    event = event_of(line, TEXT)

    assert TEXT[event["start"] : event["end"]] == line.quote
    assert TEXT[event["date_start"] : event["date_end"]] == "3 May 2020"
    assert [(p.name, p.role) for p in event["participants"]] == [("Police", "actor"), ("Ann Berg", "recipient")]
    forms = event["participants"][1].mentions
    assert [(TEXT[form.start : form.end], form.text) for form in forms] == [("Ann Berg", "Ann Berg"), ("Berg", "Berg")]


def test_a_quote_that_does_not_stand_in_the_document_is_refused_by_line(tmp_path: Path) -> None:
    line = own(tmp_path, quote="Police arrested Bo Berg")

    with pytest.raises(BadInput, match=r"line 1: the quote 'Police arrested Bo Berg' does not stand"):
        event_of(line, TEXT)


def test_what_has_no_quote_is_a_row_brought_from_elsewhere(tmp_path: Path) -> None:
    assert event_of(own(tmp_path, what="Police arrest Ann Berg"), TEXT)["evidence"] == "record"


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"type": "ARREST"}, "type: invalid enum value"), ({"date": "2023-02-30"}, "date: '2023-02-30' is no EDTF date")],
)
def test_a_line_that_is_no_event_is_refused_by_line_and_field(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=f"line 1: {said}"):
        own(tmp_path, **fields)
