"""A small agency for measures: one team in a running cycle, and objectives that it agreed on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import ConsumerRecord
from pydantic import SecretStr

from bench.records import KEY_RESULTS, Record, numbered, record_of
from chassis import clock, db
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.received import Reads
from chassis.settings import Settings
from contracts import okr, organisation, people
from contracts.envelope import Event
from contracts.words import Text
from local.postgres import Database

PERSON = "bench.torchbearer"
MACHINE = "machine.bench"
ROOT = UUID("00000000-0000-7000-8000-000000000001")
TEAM, CYCLE = numbered(8, 1), numbered(9, 1)
SEED_GROUP = "bench-seed"
ZONE = "Europe/Helsinki"


def today() -> date:
    return clock.today(ZONE)


def _text(words: str) -> Text:
    return Text(source="fi", fi=words)


def agency(issuer: str, objectives: int) -> Iterator[Event]:
    """What okr has said of the agency."""
    start = today() - timedelta(days=60)
    period = organisation.Period(since=start, name=_text("Lumme"), parent=ROOT)
    yield organisation.TeamChanged(
        id=TEAM, version=1, change="created", name=_text("Lumme"), parent=ROOT, periods=(period,)
    )
    yield people.MembershipsChanged(
        id=numbered(7, 1), version=1, change="created",
        logins=(people.Login(issuer=issuer, subject=PERSON),), home_team=TEAM,
        memberships=(people.Membership(role="torchbearer", team=TEAM, since=start),),
    )  # fmt: skip
    yield okr.CycleChanged(
        id=CYCLE, version=1, change="opened", name=_text("Kausi"), cycle_kind="tertial",
        start=start, end=today() + timedelta(days=60), state="open",
    )  # fmt: skip
    yield okr.TeamCycleChanged(team=TEAM, cycle=CYCLE, version=1, change="moved", place="running")
    for number in range(objectives):
        yield objective(number)


def goal_id(objective_number: int, place: int = 0) -> UUID:
    return numbered(2, objective_number * KEY_RESULTS + place)


def objective(number: int) -> okr.ObjectiveChanged:
    return okr.ObjectiveChanged(
        id=numbered(1, number),
        version=2,
        change="agreed",
        cycle=CYCLE,
        owner_team=TEAM,
        responsible_team=TEAM,
        title=_text("Asumisen hakemus ei jää odottamaan"),
        benefit=_text("Hakija saa päätöksen ajoissa"),
        rhythm="weekly",
        state="agreed",
        states=(okr.Moment(state="agreed", at=datetime(2026, 1, 7, 9, tzinfo=UTC)),),
        key_results=tuple(_goal(goal_id(number, place)) for place in range(KEY_RESULTS)),
    )


def _goal(id: UUID) -> okr.KeyResult:
    definition = okr.Definition(since=date(2026, 1, 7), baseline=620, target=250)
    return okr.KeyResult(
        id=id, title=_text("Jono lyhenee"), kind="decrease", unit="hakemusta",
        definitions=(definition,),
    )  # fmt: skip


TABLES = {"teams": "teams", "cycles": "cycles", "objectives": "objectives"}


async def keep_in_okr(database: Database, events: Sequence[Event]) -> None:
    """Put the agency into okr's own tables."""
    conn = await asyncpg.connect(database.owner)
    async with conn.transaction():
        for event in events:
            state = event.data().decode()
            if isinstance(event, okr.TeamCycleChanged):
                await conn.execute(
                    "INSERT INTO team_cycles (team, cycle, version, state) VALUES ($1, $2, $3, $4)",
                    event.team, event.cycle, event.version, state,
                )  # fmt: skip
            elif event.kind in TABLES:
                await conn.execute(
                    f"INSERT INTO {event.kind} (id, version, state) VALUES ($1, $2, $3)",  # noqa: S608
                    UUID(event.subject_id), event.version, state,
                )  # fmt: skip
            if isinstance(event, okr.ObjectiveChanged):
                goals = [goal.id for goal in event.key_results]
                await conn.execute(
                    "INSERT INTO key_results SELECT goal, $2 FROM unnest($1::uuid[]) AS goal",
                    goals, event.id,
                )  # fmt: skip
    await conn.execute("ANALYZE")
    await conn.close()


class Fold:
    """Folds records into a reader's tables in this process, without Kafka."""

    def __init__(self, pool: db.Database, reads: Mapping[str, Reads[Any]]) -> None:
        self._pool = pool
        self._projector = Projector(pool, SEED_GROUP, reads, Health())
        self._next = 0

    @classmethod
    async def of(cls, database: Database, reads: Mapping[str, Reads[Any]]) -> "Fold":
        settings = Settings(kafka="unused:9", postgres=SecretStr(database.app))
        pool = await db.connect(settings, "bench", "fold")
        await pool.pool.execute(
            "INSERT INTO consumer_offsets (group_name, topic, partition, topic_id, next_offset)"
            " VALUES ($1, 'bench', 0, '', 0) ON CONFLICT DO NOTHING",
            SEED_GROUP,
        )
        return cls(pool, reads)

    async def apply(self, records: Sequence[Record], batch: int = 500) -> None:
        for at in range(0, len(records), batch):
            await self._projector.apply([self._raw(it) for it in records[at : at + batch]])

    def _raw(self, record: Record) -> ConsumerRecord[bytes, bytes]:
        self._next += 1
        headers = tuple((name, text.encode()) for name, text in record.headers.items())
        return ConsumerRecord(
            "bench", 0, self._next - 1, 0, 0, record.key.encode(), record.value, None, 0, 0, headers
        )

    async def end(self) -> None:
        """Leave no trace of the group, so that freshness is that of the worker alone."""
        await self._pool.pool.execute(
            "DELETE FROM consumer_offsets WHERE group_name = $1", SEED_GROUP
        )
        await self._pool.pool.execute("ANALYZE")
        await self._pool.pool.close()


async def keep_in_reader(
    database: Database, reads: Mapping[str, Reads[Any]], events: Sequence[Event]
) -> None:
    """Put the agency into a reader's tables, as its worker would."""
    fold = await Fold.of(database, reads)
    await fold.apply([record_of(event) for event in events])
    await fold.end()
