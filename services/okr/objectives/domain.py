"""Decides how an objective and its key results may change; pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import (
    CycleChanged,
    DismissedHint,
    KeyResult,
    Moment,
    ObjectiveChanged,
    ObjectiveState,
    Rhythm,
    TeamCycleChanged,
)
from contracts.scores import Ambition
from contracts.words import Language, Text, Words
from services.okr.objectives.stated import KeyResultDraft
from services.okr.strategy.stated import (
    ProofRead,
    TranslationDraft,
    marks,
    texts_of,
    translate,
    untranslate,
)

CHOOSING = ("setting", "running")
TEXTS = ("title", "benefit", "from_what", "to_what")


class ObjectiveFrame(Closed):
    """An objective as people state it, without its key results."""

    cycle: UUID
    owner_unit: UUID | None = Field(default=None, description="Either this or owner_team.")
    owner_team: UUID | None = Field(default=None, description="Either this or owner_unit.")
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = Field(default=(), max_length=200)
    title: Text
    benefit: Text | None = Field(default=None, description="The benefit to the customer.")
    from_what: Text | None = Field(
        default=None, description="How it is when the goal is set, in words."
    )
    to_what: Text | None = Field(default=None, description="How it is to be, in words.")
    note: Words | None = Field(default=None, description="Words about it, inside the agency.")
    rhythm: Rhythm = "weekly"
    ambition: Ambition = Field(
        default="aspirational",
        description="Committed: all of it is promised; aspirational: 0.7 of it is a good score.",
    )
    contributes_to: tuple[UUID, ...] = Field(default=(), max_length=50)
    serves: tuple[UUID, ...] = Field(
        default=(), max_length=50, description="Ids of the pillars that it serves."
    )
    proof_read: ProofRead = ()

    @model_validator(mode="after")
    def _is_of_one_owner(self) -> Self:
        if (self.owner_unit is None) == (self.owner_team is None):
            raise ValueError("name either owner_unit or owner_team")
        return self

    def teams(self) -> tuple[UUID, ...]:
        """The contributing teams, each once, without the responsible one."""
        others = dict.fromkeys(self.contributing_teams)
        others.pop(self.responsible_team, None)
        return tuple(others)


class ObjectiveDraft(ObjectiveFrame):
    """An objective as people propose it."""

    key_results: tuple[KeyResultDraft, ...] = Field(default=(), max_length=50)


class ObjectiveTranslation(TranslationDraft):
    """An objective in another language than it was written in; what is not said stays."""

    title: Words | None = Field(default=None, description="The goal.")
    benefit: Words | None = Field(default=None, description="The benefit to the customer.")
    from_what: Words | None = Field(default=None, description="How it is when the goal is set.")
    to_what: Words | None = Field(default=None, description="How it is to be.")


def open_for_choosing(place: TeamCycleChanged | None) -> None:
    """A team chooses goals until it looks back; no place yet means that it is choosing."""
    if place is not None and place.place not in CHOOSING:
        raise Problem(
            "team-cycle-past", team=str(place.team), cycle=str(place.cycle), place=place.place
        )


def expect_not_closed(place: TeamCycleChanged | None) -> None:
    """What a team has closed stays as it is. Raises Problem `team-cycle-past`."""
    if place is not None and place.place == "closed":
        raise Problem(
            "team-cycle-past", team=str(place.team), cycle=str(place.cycle), place=place.place
        )


def expect_choosing(team: UUID, cycle: UUID, place: TeamCycleChanged | None) -> None:
    """Goals come from elsewhere where the team has begun to choose. Raises Problem."""
    if place is None or place.place not in CHOOSING:
        raise Problem(
            "team-not-choosing",
            team=str(team),
            cycle=str(cycle),
            place=place.place if place else "unset",
        )


def framed(objective: ObjectiveChanged) -> ObjectiveFrame:
    """An objective as it was stated, with what of it was proof-read."""
    known = ObjectiveFrame.model_fields.keys() & ObjectiveChanged.model_fields.keys()
    stated = {name: getattr(objective, name) for name in known}
    return ObjectiveFrame.model_validate(stated | {"proof_read": objective.proof_read})


def _fields(frame: ObjectiveFrame) -> dict[str, object]:
    kept = ObjectiveFrame.model_fields.keys() - {"proof_read"}
    stated = {name: getattr(frame, name) for name in kept}
    return stated | {
        "contributing_teams": frame.teams(),
        "contributes_to": tuple(dict.fromkeys(frame.contributes_to)),
        "serves": tuple(dict.fromkeys(frame.serves)),
    }


def key_result(draft: KeyResultDraft, new_id: UUID, today: date) -> KeyResult:
    """A new key result."""
    return KeyResult(
        id=new_id,
        title=draft.title,
        note=draft.note,
        kind=draft.kind,
        unit=draft.unit,
        direction=draft.direction,
        ambition=draft.ambition,
        team=draft.team,
        definitions=(draft.definition(today),),
    )


def check_phases(drafts: Iterable[KeyResultDraft], cycle: CycleChanged) -> None:
    """What is expected by when is said of days of the cycle. Raises Problem."""
    for it in (phase for draft in drafts for phase in draft.phases or ()):
        if not cycle.start < it.day <= cycle.end:
            raise Problem("phase-outside-cycle", day=it.day, start=cycle.start, end=cycle.end)


def begin(
    frame: ObjectiveFrame,
    new_id: UUID,
    state: ObjectiveState,
    key_results: Iterable[KeyResult],
    now: datetime,
    by: UUID | None,
) -> ObjectiveChanged:
    """A new objective: proposed by a person, or imported as agreed. Raises Problem."""
    made = ObjectiveChanged.model_validate(
        {
            **_fields(frame),
            "id": new_id,
            "version": 1,
            "change": "proposed" if state == "proposed" else "imported",
            "state": state,
            "states": (Moment(state=state, at=now, by=by),),
            "key_results": tuple(key_results),
            "translations": marks({}, (), texts_of(frame, TEXTS), frame.proof_read),
        }
    )
    for it in made.key_results:
        check_team(made, it)
    return made


def _next(objective: ObjectiveChanged, change: str, **fields: object) -> ObjectiveChanged:
    return objective.model_copy(
        update={"version": objective.version + 1, "change": change, **fields}
    )


def _next_itself(objective: ObjectiveChanged, change: str, **fields: object) -> ObjectiveChanged:
    return _next(objective, change, revision=objective.revision + 1, **fields)


def revise(
    objective: ObjectiveChanged, frame: ObjectiveFrame, key_results: Iterable[KeyResult] | None
) -> ObjectiveChanged:
    """Another wording of a proposal, or what an import now says. Raises Problem.

    Key results that go on from an earlier cycle stay: the cut-over decides on them.
    """
    if frame.cycle != objective.cycle:
        raise Problem("objective-stays-in-cycle")
    fields = _fields(frame)
    if key_results is not None:
        if objective.state != "proposed":
            raise Problem("objective-not-proposed", state=objective.state)
        kept = (it for it in objective.key_results if it.ancestor is not None)
        fields["key_results"] = (*kept, *key_results)
    fields["translations"] = marks(
        texts_of(objective, TEXTS),
        objective.translations,
        texts_of(frame, TEXTS),
        frame.proof_read,
    )
    changed = _next_itself(objective, "revised", **fields)
    for it in changed.key_results:
        check_team(changed, it)
    return changed


def agree(objective: ObjectiveChanged, now: datetime, by: UUID | None) -> ObjectiveChanged:
    """The team has agreed on a proposal. Raises Problem."""
    if objective.state != "proposed":
        raise Problem("objective-not-proposed", state=objective.state)
    if not any(it.state == "open" for it in objective.key_results):
        raise Problem("objective-without-key-results")
    moment = Moment(state="agreed", at=now, by=by)
    return _next_itself(objective, "agreed", state="agreed", states=(*objective.states, moment))


def close(objective: ObjectiveChanged, now: datetime, by: UUID | None) -> ObjectiveChanged:
    """Nothing more is expected of it. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    moment = Moment(state="closed", at=now, by=by)
    return _next_itself(objective, "closed", state="closed", states=(*objective.states, moment))


def move(objective: ObjectiveChanged, cycle: UUID) -> ObjectiveChanged:
    """It is a goal of another cycle; what was said of it stays.

    What was to be dropped at the end of its cycle is decided anew. Raises Problem.
    """
    if objective.state == "closed":
        raise Problem("objective-closed")
    if any(it.cut_over and it.cut_over.successor for it in objective.key_results):
        raise Problem("objective-goes-on", objective=str(objective.id))
    goals = tuple(it.model_copy(update={"cut_over": None}) for it in objective.key_results)
    return _next_itself(objective, "moved-to-cycle", cycle=cycle, key_results=goals)


def link(
    objective: ObjectiveChanged, targets: Iterable[UUID], pillars: Iterable[UUID] | None
) -> ObjectiveChanged:
    """What it contributes to and serves, from now on; None: as before. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    return _next_itself(
        objective,
        "linked",
        contributes_to=tuple(dict.fromkeys(targets)),
        serves=objective.serves if pillars is None else tuple(dict.fromkeys(pillars)),
    )


def translate_objective(
    objective: ObjectiveChanged, language: Language, said: ObjectiveTranslation
) -> ObjectiveChanged:
    """The objective in another language too. Raises Problem, as `translate` does."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    texts = translate(texts_of(objective, TEXTS), objective.translations, language, said)
    return _next_itself(objective, "translated", **texts)


def untranslate_objective(objective: ObjectiveChanged, language: Language) -> ObjectiveChanged:
    """The objective without a language that it is translated into. Raises Problem `not-found`."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    left = untranslate(texts_of(objective, TEXTS), objective.translations, language)
    return _next_itself(objective, "translation-removed", **left)


def dismiss(objective: ObjectiveChanged, dismissed: tuple[DismissedHint, ...]) -> ObjectiveChanged:
    """The hints that the team does not follow, from now on. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    return _next(objective, "changed", dismissed_hints=dismissed)


def with_key_results(
    objective: ObjectiveChanged, key_results: Iterable[KeyResult], change: str
) -> ObjectiveChanged:
    """The objective with these in place of its key results. Raises Problem."""
    changed = _next(objective, change, key_results=tuple(key_results))
    for it in changed.key_results:
        check_team(changed, it)
    return changed


def check_team(objective: ObjectiveChanged, goal: KeyResult) -> None:
    """A key result's team is one of the objective's. Raises Problem."""
    teams = (objective.responsible_team, *objective.contributing_teams)
    if goal.team is not None and goal.team not in teams:
        raise Problem("key-result-of-another-team", team=str(goal.team))


def find(objective: ObjectiveChanged, key_result_id: UUID) -> KeyResult:
    """The key result of that id. Raises KeyError."""
    for goal in objective.key_results:
        if goal.id == key_result_id:
            return goal
    raise KeyError(key_result_id)
