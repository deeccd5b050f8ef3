"""What the API tells of a team's choice: names and figures to the team, counts of large teams to
all staff."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis.access import Target
from chassis.caller import Caller
from chassis.db import Tx
from chassis.paging import Page
from chassis.problem import Problem
from contracts.choosing import How, What
from contracts.envelope import Closed
from contracts.okr import ObjectiveChanged
from services.okr.access import PARTS
from services.okr.choosing import domain, store
from services.okr.choosing.domain import Figures, Part, Team
from services.okr.objectives.domain import agreed_on
from services.okr.remarks.store import authors
from services.okr.torchbearers import views as torchbearers
from services.okr.torchbearers.domain import Candidacy


class Supporter(Closed):
    """A member of one of the goal's teams who supports it."""

    person: UUID
    name: str = Field(description="What the person is called.")


class SupportInTeam(Closed):
    """What the responsible team alone is told of the support."""

    members: int = Field(description="Members of the team today.")
    of_members: int = Field(description="How many of those support it.")
    needed: int | None = Field(
        description="How many of them choose; null in a team of one or two, which needs no count."
    )
    supporters: tuple[Supporter, ...] = Field(
        description="Who supports it, members of other teams of the goal too; forgotten 12 months "
        "after the cycle closed."
    )


class SupportView(Closed):
    """The support of a goal, or of a change of it, as it is worded now."""

    objective: UUID
    count: int | None = Field(
        description="How many support it; null to others than the responsible team while that has "
        "fewer than 8 members, since a count of so few tells of persons."
    )
    mine: bool = Field(description="Whether the caller does.")
    team: SupportInTeam | None = Field(description="For the responsible team alone; else null.")


class ParticipationView(Closed):
    """How many of a team took part in choosing a goal, or a change of it; for the team alone.

    Whoever proposed, supported, commented or was present took part. Who was present is not known
    by name, so that at least so many took part.
    """

    objective: UUID
    what: What = Field(description="The goal itself, another wording of it, or to drop it.")
    how: How | None = Field(description="How it was chosen; null while nobody has said it.")
    agreed: bool = Field(description="Whether these are the figures of the day of agreeing.")
    members: int = Field(description="Members of the team.")
    took_part: int = Field(description="How many of them took part.")
    support: int = Field(description="How many of them supported it.")
    present: int | None = Field(description="How many were present in a meeting; else null.")
    needed: int | None = Field(
        description="How many of today's members choose; null where no count is needed."
    )


class TeamChoosingView(Closed):
    """How a team chooses its goals."""

    team: UUID
    share: float = Field(description=domain.SHARE_OF)
    version: int | None = Field(description="For If-Match; null while the team has set nothing.")


async def support(tx: Tx, caller: Caller, objective: ObjectiveChanged, today: date) -> SupportView:
    """The support of an objective, as `caller` may see it."""
    named = await store.supporters(tx, objective)
    team = await store.team_on(tx, objective.responsible_team, today)
    is_theirs = _is_of_team(caller, objective)
    is_told = is_theirs or domain.is_told_of(len(team.roles))
    return SupportView(
        objective=objective.id,
        count=await store.count(tx, objective) if is_told else None,
        mine=any(it.person == caller.person for it in named),
        team=_in_team(team, named) if is_theirs else None,
    )


def _is_of_team(caller: Caller, objective: ObjectiveChanged) -> bool:
    """Whether the caller is told what of the goal's choice is for the responsible team alone."""
    team = Target(frozenset([objective.responsible_team]))
    return PARTS.permits("read_supporters", caller, team)


def shown(caller: Caller, said: Any) -> Any:
    """What of an answer `caller` may see.

    Exact figures of a small team's choice, and who said yes to whom, are for the team.
    """
    if isinstance(said, Page):
        items = tuple(shown(caller, it) for it in said.items)
        return said.model_copy(update={"items": items})
    if isinstance(said, Candidacy):
        return torchbearers.shown(caller, said)
    if not isinstance(said, ObjectiveChanged) or _is_of_team(caller, said):
        return said
    agreements = tuple(domain.outside(it) for it in said.agreements)
    return said.model_copy(update={"agreements": agreements})


def _in_team(team: Team, named: list[store.Named]) -> SupportInTeam:
    return SupportInTeam(
        members=len(team.roles),
        of_members=sum(it.person in team.roles for it in named),
        needed=team.needed,
        supporters=tuple(Supporter(person=it.person, name=it.name) for it in named),
    )


async def figures_now(
    tx: Tx, objective: ObjectiveChanged, team: Team, present: int | None
) -> Figures:
    """The figures of what the team is choosing, as they are today."""
    first = objective.pending or objective.states[0]
    supporters = frozenset(it.person for it in await store.supporters(tx, objective))
    others = await authors(tx, objective.id, first.at) | ({first.by} if first.by else set())
    return Figures.of(team, Part(supporters, others, present))


async def participation(tx: Tx, objective: ObjectiveChanged, today: date) -> ParticipationView:
    """How many take part in what the team is choosing, else in what it agreed on last.

    Raises Problem `not-found` for what was imported as agreed, or closed and never agreed on.
    """
    team = await store.team_on(tx, objective.responsible_team, today)
    number, recorded = len(agreed_on(objective)), domain.recorded(objective)
    if objective.state == "proposed" or objective.pending is not None:
        said = await store.figures(tx, objective.id, number) if recorded else None
        found: Figures | None = await figures_now(
            tx, objective, team, said.present if said else None
        )
        what, how = domain.chosen_now(objective), recorded.how if recorded else None
    else:
        last = objective.agreements[-1] if objective.agreements else None
        found = await store.figures(tx, objective.id, number - 1)
        what, how = (last.what, last.how) if last else ("goal", None)
    if found is None:
        raise Problem("not-found", kind="participation", id=str(objective.id))
    return ParticipationView(
        objective=objective.id,
        what=what,
        how=how,
        agreed=objective.state != "proposed" and objective.pending is None,
        members=found.members,
        took_part=found.took_part,
        support=found.support,
        present=found.present,
        needed=team.needed,
    )


async def choosing(tx: Tx, team: UUID) -> TeamChoosingView:
    """How a team chooses, also while it has set nothing."""
    own = await store.choosings.find(tx, team)
    return TeamChoosingView(
        team=team, share=own.share if own else domain.SHARE, version=own.version if own else None
    )
