"""`python -m bench`: measures, and prints one table."""

import argparse
import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from importlib import import_module

import structlog
from rich.console import Console

from bench.parts import BenchFailed, Parts, Run, environment_note
from bench.table import Row, show

Measure = Callable[[Run], Awaitable[list[Row]]]

MEASURES = (
    "relay", "projector", "commands", "choosing", "freshness", "footprint", "growth", "overload",
)  # fmt: skip
"""Modules of this folder, in the order of the table; each has `measure(run)`."""


LONG = "growth"
"""The module that has `measure_long(run)`."""


def _measures(names: list[str], long: bool) -> Iterator[tuple[str, Measure]]:
    if long:
        yield LONG, import_module(f"bench.{LONG}").measure_long
        return
    for name in names or MEASURES:
        yield name, import_module(f"bench.{name}").measure


async def _measured(
    run: Run, measures: Iterable[tuple[str, Measure]], console: Console
) -> list[Row]:
    """All rows that could be measured; what fails says so, and does not take the others along."""
    rows = []
    for name, measure in measures:
        console.print(f"{name} …", style="dim")
        try:
            rows += await measure(run)
        except BenchFailed as failed:
            run.notes.append(f"{name} FAILED: {failed}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual amounts")
    parser.add_argument("--long", action="store_true", help="ten million events, and no more")
    told = parser.parse_args()
    if unknown := set(told.measures) - set(MEASURES):
        parser.error(f"not measured here: {', '.join(sorted(unknown))}")
    console = Console(width=150)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parts = Parts()
    try:
        parts.start("kafka", "postgres", "identity")
        run = Run(parts, told.repeats, told.scale)
        rows = asyncio.run(_measured(run, _measures(told.measures, told.long), console))
    finally:
        parts.stop()
    show(rows, console)
    said: Mapping[str, object] = environment_note()
    console.print(", ".join(f"{name} {value}" for name, value in said.items()))
    for note in run.notes:
        console.print(note)


if __name__ == "__main__":
    main()
