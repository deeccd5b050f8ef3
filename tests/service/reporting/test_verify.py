"""Reporting's tables are held against an independent fold; what is to come is not wrong."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from local.kafka import Kafka
from services.reporting.app import SERVICE
from services.reporting.verify import Findings, compare
from tests.conftest import NewDatabase
from tests.service.rebuilds import Reader, reader
from tests.service.reporting import world
from tests.service.reporting.histories import history


@pytest.fixture
async def reporting(
    new_database: NewDatabase, kafka: Kafka, topic_prefix: str
) -> AsyncIterator[Reader]:
    async with reader(SERVICE, new_database("reporting"), kafka.address, topic_prefix) as made:
        yield made


async def found(reporting: Reader) -> Findings:
    return await compare(SERVICE, reporting.settings, reporting.db)


async def test_what_is_wrong_is_told_by_table_id_and_column(reporting: Reader) -> None:
    await reporting.produce([*history(Random(2)), *world.everything()])
    async with reporting.working():
        await reporting.until_all_is_in()
        right = await found(reporting)
        assert right.differences == []
        assert right.compared > 100
        assert (right.to_come, right.unsettled) == (0, 0)
    await reporting.as_owner(
        f"""-- what no worker does
        UPDATE cycles SET name = '{{"source": "fi", "fi": "salaisuus"}}', version = 9
            WHERE id = '{world.CYCLE}';
        DELETE FROM objective_progress WHERE objective = '{world.WAITING_GOAL}';
        DELETE FROM key_results WHERE id = '{world.WAITING}';
        INSERT INTO directory_logins VALUES ('other', 'salainen', '{world.ROOT}');
        UPDATE seen SET version = 8 WHERE kind = 'units' AND id = '{world.HOUSING}'"""  # noqa: S608
    )
    wrong = await found(reporting)
    assert sorted(wrong.differences) == [
        f"cycles {world.CYCLE}: name, version",
        f"directory_logins {world.ROOT}: not in the topics",
        f"key_results {world.WAITING_GOAL}: 2 rows where the topics say 3",
        f"objective_progress {world.WAITING_GOAL}: missing",
        f"seen units/{world.HOUSING}: version",
    ]


async def test_what_is_to_come_is_not_wrong(reporting: Reader) -> None:
    await reporting.produce(world.everything())
    async with reporting.working():
        await reporting.until_all_is_in()
    await reporting.produce([world.unit(world.HOUSING, "Asuminen", world.ROOT, version=2)])
    lagging = await found(reporting)
    assert lagging.differences == []
    assert lagging.to_come == 1
    assert lagging.unsettled == 3, "the unit, the directory's, and what is noted of it"
