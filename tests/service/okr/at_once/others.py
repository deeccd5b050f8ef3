"""Commands on what is said of goals, on cycles' ends and on torchbearers, as models."""

from collections.abc import Callable, Collection
from uuid import UUID

from chassis.problem import Problem, expect_version
from contracts.choosing import RemarkChanged
from contracts.okr import CycleChanged, ObjectiveChanged, TeamCycleChanged
from contracts.progress import KeyResultUpdated
from services.okr.access import PARTS
from services.okr.cut_over import domain as cut_over
from services.okr.cut_over.domain import Decided, Decisions, Going, Made
from services.okr.cycles import domain as cycles
from services.okr.cycles.domain import PlaceWanted
from services.okr.objectives import domain as objectives
from services.okr.objectives.api import OtherCycle
from services.okr.objectives.domain import expect_choosing, expect_not_closed
from services.okr.people import domain as people
from services.okr.people.domain import Person, PersonDetails
from services.okr.remarks import domain as remarks
from services.okr.remarks.domain import AnswerGiven, Hiding, NewRemark, RemarkText
from services.okr.torchbearers import domain as torchbearers
from services.okr.torchbearers.domain import (
    Candidacy,
    CandidacyDetails,
    HandOver,
    HandOverDetails,
    Meeting,
)
from tests.service.okr.at_once.strategy import current_of
from tests.service.okr.at_once.values import carry, refresh
from tests.service.okr.at_once.work import Act, Json, Work


def make_remark(work: Work) -> RemarkChanged:
    said = work.body(NewRemark)
    if said.team and not work.may(PARTS, "lead_team", [said.team]):
        raise Problem("not-the-leader", team=str(said.team))
    if work.caller.person is None:
        raise Problem("unknown-person")
    objective, place = work.seen()
    expect_not_closed(place)
    if objective.state == "closed":
        raise Problem("objective-closed")
    remarks.expect_between(said, objective.responsible_team)
    thread = None
    if said.parent:
        parent = work.world.find(RemarkChanged, said.parent)
        if parent is None:
            raise Problem("unknown-remark", remark=str(said.parent))
        thread = remarks.thread_of(parent, objective.id)
    made = remarks.begin(said, work.new_id(), objective.id, thread, work.person, work.now)
    return _keep(work, made)


def _keep(work: Work, remark: RemarkChanged) -> RemarkChanged:
    work.keep(remark)
    work.tell(remarks.told(remark))
    return remark


def _own(work: Work) -> RemarkChanged:
    remark = work.world.get(RemarkChanged, work.id)
    remarks.expect_author(remark, work.caller.person)
    expect_version(remark, work.expected)
    return remark


def _of_team(work: Work, whose: Callable[[RemarkChanged, UUID], UUID]) -> RemarkChanged:
    remark = work.world.get(RemarkChanged, work.id)
    objective = work.world.get(ObjectiveChanged, remark.objective)
    work.require([whose(remark, objective.responsible_team)])
    expect_version(remark, work.expected)
    return remark


def _of_goal(work: Work) -> RemarkChanged:
    return _of_team(work, lambda _, responsible: responsible)


def reword(work: Work) -> RemarkChanged:
    return _keep(work, remarks.reword(_own(work), work.body(RemarkText).text, work.now))


def remove(work: Work) -> RemarkChanged:
    return _keep(work, remarks.remove(_own(work)))


def hide(work: Work) -> RemarkChanged:
    hidden = remarks.hide(_of_goal(work), work.body(Hiding).reason, work.now)
    return remarks.told(_keep(work, hidden))


def show(work: Work) -> RemarkChanged:
    return _keep(work, remarks.show(_of_goal(work)))


def answer(work: Work) -> RemarkChanged:
    request = _of_team(work, remarks.answering)
    return _keep(work, remarks.answer(request, work.body(AnswerGiven), work.now))


def move_objective(work: Work) -> ObjectiveChanged:
    objective, place = work.held()
    to, team = work.body(OtherCycle).cycle, objective.responsible_team
    work.require([team])
    if to == objective.cycle:
        return objective
    _expect_open(work, to)
    if objective.state != "proposed":
        expect_not_closed(place)
    expect_choosing(team, to, work.world.place(team, to))
    return work.save(objectives.move(objective, to))


def _expect_open(work: Work, cycle: UUID) -> None:
    if work.world.get(CycleChanged, cycle).state == "closed":
        raise Problem("cycle-closed", cycle=str(cycle))


def move_team_cycle(work: Work) -> TeamCycleChanged:
    team, cycle = _place_named(work)
    wanted, free = work.body(PlaceWanted).place, "admin" in work.caller.claims
    work.require([team])
    at = work.world.place(team, cycle)
    if at is None:
        if work.expected is not None:
            raise Problem("not-found", kind=TeamCycleChanged.kind, id=f"{team}/{cycle}")
        moved = cycles.enter(work.world.get(CycleChanged, cycle), team, wanted, free=free)
    else:
        expect_version(at, work.expected)
        if at.place == wanted:
            return at
        if work.expected is None:
            raise Problem("if-match-required")
        moved = cycles.move(at, wanted, free=free)
    work.keep(moved)
    work.tell(moved)
    if moved.place == "closed":
        mine = [
            it
            for it in work.world.all(ObjectiveChanged)
            if (it.responsible_team, it.cycle) == (team, cycle)
        ]
        known = work.world.all(KeyResultUpdated)
        reached = {it.id: it.progress for it in known if it.progress is not None}
        for closed in cut_over.end(mine, reached, work.now, work.caller.person, free=free):
            work.save(closed)
    return moved


def _place_named(work: Work) -> tuple[UUID, UUID]:
    return UUID(work.command.at["team"]), UUID(work.command.at["cycle"])


def decide_cut_over(work: Work) -> Json:
    team, cycle = _place_named(work)
    said = work.body(Decisions)
    work.require([team])
    place = work.world.place(team, cycle)
    cut_over.expect_ending(team, cycle, place, work.expected)
    if said.to is not None and any(it.decision != "drop" for it in said.decisions):
        if said.to == cycle:
            raise Problem("cut-over-to-itself", cycle=str(cycle))
        expect_choosing(team, said.to, work.world.place(team, said.to))
        _expect_open(work, said.to)
    made = Made(work.caller.person, work.now, work.today, work.new_id)
    owners: dict[UUID | None, list[Decided]] = {}
    for one in said.decisions:
        owners.setdefault(work.world.key_results.get(one.key_result), []).append(one)
    for objective, mine in owners.items():
        going = _going(work, objective)
        if going is None or not going.is_of(team, cycle):
            raise Problem("not-in-cut-over", key_result=str(mine[0].key_result))
        _put(work, going, cut_over.decide(going, mine, said.to, made))
    return {"team": str(team), "cycle": str(cycle)}


def _going(work: Work, ancestor: UUID | None) -> Going | None:
    found = work.world.find(ObjectiveChanged, ancestor) if ancestor else None
    return Going.of(found, work.world.all(ObjectiveChanged)) if found else None


def _put(work: Work, before: Going, after: Going) -> None:
    if after.ancestor is before.ancestor:
        return
    work.save(after.ancestor)
    going_on, held = after.successor, before.successor
    if going_on is None or going_on == held:
        return
    if held is None:
        served = current_of(work, going_on.serves)
        work.save(going_on.model_copy(update={"serves": served}))
        return
    work.save(going_on)
    if going_on.state == "agreed":
        new = {goal.id for goal in going_on.key_results} - {it.id for it in held.key_results}
        refresh(work, going_on, new, "key-result-added")
        carry(work, going_on)


def change_person(work: Work) -> Person:
    held = work.world.get(Person, UUID(work.command.at["person"]))
    expect_version(held, work.expected)
    changed = people.change(held, work.body(PersonDetails), "changed")
    work.keep(changed)
    work.tell(changed.contact(), changed.roles())
    return changed


def stand(work: Work) -> Candidacy:
    team = UUID(work.command.at["team"])
    work.require([team])
    members = _members(work, team)
    said = work.body(CandidacyDetails)
    made = torchbearers.stand(work.new_id(), team, said, work.person, members, work.today)
    alike = (made.person, made.team, made.role)
    if any(it.open and (it.person, it.team, it.role) == alike for it in work.world.all(Candidacy)):
        raise Problem("candidacy-stands", person=str(made.person))
    work.keep(made)
    return _chosen_if_enough(work, made)


Step = Callable[[Candidacy, UUID, Collection[UUID]], Candidacy]


def _members(work: Work, team: UUID) -> Collection[UUID]:
    return work.world.team(team, work.today).roles.keys()


def _step(step: Step) -> Act:
    def act(work: Work) -> Candidacy:
        before = _candidacy(work)
        after = step(before, work.person, _members(work, before.team))
        work.keep(after)
        return _chosen_if_enough(work, after)

    return act


def _candidacy(work: Work) -> Candidacy:
    found = work.world.get(Candidacy, UUID(work.command.at["candidacy"]))
    work.require([found.team])
    expect_version(found, work.expected)
    return found


def _decline(before: Candidacy, person: UUID, _: Collection[UUID]) -> Candidacy:
    return torchbearers.decline(before, person)


def confirm_candidacy(work: Work) -> Candidacy:
    before = _candidacy(work)
    members = _members(work, before.team)
    met = torchbearers.confirm(before, work.caller.person, work.body(Meeting), members)
    return _choose(work, met)


def _chosen_if_enough(work: Work, candidacy: Candidacy) -> Candidacy:
    members = _members(work, candidacy.team)
    return _choose(work, candidacy) if torchbearers.has_chosen(candidacy, members) else candidacy


def _choose(work: Work, candidacy: Candidacy) -> Candidacy:
    chosen = torchbearers.choose(candidacy, _members(work, candidacy.team), work.today)
    before = {
        it.id
        for it in work.world.all(Person)
        if it.id != chosen.person
        for one in it.memberships
        if (one.team, one.role) == (chosen.team, chosen.role)
        and (one.until is None or one.until >= chosen.since)
        and (chosen.until is None or one.since <= chosen.until)
    }
    for person in sorted({chosen.person, *before}):
        held = work.world.get(Person, person)
        own = person == chosen.person
        after = (torchbearers.with_term if own else torchbearers.without_term)(held, chosen)
        work.keep(after)
        work.tell(after.contact(), after.roles())
    alike = (chosen.team, chosen.role)
    for other in [*work.world.all(Candidacy)]:
        if other.open and (other.team, other.role) == alike and other.id != chosen.id:
            work.keep(torchbearers.pass_over(other))
    followed = torchbearers.followed(chosen, before)
    work.keep(followed)
    return followed


def write_hand_over(work: Work) -> HandOver:
    work.require()
    of = UUID(work.command.at["candidacy"])
    chosen, before = work.world.get(Candidacy, of), work.world.find(HandOver, of)
    note = torchbearers.hand_over(chosen, before, work.body(HandOverDetails), work.caller.person)
    if before is not None:
        if work.expected is None:
            raise Problem("if-match-required")
        expect_version(before, work.expected)
    work.keep(note)
    return note


ACTS: dict[str, Act] = {
    "make_remark": make_remark,
    "reword_remark": reword,
    "remove_remark": remove,
    "hide_remark": hide,
    "show_remark": show,
    "answer_request": answer,
    "move_objective": move_objective,
    "move_team_cycle": move_team_cycle,
    "decide_cut_over": decide_cut_over,
    "change_person": change_person,
    "stand_for_torchbearer": stand,
    "accept_candidacy": _step(torchbearers.accept),
    "decline_candidacy": _step(_decline),
    "say_yes": _step(torchbearers.say_yes),
    "take_back_yes": _step(torchbearers.take_back),
    "confirm_candidacy": confirm_candidacy,
    "write_hand_over": write_hand_over,
}
