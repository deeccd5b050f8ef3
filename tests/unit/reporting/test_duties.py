"""How the duties of torchbearer and supervisor stand, on each side of each day that matters."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.reporting.domain import Frame
from services.reporting.duties import Missing, Standing, TeamGoal, duties

ZONE = ZoneInfo("Europe/Helsinki")
START, END = date(2026, 9, 1), date(2026, 12, 31)
GOAL, OTHER = UUID(int=1), UUID(int=2)
DAY = timedelta(days=1)


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZONE)


def frame(now: str) -> Frame:
    return Frame(START, END, at(now), ZONE)


def goal(id_: UUID = GOAL, state: str = "agreed", last: date | None = None) -> TeamGoal:
    was_agreed = state != "proposed"
    agreed_at = at("2026-08-28T10:00") if was_agreed else None
    return TeamGoal(id_, "weekly", state, was_agreed, agreed_at, last)


def taken_back(id_: UUID = GOAL) -> TeamGoal:
    """A proposal that was closed without ever having been agreed on."""
    return replace(goal(id_, "closed"), was_agreed=False, agreed_at=None)


def chosen(now: str, *goals: TeamGoal, place: str | None = None) -> Standing:
    return duties(frame(now), place, goals, ())[0]


def followed(now: str, *goals: TeamGoal, place: str | None = "running") -> Standing:
    return duties(frame(now), place, goals, ())[1]


def looked_back(now: str, *goals: TeamGoal, place: str = "running", of: set[UUID]) -> Standing:
    return duties(frame(now), place, goals, of)[2]


@pytest.mark.parametrize(
    ("now", "place", "state", "since"),
    [
        ("2026-08-31T23:59", None, "not-yet", None),
        ("2026-08-31T23:59", "setting", "under-way", None),
        ("2026-09-01T00:00", "setting", "due", at("2026-09-01T00:00")),
        ("2026-09-07T11:59", "setting", "due", at("2026-09-01T00:00")),
        ("2026-09-07T12:00", "setting", "overdue", at("2026-09-07T12:00")),
    ],
)
def test_a_team_without_goals(
    now: str, place: str | None, state: str, since: datetime | None
) -> None:
    found = chosen(now, place=place)
    assert (found.state, found.since, found.missing) == (state, since, (Missing("no-goals"),))


def test_what_is_proposed_waits_for_the_team() -> None:
    lacking = (Missing("not-agreed", GOAL),)
    for now, state in (
        ("2026-08-20T12:00", "under-way"), ("2026-09-02T12:00", "due"),
        ("2026-09-20T12:00", "overdue"),
    ):  # fmt: skip
        found = chosen(now, goal(state="proposed"))
        assert (found.state, found.missing) == (state, lacking)
    beside = chosen("2026-09-20T12:00", goal(state="proposed"), goal(OTHER))
    assert (beside.state, beside.missing) == ("under-way", lacking)


def test_what_one_recorded_waits_for_the_other_to_confirm_it() -> None:
    since = at("2026-08-30T10:00")
    lacking = (Missing("not-confirmed", GOAL, since),)
    proposed = replace(goal(state="proposed"), recorded_at=since)
    assert chosen("2026-09-20T12:00", proposed).missing == lacking
    changed = chosen("2026-09-20T12:00", replace(goal(), recorded_at=since), goal(OTHER))
    assert (changed.state, changed.missing) == ("under-way", lacking)


def test_goals_are_chosen_once_all_are_agreed_on() -> None:
    found = chosen("2026-09-20T12:00", goal(), goal(OTHER, "closed"))
    assert (found.state, found.since, found.missing) == ("done", at("2026-08-28T10:00"), ())


def test_a_proposal_that_was_taken_back_is_no_goal_of_the_team() -> None:
    lacking = (Missing("no-goals"),)
    for now, state in (("2026-08-20T12:00", "not-yet"), ("2026-09-20T12:00", "overdue")):
        found = chosen(now, taken_back())
        assert (found.state, found.missing) == (state, lacking)
    assert chosen("2026-09-20T12:00", taken_back(), goal(OTHER)).state == "done"
    assert followed("2026-10-01T12:00", taken_back()).state == "not-yet"
    assert followed("2026-10-01T12:00", taken_back(), place="closed").state == "not-yet"
    assert looked_back("2027-01-09T12:00", taken_back(), of=set()).state == "not-yet"
    whole = looked_back("2027-01-09T12:00", taken_back(), goal(OTHER), of={OTHER})
    assert (whole.state, whole.missing) == ("done", ())


@pytest.mark.parametrize(
    ("now", "state", "lack"),
    [
        ("2026-08-31T12:00", "not-yet", None),
        ("2026-09-04T11:59", "under-way", None),
        ("2026-09-04T12:00", "due", "check-in-due"),
        ("2026-09-07T11:59", "due", "check-in-due"),
        ("2026-09-07T12:00", "overdue", "check-in-missed"),
    ],
)
def test_check_ins_are_followed_as_they_fall_due(now: str, state: str, lack: str | None) -> None:
    found = followed(now, goal())
    assert (found.state, [it.lack for it in found.missing]) == (state, [lack] if lack else [])
    if lack:
        assert (found.since, found.missing[0].objective) == (at("2026-09-04T12:00"), GOAL)


@pytest.mark.parametrize("place", [None, "setting"])
@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-08-31T23:59", "not-yet"), ("2026-09-01T00:00", "due"), ("2026-09-07T11:59", "due"),
        ("2026-09-07T12:00", "overdue"),
    ],
)  # fmt: skip
def test_no_check_in_is_asked_for_before_the_team_s_place_is_running(
    now: str, state: str, place: str | None
) -> None:
    found = followed(now, goal(), place=place)
    assert (found.state, found.since) == (
        (state, None) if state == "not-yet" else (state, at("2026-09-01T00:00"))
    )
    assert found.missing == (() if state == "not-yet" else (Missing("not-running"),))
    assert followed(now, goal(state="proposed"), place=place).state == "not-yet"


def test_what_was_missed_is_told_before_what_is_due() -> None:
    late, due = goal(), goal(OTHER, last=date(2026, 9, 9))
    found = followed("2026-09-18T13:00", due, late)
    assert [(it.lack, it.objective) for it in found.missing] == [
        ("check-in-missed", GOAL), ("check-in-due", OTHER),
    ]  # fmt: skip
    assert (found.state, found.since) == ("overdue", at("2026-09-11T12:00"))


def test_nothing_is_followed_without_goals_or_after_the_end() -> None:
    assert followed("2026-10-01T12:00").state == "not-yet"
    assert followed("2026-10-01T12:00", goal(state="proposed")).state == "not-yet"
    assert followed("2026-10-01T12:00", goal(state="closed")).state == "done"
    assert followed("2026-10-01T12:00", goal(), place="closed").state == "done"
    assert followed("2027-01-02T12:00", goal(last=date(2026, 12, 31))).state == "done"
    assert followed("2027-01-02T12:00", goal()).state == "overdue"


@pytest.mark.parametrize(
    ("now", "place", "state", "since"),
    [
        ("2026-12-31T23:59", "running", "not-yet", None),
        ("2026-12-20T12:00", "retro", "due", None),
        ("2027-01-01T00:00", "running", "due", at("2027-01-01T00:00")),
        ("2027-01-03T23:59", "retro", "due", at("2027-01-01T00:00")),
        ("2027-01-04T00:00", "retro", "overdue", at("2027-01-01T00:00")),
    ],
)
def test_a_cycle_is_looked_back_on_when_it_ends(
    now: str, place: str, state: str, since: datetime | None
) -> None:
    found = looked_back(now, goal(), place=place, of=set())
    assert (found.state, found.since) == (state, since)
    assert [it.lack for it in found.missing] == ([] if state == "not-yet" else ["no-retro"])


def test_a_retro_looks_back_on_every_goal() -> None:
    whole = looked_back("2027-01-09T12:00", goal(), goal(OTHER), of={GOAL, OTHER})
    assert (whole.state, whole.missing) == ("done", ())
    part = looked_back("2027-01-09T12:00", goal(), goal(OTHER), of={GOAL})
    assert (part.state, part.missing) == ("under-way", (Missing("no-learning", OTHER),))
    assert looked_back("2027-01-09T12:00", of=set()).state == "not-yet"
