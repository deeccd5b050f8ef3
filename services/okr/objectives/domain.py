"""Decides how an objective and its key results may change; pure."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from chassis.problem import Problem
from contracts.choosing import Agreement, What
from contracts.okr import (
    CycleChanged,
    DismissedHint,
    KeyResult,
    Moment,
    ObjectiveChanged,
    ObjectiveState,
    PendingChange,
    TeamCycleChanged,
)
from contracts.words import Language
from services.okr.objectives.links import Links
from services.okr.objectives.stated import (
    TEXTS,
    KeyResultDraft,
    ObjectiveFrame,
    ObjectiveTranslation,
    imported_teams,
    invited_teams,
    named_teams,
    texts_of_key_result,
)
from services.okr.strategy.stated import (
    Texts,
    follow,
    marks,
    marks_in_list,
    texts_of,
    translate,
    untranslate,
)

CHOOSING = ("setting", "running")


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


def expect_cycle_not_closed(cycle: CycleChanged | None) -> None:
    """Nothing more comes into a closed cycle. Raises Problem `cycle-closed`."""
    if cycle is not None and cycle.state == "closed":
        raise Problem("cycle-closed", cycle=str(cycle.id))


def expect_time(what: What, cycle: CycleChanged | None, place: TeamCycleChanged | None) -> None:
    """A team chooses goals of a cycle that is not closed until it looks back there.

    It drops them until it has closed its place, also where the cycle was closed before. Raises
    Problem `cycle-closed`, `team-cycle-past`.
    """
    if what == "drop" and place is not None:
        expect_not_closed(place)
    else:
        expect_cycle_not_closed(cycle)
        open_for_choosing(place)


def expect_choosing(team: UUID, cycle: UUID, place: TeamCycleChanged | None) -> None:
    """Goals come from elsewhere where the team has begun to choose. Raises Problem."""
    if place is None or place.place not in CHOOSING:
        raise Problem(
            "team-not-choosing",
            team=str(team),
            cycle=str(cycle),
            place=place.place if place else "unset",
        )


def linked(
    frame: ObjectiveFrame, links: Links, before: ObjectiveChanged | None = None
) -> ObjectiveFrame:
    """A frame with all that it contributes to; `before` is what it changes. Raises Problem."""
    kept = before.contributes_to_key_results if before else ()
    return frame.model_copy(update=links.fields(kept))


def _fields(frame: ObjectiveFrame) -> dict[str, object]:
    kept = ObjectiveFrame.model_fields.keys() - {"proof_read"}
    stated = {name: getattr(frame, name) for name in kept}
    return stated | {
        "contributes_to": tuple(dict.fromkeys(frame.contributes_to)),
        "contributes_to_key_results": tuple(dict.fromkeys(frame.contributes_to_key_results)),
        "serves": tuple(dict.fromkeys(frame.serves)),
    }


def key_result(draft: KeyResultDraft, new_id: UUID, today: date) -> KeyResult:
    """A new key result. Raises Problem as `marks` does."""
    made = KeyResult(
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
    marked = marks({}, (), texts_of_key_result(made), draft.proof_read)
    return made.model_copy(update={"translations": marked})


def marked_beside(before: KeyResult, stated: KeyResult) -> KeyResult:
    """A key result as it is stated, with the marks of its languages as they were before.

    Where nothing is said anew it has those it had, also none: it is from before there were any.
    """
    texts, held = texts_of_key_result(stated), texts_of_key_result(before)
    said = texts != held or stated.proof_read
    marked = marks(held, before.translations, texts, stated.proof_read)
    return stated.model_copy(update={"translations": marked if said else before.translations})


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
    by_people = state == "proposed"
    imported = Agreement(what="goal", how="imported", state="agreed", recorded_at=now)
    made = ObjectiveChanged.model_validate(
        {
            **_fields(frame),
            **(named_teams(frame.teams(), now) if by_people else imported_teams(frame.teams())),
            "id": new_id,
            "version": 1,
            "change": "proposed" if by_people else "imported",
            "agreements": () if by_people else (imported,),
            "state": state,
            "states": (Moment(state=state, at=now, by=by),),
            "key_results": tuple(key_results),
            "translations": marks({}, (), texts_of(frame, TEXTS), frame.proof_read),
        }
    )
    for it in made.key_results:
        check_team(made, it)
    return made


def next_state(objective: ObjectiveChanged, change: str, **fields: object) -> ObjectiveChanged:
    """The next state, with a change that is no edit of the objective itself."""
    return objective.model_copy(
        update={"version": objective.version + 1, "change": change, **fields}
    )


def next_itself(objective: ObjectiveChanged, change: str, **fields: object) -> ObjectiveChanged:
    """The next state, with an edit of the objective itself."""
    return next_state(objective, change, revision=objective.revision + 1, **fields)


def agreed_on(objective: ObjectiveChanged) -> tuple[Agreement, ...]:
    """How it was chosen, without what waits for the other of torchbearer and supervisor."""
    return tuple(it for it in objective.agreements if it.state == "agreed")


def reworded(objective: ObjectiveChanged) -> dict[str, object]:
    """What follows where what is to be chosen gets another wording.

    What people said of the one before is void: their support, and the record that they chose it.
    """
    return {"wording": objective.version + 1, "agreements": agreed_on(objective)}


def expect_proposed(objective: ObjectiveChanged) -> None:
    """What a team has agreed on is changed by its team alone. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    if objective.state != "proposed":
        raise Problem("objective-agreed", objective=str(objective.id))


def revise(
    objective: ObjectiveChanged,
    draft: ObjectiveFrame,
    key_results: Iterable[KeyResult],
    now: datetime,
) -> ObjectiveChanged:
    """Another wording of a proposal. Raises Problem.

    Key results that go on from an earlier cycle stay: the cut-over decides on them. Of others only
    the marks of languages go on, where one says the same.
    """
    expect_proposed(objective)
    agreed, invited = objective.contributing_teams, objective.invitations
    teams = named_teams(draft.teams(), now, agreed, invited)
    kept = (it for it in objective.key_results if it.ancestor is not None)
    known = [(texts_of_key_result(it), it.translations) for it in objective.key_results]
    new = [
        it.model_copy(
            update={"translations": marks_in_list(known, texts_of_key_result(it), it.proof_read)}
        )
        for it in key_results
    ]
    return _worded(objective, draft, **teams, key_results=(*kept, *new))


def revise_imported(objective: ObjectiveChanged, frame: ObjectiveFrame) -> ObjectiveChanged:
    """What another system now says of it; its key results stay. Raises Problem."""
    return _worded(objective, frame, **imported_teams(frame.teams(), objective.invitations))


def _worded(
    objective: ObjectiveChanged, frame: ObjectiveFrame, **fields: object
) -> ObjectiveChanged:
    if frame.cycle != objective.cycle:
        raise Problem("objective-stays-in-cycle")
    marked = marks(
        texts_of(objective, TEXTS),
        objective.translations,
        texts_of(frame, TEXTS),
        frame.proof_read,
    )
    fields = _fields(frame) | reworded(objective) | fields
    changed = next_itself(objective, "revised", translations=marked, **fields)
    for it in changed.key_results:
        check_team(changed, it)
    return changed


def agree(objective: ObjectiveChanged, now: datetime, by: UUID | None) -> ObjectiveChanged:
    """The team has agreed on a proposal. Raises Problem."""
    expect_proposed(objective)
    if not any(it.state == "open" for it in objective.key_results):
        raise Problem("objective-without-key-results")
    moment = Moment(state="agreed", at=now, by=by)
    return next_itself(objective, "agreed", state="agreed", states=(*objective.states, moment))


def close(objective: ObjectiveChanged, now: datetime, by: UUID | None) -> ObjectiveChanged:
    """Nothing more is expected of it. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    moment = Moment(state="closed", at=now, by=by)
    return next_itself(
        objective, "closed", state="closed", states=(*objective.states, moment),
        agreements=agreed_on(objective), pending=None,
    )  # fmt: skip


def move(objective: ObjectiveChanged, cycle: UUID) -> ObjectiveChanged:
    """It is a goal of another cycle; what was said of it stays.

    What was to be dropped at the end of its cycle is decided anew. Raises Problem.
    """
    if objective.state == "closed":
        raise Problem("objective-closed")
    if any(it.cut_over and it.cut_over.successor for it in objective.key_results):
        raise Problem("objective-goes-on", objective=str(objective.id))
    goals = tuple(it.model_copy(update={"cut_over": None}) for it in objective.key_results)
    return next_itself(objective, "moved-to-cycle", cycle=cycle, key_results=goals)


def link(
    objective: ObjectiveChanged, links: Links, pillars: Iterable[UUID] | None
) -> ObjectiveChanged:
    """What it contributes to and serves, from now on; None: as before. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    return next_itself(
        objective,
        "linked",
        **links.fields(objective.contributes_to_key_results),
        serves=objective.serves if pillars is None else tuple(dict.fromkeys(pillars)),
    )


def translate_objective(
    objective: ObjectiveChanged, language: Language, said: ObjectiveTranslation
) -> ObjectiveChanged:
    """The objective in another language too. Raises Problem, as `translate` does."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    texts = translate(texts_of(objective, TEXTS), objective.translations, language, said)
    pending = _followed(objective, texts, language)
    return next_itself(objective, "translated", **texts, pending=pending)


def untranslate_objective(objective: ObjectiveChanged, language: Language) -> ObjectiveChanged:
    """The objective without a language that it is translated into. Raises Problem `not-found`."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    left = untranslate(texts_of(objective, TEXTS), objective.translations, language)
    pending = _followed(objective, left, language)
    return next_itself(objective, "translation-removed", **left, pending=pending)


def _followed(
    objective: ObjectiveChanged, texts: Texts, language: Language
) -> PendingChange | None:
    """The change that is put to the team, with what is translated meanwhile."""
    pending = objective.pending
    if pending is None or pending.kind != "revise":
        return pending
    put = follow(texts_of(pending, TEXTS), texts_of(objective, TEXTS), texts, language)
    return pending.model_copy(update=put)


def dismiss(objective: ObjectiveChanged, dismissed: tuple[DismissedHint, ...]) -> ObjectiveChanged:
    """The hints that the team does not follow, from now on. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    return next_state(objective, "changed", dismissed_hints=dismissed)


def check_team(objective: ObjectiveChanged, goal: KeyResult) -> None:
    """A key result's team is one of the objective's, or invited to be. Raises Problem."""
    others = (*objective.contributing_teams, *invited_teams(objective))
    teams = (objective.responsible_team, *others)
    if goal.team is not None and goal.team not in teams:
        raise Problem("key-result-of-another-team", team=str(goal.team))


def joined(objective: ObjectiveChanged, key_results: Iterable[KeyResult]) -> PendingChange | None:
    """The change that is put to the team, with what joins the goal meanwhile: it drops none of it.

    `key_results` are those that the goal has from now on.
    """
    pending = objective.pending
    if pending is None or pending.kind != "revise":
        return pending
    known = {it.id for it in objective.key_results}
    new = (it for it in key_results if it.id not in known)
    return pending.model_copy(update={"key_results": (*pending.key_results, *new)})


def with_key_results(
    objective: ObjectiveChanged, key_results: Iterable[KeyResult], change: str
) -> ObjectiveChanged:
    """The objective with these in place of its key results. Raises Problem."""
    goals = tuple(key_results)
    pending = joined(objective, goals)
    worded = objective.state == "proposed" or pending != objective.pending
    fields = reworded(objective) if worded else {}
    changed = next_state(objective, change, key_results=goals, pending=pending, **fields)
    for it in changed.key_results:
        check_team(changed, it)
    return changed


def find(objective: ObjectiveChanged, key_result_id: UUID) -> KeyResult:
    """The key result of that id. Raises KeyError."""
    for goal in objective.key_results:
        if goal.id == key_result_id:
            return goal
    raise KeyError(key_result_id)
