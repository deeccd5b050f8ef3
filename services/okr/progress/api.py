"""Key results, their values and progress over HTTP."""

from uuid import UUID

from chassis import clock
from chassis.db import Tx
from chassis.doors import ByRef, Change, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.okr import KeyResult, ObjectiveChanged
from contracts.words import Code, Language
from services.okr.hints.views import HintedObjective, hinted
from services.okr.objectives.stated import KeyResultDraft, KeyResultTranslation
from services.okr.progress import commands, store, views
from services.okr.progress.commands import MeasuredBaseline, NamedKeyResult
from services.okr.progress.views import KeyResultView, PaceView, ValueView

router = Router(tags=["key results"])


@router.post("/objectives/{id}/key-results", operation_id="add_key_result")
async def add_key_result(id: UUID, body: KeyResultDraft, door: Change) -> HintedObjective:
    """Add a key result to a proposal; If-Match is the objective's version."""
    return await door.run(
        lambda tx: hinted(
            tx, door.language, commands.add(tx, door.caller, id, door.expected, body, door.today)
        )
    )


@router.get("/key-results/{id}", operation_id="get_key_result")
async def get_key_result(id: UUID, door: Read) -> KeyResultView:
    """A key result with its progress."""
    async with door.read() as tx:
        return await views.view(tx, id)


@router.get("/key-results/{id}/values", operation_id="list_values")
async def list_values(id: UUID, door: Read, pages: Pages) -> Page[ValueView]:
    """The values of a key result, the latest day first, and whether each counts."""
    async with door.read() as tx:
        return await views.series(tx, id, pages)


@router.get("/objectives/{id}/pace", operation_id="get_pace")
async def get_pace(id: UUID, door: Read) -> PaceView:
    """How an objective keeps pace: when the next check-in is due, and whether it is stale."""
    async with door.read() as tx:
        return await views.pace_of(tx, id, clock.now(), door.timezone)


@router.post("/key-results/{id}/drop", operation_id="drop_key_result")
async def drop_key_result(id: UUID, door: Change) -> HintedObjective:
    """Drop a key result of a proposal; If-Match is the objective's version."""
    return await door.run(
        lambda tx: hinted(tx, door.language, commands.drop(tx, door.caller, id, door.expected))
    )


@router.put("/key-results/{id}/baseline", operation_id="set_baseline")
async def set_baseline(id: UUID, body: MeasuredBaseline, door: Change) -> HintedObjective:
    """Set a baseline that was to be measured, or measure it again; progress follows from it.

    If-Match is the objective's version.
    """
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.set_baseline(tx, door.caller, id, door.expected, body.baseline, door.today),
        )
    )


@router.put("/key-results/by-ref/{system}/{key:path}", operation_id="put_key_result_by_ref")
async def put_key_result_by_ref(
    system: Code, key: RefKey, body: NamedKeyResult, door: ByRef
) -> KeyResultView:
    """Put a key result that another system holds."""

    async def create(tx: Tx) -> KeyResultView:
        return await _seen(tx, await commands.put_new(tx, body, door.today))

    async def change(tx: Tx, id: UUID, expected: int) -> KeyResultView:
        return await _seen(tx, await commands.put_changed(tx, id, expected, body, door.today))

    return await door.run(
        body,
        "key-results",
        system,
        key,
        create=create,
        change=change,
        read=views.view,
        revision=lambda seen: seen.key_result.revision,
    )


@router.put("/key-results/{id}/translations/{language}", operation_id="translate_key_result")
async def translate_key_result(
    id: UUID, language: Language, body: KeyResultTranslation, door: Change
) -> ObjectiveChanged:
    """Say a key result in another language, or mark what is said there as proof-read.

    What is not said stays. A translation whose source changes is a draft again. If-Match is the
    objective's version.
    """
    return await door.run(
        lambda tx: commands.translate(tx, door.caller, id, door.expected, language, body)
    )


@router.delete("/key-results/{id}/translations/{language}", operation_id="untranslate_key_result")
async def untranslate_key_result(id: UUID, language: Language, door: Change) -> ObjectiveChanged:
    """Take a translation of a key result away; what it was written in stays.

    If-Match is the objective's version.
    """
    return await door.run(
        lambda tx: commands.untranslate(tx, door.caller, id, door.expected, language)
    )


async def _seen(tx: Tx, done: tuple[ObjectiveChanged, KeyResult]) -> KeyResultView:
    objective, goal = done
    return views.view_of(objective, goal.id, await store.progress.find(tx, goal.id))
