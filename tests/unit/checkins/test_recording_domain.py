"""What a team may say about an objective on a day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.messages import Text
from chassis.problem import Problem
from contracts.checkins import CheckInRecorded, Entry
from services.checkins.messages import Cycle, Definition, KeyResult, Milestone, Objective
from services.checkins.recording import domain
from services.checkins.replica.domain import Goal

TEAM, OTHER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)
OURS, THEIRS = UUID(int=11), UUID(int=12)
START, END = date(2026, 9, 1), date(2026, 12, 31)
TITLE = Text(source="fi", fi="Raha on tilillä")


def key_result(id_: UUID, team: UUID | None = None, state: str = "open") -> KeyResult:
    return KeyResult(
        id=id_, title=TITLE, kind="increase", team=team, state=state,
        definitions=(Definition(since=START, baseline=0, target=1),),
    )  # fmt: skip


def goal(place: str | None = "running", state: str = "agreed", dropped: bool = False) -> Goal:
    ours = key_result(OURS, state="dropped" if dropped else "open")
    objective = Objective(
        id=UUID(int=9), cycle=UUID(int=8), responsible_team=TEAM, contributing_teams=(OTHER,),
        title=TITLE, state=state, key_results=(ours, key_result(THEIRS, OTHER)),
    )  # fmt: skip
    return Goal(objective, Cycle(id=UUID(int=8), start=START, end=END), place)


def say(*goals: UUID) -> domain.Correction:
    entries = tuple(domain.Statement(key_result=one, value=0.5) for one in goals)
    return domain.Correction(entries=entries)


@given(
    st.dates(START - timedelta(days=40), END + timedelta(days=40)),
    st.dates(START - timedelta(days=40), END + timedelta(days=40)),
)
def test_a_day_is_of_the_cycle_and_not_ahead(day: date, today: date) -> None:
    if START <= day <= min(END, today):
        domain.check(goal(), TEAM, say(OURS), day, today)
        return
    with pytest.raises(Problem) as refused:
        domain.check(goal(), TEAM, say(OURS), day, today)
    assert refused.value.code == ("date-in-future" if day > today else "date-outside-cycle")


@pytest.mark.parametrize(
    ("about", "team", "said", "code"),
    [
        (goal(), STRANGER, say(OURS), "not-the-teams"),
        (goal(state="proposed"), TEAM, say(OURS), "objective-not-agreed"),
        (goal(state="a-new-code"), TEAM, say(OURS), "objective-not-agreed"),
        (goal(place=None), TEAM, say(OURS), "team-cycle-not-running"),
        (goal(place="a-new-code"), TEAM, say(OURS), "team-cycle-not-running"),
        (goal(place="closed"), TEAM, say(OURS), "team-cycle-closed"),
        (goal(place="closed", state="closed"), TEAM, say(OURS), "team-cycle-closed"),
        (goal(), TEAM, say(OURS, OURS), "key-result-twice"),
        (goal(), TEAM, say(UUID(int=99)), "key-result-unknown"),
        (goal(), TEAM, say(THEIRS), "key-result-of-another-team"),
        (goal(dropped=True), TEAM, say(OURS), "key-result-dropped"),
    ],
)
def test_refusals(about: Goal, team: UUID, said: domain.Correction, code: str) -> None:
    with pytest.raises(Problem) as refused:
        domain.check(about, team, said, START, START)
    assert refused.value.code == code


def test_a_contributing_team_says_what_is_its_own_and_what_is_everybodys() -> None:
    domain.check(goal(), OTHER, say(OURS, THEIRS), START, START)


def test_a_correction_keeps_what_is_fixed_at_birth() -> None:
    state = CheckInRecorded(
        id=UUID(int=5), version=3, change="recorded", objective=UUID(int=9), cycle=UUID(int=8),
        team=TEAM, author=UUID(int=7), number=4, effective_date=START,
        entries=(Entry(key_result=OURS, value=1.0, words="Sana"),), help_wanted="Apua",
    )  # fmt: skip
    after = domain.corrected(state, say(OURS), state.entries[:0], "corrected")
    fixed = {"id", "objective", "cycle", "team", "author", "number", "effective_date"}
    assert after.model_dump(include=fixed) == state.model_dump(include=fixed)
    assert (after.version, after.change, after.help_wanted) == (4, "corrected", None)
    shown = domain.without_words(state)
    assert (shown.entries[0].words, shown.help_wanted) == (None, None)
    assert shown.entries[0].value == 1.0


def recorded(day: date = START) -> CheckInRecorded:
    return CheckInRecorded(
        id=UUID(int=5), version=3, change="recorded", objective=UUID(int=9), cycle=UUID(int=8),
        team=TEAM, author=UUID(int=7), number=4, effective_date=day,
        entries=(Entry(key_result=OURS, value=1.0, words="Sana"),),
    )  # fmt: skip


def test_a_team_that_looks_back_corrects_with_a_reason() -> None:
    late, running = goal(place="retro"), goal()
    domain.check(late, TEAM, say(OURS), START, START)
    with pytest.raises(Problem, match="correction-without-reason"):
        domain.check_reason(late, say(OURS))
    domain.check_reason(running, say(OURS))
    why = say(OURS).model_copy(update={"reason": "Laskettiin kahdesti."})
    domain.check_reason(late, why)
    after = domain.corrected(recorded(), why, recorded().entries, "corrected")
    assert after.reason == "Laskettiin kahdesti."
    assert domain.without_words(after).reason is None


def test_an_import_and_a_late_check_in_need_no_reason() -> None:
    stated = {"objective": UUID(int=9), "team": TEAM, "date": START}
    said = domain.ImportedCheckIn.model_validate(say(OURS).model_dump(exclude={"reason"}) | stated)
    domain.check_reason(goal(place="retro"), said)


def test_a_correction_may_stay_on_a_day_that_its_goal_was_moved_away_from() -> None:
    before = START - timedelta(days=9)
    domain.check(goal(), TEAM, say(OURS), before, END, recorded(before))
    with pytest.raises(Problem, match="date-outside-cycle"):
        domain.check(goal(), TEAM, say(OURS), before, END, recorded())


MILESTONES = ("luonnos", "asiakastesti", "kaytossa")


def guide() -> Goal:
    """A goal whose one key result is reached by milestones."""
    steps = tuple(
        Milestone(id=one, title=TITLE, weight=weight)
        for one, weight in zip(MILESTONES, (20, 40, 40), strict=True)
    )
    of = key_result(OURS).model_copy(
        update={
            "kind": "milestones",
            "definitions": (Definition(since=START, milestones=steps),),
        }
    )
    about = goal()
    return Goal(about.objective.model_copy(update={"key_results": (of,)}), about.cycle, about.place)


def done(*ids: str, value: float | None = None) -> domain.Correction:
    entry = domain.Statement(key_result=OURS, value=value, done=ids)
    return domain.Correction(entries=(entry,))


@given(st.lists(st.sampled_from(MILESTONES)), st.none() | st.floats(-9, 9))
def test_what_is_done_tells_the_value(ids: list[str], value: float | None) -> None:
    (entry,) = domain.check(guide(), TEAM, done(*ids, value=value), START, START)
    weights = dict(zip(MILESTONES, (20, 40, 40), strict=True))
    assert entry.value == sum(weights[one] for one in set(ids))
    assert entry.done == tuple(one for one in MILESTONES if one in ids)


@pytest.mark.parametrize(
    ("about", "said", "code"),
    [
        (guide(), say(OURS), "done-missing"),
        (guide(), done("valmis"), "milestone-unknown"),
        (goal(), done("luonnos", value=1), "value-missing"),
        (goal(), done(), "value-missing"),
    ],
)
def test_a_kind_is_told_in_its_own_way(about: Goal, said: domain.Correction, code: str) -> None:
    with pytest.raises(Problem) as refused:
        domain.check(about, TEAM, said, START, START)
    assert refused.value.code == code
