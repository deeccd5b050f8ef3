"""Hints: each draws where it must and not a step before, says why, and takes any text."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.okr import Definition, KeyResult, ObjectiveChanged, PendingChange
from contracts.words import LANGUAGES, Text
from services.okr.hints import store
from services.okr.hints.domain import HINTS, Facts, Seen, as_put, drawn
from services.okr.hints.wording import LONGEST_TITLE
from tests.unit.okr.hinted import an_id, codes, goal, key_result, text

UP = {"kind": "increase", "baseline": 1, "target": 9}


def seen(*key_results: KeyResult, around: dict[str, Any] | None = None, **said: Any) -> Seen:
    return Seen(goal(key_results=key_results, **said), **(around or {}))


def measured(number: int = 1, **said: Any) -> KeyResult:
    return key_result(number, **(UP | said))


SIX = tuple(measured(number) for number in range(1, 7))
DROPPED = key_result(7, state="dropped")
SURE = {an_id(1): 9, an_id(2): 10}
OTHERS = {
    an_id(21): text("Hakemus etenee ilman turhia vaiheita"),
    an_id(22): text("Hakemus etenee"),
    an_id(23): text("Puheluun vastataan"),
}
"""Titles beside that of `goal`."""

DRAWN: list[tuple[str, Seen, Facts]] = [
    ("too-many-objectives", seen(around={"goals_of_team": 4}), {"count": 4, "most": 3}),
    ("no-key-result", seen(), {}),
    ("no-key-result", seen(DROPPED), {}),
    ("too-many-key-results", seen(*SIX), {"count": 6, "most": 5}),
    ("no-measure", seen(key_result(), key_result(2)), {"count": 2}),
    ("no-measure", seen(measured(state="dropped"), key_result(2)), {"count": 1}),
    ("no-measure", seen(measured(baseline=0, target=1)), {"count": 1}),
    ("baseline-to-measure", seen(measured(baseline=None)), {"key-results": (str(an_id(1)),)}),
    (
        "baseline-to-measure",
        seen(measured(kind="decrease", baseline=None), measured(2)),
        {"key-results": (str(an_id(1)),)},
    ),
    ("output-wording", seen(title=text("Otamme  nyt KÄYTTÖÖN sen")),
     {"words": "otamme nyt käyttöön"}),
    ("no-benefit", seen(), {}),
    ("no-benefit", seen(benefit=text("…")), {}),
    ("no-benefit", seen(benefit=text("Budjetti pitää")), {"words": "budjetti"}),
    ("serves-nothing", seen(), {}),
    ("no-aspiration", seen(measured(), measured(2), around={"confidences": SURE}), {"least": 9}),
    (
        "no-aspiration",
        seen(
            measured(ambition="aspirational"), ambition="committed", around={"confidences": SURE}
        ),
        {"least": 9},
    ),
    ("long-title", seen(title=text("a" * (LONGEST_TITLE + 1))), {"length": 91, "most": 90}),
    (
        "near-duplicate",
        seen(around={"others": OTHERS | {an_id(24): text("hakemus  etenee")}}),
        {"objectives": (str(an_id(22)), str(an_id(24)))},
    ),
]  # fmt: skip
NOT_DRAWN: list[tuple[str, Seen]] = [
    ("too-many-objectives", seen(around={"goals_of_team": 3})),
    ("no-key-result", seen(key_result())),
    ("too-many-key-results", seen(*SIX[:5], DROPPED)),
    ("no-measure", seen()),
    ("no-measure", seen(key_result(), measured(2))),
    ("no-measure", seen(measured(baseline=0, target=1, unit="osuus"))),
    ("no-measure", seen(measured(baseline=None, target=80))),
    ("no-measure", seen(key_result(kind="maintain", low=0, high=1))),
    ("no-measure", seen(key_result(kind="decrease", baseline=1, target=0))),
    ("baseline-to-measure", seen(measured(), key_result(2, kind="zones", target=5))),
    ("baseline-to-measure", seen(measured(baseline=None, state="dropped"))),
    ("output-wording", seen(title=text("Hakija ottaa palvelun käyttöön itse"))),
    ("no-benefit", seen(benefit=text("Budjetti pitää, ja asiakas saa rahansa"))),
    ("serves-nothing", seen(serves=(an_id(5),))),
    ("serves-nothing", seen(contributes_to=(an_id(6),))),
    ("no-aspiration", seen()),
    ("no-aspiration", seen(measured(), around={"confidences": {an_id(1): 8}})),
    ("no-aspiration", seen(measured(), measured(3), around={"confidences": SURE})),
    ("no-aspiration", seen(measured(ambition="committed"), around={"confidences": SURE})),
    ("no-aspiration", seen(measured(), ambition="committed", around={"confidences": SURE})),
    ("long-title", seen(title=text("a" * LONGEST_TITLE))),
    ("near-duplicate", seen(around={"others": {an_id(23): OTHERS[an_id(23)]}})),
    ("near-duplicate", seen()),
]


def _named(it: object) -> str:
    return it if isinstance(it, str) else ""


@pytest.mark.parametrize(("code", "given", "facts"), DRAWN, ids=_named)
def test_a_hint_is_drawn_and_says_what_it_rests_on(code: str, given: Seen, facts: Facts) -> None:
    assert dict(drawn(given))[code] == facts  # type: ignore[index]


@pytest.mark.parametrize(("code", "given"), NOT_DRAWN, ids=_named)
def test_a_hint_is_not_drawn_a_step_before(code: str, given: Seen) -> None:
    assert code not in codes(given)


def test_each_hint_is_shown_drawn_and_not_drawn() -> None:
    assert {code for code, _, _ in DRAWN} == {code for code, _ in NOT_DRAWN} == set(HINTS)


def test_a_closed_goal_draws_none() -> None:
    assert codes(seen(around={"goals_of_team": 9}))
    assert not codes(seen(around={"goals_of_team": 9}, state="closed"))


def test_the_most_alike_come_first_and_no_more_than_can_be_talked_about() -> None:
    others = {an_id(number): text("Hakemus etenee") for number in range(30, 40)}
    others[an_id(29)] = text("Hakemus etenee nopeasti")
    told = dict(drawn(seen(around={"others": others})))["near-duplicate"]
    assert told == {"objectives": tuple(str(an_id(number)) for number in range(30, 35))}


@pytest.mark.parametrize(("code", "facts"), [(code, facts) for code, _, facts in DRAWN])
def test_every_hint_is_told_in_each_language(code: Any, facts: Facts) -> None:
    told = [store.texts()[code].in_language(it).format_map(facts) for it in LANGUAGES]
    assert len(set(told)) == len(LANGUAGES)
    for said in told:
        assert "{" not in said
        assert 80 <= len(said) <= 240, said


# --- any text ---

NUMBERS = st.none() | st.floats(-1e9, 1e9, allow_nan=False)
TEXTS = st.builds(
    lambda source, said: Text.model_validate({"source": source, source: said}),
    st.sampled_from(LANGUAGES),
    st.text(st.characters(blacklist_characters="\0", codec="utf-8"), min_size=1, max_size=400)
    .map(lambda it: it.strip() or "x"),
)  # fmt: skip
KEY_RESULTS = st.builds(
    lambda number, title, kind, baseline, target, state: KeyResult(
        id=an_id(number), title=title, kind=kind, state=state,
        definitions=(Definition(since=date(2026, 9, 1), baseline=baseline, target=target),),
    ),
    st.integers(1, 9), TEXTS,
    st.sampled_from(["increase", "decrease", "maintain", "milestones", "binary", "zones"]),
    NUMBERS, NUMBERS, st.sampled_from(["open", "dropped"]),
)  # fmt: skip


@given(
    TEXTS,
    st.none() | TEXTS,
    st.lists(KEY_RESULTS, max_size=7),
    st.dictionaries(st.integers(1, 9).map(an_id), st.integers(0, 10)),
    st.dictionaries(st.integers(30, 60).map(an_id), TEXTS, max_size=9),
)
def test_whatever_is_written_hints_are_told(
    title: Text,
    benefit: Text | None,
    key_results: list[KeyResult],
    confidences: dict[UUID, int],
    others: dict[UUID, Text],
) -> None:
    made = goal(title=title, benefit=benefit, key_results=tuple(key_results))
    given_ = Seen(made, 4, confidences, others)
    told = dict(drawn(given_))
    assert told == dict(drawn(given_))
    for code, facts in told.items():
        for language in LANGUAGES:
            assert store.texts()[code].in_language(language).format_map(facts)
    # What is told of a goal can be kept with it.
    dismissed = [
        {"code": code, "facts": facts, "reason": "…", "at": datetime.now(UTC)}
        for code, facts in told.items()
    ]
    kept = made.model_copy(
        update={"dismissed_hints": goal(dismissed_hints=dismissed).dismissed_hints}
    )
    again = ObjectiveChanged.model_validate_json(kept.data())
    assert {it.code: it.facts for it in again.dismissed_hints} == told


def put(*key_results: KeyResult, **said: Any) -> PendingChange:
    change = {"kind": "revise", "at": datetime.now(UTC), "title": text("Jono lyhenee"), **said}
    return PendingChange.model_validate(change | {"key_results": key_results})


def test_hints_are_on_the_goal_as_its_team_would_have_it() -> None:
    held = goal(state="agreed", key_results=(measured(), DROPPED), title=text("Otamme käyttöön"))
    change = put(key_result(2), ambition="committed")
    would_be = as_put(held.model_copy(update={"pending": change}))
    assert codes(Seen(held)) == {"output-wording", "no-benefit", "serves-nothing"}
    assert codes(Seen(would_be)) == {"no-measure", "no-benefit", "serves-nothing"}
    assert (would_be.ambition, would_be.key_results) == ("committed", change.key_results)
    drop = PendingChange(kind="drop", at=datetime.now(UTC))
    for untouched in (held, held.model_copy(update={"pending": drop})):
        assert as_put(untouched) is untouched


def test_a_baseline_that_was_measured_is_not_to_be_measured_again() -> None:
    known = measured(baseline=3, baseline_measured=date(2026, 9, 21))
    change = put(measured(baseline=None), measured(2, baseline=None))
    held = goal(state="agreed", key_results=(known,), pending=change)
    would_be = as_put(held).key_results
    assert [it.to_be_measured for it in would_be] == [False, True]
