"""The doctor says of a service what is not healthy, each thing by itself."""

import json
from argparse import Namespace
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.operations import Call, doctor
from chassis.settings import Settings
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Database
from services.okr.app import SERVICE
from tests.conftest import NewDatabase
from tests.service.chassis.streams import make_topics

TOPICS = [
    "soihtu.organisation.v1", "soihtu.memberships.v1", "soihtu.people.v1", "soihtu.okr.v1",
    "soihtu.progress.v1", "soihtu.open.v1", "soihtu.open-progress.v1", "soihtu.checkins.v1",
    "soihtu.retro.v1",
]  # fmt: skip

Examined = Callable[[Settings], Awaitable[dict[str, Any]]]


@pytest.fixture
def settings(kafka: Kafka, new_database: NewDatabase) -> Settings:
    prefix = f"t{uuid4().hex[:8]}."
    make_topics(kafka.address, prefix, *TOPICS)
    app = new_database("okr").app
    return Settings(kafka=kafka.address, postgres=SecretStr(app), topic_prefix=prefix)


@pytest.fixture
def examined(capsys: pytest.CaptureFixture[str]) -> Examined:
    """What is not healthy, by what it is."""

    async def examine(settings: Settings) -> dict[str, Any]:
        code = await doctor.run(Call(SERVICE, settings, Namespace(json=True)))
        found = json.loads(capsys.readouterr().out)
        ill = {it["what"]: it for it in found if not it["well"]}
        assert code == (1 if ill else 0)
        assert all(it["runbook"] for it in ill.values())
        return ill

    return examine


async def test_roles_that_do_not_run_are_missed(settings: Settings, examined: Examined) -> None:
    ill = await examined(settings)
    assert set(ill) == {"outbox", "workers"}
    assert "no relay leads" in ill["outbox"]["told"]


async def test_what_stands_in_the_tables_is_told(settings: Settings, examined: Examined) -> None:
    conn = await asyncpg.connect(settings.postgres.get_secret_value())
    topic = f"{settings.topic_prefix}soihtu.checkins.v1"
    await conn.execute(
        "INSERT INTO consumer_offsets (group_name, topic, partition, topic_id, next_offset, lag,"
        " confirmed_at) VALUES ('okr', $1, 0, 'another', 5, 7, now() - interval '2 minutes')",
        topic,
    )
    await conn.execute(
        "INSERT INTO dead_letters (id, group_name, topic, partition, record_offset, headers,"
        " reason) VALUES ($1, 'okr', $2, 0, 4, '[]', 'bad-data')",
        uuid4(), topic,
    )  # fmt: skip
    ill = await examined(settings)
    assert ill["dead letters"]["told"] == "1 bad-data"
    assert "120 s ago, 7 records are left" in ill[f"okr in {topic}"]["told"]
    assert ill[topic]["told"] == "was made anew since it was read"
    await conn.execute("BEGIN")
    await conn.execute("UPDATE consumer_offsets SET lag = 8")
    assert "transactions" not in await examined(settings)
    await conn.close()


async def test_an_older_schema_is_told_and_not_taken_for_an_absent_database(
    settings: Settings, examined: Examined, older: Database
) -> None:
    settings = settings.model_copy(update={"postgres": SecretStr(older.app)})
    ill = await examined(settings)
    assert set(ill) == {"schema"}
    assert ill["schema"]["told"] == (
        f"is at step 0001, and this program needs {SERVICE.schema_step}: run `migrate --phase pre`"
    )


async def test_a_restored_writer_is_told_to_republish(
    settings: Settings, examined: Examined
) -> None:
    conn = await asyncpg.connect(settings.postgres.get_secret_value())
    await conn.execute("INSERT INTO republish_due (backup_of) VALUES (now())")
    await conn.close()
    ill = await examined(settings)
    assert "soihtu republish okr" in ill["restored"]["told"]


async def test_parts_that_are_away_are_told(settings: Settings, examined: Examined) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    ill = await examined(settings.model_copy(update={"kafka": nowhere}))
    assert "Kafka" in ill
    gone = SecretStr(f"postgresql://okr@{nowhere}/okr")
    ill = await examined(settings.model_copy(update={"postgres": gone}))
    assert "can't be reached" in ill["database"]["told"]
