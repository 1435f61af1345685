"""What the errors of ingest are in HTTP. The one place that knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from chronology_contracts.validation import Fault
from chronology_runtime import errors as runtime_errors
from chronology_runtime import problems
from chronology_runtime.problems import Detail, Problem, ProblemType, unavailable
from litestar import Request, Response
from msgspec import UNSET

from .. import errors, refusals

ERRORS_MAX: Final = 100
"""Faults that one answer names."""

E = TypeVar("E", bound=Exception)

problems.register(
    ProblemType(
        slug="no-such-collection-yet",
        status=503,
        title="The collection has not been created",
        explanation="Create it with `POST /v1/collections` at chronology, or `chronology collections create`, then "
        "send the same request again.",
    ),
    ProblemType(
        slug="collection-halted",
        status=503,
        title="The collection is halted",
        explanation="Its stream and its log do not fit together, and nothing is taken until an operator has looked at "
        "it (`chronology doctor`, `chronology resume`). Then send the same request again.",
    ),
    ProblemType(
        slug="collection-closed",
        status=409,
        title="The collection is closed",
        explanation="It takes nothing more. Send the document to another collection.",
    ),
    ProblemType(
        slug="not-durable",
        status=503,
        title="NATS might lose what it acknowledges",
        explanation="Documents are taken only where NATS writes to disk before it acknowledges. The operator sets "
        "`sync_interval: always` and NATS_MONITOR_URL, or vouches for it by CHRONOLOGY_NATS_SYNC_VOUCHED=true.",
    ),
    ProblemType(
        slug="html-not-readable",
        status=422,
        title="No text could be read from the HTML",
        explanation="`detail` says why. Send the text of the document as `text` instead.",
    ),
    ProblemType(
        slug="extraction-too-slow",
        status=503,
        title="The extraction did not end in time",
        explanation="Try again when there is less to do, or send the document in parts.",
    ),
)


def at(pointer: str, code: str, detail: str, hint: str = "", *, slug: str = "invalid") -> Problem:
    """A problem with one place of the body."""
    error = Detail(pointer=pointer, code=code, detail=detail, hint=hint or UNSET)
    return Problem(slug, detail, errors=[error])


def from_faults(faults: list[Fault]) -> Problem:
    """400 with the first hundred; 413 where a text is too long, since then nothing else counts."""
    long = next((fault for fault in faults if fault.code == "too-long"), None)
    if long is not None:
        return at(long.pointer, long.code, long.detail, long.hint, slug="too-large")
    problem = problems.from_faults(faults[:ERRORS_MAX])
    if len(faults) > ERRORS_MAX:
        problem.detail = f"{len(faults)} faults were found; the first {ERRORS_MAX} are named."
    return problem


def _job_refused(error: refusals.JobRefused) -> Problem:
    if error.code == "unknown-extractor":
        return at("/extractor", error.code, error.detail)
    if error.code == "extractor-not-set-up":
        return at("/extractor", error.code, error.detail, "Choose another extractor, or have the operator set it up.")
    if error.code == "extractor-unavailable":
        return unavailable(error.detail, retry_after_seconds=error.retry_after_seconds)
    if error.code in ("too-many-events", "too-long", "too-long-for-extractor"):
        pointer = "/html" if error.code == "too-long" else "/text"
        return at(pointer, error.code, error.detail, "Send the document in parts.", slug="too-large")
    return at("/html", error.code, error.detail, slug="html-not-readable")


def _no_collection(error: refusals.NoCollection) -> Problem:
    name = error.collection
    detail = f"There is no collection {name!r} yet. Create it at chronology: `chronology collections create {name}`."
    return Problem("no-such-collection-yet", detail, headers={"retry-after": "5"})


def _halted(error: refusals.CollectionHalted) -> Problem:
    reason = f" The reason: {error.reason}" if error.reason else ""
    return Problem(
        "collection-halted", f"The collection {error.collection!r} is halted.{reason}", headers={"retry-after": "30"}
    )


def _full(error: runtime_errors.StreamFull) -> Problem:
    return unavailable("The collection's stream is full; an operator must trim it.", retry_after_seconds=60)


_MEANINGS: Final[list[tuple[type[Any], Callable[[Any], Problem]]]] = [
    (refusals.JobRefused, _job_refused),
    (
        refusals.MessageTooLong,
        lambda error: at(
            "", "too-large", f"{str(error)[0].upper()}{str(error)[1:]}.", "Send it in parts.", slug="too-large"
        ),
    ),
    (
        refusals.BadCollection,
        lambda error: problems.invalid_parameter(
            "collection",
            f"{str(error)[0].upper()}{str(error)[1:]}.",
            code="wrong-form",
            hint="Small letters, digits and hyphens; at most 40.",
        ),
    ),
    (refusals.NoCollection, _no_collection),
    (refusals.CollectionHalted, _halted),
    (
        refusals.CollectionClosed,
        lambda error: Problem("collection-closed", f"The collection {error.collection!r} takes nothing more."),
    ),
    (refusals.NotDurable, lambda error: Problem("not-durable", str(error), headers={"retry-after": "30"})),
    (
        refusals.UnknownDocument,
        lambda error: at(
            "/document_id",
            "unknown-document",
            f"Chronology has no document {error.document_id} in this collection.",
            "Send the document itself as `document`; just after its ingest, wait until it is shown.",
        ),
    ),
    (
        refusals.TooSlow,
        lambda error: Problem(
            "extraction-too-slow", "The document was not read in time.", headers={"retry-after": "60"}
        ),
    ),
    (
        refusals.WorkerDied,
        lambda error: unavailable(
            "The process that read the document ended twice before it was done.", retry_after_seconds=30
        ),
    ),
    (
        refusals.Away,
        lambda error: unavailable("Chronology does not answer, which has the document's text.", retry_after_seconds=5),
    ),
    (refusals.Busy, lambda error: unavailable("There is more to do than can be done now.", retry_after_seconds=5)),
    (runtime_errors.StreamFull, _full),
    (
        runtime_errors.RuntimeFailure,
        lambda error: unavailable("NATS did not confirm that it has stored this.", retry_after_seconds=2),
    ),
]


def exception_handlers() -> dict[Any, Callable[[Request[Any, Any, Any], Any], Response[bytes]]]:
    """The runtime's, and those of our own errors; what is not listed is a bug and answered 500."""
    general = problems.exception_handlers()
    answer = general[Problem]

    def of_ours(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        for type, meaning in _MEANINGS:
            if isinstance(error, type):
                return answer(request, meaning(error))
        return general[Exception](request, error)

    return {**general, errors.IngestError: of_ours, runtime_errors.RuntimeFailure: of_ours}
