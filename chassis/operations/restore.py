"""Puts a service's database back to a backup: beside the serving one, and then in its place."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import ValidationError

from chassis import backups, clock, sql
from chassis.backups import DUMP, Address, Manifest
from chassis.operations import Call, OperationProblem, need_reason
from chassis.settings import AdministrationSettings

BEFORE = "_before_"
"""Between a database's name and the time when a restored one took its place."""

RESTORED = "_restored_"
"""Between a database's name and the time when a restore began to fill another one."""

_queries = sql.load(__file__, "restore.sql")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, nargs="?", help="a folder that `backup` made", metavar="DIR"
    )
    parser.add_argument(
        "--remove-kept", metavar="NAME", help="instead: drop a database that a restore has kept"
    )
    sure = parser.add_mutually_exclusive_group(required=True)
    sure.add_argument("--yes", action="store_true", help="do it")
    sure.add_argument("--check", action="store_true", help="only say whether the backup fits")
    need_reason(parser)


async def run(call: Call) -> int:
    if (call.arguments.folder is None) == (call.arguments.remove_kept is None):
        raise OperationProblem("Name the folder of a backup, or what to remove (--remove-kept).")
    if call.arguments.remove_kept is not None:
        return await _remove_kept(call, call.arguments.remove_kept)
    folder: Path = call.arguments.folder.absolute() / call.service.name
    manifest = backups.read_manifest(folder)
    check_fits(call, manifest)
    settings = _settings()
    async with _administering(settings) as admin:
        await backups.check_tool("pg_restore", await _queries.server_version(admin) // 10_000)
        if not call.arguments.check:
            await _restore(call, settings, admin, manifest, folder / DUMP)
    return 0


async def _restore(
    call: Call, settings: AdministrationSettings, admin: Any, manifest: Manifest, dump: Path
) -> None:
    serving = backups.database_of(settings.postgres.get_secret_value())
    await _check_nobody_is_connected(admin, serving)
    if not await _queries.hold_restore(admin, serving=serving):
        raise OperationProblem(f"{serving} is being restored already.")
    stamp = f"{clock.true_now():%Y%m%d_%H%M%S}"
    restored = f"{serving}{RESTORED}{stamp}"
    await _clear(admin, serving)
    try:
        await _fill(call, settings, admin, restored, dump)
        await _check_filled(call, settings, restored, manifest)
        kept = await _swap(admin, serving, restored, f"{serving}{BEFORE}{stamp}")
    finally:
        # Not by a session that may be what has failed; should this fail, too, the next one does it.
        async with _administering(settings) as again:
            await _clear(again, serving)
    _tell(call, manifest, kept)


async def _clear(admin: Any, serving: str) -> None:
    """Remove what restores have begun to fill, and left."""
    clearing = _queries.statements_of_clearing(admin, beginning=f"{serving}{RESTORED}")
    for row in [row async for row in clearing]:
        await admin.execute(row["statement"])


async def _remove_kept(call: Call, name: str) -> int:
    settings = _settings()
    serving = backups.database_of(settings.postgres.get_secret_value())
    if not name.startswith(f"{serving}{BEFORE}"):
        raise OperationProblem(f"{name} is not what a restore of {serving} has kept.")
    async with _administering(settings) as admin:
        await admin.execute(await _queries.statement_of_dropping(admin, name=name))
    call.say(f"{call.service.name}: {name} is removed")
    return 0


def _settings() -> AdministrationSettings:
    try:
        return AdministrationSettings()
    except ValidationError as error:
        names = ", ".join(f"SOIHTU_{it['loc'][0]}".upper() for it in error.errors())
        raise OperationProblem(
            f"{names} is not set: a restore makes a database, which not even its owner may."
        ) from None


def check_fits(call: Call, manifest: Manifest) -> None:
    """Refuse a backup of another service or of another schema."""
    if manifest.service != call.service.name:
        raise OperationProblem(f"This is a backup of {manifest.service}.")
    step = call.service.schema_step
    if manifest.schema_version != step:
        raise OperationProblem(
            f"The backup is of schema {manifest.schema_version} and this program's is {step}:"
            " restore it with the release of that schema, and then upgrade."
        )


@asynccontextmanager
async def _administering(settings: AdministrationSettings) -> AsyncIterator[Any]:
    conn = await asyncpg.connect(
        settings.postgres_admin.get_secret_value(),
        timeout=10,
        server_settings={"application_name": "restore"},
    )
    try:
        yield conn
    finally:
        await conn.close()


async def _check_nobody_is_connected(admin: Any, serving: str) -> None:
    rows = [row async for row in _queries.sessions(admin, name=serving)]
    if rows:
        who = ", ".join(
            f"{row['sessions']} of {row['application_name'] or row['usename']}" for row in rows
        )
        raise OperationProblem(
            f"{serving} is in use ({who}): stop every role of the service, and try again."
        )


async def _fill(
    call: Call, settings: AdministrationSettings, admin: Any, name: str, dump: Path
) -> None:
    owner = settings.postgres_owner.get_secret_value()
    app = settings.postgres.get_secret_value()
    making = _queries.statements_of_making(
        admin, name=name, owner=backups.user_of(owner), app=backups.user_of(app)
    )
    for row in [row async for row in making]:
        await admin.execute(row["statement"])
    call.say(f"{call.service.name}: restoring into {name}")
    await backups.run_tool(
        "pg_restore",
        ["--single-transaction", "--exit-on-error", "--no-owner", str(dump)],
        Address.of(backups.with_database(owner, name)),
    )


async def _check_filled(
    call: Call, settings: AdministrationSettings, name: str, manifest: Manifest
) -> None:
    owner = backups.with_database(settings.postgres_owner.get_secret_value(), name)
    conn = await asyncpg.connect(owner, timeout=10)
    try:
        if await _queries.schema_version(conn) != manifest.schema_version:
            raise OperationProblem("The dump is of another schema than its manifest says.")
        if call.service.publishes:
            await _queries.hold_back(conn, backup_of=manifest.made_at)
        await conn.execute("ANALYZE")
    finally:
        await conn.close()


async def _swap(admin: Any, serving: str, restored: str, kept: str) -> str | None:
    """Put `restored` in the place of `serving`; the name that this has now, if there was any."""
    try:
        if not await _queries.database_exists(admin, name=serving):
            await admin.execute(
                await _queries.statement_of_naming(admin, serving=serving, restored=restored)
            )
            return None
        await admin.execute(
            await _queries.statement_of_swapping(
                admin, serving=serving, kept=kept, restored=restored
            )
        )
        return kept
    except asyncpg.ObjectInUseError:
        raise OperationProblem(
            f"Something connected to {serving} meanwhile, and nothing was changed: stop every"
            " role of the service, and try again."
        ) from None


def _tell(call: Call, manifest: Manifest, kept: str | None) -> None:
    service = call.service.name
    call.say(f"{service}: as it was at {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC")
    if kept:
        call.say(f"{service}: the database of before is kept as {kept}; when it is of no more use:")
        call.say(f"  soihtu restore {service} --remove-kept {kept} --yes --reason …")
    if call.service.publishes:
        call.say(f"{service}: commands are refused and nothing is published until it is done:")
        call.say(f"  soihtu republish {service} --reason …")
