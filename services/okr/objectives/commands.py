"""Changes objectives: each function is one command, in the transaction that it is given."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.choosing import What
from contracts.okr import DismissedHint, ObjectiveChanged, TeamCycleChanged
from contracts.words import Language
from services.okr.access import ACCESS, PARTS
from services.okr.cycles.store import cycles, share_place, share_places
from services.okr.hints.domain import HintCode, drawn, without
from services.okr.hints.store import look
from services.okr.objectives import domain, store
from services.okr.objectives.links import Links
from services.okr.objectives.stated import (
    KeyResultDraft,
    ObjectiveDraft,
    ObjectiveFrame,
    ObjectiveTranslation,
)
from services.okr.strategy.store import check_served


async def _require(tx: Tx, caller: Caller, operation: str, said: ObjectiveFrame) -> None:
    """Let people speak for the responsible team, and for whose goal it is to be."""
    await ACCESS.require(tx, caller, operation, teams=[said.responsible_team])
    if said.owner_team and said.owner_team != said.responsible_team:
        await ACCESS.require(tx, caller, operation, teams=[said.owner_team])
    if said.owner_unit:
        await ACCESS.require(tx, caller, operation, units=[said.owner_unit])


async def require_part(tx: Tx, caller: Caller, operation: str, objective: ObjectiveChanged) -> None:
    """Let people speak for the responsible team, and the office for what its unit owns."""
    units = [objective.owner_unit] if objective.owner_unit else []
    await ACCESS.require(tx, caller, operation, teams=[objective.responsible_team], units=units)


async def require_own(
    tx: Tx, caller: Caller, operation: str, objective: ObjectiveChanged, by: UUID | None
) -> None:
    """Let go on the person `by` whom it was put to the team, or who leads the team.

    Of a unit's goal the heads at and above it lead too, and the strategy office.
    Raises Problem `not-allowed`, `not-the-proposer`.
    """
    await require_part(tx, caller, operation, objective)
    if caller.person and caller.person == by:
        return
    if await PARTS.may(tx, caller, "lead_team", teams=[objective.responsible_team]):
        return
    unit = objective.owner_unit
    if unit and await PARTS.may(tx, caller, "lead_unit", units=[unit]):
        return
    raise Problem("not-the-proposer", objective=str(objective.id))


async def hold(
    tx: Tx, objective_id: UUID, expected: int | None = None
) -> tuple[ObjectiveChanged, TeamCycleChanged | None]:
    """An objective, held, and its responsible team's place in the cycle, shared before it.

    Raises Problem `not-found`, and `changed-since` when it is at another version.
    """
    held, place, _ = await hold_between(tx, objective_id, expected)
    return held, place


async def hold_between(
    tx: Tx,
    objective_id: UUID,
    expected: int | None,
    *,
    team: UUID | None = None,
    cycle: UUID | None = None,
) -> tuple[ObjectiveChanged, TeamCycleChanged | None, TeamCycleChanged | None]:
    """An objective, held, and two places, shared before it: the one where it is, and the one
    where it would be with another responsible `team`, or in another `cycle`.

    Raises Problem as `hold` does.
    """
    known = await store.objectives.get(tx, objective_id)
    here = (known.responsible_team, known.cycle)
    there = (team or known.responsible_team, cycle or known.cycle)
    places = await share_places(tx, {here, there})
    held = await store.objectives.lock(tx, objective_id, expected=expected)
    if (held.responsible_team, held.cycle) != here:
        raise Problem("busy", retry_after=1)
    return held, places.get(here), places.get(there)


async def share(tx: Tx, objective_id: UUID) -> tuple[ObjectiveChanged, TeamCycleChanged | None]:
    """An objective that can't change now, and its responsible team's place, shared before it.

    What is said of it by many at once shares it, so that they never wait for each other.
    Raises Problem `not-found`.
    """
    known = await store.objectives.get(tx, objective_id)
    place = await share_place(tx, known.responsible_team, known.cycle)
    shared = await store.share(tx, objective_id)
    if (shared.responsible_team, shared.cycle) != (known.responsible_team, known.cycle):
        raise Problem("busy", retry_after=1)
    return shared, place


async def expect_time(
    tx: Tx, cycle: UUID, place: TeamCycleChanged | None, what: What = "goal"
) -> None:
    """Refuse what a team chooses where it chooses no more; `place` is its own in the cycle."""
    domain.expect_time(what, await cycles.find(tx, cycle), place)


async def propose(
    tx: Tx, caller: Caller, draft: ObjectiveDraft, now: datetime, today: date
) -> ObjectiveChanged:
    """A proposal, for the team to agree on."""
    await _require(tx, caller, "propose_objective", draft)
    await expect_time(tx, draft.cycle, await share_place(tx, draft.responsible_team, draft.cycle))
    await check_phases(tx, draft.cycle, draft.key_results)
    goals = [domain.key_result(goal, ids.new(), today) for goal in draft.key_results]
    new_id, links = ids.new(), await _check_links(tx, None, draft)
    made = domain.begin(domain.linked(draft, links), new_id, "proposed", goals, now, caller.person)
    await check_served(tx, made.serves)
    return await store.insert(tx, made)


async def revise(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    expected: int | None,
    draft: ObjectiveDraft,
    now: datetime,
    today: date,
) -> ObjectiveChanged:
    """Another wording of a proposal, with its key results anew, by who proposed it or leads."""
    links = await _check_links(tx, objective_id, draft)
    team = draft.responsible_team
    objective, place, there = await hold_between(tx, objective_id, expected, team=team)
    await require_own(tx, caller, "revise_objective", objective, objective.states[0].by)
    await _require(tx, caller, "revise_objective", draft)
    await expect_time(tx, objective.cycle, place)
    domain.open_for_choosing(there)
    await check_served(tx, draft.serves, kept=objective.serves)
    await check_phases(tx, objective.cycle, draft.key_results)
    goals = [domain.key_result(goal, ids.new(), today) for goal in draft.key_results]
    frame = domain.linked(draft, links, objective)
    return await store.save(tx, domain.revise(objective, frame, goals, now))


async def close(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int | None, now: datetime
) -> ObjectiveChanged:
    """A proposal is taken back, wherever the team is; by who proposed it, or leads."""
    objective, _ = await hold(tx, objective_id, expected)
    await require_own(tx, caller, "close_objective", objective, objective.states[0].by)
    domain.expect_proposed(objective)
    return await store.save(tx, domain.close(objective, now, caller.person))


async def move(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int | None, cycle: UUID
) -> ObjectiveChanged:
    """The objective is a goal of another cycle from now on, with all that was said of it.

    A proposal leaves also what the team has closed: nobody has to begin it anew. Raises Problem
    `team-not-choosing`, `cycle-closed`, and as `hold` does.
    """
    held, place, there = await hold_between(tx, objective_id, expected, cycle=cycle)
    team = held.responsible_team
    await ACCESS.require(tx, caller, "move_objective", teams=[team])
    if cycle == held.cycle:
        return held
    await expect_cycle_not_closed(tx, cycle)
    if held.state != "proposed":
        domain.expect_not_closed(place)
    domain.expect_choosing(team, cycle, there)
    return await store.save(tx, domain.move(held, cycle))


async def link(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    expected: int | None,
    targets: Sequence[UUID],
    key_results: Sequence[UUID] | None,
    pillars: Sequence[UUID] | None,
) -> ObjectiveChanged:
    """What the objective contributes to and serves, from now on.

    `pillars` None: as before; `key_results` None: as before, of the objectives that are left.
    """
    links = await store.check_links(tx, objective_id, targets, key_results or ())
    objective, place = await hold(tx, objective_id, expected)
    await ACCESS.require(tx, caller, "link_objective", teams=[objective.responsible_team])
    domain.open_for_choosing(place)
    await check_served(tx, pillars or (), kept=objective.serves)
    if key_results is None:
        held = objective.contributes_to_key_results
        links = links.keeping(await store.of_key_results(tx, held))
    return await store.save(tx, domain.link(objective, links, pillars))


async def translate(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    expected: int,
    language: Language,
    said: ObjectiveTranslation,
) -> ObjectiveChanged:
    """The objective's texts in another language; it stays the same goal."""
    objective, place = await hold(tx, objective_id, expected)
    await require_part(tx, caller, "translate_objective", objective)
    domain.expect_not_closed(place)
    return await store.save(tx, domain.translate_objective(objective, language, said))


async def untranslate(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int, language: Language
) -> ObjectiveChanged:
    """The objective without a language that it is translated into."""
    objective, place = await hold(tx, objective_id, expected)
    await require_part(tx, caller, "untranslate_objective", objective)
    domain.expect_not_closed(place)
    return await store.save(tx, domain.untranslate_objective(objective, language))


async def dismiss_hint(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    expected: int | None,
    code: HintCode,
    reason: str,
    now: datetime,
) -> ObjectiveChanged:
    """The team does otherwise than a hint says, for as long as the hint rests on the same facts."""
    objective = await _hold_for_hints(tx, caller, "dismiss_hint", objective_id, expected)
    left = without(objective.dismissed_hints, code)
    facts = dict(drawn(await look(tx, objective, beyond=True))).get(code)
    if facts is None:
        raise Problem("hint-not-drawn", hint=code)
    said = DismissedHint(code=code, facts=dict(facts), reason=reason, at=now, by=caller.person)
    return await store.save(tx, domain.dismiss(objective, (*left, said)))


async def take_back_dismissal(
    tx: Tx, caller: Caller, objective_id: UUID, expected: int | None, code: HintCode
) -> ObjectiveChanged:
    """A hint that the team has dismissed is told again."""
    objective = await _hold_for_hints(tx, caller, "take_back_dismissal", objective_id, expected)
    left = without(objective.dismissed_hints, code)
    if left == objective.dismissed_hints:
        raise Problem("hint-not-dismissed", hint=code)
    return await store.save(tx, domain.dismiss(objective, left))


async def _hold_for_hints(
    tx: Tx, caller: Caller, operation: str, objective_id: UUID, expected: int | None
) -> ObjectiveChanged:
    objective, place = await hold(tx, objective_id, expected)
    await ACCESS.require(tx, caller, operation, teams=[objective.responsible_team])
    domain.expect_not_closed(place)
    return objective


async def put_new(tx: Tx, frame: ObjectiveFrame, now: datetime) -> ObjectiveChanged:
    """An objective that another system holds, agreed at once."""
    place = await share_place(tx, frame.responsible_team, frame.cycle)
    domain.expect_not_closed(place)
    new_id, links = ids.new(), await _check_links(tx, None, frame)
    made = domain.begin(domain.linked(frame, links), new_id, "agreed", (), now, None)
    await check_served(tx, made.serves)
    return await store.insert(tx, made)


async def put_changed(
    tx: Tx, objective_id: UUID, expected: int | None, frame: ObjectiveFrame
) -> ObjectiveChanged:
    """What another system now says of an objective; its key results stay."""
    links = await _check_links(tx, objective_id, frame)
    team = frame.responsible_team
    objective, place, there = await hold_between(tx, objective_id, expected, team=team)
    domain.expect_not_closed(place)
    domain.expect_not_closed(there)
    await check_served(tx, frame.serves, kept=objective.serves)
    frame = domain.linked(frame, links, objective)
    return await store.save(tx, domain.revise_imported(objective, frame))


async def check_phases(tx: Tx, cycle: UUID, drafts: Sequence[KeyResultDraft]) -> None:
    """Refuse what is expected by a day outside of the cycle. Raises Problem."""
    phased = [draft for draft in drafts if draft.phases]
    if phased and (frame := await cycles.find(tx, cycle)):
        domain.check_phases(phased, frame)


async def _check_links(tx: Tx, objective_id: UUID | None, said: ObjectiveFrame) -> Links:
    return await store.check_links(
        tx, objective_id, said.contributes_to, said.contributes_to_key_results
    )


async def expect_cycle_not_closed(tx: Tx, cycle: UUID) -> None:
    """Nothing more comes into a closed cycle. Raises Problem `cycle-closed`."""
    domain.expect_cycle_not_closed(await cycles.find(tx, cycle))
