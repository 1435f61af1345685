"""The HTTP that both services stand on, through a real server process."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest
from chronology_runtime.access import mint

HERE = Path(__file__).parent
KEY, _ = mint([])
LIMIT_SECONDS = 15


class Demo:
    """The demo process; `client` speaks to it once it serves."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address
        self.host, self.port = "127.0.0.1", int(address.rpartition(":")[2])
        self.client = httpx2.Client(base_url=address, timeout=LIMIT_SECONDS)

    def end(self, *signals: signal.Signals) -> tuple[int, str, str]:
        for number in signals:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=LIMIT_SECONDS)
        return self.process.returncode, out, err


def spawn(folder: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(HERE / "http_demo.py"), str(folder / "ready"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )


@contextmanager
def demo(folder: Path, *arguments: str, **environ: str) -> Iterator[Demo]:
    process = spawn(folder, *arguments, **environ)
    limit = threading.Timer(LIMIT_SECONDS, process.kill)
    limit.start()
    try:
        assert process.stderr is not None
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "the demo did not start"
            found = re.search(r'"address":"(http://[^"]+)"', line)
        limit.cancel()
        running = Demo(process, found[1])
        with running.client:
            yield running
    finally:
        limit.cancel()
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("local")) as running:
        yield running


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("keyed"), DEMO_KEY=KEY) as running:
        yield running


def problem(answer: httpx2.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["x-request-id"]
    return str(body["type"]).removeprefix("/problems/")


NOTES = "/v1/collections/main/notes"
JSON = {"content-type": "application/json"}
GOOD = b'{"notes":[{"text":"a"}]}'


# --- bodies


def test_a_good_body_is_stored(local: Demo) -> None:
    answer = local.client.post(NOTES, content=GOOD, headers={"content-type": "application/json; charset=UTF-8"})

    assert (answer.status_code, answer.json()) == (201, {"count": 1, "by": "local"})


@pytest.mark.parametrize(
    ("content", "headers", "status", "slug"),
    [
        (b'{"notes":', {}, 400, "malformed-json"),
        (b"", {}, 400, "malformed-json"),
        (b'{"notes":[{"text":"\xff"}]}', {}, 400, "invalid-utf-8"),
        (b'{"notes":[{"text":"\\u0000"}]}', {}, 400, "null-character"),
        (b"[" * 10_000 + b"]" * 10_000, {}, 400, "too-deep"),
        (b'{"notes":[{"text":1}]}', {}, 400, "invalid"),
        (b'{"notes":[{"text":"a","kind":"urgent"}]}', {}, 503, "unavailable"),
        (GOOD, {"content-type": "text/plain"}, 415, "unsupported-media-type"),
        (GOOD, {"content-type": "application/json; charset=latin-1"}, 415, "unsupported-media-type"),
        (GOOD, {"content-type": "application/pdf"}, 415, "unsupported-media-type"),
        (GOOD, {"content-encoding": "gzip"}, 415, "unsupported-media-type"),
        (b" " * 100_001, {}, 413, "too-large"),
    ],
)
def test_a_bad_body_gets_a_problem_and_the_service_goes_on(
    local: Demo, content: bytes, headers: dict[str, str], status: int, slug: str
) -> None:
    answer = local.client.post(NOTES, content=content, headers={**JSON, **headers})

    assert (answer.status_code, problem(answer)) == (status, slug)
    assert local.client.get("/livez").status_code == 200


def test_a_body_without_a_content_type_is_refused(local: Demo) -> None:
    request = httpx2.Request("POST", local.address + NOTES, content=GOOD)

    assert problem(local.client.send(request)) == "unsupported-media-type"


def test_a_wrong_field_is_named(local: Demo) -> None:
    answer = local.client.post(NOTES, content=b'{"notes":[{"text":"a"},{"txt":"b"}]}', headers=JSON)

    assert answer.json()["errors"] == [
        {
            "pointer": "/notes/1/txt",
            "code": "unknown-field",
            "detail": "There is no field `txt`.",
            "hint": "Did you mean `text`?",
        }
    ]


def test_twenty_megabytes_are_refused_before_they_are_read(local: Demo) -> None:
    answer = local.client.post(NOTES, content=b"x" * 20_000_000, headers=JSON)

    assert problem(answer) == "too-large"
    assert local.client.post(NOTES, content=GOOD, headers=JSON).status_code == 201


@pytest.mark.parametrize("path", [NOTES, "/nowhere"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_client_that_sends_all_before_it_looks_gets_the_answer(local: Demo, path: str, chunked: bool) -> None:
    body = (bytes(1_000_000) for _ in range(20)) if chunked else bytes(20_000_000)
    line = http.client.HTTPConnection(local.host, local.port, timeout=LIMIT_SECONDS)
    with closing(line):
        line.request("POST", path, body, JSON, encode_chunked=chunked)
        answer = line.getresponse()
        told = json.loads(answer.read())

    assert answer.status == told["status"] == (413 if path == NOTES else 404)
    assert answer.getheader("connection") == "close"


def test_a_body_that_is_too_long_is_named(local: Demo) -> None:
    answer = local.client.post(NOTES, content=b" " * 100_001, headers=JSON)

    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("", "too-large")]


def test_who_waits_to_be_told_to_send_is_told_not_to(local: Demo) -> None:
    with socket.create_connection((local.host, local.port), timeout=LIMIT_SECONDS) as line:
        line.sendall(
            f"POST {NOTES} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 20000000\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        answer = line.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_head_is_answered_and_the_line_stays_open(local: Demo) -> None:
    line = http.client.HTTPConnection(local.host, local.port, timeout=LIMIT_SECONDS)
    found = []
    with closing(line):
        for path in ("/livez", "/v1/tagged", "/v1/stream", "/v1/collections/main/numbers"):
            line.request("HEAD", path)
            answer = line.getresponse()
            found.append((answer.status, answer.read()))

    assert found == [(200, b"")] * 4


def test_a_flag_is_true_or_false(local: Demo) -> None:
    answer = local.client.get("/v1/collections/main/numbers?odd=maybe")

    assert answer.json()["errors"] == [
        {
            "parameter": "odd",
            "code": "not-one-of",
            "detail": "query parameter 'odd': Expected true or false",
            "hint": "One of: true, false.",
        }
    ]


def test_a_body_without_a_length_is_refused_at_the_limit(local: Demo) -> None:
    answer = local.client.post(NOTES, content=(b"x" * 10_000 for _ in range(30)), headers=JSON)

    assert problem(answer) == "too-large"


def test_a_body_that_drips_is_given_up(local: Demo) -> None:
    with socket.create_connection((local.host, local.port), timeout=LIMIT_SECONDS) as line:
        line.sendall(
            f"POST {NOTES} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 100\r\n\r\n{".encode()
        )
        answer = line.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/too-slow" in answer


def test_a_route_may_read_another_media_type(local: Demo) -> None:
    answer = local.client.post(
        "/v1/collections/main/files", content=b"%PDF\xff\0", headers={"content-type": "application/pdf"}
    )

    assert (answer.status_code, answer.text) == (201, "6")


# --- problems


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("DELETE", NOTES, 405, "method-not-allowed"),
        ("GET", "/problems/nothing", 404, "not-found"),
        ("GET", "/docs/../../etc/passwd", 404, "not-found"),
        ("GET", "/docs/index.html", 404, "not-found"),
        ("GET", "/v1/collections/main/numbers?limit=99", 400, "invalid"),
        ("GET", "/v1/collections/main/numbers?after=forged", 400, "bad-cursor"),
        ("GET", "/v1/collections/main/numbers?after=%00", 400, "null-character"),
        ("GET", "/v1/collections/%00/numbers", 400, "null-character"),
        ("GET", "/v1/collections/main/numbers?after=%ff", 400, "invalid-utf-8"),
        ("GET", "/v1/crash", 500, "internal"),
    ],
)
def test_every_error_is_a_problem_that_is_explained(
    local: Demo, method: str, path: str, status: int, slug: str
) -> None:
    answer = local.client.request(method, path)

    assert (answer.status_code, problem(answer)) == (status, slug)
    assert local.client.get(answer.json()["type"]).json()["title"] == answer.json()["title"]


@pytest.mark.parametrize(("query", "name"), [("limit=99", "limit"), ("from=x", "from"), ("after=forged", "after")])
def test_a_wrong_parameter_is_named_as_the_caller_wrote_it(local: Demo, query: str, name: str) -> None:
    answer = local.client.get(f"/v1/collections/main/numbers?{query}")

    assert [error["parameter"] for error in answer.json()["errors"]] == [name]


def test_a_crash_tells_nothing_of_the_inside(local: Demo) -> None:
    assert "secret inside" not in local.client.get("/v1/crash").text


def test_headers_of_an_answer_are_kept(local: Demo) -> None:
    urgent = local.client.post(NOTES, content=b'{"notes":[{"text":"a","kind":"urgent"}]}', headers=JSON)

    assert urgent.headers["retry-after"] == "7"
    assert set(local.client.delete(NOTES).headers["allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("path", ["/livez", "/nowhere", "/v1/tagged", "/v1/crash"])
def test_every_answer_has_safe_headers(local: Demo, path: str) -> None:
    headers = local.client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "cache-control" in headers
    assert "server" not in headers


def test_pages_follow_one_another_by_cursor(local: Demo) -> None:
    first = local.client.get("/v1/collections/main/numbers?from=3").json()
    second = local.client.get(f"/v1/collections/main/numbers?from=3&after={first['next']}").json()
    other = local.client.get(f"/v1/collections/main/numbers?from=4&after={first['next']}")

    assert (first["items"], second["items"]) == ([3, 4], [5, 6])
    assert other.json()["errors"][0]["code"] == "other-query"


def test_an_unchanged_answer_is_not_sent_again(local: Demo) -> None:
    first = local.client.get("/v1/tagged")
    again = local.client.get("/v1/tagged", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert first.headers["cache-control"] == "no-cache"


# --- access


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8400", "LOCALHOST:80"])
def test_without_keys_this_machine_may_ask(local: Demo, host: str) -> None:
    assert local.client.get("/v1/tagged", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost@evil.example"},
        {"host": "evil.example:8400"},
        {"host": "localhost:80:90"},
        {"host": ""},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_without_keys_nobody_else_may_ask(local: Demo, headers: dict[str, str]) -> None:
    answer = local.client.post(NOTES, content=GOOD, headers={**JSON, **headers})

    assert (answer.status_code, problem(answer)) == (403, "foreign-host")


def test_without_keys_a_page_of_this_machine_may_ask(local: Demo) -> None:
    headers = {**JSON, "origin": local.address, "sec-fetch-site": "same-origin"}

    assert local.client.post(NOTES, content=GOOD, headers=headers).status_code == 201


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer x", f"Basic {KEY}", f"Bearer {KEY}x"])
def test_with_keys_a_valid_one_is_needed(keyed: Demo, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    answer = keyed.client.get("/v1/tagged", headers=headers)

    assert (answer.status_code, problem(answer)) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_with_keys_a_valid_one_is_enough(keyed: Demo) -> None:
    answer = keyed.client.post(
        NOTES, content=GOOD, headers={**JSON, "authorization": f"bearer {KEY}", "host": "elsewhere.example"}
    )

    assert (answer.status_code, answer.json()["by"]) == (201, f"key:{KEY.split('_')[1]}")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz", "/openapi.json", "/docs", "/problems/internal"])
def test_health_and_documentation_are_open(keyed: Demo, path: str) -> None:
    assert keyed.client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/nowhere", "/livez/x", "/v1/stream"])
def test_nothing_else_is_open(keyed: Demo, path: str) -> None:
    assert keyed.client.get(path).status_code == 401


# --- health, metrics, documentation


def test_readiness_names_its_checks_when_asked(tmp_path: Path) -> None:
    with demo(tmp_path, DEMO_BROKEN="1") as running:
        short, long = running.client.get("/readyz"), running.client.get("/readyz?verbose")

        assert (short.status_code, short.json()) == (503, {"status": "unavailable"})
        assert long.json()["checks"] == {"healthy": {"ok": True}, "broken": {"ok": False, "detail": "It is away."}}
        assert running.client.get("/livez").status_code == 200


def test_requests_are_counted_by_route(local: Demo) -> None:
    local.client.get("/v1/collections/secret-matter/numbers")
    text = local.client.get("/metrics").text

    assert 'route="/v1/collections/{collection}/numbers"' in text
    assert "secret-matter" not in text


def test_the_document_is_true(local: Demo) -> None:
    spec = local.client.get("/openapi.json").json()
    operation = spec["paths"]["/v1/collections/{collection}/notes"]["post"]

    assert spec["openapi"] == "3.1.0"
    assert spec["components"]["schemas"]["Note"]["additionalProperties"] is False
    assert spec["components"]["schemas"]["Note"]["description"] == "What somebody noted."
    assert spec["components"]["schemas"]["Note"]["properties"]["text"]["description"] == "The words."
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Notes"}
    assert operation["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/Stored")
    assert {"400", "401", "403", "413", "415", "503", "default"} <= set(operation["responses"])
    assert operation["x-grant"] == "ingest"
    assert spec["paths"]["/v1/collections/{collection}/numbers"]["get"]["responses"]["200"]["content"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(spec))) == set(spec["components"]["schemas"])


def test_the_documentation_page_needs_nothing_from_elsewhere(local: Demo) -> None:
    page = local.client.get("/docs")
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert all(source.startswith("/") for source in sources)
    assert [local.client.get(source).status_code for source in sources] == [200] * len(sources)
    assert local.client.get("/docs/openapi-3.0.json").json()["openapi"] == "3.0.3"


# --- lifecycle


def test_a_stream_comes_at_once_and_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    with demo(tmp_path) as running, running.client.stream("GET", "/v1/stream") as answer:
        parts = answer.iter_text()
        first = next(parts)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        rest = "".join(parts)
        code, out, err = running.end()

    assert first == "id: 1\ndata: first\n\n"
    assert rest == "event: bye\ndata: \n\n"
    assert code == 0, err
    assert time.monotonic() - began < 2
    assert out.split("\n")[:4] == ["start first", "start second", "stop second", "stop first"]
    assert not (tmp_path / "ready").exists()


def test_the_ready_file_holds_the_address(tmp_path: Path) -> None:
    with demo(tmp_path) as running:
        running.client.get("/livez")

        assert (tmp_path / "ready").read_text() == running.address + "\n"


@pytest.mark.parametrize(("behaviour", "said"), [("crash", "part crashed"), ("early", "part ended by itself")])
def test_a_part_that_fails_ends_the_process(tmp_path: Path, behaviour: str, said: str) -> None:
    process = spawn(tmp_path, behaviour)
    out, err = process.communicate(timeout=LIMIT_SECONDS)

    assert process.returncode == 1
    assert [line for line in err.splitlines() if said in line and '"part":"second"' in line]
    assert "stop first" in out


def test_a_part_that_does_not_stop_is_cut_off_at_the_deadline(tmp_path: Path) -> None:
    with demo(tmp_path, "stubborn") as running:
        code, _, err = running.end(signal.SIGTERM)

    assert code == 1
    assert "part did not stop in time" in err


def test_a_second_signal_ends_the_process_at_once(tmp_path: Path) -> None:
    with demo(tmp_path, "stubborn") as running:
        assert running.process.stdout is not None
        running.process.send_signal(signal.SIGTERM)
        while running.process.stdout.readline() != "stubborn\n":
            pass
        began = time.monotonic()
        code, _, _ = running.end(signal.SIGINT)

    assert code == 128 + signal.SIGINT
    assert time.monotonic() - began < 0.8
