"""How a grant to another agency is asked for, given and ended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError

from chassis.problem import Problem
from services.okr.grants import domain
from services.okr.grants.domain import Grant, GrantDetails, Step

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
BY = Step(at=datetime(2026, 11, 30, 12, tzinfo=UTC), by="admin")
SAID = GrantDetails(
    agency="meteo",
    contact="Aino Virta, aino.virta@meteo.example",
    purpose="A board of goals shared by two agencies",
    basis="Act 906/2019, section 22",
    until=TODAY,
)


def asked(until: date = TODAY) -> Grant:
    said = SAID.model_copy(update={"until": until})
    return domain.ask(uuid4(), said, ["b", "a"], BY, TODAY)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value.code


def test_a_grant_is_asked_for_then_given_then_ended() -> None:
    first = asked()
    given = domain.give(first, BY, TODAY)
    ended = domain.end(given, "not needed any more", BY)
    states = [(it.state, it.version, it.change) for it in (first, given, ended)]
    assert states == [("asked", 1, "asked"), ("granted", 2, "granted"), ("ended", 3, "ended")]
    assert (ended.asked, ended.granted, ended.ended) == (BY, BY, BY)
    assert (ended.reason, ended.topics) == ("not needed any more", ("a", "b"))


def test_a_grant_takes_no_other_step() -> None:
    given = domain.give(asked(), BY, TODAY)
    ended = domain.end(given, "over", BY)
    assert refusal(lambda: domain.give(given, BY, TODAY)) == "grant-not-asked"
    assert refusal(lambda: domain.give(ended, BY, TODAY)) == "grant-not-asked"
    assert refusal(lambda: domain.end(ended, "again", BY)) == "grant-ended"


def test_what_was_asked_for_and_not_given_can_end_too() -> None:
    ended = domain.end(asked(), "withdrawn", BY)
    assert (ended.state, ended.granted) == ("ended", None)


def test_nothing_is_asked_for_or_given_after_the_last_day() -> None:
    assert refusal(lambda: asked(TODAY - DAY)) == "grant-over"
    assert refusal(lambda: domain.give(asked(), BY, TODAY + DAY)) == "grant-over"


def test_a_grant_stands_from_when_it_is_given_to_the_end_of_its_last_day() -> None:
    given = domain.give(asked(), BY, TODAY)
    assert [it.stands(TODAY) for it in (asked(), given, domain.end(given, "over", BY))] == [
        False, True, False,
    ]  # fmt: skip
    assert not given.stands(TODAY + DAY)
    assert domain.disclosure(given, TODAY).stands
    assert not domain.disclosure(given, TODAY + DAY).stands


def test_staff_are_told_of_no_person() -> None:
    ended = domain.end(domain.give(asked(), BY, TODAY), "over", BY)
    told = domain.disclosure(ended, TODAY).model_dump_json()
    assert "Aino" not in told
    assert "admin" not in told


@pytest.mark.parametrize("code", ["", "Meteo", "a.b", "-a", "a*", "a b", "ä", "a\n", "x" * 33])
def test_what_is_no_code_of_an_agency_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        GrantDetails.model_validate(SAID.model_dump() | {"agency": code})
