"""What an import did: how many of each were created, changed, left alone, refused, and why."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.importing.neutral import NotYet

KINDS = {
    "units": "units",
    "teams": "teams",
    "pillars": "pillars",
    "objectives": "objectives",
    "key_results": "key results",
    "check_ins": "check-ins",
    "scores": "scores",
    "retros": "retros",
}
"""What is counted, and what people call it."""
OUTCOMES = ("created", "changed", "unchanged", "refused")
SHOWN = 20
"""Refusals that are shown to people; all are in the JSON."""
LONGEST = 60
"""Characters of a key that are shown to people."""


@dataclass(frozen=True)
class Refusal:
    """Something that could not be imported."""

    kind: str
    key: str
    why: str


@dataclass
class Report:
    """Counts by kind and outcome, and the refusals."""

    not_yet: NotYet
    refusals: list[Refusal] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(
        default_factory=lambda: {kind: dict.fromkeys(OUTCOMES, 0) for kind in KINDS}
    )

    def count(self, kind: str, outcome: str) -> None:
        """One more."""
        self.counts[kind][outcome] += 1

    def refuse(self, kind: str, key: str, why: str) -> None:
        """One more that was refused."""
        self.refusals.append(Refusal(kind, key, why))
        if kind in self.counts:
            self.count(kind, "refused")

    def facts(self) -> dict[str, Any]:
        """For machines."""
        return {
            **self.counts,
            "refusals": [asdict(refusal) for refusal in self.refusals],
            "not_yet_imported": self.not_yet.model_dump(),
        }

    def show(self, console: Console) -> None:
        """For people."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("")
        for outcome in OUTCOMES:
            table.add_column(outcome, justify="right")
        for kind, counts in self.counts.items():
            table.add_row(KINDS[kind], *(str(counts[one]) for one in OUTCOMES))
        console.print(table)
        self._show_refusals(console)
        if self.not_yet.learnings or self.not_yet.retros:
            console.print(
                f"not yet imported: {self.not_yet.learnings} learnings "
                f"in {self.not_yet.retros} retros"
            )

    def _show_refusals(self, console: Console) -> None:
        for refusal in self.refusals[:SHOWN]:
            kind = KINDS.get(refusal.kind, refusal.kind)
            line = f"refused: {kind} {_short(refusal.key)}: {refusal.why}"
            console.print(line, markup=False, highlight=False)
        more = len(self.refusals) - SHOWN
        if more > 0:
            console.print(f"… and {more} more; `--json` tells all of them")


def _short(key: str) -> str:
    """A key's end tells it apart; its beginning is that of many."""
    return key if len(key) <= LONGEST else f"…{key[1 - LONGEST :]}"
