"""The commands, one module each, imported when its command is used: `up` need not load what `extract` does."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.metadata import version
from typing import Final

import rich_click as click

from ..addresses import read_environment
from .options import Given

NAMES: Final = (
    "up", "test", "collections", "ingest", "extract", "dates", "code", "timeline", "tail", "export", "rebuild",
    "projections", "rules", "verify", "witness", "dossier", "dead-letters", "resume", "doctor",
)  # fmt: skip


class Commands(click.RichGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NAMES:
            return None
        name = cmd_name.replace("-", "_")
        command = import_module(f"{__name__}.{name}").command
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.version_option(version("chronology"), prog_name="chronology")
@click.pass_context
def chronology(ctx: click.Context, debug: bool) -> None:
    """Documents in, timelines out: what happened, when, to whom, according to whom.

    Start with `chronology up`; then `chronology timeline "Javel Orsheni" --collection sample` in another terminal.
    """
    ctx.obj = Given(environment=read_environment(os.environ))
