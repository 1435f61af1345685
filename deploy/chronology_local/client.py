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
LOOK_SECONDS: Final = 0.2
INTERNAL: Final = 500
BUSY: Final = frozenset({429, 502, 503, 504})
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SHOWN_FAULTS_MAX: Final = 5
UNAUTHENTICATED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
KEY_ADVICE: Final = "Give an API key of this server with --key or in CHRONOLOGY_KEY."
NOT_MENDED_BY_WAITING: Final = frozenset({"no-such-collection-yet", "collection-halted", "not-durable"})
"""Problems that the services answer with 503 and that a person must act upon."""
WRONG_SERVICE: Final = "wrong-service"
"""The slug of a refusal that is ours: another program answers, or our other service."""


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
    """One service at one address. May be used by several threads at once.

    `service` is which one we take it for; "" is not one of ours. Once `stop` is set, nothing is waited for any more.
    """

    def __init__(
        self, url: str, *, key: str = "", service: str = "chronology", stop: threading.Event | None = None
    ) -> None:
        self.url = checked_url(url)
        self.key = key
        self.service = service
        self.stop = stop or threading.Event()
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
        given_up: threading.Event | None = None,
    ) -> httpx2.Response:
        """The answer, if it is a success or has one of the `accepted` statuses.

        Busy and absent services are asked again for `patience_seconds`, unless `stop` or `given_up` is set. Raises
        `Unreachable` and `Refused`.
        """
        sent = dict(headers or {})
        if content is not None:
            sent = {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)} | sent
        deadline, pause = time.monotonic() + patience_seconds, 0.1
        while True:
            failure: CommandError
            try:
                response = self._http.request(method, path, content=content, params=parameters, headers=sent)
                if response.status_code < 400 or response.status_code in accepted:
                    return response
                failure = refusal = refused(self.url, response, self.service)
                if response.status_code not in BUSY or refusal.slug in NOT_MENDED_BY_WAITING:
                    raise failure
                pause = retry_after(response) or pause
            except httpx2.HTTPError as error:
                failure = Unreachable(self.url, reason_of(error))
            left = deadline - time.monotonic()
            if left <= 0 or self._waited(min(pause, left), given_up):
                raise failure
            pause = min(pause * 2, RETRY_SECONDS_MAX)

    def _waited(self, seconds: float, given_up: threading.Event | None) -> bool:
        """Whether nothing is to be waited for any more, now or before the time is over."""
        until = time.monotonic() + seconds
        while not self.stop.is_set() and not (given_up and given_up.is_set()):
            left = until - time.monotonic()
            if left <= 0:
                return False
            self.stop.wait(min(left, LOOK_SECONDS))
        return True

    def _decoded(self, response: httpx2.Response, type: type[T]) -> T:
        try:
            return msgspec.json.decode(response.content or b"null", type=type)
        except msgspec.DecodeError as error:
            message = (
                f"{response.request.url} answered something else than was expected ({error}). Is it the right service?"
            )
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


def is_same_host(url: str, other: str) -> bool:
    """Whether two addresses are of one machine, by their names; and the first is no less secret."""
    first, second = urlsplit(checked_url(url)), urlsplit(checked_url(other))
    hosts = {first.hostname, second.hostname}
    same = len(hosts) == 1 or hosts <= LOOPBACK
    return same and (first.scheme, second.scheme) != ("http", "https")


def segment(text: str) -> str:
    """A piece of a path, with everything escaped that would end it."""
    return quote(text, safe="")


def refused(url: str, response: httpx2.Response, service: str = "") -> Refused:
    """The problem of an answer as one message: what is wrong, what would be right, and in which field."""
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        problem = Problem()
    if service and response.status_code == NOT_FOUND and not problem.detail:
        # Ours say what they looked for, except where they have no such route.
        message = f"{url} is not the {service} service: it has no {response.request.url.path}. Correct the address."
        return Refused(url, response.status_code, WRONG_SERVICE, message)
    message = sentence(problem.detail or problem.title or f"{response.request.url} answered {response.status_code}")
    faults = [described for fault in problem.errors[:SHOWN_FAULTS_MAX] if (described := describe_fault(fault, message))]
    more = len(problem.errors) - SHOWN_FAULTS_MAX
    parts = [message, *faults, *([f"And {more} more."] if more > 0 else [])]
    if response.status_code == UNAUTHENTICATED:
        parts.append(KEY_ADVICE)
    if response.status_code == INTERNAL and problem.request_id:
        parts.append(f"Its log tells more of request {problem.request_id}.")
    return Refused(url, response.status_code, problem.type.rpartition("/")[2], " ".join(parts))


def describe_fault(fault: Fault, said: str) -> str:
    """What a fault adds to the message of which it is a part."""
    where = fault.pointer or fault.parameter
    detail = "" if fault.detail.rstrip(".") in said else sentence(fault.detail)
    told = " ".join(part for part in (detail, fault.hint) if part)
    named = f" ({where})" if where and f"`{where}`" not in said else ""
    return f"{told}{named}".strip()


def sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


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
