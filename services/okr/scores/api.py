"""Scores over HTTP."""

from uuid import UUID

from chassis import clock
from chassis.doors import ByRef, Change, Read
from chassis.external_ref import RefKey
from chassis.routing import Router
from contracts.okr import ObjectiveChanged
from contracts.words import Code
from services.okr.objectives.store import objectives
from services.okr.progress.views import KeyResultView, view
from services.okr.scores import commands
from services.okr.scores.domain import AgreedScore, NamedScore
from services.okr.scores.views import ObjectiveScores, scores_of

router = Router(tags=["scores"])


@router.put("/key-results/{id}/score", operation_id="put_score")
async def put_score(id: UUID, body: AgreedScore, door: Change) -> ObjectiveChanged:
    """Score a key result, or score it again, until the team's cycle is closed.

    What its progress is at that moment is kept beside. If-Match is the objective's version.
    """
    return await door.run(
        lambda tx: commands.put(tx, door.caller, id, door.expected, body, clock.now())
    )


@router.get("/objectives/{id}/scores", operation_id="get_scores")
async def get_scores(id: UUID, door: Read) -> ObjectiveScores:
    """The final scores of an objective and its open key results, computed and agreed."""
    async with door.read() as tx:
        return scores_of(await objectives.get(tx, id))


@router.put("/scores/by-ref/{system}/{key:path}", operation_id="put_score_by_ref")
async def put_score_by_ref(
    system: Code, key: RefKey, body: NamedScore, door: ByRef
) -> KeyResultView:
    """Put the final score of a key result that another system holds."""
    return await door.run(
        body,
        "scores",
        system,
        key,
        create=lambda tx: commands.put_new(tx, body, clock.now()),
        change=lambda tx, known, expected: commands.put_changed(
            tx, known, expected, body, clock.now()
        ),
        read=view,
        revision=_revision,
    )


def _revision(seen: KeyResultView) -> int:
    return seen.key_result.score.revision if seen.key_result.score else 0
