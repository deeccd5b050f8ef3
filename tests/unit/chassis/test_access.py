"""Who may what, decided purely: each rule with and without what it asks for; default no."""

from uuid import UUID, uuid4

import pytest

from chassis.access import AccessTable, Rule, Target, claim, head, in_team, scope, staff
from chassis.caller import Caller, Held
from chassis.problem import Problem

TEAM, OTHER, UNIT, ABOVE = uuid4(), uuid4(), uuid4(), uuid4()
TARGET = Target(frozenset({TEAM}), frozenset({UNIT, ABOVE}))
PERSON = uuid4()


def holding(role: str, team: UUID | None = None, unit: UUID | None = None) -> Caller:
    return Caller(PERSON, memberships=(Held(role, team, unit),))


CALLERS = {
    "nobody": Caller(),
    "admin": Caller(claims=frozenset({"admin"}), client="admin"),
    "machine": Caller(scopes=frozenset({"values:write"}), client="machine.x"),
    "staff": Caller(PERSON),
    "torchbearer here": holding("torchbearer", TEAM),
    "torchbearer elsewhere": holding("torchbearer", OTHER),
    "member here": holding("member", TEAM),
    "head of the unit": holding("head", unit=UNIT),
    "head above": holding("head", unit=ABOVE),
    "head elsewhere": holding("head", unit=OTHER),
    "member of a unit": holding("member", unit=UNIT),
}
EXPECTED: list[tuple[Rule, set[str]]] = [
    (claim("admin"), {"admin"}),
    (claim("strategy"), set()),
    (scope("values:write"), {"machine"}),
    (scope("other:scope"), set()),
    (staff(), set(CALLERS) - {"nobody", "machine"}),
    (in_team("torchbearer"), {"torchbearer here"}),
    (in_team("member", "torchbearer"), {"torchbearer here", "member here"}),
    (head(), {"head of the unit", "head above"}),
]


@pytest.mark.parametrize(
    ("rule", "permitted"), EXPECTED, ids=[" ".join(rule.names) for rule, _ in EXPECTED]
)
def test_a_rule_permits_exactly_those(rule: Rule, permitted: set[str]) -> None:
    table = AccessTable({"act": [rule]})
    found = {name for name, who in CALLERS.items() if table.permits("act", who, TARGET)}
    assert found == permitted


@pytest.mark.parametrize("caller", CALLERS)
def test_what_has_no_row_or_no_rule_is_refused(caller: str) -> None:
    table = AccessTable({"empty": []})
    for operation in ("empty", "absent"):
        assert not table.permits(operation, CALLERS[caller], TARGET)
        with pytest.raises(Problem, match="not-allowed"):
            table.admit(CALLERS[caller], operation)


@pytest.mark.parametrize("caller", CALLERS)
def test_nothing_owned_is_open_to_roles(caller: str) -> None:
    table = AccessTable({"act": [in_team("torchbearer", "member"), head()]})
    assert not table.permits("act", CALLERS[caller], Target())


def test_admission_is_for_those_who_could_ever() -> None:
    table = AccessTable({"act": [in_team("torchbearer"), head()]})
    for name, caller in CALLERS.items():
        able = name.startswith(("torchbearer", "head"))
        if able:
            table.admit(caller, "act")
            assert "act" not in caller.asked
        else:
            with pytest.raises(Problem, match="not-allowed"):
                table.admit(caller, "act")


def test_admission_is_the_whole_question_where_nothing_is_owned() -> None:
    caller = Caller(PERSON)
    AccessTable({"act": [staff()]}).admit(caller, "act")
    assert caller.asked == {"act"}


def test_a_refusal_names_the_roles_once() -> None:
    rules = [claim("admin"), in_team("deputy"), in_team("deputy"), head()]
    with pytest.raises(Problem) as refused:
        AccessTable({"act": rules}).admit(Caller(), "act")
    assert refused.value.facts == {"operation": "act", "roles": ["admin", "deputy", "head"]}


def test_rules_know_their_words() -> None:
    with pytest.raises(ValueError, match="not an agency role"):
        claim("king")
    for roles in (["king"], []):
        with pytest.raises(ValueError, match="not roles in a team"):
            in_team(*roles)


def test_differences_of_table_and_routes_are_told() -> None:
    table = AccessTable({"act": [], "idle": []})
    assert table.differences(["act", "new"]) == ["no row: new", "no operation: idle"]


def test_roles_in_a_team_are_those_that_are_read_again() -> None:
    held = (Held("torchbearer", TEAM), Held("member", OTHER), Held("head", unit=UNIT))
    now = Caller(PERSON, memberships=held).as_in(TEAM, ["member"])
    assert now.teams("torchbearer") == frozenset()
    assert now.teams("member") == {TEAM, OTHER}
    assert now.headed() == {UNIT}
    now.asked.add("act")
    assert Caller(PERSON, memberships=held, asked=now.asked).as_in(TEAM, []).asked == {"act"}
