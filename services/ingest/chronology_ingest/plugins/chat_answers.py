"""What an endpoint's answers mean: a reply, a refusal of the piece, or a failure that may pass."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import Final

import httpx2
import msgspec
from msgspec import Struct

RETRY_SECONDS: Final = 30.0
"""After how long a caller may try again, where the endpoint does not say it."""
SETTING_RETRY_SECONDS: Final = 300.0
"""The same, where an operator must change something first."""
RETRY_SECONDS_MAX: Final = 3_600.0
_REASON_LENGTH_MAX: Final = 160
_BUSY: Final = frozenset({408, 425, 429})


class TooMuch(Exception):
    """The piece, or what is told of it, does not fit: a smaller one may."""


class Reply(Struct, frozen=True, kw_only=True):
    content: str
    prompt_tokens: int
    completion_tokens: int


class Failure(Struct, frozen=True):
    """`again`: the same may go well a moment later. `wait_seconds` is what the endpoint asked for."""

    reason: str
    again: bool = True
    wait_seconds: float = 0.0
    retry_seconds: float = RETRY_SECONDS


class _Message(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


_decode = msgspec.json.Decoder(_Completion).decode


def reply_of(body: bytes) -> Reply | Failure:
    try:
        completion = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Failure("answers something else than a chat completion")
    if not completion.choices:
        return Failure("answers without a choice")
    choice = completion.choices[0]
    if choice.finish_reason == "length":
        raise TooMuch
    if not choice.message.content:
        return Failure("declines to answer" if choice.finish_reason == "content_filter" else "answers nothing")
    usage = completion.usage or _Usage()
    return Reply(
        content=choice.message.content,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
    )


def failure_of(status: int, headers: httpx2.Headers, body: bytes, key: str) -> Failure:
    if status == 0:
        return Failure(body.decode())
    if status in _BUSY or status >= 500:
        wait = retry_after(headers.get("retry-after", ""), datetime.now(UTC))
        return Failure(f"answers {status}", wait_seconds=wait, retry_seconds=max(wait, RETRY_SECONDS))
    if status in (401, 403):
        reason = f"answers {status}: its operator must look at CHRONOLOGY_LLM_KEY"
    elif status == 404:
        reason = "answers 404: its operator must look at CHRONOLOGY_LLM_URL and CHRONOLOGY_LLM_MODEL"
    else:
        # Some servers say the key again in their errors.
        said = " ".join(said_in(body).split())
        said = said.replace(key.lower(), "…") if key else said
        reason = f"answers {status} ({said[:_REASON_LENGTH_MAX]})" if said else f"answers {status}"
    return Failure(reason, again=False, retry_seconds=SETTING_RETRY_SECONDS)


def said_in(body: bytes) -> str:
    """What an error says, in small letters; of JSON its message, parameter and code."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    error = found.get("error", found) if isinstance(found, dict) else found
    if isinstance(error, dict):
        parts = [error.get(name) for name in ("message", "detail", "param", "code", "type")]
        return " ".join(part for part in parts if isinstance(part, str)).lower()
    return error.lower() if isinstance(error, str) else ""


def is_too_much(status: int, said: str) -> bool:
    named = any(word in said for word in ("length", "exceed", "maximum", "size"))
    return status == 413 or ("context" in said and named)


def retry_after(value: str, now: datetime) -> float:
    """The seconds that a header Retry-After asks to wait, 0 where it says nothing that can be understood."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) <= 9:
        return min(float(value), RETRY_SECONDS_MAX)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return 0.0
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(max(0.0, (at - now).total_seconds()), RETRY_SECONDS_MAX)
