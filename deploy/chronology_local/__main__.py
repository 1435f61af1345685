"""The command `chronology` of people and operators.

Results are JSON Lines on standard output, so they can be piped; what people are told is on standard error. Exit codes:
0 done, 1 something failed or was refused, 2 the command line was not understood, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence

import rich_click as click

from .commands import chronology
from .console import say
from .errors import CommandError
from .server_errors import ServersError

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code. Nothing but a bug shows a traceback, and that only with --debug."""
    debug = "--debug" in arguments
    try:
        result = chronology.main(list(arguments), prog_name="chronology", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "chronology"
        say(f"{command}: {error.format_message()}\nTry: {command} --help", style="red")
        return WRONG_USE
    except (CommandError, ServersError, click.ClickException) as error:
        say(f"chronology: {error.format_message() if isinstance(error, click.ClickException) else error}", style="red")
        failure: Exception = error
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError as error:
        close_broken_pipe()
        failure = error
    except Exception as error:  # noqa: BLE001  A person is told what happened in one line, whatever it was.
        say(
            f"chronology: unexpected: {type(error).__name__}: {error}. With --debug the traceback is shown.",
            style="red",
        )
        failure = error
    if debug:
        traceback.print_exception(failure)
    return FAILED


def close_broken_pipe() -> None:
    """Whoever read the results has gone, as `head` does. Python would complain of it once more while it ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
