"""Holds a running system at a seam from outside, and looks into its tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from local.throwaway_system import ThrowAwaySystem


@contextmanager
def connected(system: ThrowAwaySystem, service: str) -> Iterator["psycopg.Connection[Any]"]:
    """A connection to a service's database as the role of the service, whose sessions it sees."""
    address = system.addresses.databases[service].app
    with psycopg.connect(address, autocommit=True) as conn:
        yield conn


@contextmanager
def holding(system: ThrowAwaySystem, service: str, query: str, *values: Any) -> Iterator[None]:
    """The rows of a `SELECT … FOR UPDATE`, held."""
    with connected(system, service) as conn, conn.transaction():
        if not conn.execute(query.encode(), values).fetchall():
            raise AssertionError(f"there are no rows to hold: {query}")
        yield


def waiting_for_a_lock(system: ThrowAwaySystem, service: str, role: str) -> bool:
    """Whether a session of that role is seen waiting for a row that someone holds."""
    with connected(system, service) as conn:
        found = conn.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND application_name LIKE %s",
            (f"{service}-{role}-%",),
        ).fetchone()
    return bool(found and found[0])


def end_sessions_waiting(system: ThrowAwaySystem, service: str, role: str) -> None:
    """End the sessions of a role that wait for a row: the server itself does not look whether
    a client that was killed is still there, and would go on once it has the row."""
    with connected(system, service) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            " AND application_name LIKE %s",
            (f"{service}-{role}-%",),
        )


def count(system: ThrowAwaySystem, service: str, query: str, *values: Any) -> int:
    """The number that a query gives; 0 when it gives none."""
    with connected(system, service) as conn:
        found = conn.execute(query.encode(), values).fetchone()
    return int(found[0] or 0) if found else 0
