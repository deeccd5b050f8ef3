"""Has a team choose its goals together: each function is one command, in its transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem, expect_version
from contracts.choosing import Agreement
from contracts.okr import ObjectiveChanged
from services.okr.access import ACCESS
from services.okr.choosing import domain, store, views
from services.okr.choosing.domain import Choice, Team, TeamChoosing
from services.okr.choosing.views import SupportView
from services.okr.objectives.commands import expect_time, hold, require_part, share
from services.okr.objectives.domain import agreed_on
from services.okr.objectives.store import save
from services.okr.organisation.store import teams
from services.okr.progress.recording import Refreshed, carry, refresh


@dataclass(frozen=True)
class When:
    """When a command happens: the instant, and the day of the agency."""

    now: datetime
    today: date


async def support(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int | None, today: date
) -> SupportView:
    """The caller is for what the team is choosing, as it is worded now."""
    objective, person = await _shared(tx, caller, "support_objective", objective_id, expected)
    await store.give(tx, objective, person)
    return await views.support(tx, caller, objective, today)


async def withdraw_support(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int | None, today: date
) -> SupportView:
    """The caller is for it no more."""
    objective, person = await _shared(tx, caller, "withdraw_support", objective_id, expected)
    await store.take_back(tx, objective.id, person)
    return await views.support(tx, caller, objective, today)


async def _shared(
    tx: Tx, caller: Caller, operation: str, objective_id: UUID, expected: int | None
) -> tuple[ObjectiveChanged, UUID]:
    """What a team is choosing, which can't change now, and who says something of it."""
    objective, place = await share(tx, objective_id)
    await ACCESS.require(tx, caller, operation, teams=domain.may_support(objective))
    assert caller.person is not None  # who has a role in a team is a person
    expect_version(objective, expected)
    await expect_time(tx, objective.cycle, place, domain.chosen_now(objective))
    return objective, caller.person


async def agree(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int, choice: Choice, when: When
) -> ObjectiveChanged:
    """One of torchbearer and supervisor records how the team chose; the other is to confirm it.

    The strategy office agrees alone on what the agency itself owns.
    """
    objective, place = await hold(tx, objective_id, expected)
    team, caller = await _team(tx, caller, objective, when.today)
    await require_part(tx, caller, "agree_objective", objective)
    await expect_time(tx, objective.cycle, place, domain.chosen_now(objective))
    figures = await views.figures_now(tx, objective, team, choice.present)
    said = domain.record(objective, choice, caller.person, team, figures, when.now)
    await store.keep_figures(tx, objective, figures)
    if said.state == "agreed":
        return await _settle(tx, objective, said, caller.person, when)
    return await save(tx, domain.waiting(objective, said))


async def confirm(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int, when: When
) -> ObjectiveChanged:
    """The other of the two confirms how the team chose: it is agreed."""
    objective, place = await hold(tx, objective_id, expected)
    team, caller = await _team(tx, caller, objective, when.today)
    await ACCESS.require(tx, caller, "confirm_objective", teams=[objective.responsible_team])
    assert caller.person is not None
    await expect_time(tx, objective.cycle, place, domain.chosen_now(objective))
    said = await store.figures(tx, objective.id, len(agreed_on(objective)))
    figures = await views.figures_now(tx, objective, team, said.present if said else None)
    agreed = domain.confirm(objective, caller.person, team, figures, when.now)
    await store.keep_figures(tx, objective, figures)
    return await _settle(tx, objective, agreed, caller.person, when)


async def _team(
    tx: Tx, caller: Caller, objective: ObjectiveChanged, today: date
) -> tuple[Team, Caller]:
    """The team that chooses, and the caller as they are in it now: as one of the two, or not."""
    team = await store.team_on(tx, objective.responsible_team, today)
    return team, caller.as_in(objective.responsible_team, team.roles_of(caller.person))


async def _settle(
    tx: Tx, objective: ObjectiveChanged, said: Agreement, by: UUID | None, when: When
) -> ObjectiveChanged:
    """The one place where a goal that people proposed, or a change of it, becomes agreed.

    What was kept from an earlier cycle then begins with its last value.
    """
    agreed = await save(tx, domain.settled(objective, said, by, when.now, when.today))
    changed = [it.id for it in agreed.key_results if it not in objective.key_results]
    if changed:
        await refresh(tx, [Refreshed(agreed, changed)], "key-result-changed")
    if said.what == "goal":
        await carry(tx, agreed)
    return agreed


async def set_share(
    tx: Tx, caller: Caller, team: UUID, expected: int | None, share: float
) -> TeamChoosing:
    """How large a share of the team chooses from now on. Raises Problem `not-found`."""
    await ACCESS.require(tx, caller, "put_team_choosing", teams=[team])
    await teams.get(tx, team)
    held = await store.choosings.find_locked(tx, team)
    if held is None:
        if expected is not None:
            raise Problem("not-found", kind=TeamChoosing.kind, id=str(team))
        return await store.add(tx, domain.choosing(team, share))
    expect_version(held, expected)
    if held.share == share:
        return held
    changed = domain.choosing(team, share, held)
    await store.choosings.save(tx, changed)
    return changed
