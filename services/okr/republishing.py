"""What okr owns, as it is published anew, adopted from its topics, or withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import directory, sql
from chassis.db import Tx
from chassis.owned import Keeping, Kept
from contracts.choosing import RemarkChanged
from contracts.envelope import Event
from contracts.okr import CycleChanged, Moment, ObjectiveChanged, PillarChanged
from contracts.people import MembershipsChanged, PersonChanged
from contracts.progress import KeyResultUpdated, ValueRecorded
from services.okr.cycles import store as cycles
from services.okr.objectives import store as objectives
from services.okr.organisation import store as organisation
from services.okr.people import store as people
from services.okr.people.domain import Person
from services.okr.progress import store as progress
from services.okr.progress.recording import settle
from services.okr.remarks import store as remarks
from services.okr.remarks.domain import told
from services.okr.strategies import store as strategies
from services.okr.strategy import store as strategy

_queries = sql.load(__file__, "republishing.sql")

WITHDRAWN = "withdrawn"


def _person(events: Mapping[str, Event]) -> Person:
    """A person from the two events that tell of one; roles leave after the name."""
    contact = events[PersonChanged.kind]
    if not isinstance(contact, PersonChanged):
        raise TypeError(f"{contact.type()} says no name")
    roles = events.get(MembershipsChanged.kind)
    held = roles if isinstance(roles, MembershipsChanged) else None
    return Person(
        **contact.model_dump(),
        site=held.site if held else None,
        home_team=held.home_team if held else None,
        logins=held.logins if held else (),
        memberships=held.memberships if held else (),
    )


async def _with_free_logins(tx: Tx, person: Person) -> Person:
    """Logins stay with whoever has them here."""
    rows = _queries.logins_taken(
        tx.conn,
        person=person.id,
        issuers=[it.issuer for it in person.logins],
        subjects=[it.subject for it in person.logins],
    )
    taken = {(row["issuer"], row["subject"]) async for row in rows}
    free = tuple(it for it in person.logins if (it.issuer, it.subject) not in taken)
    return person.model_copy(update={"logins": free})


async def _adopt_person(tx: Tx, person: Person) -> Person:
    return await people.add(tx, await _with_free_logins(tx, person))


async def _renew_person(tx: Tx, person: Person) -> Person:
    return await people.save(tx, await _with_free_logins(tx, person))


def _retired_pillar(pillar: PillarChanged, _: datetime) -> PillarChanged:
    return pillar.model_copy(update={"state": "retired", "change": WITHDRAWN})


def _closed_cycle(cycle: CycleChanged, _: datetime) -> CycleChanged:
    return cycle.model_copy(update={"state": "closed", "change": WITHDRAWN})


def _closed_objective(objective: ObjectiveChanged, now: datetime) -> ObjectiveChanged:
    moments = (*objective.states, Moment(state="closed", at=now))
    return objective.model_copy(
        update={"state": "closed", "change": WITHDRAWN, "states": moments, "pending": None}
    )


def _removed_remark(remark: RemarkChanged, _: datetime) -> RemarkChanged:
    return remark.model_copy(
        update={"state": "removed", "change": WITHDRAWN, "text": None, "hidden": None}
    )


def _out_of_sight(here: RemarkChanged, there: RemarkChanged) -> RemarkChanged | None:
    """What was taken back or hidden since stays so: to undo that would show it again."""
    if there.state == "removed":
        return _removed_remark(here, there.at)
    if there.state == "hidden" and here.state == "said":
        hidden = {"state": "hidden", "hidden": there.hidden, "change": WITHDRAWN}
        return here.model_copy(update=hidden)
    return None


async def _renew_remark(tx: Tx, remark: RemarkChanged) -> RemarkChanged:
    """Hidden words are on no topic: they come back where they are here, as they were hidden."""
    held = await remarks.remarks.get(tx, remark.id)
    if remark.state == "hidden" and remark.text is None and held.edited_at == remark.edited_at:
        remark = remark.model_copy(update={"text": held.text})
    return await remarks.save(tx, remark)


def _withdrawn_value(row: ValueRecorded, _: datetime) -> ValueRecorded | None:
    """What was not said in a check-in; what was is withdrawn with it, by checkins."""
    if row.source.startswith("check-in/"):
        return None
    return row.model_copy(
        update={
            "change": WITHDRAWN, "value": None, "withdrawn": True, "confidence": None,
            "counted": True, "reason": None, "standing": None,
        }
    )  # fmt: skip


async def _adopt_value(tx: Tx, row: ValueRecorded) -> None:
    await objectives.know_key_result(tx, row.objective, row.key_result)
    await _renew_value(tx, row)


async def _adopt_progress(tx: Tx, state: KeyResultUpdated) -> None:
    await objectives.know_key_result(tx, state.objective, state.id)
    await _renew_progress(tx, state)


async def _renew_value(tx: Tx, row: ValueRecorded) -> None:
    await progress.put_values(tx, [row])


async def _renew_progress(tx: Tx, state: KeyResultUpdated) -> None:
    await progress.put_progress(tx, [state])


def _totals(data: Mapping[str, Any]) -> tuple[str, int]:
    return str(data["objective"]), int(data["objective_progress_version"])


def _above_totals(state: KeyResultUpdated, known: Mapping[str, int]) -> KeyResultUpdated:
    """Totals are guarded by a count of their own: the order among them stays."""
    above = state.objective_progress_version + known.get(str(state.objective), 0)
    return state.model_copy(update={"objective_progress_version": above})


def _with_undone_key_results(
    here: ObjectiveChanged, there: ObjectiveChanged
) -> ObjectiveChanged | None:
    """Key results that came since are dropped: check-ins and values go on speaking of them."""
    known = {goal.id for goal in here.key_results}
    undone = [
        goal.model_copy(update={"state": "dropped", "revision": goal.revision + 1})
        for goal in there.key_results
        if goal.id not in known
    ]
    if not undone:
        return None
    return here.model_copy(
        update={"key_results": (*here.key_results, *undone), "change": WITHDRAWN}
    )


async def _settle(tx: Tx, objective_id: UUID) -> None:
    """Bring progress up to what values say that were taken over, in this run or one before."""
    await settle(tx, await objectives.objectives.lock(tx, objective_id), "values-adopted")


UNTOLD = {
    "supports": "who supports goals",
    "participations": "the figures of agreements",
    "team_choosings": "the share of each team that chooses",
    "candidacies": "candidacies",
    "hand_overs": "hand-over notes",
    "grants": "grants to other agencies",
    "remarks": "words of remarks that are hidden",
}

KEEPING = Keeping(
    kept=(
        Kept(
            organisation.units, _queries, organisation.add_unit, organisation.save_unit,
            beside=directory.apply_units, by_ref="units",
        ),
        Kept(
            organisation.teams, _queries, organisation.add_team, organisation.save_team,
            beside=directory.apply_teams, by_ref="teams",
        ),
        Kept(
            people.people, _queries, _adopt_person, _renew_person,
            tells=lambda person: (person.contact(), person.roles()), state=_person,
            kinds=(PersonChanged.kind, MembershipsChanged.kind), by_ref="people",
        ),
        Kept(
            strategy.pillars, _queries, strategy.add, strategy.save,
            end=_retired_pillar, by_ref="pillars",
        ),
        Kept(
            cycles.cycles, _queries, cycles.add, cycles.save,
            end=_closed_cycle, by_ref="cycles",
        ),
        Kept(cycles.team_cycles, _queries, cycles.enter, cycles.move),
        Kept(
            objectives.objectives, _queries, objectives.insert, objectives.save,
            end=_closed_objective, undone=_with_undone_key_results,
        ),
        Kept(
            remarks.remarks, _queries, remarks.add, _renew_remark,
            tells=lambda remark: (told(remark),), end=_removed_remark, undone=_out_of_sight,
        ),
        Kept(
            strategies.strategies, _queries, strategies.add, strategies.save,
            by_ref="strategies",
        ),
        Kept(
            progress.values, _queries, _adopt_value, _renew_value,
            end=_withdrawn_value, follows=lambda row: row.source.startswith("check-in/"),
        ),
        Kept(
            progress.progress, _queries, _adopt_progress, _renew_progress,
            counter=_totals, counted=_above_totals,
        ),
    ),
    subjects=_queries.subjects,
    settles=(ObjectiveChanged.kind, _settle),
    untold=UNTOLD,
)  # fmt: skip
