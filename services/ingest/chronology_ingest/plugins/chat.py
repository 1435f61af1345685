"""One endpoint with OpenAI's chat completions: asked with patience, within limits, and without trust.

Servers differ in what they take. `max_tokens` is understood by local servers and refused
by OpenAI's newer models, which want `max_completion_tokens`; those refuse a temperature
as well; and not every server or model knows `response_format` with a JSON schema. So the
fullest form is asked first, and what a 400 or 422 names is left out or replaced from then
on: json_schema → json_object → no format at all. The form is told in words anyhow.

Connections, 408, 425, 429 and 5xx are tried again, after what Retry-After says or after
0.5, 1, 2 … seconds; never past the deadline. No redirect is followed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

import httpx2
import msgspec
from msgspec import Struct

from ..errors import ExtractorUnavailable
from .chat_answers import Failure, Reply, TooMuch, failure_of, is_too_much, reply_of, said_in
from .question import SCHEMA, SCHEMA_NAME, Ask

CONNECT_SECONDS_MAX: Final = 10.0
ANSWER_BYTES_MAX: Final = 4 * 2**20
PAUSE_SECONDS: Final = 0.5
PAUSE_SECONDS_MAX: Final = 8.0
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")

Format = Literal["json_schema", "json_object", "none"]
_FORMATS: Final[tuple[Format, ...]] = ("json_schema", "json_object", "none")


class Endpoint(Struct, frozen=True, kw_only=True):
    """`url` ends where `/chat/completions` begins; `key` "" sends none."""

    url: str
    model: str
    key: str
    request_seconds: float
    attempts: int
    completion_tokens: int


class Habits(Struct, kw_only=True):
    """What an endpoint has been found to take; kept from document to document."""

    format: Format = "json_schema"
    tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True


class Chat:
    """A connection for one document; `deadline` is by the given clock."""

    def __init__(
        self,
        endpoint: Endpoint,
        habits: Habits,
        *,
        deadline: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._habits = habits
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep
        self.requests = 0
        local = urlsplit(endpoint.url).hostname in _LOOPBACK
        # With a loop of its own, since only a task can be ended wherever it waits: in the head of an answer as well.
        self._runner = asyncio.Runner()
        self._http = httpx2.AsyncClient(
            headers={"authorization": f"Bearer {endpoint.key}"} if endpoint.key else {},
            follow_redirects=False,
            # A proxy of the environment does not lead to this machine.
            trust_env=not local,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._runner.run(self._http.aclose())
        finally:
            self._runner.close()

    def ask(self, ask: Ask) -> Reply:
        """Raises `TooMuch` for a piece that does not fit, and `ExtractorUnavailable`."""
        failure = Failure("does not answer in time")
        for pause in _pauses(self._endpoint.attempts):
            outcome = self._adapted(ask)
            if isinstance(outcome, Reply):
                return outcome
            failure = outcome
            if not failure.again:
                break
            wait = max(pause, failure.wait_seconds)
            if pause < 0 or self._clock() + wait >= self._deadline:
                break
            self._sleep(wait)
        raise ExtractorUnavailable(
            "llm", f"cannot read this now: its endpoint {failure.reason}.", retry_after_seconds=failure.retry_seconds
        )

    def _adapted(self, ask: Ask) -> Reply | Failure:
        """Ask once; ask again at once in another form where the endpoint does not take this one."""
        before = msgspec.structs.astuple(self._habits)
        while True:
            status, headers, body = self._request(ask)
            if status == 200:
                return reply_of(body)
            if status in (400, 413, 422):
                said = said_in(body)
                if is_too_much(status, said):
                    raise TooMuch
                if self._adapt(said):
                    continue
                # It was not the form: the next question is asked in the fullest one again.
                self._habits.format, self._habits.tokens, self._habits.temperature = before
            return failure_of(status, headers, body, self._endpoint.key)

    def _adapt(self, said: str) -> bool:
        """Leave out what the endpoint names; where it names nothing, the format. False: there is nothing to leave."""
        habits = self._habits
        if "max_completion_tokens" in said and habits.tokens == "max_tokens":
            habits.tokens = "max_completion_tokens"
        elif "temperature" in said and habits.temperature:
            habits.temperature = False
        elif habits.format != _FORMATS[-1]:
            habits.format = _FORMATS[_FORMATS.index(habits.format) + 1]
        else:
            return False
        return True

    def _request(self, ask: Ask) -> tuple[int, httpx2.Headers, bytes]:
        """Status 0: no answer; its body is then the reason."""
        self.requests += 1
        until = min(self._deadline, self._clock() + self._endpoint.request_seconds)
        left = until - self._clock()
        if left <= 0:
            return 0, httpx2.Headers(), b"does not answer in time"
        try:
            return self._runner.run(self._exchange(self._body(ask), left))
        except (httpx2.TimeoutException, TimeoutError):
            return 0, httpx2.Headers(), b"does not answer in time"
        except _TooLong:
            return 0, httpx2.Headers(), f"answers with more than {ANSWER_BYTES_MAX} bytes".encode()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return 0, httpx2.Headers(), f"cannot be reached ({type(error).__name__})".encode()

    async def _exchange(self, body: dict[str, Any], seconds: float) -> tuple[int, httpx2.Headers, bytes]:
        # The client's own timeout is for each read; a server that sends a byte now and then would never end.
        timeout = httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS_MAX))
        url = f"{self._endpoint.url}/chat/completions"
        async with asyncio.timeout(seconds), self._http.stream("POST", url, json=body, timeout=timeout) as response:
            return response.status_code, response.headers, await _read(response)

    def _body(self, ask: Ask) -> dict[str, Any]:
        endpoint, habits = self._endpoint, self._habits
        body: dict[str, Any] = {
            "model": endpoint.model,
            "messages": [{"role": "system", "content": ask.system}, {"role": "user", "content": ask.user}],
            habits.tokens: endpoint.completion_tokens,
        }
        if habits.temperature:
            body["temperature"] = 0
        if habits.format == "json_schema":
            schema = {"name": SCHEMA_NAME, "strict": True, "schema": SCHEMA}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif habits.format == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body


class _TooLong(Exception):
    pass


async def _read(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > ANSWER_BYTES_MAX:
            raise _TooLong
    return bytes(body)


def _pauses(attempts: int) -> Iterator[float]:
    """How long to wait after each attempt; below 0 after the last."""
    for number in range(attempts - 1):
        yield min(PAUSE_SECONDS * 2**number, PAUSE_SECONDS_MAX)
    yield -1.0
