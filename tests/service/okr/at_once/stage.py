"""okr's API on a real PostgreSQL, to which two commands are sent at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson
from pydantic import SecretStr

from chassis.db import LIMITS, Database
from chassis.settings import Settings
from chassis.testing.identity import Issuer
from services.okr.app import create_app
from tests.service.okr.at_once.judge import Answered, Row
from tests.service.okr.at_once.turns import Stepped
from tests.service.okr.at_once.work import CLAIMS, Command

CONNECTIONS = 4
NEW_ROWS = "DELETE FROM outbox RETURNING seq, topic, headers, value"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@dataclass
class Stage:
    """The API, and a session beside its own."""

    app: Any
    client: httpx.AsyncClient
    issuer: Issuer
    watch: Any
    _tokens: dict[str, str] = field(default_factory=dict)

    async def send(self, command: Command) -> Answered:
        """What a command is answered. It is sent again while it is told that another is at it."""
        correlation = uuid4().hex
        headers = {
            "Authorization": self._authorization(command.by),
            "Accept-Language": "en",
            "X-Correlation-Id": correlation,
            "Idempotency-Key": correlation,
        }
        if command.expected is not None:
            headers["If-Match"] = f'"{command.expected}"'
        answer = await self.client.request(
            command.method, command.path, json=command.body, headers=headers
        )
        return Answered(answer.status_code, answer.json(), correlation)

    async def done(self, command: Command) -> dict[str, Any]:
        """What is answered to a command that must succeed."""
        answer = await self.send(command)
        assert answer.status == command.succeeds_with, answer.body
        return answer.body

    async def rows(self) -> list[Row]:
        """What is new in the outbox."""
        found = sorted(await self.watch.fetch(NEW_ROWS), key=lambda row: row["seq"])
        return [
            Row(it["topic"], orjson.loads(it["headers"]), orjson.loads(it["value"])) for it in found
        ]

    async def deadlocks(self) -> int:
        found: int = await self.watch.fetchval(DEADLOCKS)
        return found

    def _authorization(self, login: str) -> str:
        if login not in self._tokens:
            said = {"exp": 2**32, **CLAIMS.get(login, {})}
            self._tokens[login] = self.issuer.headers(login, **said)["Authorization"]
        return self._tokens[login]


@asynccontextmanager
async def opened(dsn: str, sessions: type[Stepped] = Stepped) -> AsyncIterator[Stage]:
    """The API on a migrated database, over sessions of this class."""
    issuer = Issuer()
    settings = Settings(
        kafka="unused:9", postgres=SecretStr(dsn), issuer=issuer.issuer, rate=10_000
    )
    watch = await asyncpg.connect(dsn)
    async with asyncpg.create_pool(
        dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, connection_class=sessions,
        reset=_as_it_is, server_settings=LIMITS,
    ) as pool:  # fmt: skip
        app = create_app(settings, Database(pool, "/agencies/here/okr"), issuer.transport)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://okr") as client:
            yield Stage(app, client, issuer, watch)
    await watch.close()


async def _as_it_is(_: Any) -> None:
    """As `chassis.db` has it."""
