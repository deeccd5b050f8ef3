"""Objectives over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from chassis import clock
from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.okr import ObjectiveChanged
from contracts.words import Code, Language, Line
from services.okr.hints.domain import HintCode
from services.okr.hints.views import GoalHints, HintedObjective, hinted, hints_of
from services.okr.objectives import commands, store
from services.okr.objectives.links import MOST_LINKS
from services.okr.objectives.stated import (
    ObjectiveDraft,
    ObjectiveFrame,
    ObjectiveTranslation,
)

router = Router(tags=["objectives"])


class OtherCycle(Closed):
    """Where an objective is moved to."""

    cycle: UUID = Field(description="A cycle in which its team is setting goals, or running.")


class Contributions(Closed):
    """What an objective contributes to, and the pillars that it serves; all of them."""

    contributes_to: tuple[UUID, ...] = Field(
        max_length=MOST_LINKS, description="Ids of objectives."
    )
    contributes_to_key_results: tuple[UUID, ...] | None = Field(
        default=None,
        max_length=MOST_LINKS,
        description="Ids of key results of other objectives, to which it contributes too; absent: "
        "those as before whose objectives `contributes_to` has.",
    )
    serves: tuple[UUID, ...] | None = Field(
        default=None, max_length=50, description="Ids of pillars; absent: those as before."
    )


class Dismissal(Closed):
    """Why a team does otherwise than a hint says."""

    reason: Annotated[Line, Field(max_length=200)] = Field(
        description="In a few words; all staff read it with the goal, nobody outside does."
    )


NamedHint = Annotated[HintCode, Path(description="Which hint.")]


@router.post("/objectives", operation_id="propose_objective")
async def propose_objective(body: ObjectiveDraft, door: Creation) -> HintedObjective:
    """Propose an objective, with its key results, for the team to agree on."""
    return await door.run(
        body,
        lambda tx: hinted(
            tx, door.language, commands.propose(tx, door.caller, body, clock.now(), door.today)
        ),
    )


@router.get("/objectives", operation_id="list_objectives")
async def list_objectives(
    door: Read,
    pages: Pages,
    cycle: Annotated[UUID | None, Query(description="Only of this cycle.")] = None,
    team: Annotated[UUID | None, Query(description="Only where this team takes part.")] = None,
) -> Page[ObjectiveChanged]:
    """Objectives, oldest first."""
    async with door.read() as tx:
        key = pages.key(UUID)
        after = key[0] if key else None
        rows = await store.listed(tx, cycle, team, after, pages.limit + 1)
    return pages.page(rows, lambda row: row, lambda row: [row.id])


@router.get("/objectives/{id}", operation_id="get_objective")
async def get_objective(id: UUID, door: Read) -> HintedObjective:
    """An objective with its key results, and the hints that it draws."""
    async with door.read() as tx:
        return await hinted(tx, door.language, store.objectives.get(tx, id))


@router.put("/objectives/{id}", operation_id="revise_objective")
async def revise_objective(id: UUID, body: ObjectiveDraft, door: Change) -> HintedObjective:
    """Word a proposal anew; its key results are replaced, and support of it begins anew.

    Those that go on from an earlier cycle stay as the cut-over has them: leave them out.
    """
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.revise(tx, door.caller, id, door.expected, body, clock.now(), door.today),
        )
    )


@router.post("/objectives/{id}/close", operation_id="close_objective")
async def close_objective(id: UUID, door: Change) -> ObjectiveChanged:
    """Take a proposal back. An agreed goal is dropped by a change that its team agrees on."""
    return await door.run(
        lambda tx: commands.close(tx, door.caller, id, door.expected, clock.now())
    )


@router.post("/objectives/{id}/move", operation_id="move_objective")
async def move_objective(id: UUID, body: OtherCycle, door: Change) -> ObjectiveChanged:
    """Move an objective to another cycle; its values stay, and count as they did."""
    return await door.run(lambda tx: commands.move(tx, door.caller, id, door.expected, body.cycle))


@router.put("/objectives/{id}/contributions", operation_id="link_objective")
async def link_objective(id: UUID, body: Contributions, door: Change) -> HintedObjective:
    """Say what the objective contributes to and serves, in any unit; loops are refused."""
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.link(
                tx,
                door.caller,
                id,
                door.expected,
                body.contributes_to,
                body.contributes_to_key_results,
                body.serves,
            ),
        )
    )


@router.get("/objectives/{id}/hints", operation_id="get_hints")
async def get_hints(id: UUID, door: Read) -> GoalHints:
    """All hints that an objective draws, also dismissed ones and those about other teams' goals."""
    async with door.read() as tx:
        return await hints_of(tx, await store.objectives.get(tx, id), door.language)


@router.post("/objectives/{id}/hints/{code}/dismissal", operation_id="dismiss_hint")
async def dismiss_hint(id: UUID, code: NamedHint, body: Dismissal, door: Change) -> HintedObjective:
    """Say why the team does otherwise than a hint says; it comes back when its facts change."""
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.dismiss_hint(
                tx, door.caller, id, door.expected, code, body.reason, clock.now()
            ),
        )
    )


@router.delete("/objectives/{id}/hints/{code}/dismissal", operation_id="take_back_dismissal")
async def take_back_dismissal(id: UUID, code: NamedHint, door: Change) -> HintedObjective:
    """Be told a hint again that the team has dismissed."""
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.take_back_dismissal(tx, door.caller, id, door.expected, code),
        )
    )


@router.put("/objectives/{id}/translations/{language}", operation_id="translate_objective")
async def translate_objective(
    id: UUID, language: Language, body: ObjectiveTranslation, door: Change
) -> ObjectiveChanged:
    """Say an objective in another language, or mark what is said there as proof-read.

    What is not said stays. A translation whose source changes is a draft again.
    """
    return await door.run(
        lambda tx: commands.translate(tx, door.caller, id, door.expected, language, body)
    )


@router.delete("/objectives/{id}/translations/{language}", operation_id="untranslate_objective")
async def untranslate_objective(id: UUID, language: Language, door: Change) -> ObjectiveChanged:
    """Take a translation of an objective away; what it was written in stays."""
    return await door.run(
        lambda tx: commands.untranslate(tx, door.caller, id, door.expected, language)
    )


@router.put("/objectives/by-ref/{system}/{key:path}", operation_id="put_objective_by_ref")
async def put_objective_by_ref(
    system: Code, key: RefKey, body: ObjectiveFrame, door: ByRef
) -> ObjectiveChanged:
    """Put an objective that another system holds, as agreed; key results are put apart."""
    return await door.run(
        body,
        "objectives",
        system,
        key,
        create=lambda tx: commands.put_new(tx, body, clock.now()),
        change=lambda tx, known, expected: commands.put_changed(tx, known, expected, body),
        read=store.objectives.get,
        revision=lambda objective: objective.revision,
    )
