"""Shows people what the APIs answer: texts in their language, shares, a table of goals."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

Json = dict[str, Any]

COLOURS = {"on-track": "green", "behind": "yellow", "at-risk": "red", "stale": "magenta"}
LOW = 3
"""The highest confidence that is unlikely."""


def as_answered(answer: Json) -> None:
    """What an API answered, for programs."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def printable(words: str) -> str:
    """In one line, without what would steer a terminal: words are other people's."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())


def text(said: Mapping[str, Any] | None, language: str) -> str:
    """A text in `language`, else in the language that it was written in."""
    if not said:
        return "?"
    return printable(str(said.get(language) or said.get(str(said.get("source"))) or "?"))


def hints(goal: Json) -> list[str]:
    """What an API advises on a goal, a line each."""
    return [f"hint: {printable(one['text'])}" for one in goal["hints"]]


def number(value: float | None, unit: str | None = None) -> str:
    """A value with its unit; nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.15g} {unit}" if unit else f"{value:.15g}"


def percent(share: float | None) -> str:
    """A share; nothing where there is none."""
    return "" if share is None else f"{share:z.0%}"


def print_lines(*lines: Any) -> None:
    """Lines, or tables, on standard output; as wide as the terminal."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    for line in lines:
        console.print(line)


def goals_table(
    objectives: Iterable[Json], language: str, support: Mapping[str, int] | None = None
) -> "Table":
    """Goals of a board, each above its key results; `support` by goal."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True, style="dim")
    table.add_column("goal", ratio=1)
    table.add_column("value", justify="right")
    for heading in ("progress", "status", "confidence", *(("support",) if support else ())):
        table.add_column(heading, no_wrap=True)
    for one in objectives:
        table.add_row(
            *_goal(one, language), *([str(support.get(one["id"], ""))] if support else ())
        )
        for it in one["key_results"]:
            table.add_row(*_key_result(it, language))
    return table


def _goal(one: Json, language: str) -> Iterator["RenderableType"]:
    from rich.text import Text

    from cli.people.finding import short

    known = [it["confidence"] for it in one["key_results"] if it["confidence"] is not None]
    yield short(one["id"])
    yield Text(text(one["title"], language), style="bold")
    yield ""
    yield percent(one["progress"])
    yield _status(one["status"] if one["state"] == "agreed" else one["state"])
    yield _confidence(min(known, default=None))


def _key_result(one: Json, language: str) -> Iterator["RenderableType"]:
    from rich.padding import Padding

    from cli.people.finding import short

    yield short(one["id"])
    yield Padding(text(one["title"], language), (0, 0, 0, 2))
    yield _of_aim(one)
    yield percent(one["progress"])
    yield _status(one["status"])
    yield _confidence(one["confidence"])


def _status(status: str) -> "Text":
    from rich.text import Text

    return Text(status, style=COLOURS.get(status, "dim"))


def _confidence(confidence: int | None) -> "Text":
    from rich.text import Text

    low = confidence is not None and confidence <= LOW
    return Text("" if confidence is None else str(confidence), style="red" if low else "")


def _of_aim(key_result: Json) -> str:
    """Where a key result is, and where it is to get, in its unit."""
    value, unit = key_result["value"], key_result["unit"]
    if key_result["kind"] == "binary":
        return "" if value is None else "yes" if value else "no"
    if (steps := key_result["milestones"]) is not None:
        return f"{sum(bool(step['done']) for step in steps)} of {len(steps)}"
    aim = number(key_result["target"], unit)
    if key_result["low"] is not None:
        aim = f"{number(key_result['low'])}..{number(key_result['high'], unit)}"
    return f"{number(value) or '–'} → {aim}"
