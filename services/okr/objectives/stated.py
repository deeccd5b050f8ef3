"""How a key result is stated: which numbers or milestones its kind needs; pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from contracts.envelope import Closed
from contracts.numbers import SMALLEST_STEP, Number, Step, Weight
from contracts.okr import Definition, KeyResultKind, Milestone
from contracts.words import Line, Text, Words

MOST_MILESTONES = 30

ZONES = ("baseline", "commit", "target", "stretch")
NEEDED: Mapping[KeyResultKind, tuple[str, ...]] = {
    "increase": ("baseline", "target"),
    "decrease": ("baseline", "target"),
    "maintain": ("low", "high"),
    "milestones": ("milestones",),
    "binary": (),
    "zones": ZONES,
}
OPTIONAL: Mapping[KeyResultKind, tuple[str, ...]] = {"maintain": ("tolerance",)}
STATED = (*ZONES, "low", "high", "tolerance", "milestones")
"""What a definition is made of, whichever the kind."""


class KeyResultDraft(Closed):
    """A key result as people state it."""

    title: Text
    note: Words | None = Field(default=None, description="Words about it.")
    kind: KeyResultKind
    unit: Line | None = Field(default=None, description="Unit of its values.")
    team: UUID | None = Field(default=None, description="The one team that checks in.")
    baseline: Number | None = Field(
        default=None, description="Increase, decrease, zones: the start."
    )
    target: Number | None = Field(default=None, description="Increase, decrease, zones: the aim.")
    low: Number | None = Field(default=None, description="Maintain: lower edge.")
    high: Number | None = Field(default=None, description="Maintain: upper edge.")
    tolerance: Step | None = Field(
        default=None, description="Maintain: distance at which progress is 0; else high - low."
    )
    commit: Number | None = Field(
        default=None, description="Zones: what is promised, between baseline and target."
    )
    stretch: Number | None = Field(
        default=None, description="Zones: what would be excellent, beyond the target."
    )
    milestones: tuple[Milestone, ...] | None = Field(
        default=None, min_length=1, max_length=MOST_MILESTONES, description="Milestones: all."
    )
    weight: Weight = 1.0

    @model_validator(mode="after")
    def _numbers_fit_the_kind(self) -> Self:
        complaint = complaint_about(self)
        if complaint:
            raise ValueError(complaint)
        return self

    def definition(self, since: date) -> Definition:
        """What it measures from `since` on."""
        said = {name: getattr(self, name) for name in STATED}
        if self.kind == "maintain" and self.tolerance is None:
            said["tolerance"] = (self.high or 0.0) - (self.low or 0.0)
        return Definition(since=since, weight=self.weight, **said)


def complaint_about(draft: KeyResultDraft) -> str | None:
    """What is wrong with the numbers for their kind; None when nothing is."""
    needed = NEEDED[draft.kind]
    if any(getattr(draft, name) is None for name in needed):
        return f"{' and '.join(needed)} are needed"
    mine = (*needed, *OPTIONAL.get(draft.kind, ()))
    odd = [name for name in STATED if name not in mine and getattr(draft, name) is not None]
    if odd:
        return f"{odd[0]} is not for {draft.kind}"
    return COMPLAINTS[draft.kind](draft)


def _about_direction(draft: KeyResultDraft) -> str | None:
    baseline, target = draft.baseline or 0.0, draft.target or 0.0
    if abs(baseline - target) < SMALLEST_STEP:
        return "baseline and target must differ"
    if (baseline < target) != (draft.kind == "increase"):
        return "target lies on the wrong side of baseline for this kind"
    return None


def _about_corridor(draft: KeyResultDraft) -> str | None:
    low, high = draft.low or 0.0, draft.high or 0.0
    if low > high:
        return "low must not be above high"
    if high - low < SMALLEST_STEP and draft.tolerance is None:
        return "tolerance is needed where low equals high"
    return None


def _about_zones(draft: KeyResultDraft) -> str | None:
    if not _one_way([getattr(draft, name) for name in ZONES]):
        return "baseline, commit, target and stretch must go one way, each beyond the one before"
    return None


def _one_way(numbers: Sequence[float]) -> bool:
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return min(steps) >= SMALLEST_STEP or max(steps) <= -SMALLEST_STEP


def _about_milestones(draft: KeyResultDraft) -> str | None:
    ids = [one.id for one in draft.milestones or ()]
    return "each milestone needs an id of its own" if len(set(ids)) < len(ids) else None


def _about_nothing(_: KeyResultDraft) -> str | None:
    return None


COMPLAINTS: Mapping[KeyResultKind, Callable[[KeyResultDraft], str | None]] = {
    "increase": _about_direction,
    "decrease": _about_direction,
    "maintain": _about_corridor,
    "milestones": _about_milestones,
    "binary": _about_nothing,
    "zones": _about_zones,
}
