"""The pace formulas against their vectors, and what holds of them for any input."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import pace
from contracts.okr import Moment, ObjectiveState, Phase

VECTORS: dict[str, Any] = json.loads(
    Path(pace.__file__).with_name("pace_vectors.json").read_text(encoding="utf-8")
)
ZONE = ZoneInfo(VECTORS["zone"])

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
rhythms = st.sampled_from(["weekly", "monthly"])
shares = st.floats(0, 1)


def vectors(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", VECTORS[name], ids=str)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def frame(
    case: dict[str, Any],
) -> tuple[str, date | None, date, date, datetime, ZoneInfo, datetime | None]:
    agreed = case.get("agreed_at")
    return (
        case["rhythm"],
        day(case["last_check_in"]),
        date.fromisoformat(case["cycle_start"]),
        date.fromisoformat(case["cycle_end"]),
        datetime.fromisoformat(case["now"]),
        ZONE,
        datetime.fromisoformat(agreed) if agreed else None,
    )


@vectors("elapsed")
def test_elapsed_as_the_vectors_say(case: dict[str, Any]) -> None:
    start, end, on = (date.fromisoformat(case[name]) for name in ("start", "end", "day"))
    assert pace.elapsed(start, end, on) == pytest.approx(case["elapsed"])


@vectors("expected")
def test_expected_as_the_vectors_say(case: dict[str, Any]) -> None:
    start, end, on = (date.fromisoformat(case[name]) for name in ("start", "end", "day"))
    phases = [Phase.model_validate(one) for one in case["phases"]]
    assert pace.expected(start, end, on, phases) == pytest.approx(case["expected"])


@vectors("week")
def test_week_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert pace.week(date.fromisoformat(case["day"])) == case["week"]


@vectors("due_after")
def test_due_as_the_vectors_say(case: dict[str, Any]) -> None:
    found = pace.due_after(case["rhythm"], datetime.fromisoformat(case["instant"]), ZONE)
    assert found.isoformat() == case["due"]


@vectors("stale")
def test_stale_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert pace.turn(*frame(case)).stale is case["stale"]


@vectors("turn")
def test_due_and_missed_as_the_vectors_say(case: dict[str, Any]) -> None:
    found = pace.turn(*frame(case))
    told = [due.isoformat() if due else None for due in (found.due, found.missed)]
    assert told == [case["due"], case["missed"]]
    assert found.stale is (case["missed"] is not None)


@vectors("missed_at")
def test_when_a_due_is_missed_as_the_vectors_say(case: dict[str, Any]) -> None:
    found = pace.missed_at(datetime.fromisoformat(case["due"]), ZONE)
    assert found.isoformat() == case["missed_at"]


@vectors("next_due")
def test_next_due_as_the_vectors_say(case: dict[str, Any]) -> None:
    found = pace.turn(*frame(case)).next_due
    assert (found.isoformat() if found else None) == case["due"]


@vectors("status")
def test_status_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert pace.status(case["progress"], case["elapsed"], case["stale"]) == case["status"]


@vectors("weakest")
def test_weakest_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert pace.weakest(case["statuses"]) == case["weakest"]


@vectors("band")
def test_band_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert pace.band(case["confidence"]) == case["band"]


@given(days, st.integers(0, 800), days, st.integers(0, 800))
def test_elapsed_is_a_share_that_never_falls(
    start: date, length: int, on: date, later: int
) -> None:
    end = start + timedelta(days=length)
    first = pace.elapsed(start, end, on)
    assert 0 <= first <= pace.elapsed(start, end, on + timedelta(days=later)) <= 1


@st.composite
def rising(draw: st.DrawFn, start: date, length: int) -> list[Phase]:
    """Phases of a cycle of so many days after its first."""
    share = st.integers(1, 100).map(lambda number: number / 100)
    steps = draw(st.lists(st.tuples(st.integers(1, length), share), max_size=6))
    days = sorted({day for day, _ in steps})
    shares = sorted({share for _, share in steps})
    return [
        Phase(day=start + timedelta(days=day), share=share)
        for day, share in zip(days, shares, strict=False)
    ]


@given(st.data(), days, st.integers(1, 800), st.integers(-10, 810), st.integers(0, 800))
def test_what_is_expected_is_a_share_that_never_falls_and_passes_through_its_phases(
    data: st.DataObject, start: date, length: int, on: int, later: int
) -> None:
    phases = data.draw(rising(start, length))
    end, day = start + timedelta(days=length), start + timedelta(days=on)
    first = pace.expected(start, end, day, phases)
    assert 0 <= first <= pace.expected(start, end, day + timedelta(days=later), phases) + 1e-9
    assert first <= 1
    for phase in phases:
        assert pace.expected(start, end, phase.day, phases) == pytest.approx(phase.share)
    assert pace.expected(start, end, start, phases) == 0
    last = phases[-1] if phases else None
    assert pace.expected(start, end, end, phases) == (last.share if last and last.day == end else 1)


@given(days, st.integers(0, 800), st.integers(-10, 810))
def test_without_phases_what_is_expected_is_what_has_passed(
    start: date, length: int, on: int
) -> None:
    end, day = start + timedelta(days=length), start + timedelta(days=on)
    assert pace.expected(start, end, day) == pace.elapsed(start, end, day)


@given(days, st.integers(1, 400), st.integers(0, 400), st.integers(1, 400))
def test_phases_of_another_cycle_say_nothing(start: date, length: int, on: int, away: int) -> None:
    end, day = start + timedelta(days=length), start + timedelta(days=on)
    elsewhere = [
        Phase(day=start - timedelta(days=away - 1), share=0.3),
        Phase(day=end + timedelta(days=away), share=0.9),
    ]
    assert pace.expected(start, end, day, elsewhere) == pace.elapsed(start, end, day)


@given(rhythms, instants)
def test_a_due_is_the_only_one_between_its_neighbours(rhythm: str, instant: datetime) -> None:
    due = pace.due_after(rhythm, instant, ZONE)
    assert due > instant
    assert (due.weekday(), due.time()) == (4, time(12))
    before = pace.due_before(rhythm, instant, ZONE)
    assert before <= instant
    assert pace.due_after(rhythm, before, ZONE) == due
    assert pace.due_before(rhythm, due, ZONE) == due


@given(instants)
def test_a_monthly_due_is_the_month_s_last_friday(instant: datetime) -> None:
    due = pace.due_after("monthly", instant, ZONE)
    assert (due + timedelta(days=7)).month != due.month


@given(rhythms, days, st.integers(0, 400), instants, days, st.integers(0, 60))
def test_a_later_check_in_never_makes_a_goal_stale(
    rhythm: str, start: date, length: int, now: datetime, checked_in: date, later: int
) -> None:
    end = start + timedelta(days=length)
    with_earlier = pace.turn(rhythm, checked_in, start, end, now, ZONE).stale
    with_later = pace.turn(rhythm, checked_in + timedelta(days=later), start, end, now, ZONE).stale
    assert pace.turn(rhythm, None, start, end, now, ZONE).stale >= with_earlier >= with_later


@given(rhythms, days, st.integers(0, 400), instants, st.integers(0, 90))
def test_silence_only_grows_older(
    rhythm: str, start: date, length: int, now: datetime, later: int
) -> None:
    end = start + timedelta(days=length)
    first = pace.turn(rhythm, None, start, end, now, ZONE).stale
    assert first <= pace.turn(rhythm, None, start, end, now + timedelta(days=later), ZONE).stale


@given(rhythms, days, st.integers(0, 400), instants)
def test_a_check_in_on_the_day_it_is_judged_is_never_stale(
    rhythm: str, start: date, length: int, now: datetime
) -> None:
    end = start + timedelta(days=length)
    assert not pace.turn(rhythm, now.astimezone(ZONE).date(), start, end, now, ZONE).stale


@given(rhythms, days, st.integers(0, 400), instants, days | st.none())
def test_what_is_missed_was_due_and_is_so_from_its_hour_on(
    rhythm: str, start: date, length: int, now: datetime, checked_in: date | None
) -> None:
    end = start + timedelta(days=length)
    found = pace.turn(rhythm, checked_in, start, end, now, ZONE)
    for due in (found.due, found.missed):
        assert due is None or start <= due.date() <= end
    if found.missed:
        assert found.due
        assert found.missed <= found.due <= now
        at = pace.missed_at(found.missed, ZONE)
        assert at <= now
        assert pace.turn(rhythm, checked_in, start, end, at, ZONE).missed == found.missed
        earlier = at - timedelta(seconds=1)
        assert pace.turn(rhythm, checked_in, start, end, earlier, ZONE).missed != found.missed


@given(rhythms, days, st.integers(0, 400), instants, days | st.none(), instants)
def test_what_had_come_when_a_goal_was_agreed_asks_nothing(
    rhythm: str,
    start: date,
    length: int,
    now: datetime,
    checked_in: date | None,
    agreed: datetime,
) -> None:
    end = start + timedelta(days=length)
    at_any_time = pace.turn(rhythm, checked_in, start, end, now, ZONE)
    found = pace.turn(rhythm, checked_in, start, end, now, ZONE, agreed)
    for due, whenever in (
        (found.due, at_any_time.due),
        (found.missed, at_any_time.missed),
    ):
        assert due == (whenever if whenever and whenever > agreed else None)
    assert found.next_due is None or found.next_due > agreed


def moment(state: ObjectiveState, day: int, by: int | None) -> Moment:
    return Moment(state=state, at=datetime(2026, 9, day, tzinfo=UTC), by=by and UUID(int=by))


def test_only_people_agree() -> None:
    proposed, agreed = moment("proposed", 1, 7), moment("agreed", 2, 8)
    assert pace.agreed_at([proposed, agreed, moment("closed", 3, 8)]) == agreed.at
    assert pace.agreed_at([moment("agreed", 2, None)]) is None
    assert pace.agreed_at([proposed]) is None


def test_a_goal_was_closed_when_it_was_closed_last() -> None:
    states = [moment("agreed", 2, 7), moment("closed", 3, 8), moment("closed", 5, 8)]
    assert pace.closed_at("closed", states) == states[-1].at
    assert pace.closed_at("agreed", states) is None
    assert pace.closed_at("closed", []) is None


@given(shares, shares, shares)
def test_more_progress_is_never_a_weaker_status(progress: float, more: float, e: float) -> None:
    order = ["at-risk", "behind", "on-track"]
    low, high = sorted((progress, more))
    assert order.index(pace.status(low, e, False)) <= order.index(pace.status(high, e, False))


def test_thresholds_can_be_set() -> None:
    strict = pace.Thresholds(on_track=0.0, behind=-0.1)
    assert [pace.status(p, 0.5, False, strict) for p in (0.5, 0.45, 0.3)] == [
        "on-track",
        "behind",
        "at-risk",
    ]
