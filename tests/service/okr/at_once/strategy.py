"""Commands on the pillars of the strategy and on the strategies of the years, as models."""

from collections.abc import Collection, Sequence
from typing import cast
from uuid import UUID

from chassis.problem import Problem
from contracts.okr import CycleChanged, ObjectiveChanged, PillarChanged
from contracts.strategy import StrategyChanged
from contracts.words import Language
from services.okr.strategies import domain as strategies
from services.okr.strategies.domain import Amending, Chosen, StrategyDetails
from services.okr.strategy import domain as pillars
from services.okr.strategy.domain import PillarDetails, PillarTranslation
from tests.service.okr.at_once.work import Act, Work


def check_served(work: Work, wanted: Collection[UUID], kept: Collection[UUID] = ()) -> None:
    """Nothing begins to serve what is no pillar, or is one no more. Raises Problem."""
    for pillar in wanted:
        found = work.world.find(PillarChanged, pillar)
        if found is None:
            raise Problem("unknown-pillar", pillar=str(pillar))
        if found.state == "retired" and pillar not in kept:
            raise Problem("pillar-retired", pillar=str(pillar))


def current_of(work: Work, wanted: Collection[UUID]) -> tuple[UUID, ...]:
    """Those of these pillars that are not retired."""
    current = {it.id for it in _current(work)}
    return tuple(it for it in wanted if it in current)


def _current(work: Work) -> list[PillarChanged]:
    return [it for it in work.world.all(PillarChanged) if it.state == "current"]


def create_pillar(work: Work) -> PillarChanged:
    said = work.body(PillarDetails)
    return work.save(pillars.raise_pillar(work.new_id(), said, "created"))


def change_pillar(work: Work) -> PillarChanged:
    said = work.body(PillarDetails)
    return work.save(pillars.reword(_pillar(work), said, "changed"))


def retire_pillar(work: Work) -> PillarChanged:
    return work.save(pillars.retire(_pillar(work)))


def translate_pillar(work: Work) -> PillarChanged:
    said = work.body(PillarTranslation)
    return work.save(pillars.translate_pillar(_pillar(work), _language(work), said))


def untranslate_pillar(work: Work) -> PillarChanged:
    return work.save(pillars.untranslate_pillar(_pillar(work), _language(work)))


def _pillar(work: Work) -> PillarChanged:
    return work.named(PillarChanged, "pillar")


def _language(work: Work) -> Language:
    return cast("Language", work.command.at["language"])


def create_strategy(work: Work) -> StrategyChanged:
    said = work.body(StrategyDetails)
    chosen, _ = _choose(work, said.cycle, said.objectives)
    return _one_of_a_year(work, strategies.draft(work.new_id(), said, chosen, "created"))


def change_strategy(work: Work) -> StrategyChanged:
    said, before = work.body(StrategyDetails), _strategy(work)
    strategies.expect_draft(before)
    chosen, _ = _choose(work, said.cycle, said.objectives)
    return _one_of_a_year(work, strategies.redraft(before, said, chosen, "changed"))


def publish_strategy(work: Work) -> StrategyChanged:
    before = _strategy(work)
    strategies.expect_draft(before)
    chosen, goals = _choose(work, before.cycle, _goals(before))
    strategies.expect_agreed(goals)
    return work.save(strategies.publish(before, chosen, work.now))


def amend_strategy(work: Work) -> StrategyChanged:
    said, before = work.body(Amending), _strategy(work)
    strategies.expect_published(before)
    wanted = _goals(before) if said.objectives is None else said.objectives
    chosen, goals = _choose(work, before.cycle, wanted)
    strategies.expect_agreed(goals)
    return work.save(strategies.amend(before, said, chosen, work.now))


def _strategy(work: Work) -> StrategyChanged:
    return work.named(StrategyChanged, "strategy")


def _goals(strategy: StrategyChanged) -> list[UUID]:
    return [it.objective for it in strategy.goals]


def _choose(
    work: Work, cycle: UUID, wanted: Sequence[UUID]
) -> tuple[Chosen, list[ObjectiveChanged]]:
    """The pillars and goals of a year's strategy as they stand."""
    strategies.expect_year_ahead(work.world.get(CycleChanged, cycle))
    found = (work.world.find(ObjectiveChanged, it) for it in sorted(set(wanted)))
    goals = [it for it in found if it]
    return strategies.choose(cycle, wanted, goals, _current(work)), goals


def _one_of_a_year(work: Work, strategy: StrategyChanged) -> StrategyChanged:
    others = (it for it in work.world.all(StrategyChanged) if it.id != strategy.id)
    if any(it.cycle == strategy.cycle for it in others):
        raise Problem("strategy-stands", cycle=str(strategy.cycle))
    return work.save(strategy)


ACTS: dict[str, Act] = {
    "create_pillar": create_pillar,
    "change_pillar": change_pillar,
    "retire_pillar": retire_pillar,
    "translate_pillar": translate_pillar,
    "untranslate_pillar": untranslate_pillar,
    "create_strategy": create_strategy,
    "change_strategy": change_strategy,
    "publish_strategy": publish_strategy,
    "amend_strategy": amend_strategy,
}
