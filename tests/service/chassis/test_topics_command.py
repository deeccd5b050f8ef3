"""`python -m chassis.topics`: a broker gets every topic, whoever asks, and how often."""

import asyncio
import os
import sys

from confluent_kafka.admin import AdminClient

from chassis.topics import declared_topics
from local.addresses import ROOT
from local.kafka import Kafka


async def ensured(**settings: str) -> tuple[int | None, str]:
    """The exit code of the command under these settings, and what it said."""
    environment = {name: it for name, it in os.environ.items() if not name.startswith("SOIHTU_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chassis.topics",
        cwd=ROOT, env={**environment, **settings}, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    return process.returncode, said.decode()


async def test_twice_at_once_and_once_more(kafka: Kafka, topic_prefix: str) -> None:
    settings = {"SOIHTU_KAFKA": kafka.address, "SOIHTU_TOPIC_PREFIX": topic_prefix}
    both = await asyncio.gather(ensured(**settings), ensured(**settings))
    assert list(both) == [(0, "")] * 2
    assert await ensured(**settings) == (0, "")
    made = AdminClient({"bootstrap.servers": kafka.address}).list_topics(timeout=10).topics
    for topic in declared_topics():
        assert len(made[topic_prefix + topic.name].partitions) == topic.partitions


async def test_without_settings_it_names_what_is_missing() -> None:
    assert await ensured() == (2, "SOIHTU_KAFKA: Field required\n")
