"""Decides how the pillars of the strategy change; pure."""

from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import PillarChanged
from contracts.words import Text


class PillarDetails(Closed):
    """What is said of a pillar."""

    name: Text
    promise: Text = Field(description="What the customer is promised, in the customer's words.")
    order: int = Field(ge=1, le=1000, description="Its place among the pillars, the lowest first.")


def raise_pillar(pillar: UUID, said: PillarDetails, change: str) -> PillarChanged:
    """A new pillar."""
    return PillarChanged(
        id=pillar,
        version=1,
        change=change,
        name=said.name,
        promise=said.promise,
        order=said.order,
        state="current",
    )


def reword(pillar: PillarChanged, said: PillarDetails, change: str) -> PillarChanged:
    """The pillar with another name, promise or place. Raises Problem `pillar-retired`."""
    _expect_current(pillar)
    said_now = {"name": said.name, "promise": said.promise, "order": said.order}
    return pillar.model_copy(update={"version": pillar.version + 1, "change": change, **said_now})


def retire(pillar: PillarChanged) -> PillarChanged:
    """The pillar, which no goal begins to serve from now on. Raises Problem `pillar-retired`."""
    _expect_current(pillar)
    moved = {"version": pillar.version + 1, "change": "retired", "state": "retired"}
    return pillar.model_copy(update=moved)


def _expect_current(pillar: PillarChanged) -> None:
    if pillar.state == "retired":
        raise Problem("pillar-retired", pillar=str(pillar.id))
