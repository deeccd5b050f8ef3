"""Who may what in every service: its table against the design's words, and each rule over HTTP."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from pydantic import SecretStr

from chassis import clock, db, directory
from chassis.access import AccessTable, Target
from chassis.caller import CLAIMS, Caller
from chassis.problem import Problem
from chassis.settings import Settings
from chassis.testing.identity import ISSUER
from contracts.organisation import TeamChanged, UnitChanged
from contracts.people import Login, Membership, MembershipsChanged
from contracts.words import Text
from local.throwaway import ThrowAwayParts
from services.checkins import access as checkins
from services.notifications import access as notifications
from services.okr import access as okr_access
from services.okr.organisation.domain import ROOT as AGENCY
from services.reporting import access as reporting

TODAY = clock.today("Europe/Helsinki")
DAY = timedelta(days=1)
TEAM_ROLES = ("member", "torchbearer", "deputy", "supervisor", "project-lead")


def an_id(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


ROOT, DEPARTMENT, UNIT, SIBLING = map(an_id, ("agency", "department", "unit", "sibling"))
TEAM, OTHER_TEAM = an_id("the team"), an_id("another team")
ABOVE: Mapping[UUID, UUID | None] = {
    ROOT: None, DEPARTMENT: ROOT, UNIT: DEPARTMENT, SIBLING: DEPARTMENT,
}  # fmt: skip

Span = tuple[date, date | None]
NOW: Span = (TODAY - 100 * DAY, None)
SPANS: Mapping[str, Span] = {
    "former": (TODAY - 100 * DAY, TODAY - DAY),
    "future": (TODAY + DAY, None),
}


def _people() -> Iterator[tuple[str, str, UUID, Span]]:
    """Login, role, team or unit, and span of each person's one membership."""
    for role in TEAM_ROLES:
        yield role, role, TEAM, NOW
        yield f"{role} of another team", role, OTHER_TEAM, NOW
        for when, span in SPANS.items():
            yield f"{when} {role}", role, TEAM, span
    yield "torchbearer on the last day", "torchbearer", TEAM, (TODAY - DAY, TODAY)
    yield "supervisor from today", "supervisor", TEAM, (TODAY, None)
    for unit, name in ((UNIT, "unit"), (DEPARTMENT, "department"), (ROOT, "agency")):
        yield f"head of the {name}", "head", unit, NOW
        for when, span in SPANS.items():
            yield f"{when} head of the {name}", "head", unit, span
    yield "head of a sibling unit", "head", SIBLING, NOW


PEOPLE: Mapping[str, tuple[str, UUID, Span] | None] = {
    **{login: (role, place, span) for login, role, place, span in _people()},
    "person without a role": None,
}
TOKENS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    **{claim: (frozenset({claim}), frozenset()) for claim in sorted(CLAIMS)},
    "machine": (frozenset(), frozenset({"values:write"})),
    "machine for what names it": (frozenset(), frozenset({"values:write-named"})),
    "machine with another scope": (frozenset(), frozenset({"other:scope"})),
}
"""Callers that are nobody's login: the claims and scopes of their tokens."""

THE_LEADERS = {
    "torchbearer", "deputy", "supervisor", "torchbearer on the last day", "supervisor from today",
}  # fmt: skip
THE_TEAM = THE_LEADERS | {"member", "project-lead"}
HEADS_ABOVE = {"head of the unit", "head of the department", "head of the agency"}
ADMIN, STRATEGY, MACHINES = {"admin"}, {"strategy"}, {"machine"}
NAMED_MACHINES = {"machine for what names it"}
ALL_STAFF = PEOPLE.keys() | CLAIMS
"""Whoever is known, also while they hold no role; agency roles are of staff."""

WHO_MAY: Mapping[str, tuple[AccessTable, list[tuple[str, set[str]]]]] = {
    "okr": (
        okr_access.ACCESS,
        [
            ("create_unit change_unit put_unit_by_ref", ADMIN),
            ("create_team change_team put_team_by_ref", ADMIN),
            ("create_person change_person put_person_by_ref get_person", ADMIN),
            ("plan_year create_cycle open_cycle close_cycle", STRATEGY | ADMIN),
            ("create_pillar change_pillar retire_pillar", STRATEGY | ADMIN),
            ("translate_pillar untranslate_pillar", STRATEGY | ADMIN),
            ("put_pillar_by_ref", ADMIN),
            ("ask_grant give_grant end_grant get_grant", ADMIN),
            ("list_grants", ALL_STAFF),
            ("stand_for_torchbearer accept_candidacy", THE_TEAM),
            ("say_yes take_back_yes list_candidacies", THE_TEAM),
            ("confirm_candidacy get_hand_over", THE_LEADERS),
            ("write_hand_over decline_candidacy get_candidacy", ALL_STAFF),
            ("list_pillars get_pillar", ALL_STAFF),
            ("create_strategy change_strategy publish_strategy", STRATEGY | ADMIN),
            ("amend_strategy", STRATEGY | ADMIN),
            ("put_strategy_by_ref", ADMIN),
            ("list_strategies get_strategy", ALL_STAFF),
            ("put_cycle_by_ref put_objective_by_ref put_key_result_by_ref", ADMIN),
            ("move_team_cycle", THE_LEADERS | ADMIN),
            ("propose_objective", THE_TEAM | HEADS_ABOVE | STRATEGY),
            ("revise_objective", THE_TEAM | HEADS_ABOVE | STRATEGY),
            ("close_objective", THE_TEAM | HEADS_ABOVE),
            ("link_objective", THE_LEADERS | STRATEGY),
            ("add_key_result drop_key_result move_objective decide_cut_over", THE_LEADERS),
            ("translate_objective untranslate_objective", THE_TEAM),
            ("translate_key_result untranslate_key_result", THE_TEAM),
            ("dismiss_hint take_back_dismissal", THE_TEAM),
            ("set_baseline put_score name_machines", THE_LEADERS),
            ("put_score_by_ref", ADMIN),
            ("put_machine_value", MACHINES | NAMED_MACHINES),
            ("put_machine_values", NAMED_MACHINES),
            ("get_me", ALL_STAFF | MACHINES | NAMED_MACHINES),
            ("invite_contributor agree_to_contribute", THE_LEADERS),
            ("decline_to_contribute leave_objective", THE_LEADERS),
            ("put_change withdraw_change", THE_TEAM | HEADS_ABOVE | STRATEGY),
            ("support_objective withdraw_support get_participation", THE_TEAM),
            ("agree_objective confirm_objective put_team_choosing", THE_LEADERS),
            ("get_support get_team_choosing", ALL_STAFF),
            ("make_remark list_remarks get_remark reword_remark remove_remark", ALL_STAFF),
            ("hide_remark show_remark answer_request", THE_LEADERS),
            ("list_units get_unit list_teams get_team list_cycles get_cycle", ALL_STAFF),
            ("list_team_cycles get_team_cycle list_objectives get_objective", ALL_STAFF),
            ("get_key_result list_values get_pace get_scores get_cut_over get_hints", ALL_STAFF),
            ("get_asked", ALL_STAFF),
        ],
    ),
    "parts of okr": (
        okr_access.PARTS,
        [
            ("lead_team", THE_LEADERS),
            ("lead_unit", HEADS_ABOVE | STRATEGY),
            ("read_supporters read_candidacy", THE_TEAM),
        ],
    ),
    "checkins": (
        checkins.ACCESS,
        [
            ("record_check_in correct_check_in get_check_in_form", THE_TEAM),
            ("put_check_in_by_ref put_retro_by_ref", ADMIN),
            ("complete_retro correct_retro", THE_LEADERS),
            ("get_check_in list_check_ins get_retro list_retros", ALL_STAFF),
        ],
    ),
    "words in checkins": (checkins.WORDS, [("read_words", THE_TEAM | HEADS_ABOVE)]),
    "reporting": (
        reporting.ACCESS,
        [
            ("get_board get_overview get_practice get_history list_learnings", ALL_STAFF),
            ("get_serves get_duties list_findings", ALL_STAFF),
        ],
    ),
    "notifications": (
        notifications.ACCESS,
        [
            ("list_my_notifications mark_my_notification", ALL_STAFF),
            ("get_my_preferences put_my_preferences", ALL_STAFF),
        ],
    ),
    "parts in reporting": (
        reporting.PARTS,
        [("read_words see_teams_of_person", THE_TEAM | HEADS_ABOVE)],
    ),
}
"""Who may do what to what is the team's; the design's words, written without the tables."""


@pytest.fixture(scope="module")
async def directory_of_all(throwaway_parts: ThrowAwayParts) -> AsyncIterator[db.Database]:
    """A database that knows the units, the teams and the people."""
    throwaway_parts.start("postgres")
    settings = Settings(
        kafka="unused:9", postgres=SecretStr(throwaway_parts.database("reporting").app)
    )
    opened = await db.connect(settings, "reporting", "api")
    async with db.transaction(opened) as tx:
        await directory.apply_units(tx, [_unit(unit, above) for unit, above in ABOVE.items()])
        await directory.apply_teams(tx, [_team(TEAM, UNIT), _team(OTHER_TEAM, SIBLING)])
        await directory.apply_people(tx, [person_of(login) for login in PEOPLE])
    yield opened
    await opened.pool.close()


def _unit(unit: UUID, above: UUID | None) -> UnitChanged:
    name = Text(source="fi", fi="Yksikkö")
    said = {"id": unit, "version": 1, "change": "made", "name": name, "parent": above}
    return UnitChanged.model_validate({**said, "unit_kind": "unit", "periods": ()})


def _team(team: UUID, unit: UUID) -> TeamChanged:
    name = Text(source="fi", fi="Tiimi")
    return TeamChanged(id=team, version=1, change="made", name=name, parent=unit, periods=())


def person_of(login: str) -> MembershipsChanged:
    held = []
    if given := PEOPLE[login]:
        role, place, (since, until) = given
        where = {"unit" if role == "head" else "team": place}
        held = [Membership.model_validate({"role": role, "since": since, "until": until} | where)]
    return MembershipsChanged(
        id=an_id(login),
        version=1,
        change="made",
        logins=(Login(issuer=ISSUER, subject=login),),
        memberships=tuple(held),
    )


@pytest.fixture(scope="module")
async def callers(directory_of_all: db.Database) -> Mapping[str, Caller]:
    """Every caller as the directory knows them today."""
    async with db.reading(directory_of_all) as tx:
        people = {login: await directory.caller(tx, ISSUER, login, TODAY) for login in PEOPLE}
        tokens = {
            login: await directory.caller(tx, ISSUER, login, TODAY, claims, scopes)
            for login, (claims, scopes) in TOKENS.items()
        }
    return people | tokens


@pytest.fixture(scope="module")
async def target(directory_of_all: db.Database) -> Target:
    async with db.reading(directory_of_all) as tx:
        return Target(frozenset({TEAM}), await directory.units_above(tx, [TEAM]))


ROWS = [
    pytest.param(table, operation, expected, id=f"{service}: {operation}")
    for service, (table, rows) in WHO_MAY.items()
    for operations, expected in rows
    for operation in operations.split()
]


@pytest.mark.parametrize("service", WHO_MAY)
def test_each_operation_is_spoken_of_once(service: str) -> None:
    table, rows = WHO_MAY[service]
    named = [operation for operations, _ in rows for operation in operations.split()]
    assert sorted(named) == sorted(table.rows)


@pytest.mark.parametrize(("table", "operation", "expected"), ROWS)
def test_those_may_whom_the_design_names(
    table: AccessTable,
    operation: str,
    expected: set[str],
    callers: Mapping[str, Caller],
    target: Target,
) -> None:
    found = {name for name, who in callers.items() if table.permits(operation, who, target)}
    assert found == expected


@pytest.mark.parametrize(("table", "operation", "expected"), ROWS)
def test_roles_in_teams_and_units_open_nothing_elsewhere(
    table: AccessTable, operation: str, expected: set[str], callers: Mapping[str, Caller]
) -> None:
    elsewhere = Target(frozenset({an_id("a third team")}), frozenset({an_id("elsewhere")}))
    by_role = expected & (THE_TEAM | HEADS_ABOVE) if expected < ALL_STAFF else set()
    found = {name for name, who in callers.items() if table.permits(operation, who, elsewhere)}
    assert found == expected - by_role


OF_THE_AGENCY = ("agree", "close", "translate", "untranslate")


@pytest.mark.parametrize("verb", OF_THE_AGENCY)
def test_the_strategy_office_speaks_for_what_the_agency_owns_itself(
    verb: str, callers: Mapping[str, Caller], target: Target
) -> None:
    table, operation = okr_access.ACCESS, f"{verb}_objective"
    for units, let_in in (({AGENCY}, True), ({UNIT}, False), (set(), False)):
        owned = Target(target.teams, target.above, frozenset(units))
        found = {name for name in CLAIMS if table.permits(operation, callers[name], owned)}
        assert found == (STRATEGY if let_in else set())
    table.admit(callers["strategy"], operation)


@pytest.mark.parametrize(("table", "operation", "expected"), ROWS)
def test_without_a_rule_that_fits_it_is_refused(
    table: AccessTable, operation: str, expected: set[str], callers: Mapping[str, Caller]
) -> None:
    bare = AccessTable({name: [] for name in table.rows})
    for caller in callers.values():
        for shut in (bare, AccessTable({})):
            with pytest.raises(Problem, match="not-allowed"):
                shut.admit(caller, operation)
    of_units = {name for rule in table.rows[operation] if rule.of for name in rule.claims}
    for name in callers.keys() - expected - PEOPLE.keys() - of_units:
        with pytest.raises(Problem, match="not-allowed"):
            table.admit(callers[name], operation)


async def test_a_token_that_names_nobody_is_refused(directory_of_all: db.Database) -> None:
    async with db.reading(directory_of_all) as tx:
        with pytest.raises(Problem, match="unknown-person"):
            await directory.caller(tx, ISSUER, "stranger", TODAY)
        with pytest.raises(Problem, match="unknown-person"):
            await directory.caller(tx, "https://elsewhere.test", "member", TODAY)


async def test_a_person_never_has_scopes(directory_of_all: db.Database) -> None:
    scopes = frozenset({"values:write"})
    async with db.reading(directory_of_all) as tx:
        person = await directory.caller(tx, ISSUER, "member", TODAY, scopes=scopes)
    assert not okr_access.ACCESS.permits("put_machine_value", person, Target())
