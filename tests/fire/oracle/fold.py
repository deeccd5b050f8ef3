"""What the tables of every service must hold after a log: a fold in plain Python."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.fire.oracle.log import Log, Row

Placed = Iterator[tuple[str, Row]]

EVERYWHERE = ("okr", "checkins", "reporting", "notifications")
READERS = ("checkins", "reporting")
CHECK_IN = "check-in/"

OKR_STATES = {
    "units": "units",
    "teams": "teams",
    "pillars": "pillars",
    "cycles": "cycles",
    "strategies": "strategies",
    "objectives": "objectives",
    "remarks": "remarks",
    "values": "recorded_values",
    "key-results": "key_result_progress",
}
"""Kinds of which okr holds each aggregate as a row `(id, version, state)`, by their tables."""

TITLE = ("source", "fi", "sv", "en")
DEFINITION = (
    "since", "baseline", "target", "low", "high", "tolerance", "commit", "stretch",
)  # fmt: skip
MILESTONE = ("id", "weight")
GOAL = ("id", "title", "kind", "unit", "team", "state")
VALUE = (
    "id", "key_result", "source", "source_version", "source_values", "number", "effective_date",
    "value", "done", "withdrawn", "confidence", "counted", "reason", "standing",
)  # fmt: skip
OBJECTIVE = (
    "id", "version", "cycle", "owner_unit", "owner_team", "responsible_team",
    "contributing_teams", "title", "benefit", "from_what", "to_what", "rhythm", "state",
    "contributes_to", "ancestor",
)  # fmt: skip
CHECK_IN_ROW = (
    "id", "version", "objective", "team", "number", "effective_date", "help_wanted",
)  # fmt: skip

SEEN = {
    "okr": ("check-ins", "retros"),
    "checkins": (
        "units", "teams", "memberships", "cycles", "team-cycles", "objectives", "values",
    ),
    "reporting": (
        "units", "teams", "memberships", "pillars", "cycles", "team-cycles", "objectives", "values",
        "key-results", "check-ins", "retros",
    ),
    "notifications": (
        "units", "teams", "memberships", "people", "cycles", "team-cycles", "objectives",
        "remarks", "values", "check-ins", "retros",
    ),
}  # fmt: skip


def expected_tables(log: Log) -> dict[str, list[Row]]:
    """`service.table` → its rows as JSON has them; a table without a row is there too."""
    tables: dict[str, list[Row]] = defaultdict(list)
    folds = (
        _organisation, _people, _okr, _recommended, _checkins, _copy, _reporting, _totals,
        _notified, _seen,
    )  # fmt: skip
    for part in folds:
        for table, row in part(log):
            tables[table].append(row)
    return tables


def _organisation(log: Log) -> Placed:
    for kind in ("units", "teams"):
        for _, said in log.newest(kind):
            for service in EVERYWHERE:
                yield f"{service}.directory_{kind}", _some(said, "id", "parent", "version")


def _people(log: Log) -> Placed:
    contacts = dict(log.newest("people"))
    for person, said in log.newest("memberships"):
        logins = [{"person": person} | login for login in said["logins"]]
        held = _once([{"person": person} | _role(one) for one in said["memberships"]])
        state = said | contacts.get(person, {})
        yield "okr.people", {"id": person, "version": said["version"], "state": state}
        for login in logins:
            yield "okr.person_logins", login
        for one in held:
            yield "okr.membership_spans", _some(one, "person", "role", "team", "unit") | _days(one)
        for service in EVERYWHERE:
            for row in _once(logins):
                yield f"{service}.directory_logins", row
            for row in held:
                yield f"{service}.directory_memberships", row


def _role(said: Row) -> Row:
    return _some(said, "role", "team", "unit", "since", "until")


def _days(one: Row) -> Row:
    """A span of days as PostgreSQL writes it: without the day that its end names."""
    until = one["until"]
    end = date.fromisoformat(until) + timedelta(days=1) if until else ""
    return {"days": f"[{one['since']},{end})"}


def _okr(log: Log) -> Placed:
    for kind, table in OKR_STATES.items():
        for own, said in log.newest(kind):
            yield f"okr.{table}", {"id": own, "version": said["version"], "state": said}
    for _, said in log.newest("team-cycles"):
        yield "okr.team_cycles", _some(said, "team", "cycle", "version") | {"state": said}
    for own, said in log.newest("objectives"):
        for target in said.get("contributes_to", ()):
            yield "okr.contributions", {"objective": own, "contributes_to": target}
        ever = {goal["id"] for one in log.states(f"objectives/{own}") for goal in _goals(one)}
        for goal in ever:
            yield "okr.key_results", {"id": goal, "objective": own}


def _recommended(log: Log) -> Placed:
    """What okr keeps of retros."""
    for own, said in log.newest("retros"):
        found = {it["objective"]: it["recommendation"] for it in said["findings"]}
        yield "okr.retros", _some(said, "team", "cycle") | {"id": own, "recommendations": found}


def _checkins(log: Log) -> Placed:
    numbers: dict[str, int] = defaultdict(int)
    for own, said in log.newest("check-ins"):
        yield "checkins.check_ins", {"id": own, "version": said["version"], "state": said}
        numbers[said["objective"]] += 1
    for objective, last in numbers.items():
        yield "checkins.check_in_numbers", {"objective": objective, "last": last}
    for own, said in log.newest("retros"):
        yield "checkins.retros", {"id": own, "version": said["version"], "state": said}


def _copy(log: Log) -> Placed:
    """What checkins keeps of okr's."""
    for own, said in log.newest("cycles"):
        yield "checkins.cycles", {"id": own, "state": _some(said, "id", "start", "end")}
    for _, said in log.newest("team-cycles"):
        yield "checkins.team_cycles", _some(said, "team", "cycle", "place")
    for own, said in log.newest("objectives"):
        named = _some(said, "id", "cycle", "responsible_team", "state", title=TITLE)
        rest = {
            "contributing_teams": said.get("contributing_teams", []),
            "states": [_some(one, "state") for one in said["states"]],
            "key_results": [_goal(goal) for goal in _goals(said)],
        }
        yield "checkins.objectives", {"id": own, "state": named | rest}
    for _, said in log.newest("values"):
        yield "checkins.recorded_values", _some(said, *VALUE, "objective") | _standing_on(said)


def _goals(objective: Row) -> list[Row]:
    goals: list[Row] = objective.get("key_results", [])
    return goals


def _goal(goal: Row) -> Row:
    definitions = [_some(one, *DEFINITION, "phases") | _steps(one) for one in goal["definitions"]]
    return _some(goal, *GOAL, title=TITLE) | {"definitions": definitions}


def _steps(definition: Row) -> Row:
    steps = definition.get("milestones")
    return {"milestones": steps and [_some(one, *MILESTONE, title=TITLE) for one in steps]}


def _standing_on(said: Row) -> Row:
    return {"standing_on": (said.get("standing") or {}).get("effective_date")}


def _reporting(log: Log) -> Placed:
    for _, said in log.newest("units"):
        yield "reporting.units", _some(said, "id", "version", "unit_kind", "parent", name=TITLE)
    for _, said in log.newest("teams"):
        yield "reporting.teams", _some(said, "id", "version", "parent", name=TITLE)
    for own, said in log.newest("memberships"):
        yield "reporting.people", _some(said, "version", "site", "home_team") | {"id": own}
    for _, said in log.newest("pillars"):
        named = _some(said, "id", "version", "state", name=TITLE, promise=TITLE)
        yield "reporting.pillars", named | {"place": said["order"]}
    for _, said in log.newest("cycles"):
        days = {"start_date": said["start"], "end_date": said["end"]}
        named = _some(said, "id", "version", "cycle_kind", "state", name=TITLE)
        yield "reporting.cycles", named | days
    for _, said in log.newest("team-cycles"):
        yield "reporting.team_cycles", _some(said, "team", "cycle", "version", "place")
    for _, said in log.newest("objectives"):
        yield from _reported_objective(said)
    for _, said in log.newest("values"):
        row = _some(said, *VALUE, "version") | _standing_on(said)
        yield "reporting.recorded_values", row
    for own, said in log.newest("key-results"):
        row = _some(said, "version", "value", "done", "effective_date", "progress", "unclamped")
        yield "reporting.key_result_progress", row | {"key_result": own}
    for _, said in log.newest("check-ins"):
        entry = ("key_result", "value", "done", "confidence", "words")
        entries = {"entries": [_some(one, *entry) for one in said["entries"]]}
        yield "reporting.check_ins", _some(said, *CHECK_IN_ROW) | entries
    for own, said in log.newest("retros"):
        yield from _learnings(own, said)


def _agreed(said: Row) -> Row:
    """When people agreed on a goal last; an import says of nobody who did."""
    ways = [it["at"] for it in said["states"] if it["state"] == "agreed" and it.get("by")]
    return {"agreed_at": max(ways, default=None)}


def _reported_objective(said: Row) -> Placed:
    closed = [one["at"] for one in said["states"] if one["state"] == "closed"]
    proof_read = [it["language"] for it in said.get("translations", ()) if it["state"] != "draft"]
    row = _some(said, *OBJECTIVE, title=TITLE, benefit=TITLE) | {
        "closed_at": max(closed) if closed and said["state"] == "closed" else None,
        "contributing_teams": said.get("contributing_teams", []),
        "contributes_to": said.get("contributes_to", []),
        "serves": said.get("serves", []),
        "contributes_to_key_results": said.get("contributes_to_key_results", []),
        "proof_read": proof_read,
    }
    been = {said["state"], *(one["state"] for one in said["states"])}
    yield "reporting.objectives", row | _agreed(said) | {"was_agreed": "agreed" in been}
    for position, goal in enumerate(_goals(said)):
        placed = {"objective": said["id"], "position": position}
        yield "reporting.key_results", _goal(goal) | placed


def _learnings(retro: str, said: Row) -> Placed:
    for finding in said["findings"]:
        for learned in finding.get("learnings", ()):
            row = _some(learned, "id", "shareable", text=TITLE) | _some(said, "team", "cycle")
            yield (
                "reporting.learnings",
                row | _some(finding, "objective", "result") | {"retro": retro},
            )


def _totals(log: Log) -> Placed:
    """An objective's totals are those of the highest version of them, whoever said it."""
    newest: dict[str, Row] = {}
    for subject in list(log.versions):
        if subject.startswith("key-results/"):
            for said in log.states(subject):
                held = newest.setdefault(said["objective"], said)
                if held["objective_progress_version"] < said["objective_progress_version"]:
                    newest[said["objective"]] = said
    for objective, said in newest.items():
        yield (
            "reporting.objective_progress",
            {
                "objective": objective,
                "version": said["objective_progress_version"],
                "progress": said.get("objective_progress"),
                "coverage": said["objective_coverage"],
            },
        )


def _notified(log: Log) -> Placed:
    """What notifications keeps of the others', and no words of people."""
    for own, said in log.newest("people"):
        yield "notifications.contacts", _some(said, "name", "mail", "language") | {"person": own}
    for _, said in log.newest("teams"):
        yield "notifications.teams", _some(said, "id", name=TITLE)
    for _, said in log.newest("cycles"):
        days = {"start_date": said["start"], "end_date": said["end"]}
        yield "notifications.cycles", _some(said, "id", "state") | days
    for _, said in log.newest("team-cycles"):
        yield "notifications.team_cycles", _some(said, "team", "cycle", "place")
    for _, said in log.newest("objectives"):
        named = _some(said, "id", "cycle", "responsible_team", "rhythm", "state", title=TITLE)
        several = ("contributing_teams", "contributes_to", "serves")
        lists = {it: said.get(it, []) for it in several}
        yield "notifications.objectives", named | lists | _agreed(said)
    for _, said in log.newest("remarks"):
        yield "notifications.remarks", _some(said, "id", "parent", "remark_kind", "author", "state")
    for _, said in log.newest("check-ins"):
        yield "notifications.check_ins", _some(said, "id", "objective", "author", "effective_date")


def _seen(log: Log) -> Placed:
    for service, kinds in SEEN.items():
        for kind in kinds:
            for own, said in log.newest(kind):
                yield f"{service}.seen", {"kind": kind, "id": own, "version": said["version"]}
    counted: dict[str, int] = defaultdict(int)
    for _, said in log.newest("values"):
        if said["source"].startswith(CHECK_IN):
            own = said["source"].removeprefix(CHECK_IN)
            counted[own] = max(counted[own], said["source_version"])
    for own, version in counted.items():
        for service in READERS:
            yield f"{service}.seen", {"kind": "counted", "id": own, "version": version}


def _some(said: Row, *names: str, **inner: tuple[str, ...]) -> Row:
    """Some fields, None where they are not said; of `inner` ones, only the parts named."""
    row = {name: said.get(name) for name in names}
    for name, parts in inner.items():
        held = said.get(name)
        row[name] = None if held is None else {it: held[it] for it in parts if it in held}
    return row


def _once(rows: list[Row]) -> list[Row]:
    kept: dict[Any, Row] = {tuple(row.items()): row for row in rows}
    return list(kept.values())
