"""An endpoint of chat completions on this machine: a real HTTP server that answers what a test has it answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from msgspec import Struct


class Answer(Struct, frozen=True, kw_only=True):
    """`waits`: until the test is over, before the body is sent; `drips`: the body byte by byte, for ever; `lingers`:
    its head line by line, for ever."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    waits: bool = False
    drips: bool = False
    lingers: bool = False


class Request(Struct, frozen=True, kw_only=True):
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Say = Callable[[Request], Answer]


class ModelServer:
    """Takes the answers in turn, the last one again and again; a function makes one from each request."""

    def __init__(self, answers: Sequence[Answer | Say]) -> None:
        self.requests: list[Request] = []
        self.over = threading.Event()
        self._answers = list(answers)
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.take(self, b"{}")

            def do_POST(self) -> None:
                server.take(self, self.rfile.read(int(self.headers["content-length"])))

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = False
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def take(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(path=handler.path, headers=headers, body=json.loads(body))
        with self._lock:
            self.requests.append(request)
            given = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        answer = given if isinstance(given, Answer) else given(request)
        with suppress(OSError):  # Whoever asked has gone away.
            self._send(handler, answer)

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.waits:
            self.over.wait()
        handler.send_response(answer.status)
        length = "1000000" if answer.drips else str(len(answer.body))
        for name, value in {"content-type": "application/json", "content-length": length, **answer.headers}.items():
            handler.send_header(name, value)
        while answer.lingers and not self.over.wait(0.005):
            handler.send_header("x-more", "to come")
            handler.flush_headers()
        handler.end_headers()
        while answer.drips and not self.over.wait(0.005):
            handler.wfile.write(b" ")
            handler.wfile.flush()
        handler.wfile.write(answer.body)


@contextmanager
def serving(*answers: Answer | Say) -> Iterator[ModelServer]:
    server = ModelServer(answers)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def saying(content: str, *, finish: str = "stop", tokens: tuple[int, int] = (100, 20)) -> Answer:
    """A completion with this content."""
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
    }
    return Answer(body=json.dumps(completion).encode())


def proposing(*events: dict[str, Any], **more: Any) -> Answer:
    return saying(json.dumps({"events": events}), **more)


def refusing(status: int, message: str = "", *, param: str = "", **headers: str) -> Answer:
    error = {"error": {"message": message, "type": "invalid_request_error", "param": param or None, "code": None}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps(error).encode(), headers=named)


def piece_of(request: Request) -> str:
    """The text that a request is about."""
    lines: list[str] = request.body["messages"][1]["content"].split("\n")
    return "\n".join(lines[2:-1])
