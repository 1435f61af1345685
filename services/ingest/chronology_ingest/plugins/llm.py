"""The extractor `llm`: a language model proposes events, and the document decides.

    document → pieces → question → answer → proposals → held against the document → events

It gives all of a document or nothing: where one piece cannot be read, the extractor is
unavailable, since a reading with a hole in the middle would look like a whole one.
What the model says differs from run to run, so this extractor alone is not
deterministic; its stamp names the model.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.events import Extractor as Stamp
from msgspec import Struct

from .. import ruleset
from ..errors import DocumentTooLong, ExtractorNotSetUp, ExtractorUnavailable
from ..extract import dates
from ..extractor_settings import ExtractorSettings
from ..extractors import Extractor, Report
from ..remarks import Remark
from .chat import Chat, Endpoint, Habits
from .chat_answers import Reply, TooMuch
from .letters import Letters
from .pieces import Piece, cut, halves
from .proposals import Judge, NoProposal, Proposed, proposals
from .question import WORDING, ask

NAME: Final = "llm"
VERSION: Final = "1"
_CODE: Final = (
    "question.py", "proposals.py", "letters.py", "pieces.py", "proposed_dates.py", "llm.py", "chat.py",
    "chat_answers.py",
)  # fmt: skip


class Clock(Struct, frozen=True):
    """What tells the time and waits; tests give their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def llm(settings: ExtractorSettings, clock: Clock = Clock()) -> Extractor:
    """Raises `ExtractorNotSetUp` where the operator has not said whom to ask."""
    endpoint = _endpoint(settings)
    stamp = _stamp(endpoint.model)
    habits = Habits()

    def extract(document: Document) -> Report:
        with Chat(
            endpoint, habits, deadline=clock.now() + settings.llm_seconds, clock=clock.now, sleep=clock.sleep
        ) as chat:
            return _read(document, chat, stamp, settings)

    return Extractor(stamp=stamp, extract=extract)


def _endpoint(settings: ExtractorSettings) -> Endpoint:
    if not settings.llm_url:
        raise ExtractorNotSetUp(NAME, "is not set up: CHRONOLOGY_LLM_URL says where it asks.")
    if not settings.llm_model:
        raise ExtractorNotSetUp(NAME, "is not set up: CHRONOLOGY_LLM_MODEL says which model it asks for.")
    url = settings.llm_url.rstrip("/").removesuffix("/chat/completions")
    try:
        parts = urlsplit(url)
        # To ask for the port is what checks it.
        named = bool(parts.hostname) and parts.port != 0
        usable = named and parts.scheme in ("http", "https") and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable:
        raise ExtractorNotSetUp(NAME, "is not set up: CHRONOLOGY_LLM_URL is no http or https address without a login.")
    if not (settings.llm_key.isascii() and settings.llm_key.isprintable()):
        raise ExtractorNotSetUp(NAME, "is not set up: CHRONOLOGY_LLM_KEY has letters that no header can hold.")
    return Endpoint(
        url=url,
        model=settings.llm_model,
        key=settings.llm_key,
        request_seconds=settings.llm_request_seconds,
        attempts=settings.llm_attempts,
        completion_tokens=settings.llm_completion_tokens,
    )


def _stamp(model: str) -> Stamp:
    """The hash covers the instructions, the code, the rules that read its dates, and the model's name."""
    digest = sha256(f"{model}\n{ruleset.default().rules_hash}\n{WORDING}".encode())
    for name in _CODE:
        digest.update((files(__package__) / name).read_bytes())
    return Stamp(name=NAME, version=f"{VERSION} {model}"[:64], rules_hash=digest.hexdigest())


def _read(document: Document, chat: Chat, stamp: Stamp, settings: ExtractorSettings) -> Report:
    pieces = cut(document.text, settings.llm_piece_characters)
    if len(pieces) > settings.llm_pieces:
        raise DocumentTooLong(
            NAME,
            f"reads {settings.llm_pieces} pieces of a document at most, and this one has {len(pieces)}. "
            "(CHRONOLOGY_LLM_PIECES, CHRONOLOGY_LLM_PIECE_CHARACTERS)",
        )
    judge = Judge(document, dates.tag(document.text, document.published), stamp)
    events: dict[str, Event] = {}
    used: Counter[str] = Counter()
    waiting = deque(pieces)
    while waiting:
        piece = waiting.popleft()
        try:
            found = _proposed(document, piece, chat, judge, used)
        except TooMuch:
            waiting.extendleft(reversed(_halves(document, piece)))
            continue
        letters = Letters(document.text, piece.start, piece.end)
        used["proposed"] += len(found)
        for each in found:
            event = judge.event(each, letters)
            if event is not None:
                events.setdefault(event.id, event)
    ordered = sorted(events.values(), key=lambda event: (event.start, event.trigger_start, event.end, event.id))
    return Report(events=tuple(ordered), remarks=_remarks(chat, judge, used))


def _proposed(document: Document, piece: Piece, chat: Chat, judge: Judge, used: Counter[str]) -> list[Proposed]:
    """What the model proposes for a piece. An answer that is no JSON is asked for once more."""
    question = ask(document.text[piece.start : piece.end], document.published)
    for _ in range(2):
        reply: Reply = chat.ask(question)
        used["prompt"] += reply.prompt_tokens
        used["completion"] += reply.completion_tokens
        try:
            return proposals(reply.content, judge.dropped)
        except NoProposal:
            continue
    raise ExtractorUnavailable(NAME, "cannot read this now: the model does not answer with the JSON that is asked for.")


def _halves(document: Document, piece: Piece) -> tuple[Piece, ...]:
    parts = halves(document.text, piece)
    if len(parts) < 2:
        raise ExtractorUnavailable(
            NAME,
            f"cannot read this: its answer for {piece.end - piece.start} characters does not fit. "
            "(CHRONOLOGY_LLM_COMPLETION_TOKENS)",
        )
    return parts


def _remarks(chat: Chat, judge: Judge, used: Counter[str]) -> tuple[Remark, ...]:
    tokens = f"{used['prompt']:,} tokens of questions and {used['completion']:,} of answers"
    remarks = [Remark(code="llm-used", detail=f"Requests to the model: {chat.requests}, with {tokens}.")]
    if judge.dropped.total():
        proposed = used["proposed"] + judge.dropped["malformed"] + judge.dropped["too-many"]
        detail = f"Of {proposed} proposed events were dropped: {_listed(judge.dropped)}."
        remarks.append(Remark(code="llm-dropped", detail=detail))
    if judge.left_out.total():
        detail = f"Of the proposed events that were kept, parts were left out: {_listed(judge.left_out)}."
        remarks.append(Remark(code="llm-left-out", detail=detail))
    return tuple(remarks)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
