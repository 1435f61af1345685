"""What becomes of a command: judged by the log alone, under numbered rules.

A number takes effect by a `rules.adopted` record; the code of an old one stays, so a
replay judges as it was judged then. Rules 0 know the commands of administration and
refuse all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec
from chronology_contracts import codec
from chronology_contracts.codec import Message
from chronology_contracts.errors import UnknownVersion
from chronology_contracts.records import (
    ADMINISTRATION,
    RECORD_TYPES,
    CollectionClosed,
    CollectionCreated,
    RulesAdopted,
    StreamResumed,
)
from msgspec import Struct

from .log.record import Head


class Judgement(Struct, frozen=True, kw_only=True):
    """`reason` is "" for what is accepted; `body` is the decoded command where the rules know it."""

    reason: str = ""
    body: Any = None

    @property
    def accepted(self) -> bool:
        return not self.reason


def judge(message: Message, head: Head | None) -> Judgement:
    """Judge one command after the log that `head` ends; None stands for an empty log."""
    return RULES[head.rules_number if head else 0](message, head)


def request_hash(body: bytes) -> bytes:
    """SHA-256 of what was asked for: the body without the instant of its author, in sorted form.

    Two requests with one key are the same request if and only if these are equal.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return sha256(body).digest()
    if isinstance(value, dict):
        value.pop("at", None)
    return sha256(msgspec.json.encode(value, order="sorted")).digest()


def _judge_0(message: Message, head: Head | None) -> Judgement:
    if message.type not in RECORD_TYPES:
        # A type that no rule of this number knows says nothing to be judged: it is kept like any other record.
        return Judgement() if head else Judgement(reason="no-collection")
    if message.type not in ADMINISTRATION:
        return Judgement(reason="not-served")
    try:
        body = codec.decode_body(message.type, message.version, message.body)
    except (UnknownVersion, msgspec.DecodeError, RecursionError):
        return Judgement(reason="malformed")
    match body:
        case CollectionCreated():
            return Judgement(reason="exists") if head else Judgement(body=body)
        case _ if head is None:
            return Judgement(reason="no-collection")
        case CollectionClosed():
            return Judgement(reason="closed") if head.closed_position else Judgement(body=body)
        case RulesAdopted():
            known = body.number in RULES and body.number > head.rules_number
            return Judgement(body=body) if known else Judgement(reason="unknown-rules")
        case StreamResumed():
            return Judgement(body=body)
        case _:
            return Judgement(reason="not-served")


RULES: Final[Mapping[int, Callable[[Message, Head | None], Judgement]]] = {0: _judge_0}
