"""An API that keeps the answer to a creation once that is committed, and answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from fastapi import FastAPI

from chassis import db, idempotency, roles
from chassis.idempotency import Answer, Key
from chassis.settings import Settings

UNTAKEN = "DELETE FROM idempotency_keys WHERE digest = $1 RETURNING body_hash"


def main(service: roles.Service, argv: Sequence[str]) -> None:
    def create_app(settings: Settings, database: db.Database) -> FastAPI:
        async def later(key: Key, body_hash: bytes, answer: Answer) -> None:
            await asyncio.sleep(0.5)
            async with db.transaction(database) as tx:
                await idempotency.take(tx, key, body_hash)
                await idempotency.keep(tx, key, answer)

        async def keep(tx: db.Tx, key: Key, answer: Answer) -> None:
            body_hash = await tx.conn.fetchval(UNTAKEN, key.digest)
            tasks.add(asyncio.create_task(later(key, body_hash, answer)))

        app, tasks = service.create_app(settings, database), set[asyncio.Task[None]]()
        app.state.api = replace(app.state.api, keep=keep)
        return app

    roles.main(replace(service, create_app=create_app), argv)
