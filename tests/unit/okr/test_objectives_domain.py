"""What an objective allows: how key results are stated, and which changes its state takes."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.problem import Problem
from chassis.problem_texts import Catalogue
from contracts.choosing import Agreement, Invitation, What
from contracts.okr import (
    CutOver,
    CycleChanged,
    CycleState,
    ObjectiveChanged,
    Place,
    TeamCycleChanged,
)
from contracts.words import LANGUAGES
from services.okr.app import FOLDER
from services.okr.key_results import domain as key_results
from services.okr.objectives import domain
from services.okr.objectives.links import Links
from services.okr.objectives.stated import KeyResultDraft, ObjectiveFrame

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
TODAY = date(2026, 9, 1)
TEAM, OTHER, PERSON = UUID(int=1), UUID(int=2), UUID(int=3)
TITLE = {"source": "fi", "fi": "Asumisen hakemus ei jää odottamaan"}

CATALOGUE = Catalogue.load(FOLDER / "problems.yaml")
DRAFT = {"id": "luonnos", "title": {"source": "fi", "fi": "Luonnos"}, "weight": 20}


def draft(**fields: Any) -> KeyResultDraft:
    stated = {"title": TITLE, "kind": "decrease", "baseline": 620, "target": 250}
    return KeyResultDraft.model_validate(stated | fields)


def frame(**fields: Any) -> ObjectiveFrame:
    stated = {
        "cycle": UUID(int=9),
        "owner_team": TEAM,
        "responsible_team": TEAM,
        "contributing_teams": [OTHER, TEAM, OTHER],
        "title": TITLE,
    }
    return ObjectiveFrame.model_validate(stated | fields)


def proposed(**key_result: Any) -> ObjectiveChanged:
    goal = domain.key_result(draft(**key_result), UUID(int=20), TODAY)
    return domain.begin(frame(), UUID(int=10), "proposed", [goal], NOW, PERSON)


def imported() -> ObjectiveChanged:
    return domain.begin(frame(), UUID(int=10), "agreed", [], NOW, None)


@pytest.mark.parametrize(
    "numbers",
    [
        {"kind": "increase", "baseline": 1, "target": 1},
        {"kind": "increase", "baseline": 2, "target": 1},
        {"kind": "decrease", "baseline": 1, "target": 2},
        {"kind": "increase", "baseline": 1, "target": None},
        {"kind": "increase", "baseline": 0, "target": float("inf")},
        {"kind": "increase", "baseline": 0, "target": 1, "low": 1},
        {"kind": "binary", "baseline": 0, "target": 1},
        {"kind": "maintain", "baseline": None, "target": None, "low": 5, "high": 3},
        {"kind": "maintain", "baseline": None, "target": None, "low": 5, "high": 5},
        {"kind": "maintain", "baseline": None, "target": None, "low": 1},
        {"kind": "binary", "baseline": None, "target": None, "weight": 0},
        {"kind": "increase", "baseline": 0, "target": 1, "commit": 0.5},
        {"kind": "zones", "baseline": 52, "commit": 60, "target": 70},
        {"kind": "zones", "baseline": 52, "commit": 60, "target": 60, "stretch": 80},
        {"kind": "zones", "baseline": 52, "commit": 70, "target": 60, "stretch": 80},
        {"kind": "zones", "baseline": 9, "commit": 7, "target": 5, "stretch": 6},
        {"kind": "milestones", "baseline": None, "target": None},
        {"kind": "milestones", "baseline": None, "target": None, "milestones": []},
        {"kind": "milestones", "baseline": None, "target": None, "milestones": [DRAFT, DRAFT]},
        {"kind": "milestones", "baseline": 0, "target": 1, "milestones": [DRAFT]},
        {"kind": "binary", "baseline": None, "target": None, "milestones": [DRAFT]},
        {"kind": "zones", "baseline": None, "commit": -1, "target": 3, "stretch": 5},
        {"kind": "zones", "baseline": None, "commit": 0, "target": 3, "stretch": 5},
        {"phases": []},
    ],
)
def test_numbers_that_do_not_fit_the_kind_are_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        draft(**numbers)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"baseline": 250}, "baseline_is_target"),
        ({"baseline": 200}, "target_on_wrong_side"),
        ({"target": None}, "numbers_missing"),
        ({"low": 3}, "numbers_of_another_kind"),
        ({"phases": [("2026-10-01", 0.3), ("2026-10-01", 0.5)]}, "phases_not_rising"),
        ({"phases": [("2026-10-01", 0.3), ("2026-11-01", 0.3)]}, "phases_not_rising"),
        ({"phases": [("2026-10-01", 0.3), ("2026-09-20", 0.5)]}, "phases_not_rising"),
    ],
)
def test_what_is_wrong_is_told_as_a_rule_with_words(said: dict[str, Any], rule: str) -> None:
    if "phases" in said:
        said = {"phases": [{"day": day, "share": share} for day, share in said["phases"]]}
    with pytest.raises(ValidationError) as refused:
        draft(**said)
    assert [error["type"] for error in refused.value.errors()] == [rule]
    assert set(LANGUAGES) == CATALOGUE.words["rules"][rule].model_dump().keys()


def test_zones_without_a_baseline_begin_at_nought() -> None:
    goal = draft(kind="zones", baseline=None, commit=60, target=70, stretch=80)
    assert goal.definition(TODAY).baseline == 0


def test_what_is_expected_by_when_is_said_of_days_of_the_cycle() -> None:
    cycle = CycleChanged.model_validate(
        {
            "id": UUID(int=9), "version": 1, "change": "opened", "name": TITLE,
            "cycle_kind": "tertial", "start": "2026-09-01", "end": "2026-12-31", "state": "open",
        }
    )  # fmt: skip
    domain.check_phases([draft(phases=[{"day": "2026-12-31", "share": 0.8}])], cycle)
    for day in ("2026-09-01", "2027-01-01"):
        with pytest.raises(Problem, match="phase-outside-cycle"):
            domain.check_phases([draft(phases=[{"day": day, "share": 0.8}])], cycle)


def test_the_tolerance_of_a_corridor_is_its_width_unless_stated() -> None:
    goal = draft(kind="maintain", baseline=None, target=None, low=3, high=5)
    assert goal.definition(TODAY).tolerance == 2


def test_other_teams_are_invited_until_they_agree_and_those_of_an_import_take_part() -> None:
    made = proposed()
    assert made.contributing_teams == ()
    assert [(it.team, it.state) for it in made.invitations] == [(OTHER, "invited")]
    assert imported().contributing_teams == (OTHER,)
    assert imported().invitations == ()


def test_a_new_wording_asks_no_team_again() -> None:
    said = Invitation(team=OTHER, state="declined", at=NOW, reason="Kiire")
    made = proposed().model_copy(update={"invitations": (said,)})
    assert domain.revise(made, frame(), [], NOW).invitations == (said,)
    joined = made.model_copy(update={"invitations": (), "contributing_teams": (OTHER,)})
    assert domain.revise(joined, frame(), [], NOW).contributing_teams == (OTHER,)
    without = domain.revise(joined, frame(contributing_teams=[]), [], NOW)
    assert without.contributing_teams == ()


def test_an_objective_has_one_owner() -> None:
    with pytest.raises(ValidationError):
        frame(owner_unit=UUID(int=5))
    with pytest.raises(ValidationError):
        frame(owner_team=None)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: domain.revise(it, frame(), it.key_results, NOW),
        lambda it: domain.revise_imported(it, frame()),
        lambda it: key_results.add_key_result(it, domain.key_result(draft(), UUID(int=21), TODAY)),
        lambda it: key_results.drop_key_result(it, UUID(int=20)),
        lambda it: key_results.redefine_key_result(it, UUID(int=20), draft(target=1), TODAY),
    ],
)
def test_another_wording_undoes_what_was_said_of_the_one_before(
    change: Callable[[ObjectiveChanged], ObjectiveChanged],
) -> None:
    recorded = Agreement(what="goal", how="by-support", state="recorded", recorded_at=NOW)
    changed = change(proposed().model_copy(update={"version": 7, "agreements": (recorded,)}))
    assert (changed.wording, changed.agreements) == (8, ())


def test_a_link_is_no_other_wording() -> None:
    recorded = Agreement(what="goal", how="by-support", state="recorded", recorded_at=NOW)
    linked = domain.link(proposed().model_copy(update={"agreements": (recorded,)}), Links(()), None)
    assert (linked.wording, linked.agreements) == (1, (recorded,))


def test_what_is_agreed_is_not_reworded_as_a_proposal() -> None:
    with pytest.raises(Problem, match="objective-agreed"):
        domain.revise(imported(), frame(), [], NOW)
    with pytest.raises(Problem, match="objective-closed"):
        domain.expect_proposed(domain.close(imported(), NOW, PERSON))


def test_an_import_is_agreed_as_an_import() -> None:
    (agreement,) = imported().agreements
    assert (agreement.what, agreement.how, agreement.state) == ("goal", "imported", "agreed")
    assert agreement.recorded_by is None


def test_a_closed_objective_stays_as_it_is() -> None:
    closed = domain.close(imported(), NOW, PERSON)
    goal = domain.key_result(draft(), UUID(int=21), TODAY)
    with pytest.raises(Problem, match="objective-closed"):
        domain.close(closed, NOW, PERSON)
    with pytest.raises(Problem, match="objective-closed"):
        key_results.add_key_result(closed, goal)
    with pytest.raises(Problem, match="objective-closed"):
        domain.link(closed, Links([UUID(int=11)]), None)


def test_a_key_result_names_a_team_of_the_objective() -> None:
    with pytest.raises(Problem, match="key-result-of-another-team"):
        proposed(team=UUID(int=99))
    assert proposed(team=OTHER).key_results[0].team == OTHER


def test_what_a_key_result_measured_until_yesterday_stays() -> None:
    later = date(2026, 10, 1)
    changed = key_results.redefine_key_result(proposed(), UUID(int=20), draft(target=300), later)
    goal = changed.key_results[0]
    assert [(it.since, it.target) for it in goal.definitions] == [(TODAY, 250), (later, 300)]
    assert goal.revision == 2
    again = key_results.redefine_key_result(changed, UUID(int=20), draft(target=200), later)
    assert [it.target for it in again.key_results[0].definitions] == [250, 200]


def test_another_title_leaves_the_definition_alone() -> None:
    title = {"source": "en", "en": "No housing application is left waiting"}
    changed = key_results.redefine_key_result(
        proposed(), UUID(int=20), draft(title=title), date(2026, 10, 1)
    )
    assert len(changed.key_results[0].definitions) == 1
    assert changed.key_results[0].title.en == title["en"]


def test_key_results_do_not_count_in_the_revision_of_their_objective() -> None:
    goal = domain.key_result(draft(), UUID(int=21), TODAY)
    changed = key_results.add_key_result(proposed(), goal)
    assert (changed.version, changed.revision) == (2, 1)
    assert domain.agree(changed, NOW, PERSON).revision == 2


def test_a_goal_is_moved_with_all_that_it_has() -> None:
    agreed = domain.agree(proposed(), NOW, PERSON)
    moved = domain.move(agreed, UUID(int=8))
    assert (moved.cycle, moved.version, moved.revision) == (UUID(int=8), 3, 3)
    assert moved.key_results == agreed.key_results
    with pytest.raises(Problem, match="objective-closed"):
        domain.move(domain.close(agreed, NOW, PERSON), UUID(int=8))


@pytest.mark.parametrize("successor", [None, UUID(int=30)])
def test_a_goal_that_goes_on_elsewhere_is_not_moved(successor: UUID | None) -> None:
    agreed = domain.agree(proposed(), NOW, PERSON)
    said = CutOver(decision="keep" if successor else "drop", successor=successor, at=NOW)
    goal = agreed.key_results[0].model_copy(update={"cut_over": said})
    decided = domain.with_key_results(agreed, [goal], "cut-over")
    if successor is None:
        moved = domain.move(decided, UUID(int=8))
        assert (moved.cycle, moved.key_results[0].cut_over) == (UUID(int=8), None)
    else:
        with pytest.raises(Problem, match="objective-goes-on"):
            domain.move(decided, UUID(int=8))


def test_a_new_wording_leaves_what_goes_on_from_an_earlier_cycle() -> None:
    held = proposed()
    kept = held.key_results[0].model_copy(update={"ancestor": UUID(int=40)})
    held = domain.with_key_results(held, [kept], "cut-over")
    other = domain.key_result(draft(), UUID(int=21), TODAY)
    for _ in range(2):
        held = domain.revise(held, frame(), [other], NOW)
    assert [it.id for it in held.key_results] == [kept.id, other.id]


@pytest.mark.parametrize("place", [None, "setting", "running", "retro", "closed"])
def test_goals_come_where_the_team_has_begun_to_choose(place: Place | None) -> None:
    cycle = UUID(int=9)
    at = place and TeamCycleChanged(team=TEAM, cycle=cycle, version=1, change="moved", place=place)
    if place in domain.CHOOSING:
        domain.expect_choosing(TEAM, cycle, at or None)
    else:
        with pytest.raises(Problem, match="team-not-choosing"):
            domain.expect_choosing(TEAM, cycle, at or None)


@pytest.mark.parametrize(
    ("place", "state", "goal", "drop"),
    [
        (None, "planned", None, None),
        (None, "open", None, None),
        (None, "closed", "cycle-closed", "cycle-closed"),
        ("setting", "open", None, None),
        ("running", "open", None, None),
        ("running", "closed", "cycle-closed", None),
        ("retro", "open", "team-cycle-past", None),
        ("retro", "closed", "cycle-closed", None),
        ("closed", "open", "team-cycle-past", "team-cycle-past"),
    ],
)
def test_goals_are_chosen_and_dropped_for_as_long_as_team_and_cycle_allow(
    place: Place | None, state: CycleState, goal: str | None, drop: str | None
) -> None:
    day, cycle = date(2026, 9, 1), UUID(int=9)
    frame = CycleChanged.model_validate(
        {"id": cycle, "version": 1, "change": "made", "name": TITLE, "cycle_kind": "tertial",
         "start": day, "end": day, "state": state}
    )  # fmt: skip
    at = place and TeamCycleChanged(team=TEAM, cycle=cycle, version=1, change="moved", place=place)
    whats: tuple[What, ...] = ("goal", "revise", "drop")
    for what in whats:
        code = drop if what == "drop" else goal
        refused = pytest.raises(Problem, match=code) if code else nullcontext()
        with refused:
            domain.expect_time(what, frame, at or None)
