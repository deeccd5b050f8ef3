"""What an inspection comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Difference:
    """A place that does not hold what it must; None stands for a row that is not there."""

    table: str
    key: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.table} {self.key}: expected {self.expected!r}, found {self.found!r}"


@dataclass(frozen=True)
class Verdict:
    """`lost`: acknowledged, and not there. `doubled`: there more often than acknowledged."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.differences)

    def __str__(self) -> str:
        if self.holds:
            return "nothing lost, nothing doubled, no difference"
        return "\n".join(
            [
                *_listed("lost", self.lost),
                *_listed("doubled", self.doubled),
                *_listed("different", self.differences),
            ]
        )


MOST = 20
"""Sentences that are said of each sort; the rest is counted."""


def _listed(sort: str, said: Sequence[object]) -> list[str]:
    more = [f"{sort}: {len(said) - MOST} more"] if len(said) > MOST else []
    return [f"{sort}: {one}" for one in said[:MOST]] + more


@dataclass
class Findings:
    """Gathers what is found; each thing is said once."""

    _lost: dict[str, None] = field(default_factory=dict)
    _doubled: dict[str, None] = field(default_factory=dict)
    _differences: list[Difference] = field(default_factory=list)

    def lost(self, sentence: str) -> None:
        self._lost[sentence] = None

    def doubled(self, sentence: str) -> None:
        self._doubled[sentence] = None

    def differs(self, table: str, key: str, expected: Any, found: Any) -> None:
        self._differences.append(Difference(table, key, expected, found))

    def verdict(self) -> Verdict:
        return Verdict(tuple(self._lost), tuple(self._doubled), tuple(self._differences))
