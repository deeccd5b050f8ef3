"""Topics made anew and filled beyond the rows: their readers stop, until a rebuild mends them."""

from collections.abc import AsyncIterator, Callable
from random import Random

import pytest
from aiokafka import AIOKafkaProducer

from chassis.ops import Health
from chassis.rebuilding import rebuild
from contracts.envelope import Event
from local.kafka import Kafka
from services.checkins.app import SERVICE as CHECKINS
from services.okr.app import SERVICE as OKR
from services.reporting.app import SERVICE as REPORTING
from tests.conftest import NewDatabase
from tests.service.chassis.streams import read, until
from tests.service.checkins import world as checkins_world
from tests.service.rebuilds import Reader, reader
from tests.service.reporting import world
from tests.service.reporting.histories import history

pytestmark = pytest.mark.fire


@pytest.fixture
async def reading(
    request: pytest.FixtureRequest, new_database: NewDatabase, kafka: Kafka, topic_prefix: str
) -> AsyncIterator[Reader]:
    service = SERVICES[request.param]
    database = new_database(service.name)
    async with reader(service, database, kafka.address, topic_prefix) as made:
        yield made


async def made_anew(it: Reader, name: str) -> None:
    """The topic with all its records twice, as after its loss and a republish."""
    topic = it.settings.topic_prefix + name
    held = (await read(it.settings.kafka, topic))[topic]
    await it.make_anew(name)
    producer = AIOKafkaProducer(bootstrap_servers=it.settings.kafka)
    await producer.start()
    for message in [*held, *held]:
        await producer.send(
            topic, message.value(), message.key(), message.partition(), headers=message.headers()
        )
    await producer.stop()


async def until_it_says(health: Health, *told: str) -> None:
    async def said() -> bool:
        return health.status in told or bool({*told} & {*health.reasons})

    await until(said, within=180)


SERVICES = {it.name: it for it in (REPORTING, CHECKINS, OKR)}
EVENTS: dict[str, Callable[[], list[Event]]] = {
    "reporting": lambda: [*history(Random(7)), *world.everything()],
    "checkins": lambda: [*checkins_world.everything()],
    "okr": lambda: [it for it in history(Random(3)) if it.topic in OKR.topics],
}


@pytest.mark.parametrize("reading", SERVICES, indirect=True)
async def test_a_rebuild_mends_a_reader_of_a_topic_made_anew(reading: Reader) -> None:
    name = reading.service.topics[0]
    await reading.produce(EVENTS[reading.service.name]())
    async with reading.working() as health:
        await reading.until_all_is_in()
        before, letters = await reading.tables(), await set_aside(reading)
        await made_anew(reading, name)
        await until_it_says(health, "must-rebuild")
        await rebuild(reading.service, reading.settings, reading.database.owner)
        await until_it_says(health, "ready")
        await reading.until_all_is_in()
        assert await reading.tables() == before
        assert await set_aside(reading) == letters


async def set_aside(it: Reader) -> int:
    """How many aggregates have a record that was set aside."""
    found: int = await it.value("SELECT count(DISTINCT key) FROM dead_letters")
    return found
