"""Looks into the tables of a running system."""

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


def count(system: ThrowAwaySystem, service: str, query: str, *values: Any) -> int:
    """The number that a query gives; 0 when it gives none."""
    with connected(system, service) as conn:
        found = conn.execute(query.encode(), values).fetchone()
    return int(found[0] or 0) if found else 0
