"""`python -m bench`: measures, and prints one table."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module

from rich.console import Console

from bench.parts import Parts, Run, environment_note
from bench.table import Row, show

Measure = Callable[[Run], Awaitable[list[Row]]]

MEASURES = ("relay", "projector", "commands", "freshness", "footprint", "overload")
"""Modules of this folder, in the order of the table; each has `measure(run)`."""


def _measure_of(name: str) -> Measure:
    found: Measure = import_module(f"bench.{name}").measure
    return found


async def _measured(run: Run, names: list[str], console: Console) -> list[Row]:
    rows = []
    for name in names:
        console.print(f"{name} …", style="dim")
        rows += await _measure_of(name)(run)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual amounts")
    told = parser.parse_args()
    if unknown := set(told.measures) - set(MEASURES):
        parser.error(f"not measured here: {', '.join(sorted(unknown))}")
    console = Console(width=150)
    parts = Parts()
    try:
        parts.start("kafka", "postgres", "identity")
        run = Run(parts, told.repeats, told.scale)
        rows = asyncio.run(_measured(run, told.measures or list(MEASURES), console))
    finally:
        parts.stop()
    show(rows, console)
    said: Mapping[str, object] = environment_note()
    console.print(", ".join(f"{name} {value}" for name, value in said.items()))
    for note in run.notes:
        console.print(note)


if __name__ == "__main__":
    main()
