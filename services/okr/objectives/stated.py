"""How an objective is stated, and by their kinds its key results; pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.choosing import Invitation
from contracts.envelope import Closed
from contracts.numbers import SMALLEST_STEP, Number, Step, Weight
from contracts.okr import (
    Definition,
    KeyResult,
    KeyResultKind,
    Milestone,
    ObjectiveChanged,
    Phase,
    Rhythm,
)
from contracts.scores import Ambition
from contracts.words import Code, Line, Text, Words
from services.okr.objectives.links import MOST_LINKS
from services.okr.strategy.stated import ProofRead, Texts, TranslationDraft

MOST_MILESTONES = 30
MOST_PHASES = 30
TEXTS = ("title", "benefit", "from_what", "to_what")
"""The texts of an objective, which are translated."""
STEP = "milestones/"
"""Before the id of a milestone: what its title is called among the texts of a key result."""

ZONES = ("baseline", "commit", "target", "stretch")
NEEDED: Mapping[KeyResultKind, tuple[str, ...]] = {
    "increase": ("target",),
    "decrease": ("target",),
    "maintain": ("low", "high"),
    "milestones": ("milestones",),
    "binary": (),
    "zones": ZONES[1:],
}
OPTIONAL: Mapping[KeyResultKind, tuple[str, ...]] = {
    "increase": ("baseline",),
    "decrease": ("baseline",),
    "maintain": ("tolerance",),
    "zones": ("baseline",),
}
STATED = (*ZONES, "low", "high", "tolerance", "milestones")
"""What a definition is made of, whichever the kind."""


class KeyResultDraft(Closed):
    """A key result as people state it."""

    title: Text
    note: Words | None = Field(default=None, description="Words about it.")
    kind: KeyResultKind
    unit: Line | None = Field(default=None, description="Unit of its values.")
    direction: Line | None = Field(
        default=None, description="Which way is better, in words: as few as possible …"
    )
    ambition: Ambition | None = Field(default=None, description="Null: that of its objective.")
    team: UUID | None = Field(default=None, description="The one team that checks in.")
    baseline: Number | None = Field(
        default=None,
        description="Where it begins. Increase, decrease: null while it is to be measured; there "
        "is no progress until it is set. Zones: null is 0.",
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
    phases: tuple[Phase, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_PHASES,
        description="What is expected by when: days of the cycle and shares, both rising; straight "
        "lines between, from 0 at its start and to 1 at its end. Null: one straight line.",
    )
    weight: Weight = 1.0
    proof_read: ProofRead = ()

    @model_validator(mode="after")
    def _numbers_fit_the_kind(self) -> Self:
        if rule := complaint_about(self):
            raise PydanticCustomError(rule, "it does not fit its kind")
        return self

    def definition(self, since: date) -> Definition:
        """What it measures from `since` on."""
        said = {name: getattr(self, name) for name in STATED}
        if self.kind == "maintain" and self.tolerance is None:
            said["tolerance"] = (self.high or 0.0) - (self.low or 0.0)
        if self.kind == "zones" and self.baseline is None:
            said["baseline"] = 0.0
        return Definition(since=since, weight=self.weight, phases=self.phases, **said)


def complaint_about(draft: KeyResultDraft) -> str | None:
    """The rule that the numbers break for their kind, as `problems.yaml` words it; else None."""
    needed = NEEDED[draft.kind]
    if any(getattr(draft, name) is None for name in needed):
        return "numbers_missing"
    mine = (*needed, *OPTIONAL.get(draft.kind, ()))
    if any(getattr(draft, name) is not None for name in STATED if name not in mine):
        return "numbers_of_another_kind"
    return COMPLAINTS[draft.kind](draft) or _about_phases(draft)


def _about_direction(draft: KeyResultDraft) -> str | None:
    return unfit_baseline(draft.kind, draft.baseline, draft.target)


def unfit_baseline(kind: KeyResultKind, baseline: float | None, target: float | None) -> str | None:
    """The rule that a baseline breaks beside its target; None where it is to be measured."""
    if baseline is None or target is None:
        return None
    if abs(baseline - target) < SMALLEST_STEP:
        return "baseline_is_target"
    return None if (baseline < target) == (kind == "increase") else "target_on_wrong_side"


def _about_corridor(draft: KeyResultDraft) -> str | None:
    low, high = draft.low or 0.0, draft.high or 0.0
    if low > high:
        return "corridor_turned"
    if high - low < SMALLEST_STEP and draft.tolerance is None:
        return "tolerance_missing"
    return None


def _about_zones(draft: KeyResultDraft) -> str | None:
    ends = [getattr(draft, name) or 0.0 for name in ZONES]
    return None if _one_way(ends) else "zones_not_one_way"


def _about_phases(draft: KeyResultDraft) -> str | None:
    for earlier, later in pairwise(draft.phases or ()):
        if earlier.day >= later.day or earlier.share >= later.share:
            return "phases_not_rising"
    return None


def _one_way(numbers: Sequence[float]) -> bool:
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return min(steps) >= SMALLEST_STEP or max(steps) <= -SMALLEST_STEP


def _about_milestones(draft: "KeyResultDraft | KeyResultTranslation") -> str | None:
    ids = [one.id for one in draft.milestones or ()]
    return "milestones_alike" if len(set(ids)) < len(ids) else None


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


def imported_teams(
    teams: Collection[UUID], invited: Iterable[Invitation] = ()
) -> dict[str, object]:
    """Contributing teams as another system names them: they take part."""
    others = tuple(it for it in invited if it.team not in teams)
    return {"contributing_teams": tuple(teams), "invitations": others}


def named_teams(
    teams: Collection[UUID],
    now: datetime,
    agreed: Collection[UUID] = (),
    invited: Iterable[Invitation] = (),
) -> dict[str, object]:
    """Contributing teams as people name them: who has not agreed is invited, once."""
    held = {it.team: it for it in invited}
    asked = (it for it in teams if it not in agreed)
    return {
        "contributing_teams": tuple(it for it in teams if it in agreed),
        "invitations": tuple(
            held.get(it) or Invitation(team=it, state="invited", at=now) for it in asked
        ),
    }


class ObjectiveFrame(Closed):
    """An objective as people state it, without its key results."""

    cycle: UUID
    owner_unit: UUID | None = Field(default=None, description="Either this or owner_team.")
    owner_team: UUID | None = Field(default=None, description="Either this or owner_unit.")
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = Field(
        default=(), max_length=200, description="Other teams; each is invited until it agrees."
    )
    title: Text
    benefit: Text | None = Field(default=None, description="The benefit to the customer.")
    from_what: Text | None = Field(
        default=None, description="How it is when the goal is set, in words."
    )
    to_what: Text | None = Field(default=None, description="How it is to be, in words.")
    note: Words | None = Field(default=None, description="Words about it, inside the agency.")
    rhythm: Rhythm = "weekly"
    ambition: Ambition = Field(
        default="aspirational",
        description="Committed: all of it is promised; aspirational: 0.7 of it is a good score.",
    )
    contributes_to: tuple[UUID, ...] = Field(
        default=(), max_length=MOST_LINKS, description="Ids of objectives."
    )
    contributes_to_key_results: tuple[UUID, ...] = Field(
        default=(),
        max_length=MOST_LINKS,
        description="Ids of key results of other objectives; it contributes to those too.",
    )
    serves: tuple[UUID, ...] = Field(
        default=(), max_length=50, description="Ids of the pillars that it serves."
    )
    proof_read: ProofRead = ()

    @model_validator(mode="after")
    def _is_of_one_owner(self) -> Self:
        if (self.owner_unit is None) == (self.owner_team is None):
            raise ValueError("name either owner_unit or owner_team")
        return self

    def teams(self) -> tuple[UUID, ...]:
        """The contributing teams, each once, without the responsible one."""
        others = dict.fromkeys(self.contributing_teams)
        others.pop(self.responsible_team, None)
        return tuple(others)


class ObjectiveDraft(ObjectiveFrame):
    """An objective as people propose it."""

    key_results: tuple[KeyResultDraft, ...] = Field(default=(), max_length=50)


class ObjectiveTranslation(TranslationDraft):
    """An objective in another language than it was written in; what is not said stays."""

    title: Words | None = Field(default=None, description="The goal.")
    benefit: Words | None = Field(default=None, description="The benefit to the customer.")
    from_what: Words | None = Field(default=None, description="How it is when the goal is set.")
    to_what: Words | None = Field(default=None, description="How it is to be.")


class MilestoneTranslation(Closed):
    """A milestone in another language."""

    id: Code = Field(description="Which of those that the key result has now.")
    title: Words = Field(description="What is to be done.")


class KeyResultTranslation(TranslationDraft):
    """A key result in another language than it was written in; what is not said stays."""

    title: Words | None = Field(default=None, description="What is measured.")
    milestones: tuple[MilestoneTranslation, ...] = Field(
        default=(), max_length=MOST_MILESTONES, description="Those that are said; others stay."
    )

    @model_validator(mode="after")
    def _each_milestone_once(self) -> Self:
        if rule := _about_milestones(self):
            raise PydanticCustomError(rule, "a milestone is said twice")
        return self

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that are said, by the names that `texts_of_key_result` gives them."""
        steps = {f"{STEP}{it.id}": it.title for it in self.milestones}
        return steps | ({"title": self.title} if self.title else {})


def texts_of_key_result(goal: KeyResult) -> Texts:
    """The texts of a key result, which are translated: its title, and those of its milestones."""
    steps = {f"{STEP}{it.id}": it.title for it in goal.current.milestones or ()}
    return {"title": goal.title, **steps}


def with_texts(goal: KeyResult, said: Mapping[str, Any]) -> KeyResult:
    """A key result with these of its texts, and their marks; it measures what it did."""
    steps = tuple(
        it.model_copy(update={"title": said.get(f"{STEP}{it.id}", it.title)})
        for it in goal.current.milestones or ()
    )
    now = goal.current.model_copy(update={"milestones": steps}) if steps else goal.current
    title, marked = said.get("title", goal.title), said["translations"]
    definitions = (*goal.definitions[:-1], now)
    return goal.model_copy(
        update={"title": title, "translations": marked, "definitions": definitions}
    )


def framed(objective: ObjectiveChanged) -> ObjectiveFrame:
    """An objective as it was stated, with what of it was proof-read."""
    known = ObjectiveFrame.model_fields.keys() & ObjectiveChanged.model_fields.keys()
    stated = {name: getattr(objective, name) for name in known}
    teams = (*objective.contributing_teams, *invited_teams(objective))
    more = {"proof_read": objective.proof_read, "contributing_teams": teams}
    return ObjectiveFrame.model_validate(stated | more)


def invited_teams(objective: ObjectiveChanged) -> tuple[UUID, ...]:
    """The teams that are asked to contribute and have not answered."""
    return tuple(it.team for it in objective.invitations if it.state == "invited")
