"""Key results in other languages than their own: what is a draft and what was proof-read."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.problem import Problem
from contracts.okr import KeyResult, ObjectiveChanged, PendingChange
from contracts.words import LANGUAGES, Language, Translation
from services.okr.changes import domain as changes
from services.okr.changes.domain import ChangeDraft
from services.okr.cut_over import domain as cut_over
from services.okr.cut_over.domain import Decided, Going, Made
from services.okr.key_results import domain
from services.okr.objectives import domain as objectives
from services.okr.objectives.stated import (
    KeyResultDraft,
    KeyResultTranslation,
    MilestoneTranslation,
    ObjectiveFrame,
    texts_of_key_result,
)
from services.okr.strategy.stated import marks

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
TODAY, LATER = date(2026, 9, 1), date(2026, 10, 5)
TEAM, CYCLE, NEXT, GOAL, FIRST, SECOND = (UUID(int=number) for number in range(1, 7))
READ = (Translation(language="sv", state="proof-read"),)
DRAFT = (Translation(language="sv", state="draft"),)

TITLE = {"source": "fi", "fi": "Liiteohje", "sv": "Bilageanvisning"}
MODEL = {"id": "malli", "title": {"source": "fi", "fi": "Malli", "sv": "Modell"}}
READY = {"id": "valmis", "title": {"source": "fi", "fi": "Valmis", "sv": "Färdig"}}
STEPS: dict[str, Any] = {"title": TITLE, "kind": "milestones", "milestones": [MODEL, READY]}
SAME = STEPS | {"note": "Sana."}
OTHERS = {
    "the source": STEPS | {"title": TITLE | {"fi": "Ohje"}},
    "the translation": STEPS | {"title": TITLE | {"sv": "Anvisning"}},
    "a milestone": STEPS | {"milestones": [MODEL, READY | {"title": TITLE}]},
    "one more milestone": STEPS | {"milestones": [MODEL, READY, READY | {"id": "toinen"}]},
}

another = pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)


def stated(said: dict[str, Any], id_: UUID = FIRST, *read: Language) -> KeyResult:
    draft = KeyResultDraft.model_validate(said | {"proof_read": read})
    return objectives.key_result(draft, id_, TODAY)


def step(id_: str, title: str) -> MilestoneTranslation:
    return MilestoneTranslation(id=id_, title=title)


def frame(cycle: UUID = CYCLE) -> ObjectiveFrame:
    return ObjectiveFrame.model_validate(
        {"cycle": cycle, "owner_team": TEAM, "responsible_team": TEAM, "title": TITLE}
    )


def agreed(*goals: KeyResult) -> ObjectiveChanged:
    return objectives.begin(frame(), GOAL, "agreed", goals, NOW, None)


def marks_of(objective: ObjectiveChanged) -> tuple[Translation, ...]:
    (goal,) = objective.key_results
    return goal.translations


def test_what_is_said_is_a_draft_unless_it_was_proof_read() -> None:
    assert stated(STEPS).translations == DRAFT
    assert stated(STEPS, FIRST, "sv").translations == READ
    assert stated({"title": {"source": "fi", "fi": "Ohje"}, "kind": "binary"}).translations == ()
    with pytest.raises(Problem, match="translation-incomplete"):
        stated(STEPS, FIRST, "en")
    part = STEPS | {"milestones": [MODEL, READY | {"title": {"source": "fi", "fi": "Valmis"}}]}
    with pytest.raises(Problem) as refused:
        stated(part, FIRST, "sv")
    assert refused.value.facts["fields"] == ["milestones/valmis"]


def redefined(said: dict[str, Any]) -> tuple[Translation, ...]:
    before, draft = agreed(stated(STEPS, FIRST, "sv")), KeyResultDraft.model_validate(said)
    return marks_of(domain.redefine_key_result(before, FIRST, draft, LATER))


def changed(said: dict[str, Any]) -> tuple[Translation, ...]:
    """As a change has it that the team has agreed on."""
    before = agreed(stated(STEPS, FIRST, "sv"))
    draft = ChangeDraft.model_validate(
        {"kind": "revise", "title": TITLE, "key_results": [said | {"id": FIRST}]}
    )
    goals = [objectives.key_result(it, FIRST, TODAY) for it in draft.key_results]
    pending = changes.pending_of(before, draft, goals, NOW, None)
    return marks_of(before.model_copy(update=changes.revised(before, pending, LATER)))


def worded_anew(said: dict[str, Any]) -> tuple[Translation, ...]:
    goals = [stated(STEPS, FIRST, "sv")]
    proposed = objectives.begin(frame(), GOAL, "proposed", goals, NOW, None)
    return marks_of(objectives.revise(proposed, frame(), [stated(said, SECOND)], NOW))


def modified(said: dict[str, Any]) -> tuple[Translation, ...]:
    """As what goes on from it in another cycle has it."""
    going = Going(agreed(stated(STEPS, FIRST, "sv")), None, {})
    after = decided(going, said)
    assert decided(after, said) is after
    return marks_of(successor(after))


def decided(going: Going, said: dict[str, Any] | None) -> Going:
    decision = "modify" if said else "keep"
    one = Decided.model_validate({"key_result": FIRST, "decision": decision, "stated": said})
    return cut_over.decide(going, [one], NEXT, Made(None, NOW, LATER, lambda: SECOND))


def successor(going: Going) -> ObjectiveChanged:
    assert going.successor
    return going.successor


WAYS = (redefined, changed, worded_anew, modified)

each_way = pytest.mark.parametrize("way", WAYS)


@each_way
def test_it_stays_proof_read_while_its_texts_are_the_same(way: Any) -> None:
    assert way(SAME) == READ


@each_way
@another
def test_another_wording_makes_it_a_draft_again(way: Any, other: dict[str, Any]) -> None:
    assert way(other) == DRAFT


@pytest.mark.parametrize("way", [redefined, changed, modified])
@another
def test_another_wording_that_was_proof_read_is_said_to_be(way: Any, other: dict[str, Any]) -> None:
    assert way(other | {"proof_read": ["sv"]}) == READ


def test_what_is_kept_goes_on_in_its_languages() -> None:
    after = decided(Going(agreed(stated(STEPS, FIRST, "sv")), None, {}), None)
    assert marks_of(successor(after)) == READ


def test_what_was_proof_read_of_what_goes_on_stays_when_it_is_decided_again() -> None:
    after = decided(Going(agreed(stated(STEPS)), None, {}), SAME)
    read = KeyResultTranslation(state="proof-read")
    held = domain.translate_key_result(successor(after), SECOND, "sv", read)
    again = Going(after.ancestor, held, {})
    assert decided(again, SAME) is again


def test_it_is_translated_in_place_and_stays_the_same_goal() -> None:
    bare = {
        "title": {"source": "fi", "fi": "Liiteohje"},
        "kind": "milestones",
        "milestones": [{"id": "title", "title": {"source": "sv", "sv": "Modell"}}],
    }
    before = agreed(stated(bare))
    title = KeyResultTranslation(title="Attachment guide")
    once = domain.translate_key_result(before, FIRST, "en", title)
    (goal,) = once.key_results
    assert (goal.title.en, goal.revision, once.change) == ("Attachment guide", 2, "translated")
    assert goal.translations == (Translation(language="en", state="draft"),)
    assert (once.wording, once.agreements) == (before.wording, before.agreements)
    read = KeyResultTranslation(state="proof-read")
    with pytest.raises(Problem, match="translation-incomplete"):
        domain.translate_key_result(once, FIRST, "en", read)
    whole = KeyResultTranslation(milestones=(step("title", "Model"),), state="proof-read")
    (goal,) = domain.translate_key_result(once, FIRST, "en", whole).key_results
    assert goal.translations == (Translation(language="en", state="proof-read"),)
    assert goal.current.milestones
    assert (goal.current.milestones[0].title.en, goal.current.since) == ("Model", TODAY)
    unknown = KeyResultTranslation(milestones=(step("muu", "Other"),))
    with pytest.raises(Problem, match="nothing-to-translate"):
        domain.translate_key_result(once, FIRST, "en", unknown)
    with pytest.raises(Problem, match="written-in-this-language"):
        domain.translate_key_result(once, FIRST, "fi", title)


def test_a_milestone_is_translated_once_in_a_language() -> None:
    with pytest.raises(ValidationError, match="milestone is said twice"):
        KeyResultTranslation(milestones=(step("malli", "Model"), step("malli", "Example")))


def test_a_translation_is_taken_away_and_earlier_milestones_stay() -> None:
    first = agreed(stated(STEPS, FIRST, "sv"))
    more = KeyResultDraft.model_validate(OTHERS["one more milestone"])
    second = domain.redefine_key_result(first, FIRST, more, LATER)
    (goal,) = domain.untranslate_key_result(second, FIRST, "sv").key_results
    assert goal.translations == ()
    assert not any(text.sv for text in texts_of_key_result(goal).values() if text)
    assert goal.definitions[0] == first.key_results[0].current
    with pytest.raises(Problem, match="not-found"):
        domain.untranslate_key_result(second, FIRST, "en")


def test_what_is_dropped_or_closed_is_translated_no_more() -> None:
    before, said = agreed(stated(STEPS)), KeyResultTranslation(title="Guide")
    dropped = domain.drop_key_result(before, FIRST)
    with pytest.raises(Problem, match="key-result-dropped"):
        domain.translate_key_result(dropped, FIRST, "en", said)
    closed = objectives.close(before, NOW, None)
    with pytest.raises(Problem, match="objective-closed"):
        domain.translate_key_result(closed, FIRST, "en", said)
    with pytest.raises(Problem, match="objective-closed"):
        domain.untranslate_key_result(closed, FIRST, "sv")


def test_one_from_before_marks_has_none_until_it_is_worded_anew() -> None:
    told = json.loads(agreed(stated(STEPS)).data())
    del told["key_results"][0]["translations"]
    held = ObjectiveChanged.stored(json.dumps(told))
    assert marks_of(held) == ()
    for said, known in ((SAME, ()), (OTHERS["one more milestone"], DRAFT)):
        draft = KeyResultDraft.model_validate(said)
        assert marks_of(domain.redefine_key_result(held, FIRST, draft, LATER)) == known
    put = changes.put(held, put_beside(held, STEPS), LATER)
    assert agreed_on(put) == held.key_results[0], "nothing was said anew of it"


def put_beside(held: ObjectiveChanged, said: dict[str, Any], *read: Language) -> PendingChange:
    """A change of a goal, of which its one key result says this."""
    draft = ChangeDraft.model_validate(
        {"kind": "revise", "title": TITLE, "key_results": [said | {"id": FIRST}]}
    )
    return changes.pending_of(held, draft, [stated(said, FIRST, *read)], NOW, None)


def agreed_on(put: ObjectiveChanged) -> KeyResult:
    """The one key result as it is once the team has agreed on the change."""
    assert put.pending
    after = put.model_copy(update=changes.revised(put, put.pending, LATER))
    (goal,) = after.key_results
    return goal


def test_a_change_that_is_put_follows_what_is_translated_meanwhile() -> None:
    before = agreed(stated(STEPS, FIRST, "sv"))
    put = changes.put(before, put_beside(before, STEPS | {"note": "Uusi."}, "sv"), LATER)
    steps = (step("malli", "Model"), step("valmis", "Done"))
    said = KeyResultTranslation(title="Attachment guide", milestones=steps, state="proof-read")
    held = domain.translate_key_result(put, FIRST, "en", said)
    held = domain.untranslate_key_result(held, FIRST, "sv")
    assert held.wording == put.wording, "support of the change stands"
    goal = agreed_on(held)
    assert (goal.title.en, goal.title.sv, goal.note) == ("Attachment guide", None, "Uusi.")
    assert goal.translations == (Translation(language="en", state="proof-read"),)


def test_what_a_change_words_anew_follows_no_translation() -> None:
    before = agreed(stated(STEPS, FIRST, "sv"))
    other = STEPS | {"title": {"source": "fi", "fi": "Ohje ja liite"}}
    put = changes.put(before, put_beside(before, other), LATER)
    said = KeyResultTranslation(title="Attachment guide")
    held = domain.translate_key_result(put, FIRST, "en", said)
    goal = agreed_on(held)
    assert (goal.title.en, goal.translations) == (None, DRAFT)


def titles() -> st.SearchStrategy[dict[str, Any]]:
    words = st.sampled_from([None, "yksi", "kaksi"])
    said = st.fixed_dictionaries({"fi": st.sampled_from(["yksi", "kaksi"]), "sv": words})
    return said.map(lambda it: {"source": "fi"} | {name: one for name, one in it.items() if one})


def statements() -> st.SearchStrategy[dict[str, Any]]:
    def said(title: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
        milestones = [{"id": id_, "title": it} for id_, it in parts.items()]
        return STEPS | {"title": title, "milestones": milestones}

    parts = st.dictionaries(st.sampled_from(["title", "malli"]), titles(), min_size=1)
    return st.builds(said, titles(), parts)


@given(statements(), statements(), st.booleans())
def test_each_way_of_stating_it_has_the_marks_of_its_texts(
    first: dict[str, Any], then: dict[str, Any], read: bool
) -> None:
    known = stated(first)
    if read:
        held = [it.model_copy(update={"state": "proof-read"}) for it in known.translations]
        known = known.model_copy(update={"translations": tuple(held)})
    told = stated(then)
    expected = marks(texts_of_key_result(known), known.translations, texts_of_key_result(told))
    draft = KeyResultDraft.model_validate(then)
    before = agreed(known)
    assert marks_of(domain.redefine_key_result(before, FIRST, draft, LATER)) == expected
    going_on = decided(Going(before, None, {}), then)
    assert marks_of(successor(going_on)) == expected
    assert {it.language for it in expected} <= set(LANGUAGES)
