"""Logs on standard error: JSON lines for machines, coloured lines for people at a terminal.

Both escape control and direction characters, so that no document, name or header can
forge a line or move a terminal's cursor. Libraries that log through `logging` come out
the same way.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, Literal, TextIO

import msgspec
import structlog

Level = Literal["debug", "info", "warning", "error"]

_UNSAFE: Final = "\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
_in_json = re.compile(f"[{_UNSAFE}]")
_in_value = re.compile(f"[\x00-\x1f{_UNSAFE}]")
_in_traceback = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSAFE}]")

# What these say at INFO is noise beside our own lines.
_QUIET: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "httpx", "httpx2", "httpcore", "nats", "asyncio")


def configure(level: Level = "info", *, json: bool | None = None, stream: TextIO | None = None) -> None:
    """Set up structlog and `logging` for this process. `json` None: JSON unless the stream is a terminal."""
    stream = stream or sys.stderr
    as_json = not stream.isatty() if json is None else json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.JSONRenderer(serializer=_to_json)]
        if as_json
        else [
            _escape_values,
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=30
            ),
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(logging.WARNING, root.level))


def _to_json(event: MutableMapping[str, Any], **_: Any) -> str:
    # In JSON text these characters can stand within strings only, where an escape means the same.
    try:
        text = msgspec.json.encode(event, enc_hook=repr).decode()
    except (UnicodeEncodeError, TypeError, RecursionError):  # Lone surrogates, odd keys: a log line must never raise.
        text = msgspec.json.encode({str(key): ascii(value) for key, value in event.items()}).decode()
    return _in_json.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape_values(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        pattern = _in_traceback if key in ("exception", "stack") else _in_value
        event[key] = _escape(value, pattern)
    return event


def _escape(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    text = value if isinstance(value, str) else repr(value)
    return pattern.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
