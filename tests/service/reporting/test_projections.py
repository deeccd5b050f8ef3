"""What events make of the tables: what is counted, what is old, what can't be applied."""

from typing import Any

import pytest

from chassis import cloudevents, outbox
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

CHECK_IN = world.an_id("a check-in")
SOURCE = f"check-in/{CHECK_IN}"
GOALS = [world.an_id(f"goal {n}") for n in range(3)]


def row(goal: int, version: int, source_version: int, source_values: int) -> Any:
    """The value that the check-in has for one of GOALS."""
    return world.value(
        SOURCE,
        float(goal),
        key_result=GOALS[goal],
        version=version,
        source_version=source_version,
        source_values=source_values,
    )


async def counted(desk: Desk) -> int | None:
    """Up to which version the check-in is counted."""
    found = await desk.fetch(
        "SELECT version FROM seen WHERE kind = 'counted' AND id = $1", str(CHECK_IN)
    )
    return found[0]["version"] if found else None


async def test_a_check_in_is_counted_when_its_last_value_is_here(empty_desk: Desk) -> None:
    await empty_desk.hear(row(0, 1, 1, 2))
    assert await counted(empty_desk) is None
    await empty_desk.hear(row(1, 1, 1, 2))
    assert await counted(empty_desk) == 1
    await empty_desk.hear(row(0, 2, 2, 3), row(1, 2, 2, 3))
    assert await counted(empty_desk) == 1
    await empty_desk.hear(row(2, 1, 2, 3))
    assert await counted(empty_desk) == 2


async def test_values_of_newer_versions_count_for_older_ones(empty_desk: Desk) -> None:
    await empty_desk.hear(row(0, 2, 2, 3))
    assert await counted(empty_desk) is None
    await empty_desk.hear(row(1, 1, 1, 2))
    assert await counted(empty_desk) == 1


async def test_a_value_that_okr_does_not_count_has_arrived_too(empty_desk: Desk) -> None:
    late = row(0, 1, 1, 1).model_copy(update={"counted": False, "reason": "key-result-dropped"})
    await empty_desk.hear(late)
    assert await counted(empty_desk) == 1


async def test_machine_values_are_no_check_in(empty_desk: Desk) -> None:
    await empty_desk.hear(world.value("machine/queue/2026-09-01", 5))
    assert await empty_desk.fetch("SELECT 1 FROM seen WHERE kind = 'counted'") == []


async def test_totals_are_kept_by_their_own_version(empty_desk: Desk) -> None:
    """A key result's older state may carry newer totals than another's newer state."""
    await empty_desk.hear(
        world.progress(GOALS[0], 5, 0.5, version=7, objective_progress_version=3),
        world.progress(GOALS[1], 8, 0.8, version=1, objective_progress_version=4),
    )
    await empty_desk.hear(world.progress(GOALS[2], 1, 0.1, objective_progress_version=2))
    (totals,) = await empty_desk.fetch("SELECT version, progress FROM objective_progress")
    assert tuple(totals) == (4, 0.8)


async def test_an_older_state_changes_nothing(empty_desk: Desk) -> None:
    await empty_desk.hear(world.check_in(version=2, change="corrected", number=9))
    await empty_desk.hear(world.check_in(number=4))
    assert [one["number"] for one in await empty_desk.fetch("SELECT number FROM check_ins")] == [9]


async def test_a_withdrawn_progress_is_unknown_again(empty_desk: Desk) -> None:
    await empty_desk.hear(world.progress(world.WAITING, 500, 0.3))
    again = {"version": 2, "objective_progress_version": 2, "objective_coverage": 0.0}
    await empty_desk.hear(world.progress(world.WAITING, None, None, **again))
    (held,) = await empty_desk.fetch("SELECT value, progress FROM key_result_progress")
    (totals,) = await empty_desk.fetch("SELECT progress, coverage FROM objective_progress")
    assert (tuple(held), tuple(totals)) == ((None, None), (None, 0.0))


async def test_new_codes_and_fields_are_taken(empty_desk: Desk) -> None:
    await speak(
        empty_desk,
        world.objective(world.CALLS, world.key_result(world.WAITING)),
        ("increase", "zones"),
        ("decrease", "zones"),
        ("weekly", "fortnightly"),
        ('"version"', '"feeling":"good","version"'),
    )
    (held,) = await empty_desk.fetch("SELECT rhythm, kind FROM objectives, key_results")
    assert tuple(held) == ("fortnightly", "zones")


async def speak(desk: Desk, event: Any, *changes: tuple[str, str], **headers: bytes) -> None:
    """Have `event` come with some of its JSON, or of its headers, in another way."""
    data = event.data().decode()
    for old, new in changes:
        data = data.replace(old, new)
    envelope = outbox.envelope_of(event, world.SOURCE, "command")
    said = {name: text.encode() for name, text in cloudevents.to_headers(envelope).items()}
    record = world.record(event.topic, 0, event.key, data.encode(), [*(said | headers).items()])
    await desk.projector.apply([record, *world.records([world.cycle()], 1)])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('"cycle"', '"circle"'), "bad-data"),
        (("Asumisen", "\\u0000"), "sqlstate-22P05"),
    ],
)
async def test_what_can_not_be_applied_is_set_aside_and_the_rest_goes_on(
    empty_desk: Desk, change: tuple[str, str], reason: str
) -> None:
    await speak(empty_desk, world.objective(world.CALLS), change)
    assert [one["reason"] for one in await empty_desk.fetch("SELECT reason FROM dead_letters")] == [
        reason
    ]
    assert len(await empty_desk.fetch("SELECT 1 FROM cycles")) == 1
    assert await empty_desk.fetch("SELECT 1 FROM objectives") == []


async def test_a_number_too_large_for_its_column_is_set_aside(empty_desk: Desk) -> None:
    said = world.value("check-in/1", 5.0)
    await speak(empty_desk, said, ('"source_values":1', '"source_values":9999999999'))
    assert [one["reason"] for one in await empty_desk.fetch("SELECT reason FROM dead_letters")] == [
        "sqlstate-22000"
    ]
    assert len(await empty_desk.fetch("SELECT 1 FROM cycles")) == 1


async def test_types_that_are_not_known_are_passed_over(empty_desk: Desk) -> None:
    await speak(empty_desk, world.objective(world.CALLS), ce_type=b"fi.soihtu.idea-told.v1")
    assert await empty_desk.fetch("SELECT 1 FROM dead_letters") == []
    assert len(await empty_desk.fetch("SELECT 1 FROM cycles")) == 1


async def test_the_answer_is_as_of_the_last_event(empty_desk: Desk) -> None:
    await empty_desk.hear(world.cycle(), world.person("lumme.member1", "member", world.LUMME))
    event = world.unit(world.ROOT, "Elantovirasto", None)
    envelope = outbox.envelope_of(event, world.SOURCE, "command")._replace(time=world.NOW)
    headers = [(name, it.encode()) for name, it in cloudevents.to_headers(envelope).items()]
    later = [world.record(event.topic, 9, event.key, event.data(), headers)]
    before = (await empty_desk.told("/overview"))["as_of"]
    await empty_desk.projector.apply(later)
    assert (await empty_desk.told("/overview"))["as_of"] == before
