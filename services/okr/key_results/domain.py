"""Decides how one key result of an objective may change; pure."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from chassis.problem import Problem
from contracts.okr import DIRECTED, Definition, KeyResult, KeyResultKind, ObjectiveChanged
from contracts.words import Language
from services.okr.objectives.domain import (
    check_team,
    find,
    key_result,
    marked_beside,
    next_state,
    reworded,
    with_key_results,
)
from services.okr.objectives.stated import (
    KeyResultDraft,
    KeyResultTranslation,
    texts_of_key_result,
    unfit_baseline,
    with_texts,
)
from services.okr.strategy.stated import follow, marks, translate, untranslate

SAID = ("title", "translations", "note", "unit", "direction", "ambition", "team")
"""What is said of a key result besides what it measures."""


def add_key_result(objective: ObjectiveChanged, goal: KeyResult) -> ObjectiveChanged:
    """One more key result. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    check_team(objective, goal)
    return with_key_results(objective, (*objective.key_results, goal), "key-result-added")


def known(objective: ObjectiveChanged, key_result_id: UUID) -> KeyResult:
    """The key result of that id. Raises Problem `not-found`.

    Proposals are worded anew with new key results, so an old id may have gone.
    """
    try:
        return find(objective, key_result_id)
    except KeyError:
        raise Problem("not-found", kind="key-results", id=str(key_result_id)) from None


def find_open(objective: ObjectiveChanged, key_result_id: UUID) -> KeyResult:
    """The key result of that id, which may still change. Raises Problem."""
    if objective.state == "closed":
        raise Problem("objective-closed")
    goal = known(objective, key_result_id)
    if goal.state == "dropped":
        raise Problem("key-result-dropped")
    return goal


def with_key_result(
    objective: ObjectiveChanged, goal: KeyResult, change: str, **fields: object
) -> ObjectiveChanged:
    """The next state, with `goal` in place of the key result of its id."""
    goals = tuple(goal if it.id == goal.id else it for it in objective.key_results)
    return next_state(objective, change, key_results=goals, **fields)


def drop_key_result(objective: ObjectiveChanged, key_result_id: UUID) -> ObjectiveChanged:
    """It is aimed at no more; its series stays. Raises Problem."""
    goal = find_open(objective, key_result_id)
    dropped = goal.model_copy(update={"state": "dropped", "revision": goal.revision + 1})
    return with_key_result(objective, dropped, "key-result-dropped", **reworded(objective))


def set_baseline(
    objective: ObjectiveChanged, key_result_id: UUID, baseline: float, today: date
) -> ObjectiveChanged:
    """A baseline that was to be measured, as it was measured. Raises Problem."""
    goal = find_open(objective, key_result_id)
    if not _awaits_baseline(goal.kind, goal.current):
        raise Problem("baseline-stands", key_result=str(goal.id))
    if unfit_baseline(goal.kind, baseline, goal.current.target):
        raise Problem("baseline-unfit", baseline=baseline, target=goal.current.target)
    definitions = _measured(goal.kind, goal.definitions, baseline, today)
    changed = {"definitions": definitions, "revision": goal.revision + 1}
    return with_key_result(objective, goal.model_copy(update=changed), "baseline-set")


def translate_key_result(
    objective: ObjectiveChanged,
    key_result_id: UUID,
    language: Language,
    said: KeyResultTranslation,
) -> ObjectiveChanged:
    """The key result in another language too. Raises Problem, as `translate` does."""
    goal = find_open(objective, key_result_id)
    texts = translate(texts_of_key_result(goal), goal.translations, language, said)
    return _said_in(objective, goal, with_texts(goal, texts), language, "translated")


def untranslate_key_result(
    objective: ObjectiveChanged, key_result_id: UUID, language: Language
) -> ObjectiveChanged:
    """The key result without a language that it is translated into. Raises Problem `not-found`."""
    goal = find_open(objective, key_result_id)
    left = untranslate(texts_of_key_result(goal), goal.translations, language)
    return _said_in(objective, goal, with_texts(goal, left), language, "translation-removed")


def _said_in(
    objective: ObjectiveChanged, before: KeyResult, goal: KeyResult, language: Language, change: str
) -> ObjectiveChanged:
    """It is the same goal: what people said of it stands, and of a change that is put to them."""
    said = goal.model_copy(update={"revision": goal.revision + 1})
    if objective.pending is not None:
        put = tuple(
            _followed(it, before, goal, language) if it.id == goal.id else it
            for it in objective.pending.key_results
        )
        pending = objective.pending.model_copy(update={"key_results": put})
        objective = objective.model_copy(update={"pending": pending})
    return with_key_result(objective, said, change)


def _followed(put: KeyResult, before: KeyResult, after: KeyResult, language: Language) -> KeyResult:
    held = texts_of_key_result(put)
    texts = follow(held, texts_of_key_result(before), texts_of_key_result(after), language)
    return with_texts(put, {**texts, "translations": marks(held, put.translations, texts)})


def _awaits_baseline(kind: KeyResultKind, definition: Definition) -> bool:
    """Whether its baseline is, or was, to be measured: then it is measured, and measured again."""
    unknown = definition.baseline is None or definition.baseline_measured is not None
    return kind in DIRECTED and unknown


def _measured(
    kind: KeyResultKind, definitions: Iterable[Definition], baseline: float, day: date | None
) -> tuple[Definition, ...]:
    """Definitions with the baseline in each that awaits one, also for the days before (ADR 18).

    One that it does not fit, since its target was another, has none.
    """

    def filled(it: Definition) -> Definition:
        fits = not unfit_baseline(kind, baseline, it.target)
        known = {"baseline": baseline, "baseline_measured": day}
        return it.model_copy(update=known if fits else dict.fromkeys(known))

    return tuple(filled(it) if _awaits_baseline(kind, it) else it for it in definitions)


def redefine_key_result(
    objective: ObjectiveChanged, key_result_id: UUID, draft: KeyResultDraft, today: date
) -> ObjectiveChanged:
    """Another statement of it; what it measured until yesterday stays. Raises Problem."""
    goal = find_open(objective, key_result_id)
    restated = restate(goal, key_result(draft, goal.id, today), today)
    check_team(objective, restated)
    return with_key_result(objective, restated, "key-result-changed", **reworded(objective))


def restate(goal: KeyResult, stated: KeyResult, today: date) -> KeyResult:
    """A key result as it is `stated` anew; what it measured until yesterday stays.

    Raises Problem `key-result-keeps-kind`.
    """
    if stated.kind != goal.kind:
        raise Problem("key-result-keeps-kind")
    known, definition = goal.definitions, stated.current.model_copy(update={"since": today})
    held = goal.current
    if definition.baseline is None and held.baseline is not None and held.baseline_measured:
        # It was stated before it was measured.
        measured = _measured(goal.kind, [definition], held.baseline, held.baseline_measured)
        definition = measured[0]
    elif _awaits_baseline(goal.kind, held) and definition.baseline is not None:
        same = definition.baseline == held.baseline
        day = held.baseline_measured if same else today
        known = _measured(goal.kind, known, definition.baseline, day)
        definition = definition.model_copy(update={"baseline_measured": day})
    past = [it for it in known if it.since < today]
    if past and past[-1].model_copy(update={"since": today}) == definition:
        definitions = tuple(past)
    else:
        definitions = (*past, definition)
    marked = marked_beside(goal, stated)
    said = {name: getattr(marked, name) for name in SAID}
    return goal.model_copy(
        update={**said, "definitions": definitions, "revision": goal.revision + 1}
    )
