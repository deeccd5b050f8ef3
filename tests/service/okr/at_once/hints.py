"""Commands on the hints that a goal draws, as models."""

from typing import cast

from chassis.problem import Problem
from contracts.okr import DismissedHint, ObjectiveChanged
from contracts.progress import KeyResultUpdated
from services.okr.hints.domain import Facts, HintCode, Seen, as_put, drawn, without
from services.okr.objectives import domain
from services.okr.objectives.api import Dismissal
from tests.service.okr.at_once.work import Act, Work
from tests.service.okr.at_once.world import World


def facts_of(world: World, goal: ObjectiveChanged) -> dict[HintCode, Facts]:
    """The hints that a goal draws, but for the one that looks at other teams' goals."""
    beside = [
        it
        for it in world.all(ObjectiveChanged)
        if (it.cycle, it.responsible_team) == (goal.cycle, goal.responsible_team)
    ]
    confidences = {
        it.id: it.confidence
        for it in world.all(KeyResultUpdated)
        if it.objective == goal.id and it.confidence is not None
    }
    open_ = sum(it.state != "closed" for it in beside)
    return dict(drawn(Seen(as_put(goal), open_, confidences)))


def dismiss(work: Work) -> ObjectiveChanged:
    code, reason = _code(work), work.body(Dismissal).reason
    objective = _held(work)
    left = without(objective.dismissed_hints, code)
    facts = facts_of(work.world, objective).get(code)
    if facts is None:
        raise Problem("hint-not-drawn", hint=code)
    said = DismissedHint(
        code=code, facts=dict(facts), reason=reason, at=work.now, by=work.caller.person
    )
    return work.save(domain.dismiss(objective, (*left, said)))


def take_back(work: Work) -> ObjectiveChanged:
    objective, code = _held(work), _code(work)
    left = without(objective.dismissed_hints, code)
    if left == objective.dismissed_hints:
        raise Problem("hint-not-dismissed", hint=code)
    return work.save(domain.dismiss(objective, left))


def _held(work: Work) -> ObjectiveChanged:
    objective, place = work.held()
    work.require([objective.responsible_team])
    domain.expect_not_closed(place)
    return objective


def _code(work: Work) -> HintCode:
    return cast("HintCode", work.command.at["code"])


ACTS: dict[str, Act] = {"dismiss_hint": dismiss, "take_back_dismissal": take_back}
