"""What holds checkins together: its table of access, its problems, what it reads."""

import json
import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.access import Target
from chassis.caller import CLAIMS, Caller, Held
from chassis.problem_texts import Catalogue
from contracts import okr, organisation, people
from contracts.envelope import Event
from contracts.progress import ValueRecorded
from services.checkins.access import ACCESS, LEADERS, WORDS
from services.checkins.app import FOLDER, READS, TOPICS
from services.checkins.republishing import KEEPING

MEMBERS = frozenset(LEADERS) | {"member", "project-lead"}
TEAM, UNIT, ELSEWHERE = UUID(int=1), UUID(int=2), UUID(int=3)


def test_it_reads_events_of_the_topics_that_it_subscribes_to() -> None:
    events: list[type[Event]] = [
        organisation.UnitChanged, organisation.TeamChanged, people.MembershipsChanged,
        okr.CycleChanged, okr.TeamCycleChanged, okr.ObjectiveChanged, ValueRecorded,
    ]  # fmt: skip
    assert set(READS) == {event.type() for event in events}
    assert set(TOPICS) == {event.topic for event in events}


def test_every_problem_is_raised_somewhere_and_told_with_facts_that_it_is_given() -> None:
    catalogue = Catalogue.load(FOLDER / "problems.yaml")
    chassis_own = Catalogue.load().wordings
    own = catalogue.wordings.keys() - chassis_own.keys()
    raised: dict[str, set[str]] = {}
    for module in FOLDER.rglob("*.py"):
        text = module.read_text("utf-8")
        for code, facts in re.findall(r'Problem\(\s*"([a-z-]+)"(.*?)\)\n', text, re.S):
            given = set(re.findall(r"(\w+)=", facts))
            raised[code] = raised.get(code, given) & given
    assert raised.keys() - chassis_own.keys() == own
    for code in own:
        assert catalogue.wordings[code].placeholders() <= raised[code], code


def test_references_follow_whatever_they_name_when_it_is_published_anew() -> None:
    paths = json.loads((FOLDER / "openapi.json").read_text("utf-8"))["paths"]
    nouns = {path.split("/")[1] for path in paths if "/by-ref/" in path}
    assert {kept.by_ref for kept in KEEPING.kept} == nouns


ROLES = st.sampled_from([*sorted(MEMBERS), "head", "gardener"])


@given(role=ROLES, here=st.booleans(), claim=st.sampled_from([None, *sorted(CLAIMS)]))
def test_who_may_what(role: str, here: bool, claim: str | None) -> None:
    """The table, said once more for each role, claim, and target."""
    place = (UNIT if role == "head" else TEAM) if here else ELSEWHERE
    held = Held(role, unit=place) if role == "head" else Held(role, team=place)
    claims = frozenset([claim] if claim else [])
    caller = Caller(UUID(int=9), claims, memberships=(held,))
    target = Target(frozenset([TEAM]), frozenset([UNIT]))
    member, leader = here and role in MEMBERS, here and role in LEADERS
    expected = {
        "record_check_in": member,
        "correct_check_in": member,
        "get_check_in_form": member,
        "put_check_in_by_ref": claim == "admin",
        "complete_retro": leader,
        "correct_retro": leader,
        "put_retro_by_ref": claim == "admin",
        "get_check_in": True,
        "list_check_ins": True,
        "get_retro": True,
        "list_retros": True,
    }
    assert {name: ACCESS.permits(name, caller, target) for name in ACCESS.rows} == expected
    assert WORDS.permits("read_words", caller, target) == (member or (here and role == "head"))
