"""A change of an agreed goal: what it may say, and what it makes of the goal once agreed."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.problem import Problem
from contracts.okr import ObjectiveChanged, PendingChange
from contracts.words import Text, Translation
from services.okr.changes import domain
from services.okr.changes.domain import ChangeDraft
from services.okr.key_results import domain as key_results
from services.okr.objectives import domain as objectives
from services.okr.objectives.stated import (
    KeyResultDraft,
    ObjectiveFrame,
    ObjectiveTranslation,
)

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
TODAY, LATER = date(2026, 9, 1), date(2026, 10, 5)
TEAM, PERSON = UUID(int=1), UUID(int=3)
FIRST, SECOND, NEW = UUID(int=20), UUID(int=21), UUID(int=22)
TITLE = {"source": "fi", "fi": "Asumisen hakemus ei jää odottamaan"}
UP = {"title": {"source": "fi", "fi": "kerralla"}, "kind": "increase", "baseline": 0, "target": 10}


def agreed() -> ObjectiveChanged:
    goals = [
        objectives.key_result(KeyResultDraft.model_validate(UP), it, TODAY)
        for it in (FIRST, SECOND)
    ]
    said = {"cycle": UUID(int=9), "owner_team": TEAM, "responsible_team": TEAM, "title": TITLE}
    return objectives.begin(
        ObjectiveFrame.model_validate(said), UUID(int=10), "agreed", goals, NOW, None
    )


def change(*key_results: dict[str, Any], **more: Any) -> PendingChange:
    said = {"kind": "revise", "title": TITLE, "key_results": list(key_results), **more}
    draft = ChangeDraft.model_validate(said)
    goals = [objectives.key_result(it, it.id or NEW, TODAY) for it in draft.key_results]
    return domain.pending_of(agreed(), draft, goals, NOW, PERSON)


def revised(pending: PendingChange) -> ObjectiveChanged:
    return agreed().model_copy(update=domain.revised(agreed(), pending, LATER))


def test_key_results_keep_their_ids_are_dropped_or_added() -> None:
    found = revised(change(UP | {"id": FIRST, "target": 20}, UP)).key_results
    assert [(it.id, it.state, it.revision) for it in found] == [
        (FIRST, "open", 2), (SECOND, "dropped", 2), (NEW, "open", 1),
    ]  # fmt: skip
    assert [(it.since, it.target) for it in found[0].definitions] == [(TODAY, 10), (LATER, 20)]
    assert [it.since for it in found[2].definitions] == [LATER]


def test_a_baseline_that_was_measured_meanwhile_stays() -> None:
    unknown = {it: UP[it] for it in UP if it != "baseline"}
    goal = objectives.key_result(KeyResultDraft.model_validate(unknown), FIRST, TODAY)
    before = agreed().model_copy(update={"key_results": (goal,)})
    pending = change(unknown | {"id": FIRST, "target": 20})
    measured = key_results.set_baseline(before, FIRST, 4, TODAY)
    held = measured.model_copy(update=domain.revised(measured, pending, LATER))
    assert [(it.baseline, it.target) for it in held.key_results[0].definitions] == [
        (4, 10), (4, 20),
    ]  # fmt: skip


def test_what_is_stated_as_it_was_stays_as_it_is() -> None:
    found = revised(change(UP | {"id": FIRST}, UP | {"id": SECOND}))
    assert found.key_results == agreed().key_results


def test_what_is_left_out_is_no_more_but_rhythm_and_ambition() -> None:
    before = agreed().model_copy(
        update={"rhythm": "monthly", "note": "Sanoja", "ambition": "committed"}
    )
    draft = ChangeDraft.model_validate({"kind": "revise", "title": TITLE, "key_results": [UP]})
    pending = domain.pending_of(before, draft, [], NOW, PERSON)
    assert (pending.rhythm, pending.note, pending.benefit) == ("monthly", None, None)
    assert pending.ambition == "committed"


def test_a_goal_is_promised_or_not_by_its_team() -> None:
    assert agreed().ambition == "aspirational"
    assert revised(change(UP | {"id": FIRST}, ambition="committed")).ambition == "committed"


def test_a_translation_is_a_draft_again_where_its_source_changes() -> None:
    both = TITLE | {"sv": "Ingen ansökan blir liggande"}
    read = Translation(language="sv", state="proof-read")
    held = agreed().model_copy(update={"title": Text.model_validate(both), "translations": (read,)})
    for title, state in ((both, "proof-read"), (both | {"fi": "Toisin"}, "draft")):
        pending = change(UP | {"id": FIRST}, title=title)
        fields = domain.revised(held, pending, LATER)
        assert fields["translations"] == (Translation(language="sv", state=state),)


def test_a_change_that_is_put_follows_what_is_translated_meanwhile() -> None:
    put = domain.put(agreed(), change(UP | {"id": FIRST}), TODAY)
    said = ObjectiveTranslation(title="No application waits", state="proof-read")
    held = objectives.translate_objective(put, "en", said)
    assert (held.pending is not None, held.wording) == (True, put.wording)
    assert held.pending
    fields = domain.revised(held, held.pending, LATER)
    assert fields["title"] == held.title
    assert fields["translations"] == (Translation(language="en", state="proof-read"),)
    bare = objectives.untranslate_objective(held, "en")
    assert bare.pending == put.pending
    worded = change(UP | {"id": FIRST}, title={"source": "fi", "fi": "Toisin"})
    other = objectives.translate_objective(domain.put(agreed(), worded, TODAY), "en", said)
    assert other.pending == worded, "a title of other words"


def test_a_change_is_put_for_support_anew_and_holds_nothing_yet() -> None:
    pending = change(UP | {"id": FIRST}, title={"source": "fi", "fi": "Toisin"})
    put = domain.put(agreed(), pending, TODAY)
    assert (put.title, put.key_results) == (agreed().title, agreed().key_results)
    assert (put.pending, put.wording, put.revision) == (pending, 2, 1)
    taken_back = domain.withdraw(put)
    assert (taken_back.pending, taken_back.version) == (None, 3)
    assert taken_back.wording == 3, "support of the change is none of what comes"
    with pytest.raises(Problem, match="nothing-to-choose"):
        domain.withdraw(taken_back)


def test_what_joins_meanwhile_is_in_the_change_as_it_is() -> None:
    other = key_results.known(agreed(), SECOND).model_copy(update={"id": UUID(int=23)})
    put = domain.put(agreed(), change(UP | {"id": FIRST}), TODAY)
    joined = key_results.add_key_result(put, other)
    assert joined.pending is not None
    assert joined.pending.key_results[1:] == (other,)
    assert joined.wording == joined.version
    held = domain.revised(joined, joined.pending, LATER)["key_results"]
    assert isinstance(held, tuple)
    assert [(it.id, it.state) for it in held] == [
        (FIRST, "open"), (SECOND, "dropped"), (other.id, "open"),
    ]  # fmt: skip
    assert held[2] == other


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"kind": "decrease", "baseline": 10, "target": 0}, "key-result-keeps-kind"),
        ({"team": UUID(int=99)}, "key-result-of-another-team"),
    ],
)
def test_a_change_that_could_not_hold_is_refused(stated: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        domain.put(agreed(), change(UP | {"id": FIRST} | stated), TODAY)


def test_a_dropped_key_result_does_not_come_back() -> None:
    dropped = key_results.drop_key_result(agreed(), FIRST)
    with pytest.raises(Problem, match="key-result-dropped"):
        domain.put(dropped, change(UP | {"id": FIRST}), TODAY)


def test_only_agreed_goals_are_changed_so() -> None:
    pending = change(UP)
    with pytest.raises(Problem, match="objective-still-proposed"):
        domain.put(agreed().model_copy(update={"state": "proposed"}), pending, TODAY)
    with pytest.raises(Problem, match="objective-closed"):
        domain.put(objectives.close(agreed(), NOW, PERSON), pending, TODAY)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "revise"},
        {"kind": "revise", "title": TITLE},
        {"kind": "revise", "key_results": [UP]},
        {"kind": "drop", "title": TITLE},
        {"kind": "drop", "key_results": [UP]},
        {"kind": "revise", "title": TITLE, "key_results": [UP | {"id": FIRST}, UP | {"id": FIRST}]},
    ],
)
def test_what_a_change_says_fits_its_kind(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChangeDraft.model_validate(said)
