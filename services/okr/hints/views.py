"""Hints as the API tells them, with a goal or by themselves."""

from collections.abc import Awaitable
from uuid import UUID

from pydantic import Field

from chassis.db import Tx
from contracts.envelope import Closed
from contracts.okr import DismissedHint, Fact, ObjectiveChanged
from contracts.words import Code, Language
from services.okr.hints import store
from services.okr.hints.domain import HintCode, drawn


class Hint(Closed):
    """A piece of advice on how a goal is set; it never blocks."""

    code: HintCode = Field(description="Which hint, for programs.")
    facts: dict[Code, Fact] = Field(description="What it rests on, by name; may be empty.")
    text: str = Field(description="What to try, in the caller's language.")


class HintedObjective(ObjectiveChanged):
    """A goal as it is now, and the hints that it draws, with the change that is put to its team."""

    hints: tuple[Hint, ...] = Field(
        description="Without those that the team has dismissed; near-duplicates are not looked for."
    )


class GoalHint(Hint):
    """A hint that a goal draws, dismissed or not."""

    dismissed: DismissedHint | None = Field(
        description="When the team dismissed it and why; null where it did not."
    )


class GoalHints(Closed):
    """All hints that a goal draws, with the change put to its team; `version` is the goal's."""

    objective: UUID
    version: int
    hints: tuple[GoalHint, ...] = Field(description="Near-duplicates and dismissed ones too.")

    @property
    def subject_id(self) -> str:
        return str(self.objective)

    @property
    def subject(self) -> str:
        """What `version` is of."""
        return f"objectives/{self.objective}"


async def all_hints(
    tx: Tx, goal: ObjectiveChanged, language: Language, *, beyond: bool = True
) -> tuple[GoalHint, ...]:
    """The hints that a goal draws; those about other teams' goals where it looks `beyond`."""
    seen = await store.look(tx, goal, beyond=beyond)
    return tuple(
        GoalHint(
            code=code,
            facts=dict(facts),
            text=store.texts()[code].in_language(language).format_map(facts),
            dismissed=next(
                (it for it in goal.dismissed_hints if it.code == code and it.facts == facts), None
            ),
        )
        for code, facts in drawn(seen)
    )


async def hints_of(tx: Tx, goal: ObjectiveChanged, language: Language) -> GoalHints:
    """All hints of a goal."""
    hints = await all_hints(tx, goal, language)
    return GoalHints(objective=goal.id, version=goal.version, hints=hints)


async def hinted(
    tx: Tx, language: Language, changed: Awaitable[ObjectiveChanged]
) -> HintedObjective:
    """A goal as it becomes, with its hints."""
    goal = await changed
    found = await all_hints(tx, goal, language, beyond=False)
    hints = [Hint(code=it.code, facts=it.facts, text=it.text) for it in found if not it.dismissed]
    return HintedObjective.model_validate({**dict(goal), "hints": hints}, extra="ignore")
