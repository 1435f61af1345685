"""A small HTTP client of both services: typed answers, patience with a busy service, problems as one clear message."""

from __future__ import annotations

import secrets
import threading
import time
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx2
import msgspec
from msgspec import Struct

from .errors import BadInput, CommandError, Refused, Unreachable

T = TypeVar("T")

TIMEOUT_SECONDS: Final = 60.0
CONNECT_SECONDS: Final = 5.0
RETRY_SECONDS_MAX: Final = 5.0
BUSY: Final = frozenset({429, 502, 503, 504})
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SHOWN_FAULTS_MAX: Final = 5


class Fault(Struct, frozen=True, kw_only=True):
    """One entry of a problem's `errors`."""

    pointer: str = ""
    parameter: str = ""
    detail: str = ""
    hint: str = ""


class Problem(Struct, frozen=True, kw_only=True):
    """An error after RFC 9457, as far as people are told of it."""

    type: str = ""
    title: str = ""
    detail: str = ""
    errors: tuple[Fault, ...] = ()
    request_id: str = ""


class Client:
    """One service at one address. May be used by several threads at once."""

    def __init__(self, url: str, *, key: str = "") -> None:
        self.url = checked_url(url)
        headers = {"authorization": f"Bearer {key}"} if key else {}
        # A proxy of the environment does not lead to this machine.
        local = urlsplit(self.url).hostname in LOOPBACK
        self._http = httpx2.Client(
            base_url=self.url,
            headers=headers,
            timeout=httpx2.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
            trust_env=not local,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, type: type[T], /, *, patience_seconds: float = 0, **parameters: Any) -> T:
        """`parameters` that are None are left out; a trailing `_` of a name is dropped (`from_`)."""
        sent = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
        return self._decoded(self.send("GET", path, parameters=sent, patience_seconds=patience_seconds), type)

    def post(self, path: str, body: Any, type: type[T], /, *, patience_seconds: float = 0, **parameters: Any) -> T:
        """Send `body` as JSON. The same call is repeated with the same key, so it takes effect once."""
        sent = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
        content = msgspec.json.encode(body)
        return self._decoded(self.send("POST", path, content, parameters=sent, patience_seconds=patience_seconds), type)

    def send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        *,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        patience_seconds: float = 0,
        accepted: frozenset[int] = frozenset(),
        stop: threading.Event | None = None,
    ) -> httpx2.Response:
        """The answer, if it is a success or one of the `accepted` statuses. Busy and absent services are asked again for `patience_seconds`.

        Raises `Unreachable` and `Refused`. Once `stop` is set nothing is asked again.
        """
        sent = dict(headers or {})
        if content is not None:
            sent |= {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)}
        deadline, pause = time.monotonic() + patience_seconds, 0.1
        while True:
            failure: CommandError
            try:
                response = self._http.request(method, path, content=content, params=parameters, headers=sent)
                if response.status_code < 400 or response.status_code in accepted:
                    return response
                failure = refused(self.url, response)
                if response.status_code not in BUSY:
                    raise failure
                pause = retry_after(response) or pause
            except httpx2.HTTPError as error:
                failure = Unreachable(self.url, reason_of(error))
            left = deadline - time.monotonic()
            if left <= 0 or (stop and stop.is_set()):
                raise failure
            wait(min(pause, left), stop)
            pause = min(pause * 2, RETRY_SECONDS_MAX)

    def _decoded(self, response: httpx2.Response, type: type[T]) -> T:
        try:
            return msgspec.json.decode(response.content or b"null", type=type)
        except msgspec.DecodeError as error:
            message = f"{response.request.url} answered something else than was expected ({error}). Is it the right service?"
            raise CommandError(message) from None


def checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        # A port that is none raises only when it is asked for.
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise BadInput(f"{url!r} is no address of a service. Write it as http://127.0.0.1:8400.")
    return url.rstrip("/")


def segment(text: str) -> str:
    """A piece of a path, with everything escaped that would end it."""
    return quote(text, safe="")


def refused(url: str, response: httpx2.Response) -> Refused:
    """The problem of an answer as one message: what is wrong, in which field, what would be right."""
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        problem = Problem()
    message = problem.detail or problem.title or f"{response.request.url} answered {response.status_code}"
    faults = [describe_fault(fault, message) for fault in problem.errors[:SHOWN_FAULTS_MAX]]
    more = len(problem.errors) - SHOWN_FAULTS_MAX
    lines = [message, *filter(None, faults), *([f"and {more} more"] if more > 0 else [])]
    if response.status_code >= 500 and problem.request_id:
        lines.append(f"its log tells more of request {problem.request_id}")
    return Refused(url, response.status_code, problem.type.rpartition("/")[2], "; ".join(lines))


def describe_fault(fault: Fault, said: str) -> str:
    where = fault.pointer or fault.parameter
    detail = "" if fault.detail and fault.detail in said else fault.detail
    told = " ".join(part for part in (detail, fault.hint) if part)
    return f"{where}: {told}" if where and told else where or told


def retry_after(response: httpx2.Response) -> float:
    """Seconds of the header; 0 where there is none that we read."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 0.0


def reason_of(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__


def wait(seconds: float, stop: threading.Event | None) -> None:
    (stop or threading.Event()).wait(seconds)
