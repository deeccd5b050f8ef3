"""What can be done to the strategy of a year."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import ids
from chassis.db import Tx
from contracts.okr import ObjectiveChanged
from contracts.strategy import StrategyChanged
from services.okr.cycles.store import share_cycle
from services.okr.objectives.store import hold_all
from services.okr.strategies import domain, store
from services.okr.strategies.domain import Amending, Chosen, StrategyDetails
from services.okr.strategy.store import share_current


async def create_strategy(
    tx: Tx, said: StrategyDetails, change: str = "created"
) -> StrategyChanged:
    """A draft of a year's strategy. Raises Problem `strategy-stands`, and as `_choose` does."""
    chosen, _ = await _choose(tx, said.cycle, said.objectives)
    return await store.add(tx, domain.draft(ids.new(), said, chosen, change))


async def change_strategy(
    tx: Tx, strategy: UUID, expected: int, said: StrategyDetails, change: str = "changed"
) -> StrategyChanged:
    """Say a draft anew. Raises Problem `strategy-published`, `strategy-stands`."""
    before = await store.strategies.lock(tx, strategy, expected=expected)
    domain.expect_draft(before)
    chosen, _ = await _choose(tx, said.cycle, said.objectives)
    return await store.save(tx, domain.redraft(before, said, chosen, change))


async def publish_strategy(tx: Tx, strategy: UUID, expected: int, now: datetime) -> StrategyChanged:
    """Publish a draft, as its pillars and goals stand. Raises Problem `goal-not-agreed`."""
    before = await store.strategies.lock(tx, strategy, expected=expected)
    domain.expect_draft(before)
    chosen, goals = await _choose(tx, before.cycle, _goals(before))
    domain.expect_agreed(goals)
    return await store.save(tx, domain.publish(before, chosen, now))


async def amend_strategy(
    tx: Tx, strategy: UUID, expected: int, said: Amending, now: datetime
) -> StrategyChanged:
    """Change what is published, as its pillars and goals stand. Raises Problem `cycle-closed`."""
    before = await store.strategies.lock(tx, strategy, expected=expected)
    domain.expect_published(before)
    wanted = _goals(before) if said.objectives is None else said.objectives
    chosen, goals = await _choose(tx, before.cycle, wanted)
    domain.expect_agreed(goals)
    return await store.save(tx, domain.amend(before, said, chosen, now))


async def _choose(
    tx: Tx, cycle: UUID, wanted: Sequence[UUID]
) -> tuple[Chosen, Sequence[ObjectiveChanged]]:
    """The pillars and goals of a year's strategy as they stand, until the transaction ends.

    Raises Problem `not-found`, `not-a-year`, `cycle-closed`, `unknown-objective`,
    `goal-not-of-the-agency`.
    """
    domain.expect_year_ahead(await share_cycle(tx, cycle))
    goals = await hold_all(tx, wanted)
    return domain.choose(cycle, wanted, goals, await share_current(tx)), goals


def _goals(strategy: StrategyChanged) -> Sequence[UUID]:
    return [it.objective for it in strategy.goals]
