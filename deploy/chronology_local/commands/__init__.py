"""The commands, one module each. A module is imported when its command is used: `up` need not load what `extract` does."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.metadata import version
from typing import Final

import rich_click as click

from ..addresses import read_environment
from .options import Given

COMMANDS: Final = {
    "up": "Set up, start everything on this machine, ingest the samples.",
    "test": "Run all tests.",
    "collections": "List, create or close collections.",
    "ingest": "Bring documents in.",
    "extract": "Show what would be read from files, without any service.",
    "dates": "Show every date and time that files speak of, without any service.",
    "code": "Code single sentences: who does what to whom, without any service.",
    "timeline": "Show what happened, when, of an actor, a topic or everything.",
    "tail": "Follow the log.",
    "export": "Write every shown event.",
    "rebuild": "Build a projection anew, beside the one that is read.",
    "projections": "List, switch, roll back, verify or drop builds of projections.",
    "dead-letters": "List, show or send again what could not be read.",
    "resume": "Let a halted collection go on.",
    "doctor": "Find what is wrong, and say how to mend it.",
}


class Commands(click.RichGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command = import_module(f"{__name__}.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.version_option(version("chronology"), prog_name="chronology")
@click.pass_context
def chronology(ctx: click.Context, debug: bool) -> None:
    """Documents in, timelines out: what happened, when, to whom, according to whom.

    Start with `chronology up`; then `chronology timeline "Javel Orsheni" --collection sample` in another terminal.
    """
    ctx.obj = Given(environment=read_environment(os.environ))
