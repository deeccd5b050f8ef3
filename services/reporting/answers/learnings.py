"""Learnings: what teams learned, found again by others."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Header, Query
from pydantic import Field

from chassis import sql
from chassis.caller import Caller
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.paging import Pages
from chassis.problem_texts import language_of
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Language, Text
from services.reporting.access import TEAM_ROLES
from services.reporting.answers.asked import (
    AskedNow,
    Named,
    Titled,
    known_text,
    text,
)

MOST_WORDS = 20

_queries = sql.load(__file__, "learnings.sql")
_WORD = re.compile(r"\w+")
router = Router(tags=["learnings"])


class FoundLearning(Closed):
    """A learning and where it comes from."""

    id: UUID
    said: str = Field(description="In the caller's language, else as it was written.")
    text: Text = Field(description="In every language that it has.")
    shareable: bool = Field(description="False: only the team and those above see it.")
    team: Named
    cycle: Named
    objective: Titled
    result: str = Field(description="Open code of how the objective went: reached, partly, not.")


class Learnings(Freshness):
    """Learnings of the newest cycle first."""

    items: tuple[FoundLearning, ...]
    own: Literal["shown", "replica-too-old"] = Field(
        description="Whether those that are not shareable are among them: not while memberships "
        "were not confirmed in the last 15 minutes."
    )
    next: str | None = Field(
        description="Give it as `after` for the next page; null on the last one."
    )


@router.get("/learnings", operation_id="list_learnings")
async def list_learnings(
    door: Read,
    asked: AskedNow,
    pages: Pages,
    team: Annotated[UUID | None, Query(description="Only of this team.")] = None,
    cycle: Annotated[UUID | None, Query(description="Only of this cycle.")] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Words, or how they begin; all must occur.")
    ] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Learnings:
    """Learnings that are shared, and all of one's own teams and of those that one heads."""
    after = pages.key(date.fromisoformat, UUID)
    before, last = after or (None, None)
    language = language_of(accept_language)
    async with door.read() as tx:
        freshness = await asked.freshness(tx)
        confirmed = freshness.fresh_enough_for_words(asked.now)
        found = _queries.learnings(
            tx.conn,
            first=after is None,
            **_own(door.caller, confirmed),
            team=team,
            cycle=cycle,
            words=_as_query(q),
            before=before,
            id=last,
            length=pages.limit + 1,
        )
        rows = [row async for row in found]
    own: Literal["shown", "replica-too-old"] = "shown" if confirmed else "replica-too-old"
    page = pages.page(
        rows, lambda row: _learning(row, language), lambda row: (row["cycle_end"], row["id"])
    )
    return Learnings(**freshness.model_dump(), items=page.items, next=page.next, own=own)


def _own(caller: Caller, confirmed: bool) -> dict[str, list[UUID]]:
    """Where the caller sees what is not shared: nowhere while memberships may be old."""
    if not confirmed:
        return {"own_teams": [], "headed": []}
    return {"own_teams": list(caller.teams(*TEAM_ROLES)), "headed": list(caller.headed())}


def _as_query(said: str | None) -> str | None:
    """The beginnings of words as PostgreSQL's text search takes them; None without any word."""
    words = _WORD.findall(said or "")[:MOST_WORDS]
    return " & ".join(f"'{word}':*" for word in words) or None


def _learning(row: Any, language: Language) -> FoundLearning:
    said = known_text(row["text"])
    return FoundLearning(
        id=row["id"],
        said=said.in_language(language),
        text=said,
        shareable=row["shareable"],
        team=Named(id=row["team"], name=text(row["team_name"])),
        cycle=Named(id=row["cycle"], name=text(row["cycle_name"])),
        objective=Titled(id=row["objective"], title=text(row["objective_title"])),
        result=row["result"],
    )
