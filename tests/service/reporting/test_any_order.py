"""However batches are shuffled, split and repeated over the topics, the tables are the same."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chassis import db
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.received import Record
from services.reporting.app import READS
from tests.service.reporting import world
from tests.service.reporting.conftest import GROUP, empty
from tests.service.reporting.folded import Row, fold
from tests.service.reporting.histories import history

TABLES = (
    "units", "teams", "people", "pillars", "cycles", "team_cycles", "objectives", "key_results",
    "recorded_values", "key_result_progress", "objective_progress", "check_ins", "learnings",
    "directory_logins", "directory_memberships", "directory_units", "directory_teams", "seen",
)  # fmt: skip
GENERATED = {
    "by_person", "stands", "found_by", "standing_on", "day", "counts", "counts_confidence", "words",
}  # fmt: skip


def batches(rnd: Random, records: list[Record]) -> Iterator[list[Record]]:
    """All of `records` in batches of any size, some batches more than once."""
    begin = 0
    while begin < len(records):
        size = rnd.choice([1, 5, 40, 200])
        batch = records[begin : begin + size]
        yield batch
        if rnd.random() < 0.2:
            yield batch
        begin += size


def plain(value: Any) -> Any:
    """A value as both sides say it: what is not known is left out, instants are in UTC."""
    if isinstance(value, dict):
        return {name: plain(it) for name, it in value.items() if it is not None}
    if isinstance(value, list):
        return [plain(it) for it in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and "T" in value and value[:2] == "20":
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


def comparable(rows: Iterable[Row]) -> list[str]:
    return sorted(json.dumps(plain(row), sort_keys=True) for row in rows)


async def stored(database: db.Database, table: str) -> list[Row]:
    """The rows of a table, without the columns that PostgreSQL computes."""
    rows = await database.pool.fetch(f"SELECT to_jsonb(one) AS row FROM {table} AS one")  # noqa: S608
    read = [json.loads(row["row"]) for row in rows]
    return [{name: it for name, it in row.items() if name not in GENERATED} for row in read]


# A smaller seed is no simpler history: there is nothing to shrink.
@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.integers(0, 2**32))
async def test_any_order_gives_the_same_tables(opened: db.Database, seed: int) -> None:
    await empty(opened)
    rnd = Random(seed)
    events = history(rnd)
    sent = [*events, *rnd.sample(events, len(events) // 4)]
    rnd.shuffle(sent)
    projector = Projector(opened, GROUP, READS, Health())
    for batch in batches(rnd, list(world.records(sent))):
        await projector.apply(batch)
    expected = fold(events)
    for table in TABLES:
        assert comparable(await stored(opened, table)) == comparable(expected[table]), table
    assert await opened.pool.fetchval("SELECT count(*) FROM dead_letters") == 0
