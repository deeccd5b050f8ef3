"""What the tables must hold after a history: a fold in plain Python, apart from the code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from contracts import checkins, okr, organisation, people, retro
from contracts.envelope import Event
from contracts.progress import KeyResultUpdated, ValueRecorded

Row = dict[str, Any]
Placed = Iterator[tuple[str, Row]]

OBJECTIVE = (
    "id", "version", "cycle", "owner_unit", "owner_team", "responsible_team",
    "contributing_teams", "title", "benefit", "from_what", "to_what", "rhythm", "state",
    "contributes_to", "contributes_to_key_results", "serves", "ancestor",
)  # fmt: skip
KEY_RESULT = ("id", "title", "kind", "unit", "team", "state")
DEFINITION = ("since", "baseline", "target", "low", "high", "tolerance", "commit", "stretch")
VALUE = (
    "id", "version", "key_result", "source", "source_version", "source_values", "number",
    "effective_date", "value", "done", "withdrawn", "confidence", "counted", "reason", "standing",
)  # fmt: skip
CHECK_IN = ("id", "version", "objective", "team", "number", "effective_date", "help_wanted")


def fold(events: Iterable[Event]) -> dict[str, list[Row]]:
    """Table → rows as JSON has them."""
    all_ = list(events)
    tables: dict[str, list[Row]] = defaultdict(list)
    for event in _newest(all_).values():
        for table, row in _rows(event):
            tables[table].append(row)
    for table, row in (*_totals(all_), *_seen(all_)):
        tables[table].append(row)
    return tables


def _newest(events: list[Event]) -> dict[str, Event]:
    newest: dict[str, Event] = {}
    for event in events:
        if event.subject not in newest or newest[event.subject].version < event.version:
            newest[event.subject] = event
    return newest


def _rows(event: Event) -> Placed:
    said = event.model_dump(mode="json")
    if isinstance(event, organisation.UnitChanged):
        names = ("id", "version", "unit_kind", "name", "parent")
        yield "units", _some(said, *names)
        yield "directory_units", _some(said, "id", "version", "parent")
    elif isinstance(event, organisation.TeamChanged):
        yield "teams", _some(said, "id", "version", "name", "parent")
        yield "directory_teams", _some(said, "id", "version", "parent")
    elif isinstance(event, people.MembershipsChanged):
        yield from _person(said)
    elif isinstance(event, okr.PillarChanged):
        row = _some(said, "id", "version", "name", "promise", "state")
        yield "pillars", row | {"place": said["order"], "proof_read": _proof_read(said)}
    elif isinstance(event, okr.CycleChanged):
        dates = {"start_date": said["start"], "end_date": said["end"]}
        yield "cycles", _some(said, "id", "version", "name", "cycle_kind", "state") | dates
    elif isinstance(event, okr.TeamCycleChanged):
        yield "team_cycles", _some(said, "team", "cycle", "version", "place")
    elif isinstance(event, okr.ObjectiveChanged):
        yield from _objective(said)
    elif isinstance(event, ValueRecorded):
        yield "recorded_values", _some(said, *VALUE)
    elif isinstance(event, KeyResultUpdated):
        told = _some(said, "version", "value", "done", "effective_date", "progress", "unclamped")
        yield "key_result_progress", {"key_result": said["id"]} | told
    elif isinstance(event, checkins.CheckInRecorded):
        entries = [_known(entry) for entry in said["entries"]]
        yield "check_ins", _some(said, *CHECK_IN) | {"entries": entries}
    elif isinstance(event, retro.RetroCompleted):
        yield from _learnings(said)


def _person(said: Row) -> Placed:
    yield "people", _some(said, "id", "version", "site", "home_team")
    for login in said["logins"]:
        yield "directory_logins", {"person": said["id"]} | login
    for held in said["memberships"]:
        yield "directory_memberships", {"person": said["id"]} | held


def _recorded_at(said: Row) -> Any:
    """Since when the other of the two is to confirm how the team chose."""
    waiting = [it["recorded_at"] for it in said["agreements"][-1:] if it["state"] == "recorded"]
    return waiting[0] if waiting and said["state"] != "closed" else None


def _objective(said: Row) -> Placed:
    closed = [it["at"] for it in said["states"] if it["state"] == "closed"]
    agreed = [it["at"] for it in said["states"] if it["state"] == "agreed" and it["by"]]
    row = {
        "closed_at": closed[-1] if closed else None,
        "was_agreed": "agreed" in (said["state"], *(it["state"] for it in said["states"])),
        "agreed_at": agreed[-1] if agreed else None,
        "recorded_at": _recorded_at(said),
        "proof_read": _proof_read(said),
    }
    yield "objectives", _some(said, *OBJECTIVE) | row
    for position, goal in enumerate(said["key_results"]):
        definitions = [
            _known(_some(one, *DEFINITION, "milestones", "phases")) for one in goal["definitions"]
        ]
        placed = {"objective": said["id"], "position": position, "definitions": definitions}
        yield "key_results", _some(goal, *KEY_RESULT) | placed


def _proof_read(said: Row) -> list[str]:
    return [it["language"] for it in said["translations"] if it["state"] == "proof-read"]


def _learnings(said: Row) -> Placed:
    for finding in said["findings"]:
        for learned in finding["learnings"]:
            of = _some(said, "team", "cycle") | _some(finding, "objective", "result")
            yield "learnings", learned | of | {"retro": said["id"]}


def _totals(events: list[Event]) -> Placed:
    """The totals of each objective are those of its newest transaction."""
    newest: dict[str, KeyResultUpdated] = {}
    for event in events:
        if isinstance(event, KeyResultUpdated):
            held = newest.get(event.key)
            totals = event.objective_progress_version
            if held is None or held.objective_progress_version < totals:
                newest[event.key] = event
    for objective, event in newest.items():
        row = {"version": event.objective_progress_version, "objective": objective}
        shares = {"progress": event.objective_progress, "coverage": event.objective_coverage}
        yield "objective_progress", row | shares


def _seen(events: list[Event]) -> Placed:
    """Every aggregate's newest version; a check-in is counted when all its values are here."""
    for subject, event in _newest(events).items():
        kind, _, id_ = subject.partition("/")
        yield "seen", {"kind": kind, "id": id_, "version": event.version}
    counted: dict[str, int] = {}
    for event in events:
        if isinstance(event, ValueRecorded) and event.source.startswith("check-in/"):
            id_ = event.source.removeprefix("check-in/")
            counted[id_] = max(counted.get(id_, 0), event.source_version)
    for id_, version in counted.items():
        yield "seen", {"kind": "counted", "id": id_, "version": version}


def _some(said: Row, *names: str) -> Row:
    return {name: said[name] for name in names}


def _known(value: Row) -> Row:
    """What is not known is left out of a JSON column."""
    return {name: it for name, it in value.items() if it is not None}
