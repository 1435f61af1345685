"""Trace context after the W3C."""

from __future__ import annotations

import pytest
from chronology_runtime.telemetry import new_trace, parse_traceparent

SENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_context_is_read_and_written() -> None:
    context = parse_traceparent(SENT)

    assert context is not None
    assert context.sampled
    assert context.traceparent() == SENT
    assert context.child().trace_id == context.trace_id
    assert context.child().span_id != context.span_id


def test_a_new_trace_is_a_valid_one() -> None:
    assert parse_traceparent(new_trace().traceparent()) is not None


@pytest.mark.parametrize(
    "text",
    [None, "", "00-" + "0" * 32 + "-b7ad6b7169203331-01", SENT.upper(), "ff" + SENT[2:], SENT + "-more", SENT + "\n"],
)
def test_a_wrong_context_is_none(text: str | None) -> None:
    assert parse_traceparent(text) is None
