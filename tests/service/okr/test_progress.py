"""Values of key results: what counts, what is current, whatever order they came in."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import ConsumerRecord

from chassis import cloudevents
from chassis.consumer import Projector
from chassis.ops import Health
from contracts.checkins import CheckInRecorded, Entry
from contracts.envelope import Envelope
from services.okr.app import SERVICE
from tests.service.okr.conftest import Okr, text
from tests.service.okr.goals import UP, Goals

TOPIC = "soihtu.checkins.v1"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


def check_in(
    objective: dict[str, Any], number: int, day: int, values: dict[str, float], **more: Any
) -> CheckInRecorded:
    stated: dict[str, Any] = {
        "id": UUID(int=number),
        "version": 1,
        "change": "recorded",
        "objective": objective["id"],
        "cycle": objective["cycle"],
        "team": objective["responsible_team"],
        "number": number,
        "effective_date": date(2026, 9, day),
        "entries": tuple(Entry(key_result=UUID(k), value=v) for k, v in values.items()),
    }
    return CheckInRecorded.model_validate(stated | more)


def record(event: CheckInRecorded, offset: int) -> "ConsumerRecord[Any, Any]":
    envelope = Envelope(
        id=uuid4(),
        source="/agencies/demo/checkins",
        type=event.type(),
        subject=event.subject,
        time=datetime(2026, 9, 30, tzinfo=UTC),
        key=event.key,
        dataschema=event.schema_id(),
        sequence=event.version,
        origin="import",
        correlationid="one",
        traceparent="",
    )
    headers = [(name, value.encode()) for name, value in cloudevents.to_headers(envelope).items()]
    return ConsumerRecord(
        TOPIC, 0, offset, 0, 0, event.key.encode(), event.data(), None, 0, 0, headers
    )


class Reader:
    """okr's reading of check-ins, fed by hand."""

    def __init__(self, okr: Okr) -> None:
        self._okr = okr
        self._offset = 0
        self._projector = Projector(okr.db, "okr", SERVICE.reads, Health())

    async def read(self, *events: CheckInRecorded) -> None:
        await self._okr.db.pool.execute(
            "INSERT INTO consumer_offsets (group_name, topic, partition, topic_id, next_offset)"
            " VALUES ('okr', $1, 0, '', 0) ON CONFLICT DO NOTHING",
            TOPIC,
        )
        records = [record(event, self._offset + place) for place, event in enumerate(events)]
        self._offset += len(events)
        await self._projector.apply(records)


@pytest.fixture
def reader(okr: Okr) -> Reader:
    return Reader(okr)


async def test_a_value_becomes_progress_and_goes_out(goals: Goals, reader: Reader) -> None:
    objective = await goals.agreed(UP, UP | {"weight": 3})
    one, other = (goal["id"] for goal in objective["key_results"])
    await reader.read(check_in(objective, 1, 4, {one: 5}))
    assert (await goals.progress(one))["progress"] == 0.5
    assert "progress" not in await goals.progress(other)
    told = await goals.okr.published("soihtu.progress.v1")
    assert [headers["ce_type"] for headers, _ in told] == [
        "fi.soihtu.key-result-updated.v1",
        "fi.soihtu.value-recorded.v1",
    ]
    assert {headers["ce_origin"] for headers, _ in told} == {"import"}
    assert {headers["ce_correlationid"] for headers, _ in told} == {"one"}
    assert told[0][1]["objective_progress"] == 0.5
    assert told[0][1]["objective_coverage"] == 0.25
    outside = await goals.okr.published("soihtu.open-progress.v1")
    assert [data["source"] for _, data in outside] == ["check-in"]


def _said(objective: dict[str, Any], one: str, other: str) -> list[CheckInRecorded]:
    """A history with a correction that withdraws, days out of order, and two on one day."""
    return [
        check_in(objective, 1, 4, {one: 1, other: 2}),
        check_in(objective, 1, 4, {one: 3}, version=2, change="corrected"),
        check_in(objective, 2, 18, {one: 7, other: 4}),
        check_in(objective, 3, 11, {other: 9}),
        check_in(objective, 4, 18, {one: 6}),
    ]


async def _standing(goals: Goals, *ids: str) -> list[tuple[Any, Any, list[Any]]]:
    found = []
    for goal in ids:
        state = await goals.progress(goal)
        rows = (await goals.okr.done("GET", f"/key-results/{goal}/values"))["items"]
        series = [(it["effective_date"], it["value"]) for it in rows if not it["withdrawn"]]
        found.append((state.get("value"), state.get("progress"), series))
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_any_split_any_repeat_ends_the_same(
    goals: Goals, reader: Reader, seed: int
) -> None:
    objective = await goals.agreed(UP, UP)
    one, other = (goal["id"] for goal in objective["key_results"])
    events = _said(objective, one, other)
    chance = random.Random(seed)
    shuffled = chance.sample(events + events[:3], len(events) + 3)
    await _read_in_pieces(reader, shuffled, chance)
    await reader.read(*events)
    assert await _standing(goals, one, other) == [
        (6, 0.6, [("2026-09-18", 6), ("2026-09-18", 7), ("2026-09-04", 3)]),
        (4, 0.4, [("2026-09-18", 4), ("2026-09-11", 9)]),
    ]


async def _read_in_pieces(
    reader: Reader, events: Sequence[CheckInRecorded], chance: random.Random
) -> None:
    rest = list(events)
    while rest:
        size = chance.randint(1, 3)
        await reader.read(*rest[:size])
        rest = rest[size:]


async def test_what_cannot_count_is_kept_with_the_reason(goals: Goals, reader: Reader) -> None:
    objective = await goals.agreed(UP, UP)
    one, other = (goal["id"] for goal in objective["key_results"])
    await goals.reworded(objective, UP | {"id": one})
    await reader.read(check_in(objective, 1, 4, {one: 5, other: 5}))
    await goals.move("retro", version=1)
    await goals.move("closed", version=2)
    await reader.read(check_in(objective, 2, 11, {one: 9}))
    rows = (await goals.okr.done("GET", f"/key-results/{one}/values"))["items"]
    assert [(it["value"], it["counted"], it.get("reason")) for it in rows] == [
        (9, False, "team-cycle-closed"),
        (5, True, None),
    ]
    rows = (await goals.okr.done("GET", f"/key-results/{other}/values"))["items"]
    assert [it.get("reason") for it in rows] == ["key-result-dropped"]
    assert (await goals.progress(one))["value"] == 5


async def test_what_a_team_that_looks_back_says_counts(goals: Goals, reader: Reader) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    await reader.read(check_in(objective, 1, 4, {goal: 3}))
    await goals.move("retro", version=1)
    await reader.read(check_in(objective, 2, 18, {goal: 7}))
    assert (await goals.progress(goal))["value"] == 7
    why = {"version": 2, "change": "corrected", "reason": "Laskettiin kahdesti."}
    await reader.read(check_in(objective, 2, 18, {goal: 6}, **why))
    assert (await goals.progress(goal))["value"] == 6
    rows = (await goals.okr.done("GET", f"/key-results/{goal}/values"))["items"]
    assert [it["counted"] for it in rows] == [True, True]


async def test_a_correction_that_comes_too_late_takes_nothing(goals: Goals, reader: Reader) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    await reader.read(check_in(objective, 1, 4, {goal: 3}), check_in(objective, 2, 11, {goal: 7}))
    await goals.move("retro", version=1)
    await goals.move("closed", version=2)
    for version, values in ((2, {goal: 8.0}), (3, {goal: 9.0})):
        await reader.read(check_in(objective, 2, 18, values, version=version))
        assert (await goals.progress(goal))["value"] == 7
    rows = (await goals.okr.done("GET", f"/key-results/{goal}/values"))["items"]
    assert [(it["value"], it["counted"], it["current"]) for it in rows] == [
        (9, False, True),
        (3, True, False),
    ]
    assert rows[0]["standing"] == {"effective_date": "2026-09-11", "value": 7}


async def test_the_order_of_what_is_current(goals: Goals, reader: Reader) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    await goals.machine(goal, "2026-09-04", 1)
    await reader.read(check_in(objective, 2, 4, {goal: 2}))
    assert (await goals.progress(goal))["value"] == 2, "a person stands over a machine"
    await reader.read(check_in(objective, 1, 4, {goal: 3}))
    assert (await goals.progress(goal))["value"] == 2, "the higher number stands"
    await goals.machine(goal, "2026-09-05", 4)
    assert (await goals.progress(goal))["value"] == 4, "a later day stands over all"
    page = await goals.okr.done("GET", f"/key-results/{goal}/values?limit=2")
    rest = await goals.okr.done("GET", f"/key-results/{goal}/values?limit=2&after={page['next']}")
    assert [it["value"] for it in page["items"] + rest["items"]] == [4, 2, 3, 1]


async def test_a_proposal_has_no_progress_inside_or_outside(goals: Goals) -> None:
    objective = await goals.proposed()
    goal = objective["key_results"][0]["id"]
    said = await goals.machine(goal, "2026-09-04", 4)
    assert (said["counted"], said["reason"]) == (False, "objective-not-agreed")
    await goals.okr.done(
        "POST", f"/objectives/{objective['id']}/close", version=1, caller="revontuli.torchbearer"
    )
    outside = await goals.okr.published("soihtu.open.v1")
    assert not [data for _, data in outside if data["id"] == objective["id"]]
    assert not await goals.okr.published("soihtu.open-progress.v1")
    agreed = await goals.agreed()
    again = agreed["key_results"][0]["id"]
    await goals.machine(again, "2026-09-04", 4)
    assert (await goals.progress(again))["progress"] == 0.4


async def test_a_machine_speaks_of_days_of_the_cycle(goals: Goals) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    refused = await goals.okr.refused(
        "PUT", f"/key-results/{goal}/values/2025-01-01", {"value": 1},
        caller="machine.phones", scope="values:write",
    )  # fmt: skip
    assert refused == (422, "date-outside-cycle")


async def test_the_pace_of_an_objective(goals: Goals, reader: Reader) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    path = f"/objectives/{objective['id']}/pace"
    before = await goals.okr.done("GET", path)
    assert "last_check_in" not in before
    await reader.read(check_in(objective, 1, 4, {goal: 5}))
    after = await goals.okr.done("GET", path)
    assert (after["progress"], after["last_check_in"]) == (0.5, "2026-09-04")
    assert 0 <= after["elapsed"] <= 1


async def test_nothing_is_due_of_what_is_only_proposed_or_closed(goals: Goals) -> None:
    proposed, agreed = await goals.proposed(), await goals.agreed()
    before = await goals.okr.done("GET", f"/objectives/{proposed['id']}/pace")
    assert not before["stale"]
    assert {it["status"] for it in before["key_results"]} == {"no-value"}
    assert "due_next" not in before
    assert "due_next" in await goals.okr.done("GET", f"/objectives/{agreed['id']}/pace")
    closed = await goals.changed(agreed)
    after = await goals.okr.done("GET", f"/objectives/{closed['id']}/pace")
    assert not after["stale"]
    assert "due_next" not in after


async def test_nothing_was_due_of_a_proposal_that_was_taken_back(goals: Goals) -> None:
    today, weeks = datetime.now(UTC).date(), timedelta(weeks=8)
    start, end = str(today - weeks), str(today + weeks)
    frame = await goals.okr.cycle(name=text("toinen"), start=start, end=end)
    proposed = await goals.proposed(cycle=frame["id"])
    path = f"/objectives/{proposed['id']}"
    closed = await goals.okr.done("POST", f"{path}/close", version=1, caller="revontuli.member")
    pace = await goals.okr.done("GET", f"{path}/pace")
    assert (closed["state"], pace["stale"], "due_next" in pace) == ("closed", False, False)
    assert {it["status"] for it in pace["key_results"]} == {"no-value"}


async def test_a_machine_says_the_same_day_again_without_harm(goals: Goals) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    first = await goals.machine(goal, "2026-09-04", 4)
    again = await goals.machine(goal, "2026-09-04", 4)
    assert first == again
    changed = await goals.machine(goal, "2026-09-04", 5)
    assert (changed["version"], changed["source_version"]) == (2, 2)
    assert (await goals.progress(goal))["value"] == 5
    refused = await goals.okr.refused(
        "PUT", f"/key-results/{goal}/values/2999-01-01", {"value": 1},
        caller="machine.phones", scope="values:write",
    )  # fmt: skip
    assert refused == (422, "date-in-future")


async def test_a_person_may_not_speak_as_a_machine(goals: Goals) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    for caller in ("admin", "revontuli.torchbearer"):
        refused = await goals.okr.refused(
            "PUT", f"/key-results/{goal}/values/2026-09-04", {"value": 1}, caller=caller
        )
        assert refused == (403, "not-allowed")


async def test_reached_or_not_takes_no_half(goals: Goals) -> None:
    objective = await goals.agreed({"title": text("ohje käytössä"), "kind": "binary"})
    goal = objective["key_results"][0]["id"]
    refused = await goals.okr.refused(
        "PUT", f"/key-results/{goal}/values/2026-09-04", {"value": 0.5},
        caller="machine.phones", scope="values:write",
    )  # fmt: skip
    assert refused == (422, "value-not-binary")
    await goals.machine(goal, "2026-09-04", 1)
    assert (await goals.progress(goal))["progress"] == 1


async def test_totals_have_a_version_of_their_own(goals: Goals) -> None:
    objective = await goals.agreed(UP, UP)
    one, other = (goal["id"] for goal in objective["key_results"])
    await goals.machine(one, "2026-09-04", 4)
    await goals.machine(other, "2026-09-04", 4)
    await goals.reworded(objective, UP | {"id": one})
    told = [
        (
            data["objective_progress_version"],
            data.get("objective_progress"),
            data["objective_coverage"],
        )
        for headers, data in await goals.okr.published("soihtu.progress.v1")
        if headers["ce_type"] == "fi.soihtu.key-result-updated.v1"
    ]
    assert told == [(1, 0.4, 0.5), (2, 0.4, 1.0)], "the drop changed neither mean nor coverage"
    state = await goals.okr.done("GET", f"/objectives/{objective['id']}")
    assert state["version"] == 4, "values don't raise the objective's version"
