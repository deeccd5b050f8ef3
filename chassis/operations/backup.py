"""Backs up a service's database, at one moment, with how far its topics were then."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from pydantic import SecretStr, ValidationError

from chassis import backups, clock, db, sql
from chassis.backups import DUMP, MANIFEST, Address, Log, Manifest, Position
from chassis.operations import Call, OperationProblem
from chassis.settings import MigrationSettings
from chassis.topic_ids import topic_ends, topic_ids
from chassis.topics import declared_topics, prefixed

_queries = sql.load(__file__, "backup.sql")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the backup is DIR/<service>", metavar="DIR")


async def run(call: Call) -> int:
    owner = _owner()
    settings = call.settings.model_copy(update={"postgres": SecretStr(owner)})
    service = call.service.name
    with backups.whole_or_nothing(call.arguments.folder.absolute() / service) as folder:
        # To have a backup is never more wanted than before a migration.
        database = await db.connect(settings, service, "backup", limits={}, any_schema=True)
        try:
            async with _tables_kept(database):
                await _back_up(call, database, owner, folder)
        finally:
            await database.pool.close()
    call.say(f"{service}: backed up")
    return 0


@asynccontextmanager
async def _tables_kept(database: db.Database) -> AsyncIterator[None]:
    """No rebuild swaps tables; a snapshot that is taken from now on is of those that are there."""
    async with db.reading(database) as tx:
        try:
            await _queries.keep_tables(tx.conn)
        except TimeoutError:
            raise OperationProblem("A rebuild swaps tables just now: try again.") from None
        yield


def _owner() -> str:
    try:
        return MigrationSettings().postgres_owner.get_secret_value()
    except ValidationError:
        raise OperationProblem(
            "SOIHTU_POSTGRES_OWNER is not set: only the owner of the tables may read them all."
        ) from None


async def _back_up(call: Call, database: db.Database, owner: str, folder: Path) -> None:
    async with db.reading(database) as tx:
        server = await _queries.server_version(tx.conn)
        await backups.check_tool("pg_dump", server // 10_000)
        snapshot = await _queries.snapshot(tx.conn)
        rows = [row async for row in _queries.positions(tx.conn)]
        schema = await _queries.schema_version(tx.conn)
        _tell_schema(call, schema)
        await backups.run_tool(
            "pg_dump",
            [
                *("--format=custom", f"--snapshot={snapshot}", f"--file={folder / DUMP}"),
                *("--exclude-schema=rebuilding", "--exclude-schema=previous"),
            ],
            Address.of(owner),
        )
    manifest = Manifest(
        service=call.service.name,
        made_at=clock.true_now(),
        schema_version=schema,
        postgres=f"{server // 10_000}.{server % 10_000}",
        read=[_position(row) for row in rows],
        written=await asyncio.to_thread(_written, call),
        files=[await asyncio.to_thread(backups.sum_of, folder / DUMP)],
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _tell_schema(call: Call, schema: str) -> None:
    step = call.service.schema_step
    if schema != step:
        call.say(
            f"{call.service.name}: the database is of schema {schema} and this program's is {step};"
            f" only a release of schema {schema} restores this backup"
        )


def _position(row: Any) -> Position:
    return Position(
        group=row["group_name"],
        topic=row["topic"],
        topic_id=row["topic_id"],
        partition=row["partition"],
        next_offset=row["next_offset"],
    )


def _written(call: Call) -> Sequence[Log] | None:
    """The topics that the service writes; a backup does not wait for Kafka to be there."""
    prefix, client = call.settings.topic_prefix, call.settings.for_confluent()
    mine = {
        prefixed(prefix, it.name): it.partitions
        for it in declared_topics()
        if call.service.name in it.producers
    }
    if not mine:
        return []
    try:
        ids, ends = topic_ids(client, list(mine)), topic_ends(client, mine)
    except KafkaException:
        call.say(f"{call.service.name}: Kafka does not tell, the ends of its topics are not noted")
        return None
    return [Log(topic=name, topic_id=ids[name], ends=ends[name]) for name in mine]
