"""Commands on what goals contribute to, on translations and machines, as models."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from chassis.problem import Problem
from contracts.okr import ObjectiveChanged
from contracts.words import Language
from services.okr.key_results import domain as key_results
from services.okr.machines import domain as machines
from services.okr.machines.domain import Machines
from services.okr.objectives import domain
from services.okr.objectives.api import Contributions
from services.okr.objectives.domain import expect_not_closed, find, open_for_choosing
from services.okr.objectives.links import Links
from services.okr.objectives.stated import KeyResultTranslation, ObjectiveTranslation
from tests.service.okr.at_once.strategy import check_served
from tests.service.okr.at_once.work import Act, Work
from tests.service.okr.at_once.world import World


def link(work: Work) -> ObjectiveChanged:
    said = work.body(Contributions)
    links = _links(work, said.contributes_to, said.contributes_to_key_results or ())
    objective, place = work.held()
    work.require([objective.responsible_team])
    open_for_choosing(place)
    check_served(work, said.serves or (), kept=objective.serves)
    if said.contributes_to_key_results is None:
        held = objective.contributes_to_key_results
        links = links.keeping({one: work.world.key_results[one] for one in held})
    return work.save(domain.link(objective, links, said.serves))


def _links(work: Work, targets: Sequence[UUID], key_results: Sequence[UUID]) -> Links:
    world = work.world
    for one in key_results:
        if one not in world.key_results:
            raise Problem("unknown-key-result", key_result=str(one))
    owners = {one: world.key_results[one] for one in key_results}
    links = Links(targets, owners, [one for one in owners if _is_dropped(world, one)])
    for one in targets:
        if world.find(ObjectiveChanged, one) is None and one != work.id:
            raise Problem("unknown-objective", objective=str(one))
    if work.id in _reached(world, {*targets, *owners.values()}):
        raise Problem("contribution-loop", objective=str(work.id))
    return links


def _is_dropped(world: World, key_result: UUID) -> bool:
    """Whether it is aimed at no more, or its proposal states it no more."""
    owner = world.get(ObjectiveChanged, world.key_results[key_result])
    try:
        return find(owner, key_result).state != "open"
    except KeyError:
        return True


def _reached(world: World, targets: set[UUID]) -> set[UUID]:
    """The targets, and all that they contribute to in the end."""
    reached: set[UUID] = set()
    ahead = targets
    while ahead := ahead - reached:
        reached |= ahead
        found = (world.find(ObjectiveChanged, one) for one in ahead)
        ahead = {further for it in found if it for further in it.contributes_to}
    return reached


def translate(work: Work) -> ObjectiveChanged:
    objective = _to_translate(work)
    said = work.body(ObjectiveTranslation)
    return work.save(domain.translate_objective(objective, _language(work), said))


def untranslate(work: Work) -> ObjectiveChanged:
    return work.save(domain.untranslate_objective(_to_translate(work), _language(work)))


def translate_key_result(work: Work) -> ObjectiveChanged:
    objective = _to_translate(work, work.owner(work.id))
    said, language = work.body(KeyResultTranslation), _language(work)
    return work.save(key_results.translate_key_result(objective, work.id, language, said))


def untranslate_key_result(work: Work) -> ObjectiveChanged:
    objective, language = _to_translate(work, work.owner(work.id)), _language(work)
    return work.save(key_results.untranslate_key_result(objective, work.id, language))


def _to_translate(work: Work, objective_id: UUID | None = None) -> ObjectiveChanged:
    objective, place = work.held(objective_id)
    work.require_part(objective)
    expect_not_closed(place)
    return objective


def _language(work: Work) -> Language:
    return cast("Language", work.command.at["language"])


def name_machines(work: Work) -> ObjectiveChanged:
    objective, place = work.held(work.owner(work.id))
    work.require([objective.responsible_team])
    expect_not_closed(place)
    return work.save(machines.name_machines(objective, work.id, work.body(Machines).machines))


ACTS: dict[str, Act] = {
    "link_objective": link,
    "translate_objective": translate,
    "untranslate_objective": untranslate,
    "translate_key_result": translate_key_result,
    "untranslate_key_result": untranslate_key_result,
    "name_machines": name_machines,
}
