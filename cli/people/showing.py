"""Shows people what the APIs answer: texts in their language, shares, a table of goals."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from cli.words import Words

Json = dict[str, Any]

COLOURS = {"on-track": "green", "behind": "yellow", "at-risk": "red", "stale": "magenta"}
LOW = 3
"""The highest confidence that is unlikely."""
WIDE = 100
"""Columns from which a value has one of its own; in less it stands below the title."""


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


def hints(goal: Json, words: "Words") -> list[str]:
    """What an API advises on a goal, a line each."""
    return [words("hint", text=printable(one["text"])) for one in goal["hints"]]


def number(value: float | None, language: str, unit: str | None = None) -> str:
    """A value with its unit, as it is written in the language; nothing where there is none."""
    if value is None:
        return ""
    said = written(f"{value:.15g}", language)
    return f"{said} {unit}" if unit else said


def written(figures: str, language: str) -> str:
    """With the decimal mark of the language."""
    return figures if language == "en" else figures.replace(".", ",")


def percent(share: float | None) -> str:
    """A share; nothing where there is none."""
    return "" if share is None else f"{share:z.0%}"


def print_lines(*lines: Any) -> None:
    """Lines, or tables, on standard output; as wide as the terminal.

    Colours only repeat what words say, and are left away where NO_COLOR asks so, or in a pipe.
    """
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    for line in lines:
        console.print(line, soft_wrap=isinstance(line, str) and not console.is_terminal)


def plain_table(*headings: str) -> "Table":
    """A table of ids, of what they are, and of short columns with these headings."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    first, second, *others = headings
    table.add_column(first, no_wrap=True, style="dim")
    table.add_column(second, ratio=1)
    for heading in others:
        table.add_column(heading, no_wrap=True, justify="right")
    return table


class GoalsTable:
    """Goals of a board, each above its key results; `support` by goal.

    It fits in 80 columns: there a value stands below its title.
    """

    def __init__(
        self, objectives: Iterable[Json], words: "Words", support: Mapping[str, int] | None = None
    ) -> None:
        self._objectives = list(objectives)
        self._words = words
        self._support = support or {}

    def __rich_console__(self, console: Any, options: Any) -> "Iterator[RenderableType]":
        wide = options.max_width >= WIDE
        columns = ["progress", "status", "confidence"]
        columns = (["value"] if wide else []) + columns + (["support"] if self._support else [])
        table = plain_table("id", *(self._words(f"column-{it}") for it in ("goal", *columns)))
        for column, name in zip(table.columns[2:], columns, strict=True):
            column.justify = "left" if name == "status" else "right"
            column.no_wrap = name != "value"
        for one in self._objectives:
            table.add_row(*self._goal(one, columns))
            for it in one["key_results"]:
                table.add_row(*self._key_result(it, columns))
        yield table

    def _goal(self, one: Json, columns: list[str]) -> "Iterator[RenderableType]":
        from rich.text import Text

        from cli.people.finding import short

        known = [it["confidence"] for it in one["key_results"] if it["confidence"] is not None]
        cells: dict[str, RenderableType] = {
            "progress": percent(one["progress"]),
            "status": self._status(one["status"] if one["state"] == "agreed" else one["state"]),
            "confidence": _confidence(min(known, default=None)),
            "support": str(self._support.get(one["id"], "")),
        }
        yield short(one["id"])
        yield Text(text(one["title"], self._words.language), style="bold")
        yield from (cells.get(column, "") for column in columns)

    def _key_result(self, one: Json, columns: list[str]) -> "Iterator[RenderableType]":
        from rich.padding import Padding

        from cli.people.finding import short

        aim = of_aim(one, self._words)
        cells: dict[str, RenderableType] = {
            "value": aim,
            "progress": percent(one["progress"]),
            "status": self._status(one["status"]),
            "confidence": _confidence(one["confidence"]),
        }
        title = text(one["title"], self._words.language)
        yield short(one["id"])
        yield Padding(title if "value" in columns or not aim else f"{title}\n{aim}", (0, 0, 0, 2))
        yield from (cells.get(column, "") for column in columns)

    def _status(self, status: str) -> "Text":
        from rich.text import Text

        return Text(self._words.name("status", status), style=COLOURS.get(status, "dim"))


def _confidence(confidence: int | None) -> "Text":
    """A low one has a mark besides its colour."""
    from rich.text import Text

    if confidence is None:
        return Text("")
    return Text(f"! {confidence}", style="red") if confidence <= LOW else Text(str(confidence))


def of_aim(key_result: Json, words: "Words") -> str:
    """Where a key result is, and where it is to get, in its unit."""
    value, unit = key_result["value"], key_result["unit"]
    if key_result["kind"] == "binary":
        return "" if value is None else words("yes") if value else words("no")
    if (steps := key_result["milestones"]) is not None:
        done = sum(bool(step["done"]) for step in steps)
        return words("steps-done", done=done, all=len(steps))
    language = words.language
    aim = number(key_result["target"], language, unit)
    if key_result["low"] is not None:
        low, high = key_result["low"], key_result["high"]
        aim = f"{number(low, language)}..{number(high, language, unit)}"
    return f"{number(value, language) or '–'} → {aim}"
