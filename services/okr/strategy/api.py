"""The addresses of the pillars of the strategy."""

from uuid import UUID

from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.okr import PillarChanged
from contracts.words import Code, Language
from services.okr.strategy import commands, store
from services.okr.strategy.domain import PillarDetails, PillarTranslation

router = Router(tags=["strategy"])


@router.post("/pillars", operation_id="create_pillar")
async def create_pillar(body: PillarDetails, door: Creation) -> PillarChanged:
    """Add a pillar of the strategy, with its promise to the customer."""
    return await door.run(body, lambda tx: commands.create_pillar(tx, body))


@router.put("/pillars/by-ref/{system}/{key:path}", operation_id="put_pillar_by_ref")
async def put_pillar_by_ref(
    system: Code, key: RefKey, body: PillarDetails, door: ByRef
) -> PillarChanged:
    """Add or change the pillar that another system knows by its key."""
    return await door.run(
        body,
        "pillars",
        system,
        key,
        create=lambda tx: commands.create_pillar(tx, body, "imported"),
        change=lambda tx, pillar, expected: commands.change_pillar(
            tx, pillar, expected, body, "imported"
        ),
        read=store.pillars.get,
    )


@router.put("/pillars/{pillar}", operation_id="change_pillar")
async def change_pillar(pillar: UUID, body: PillarDetails, door: Change) -> PillarChanged:
    """Change a pillar's name, promise or place among the pillars."""
    return await door.run(lambda tx: commands.change_pillar(tx, pillar, door.expected, body))


@router.post("/pillars/{pillar}/retire", operation_id="retire_pillar")
async def retire_pillar(pillar: UUID, door: Change) -> PillarChanged:
    """Retire a pillar for good: goals that serve it go on to, no other begins to."""
    return await door.run(lambda tx: commands.retire_pillar(tx, pillar, door.expected))


@router.put("/pillars/{pillar}/translations/{language}", operation_id="translate_pillar")
async def translate_pillar(
    pillar: UUID, language: Language, body: PillarTranslation, door: Change
) -> PillarChanged:
    """Say a pillar in another language, or mark what is said there as proof-read.

    What is not said stays. A translation whose source changes is a draft again.
    """
    return await door.run(
        lambda tx: commands.translate_pillar(tx, pillar, door.expected, language, body)
    )


@router.delete("/pillars/{pillar}/translations/{language}", operation_id="untranslate_pillar")
async def untranslate_pillar(pillar: UUID, language: Language, door: Change) -> PillarChanged:
    """Take a translation of a pillar away; what it was written in stays."""
    return await door.run(
        lambda tx: commands.untranslate_pillar(tx, pillar, door.expected, language)
    )


@router.get("/pillars", operation_id="list_pillars")
async def list_pillars(door: Read, pages: Pages) -> Page[PillarChanged]:
    """All pillars, by their place."""
    async with door.read() as tx:
        rows = await store.list_pillars(tx, pages.key(_place, UUID), pages.limit + 1)
        return pages.page(rows, lambda pillar: pillar, lambda pillar: [pillar.order, pillar.id])


@router.get("/pillars/{pillar}", operation_id="get_pillar")
async def get_pillar(pillar: UUID, door: Read) -> PillarChanged:
    """One pillar."""
    async with door.read() as tx:
        return await store.pillars.get(tx, pillar)


def _place(text: str) -> int:
    place = int(text)
    if not 0 < place <= 1000:
        raise ValueError("not a pillar's place")
    return place
