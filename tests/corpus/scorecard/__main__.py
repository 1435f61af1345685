"""Print the scorecard: `python -m tests.corpus.scorecard [--quick]`; `--quick` leaves out dates and speed."""

from __future__ import annotations

import sys
from typing import Final

from . import guard, sets
from .measures import Measure, Part, Value, value
from .table import GROUPS

PARTS: Final[tuple[Part, Part]] = ("open", "aside")


def main(arguments: list[str]) -> int:
    quick = "--quick" in arguments
    print(f"{'':22}{'figure':32}{'open two thirds':>24}{'third set aside':>26}   reach   aim")
    for group in GROUPS:
        if not (sets.SHARED / group.path).exists() or (quick and group.path == "timex-train"):
            continue
        for measure in group.measures:
            cells = [_cell(value(measure, group.part(part))) for part in PARTS]
            print(f"{group.title:22}{measure.label:32}{cells[0]:>24}{cells[1]:>26}   {_wanted(measure)}")
    for line in guard.lines(quick=quick):
        print(line)
    return 0


def _cell(found: Value) -> str:
    if not found.documents:
        return "-"
    return f"{found.figure:5.1f} [{found.low:5.1f}-{found.high:5.1f}] n={found.documents}"


def _wanted(measure: Measure) -> str:
    return f"{measure.reach or '-':>5} {measure.aim or '-':>5}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
