"""Commands of the strategy office and of administrators on cycles and grants, as models."""

from uuid import UUID

from chassis.problem import Problem
from chassis.topics import declared_topics
from contracts.okr import CycleChanged
from services.okr.cycles import domain as cycles
from services.okr.cycles.domain import YEAR, CycleDetails, PlannedYear, YearWanted
from services.okr.grants import domain as grants
from services.okr.grants.domain import Grant, GrantDetails, GrantEnding, Step
from tests.service.okr.at_once.work import Act, Json, Work


def create_cycle(work: Work) -> CycleChanged:
    said = work.body(CycleDetails)
    cycles.check_within(said, work.world.find(CycleChanged, said.year) if said.year else None)
    return work.save(cycles.plan(work.new_id(), said, "planned"))


def plan_year(work: Work) -> Json:
    year, *tertials = cycles.plan_year(work.body(YearWanted).year, work.new_id)
    for it in work.world.all(CycleChanged):
        if (it.cycle_kind, it.start, it.end) == (YEAR, year.start, year.end):
            raise Problem("year-planned", year=year.start.year, cycle=str(it.id))
    made = PlannedYear(cycles=tuple(work.save(it) for it in (year, *tertials)))
    return made.model_dump(mode="json")


def open_cycle(work: Work) -> CycleChanged:
    return work.save(cycles.open_cycle(work.named(CycleChanged, "cycle")))


def close_cycle(work: Work) -> CycleChanged:
    return work.save(cycles.close_cycle(work.named(CycleChanged, "cycle")))


def ask_grant(work: Work) -> Grant:
    said = work.body(GrantDetails)
    topics = [it.name for it in declared_topics() if it.audience == "open"]
    made = grants.ask(work.new_id(), said, topics, _step(work), work.today)
    if any(it.agency == made.agency and it.state != "ended" for it in work.world.all(Grant)):
        raise Problem("grant-stands", agency=made.agency)
    return _keep(work, made)


def give_grant(work: Work) -> Grant:
    return _keep(work, grants.give(work.named(Grant, "grant"), _step(work), work.today))


def end_grant(work: Work) -> Grant:
    reason = work.body(GrantEnding).reason
    return _keep(work, grants.end(work.named(Grant, "grant"), reason, _step(work)))


def _keep(work: Work, grant: Grant) -> Grant:
    work.keep(grant)
    return grant


def _step(work: Work) -> Step:
    who: UUID | str | None = work.caller.person or work.caller.client
    return Step(at=work.now, by=str(who))


ACTS: dict[str, Act] = {
    "create_cycle": create_cycle,
    "plan_year": plan_year,
    "open_cycle": open_cycle,
    "close_cycle": close_cycle,
    "ask_grant": ask_grant,
    "give_grant": give_grant,
    "end_grant": end_grant,
}
