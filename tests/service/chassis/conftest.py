"""A toy service on a real PostgreSQL: notes that belong to teams."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

import chassis
from chassis import db, migrate
from chassis.settings import MigrationSettings, Settings
from chassis.testing.conformance import deviations
from chassis.testing.identity import Issuer
from local.postgres import Database
from local.throwaway import ThrowAwayParts
from services.okr.app import SERVICE as OKR
from tests.conftest import NewDatabase
from tests.service.chassis import toy
from tests.service.chassis.streams import Store, new_store

SCHEMA = Path(chassis.__file__).parent / "schema"


@dataclass
class Toy:
    """The running toy service, and what a test does to it."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    db: db.Database

    async def ask(self, method: str, path: str, caller: str = "admin", **more: Any) -> Any:
        """An answer to `caller`; the caller `admin` has that role by claim."""
        roles = ["admin"] if caller == "admin" else None
        headers = self.issuer.headers(caller, roles=roles) | more.pop("headers", {})
        answer = await self.client.request(method, path, headers=headers, **more)
        assert deviations(self.app.openapi(), answer) == []
        return answer

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await self.db.pool.fetch(query, *arguments)
        return found


@pytest.fixture(scope="module")
async def opened(throwaway_parts: ThrowAwayParts) -> AsyncIterator[Store]:
    """A store that the tests of a module share; each empties it first."""
    async with new_store(throwaway_parts) as made:
        yield made


@pytest.fixture
async def database(new_database: NewDatabase) -> AsyncIterator[db.Database]:
    """A database with the chassis's tables and those of the toy."""
    made = new_database("okr", migrated=False)
    conn = await asyncpg.connect(made.owner)
    for file in sorted(SCHEMA.rglob("*.sql")):
        await conn.execute(file.read_text("utf-8"))
    await conn.execute(toy.SCHEMA)
    await conn.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
    await conn.close()
    opened = await db.connect(
        Settings(kafka="unused:9", postgres=SecretStr(made.app)), "toy", "api"
    )
    yield opened
    await opened.pool.close()


@pytest.fixture
def older(new_database: NewDatabase, tmp_path: Path) -> Database:
    """A database of okr at its first step, as releases before this one have left it."""
    shutil.copytree(
        OKR.folder / "migrations",
        tmp_path / "okr" / "migrations",
        ignore=lambda _, names: [it for it in names if it[:4] > "0001" and it[0].isdigit()],
    )
    made = new_database("okr", migrated=False)
    settings = MigrationSettings(postgres_owner=SecretStr(made.owner), postgres=SecretStr(made.app))
    migrate.upgrade(tmp_path / "okr", settings)
    shutil.rmtree(tmp_path / "okr")
    return made


@pytest.fixture
async def service(database: db.Database) -> AsyncIterator[Toy]:
    issuer = Issuer()
    settings = Settings(kafka="unused:9", postgres=SecretStr("unused"), issuer=issuer.issuer)
    app = toy.create_app(settings, database, issuer.transport)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
        yield Toy(app, client, issuer, database)
