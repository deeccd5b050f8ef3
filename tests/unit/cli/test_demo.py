"""The demo's tables fit together, and its dates are counted from one Monday."""

from collections import Counter
from datetime import date, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from cli.demo.cycles import EARLIER_CYCLE, RUNNING_CYCLE, YEAR_CYCLE
from cli.demo.dates import PASSED, Calendar, known_calendar
from cli.demo.organisation import PILLARS, TEAMS, UNITS
from cli.demo.people import people
from cli.demo.retros import FINDINGS
from cli.demo.tables import complete, fi
from contracts.people import Role
from contracts.words import Text
from services.okr.objectives.stated import KeyResultDraft

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
ROUNDS = (YEAR_CYCLE, EARLIER_CYCLE, RUNNING_CYCLE)
KEYS = {team.key for team in TEAMS}


@given(DAYS)
def test_the_running_cycle_began_twelve_weeks_before_this_monday(today: date) -> None:
    when = Calendar.of(today)
    assert when.monday.weekday() == 0
    assert timedelta() <= today - when.monday < timedelta(weeks=1)
    assert when.monday - when.running.start == timedelta(weeks=12)
    assert when.running.end - when.running.start == timedelta(weeks=17, days=-1)
    assert when.earlier.end + timedelta(days=1) == when.running.start
    assert when.year.start < when.earlier.start
    assert when.year.end == when.running.end


@given(DAYS)
def test_check_ins_lie_in_their_cycles_and_in_the_past(today: date) -> None:
    when = Calendar.of(today)
    for this in ROUNDS:
        frame, dates = this.frame(when), this.dates(when)
        assert dates == sorted(set(dates))
        assert frame.start <= dates[0]
        assert dates[-1] <= min(frame.end, today)
        longest = max(len(one.values) for goal in this.goals for one in goal.measures)
        assert longest <= len(dates)


@given(DAYS)
def test_an_interrupted_demo_is_completed_as_it_was_begun(today: date) -> None:
    begun = Calendar.of(today)
    cycles = [
        {"start": frame.start.isoformat(), "end": frame.end.isoformat(), "name": frame.name}
        for frame in (begun.year, begun.earlier, begun.running)
    ]
    # The year is the first that there is: all that follows takes minutes, and weeks may pass.
    for some in (cycles, cycles[:1], cycles[:2], cycles[2:]):
        assert known_calendar(some) == begun
    assert known_calendar(cycles[1:2]) is None
    assert known_calendar([{**cycles[0], "name": begun.running.name}]) is None


def test_goals_name_what_is_there_and_say_something_for_each_date() -> None:
    yearly = {goal.key for goal in YEAR_CYCLE.goals}
    keys = [goal.key for this in ROUNDS for goal in this.goals]
    assert len(keys) == len(set(keys)) == 6 + 12 + 12
    for this in ROUNDS:
        for goal in this.goals:
            assert {goal.team, *goal.contributing} <= KEYS
            assert set(goal.contributes_to) <= yearly
            assert set(goal.serves) <= {pillar.key for pillar in PILLARS}
            lengths = {len(one.values) for one in goal.measures}
            lengths |= {len(one.confidence) for one in goal.measures if one.confidence}
            assert len(lengths) == 1, goal.key
            assert all(1 <= position <= lengths.copy().pop() for position in goal.said)
            assert all(set(text) > {"source"} for text in (goal.title, goal.benefit))


def test_the_strategy_is_whole_in_three_languages_and_salg_writes_in_swedish() -> None:
    for pillar in PILLARS:
        assert complete(pillar.name, pillar.promise) == ["sv", "en"]
    for goal in YEAR_CYCLE.goals:
        assert goal.from_what
        assert goal.to_what
        assert goal.texts()["proof_read"] == ["sv", "en"]
    (left_out,) = YEAR_CYCLE.left_out
    assert complete(left_out.what, left_out.why) == ["sv", "en"]
    (salg,) = (goal for goal in RUNNING_CYCLE.goals if goal.team == "salg")
    assert salg.title["source"] == "sv"
    assert salg.texts()["proof_read"] == ["fi", "en"]


def test_what_is_not_whole_in_a_language_was_not_proof_read_there() -> None:
    whole, part = fi("Yksi", "Ett", "One"), fi("Kaksi", "Två")
    assert complete(whole, part) == ["sv"]
    assert complete(whole, None) == ["sv", "en"]
    assert complete(fi("Yksi"), fi("Kaksi")) == []


def test_measures_are_key_results_as_okr_takes_them() -> None:
    for this in ROUNDS:
        for goal in this.goals:
            for one in goal.measures:
                KeyResultDraft.model_validate(one.stated())
                assert all(score is None or 0 <= score <= 10 for score in one.confidence)


def test_every_team_of_the_running_cycle_has_its_goal() -> None:
    assert PASSED == 12
    assert sorted(goal.team for goal in RUNNING_CYCLE.goals) == sorted(KEYS)
    assert sorted(goal.team for goal in EARLIER_CYCLE.goals) == sorted(KEYS)
    assert [goal.key for goal in YEAR_CYCLE.goals] == ["V1", "V2", "V3", "V4", "V5", "V6"]


def test_the_demo_is_imperfect_on_purpose() -> None:
    goals = {goal.team: goal for goal in RUNNING_CYCLE.goals}
    assert all(one.values[6:] == (None,) * 6 for one in goals["kuitti"].measures)
    assert [team.key for team in TEAMS if not team.deputy] == ["kuitti"]
    helped = [
        goal.team for goal in RUNNING_CYCLE.goals if any(s.help_wanted for s in goal.said.values())
    ]
    assert helped == ["lumme"]
    low = [
        goal.team
        for goal in RUNNING_CYCLE.goals
        if any(one.confidence[-1] in (0, 1, 2, 3) for one in goal.measures)
    ]
    assert low == ["kantava", "kide"]
    kide = next(finding for finding in FINDINGS if finding.team == "kide")
    assert (kide.result, bool(kide.words)) == ("not", True)


def test_each_team_looked_back_once_and_the_three_learnings_are_there() -> None:
    assert Counter(finding.team for finding in FINDINGS) == Counter(KEYS)
    learned = [one.text for finding in FINDINGS for one in finding.learnings if one.shareable]
    for text in learned:
        Text.model_validate(text)
        assert set(text) == {"source", "fi", "sv", "en"}
    english = {text["en"] for text in learned}
    assert "We chose five goals and remembered two; next time we choose two." in english
    assert any("attachment guide followed" in text for text in english)
    assert any("only once the agenda came the day before" in text for text in english)


def test_people_have_names_and_logins_of_their_own() -> None:
    everyone = list(people())
    assert len({one.name for one in everyone}) == len({one.subject for one in everyone}) == 76
    assert {"lumme.torchbearer", "lumme.supervisor", "lumme.member1"} <= {
        p.subject for p in everyone
    }
    assert sum(one.team == "kide" for one in everyone) == 6
    assert {role for one in everyone for role in one.roles} <= set(get_args(Role))
    ids = {key: key for key in KEYS}
    body = everyone[0].body("issuer", ids, {}, date(2026, 1, 5))
    assert body["memberships"][1] == {"role": "torchbearer", "team": "lumme", "since": "2026-01-05"}


def test_the_organisation_is_a_tree() -> None:
    known: set[str] = set()
    for unit in UNITS:
        assert unit.parent is None or unit.parent in known
        known.add(unit.key)
    assert {team.unit for team in TEAMS} <= known
    assert [unit.name["fi"] for unit in UNITS if unit.kind == "department"] == [
        *("Asiakaspalvelu", "Etuuskäsittely", "Tieto", "Digipalvelut", "Yhteiset palvelut")
    ]
