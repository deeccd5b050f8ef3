"""What a run stands on: broker, database and provider of its own, roles, and bare loops."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from chassis.topics import ensure_topics
from local import parts
from local.addresses import ROOT, Addresses, migration_environment, role_environment
from local.graph import SERVICE_NAMES, Instance
from local.ports import free_port
from local.postgres import Database, Postgres
from local.probe import readiness
from local.processes import Child, tail
from local.throwaway import ThrowAwayParts

PATIENCE = 60.0


class BenchFailed(Exception):
    """Something of the run did not work, so there is no number."""


class Parts(ThrowAwayParts):
    """As for tests, with a PostgreSQL that writes as a real one does."""

    def __init__(self) -> None:
        super().__init__()
        self.postgres = Postgres(self.folder / "postgres", free_port(), SERVICE_NAMES)

    def note_commits(self) -> None:
        """Have PostgreSQL keep the time of each commit from now on."""
        with self.postgres.superuser() as connection:
            connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        self.postgres.stop()
        parts.start([self.postgres], self.logs)


@dataclass
class Run:
    """One run of the bench: its parts, how often each thing is measured, and how much of it."""

    parts: Parts
    repeats: int = 5
    scale: float = 1.0
    notes: list[str] = field(default_factory=list)

    def sized(self, amount: int) -> int:
        """`amount`, scaled to this run."""
        return max(int(amount * self.scale), 1)

    def topics(self) -> str:
        """The prefix of new, empty topics."""
        prefix = self.parts.topic_prefix()
        ensure_topics({"bootstrap.servers": self.parts.kafka.address, "log_level": 2}, prefix)
        return prefix

    @contextmanager
    def database(self, service: str) -> Iterator[Database]:
        """A new migrated database."""
        made = self.parts.database(service)
        try:
            yield made
        finally:
            self.parts.postgres.drop_database(made.name)

    @asynccontextmanager
    async def role(
        self, service: str, role: str, database: Database, prefix: str, **settings: str
    ) -> AsyncIterator["Role"]:
        """A role as a process; ready."""
        instance = Instance(service, role, 0, free_port(), free_port() if role == "api" else None)
        addresses = self._addresses(service, database, prefix, **settings)
        child = self._child(service, role, database, role_environment(addresses, instance))
        try:
            running = Role(child, instance)
            await running.ready()
            yield running
        finally:
            await asyncio.to_thread(child.stop)

    @contextmanager
    def operation(
        self, service: str, name: str, database: Database, prefix: str, *arguments: str
    ) -> Iterator[Child]:
        """An operation as a process; under way."""
        addresses = self._addresses(service, database, prefix)
        environment = migration_environment(addresses, service)
        child = self._child(service, name, database, environment, *arguments)
        try:
            yield child
        finally:
            child.stop()

    def _addresses(
        self, service: str, database: Database, prefix: str, **settings: str
    ) -> Addresses:
        return Addresses(
            kafka={"SOIHTU_KAFKA": self.parts.kafka.address},
            issuer=self.parts.identity.issuer,
            databases={service: database},
            settings={"SOIHTU_TOPIC_PREFIX": prefix, **settings},
        )

    def _child(
        self,
        service: str,
        does: str,
        database: Database,
        environment: Mapping[str, str],
        *arguments: str,
    ) -> Child:
        return Child(
            [sys.executable, "-m", f"services.{service}", does, *arguments],
            log=self.parts.logs / f"{database.name}-{does}.log",
            environment=environment,
            folder=ROOT,
        )


@dataclass
class Role:
    """A role that runs."""

    child: Child
    instance: Instance

    async def ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (await asyncio.to_thread(readiness, self.instance.operations_port)).ready:
            if self.child.exit_code() is not None or time.monotonic() > deadline:
                raise BenchFailed(f"{self.instance.name}: {tail(self.child.log)}")
            await asyncio.sleep(0.05)

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        stat = Path(f"/proc/{self.child.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def bare(loop: str, **said: Any) -> Any:
    """Run `bench.bare.<loop>` with what it is told, and give what it answers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"bench.bare.{loop}", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    answer, _ = await process.communicate(json.dumps(said).encode())
    if process.returncode:
        raise BenchFailed(f"bench.bare.{loop} ended with {process.returncode}")
    return json.loads(answer)


async def until(conn: "asyncpg.Connection[Any]", query: str, *arguments: object) -> float:
    """When the query first gave true."""
    deadline = time.monotonic() + 30 * PATIENCE
    while not await conn.fetchval(query, *arguments):
        if time.monotonic() > deadline:
            raise BenchFailed(query)
        await asyncio.sleep(0.01)
    return time.perf_counter()


def environment_note() -> Mapping[str, object]:
    """What of the machine a number depends on."""
    load = os.getloadavg()
    return {"cores": os.cpu_count(), "load": [round(one, 1) for one in load]}
