"""Decides how other teams come to take part in an objective, and how they end it; pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.choosing import Invitation
from contracts.envelope import Closed
from contracts.okr import KeyResult, ObjectiveChanged
from contracts.words import Line
from services.okr.objectives.domain import next_itself, next_state


class Refusal(Closed):
    """Why a team does not take part, or does no more."""

    reason: Line = Field(description="Why; all staff may read it.")


def invite(objective: ObjectiveChanged, team: UUID, now: datetime) -> ObjectiveChanged:
    """Ask a team to take part, also once more.

    Raises Problem `objective-closed`, `team-takes-part`.
    """
    _expect_open(objective)
    if team in (objective.responsible_team, *objective.contributing_teams):
        raise Problem("team-takes-part", team=str(team))
    return _next(objective, "invited", Invitation(team=team, state="invited", at=now))


def agree(objective: ObjectiveChanged, team: UUID) -> ObjectiveChanged:
    """A team that was asked takes part. Raises Problem `objective-closed`, `team-not-invited`."""
    _expect_open(objective)
    _expect_invited(objective, team)
    teams = (*objective.contributing_teams, team)
    others = tuple(it for it in objective.invitations if it.team != team)
    return next_itself(objective, "joined", contributing_teams=teams, invitations=others)


def decline(
    objective: ObjectiveChanged, team: UUID, reason: str, now: datetime
) -> ObjectiveChanged:
    """A team that was asked does not take part.

    Raises Problem `objective-closed`, `team-not-invited`.
    """
    _expect_open(objective)
    _expect_invited(objective, team)
    said = Invitation(team=team, state="declined", at=now, reason=reason)
    return _next(objective, "declined", said)


def leave(objective: ObjectiveChanged, team: UUID, reason: str, now: datetime) -> ObjectiveChanged:
    """A team takes part no more. Raises Problem `objective-closed`, `team-not-there`."""
    _expect_open(objective)
    if team not in objective.contributing_teams:
        raise Problem("team-not-there", team=str(team))
    return _next(objective, "left", Invitation(team=team, state="left", at=now, reason=reason))


def _next(objective: ObjectiveChanged, change: str, said: Invitation) -> ObjectiveChanged:
    """With what was `said` of a team, which takes part no more if it did.

    What it alone was to check in is every team's then.
    """
    others = tuple(it for it in objective.invitations if it.team != said.team)
    if said.state == "invited":
        return next_state(objective, change, invitations=(*others, said))
    return next_itself(
        objective,
        change,
        invitations=(*others, said),
        contributing_teams=tuple(it for it in objective.contributing_teams if it != said.team),
        key_results=_without(said.team, objective.key_results),
        pending=objective.pending
        and objective.pending.model_copy(
            update={"key_results": _without(said.team, objective.pending.key_results)}
        ),
    )


def _without(team: UUID, goals: Iterable[KeyResult]) -> tuple[KeyResult, ...]:
    return tuple(_of_all(goal) if goal.team == team else goal for goal in goals)


def _of_all(goal: KeyResult) -> KeyResult:
    return goal.model_copy(update={"team": None, "revision": goal.revision + 1})


def _expect_open(objective: ObjectiveChanged) -> None:
    if objective.state == "closed":
        raise Problem("objective-closed")


def _expect_invited(objective: ObjectiveChanged, team: UUID) -> None:
    if all((it.team, it.state) != (team, "invited") for it in objective.invitations):
        raise Problem("team-not-invited", team=str(team))
