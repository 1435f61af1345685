"""What the errors of the chronology are in HTTP. The one place that knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

import structlog
from chronology_runtime import errors as runtime_errors
from chronology_runtime import problems
from chronology_runtime.problems import Problem, ProblemType, unavailable
from litestar import Request, Response

from .. import errors
from ..errors import Stopped, Unavailable

_log = structlog.get_logger(__name__)

problems.register(
    ProblemType(
        slug="not-served-yet",
        status=501,
        title="This is not served yet",
        explanation="The request is understood and its answer is planned, but this version does not give it; nothing "
        "was stored.",
    ),
    ProblemType(
        slug="projection-stopped",
        status=503,
        title="The projection has stopped",
        explanation="It met a record that it cannot read. What it shows stays true up to its position; an operator "
        "upgrades the service or rebuilds the projection. Without `at_least` it can still be read.",
    ),
    ProblemType(
        slug="behind",
        status=503,
        title="The answer would not be up to date yet",
        explanation="The position that `at_least` asks for was not reached in time. Ask again after the time in "
        "Retry-After.",
    ),
    ProblemType(
        slug="gone",
        status=410,
        title="This is not there any more",
        explanation="The log's history was begun anew after a fork, or the address names an older generation. Read "
        "from the last position that both histories share.",
    ),
    ProblemType(
        slug="key-reused",
        status=409,
        title="The idempotency key was used for another request",
        explanation="A key stands for one request. Use a new key for a new request.",
    ),
)


def _unavailable(request: Request[Any, Any, Any], error: Exception) -> Problem:
    _log.warning("a dependency does not answer", reason=str(error))
    return unavailable("A part that the chronology stands on does not answer.")


def _refused(request: Request[Any, Any, Any], error: Exception) -> Problem:
    return Problem("conflict", str(error))


def _key_reused(request: Request[Any, Any, Any], error: Exception) -> Problem:
    return Problem("key-reused", str(error))


def _stopped(request: Request[Any, Any, Any], error: Exception) -> Problem:
    return Problem("projection-stopped", str(error), headers={"retry-after": "60"})


_MEANINGS: Final[dict[type[Exception], Callable[[Request[Any, Any, Any], Exception], Problem]]] = {
    Unavailable: _unavailable,
    runtime_errors.RuntimeFailure: _unavailable,
    errors.Refused: _refused,
    errors.KeyReused: _key_reused,
    Stopped: _stopped,
}


def exception_handlers() -> dict[Any, Callable[[Request[Any, Any, Any], Any], Response[bytes]]]:
    """The runtime's, and those of our own errors."""
    general = problems.exception_handlers()
    answer = general[Problem]
    ours = {
        type: lambda request, error, meaning=meaning: answer(request, meaning(request, error))
        for type, meaning in _MEANINGS.items()
    }
    return {**general, **ours}


def no_collection(collection: str) -> NoReturn:
    raise Problem("not-found", f"There is no collection {collection[:100]!r}.")


def not_found(what: str, *, position: int) -> NoReturn:
    """404 that names, like every answer, the position that it reflects."""
    raise Problem("not-found", what, headers={"chronology-position": str(position)})
