"""Decides what may be said of a goal, and who may take it back, hide or answer it; pure."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.problem import Problem
from contracts.choosing import Answer, Hidden, Outcome, RemarkChanged, RemarkKind
from contracts.envelope import Closed
from contracts.words import Line, Remark


class NewRemark(Closed):
    """What is said of a goal; all staff may read it."""

    kind: RemarkKind = Field(description="A comment, a question, or a request of another team.")
    text: Remark = Field(description="All staff may read it.")
    parent: UUID | None = Field(
        default=None, description="The remark that it replies to; absent to begin a thread."
    )
    team: UUID | None = Field(default=None, description="Of a request: the team that asks.")
    asked: UUID | None = Field(
        default=None,
        description="Of a request: the team that is asked; absent: the one responsible for the "
        "goal. One of the two teams has to be responsible for it.",
    )

    @model_validator(mode="after")
    def _a_request_is_of_a_team(self) -> Self:
        if (self.kind == "request") != (self.team is not None):
            raise ValueError("a request names the team that asks, and nothing else does")
        if self.kind != "request" and self.asked is not None:
            raise ValueError("a request alone names the team that is asked")
        if self.kind == "request" and self.parent is not None:
            raise ValueError("a request begins a thread")
        return self


class RemarkText(Closed):
    """Another wording of a remark."""

    text: Remark = Field(description="All staff may read it.")


class Hiding(Closed):
    """Why a remark is hidden."""

    reason: Line = Field(description="Why; all staff may read it.")


class AnswerGiven(Closed):
    """What a team answers to a request."""

    outcome: Outcome
    words: Remark | None = Field(default=None, description="All staff may read it.")


def expect_between(said: NewRemark, responsible: UUID) -> None:
    """A request is of another team, and on a goal of the one that asks or of the one that is asked.

    To contribute to a goal is not enough: a contributing team asks, and is asked, as any other.
    Raises Problem `request-of-oneself`, `request-on-others-goal`.
    """
    if said.team is None:
        return
    asked = said.asked or responsible
    if said.team == asked:
        raise Problem("request-of-oneself", team=str(said.team))
    if responsible not in (said.team, asked):
        raise Problem("request-on-others-goal", team=str(said.team), asked=str(asked))


def begin(
    said: NewRemark, new_id: UUID, objective: UUID, thread: UUID | None, author: UUID, now: datetime
) -> RemarkChanged:
    """A new remark, in a thread where it replies."""
    return RemarkChanged(
        id=new_id,
        version=1,
        change="said",
        objective=objective,
        remark_kind=said.kind,
        parent=thread,
        author=author,
        team=said.team,
        asked=said.asked,
        text=said.text,
        state="said",
        at=now,
    )


def thread_of(remark: RemarkChanged, objective: UUID) -> UUID:
    """The thread that a reply to a remark belongs to. Raises Problem `unknown-remark`."""
    if remark.objective != objective:
        raise Problem("unknown-remark", remark=str(remark.id))
    return remark.parent or remark.id


def expect_author(remark: RemarkChanged, person: UUID | None) -> None:
    """One's words are one's own. Raises Problem `not-the-author`."""
    if person is None or remark.author != person:
        raise Problem("not-the-author", remark=str(remark.id))


def reword(remark: RemarkChanged, text: str, now: datetime) -> RemarkChanged:
    """Another wording. Raises Problem `remark-not-there`.

    A request stays as its team was asked once that has answered; Problem `request-answered`.
    """
    _expect(remark, "said")
    if remark.answer is not None:
        raise Problem("request-answered", remark=str(remark.id))
    return remark.next(change="reworded", text=text, edited_at=now)


def remove(remark: RemarkChanged) -> RemarkChanged:
    """Without its words, for ever. Raises Problem `remark-not-there`."""
    _expect(remark, "said", "hidden")
    return remark.next(change="removed", state="removed", text=None, hidden=None)


def hide(remark: RemarkChanged, reason: str, now: datetime) -> RemarkChanged:
    """Out of sight, for all to see. Raises Problem `remark-not-there`."""
    _expect(remark, "said")
    hidden = Hidden(at=now, reason=reason)
    return remark.next(change="hidden", state="hidden", hidden=hidden)


def show(remark: RemarkChanged) -> RemarkChanged:
    """In sight again. Raises Problem `remark-not-there`."""
    _expect(remark, "hidden")
    return remark.next(change="shown", state="said", hidden=None)


def answering(remark: RemarkChanged, responsible: UUID) -> UUID:
    """The team that answers a request: the one that is asked."""
    return remark.asked or responsible


def answer(remark: RemarkChanged, said: AnswerGiven, now: datetime) -> RemarkChanged:
    """What the asked team answers, last; in other words alone it is as old as it was.

    Raises Problem `remark-not-there`, `not-a-request`.
    """
    _expect(remark, "said")
    if remark.remark_kind != "request":
        raise Problem("not-a-request", remark=str(remark.id))
    before = remark.answer
    at = before.at if before is not None and before.outcome == said.outcome else now
    given = Answer(outcome=said.outcome, words=said.words, at=at)
    return remark.next(change="answered", answer=given)


def told(remark: RemarkChanged) -> RemarkChanged:
    """A remark as others are told of it: what is hidden without its words."""
    return remark.model_copy(update={"text": None}) if remark.state == "hidden" else remark


def _expect(remark: RemarkChanged, *states: str) -> None:
    if remark.state not in states:
        raise Problem("remark-not-there", remark=str(remark.id), remark_state=remark.state)
