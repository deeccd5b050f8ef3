"""What can be done to the pillars of the strategy."""

from uuid import UUID

from chassis import ids
from chassis.db import Tx
from contracts.okr import PillarChanged
from services.okr.strategy import domain, store
from services.okr.strategy.domain import PillarDetails


async def create_pillar(tx: Tx, said: PillarDetails, change: str = "created") -> PillarChanged:
    """Add a pillar."""
    return await store.add(tx, domain.raise_pillar(ids.new(), said, change))


async def change_pillar(
    tx: Tx, pillar: UUID, expected: int, said: PillarDetails, change: str = "changed"
) -> PillarChanged:
    """Change a pillar's name, promise or place. Raises Problem `pillar-retired`."""
    before = await store.pillars.lock(tx, pillar, expected=expected)
    return await store.save(tx, domain.reword(before, said, change))


async def retire_pillar(tx: Tx, pillar: UUID, expected: int) -> PillarChanged:
    """Retire a pillar: goals that serve it go on to. Raises Problem `pillar-retired`."""
    before = await store.pillars.lock(tx, pillar, expected=expected)
    return await store.save(tx, domain.retire(before))
