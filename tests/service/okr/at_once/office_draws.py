"""Commands as the strategy office and administrators would send them: drawn by a seed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from contracts.envelope import Event
from contracts.okr import CycleChanged, ObjectiveChanged, PillarChanged, TeamCycleChanged
from contracts.strategy import StrategyChanged
from services.okr.cycles.domain import YEAR
from services.okr.grants.domain import Grant
from services.okr.objectives.domain import CHOOSING
from services.okr.organisation.domain import ROOT
from tests.service.okr.at_once.drawing import (
    OPEN_GOALS,
    Drawing,
    draft,
    is_open,
    place_of,
    version_of,
)
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.conftest import text

E = TypeVar("E", bound=Event)

NEW = 2
"""Of cycles, pillars and strategies the newest so many are talked of, so that two commands meet."""
FIRST_YEAR, YEARS = 2030, 60
LEFT = 3
"""So many cycles at least stay open for the team to go on to."""


def _one(it: Drawing, of: Sequence[E]) -> E | None:
    return it.rnd.choice(of[-NEW:]) if of else None


def _cycles(it: Drawing, *states: str) -> list[CycleChanged]:
    return [one for one in it.world.all(CycleChanged) if one.state in states]


def _beside(it: Drawing, *states: str) -> list[CycleChanged]:
    """Those that are no year, and not of the cast."""
    found = _cycles(it, *states)
    return [one for one in found if one.cycle_kind != YEAR and str(one.id) not in it.cast.cycles]


def plan_year(it: Drawing) -> Command | None:
    if len(_years(it)) > NEW:
        return None
    return Command("plan_year", "strategy", body={"year": FIRST_YEAR + it.rnd.randrange(YEARS)})


def create_cycle(it: Drawing) -> Command | None:
    if _beside(it, "planned"):
        return None
    said = {"name": text("Väli"), "kind": "quarter", "start": "2020-01-01", "end": "2040-12-31"}
    return Command("create_cycle", "admin", body=said)


def open_cycle(it: Drawing) -> Command | None:
    return _move_cycle("open_cycle", _one(it, _beside(it, "planned")))


def close_cycle(it: Drawing) -> Command | None:
    """Mostly the goal's; one that the team runs or looks back on, one beside, or the next one."""
    here, next_ = it.running()
    may = [str(one.id) for one in _beside(it, "open")][-NEW:]
    if place_of(it.world, it.cast, here) in ("running", "retro") and not it.is_over(here):
        may.append(here)
    if it.cast.cycles.index(next_) < len(it.cast.cycles) - LEFT:
        may.append(next_)
    if not may:
        return None
    own = str(it.goal.cycle)
    chosen = own if own in may and it.rnd.random() < 0.7 else it.one(*may)
    return _move_cycle("close_cycle", it.world.get(CycleChanged, UUID(chosen)))


def open_year(it: Drawing) -> Command | None:
    return _move_cycle("open_cycle", _one(it, [one for one in _years(it) if one.state != "open"]))


def close_year(it: Drawing) -> Command | None:
    return _move_cycle("close_cycle", _one(it, [one for one in _years(it) if one.state == "open"]))


def _move_cycle(operation: str, cycle: CycleChanged | None) -> Command | None:
    if cycle is None:
        return None
    return Command(operation, "strategy", {"cycle": str(cycle.id)}, None, cycle.version)


def enter(it: Drawing) -> Command | None:
    """The team begins to choose in a cycle beside, or an administrator sets it anywhere."""
    may = [
        one
        for one in _beside(it, "planned", "open")
        if place_of(it.world, it.cast, str(one.id)) is None
    ]
    cycle = _one(it, may)
    if cycle is None:
        return None
    by = it.one(it.leader(), it.leader(), "admin")
    place = "setting" if by != "admin" else it.one("running", "retro", "closed")
    where = {"team": it.cast.lumme, "cycle": str(cycle.id)}
    return Command("move_team_cycle", by, where, {"place": place})


def leap(it: Drawing) -> Command | None:
    """An administrator ends the team's cycle, whatever is left to decide."""
    here, next_ = it.running()
    at = it.world.find(TeamCycleChanged, UUID(it.cast.lumme), UUID(here))
    if at is None or next_ == it.cast.cycles[-1]:
        return None
    where = {"team": it.cast.lumme, "cycle": here}
    return Command("move_team_cycle", "admin", where, {"place": "closed"}, at.version)


def propose_anywhere(it: Drawing) -> Command | None:
    """In the team's own cycles, or in one beside."""
    open_ = [goal for goal in it.world.all(ObjectiveChanged) if is_open(it, goal)]
    if len(open_) >= OPEN_GOALS:
        return None
    beside = [str(one.id) for one in _beside(it, "planned", "open")]
    cycle = it.one(*it.running(), *beside[-NEW:])
    return Command("propose_objective", it.one("m1", "m2"), body=draft(it, it.cast, cycle))


def move_anywhere(it: Drawing) -> Command | None:
    """To where the team has begun to choose."""
    may = [
        str(one.cycle)
        for one in it.world.all(TeamCycleChanged)
        if str(one.team) == it.cast.lumme and one.place in CHOOSING and one.cycle != it.goal.cycle
    ]
    if not may:
        return None
    return it.of_goal("move_objective", it.leader(), {"cycle": it.one(*may)})


def _years(it: Drawing) -> list[CycleChanged]:
    found = _cycles(it, "planned", "open")
    return [one for one in found if one.cycle_kind == YEAR]


def _pillars(it: Drawing) -> list[PillarChanged]:
    return [one for one in it.world.all(PillarChanged) if one.state == "current"]


def _served(it: Drawing) -> list[str]:
    pillars = [str(one.id) for one in _pillars(it)]
    return it.rnd.sample(pillars, it.rnd.randint(0, min(len(pillars), 2)))


def propose_yearly(it: Drawing) -> Command | None:
    """A goal of the agency for a year."""
    year = _one(it, _years(it))
    open_ = [goal for goal in it.world.all(ObjectiveChanged) if is_open(it, goal)]
    if year is None or len(open_) >= 2 * OPEN_GOALS:
        return None
    said = draft(it, it.cast, str(year.id)) | {"serves": _served(it), "owner_unit": str(ROOT)}
    del said["owner_team"]
    return Command("propose_objective", "strategy", body=said)


def agree_yearly(it: Drawing) -> Command | None:
    if it.goal.owner_unit != ROOT:
        return None
    return it.of_goal("agree_objective", "strategy", {"how": "in-meeting", "present": 3})


def serve(it: Drawing) -> Command:
    said = {"contributes_to": [*map(str, it.goal.contributes_to)], "serves": _served(it)}
    return it.of_goal("link_objective", it.one("strategy", it.leader()), said)


def create_pillar(it: Drawing) -> Command | None:
    if len(_pillars(it)) > NEW:
        return None
    return Command("create_pillar", "strategy", body=_pillar_said(it))


def _pillar_said(it: Drawing) -> Json:
    return {
        "name": text(it.one("Asiakas ensin", "Kerralla valmista")),
        "promise": text("Saat päätöksen ajoissa."),
        "order": it.rnd.randint(1, 3),
    }


def change_pillar(it: Drawing) -> Command | None:
    return _of_pillar(it, "change_pillar", _pillar_said(it))


def retire_pillar(it: Drawing) -> Command | None:
    return _of_pillar(it, "retire_pillar")


def translate_pillar(it: Drawing) -> Command | None:
    language = it.one("sv", "en")
    if it.rnd.random() < 0.3:
        return _of_pillar(it, "untranslate_pillar", language=language)
    said = {"name": it.one("Customers first", "Done at once")}
    return _of_pillar(it, "translate_pillar", said, language=language)


def _of_pillar(it: Drawing, operation: str, body: Json | None = None, **at: str) -> Command | None:
    pillar = _one(it, _pillars(it))
    if pillar is None:
        return None
    return Command(operation, "strategy", {"pillar": str(pillar.id), **at}, body, pillar.version)


def _strategy_said(it: Drawing, year: CycleChanged) -> Json:
    left_out = [{"what": text("Uusi puhelinjärjestelmä"), "why": text("Ensi vuonna.")}]
    return {
        "cycle": str(year.id),
        "objectives": _goals_of(it, year.id),
        "left_out": left_out if it.rnd.random() < 0.5 else [],
    }


def _goals_of(it: Drawing, year: UUID) -> list[str]:
    """Some of the agency's goals of a year, in any order."""
    goals = [
        str(one.id)
        for one in it.world.all(ObjectiveChanged)
        if (one.owner_unit, one.cycle) == (ROOT, year)
    ]
    return it.rnd.sample(goals, it.rnd.randint(0, len(goals)))


def _strategies(it: Drawing, state: str) -> list[StrategyChanged]:
    return [one for one in it.world.all(StrategyChanged) if one.state == state]


def create_strategy(it: Drawing) -> Command | None:
    said = {one.cycle for one in it.world.all(StrategyChanged)}
    year = _one(it, [one for one in _years(it) if one.id not in said])
    if year is None:
        return None
    return Command("create_strategy", "strategy", body=_strategy_said(it, year))


def change_strategy(it: Drawing) -> Command | None:
    """Said anew, mostly of the same year."""
    held, year = _one(it, _strategies(it, "draft")), _one(it, _years(it))
    if held is None or year is None:
        return None
    if it.rnd.random() < 0.7:
        year = it.world.get(CycleChanged, held.cycle)
    return _of_strategy("change_strategy", held, _strategy_said(it, year))


def publish_strategy(it: Drawing) -> Command | None:
    return _of_strategy("publish_strategy", _one(it, _strategies(it, "draft")))


def amend_strategy(it: Drawing) -> Command | None:
    held = _one(it, _strategies(it, "published"))
    if held is None:
        return None
    said: Json = {"what": text(it.one("Tavoite muuttuu", "Yksi lisää")), "why": text("Siksi.")}
    if it.rnd.random() < 0.5:
        said["objectives"] = _goals_of(it, held.cycle)
    return _of_strategy("amend_strategy", held, said)


def _of_strategy(
    operation: str, held: StrategyChanged | None, body: Json | None = None
) -> Command | None:
    if held is None:
        return None
    return Command(operation, "strategy", {"strategy": str(held.id)}, body, held.version)


def of_grant(it: Drawing) -> Command | None:
    """An agency asks, is given, or has had."""
    held = [one for one in it.world.all(Grant) if one.state != "ended"]
    if not held or it.rnd.random() < 0.2:
        said = {
            "agency": it.one("dvv", "kela"),
            "contact": "tavoitteet@dvv.example",
            "purpose": "Yhteiset tavoitteet",
            "basis": "Laki 1 §",
            "until": str(it.today + timedelta(days=30)),
        }
        return Command("ask_grant", "admin", body=said)
    one = it.rnd.choice(held)
    ended: Json = {"reason": "Sovittu."}
    operation, body = it.rnd.choice([("give_grant", None), ("end_grant", ended)])
    return Command(operation, "admin", {"grant": str(one.id)}, body, version_of(one))
