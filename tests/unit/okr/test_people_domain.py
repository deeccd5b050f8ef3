"""What a person's record may say."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.people import Login, Membership
from services.okr.people import domain
from services.okr.people.domain import PersonDetails

TEAM, OTHER, UNIT, PERSON = uuid4(), uuid4(), uuid4(), uuid4()
JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 31)
APRIL, JUNE = date(2026, 4, 1), date(2026, 6, 30)


def held(since: date, until: date | None = None, **more: Any) -> Membership:
    return Membership(**({"role": "member", "team": TEAM} | more), since=since, until=until)


def refusal(*memberships: Membership) -> str | None:
    try:
        domain.check_memberships(memberships)
    except Problem as problem:
        return problem.code
    return None


def test_a_head_has_a_unit_and_everyone_else_a_team() -> None:
    assert refusal(held(JANUARY, role="head", team=None, unit=UNIT)) is None
    assert refusal(held(JANUARY, role="head")) == "role-without-place"
    assert refusal(held(JANUARY, role="head", unit=UNIT)) == "role-without-place"
    assert refusal(held(JANUARY, unit=UNIT)) == "role-without-place"
    assert refusal(held(JANUARY, team=None)) == "role-without-place"
    assert refusal(held(JANUARY, team=None, unit=UNIT)) == "role-without-place"


def test_a_span_does_not_end_before_it_begins() -> None:
    assert refusal(held(JANUARY, JANUARY)) is None
    assert refusal(held(APRIL, MARCH)) == "span-backwards"


def test_the_same_role_is_not_held_twice_on_a_day() -> None:
    assert refusal(held(JANUARY, MARCH), held(APRIL)) is None
    assert refusal(held(JANUARY, APRIL), held(APRIL)) == "memberships-overlap"
    assert refusal(held(JANUARY), held(APRIL, JUNE)) == "memberships-overlap"


def test_other_roles_and_other_teams_may_go_side_by_side() -> None:
    assert refusal(held(JANUARY), held(JANUARY, role="torchbearer")) is None
    assert refusal(held(JANUARY), held(JANUARY, team=OTHER)) is None


def test_a_refusal_says_which_places_of_the_list() -> None:
    with pytest.raises(Problem) as refused:
        domain.check_memberships([held(JANUARY, team=OTHER), held(JANUARY), held(MARCH)])
    assert refused.value.facts["positions"] == [2, 3]


def test_one_version_is_told_in_two_parts() -> None:
    login = Login(issuer="https://id", subject="a.b")
    said = PersonDetails(
        name="Aino", mail="a@b.fi", language="sv", home_team=TEAM, site="Vaasa",
        logins=(login, login), memberships=(held(JANUARY),),
    )  # fmt: skip
    person = domain.create(PERSON, said, "created")
    after = domain.change(person, said, "changed")
    contact, roles = after.contact(), after.roles()
    assert contact.version == roles.version == 2
    assert contact.change == roles.change == "changed"
    assert (contact.name, contact.mail, contact.language) == ("Aino", "a@b.fi", "sv")
    assert (roles.logins, roles.site, roles.home_team) == ((login,), "Vaasa", TEAM)
    assert "Aino" not in roles.data().decode()


days = st.dates(date(2026, 1, 1), date(2026, 1, 12))


@given(st.lists(st.tuples(days, st.none() | days, st.sampled_from(["member", "deputy"]))))
def test_overlap_is_a_day_that_two_spans_share(
    spans: list[tuple[date, date | None, str]],
) -> None:
    valid = [(since, until, role) for since, until, role in spans if not until or since <= until]
    calendar = [date(2026, 1, day) for day in range(1, 14)]
    doubled = any(
        sum(since <= day <= (until or day) and role == wanted for since, until, role in valid) > 1
        for day in calendar
        for wanted in ("member", "deputy")
    )
    code = refusal(*(held(since, until, role=role) for since, until, role in valid))
    assert code == ("memberships-overlap" if doubled else None)
