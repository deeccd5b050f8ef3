"""Decides what a retro may say, and who reads how much of it; pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.retro import (
    LEARNING_READERS,
    WORDS_READERS,
    Finding,
    Learning,
    Reason,
    Recommendation,
    Result,
    RetroCompleted,
)
from contracts.words import Text, Words
from services.checkins.messages import Objective

NewId = Callable[[], UUID]


class SaidLearning(Closed):
    """A learning as the team puts it."""

    id: UUID | None = Field(None, description="In a correction: the learning that this was.")
    text: Text = Field(description=f"What the team learned. {LEARNING_READERS}")
    shareable: bool = Field(
        False,
        description="True: all staff and whoever may read the open topics, other agencies among "
        "them, read the text.",
    )


class SaidFinding(Closed):
    """What the team found about one objective."""

    objective: UUID
    result: Result
    reasons: tuple[Reason, ...] = Field(
        (),
        max_length=20,
        description="Why it went as it went, for success and failure alike; all staff and other "
        "agencies see them.",
    )
    words: Words | None = Field(None, description=f"Why it went so. {WORDS_READERS}")
    recommendation: Recommendation
    learnings: tuple[SaidLearning, ...] = Field(min_length=1, max_length=50)


class CorrectedRetro(Closed):
    """A retro as it is to stand."""

    findings: tuple[SaidFinding, ...] = Field(min_length=1, max_length=100)


class NewRetro(CorrectedRetro):
    """A team's look back on a cycle."""

    team: UUID
    cycle: UUID


class ImportedRetro(NewRetro):
    """A retro that another system holds."""


def check_place(team: UUID, cycle: UUID, place: str | None, allowed: Collection[str]) -> None:
    """Refuse a retro at the wrong time. Raises Problem `team-cycle-not-in-retro`."""
    if place not in allowed:
        raise Problem(
            "team-cycle-not-in-retro", team=str(team), cycle=str(cycle), place=place or "unset"
        )


def check_findings(
    team: UUID,
    cycle: UUID,
    findings: Sequence[SaidFinding],
    known: Mapping[UUID, Objective],
) -> None:
    """Refuse findings on anything but the team's own objectives of the cycle. Raises Problem."""
    spoken_of: set[UUID] = set()
    for finding in findings:
        about = str(finding.objective)
        objective = known.get(finding.objective)
        if objective is None:
            raise Problem("objective-unknown", objective=about)
        if (objective.responsible_team, objective.cycle) != (team, cycle):
            raise Problem("not-the-teams-goal", objective=about, team=str(team), cycle=str(cycle))
        if not objective.was_agreed:
            raise Problem("objective-not-agreed", objective=about, state=objective.state)
        if finding.objective in spoken_of:
            raise Problem("finding-twice", objective=about)
        spoken_of.add(finding.objective)


def check_complete(
    team: UUID, cycle: UUID, findings: Sequence[SaidFinding], goals: Iterable[Objective]
) -> None:
    """Refuse to leave out one of `goals`, the team's of the cycle, that was agreed on.

    Raises Problem `finding-missing`.
    """
    spoken_of = {finding.objective for finding in findings}
    missing = [goal.id for goal in goals if goal.was_agreed and goal.id not in spoken_of]
    if missing:
        raise Problem(
            "finding-missing",
            team=str(team),
            cycle=str(cycle),
            objectives=sorted(map(str, missing)),
        )


def complete(
    id_: UUID, said: NewRetro, author: UUID | None, new_id: NewId, change: str = "completed"
) -> RetroCompleted:
    """The first version of a retro; its learnings get ids. Raises Problem `learning-unknown`."""
    return RetroCompleted(
        id=id_,
        version=1,
        change=change,
        team=said.team,
        cycle=said.cycle,
        author=author,
        findings=_findings(said.findings, frozenset(), new_id),
    )


def correct(
    state: RetroCompleted, said: CorrectedRetro, new_id: NewId, change: str = "corrected"
) -> RetroCompleted:
    """The next version; a learning that came back with its id keeps it.

    Raises Problem `learning-unknown`, `learning-twice`.
    """
    held = frozenset(learning.id for learning in _learnings(state))
    return state.next(change, findings=_findings(said.findings, held, new_id))


def imported_anew(state: RetroCompleted, said: ImportedRetro, new_id: NewId) -> RetroCompleted:
    """The next version, as another system holds it now.

    It knows no ids of learnings, so one that says the same of the same objective keeps its id.
    Raises Problem `retro-moved`, and as `correct` does.
    """
    if (said.team, said.cycle) != (state.team, state.cycle):
        raise Problem(
            "retro-moved", retro=str(state.id), team=str(state.team), cycle=str(state.cycle)
        )
    known = _known_by_text(state, said.findings)
    findings = tuple(_recognised(finding, known) for finding in said.findings)
    return correct(state, CorrectedRetro(findings=findings), new_id, "imported")


def _known_by_text(
    state: RetroCompleted, said: Sequence[SaidFinding]
) -> dict[tuple[UUID, Text], UUID]:
    named = {one.id for finding in said for one in finding.learnings}
    return {
        (finding.objective, one.text): one.id
        for finding in state.findings
        for one in finding.learnings
        if one.id not in named
    }


def _recognised(said: SaidFinding, known: dict[tuple[UUID, Text], UUID]) -> SaidFinding:
    learnings = tuple(
        one.model_copy(update={"id": one.id or known.pop((said.objective, one.text), None)})
        for one in said.learnings
    )
    return said.model_copy(update={"learnings": learnings})


def _learnings(state: RetroCompleted) -> Iterator[Learning]:
    return (learning for finding in state.findings for learning in finding.learnings)


def _findings(
    said: Sequence[SaidFinding], held: frozenset[UUID], new_id: NewId
) -> tuple[Finding, ...]:
    _check_learnings([one.id for finding in said for one in finding.learnings if one.id], held)
    return tuple(
        Finding(
            **finding.model_dump(exclude={"learnings"}),
            learnings=tuple(
                Learning(id=one.id or new_id(), text=one.text, shareable=one.shareable)
                for one in finding.learnings
            ),
        )
        for finding in said
    )


def _check_learnings(named: Sequence[UUID], held: frozenset[UUID]) -> None:
    for learning in named:
        if learning not in held:
            raise Problem("learning-unknown", learning=str(learning))
        if named.count(learning) > 1:
            raise Problem("learning-twice", learning=str(learning))


def without_words(state: RetroCompleted) -> RetroCompleted:
    """What all staff may see of a retro: results, reasons, and the learnings that are shared."""
    findings = tuple(map(_shared, state.findings))
    return state.model_copy(update={"author": None, "findings": findings})


def _shared(finding: Finding) -> Finding:
    learnings = tuple(one for one in finding.learnings if one.shareable)
    return finding.model_copy(update={"words": None, "learnings": learnings})
