"""The rules: whom each tells of those who hold roles, and how old what it tells may be."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from contracts import pace
from contracts.envelope import Envelope, Origin
from services.notifications.rules import domain
from services.notifications.rules.domain import HORIZON, RULES, Held, Occasion

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday, noon in Helsinki
ZONE = ZoneInfo("Europe/Helsinki")
LONG_AGO = NOW - timedelta(days=100)


def an_id(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def held(*roles: str) -> list[Held]:
    return [Held(an_id(role), role) for role in roles]


def envelope(origin: Origin = "command", time: datetime = NOW) -> Envelope:
    return Envelope(an_id("event"), "", "", "objectives/1", time, "", "", 1, origin, "", "")


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("member", "deputy", "torchbearer", "supervisor"), "torchbearer"),
        (("member", "deputy", "supervisor"), "deputy"),
        (("member", "project-lead", "supervisor"), "member project-lead"),
        (("supervisor",), ""),
        ((), ""),
    ],
)
def test_what_is_due_is_told_to_the_torchbearer_else_the_deputy_else_all(
    roles: tuple[str, ...], told: str
) -> None:
    assert domain.who_leads(held(*roles)) == {an_id(role) for role in told.split()}


def test_who_did_it_is_not_told_of_it_but_the_author_of_what_does_not_count() -> None:
    team = held("member", "torchbearer", "supervisor")
    asked = Occasion("help-wanted", "check-ins/1", "1", UUID(int=1), NOW, None, an_id("member"))
    assert domain.audience(asked, team, []) == {an_id("torchbearer"), an_id("supervisor")}
    refused = Occasion("not-counted", "check-ins/1", "1", UUID(int=1), NOW)
    assert domain.audience(refused, team, [an_id("member")]) == {an_id("member")}
    assert domain.audience(refused, team, []) == set()


def test_an_unknown_role_is_told_nothing() -> None:
    for rule in RULES.values():
        assert rule.audience(held("observer")) == set()


@pytest.mark.parametrize(
    ("origin", "age", "since", "told"),
    [
        ("command", timedelta(), LONG_AGO, True),
        ("command", HORIZON - timedelta(seconds=1), LONG_AGO, True),
        ("command", HORIZON, LONG_AGO, False),
        ("import", timedelta(), LONG_AGO, False),
        ("republish", timedelta(), LONG_AGO, False),
        ("command", timedelta(hours=2), NOW - timedelta(hours=1), False),
        ("command", timedelta(), None, False),
    ],
)
def test_the_horizon_looks_at_origin_age_and_when_telling_began(
    origin: Origin, age: timedelta, since: datetime | None, told: bool
) -> None:
    assert domain.tells(envelope(origin, NOW - age), NOW, since) is told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-11-20T09:59:59+00:00", False),
        ("2026-11-20T10:00:00+00:00", True),
        ("2026-11-21T09:59:59+00:00", True),
        ("2026-11-21T10:00:00+00:00", False),
        ("2026-11-23T09:59:59+00:00", False),
        ("2026-11-23T10:00:00+00:00", True),
        ("2026-11-24T10:00:00+00:00", False),
    ],
)
def test_goals_are_looked_at_for_a_day_from_friday_s_and_from_monday_s_noon(
    now: str, told: bool
) -> None:
    assert domain.is_time(datetime.fromisoformat(now), LONG_AGO, ZONE) is told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-12-25T10:00:00+00:00", {("due", "2026-W52"), ("missed", "2026-W51")}),
        ("2027-01-01T10:00:00+00:00", {("due", "2026-W53"), ("missed", "2026-W52")}),
        ("2027-01-04T10:00:00+00:00", {("due", "2026-W53"), ("missed", "2026-W53")}),
        ("2027-01-08T10:00:00+00:00", {("due", "2027-W01"), ("missed", "2026-W53")}),
        # Both nights in which clocks change lie between a Friday and its Monday.
        ("2026-10-26T09:59:59+00:00", {("due", "2026-W43"), ("missed", "2026-W42")}),
        ("2026-10-26T10:00:00+00:00", {("due", "2026-W43"), ("missed", "2026-W43")}),
        ("2027-03-29T08:59:59+00:00", {("due", "2027-W12"), ("missed", "2027-W11")}),
        ("2027-03-29T09:00:00+00:00", {("due", "2027-W12"), ("missed", "2027-W12")}),
    ],
)
def test_each_week_is_told_of_for_itself_over_the_year_s_end_and_clock_changes(
    now: str, told: set[tuple[str, str]]
) -> None:
    at = datetime.fromisoformat(now)
    turn = pace.turn("weekly", None, date(2026, 9, 1), date(2027, 4, 30), at, ZONE)
    found = list(domain.of_rhythm(an_id("goal"), an_id("team"), turn, at, ZONE))
    assert {(one.rule, one.occurrence) for one in found} == told
    for one in found:
        local = one.at.astimezone(ZONE)
        assert (local.isoweekday(), local.hour) == ({"due": 5, "missed": 1}[one.rule], 12)
