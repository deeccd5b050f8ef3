"""How key results go on at a cut-over: what is decided, what follows, what can't be undone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.problem import Problem
from contracts.okr import (
    Definition,
    KeyResult,
    ObjectiveChanged,
    Phase,
    Place,
    TeamCycleChanged,
)
from contracts.scores import Score
from contracts.words import Text
from services.okr.cut_over import domain
from services.okr.cut_over.domain import Decided, Decisions, Going, Made
from services.okr.objectives import domain as objectives
from services.okr.objectives.stated import ObjectiveFrame

TEAM, OTHER, PERSON = UUID(int=1), UUID(int=2), UUID(int=3)
OLD, NEW, THIRD = UUID(int=11), UUID(int=12), UUID(int=13)
NOW, TODAY = datetime(2026, 8, 28, 9, tzinfo=UTC), date(2026, 8, 28)
TITLE = Text(source="fi", fi="Hakemus ei jää odottamaan")
NUMBERS = count(1000)
STATED: Any = {"title": TITLE, "kind": "decrease", "baseline": 455, "target": 150}


def goal(number: int, **more: Any) -> KeyResult:
    definition = Definition(since=date(2026, 5, 1), baseline=620, target=250, weight=2)
    given: dict[str, Any] = {
        "id": UUID(int=number), "title": TITLE, "kind": "decrease", "unit": "kpl", "team": OTHER,
        "revision": 4, "definitions": (definition,),
    }  # fmt: skip
    return KeyResult(**(given | more))


def ending(*goals: KeyResult, agreed: bool = True) -> ObjectiveChanged:
    frame = ObjectiveFrame(
        cycle=OLD, owner_team=TEAM, responsible_team=TEAM, contributing_teams=(OTHER,),
        title=TITLE, benefit=TITLE, serves=(UUID(int=70),), contributes_to=(UUID(int=71),),
        contributes_to_key_results=(UUID(int=72),),
    )  # fmt: skip
    made = objectives.begin(frame, UUID(int=20), "proposed", goals, NOW, PERSON)
    return objectives.agree(made, NOW, PERSON) if agreed else made


def made() -> Made:
    return Made(PERSON, NOW, TODAY, lambda: UUID(int=next(NUMBERS)))


def decided(number: int, decision: str, **more: Any) -> Decided:
    stated = STATED if decision == "modify" else None
    return Decided.model_validate(
        {"key_result": UUID(int=number), "decision": decision, "stated": stated} | more
    )


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value.code


def begun(*decisions: Decided, objective: ObjectiveChanged | None = None) -> Going:
    going = Going.of(objective or ending(goal(21), goal(22)), ())
    return domain.decide(going, decisions, NEW, made())


def again(going: Going) -> Going:
    """As it is found when the next call comes."""
    return Going.of(going.ancestor, [going.successor] if going.successor else [])


def test_what_is_kept_goes_on_as_it_is() -> None:
    after = begun(decided(21, "keep"))
    before, successor = after.ancestor.key_results[0], after.successor
    assert successor is not None
    (kept,) = successor.key_results
    assert (before.cut_over and before.cut_over.model_dump()) == {
        "decision": "keep", "successor": kept.id, "at": NOW,
    }  # fmt: skip
    assert before.revision == 5
    assert (kept.ancestor, kept.revision, kept.cut_over) == (before.id, 1, None)
    same = {"title", "kind", "unit", "team", "state"}
    assert kept.model_dump(include=same) == before.model_dump(include=same)
    assert kept.definitions == (before.current.model_copy(update={"since": TODAY}),)
    assert (successor.ancestor, successor.cycle, successor.state) == (
        after.ancestor.id, NEW, "proposed",
    )  # fmt: skip
    stays = {"owner_team", "responsible_team", "contributing_teams", "title", "benefit", "serves"}
    assert successor.model_dump(include=stays) == after.ancestor.model_dump(include=stays)
    assert (after.ancestor.version, after.ancestor.change) == (3, "cut-over")
    assert after.ancestor.key_results[1].cut_over is None


def test_what_goes_on_stays_proof_read_where_it_was() -> None:
    title = TITLE.model_copy(update={"sv": "Ingen ansökan väntar", "en": "Nothing waits"})
    frame = ObjectiveFrame(
        cycle=OLD, owner_team=TEAM, responsible_team=TEAM, contributing_teams=(OTHER,),
        title=title, from_what=title, proof_read=("sv",),
    )  # fmt: skip
    held = objectives.begin(frame, UUID(int=20), "agreed", [goal(21)], NOW, PERSON)
    successor = begun(decided(21, "keep"), objective=held).successor
    assert successor is not None
    assert (successor.title, successor.from_what) == (title, title)
    assert successor.translations == held.translations
    assert {it.language: it.state for it in held.translations} == {
        "sv": "proof-read", "en": "draft",
    }  # fmt: skip


def test_what_belongs_to_the_cycle_stays_there_and_its_machines_go_on() -> None:
    phased = Definition(
        since=date(2026, 5, 1), target=250, phases=(Phase(day=date(2026, 7, 1), share=0.5),)
    )
    ended = {
        "definitions": (phased,), "machines": ("queue-meter",), "direction": "vähemmän",
        "ambition": "committed", "score": Score(agreed=0.4, at=NOW),
    }  # fmt: skip
    after = begun(
        decided(21, "keep"),
        decided(22, "modify"),
        objective=ending(goal(21, **ended), goal(22, **ended)),
    )
    assert after.successor is not None
    kept, modified = after.successor.key_results
    assert (kept.score, kept.current.phases, kept.to_be_measured) == (None, None, True)
    assert (kept.direction, kept.ambition) == ("vähemmän", "committed")
    assert kept.machines == modified.machines == ("queue-meter",)
    before = after.ancestor.key_results[0]
    assert before.score is not None
    assert before.current == phased


def test_what_is_modified_goes_on_as_stated() -> None:
    after = begun(decided(22, "modify"))
    assert after.successor is not None
    (modified,) = after.successor.key_results
    assert modified.ancestor == UUID(int=22)
    assert (modified.current.baseline, modified.current.target) == (455, 150)
    assert after.ancestor.key_results[1].current.baseline == 620


def test_what_is_dropped_ends_and_stays_open_where_it_was() -> None:
    after = begun(decided(21, "drop"), decided(22, "drop"))
    assert after.successor is None
    assert [it.state for it in after.ancestor.key_results] == ["open", "open"]
    assert domain.undecided([after.ancestor]) == []


def test_one_objective_goes_on_from_each_however_many_calls_decide() -> None:
    first = begun(decided(21, "keep"))
    second = domain.decide(again(first), [decided(22, "modify")], NEW, made())
    assert first.successor is not None
    assert second.successor is not None
    assert second.successor.id == first.successor.id
    assert [it.ancestor for it in second.successor.key_results] == [UUID(int=21), UUID(int=22)]
    assert second.successor.version == 2


@pytest.mark.parametrize("decision", ["keep", "modify", "drop"])
def test_the_same_decision_again_changes_nothing(decision: str) -> None:
    first = again(begun(decided(21, decision)))
    tomorrow = Made(PERSON, NOW + timedelta(1), TODAY + timedelta(1), made().new_id)
    assert domain.decide(first, [decided(21, decision)], NEW, tomorrow) is first


def test_what_was_done_to_a_kept_one_stays_when_it_is_kept_again() -> None:
    first = again(begun(decided(21, "keep")))
    assert first.successor is not None
    (kept,) = first.successor.key_results
    named = kept.model_copy(update={"machines": ("queue-meter",)})
    successor = first.successor.model_copy(update={"key_results": (named,)})
    since = Going.of(first.ancestor, [successor])
    after = domain.decide(since, [decided(21, "keep"), decided(22, "keep")], NEW, made())
    assert after.successor is not None
    assert named in after.successor.key_results


@given(st.lists(st.sampled_from(["keep", "modify", "drop"]), min_size=1, max_size=6))
def test_the_last_decision_holds_and_its_successor_is_the_only_one(said: list[str]) -> None:
    going = Going.of(ending(goal(21), goal(22)), ())
    going = again(domain.decide(going, [decided(22, "keep")], NEW, made()))
    for one in said:
        going = again(domain.decide(going, [decided(21, one)], NEW, made()))
    held = going.ancestor.key_results[0].cut_over
    assert held is not None
    assert held.decision == said[-1]
    assert going.successor is not None
    onward = [it for it in going.successor.key_results if it.ancestor == UUID(int=21)]
    assert [it.id for it in onward] == ([] if said[-1] == "drop" else [held.successor])
    if onward:
        assert onward[0].current.baseline == (455 if said[-1] == "modify" else 620)


def test_a_proposal_that_nothing_is_left_of_is_closed_and_another_may_begin() -> None:
    kept = begun(decided(21, "keep"))
    dropped = domain.decide(again(kept), [decided(21, "drop")], None, made())
    assert dropped.successor is not None
    assert dropped.successor.state == "closed"
    anew = domain.decide(again(dropped), [decided(21, "keep")], NEW, made())
    assert anew.successor is not None
    assert anew.successor.state == "proposed"


def agreed_on(going: Going) -> Going:
    assert going.successor is not None
    return Going.of(going.ancestor, [objectives.agree(going.successor, NOW, PERSON)])


def test_what_goes_on_agreed_takes_key_results_as_they_are_and_no_other_wording() -> None:
    first = begun(decided(21, "keep"))
    assert first.successor is not None
    agreed = objectives.agree(first.successor, NOW, PERSON)
    going = Going.of(first.ancestor, [agreed])
    assert (
        refusal(lambda: domain.decide(going, [decided(22, "modify")], NEW, made()))
        == "cut-over-revises"
    )
    joined = domain.decide(going, [decided(22, "keep")], NEW, made()).successor
    assert joined is not None
    assert [it.ancestor for it in joined.key_results] == [UUID(int=21), UUID(int=22)]


@pytest.mark.parametrize("decision", ["modify", "drop"])
def test_what_was_agreed_on_is_not_decided_anew(decision: str) -> None:
    going = agreed_on(begun(decided(21, "keep")))
    assert domain.decide(going, [decided(21, "keep")], NEW, made()) is going
    said = [decided(21, decision)]
    assert refusal(lambda: domain.decide(going, said, NEW, made())) == "cut-over-settled"


def test_what_was_left_undecided_may_join_what_was_agreed_on() -> None:
    going = agreed_on(begun(decided(21, "keep")))
    after = domain.decide(going, [decided(22, "keep")], NEW, made())
    assert after.successor is not None
    assert after.successor.state == "agreed"
    assert [it.ancestor for it in after.successor.key_results] == [UUID(int=21), UUID(int=22)]


def test_what_goes_on_elsewhere_is_said_with_where() -> None:
    going = again(begun(decided(21, "keep")))
    elsewhere = [decided(22, "keep")]
    assert refusal(lambda: domain.decide(going, elsewhere, THIRD, made())) == "cut-over-elsewhere"
    assert domain.decide(going, [decided(22, "drop")], THIRD, made()).successor == going.successor


@pytest.mark.parametrize(
    ("objective", "number"),
    [
        (ending(goal(21)), 99),
        (ending(goal(21), goal(22, state="dropped")), 22),
        (ending(goal(21), agreed=False), 21),
        (objectives.close(ending(goal(21)), NOW, PERSON), 21),
    ],
)
def test_only_open_ones_of_agreed_goals_are_decided(
    objective: ObjectiveChanged, number: int
) -> None:
    said = decided(number, "drop")
    assert refusal(lambda: begun(said, objective=objective)) == "not-in-cut-over"


@pytest.mark.parametrize(
    "body",
    [
        {"decisions": [{"key_result": TEAM, "decision": "keep"}]},
        {"to": NEW, "decisions": [{"key_result": TEAM, "decision": "modify"}]},
        {"to": NEW, "decisions": [{"key_result": TEAM, "decision": "keep", "stated": STATED}]},
        {"to": NEW, "decisions": [{"key_result": TEAM, "decision": "drop"}] * 2},
        {"to": NEW, "decisions": []},
    ],
)
def test_decisions_that_say_too_little_or_too_much_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Decisions.model_validate(body)


@pytest.mark.parametrize("place", [None, "setting", "running", "retro", "closed"])
def test_it_is_decided_as_the_cycle_ends(place: Place | None) -> None:
    at = place and TeamCycleChanged(team=TEAM, cycle=OLD, version=1, change="moved", place=place)
    if place in ("running", "retro"):
        domain.expect_ending(TEAM, OLD, at or None)
    else:
        assert refusal(lambda: domain.expect_ending(TEAM, OLD, at or None)) == "cut-over-not-now"


def test_goals_end_with_the_cycle_once_all_is_decided() -> None:
    open_one, done = ending(goal(21)), begun(decided(21, "drop"), decided(22, "drop")).ancestor
    proposal = ending(goal(23), agreed=False)
    (closed,) = domain.end([done, proposal], {UUID(int=21): 0.5}, NOW, PERSON, free=False)
    assert (closed.id, closed.state, closed.states[-1].at) == (done.id, "closed", NOW)
    assert [(it.reached, it.score) for it in closed.key_results] == [(0.5, None), (None, None)]
    with pytest.raises(Problem) as refused:
        domain.end([open_one, done], {}, NOW, PERSON, free=False)
    assert refused.value.code == "cut-over-undecided"
    assert refused.value.facts["key_results"] == [str(UUID(int=21))]
    assert [it.id for it in domain.end([open_one, done], {}, NOW, None, free=True)] == [done.id]
