"""Reads the tables of all services, and holds them against what they must hold."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg

from local.throwaway_system import ThrowAwaySystem
from tests.fire.oracle.log import Log, Row
from tests.fire.oracle.verdict import Findings

Tables = dict[str, list[Row]]
"""`service.table` → its rows as JSON."""

DIRECTORY: Mapping[str, tuple[str, ...]] = {
    "directory_units": ("id",),
    "directory_teams": ("id",),
    "directory_logins": ("person", "issuer", "subject"),
    "directory_memberships": ("person", "role", "team", "unit", "since", "until"),
}
CHASSIS: Mapping[str, tuple[str, ...]] = {
    **DIRECTORY,
    "seen": ("kind", "id"),
    "outbox": ("seq",),
    "dead_letters": ("id",),
    "consumer_offsets": ("topic", "partition"),
    "idempotency_keys": ("digest",),
    "external_refs": ("kind", "system", "key"),
}
KEYS: Mapping[str, tuple[str, ...]] = {
    **{f"{service}.{table}": key for service in ("okr", "checkins", "reporting", "notifications")
       for table, key in CHASSIS.items()},
    **{f"okr.{table}": ("id",) for table in (
        "units", "teams", "people", "pillars", "strategies", "cycles", "objectives", "key_results",
        "recorded_values", "key_result_progress", "retros", "remarks", "candidacies",
    )},
    "okr.team_cycles": ("team", "cycle"),
    "okr.contributions": ("objective", "contributes_to"),
    "okr.person_logins": ("person", "issuer", "subject"),
    "okr.membership_spans": ("person", "role", "team", "unit", "days"),
    **{f"checkins.{table}": ("id",) for table in (
        "check_ins", "retros", "cycles", "objectives", "recorded_values",
    )},
    "checkins.team_cycles": ("team", "cycle"),
    "checkins.check_in_numbers": ("objective",),
    **{f"reporting.{table}": ("id",) for table in (
        "units", "teams", "people", "pillars", "cycles", "objectives", "recorded_values",
        "check_ins",
    )},
    "reporting.team_cycles": ("team", "cycle"),
    "reporting.key_results": ("objective", "id"),
    "reporting.key_result_progress": ("key_result",),
    "reporting.objective_progress": ("objective",),
    "reporting.learnings": ("retro", "id"),
    **{f"notifications.{table}": ("id",) for table in (
        "teams", "cycles", "objectives", "remarks", "check_ins",
    )},
    "notifications.contacts": ("person",),
    "notifications.team_cycles": ("team", "cycle"),
    "notifications.telling": ("one",),
    "notifications.occasions": ("rule", "subject", "occurrence"),
    "notifications.notifications": ("rule", "subject", "occurrence", "person"),
    "notifications.preferences": ("person",),
    "notifications.mails": ("notification",),
}  # fmt: skip
"""By what the rows of each table are told apart."""

NOT_FOLDED = (
    "consumer_offsets", "idempotency_keys", "external_refs", "telling", "preferences", "mails",
    "candidacies",
)  # fmt: skip
"""Held against the ledger or the log in ways of their own."""


def read_tables(system: ThrowAwaySystem, only: Collection[str] = ()) -> Tables:
    """All rows of all tables, or of the tables named `only`; those of a service at one moment."""
    tables: Tables = {}
    for service, database in system.addresses.databases.items():
        with psycopg.connect(database.app) as conn:
            conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            for name in KEYS:
                owner, _, table = name.partition(".")
                if owner == service and (not only or table in only):
                    query = f"SELECT to_jsonb(held) FROM {table} AS held"  # noqa: S608
                    tables[name] = [row for (row,) in conn.execute(query.encode())]
    return tables


def compare(expected: Mapping[str, Iterable[Row]], found: Tables, findings: Findings) -> None:
    """Row by row, the columns that are expected; a row that is not expected is a difference."""
    for name, rows in found.items():
        if name.partition(".")[2] in NOT_FOLDED:
            continue
        must = {_key(name, row): row for row in expected.get(name, ())}
        held = {_key(name, row): row for row in rows}
        for key, times in Counter(_key(name, row) for row in rows).items():
            if times > 1:
                findings.doubled(f"{name} has {key} {times} times")
        for key in sorted({*must, *held}):
            _compare_row(name, key, must.get(key), held.get(key), findings)


def _key(name: str, row: Row) -> str:
    return "/".join(str(row.get(column)) for column in KEYS[name])


def _compare_row(
    name: str, key: str, must: Row | None, held: Row | None, findings: Findings
) -> None:
    if must is None or held is None:
        findings.differs(name, key, must, held)
        return
    wrong = [it for it in must if not _same(must[it], held.get(it))]
    if wrong:
        expected, found = ({it: row.get(it) for it in wrong} for row in (must, held))
        findings.differs(name, key, expected, found)


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON, where what is not known may be left out, and instants have many spellings."""
    one, other = known(one), known(other)
    return bool(one == other) or _instant(one, other)


def known(value: Any) -> Any:
    """`value` without what is null in it."""
    if isinstance(value, dict):
        return {name: known(it) for name, it in value.items() if it is not None}
    return [known(it) for it in value] if isinstance(value, list) else value


def _instant(one: Any, other: Any) -> bool:
    try:
        moments = [datetime.fromisoformat(it) for it in (one, other)]
    except (TypeError, ValueError):
        return False
    return moments[0] == moments[1]


def unread(log: Log, tables: Tables, findings: Findings) -> None:
    """Records that a reader has not got to, though the line is at rest."""
    last: dict[tuple[str, int], int] = {}
    for record in log.records:
        place = (record.topic, record.partition)
        last[place] = max(last.get(place, -1), record.offset)
    for name in (it for it in tables if it.endswith(".consumer_offsets")):
        for row in tables[name]:
            place = (_without_prefix(row["topic"]), row["partition"])
            if row["next_offset"] <= last.get(place, -1):
                said = f"{place[0]}/{place[1]}"
                findings.differs(name, said, f"above {last[place]}", row["next_offset"])


def _without_prefix(topic: str) -> str:
    return topic[topic.index("soihtu.") :]
