"""What retros recommend is read from their topic, in any order, and shown at the cut-over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import ConsumerRecord

from chassis import cloudevents
from chassis.consumer import Projector
from chassis.ops import Health
from contracts.envelope import Envelope
from contracts.retro import Finding, Recommendation, RetroCompleted
from services.okr.app import SERVICE
from tests.service.okr.conftest import Json, Okr
from tests.service.okr.goals import Goals

TOPIC = RetroCompleted.topic
RETRO = UUID(int=77)


def retro(goals: Goals, version: int, recommended: Mapping[str, Recommendation]) -> RetroCompleted:
    findings = tuple(
        Finding(objective=UUID(objective), result="partly", recommendation=what)
        for objective, what in recommended.items()
    )
    return RetroCompleted(
        id=RETRO, version=version, change="completed", team=UUID(goals.team),
        cycle=UUID(goals.cycle), findings=findings,
    )  # fmt: skip


def record(event: RetroCompleted, offset: int) -> "ConsumerRecord[Any, Any]":
    envelope = Envelope(
        uuid4(), "/agencies/demo/checkins", event.type(), event.subject, datetime.now(UTC),
        event.key, event.schema_id(), event.version, "command", "one", "",
    )  # fmt: skip
    headers = [(name, value.encode()) for name, value in cloudevents.to_headers(envelope).items()]
    return ConsumerRecord(
        TOPIC, 0, offset, 0, 0, event.key.encode(), event.data(), None, 0, 0, headers
    )


class Reader:
    """okr's reading of retros, fed by hand."""

    def __init__(self, okr: Okr) -> None:
        self._okr = okr
        self._offset = 0
        self._projector = Projector(okr.db, "okr", SERVICE.reads, Health())

    async def read(self, *events: RetroCompleted) -> None:
        await self._okr.db.pool.execute(
            "INSERT INTO consumer_offsets (group_name, topic, partition, topic_id, next_offset)"
            " VALUES ('okr', $1, 0, '', 0) ON CONFLICT DO NOTHING",
            TOPIC,
        )
        records = [record(event, self._offset + place) for place, event in enumerate(events)]
        self._offset += len(events)
        await self._projector.apply(records)


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def shown(goals: Goals, **more: Any) -> dict[str, str | None]:
    path = f"/teams/{goals.team}/cycles/{goals.cycle}/cut-over"
    seen: Json = await goals.okr.done("GET", path, **more)
    return {it["objective"]: it.get("recommendation") for it in seen["key_results"]}


async def test_what_a_retro_recommends_is_shown(goals: Goals) -> None:
    one, other = (await goals.agreed())["id"], (await goals.agreed())["id"]
    reader = Reader(goals.okr)
    assert await shown(goals) == {one: None, other: None}
    await reader.read(retro(goals, 1, {one: "keep", other: "drop"}))
    after = {"Soihtu-After": f"retros/{RETRO}@1"}
    assert await shown(goals, headers=after) == {one: "keep", other: "drop"}
    await reader.read(retro(goals, 2, {one: "modify"}), retro(goals, 1, {one: "keep"}))
    assert await shown(goals) == {one: "modify", other: None}
    await reader.read(retro(goals, 3, {}))
    assert await shown(goals) == {one: None, other: None}
    assert await goals.okr.published("soihtu.retro.v1") == []


async def test_what_a_retro_speaks_of_may_come_later(goals: Goals) -> None:
    unknown = str(uuid4())
    reader = Reader(goals.okr)
    elsewhere = retro(goals, 1, {unknown: "keep"}).model_copy(
        update={"team": uuid4(), "cycle": uuid4()}
    )
    await reader.read(elsewhere)
    held = await goals.okr.db.pool.fetchval("SELECT recommendations ->> $1 FROM retros", unknown)
    assert held == "keep"
    letters = await goals.okr.db.pool.fetchval("SELECT count(*) FROM dead_letters")
    assert letters == 0
