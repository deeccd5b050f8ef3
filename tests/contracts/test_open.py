"""What of pillars, milestones and zones other agencies may read."""

from datetime import date
from uuid import UUID

from contracts import okr, open, open_strategy
from contracts.okr import Definition, KeyResult, Milestone
from contracts.open import to_open
from contracts.progress import KeyResultUpdated
from contracts.words import Text

PILLAR, OBJECTIVE, GOAL, TEAM = (UUID(int=number) for number in range(1, 5))
TITLE = Text(source="fi", fi="Luonnos", sv="Utkast")


def test_a_pillar_is_told_with_its_promise() -> None:
    promise = Text(source="fi", fi="Apu ehtii.", en="Help arrives in time.")
    pillar = okr.PillarChanged(
        id=PILLAR, version=3, change="retired", name=TITLE, promise=promise, order=2,
        state="retired",
    )  # fmt: skip
    told = to_open(pillar)
    assert isinstance(told, open_strategy.PillarChanged)
    assert told.subject == pillar.subject == f"pillars/{PILLAR}"
    assert (told.promise, told.order, told.state) == (promise, 2, "retired")


def test_a_goal_tells_its_pillars_zones_and_milestones_without_the_past() -> None:
    steps = (Milestone(id="luonnos", title=TITLE, weight=20), Milestone(id="valmis", title=TITLE))
    past = Definition(since=date(2026, 9, 1), milestones=steps[:1])
    goals = (
        _key_result("milestones", past, Definition(since=date(2026, 10, 1), milestones=steps)),
        _key_result(
            "zones",
            Definition(since=date(2026, 9, 1), baseline=52, commit=60, target=70, stretch=80),
        ),
    )
    told = to_open(_objective(goals))
    assert isinstance(told, open.ObjectiveChanged)
    assert told.serves == (PILLAR,)
    milestones, zones = told.key_results
    assert [(it.id, it.weight) for it in milestones.milestones or ()] == [
        ("luonnos", 20), ("valmis", 1),
    ]  # fmt: skip
    assert (zones.baseline, zones.commit, zones.target, zones.stretch) == (52, 60, 70, 80)
    assert zones.milestones is None


def test_progress_tells_which_milestones_are_done() -> None:
    updated = KeyResultUpdated(
        id=GOAL, version=1, change="value-recorded", objective=OBJECTIVE, value=20,
        done=("luonnos",), objective_coverage=1, objective_progress_version=1,
    )  # fmt: skip
    told = to_open(updated)
    assert isinstance(told, open.KeyResultUpdated)
    assert told.done == ("luonnos",)


def _key_result(kind: okr.KeyResultKind, *definitions: Definition) -> KeyResult:
    return KeyResult(id=GOAL, title=TITLE, kind=kind, definitions=definitions)


def _objective(goals: tuple[KeyResult, ...]) -> okr.ObjectiveChanged:
    return okr.ObjectiveChanged.model_validate(
        {
            "id": OBJECTIVE, "version": 2, "change": "agreed", "cycle": UUID(int=9),
            "owner_team": TEAM, "responsible_team": TEAM, "title": TITLE, "rhythm": "weekly",
            "state": "agreed", "states": [{"state": "agreed", "at": "2026-09-01T09:00:00Z"}],
            "serves": [PILLAR], "key_results": goals,
        }
    )  # fmt: skip
