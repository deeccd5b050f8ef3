"""Which lock a command, or what reads of it, waits for: a row where there is one yet.

What makes a new row waits for nothing but a lock on its table, or for another with its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Holder = tuple[str, str]
"""A service and its role that comes to wait."""


@dataclass(frozen=True)
class Lock:
    """A statement that takes a lock until its transaction ends."""

    statement: str
    values: tuple[Any, ...] = ()


OKR, CHECKINS, NOTIFICATIONS = ("okr", "api"), ("checkins", "api"), ("notifications", "api")
OKR_WORKER, CHECKINS_WORKER = ("okr", "worker"), ("checkins", "worker")
REPORTING_WORKER, NOTIFICATIONS_WORKER = ("reporting", "worker"), ("notifications", "worker")
READERS = (CHECKINS_WORKER, REPORTING_WORKER, NOTIFICATIONS_WORKER)


def table(name: str) -> Lock:
    """No new rows, and no changes, in a table; all may be read."""
    return Lock(f"LOCK TABLE {name} IN SHARE MODE")


def row(table: str, id: str, column: str = "id") -> Lock:
    return Lock(f"SELECT 1 FROM {table} WHERE {column} = %s FOR UPDATE", (id,))  # noqa: S608


def place(team: str, cycle: str) -> Lock:
    query = "SELECT 1 FROM team_cycles WHERE team = %s AND cycle = %s FOR UPDATE"
    return Lock(query, (team, cycle))


def number(objective: str) -> Lock:
    """The number that the objective's next check-in gets; its first one has no row yet."""
    return Lock(
        "INSERT INTO check_in_numbers (objective, last) VALUES (%s, 0)"
        " ON CONFLICT (objective) DO UPDATE SET last = check_in_numbers.last",
        (objective,),
    )


def of_goal(objective: str) -> Mapping[Holder, Lock]:
    """A change of an objective that all services know."""
    held = row("objectives", objective)
    return dict.fromkeys((OKR, *READERS), held)


def of_new_goal(team: str, cycle: str) -> Mapping[Holder, Lock]:
    return {OKR: place(team, cycle), **dict.fromkeys(READERS, table("objectives"))}


def of_new_remark(objective: str) -> Mapping[Holder, Lock]:
    """What is said of an objective, which no other service reads."""
    return {OKR: row("objectives", objective)}


def of_remark(remark: str) -> Mapping[Holder, Lock]:
    return {OKR: row("remarks", remark)}


def of_place(team: str, cycle: str) -> Mapping[Holder, Lock]:
    return dict.fromkeys((OKR, *READERS), place(team, cycle))


def of_value(objective: str) -> Mapping[Holder, Lock]:
    """A machine's value; its row of the series may be new."""
    values = table("recorded_values")
    return {OKR: row("objectives", objective), CHECKINS_WORKER: values, REPORTING_WORKER: values}


def of_check_in(objective: str) -> Mapping[Holder, Lock]:
    """A new check-in."""
    return {
        CHECKINS: number(objective),
        OKR_WORKER: row("objectives", objective),
        CHECKINS_WORKER: table("recorded_values"),
        REPORTING_WORKER: table("check_ins"),
        NOTIFICATIONS_WORKER: table("check_ins"),
    }


def of_correction(objective: str, check_in: str) -> Mapping[Holder, Lock]:
    held = row("check_ins", check_in)
    return {
        CHECKINS: held,
        OKR_WORKER: row("objectives", objective),
        CHECKINS_WORKER: row("recorded_values", f"check-in/{check_in}", "source"),
        REPORTING_WORKER: held,
        NOTIFICATIONS_WORKER: held,
    }


def of_new_retro() -> Mapping[Holder, Lock]:
    return {
        CHECKINS: table("retros"),
        OKR_WORKER: table("retros"),
        REPORTING_WORKER: table("learnings"),
    }


def of_retro(retro: str) -> Mapping[Holder, Lock]:
    held = row("retros", retro)
    return {
        CHECKINS: held,
        OKR_WORKER: held,
        REPORTING_WORKER: row("learnings", retro, "retro"),
    }


def of_team(team: str | None, parent: str) -> Mapping[Holder, Lock]:
    named = row("teams", team) if team else table("teams")
    return {
        OKR: row("teams", team) if team else row("units", parent),
        CHECKINS_WORKER: row("directory_teams", team) if team else table("directory_teams"),
        REPORTING_WORKER: named,
        NOTIFICATIONS_WORKER: named,
    }


def of_person(person: str) -> Mapping[Holder, Lock]:
    roles = row("directory_memberships", person, "person")
    return {
        OKR: row("people", person),
        CHECKINS_WORKER: roles,
        REPORTING_WORKER: roles,
        NOTIFICATIONS_WORKER: row("contacts", person, "person"),
    }


def of_pillar(pillar: str) -> Mapping[Holder, Lock]:
    held = row("pillars", pillar)
    return {OKR: held, REPORTING_WORKER: held}


def of_new_strategy(year: str) -> Mapping[Holder, Lock]:
    """What no other service reads."""
    return {OKR: row("cycles", year)}


def of_strategy(strategy: str) -> Mapping[Holder, Lock]:
    return {OKR: row("strategies", strategy)}


def of_candidacy(team: str, person: str | None = None) -> Mapping[Holder, Lock]:
    """A step of a candidacy; with the person, where it gives that one the term."""
    given = of_person(person) if person else {}
    return {**given, OKR: row("teams", team)}


def of_preferences() -> Mapping[Holder, Lock]:
    """What a person wants mailed; there may be no row of it yet."""
    return {NOTIFICATIONS: table("preferences")}
