"""Decides what a team chooses, and when it has chosen it together; pure."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.problem import Problem
from contracts.choosing import Agreement, Side, What
from contracts.envelope import Closed, Event
from contracts.okr import ObjectiveChanged
from services.okr.changes.domain import revised
from services.okr.objectives.domain import agree, agreed_on, close, next_itself, next_state
from services.okr.people.domain import UNCOUNTED

SHARE = 0.5
"""The share of a team that chooses, unless the team has set another: more than half of it."""
SHARE_OF = "Of the day's members, above 0 up to 1; 0.5 is more than half of them."
SHOWN_FROM = 8
"""Members of a team, from which on others are told how many support, and the band of who took part.
"""
BANDS = ((75, "75-100"), (50, "50-74"), (25, "25-49"), (0, "under-25"))
SIDES: Mapping[str, Side] = {
    "torchbearer": "torchbearer", "deputy": "torchbearer", "supervisor": "supervisor",
}  # fmt: skip
"""As which of the two that see to it that goals are chosen together a role acts."""


class Choice(Closed):
    """How the team chose."""

    how: Literal["by-support", "in-meeting"] = Field(
        description="By those who support it now, or by those who were present in a meeting."
    )
    present: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="In a meeting: how many members were present; guests are not counted.",
    )

    @model_validator(mode="after")
    def _counts_who_was_present(self) -> Self:
        if (self.how == "in-meeting") != (self.present is not None):
            raise ValueError("present is for a choice in a meeting, which needs it")
        return self


class TeamShare(Closed):
    """How large a share of the team chooses a goal."""

    share: float = Field(gt=0, le=1, description=SHARE_OF)


class TeamChoosing(Event):
    """How a team chooses. It is told to no topic: nobody else needs it."""

    kind: ClassVar = "team-choosings"

    team: UUID
    share: float = Field(description=SHARE_OF)

    @property
    def subject_id(self) -> str:
        return str(self.team)


@dataclass(frozen=True)
class Team:
    """A team on a day: the roles of each member, and the share of them that chooses."""

    roles: Mapping[UUID, Collection[str]]
    share: float = SHARE

    @property
    def needed(self) -> int | None:
        """How many members choose; None where there is nothing to count."""
        return needed(len(self.roles), self.share)

    def roles_of(self, person: UUID | None) -> Collection[str]:
        """The roles that a person has in it."""
        return self.roles.get(person, ()) if person else ()

    def expect_present(self, present: int | None) -> None:
        """No more members meet than there are; a team without any is not counted.

        Raises Problem `more-present-than-members`.
        """
        members = len(self.roles)
        if present is not None and 0 < members < present:
            raise Problem("more-present-than-members", present=present, members=members)

    def sides(self, person: UUID | None) -> tuple[Side, ...]:
        """As which of torchbearer and supervisor a person acts."""
        return tuple(sorted({SIDES[role] for role in self.roles_of(person) if role in SIDES}))

    def acting(self, side: Side) -> frozenset[UUID]:
        """Who acts as the torchbearer, or as the supervisor."""
        return frozenset(person for person in self.roles if side in self.sides(person))


@dataclass(frozen=True)
class Part:
    """Who took part in a choice, as far as it is known by name, and how many were present."""

    supporters: frozenset[UUID]
    others: frozenset[UUID]
    present: int | None = None


@dataclass(frozen=True)
class Figures:
    """How many of a team's `members` supported, were present, and took part in any way.

    Who was present is not known by name, so those who took part are at least so many.
    """

    support: int
    took_part: int
    members: int
    present: int | None = None

    @classmethod
    def of(cls, team: Team, part: Part) -> "Figures":
        """The figures of a team on a day."""
        members = team.roles.keys()
        named = len((part.supporters | part.others) & members)
        took_part = min(max(named, part.present or 0), len(members))
        return cls(len(part.supporters & members), took_part, len(members), part.present)

    @property
    def band(self) -> str | None:
        """The share that took part as all may know it; None of a team of fewer than 8."""
        if not is_told_of(self.members):
            return None
        share = 100 * self.took_part / self.members
        return next(name for least, name in BANDS if share >= least)


def is_told_of(members: int) -> bool:
    """Whether others may know figures of a team of so many; of fewer they would tell of persons."""
    return members >= SHOWN_FROM


def outside(said: Agreement) -> Agreement:
    """An agreement as others than the team are told of it.

    The band that was fixed at agreeing says that the team was large enough then.
    """
    if said.took_part is not None:
        return said
    return said.model_copy(update={"support": None, "hint": None})


def choosing(team: UUID, share: float, before: TeamChoosing | None = None) -> TeamChoosing:
    """How a team chooses from now on."""
    if before:
        return before.next("changed", share=share)
    return TeamChoosing(team=team, version=1, change="changed", share=share)


def chosen_now(objective: ObjectiveChanged) -> What:
    """What the team is choosing: the goal itself, or a change of it.

    Raises Problem `objective-closed`, `nothing-to-choose`.
    """
    if objective.state == "closed":
        raise Problem("objective-closed")
    if objective.state == "proposed":
        return "goal"
    if objective.pending is None:
        raise Problem("nothing-to-choose", objective=str(objective.id))
    return objective.pending.kind


def needed(members: int, share: float) -> int | None:
    """How many of a team's members choose; None where there is nothing to count.

    More than half of them, or what the team's own share comes to.
    """
    if members <= UNCOUNTED:
        return None
    least = members // 2 + 1 if share >= SHARE else 1
    # 0.55 of 20 is 11, which floats make 11.000000000000002.
    return max(least, math.ceil(round(share * members, 6)))


def may_support(objective: ObjectiveChanged) -> tuple[UUID, ...]:
    """The teams whose members may support it: those that do the work, and the one whose it is."""
    owner = (objective.owner_team,) if objective.owner_team else ()
    return (objective.responsible_team, *objective.contributing_teams, *owner)


def record(
    objective: ObjectiveChanged,
    choice: Choice,
    person: UUID | None,
    team: Team,
    figures: Figures,
    now: datetime,
) -> Agreement:
    """How the team chose, as one of its torchbearer and supervisor says; what was said is replaced.

    It is agreed at once where nobody else can confirm it, and where it was not one of the two: the
    strategy office may. Raises Problem `objective-closed`, `nothing-to-choose`,
    `objective-without-key-results`, `more-present-than-members`.
    """
    what = chosen_now(objective)
    if what == "goal":
        agree(objective, now, person)  # refuses what can't be agreed on
    team.expect_present(choice.present)
    said = Agreement(
        what=what,
        how=choice.how,
        state="recorded",
        recorded_at=now,
        recorded_by=person,
        sides=team.sides(person),
        support=figures.support,
        hint=_hint(choice.how, team, figures),
    )
    alone = _alone(said.sides, person, team)
    return _agreed(said, figures, alone=alone) if alone else said


def confirm(
    objective: ObjectiveChanged, person: UUID, team: Team, figures: Figures, now: datetime
) -> Agreement:
    """How the team chose, as the other of the two confirms it, with the figures of the day.

    Raises Problem `nothing-to-confirm`, `other-confirms`.
    """
    said = recorded(objective)
    if said is None:
        raise Problem("nothing-to-confirm", objective=str(objective.id))
    if person == said.recorded_by or not _cover(said.sides, team.sides(person)):
        raise Problem("other-confirms", objective=str(objective.id))
    hint = _hint(said.how, team, figures)
    by = {"confirmed_at": now, "confirmed_by": person, "support": figures.support, "hint": hint}
    return _agreed(said, figures, **by)


def recorded(objective: ObjectiveChanged) -> Agreement | None:
    """What waits to be confirmed; None where nothing does."""
    last = objective.agreements[-1] if objective.agreements else None
    return last if last and last.state == "recorded" else None


def waiting(objective: ObjectiveChanged, said: Agreement) -> ObjectiveChanged:
    """The objective, while what one of the two said waits for the other."""
    agreements = (*agreed_on(objective), said)
    return next_state(objective, "agreement-recorded", agreements=agreements)


def settled(
    objective: ObjectiveChanged, said: Agreement, by: UUID | None, now: datetime, today: date
) -> ObjectiveChanged:
    """The objective, once its team has agreed on it or on a change of it. Raises Problem."""
    agreements = (*agreed_on(objective), said)
    if said.what == "revise" and objective.pending is not None:
        fields = revised(objective, objective.pending, today)
        return next_itself(objective, "revised", agreements=agreements, pending=None, **fields)
    next_ = agree(objective, now, by) if said.what == "goal" else close(objective, now, by)
    return next_.model_copy(update={"agreements": agreements})


def _agreed(said: Agreement, figures: Figures, **facts: object) -> Agreement:
    return said.model_copy(update={"state": "agreed", "took_part": figures.band, **facts})


def _cover(one: Collection[Side], other: Collection[Side]) -> bool:
    """Whether two people act as torchbearer and supervisor, one as each."""
    return any(mine != theirs for mine in one for theirs in other)


def _alone(sides: Collection[Side], person: UUID | None, team: Team) -> str | None:
    """Why nobody else confirms what a person recorded; None where somebody can."""
    if not sides:
        return "strategy-office"
    others = (other for other in team.roles if other != person)
    if any(_cover(sides, team.sides(other)) for other in others):
        return None
    if not team.acting("torchbearer"):
        return "no-torchbearer"
    return "both-in-one" if team.acting("supervisor") else "no-supervisor"


def _hint(how: str, team: Team, figures: Figures) -> str | None:
    """What is worth talking about, and never in the way."""
    chose = figures.support if how == "by-support" else figures.present or 0
    return "below-share" if team.needed is not None and chose < team.needed else None
