"""The table that a run prints: what was measured, against what, and the limit it is held to."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Aim:
    """A limit: at least, or at most, `bound`."""

    at_least: bool
    bound: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"

    def is_met(self, value: float) -> bool:
        """Whether `value` is within the limit."""
        return value >= self.bound if self.at_least else value <= self.bound


def at_least(bound: float, unit: str = "") -> Aim:
    return Aim(True, bound, unit)


def at_most(bound: float, unit: str = "") -> Aim:
    return Aim(False, bound, unit)


@dataclass(frozen=True)
class Row:
    """One measure over the repeats of a run; `theirs` is what it is held against, if anything.

    The aim holds for the median of the ratios of each repeat, or of `ours` where nothing
    stands against it.
    """

    name: str
    unit: str
    ours: Sequence[float]
    against: str = ""
    theirs: Sequence[float] = field(default_factory=tuple)
    aim: Aim | None = None

    @property
    def judged(self) -> list[float]:
        """What the aim is held against, one for each repeat."""
        if not self.theirs:
            return list(self.ours)
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return "met" if self.aim.is_met(statistics.median(self.judged)) else "MISSED"

    def cells(self) -> list[str]:
        """As the table shows it."""
        ratio = self.theirs and self.judged
        return [
            self.name,
            f"{_median(self.ours)} {self.unit}".strip(),
            self.against,
            _median(self.theirs) if self.theirs else "",
            _median(ratio) if ratio else "",
            f"{_told(min(self.judged))} to {_told(max(self.judged))}",
            str(len(self.judged)),
            str(self.aim or ""),
            self.verdict,
        ]


HEADINGS = ("measure", "ours", "against", "theirs", "ratio", "spread", "n", "aim", "")


def _median(values: Sequence[float]) -> str:
    return _told(statistics.median(values))


def _told(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def show(rows: Iterable[Row], console: Console) -> None:
    """Print the table."""
    table = Table(title="medians; spread is lowest to highest of the repeats")
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if number in (1, 3, 4, 5, 6) else "left")
    for row in rows:
        table.add_row(*row.cells())
    console.print(table)
