"""Commands on goals and on how they are chosen, changed, shared and scored, as models."""

from uuid import UUID

from chassis.problem import Problem, expect_version
from contracts.choosing import Agreement, RemarkChanged, What
from contracts.okr import CycleChanged, KeyResult, ObjectiveChanged, TeamCycleChanged
from contracts.progress import KeyResultUpdated
from services.okr.changes import domain as changes
from services.okr.changes.domain import ChangeDraft
from services.okr.choosing import domain as choosing
from services.okr.choosing.domain import Choice, Figures, Part, Team, TeamChoosing, TeamShare
from services.okr.contributing import domain as contributing
from services.okr.contributing.domain import Refusal
from services.okr.key_results import domain as key_results
from services.okr.objectives import domain as objectives
from services.okr.objectives.domain import agreed_on, expect_not_closed, open_for_choosing
from services.okr.objectives.stated import KeyResultDraft, ObjectiveDraft
from services.okr.progress.commands import MeasuredBaseline
from services.okr.scores import domain as scores
from services.okr.scores.domain import AgreedScore
from tests.service.okr.at_once.strategy import check_served
from tests.service.okr.at_once.values import carry, refresh
from tests.service.okr.at_once.work import Act, Json, Work


def propose(work: Work) -> ObjectiveChanged:
    draft = work.body(ObjectiveDraft)
    _require_for(work, draft)
    _expect_time(work, draft.cycle, work.world.place(draft.responsible_team, draft.cycle))
    goals = [objectives.key_result(it, work.new_id(), work.today) for it in draft.key_results]
    made = objectives.begin(draft, work.new_id(), "proposed", goals, work.now, work.caller.person)
    check_served(work, made.serves)
    return work.save(made)


def _expect_time(
    work: Work, cycle: UUID, place: TeamCycleChanged | None, what: What = "goal"
) -> None:
    objectives.expect_time(what, work.world.find(CycleChanged, cycle), place)


def revise(work: Work) -> ObjectiveChanged:
    draft = work.body(ObjectiveDraft)
    objective, place = work.held()
    work.require_own(objective, objective.states[0].by)
    _require_for(work, draft)
    _expect_time(work, objective.cycle, place)
    open_for_choosing(work.world.place(draft.responsible_team, objective.cycle))
    check_served(work, draft.serves, kept=objective.serves)
    goals = [objectives.key_result(it, work.new_id(), work.today) for it in draft.key_results]
    return work.save(objectives.revise(objective, draft, goals, work.now))


def _require_for(work: Work, draft: ObjectiveDraft) -> None:
    work.require([draft.responsible_team])
    if draft.owner_team and draft.owner_team != draft.responsible_team:
        work.require([draft.owner_team])
    if draft.owner_unit:
        work.require(units=[draft.owner_unit])


def close(work: Work) -> ObjectiveChanged:
    objective, _ = work.held()
    work.require_own(objective, objective.states[0].by)
    objectives.expect_proposed(objective)
    return work.save(objectives.close(objective, work.now, work.caller.person))


def support(work: Work) -> Json:
    objective = _shared(work)
    work.world.supports[objective.id, work.person] = objective.version
    return _supported(objective)


def withdraw_support(work: Work) -> Json:
    objective = _shared(work)
    work.world.supports.pop((objective.id, work.person), None)
    return _supported(objective)


def _supported(objective: ObjectiveChanged) -> Json:
    """Who is for it, and whether the caller is, is told as it is by then: it can be otherwise by
    another of these commands, which wait for each other as little as they do for a comment."""
    return {"objective": str(objective.id)}


def _shared(work: Work) -> ObjectiveChanged:
    objective, place = work.seen()
    work.require(choosing.may_support(objective))
    expect_version(objective, work.expected)
    _expect_time(work, objective.cycle, place, choosing.chosen_now(objective))
    return objective


def agree(work: Work) -> ObjectiveChanged:
    choice = work.body(Choice)
    objective, place = work.held()
    work.require_part(objective)
    _expect_time(work, objective.cycle, place, choosing.chosen_now(objective))
    team = work.world.team(objective.responsible_team, work.today)
    figures = _figures(work, objective, team, choice.present)
    said = choosing.record(objective, choice, work.caller.person, team, figures, work.now)
    work.world.figures[objective.id, len(agreed_on(objective))] = figures
    if said.state == "agreed":
        return _settle(work, objective, said)
    return work.save(choosing.waiting(objective, said))


def confirm(work: Work) -> ObjectiveChanged:
    objective, place = work.held()
    work.require([objective.responsible_team])
    _expect_time(work, objective.cycle, place, choosing.chosen_now(objective))
    team = work.world.team(objective.responsible_team, work.today)
    number = objective.id, len(agreed_on(objective))
    before = work.world.figures.get(number)
    figures = _figures(work, objective, team, before.present if before else None)
    said = choosing.confirm(objective, work.person, team, figures, work.now)
    work.world.figures[number] = figures
    return _settle(work, objective, said)


def _figures(work: Work, objective: ObjectiveChanged, team: Team, present: int | None) -> Figures:
    first = objective.pending or objective.states[0]
    given = work.world.supports.items()
    supporters = (
        by for (of, by), seen in given if of == objective.id and seen >= objective.wording
    )
    remarks = work.world.all(RemarkChanged)
    authors = {it.author for it in remarks if it.objective == objective.id and it.at >= first.at}
    others = authors | ({first.by} if first.by else set())
    return Figures.of(team, Part(frozenset(supporters), frozenset(others), present))


def _settle(work: Work, objective: ObjectiveChanged, said: Agreement) -> ObjectiveChanged:
    by = work.caller.person
    agreed = work.save(choosing.settled(objective, said, by, work.now, work.today))
    changed = [it.id for it in agreed.key_results if it not in objective.key_results]
    if changed:
        refresh(work, agreed, changed, "key-result-changed")
    if said.what == "goal":
        carry(work, agreed)
    return agreed


def set_share(work: Work) -> TeamChoosing:
    team, share = UUID(work.command.at["team"]), work.body(TeamShare).share
    work.require([team])
    held = work.world.find(TeamChoosing, team)
    if held is None:
        if work.expected is not None:
            raise Problem("not-found", kind=TeamChoosing.kind, id=str(team))
        made = choosing.choosing(team, share)
    else:
        expect_version(held, work.expected)
        if held.share == share:
            return held
        made = choosing.choosing(team, share, held)
    work.keep(made)
    return made


def put_change(work: Work) -> ObjectiveChanged:
    draft = work.body(ChangeDraft)
    objective, place = work.held()
    work.require_part(objective)
    if objective.pending is not None:
        work.require_own(objective, objective.pending.by)
    _expect_time(work, objective.cycle, place, draft.kind)
    goals = _stated(work, objective, draft)
    pending = changes.pending_of(objective, draft, goals, work.now, work.caller.person)
    return work.save(changes.put(objective, pending, work.today))


def _stated(work: Work, objective: ObjectiveChanged, draft: ChangeDraft) -> list[KeyResult]:
    known = {it.id for it in objective.key_results}
    for stated in draft.key_results:
        if stated.id is not None and stated.id not in known:
            raise Problem("not-found", kind="key-results", id=str(stated.id))
    return [
        objectives.key_result(it, it.id or work.new_id(), work.today) for it in draft.key_results
    ]


def withdraw_change(work: Work) -> ObjectiveChanged:
    objective, _ = work.held()
    work.require_own(objective, objective.pending.by if objective.pending else None)
    return work.save(changes.withdraw(objective))


def invite(work: Work) -> ObjectiveChanged:
    objective, place = work.held()
    work.require([objective.responsible_team])
    expect_not_closed(place)
    return work.save(contributing.invite(objective, _team(work), work.now))


def agree_to_contribute(work: Work) -> ObjectiveChanged:
    return work.save(contributing.agree(_for_its_team(work), _team(work)))


def decline_to_contribute(work: Work) -> ObjectiveChanged:
    reason = work.body(Refusal).reason
    return work.save(contributing.decline(_for_its_team(work), _team(work), reason, work.now))


def leave(work: Work) -> ObjectiveChanged:
    reason = work.body(Refusal).reason
    return work.save(contributing.leave(_for_its_team(work), _team(work), reason, work.now))


def _team(work: Work) -> UUID:
    return UUID(work.command.at["team"])


def _for_its_team(work: Work) -> ObjectiveChanged:
    work.require([_team(work)])
    objective, place = work.held()
    expect_not_closed(place)
    return objective


def add_key_result(work: Work) -> ObjectiveChanged:
    objective, place = work.held()
    work.require([objective.responsible_team])
    _expect_time(work, objective.cycle, place)
    objectives.expect_proposed(objective)
    goal = objectives.key_result(work.body(KeyResultDraft), work.new_id(), work.today)
    changed = work.save(key_results.add_key_result(objective, goal))
    refresh(work, changed, [goal.id], "key-result-added")
    return changed


def drop_key_result(work: Work) -> ObjectiveChanged:
    objective, place = work.held(work.owner(work.id))
    work.require([objective.responsible_team])
    _expect_time(work, objective.cycle, place)
    objectives.expect_proposed(objective)
    changed = work.save(key_results.drop_key_result(objective, work.id))
    refresh(work, changed, [work.id], "key-result-dropped")
    return changed


def set_baseline(work: Work) -> ObjectiveChanged:
    objective, place = work.held(work.owner(work.id))
    work.require([objective.responsible_team])
    expect_not_closed(place)
    baseline = work.body(MeasuredBaseline).baseline
    changed = work.save(key_results.set_baseline(objective, work.id, baseline, work.today))
    refresh(work, changed, [work.id], "baseline-set")
    return changed


def put_score(work: Work) -> ObjectiveChanged:
    objective, place = work.held(work.owner(work.id))
    work.require([objective.responsible_team])
    scores.expect_scoring(objective, place)
    known = work.world.find(KeyResultUpdated, work.id)
    computed = known.progress if known else None
    said = work.body(AgreedScore)
    return work.save(scores.scored(objective, work.id, said, computed, work.now))


ACTS: dict[str, Act] = {
    "propose_objective": propose,
    "revise_objective": revise,
    "close_objective": close,
    "support_objective": support,
    "withdraw_support": withdraw_support,
    "agree_objective": agree,
    "confirm_objective": confirm,
    "put_team_choosing": set_share,
    "put_change": put_change,
    "withdraw_change": withdraw_change,
    "invite_contributor": invite,
    "agree_to_contribute": agree_to_contribute,
    "decline_to_contribute": decline_to_contribute,
    "leave_objective": leave,
    "add_key_result": add_key_result,
    "drop_key_result": drop_key_result,
    "set_baseline": set_baseline,
    "put_score": put_score,
}
