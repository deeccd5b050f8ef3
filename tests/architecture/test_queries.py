"""Queries: described, used, guarded, and understood by the schema that they run against."""

import re
from functools import cache
from pathlib import Path

import aiosql
import asyncpg
import pytest

from tests.architecture.tree import ROOT, Query, modules, name_of, queries
from tests.conftest import NewDatabase

SERVICES = ("okr", "checkins", "reporting", "notifications")
WITH_A_SESSION_OF_THEIR_OWN = (
    *("try_lead", "hold_name", "hold_rebuild", "hold_republish", "hold_restore"),
    *("nobody_backs_up", "wait_for_backups"),
)
GUARDED = re.compile(r"\bUPDATE\s+(\w+)\s+SET\s+version\b", re.IGNORECASE)


@pytest.mark.parametrize("query", queries(), ids=str)
def test_a_query_says_what_it_is_for(query: Query) -> None:
    assert query.described


def _verbs(query: Query) -> set[str]:
    """How a query may be named in code: itself, or as a verb and noun of a Store."""
    verb, _, noun = query.name.partition("_")
    names = {f".{query.name}("}
    if verb in ("get", "lock", "insert", "save", "take", "raise"):
        names |= {f'"{noun}"'}
    return names


@cache
def _code() -> str:
    files = modules("chassis", "services", "cli")
    return "".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("query", queries(), ids=str)
def test_a_query_is_used(query: Query) -> None:
    assert any(name in _code() for name in _verbs(query)), "nobody calls it: delete it"


@pytest.mark.parametrize("query", queries(), ids=str)
def test_an_update_of_an_aggregate_is_guarded(query: Query) -> None:
    if GUARDED.search(query.text):
        locked = re.search(r"FOR (NO KEY )?UPDATE", query.file.read_text(encoding="utf-8"))
        assert "version = :expected" in query.text or locked


@pytest.mark.parametrize("query", queries(), ids=str)
def test_nothing_is_set_for_a_session(query: Query) -> None:
    """Connections go back to the pool as they are."""
    lasting = r"SET (?!LOCAL\b)|LISTEN|DECLARE|CREATE TEMP|.*\bpg_(try_)?advisory_lock\("
    sets = re.match(lasting, " ".join(query.text.split()), re.IGNORECASE)
    assert not sets or query.name in WITH_A_SESSION_OF_THEIR_OWN


def _services(file: Path) -> list[str]:
    parts = file.relative_to(ROOT).parts
    return [parts[1]] if parts[0] == "services" else [*SERVICES]


@pytest.mark.parametrize("service", SERVICES)
async def test_the_schema_understands_every_query(service: str, new_database: NewDatabase) -> None:
    files = sorted({query.file for query in queries() if service in _services(query.file)})
    conn = await asyncpg.connect(new_database(service).app)
    try:
        for file in files:
            known = aiosql.from_path(file, "asyncpg")
            for name in known.available_queries:
                if not name.endswith("_cursor"):
                    await _prepare(conn, file, name, getattr(known, name).sql)
    finally:
        await conn.close()


async def _prepare(
    conn: "asyncpg.Connection[asyncpg.Record]", file: Path, name: str, text: str
) -> None:
    try:
        await conn.prepare(text)
    except asyncpg.PostgresError as error:
        pytest.fail(f"{name_of(file)}:{name}: {error}")
