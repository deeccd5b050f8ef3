"""How often one principal may ask, and that what is remembered of them is bounded."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from chassis import overload
from chassis.auth import Token
from chassis.overload import SECOND, Places, Rates
from chassis.problem import Problem
from chassis.settings import Settings


class Elapsed:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> int:
        return int(self.now * SECOND)


def of(subject: str, roles: set[str] | None = None, scopes: set[str] | None = None) -> Token:
    return Token("https://identity.test", subject, frozenset(roles or ()), frozenset(scopes or ()))


def rates(elapsed: Callable[[], int], **settings: Any) -> Rates:
    return Rates(Settings(kafka="unused:9", postgres=SecretStr("unused"), **settings), elapsed)


def ask(held: Rates, token: Token) -> None:
    """One request, as an API counts it."""
    if not held.spend_if_known(token.subject):
        held.spend(token.subject, token)


def served(held: Rates, token: Token, most: int = 1000) -> int:
    """How many requests are served at once."""
    for number in range(most):
        try:
            ask(held, token)
        except Problem:
            return number
    return most


def test_a_principal_has_a_burst_and_then_its_rate() -> None:
    elapsed = Elapsed()
    held = rates(elapsed, rate=10, rate_burst=4)
    assert served(held, of("x")) == 40
    assert served(held, of("y")) == 40
    elapsed.now += 0.5
    assert served(held, of("x")) == 5
    elapsed.now += 100
    assert served(held, of("x")) == 40


def test_being_refused_costs_nothing_and_tells_when_it_is_over() -> None:
    elapsed = Elapsed()
    held = rates(elapsed, rate=0.1, rate_burst=20)
    assert served(held, of("x")) == 2
    for _ in range(5):
        with pytest.raises(Problem) as refused:
            ask(held, of("x"))
        assert (refused.value.code, refused.value.facts) == (
            "too-many-requests", {"retry_after": 10},
        )  # fmt: skip
    elapsed.now += 10
    assert served(held, of("x")) == 1


def test_machines_and_agency_roles_may_ask_more_often() -> None:
    held = rates(Elapsed(), rate=1, rate_machines=50, rate_burst=2)
    assert served(held, of("person")) == 2
    assert served(held, of("importer", roles={"admin"})) == 100
    assert served(held, of("machine.x", scopes={"values:write"})) == 100


def test_a_burst_is_one_request_at_least() -> None:
    assert served(rates(Elapsed(), rate=0.01, rate_burst=1), of("x")) == 1


def test_the_principal_that_was_idle_for_longest_is_forgotten() -> None:
    held = rates(Elapsed(), rate=1, rate_burst=1)
    for number in range(overload.MOST_PRINCIPALS):
        ask(held, of(str(number)))
    assert served(held, of("0")) == 0
    ask(held, of("one more"))
    assert served(held, of("0")) == 0
    assert served(held, of("1")) == 1


def test_a_place_is_left_once() -> None:
    places = Places(1)
    place = places.take()
    with pytest.raises(Problem, match="overloaded"):
        places.take()
    place.leave()
    place.leave()
    places.take()
    with pytest.raises(Problem, match="overloaded"):
        places.take()
