"""What can be done to the pillars of the strategy."""

from uuid import UUID

from chassis import ids
from chassis.db import Tx
from contracts.okr import PillarChanged
from contracts.words import Language
from services.okr.strategy import domain, store
from services.okr.strategy.domain import PillarDetails, PillarTranslation


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


async def translate_pillar(
    tx: Tx, pillar: UUID, expected: int, language: Language, said: PillarTranslation
) -> PillarChanged:
    """Say a pillar in another language too. Raises Problem as `domain.translate_pillar` does."""
    before = await store.pillars.lock(tx, pillar, expected=expected)
    return await store.save(tx, domain.translate_pillar(before, language, said))


async def untranslate_pillar(
    tx: Tx, pillar: UUID, expected: int, language: Language
) -> PillarChanged:
    """Take a translation of a pillar away. Raises Problem `not-found`, `pillar-retired`."""
    before = await store.pillars.lock(tx, pillar, expected=expected)
    return await store.save(tx, domain.untranslate_pillar(before, language))
