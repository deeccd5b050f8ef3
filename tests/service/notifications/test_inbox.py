"""A person's inbox and preferences: theirs alone, read and unread, chosen by kind."""

import asyncio

import httpx

from chassis.db import transaction
from services.notifications.inbox import domain, store
from services.notifications.rules.ticking import forget
from tests.service.chassis.streams import until
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.reporting.world import an_id

MISSED = {"missed": False}
WAITING_FOR_A_LOCK = """SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()"""
KINDS = {
    "due", "missed", "help-wanted", "low-confidence", "goal-proposed", "goal-agreed",
    "question-asked", "request-made", "answered", "not-counted", "learning-shared",
}  # fmt: skip


async def asked_for_help(desk: Desk, times: int = 1) -> None:
    for number in range(1, times + 1):
        await desk.hear(world.check_in(f"check-in {number}", number=number))
        await desk.tell()


async def test_an_entry_is_read_and_unread_again(desk: Desk) -> None:
    await asked_for_help(desk)
    (entry,) = await desk.inbox("lumme.deputy")
    path = f"/me/notifications/{entry['id']}"
    read = (await desk.ask("PUT", path, "lumme.deputy", {"read": True})).json()
    assert read["read_at"]
    again = (await desk.ask("PUT", path, "lumme.deputy", {"read": True})).json()
    assert again == read
    late = await desk.ask("PUT", path, "lumme.deputy", {"read": False}, **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["current"]) == (412, read)
    assert await desk.inbox("lumme.deputy", "?unread=true") == []
    assert (await desk.ask("PUT", path, "lumme.deputy", {"read": False})).json()["read_at"] is None
    assert len(await desk.inbox("lumme.deputy", "?unread=true")) == 1


async def test_an_inbox_is_one_s_own(desk: Desk) -> None:
    await asked_for_help(desk)
    (entry,) = await desk.inbox("lumme.deputy")
    path = f"/me/notifications/{entry['id']}"
    answer = await desk.ask("PUT", path, "lumme.supervisor", {"read": True})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert await desk.inbox("lumme.member1") == []


async def test_entries_end_in_time_and_earlier_when_they_were_read(desk: Desk) -> None:
    await asked_for_help(desk)
    names = ("lumme.deputy", "lumme.member2", "lumme.supervisor", "lumme.torchbearer")

    async def aged(name: str, column: str, days: int, minutes: int) -> None:
        await desk.db.pool.execute(
            f"UPDATE notifications SET {column} ="  # noqa: S608
            " now() - make_interval(days => $2, mins => $3) WHERE person = $1",
            an_id(name), days, minutes,
        )  # fmt: skip

    for minutes, left in ((-1, set(names)), (1, {"lumme.torchbearer"})):
        await aged("lumme.deputy", "at", 365, minutes)
        await aged("lumme.member2", "read_at", 90, minutes)
        await aged("lumme.supervisor", "at", 365, minutes)
        await aged("lumme.supervisor", "read_at", 1, minutes)
        await aged("lumme.torchbearer", "at", 364, minutes)
        await forget(desk.db)
        assert await desk.told("help-wanted") == left


async def test_any_number_of_workers_forget_more_than_one_bite_takes(desk: Desk) -> None:
    await asked_for_help(desk)
    await desk.db.pool.execute(
        "INSERT INTO notifications (id, rule, subject, person, occurrence, objective, team, at)"
        " SELECT gen_random_uuid(), rule, subject, person, n::text, objective, team,"
        " now() - interval '400 days' FROM notifications, generate_series(1, 600) AS n"
    )
    await asyncio.gather(*[forget(desk.db) for _ in range(3)])
    await forget(desk.db)
    assert await desk.value("SELECT count(*) FROM notifications") == 4
    await desk.tell()
    assert await desk.value("SELECT count(*) FROM notifications") == 4


async def test_a_role_that_is_no_person_has_no_inbox(desk: Desk) -> None:
    answer = await desk.ask("GET", "/me/notifications", "admin")
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown-person")


async def test_the_newest_come_first_page_by_page(desk: Desk) -> None:
    await asked_for_help(desk, 3)
    everything = await desk.inbox("lumme.deputy")
    first = (await desk.ask("GET", "/me/notifications?limit=2", "lumme.deputy")).json()
    rest = await desk.inbox("lumme.deputy", f"?limit=2&after={first['next']}")
    assert [*first["items"], *rest] == everything
    assert [it["at"] for it in everything] == sorted((it["at"] for it in everything), reverse=True)


async def test_mails_are_chosen_by_kind(desk: Desk) -> None:
    held = (await desk.ask("GET", "/me/preferences", "lumme.deputy")).json()
    assert held["mail"] == dict.fromkeys(KINDS, True)
    wanted = {"mail": {"help-wanted": False}}
    chosen = await desk.ask("PUT", "/me/preferences", "lumme.deputy", wanted)
    assert chosen.json()["mail"] == dict.fromkeys(KINDS, True) | wanted["mail"]
    assert chosen.json()["version"] == 2
    assert (await desk.ask("GET", "/me/preferences", "lumme.deputy")).json() == chosen.json()
    other = (await desk.ask("GET", "/me/preferences", "lumme.supervisor")).json()
    assert other["mail"]["help-wanted"] is True


async def test_a_choice_that_has_moved_on_is_not_overwritten(desk: Desk) -> None:
    wanted = {"mail": {"due": False}}
    await desk.ask("PUT", "/me/preferences", "lumme.deputy", wanted)
    late = await desk.ask(
        "PUT", "/me/preferences", "lumme.deputy", {"mail": {}}, **{"If-Match": '"1"'}
    )
    assert late.status_code == 412
    assert late.json()["current"]["mail"]["due"] is False


async def test_of_two_first_choices_at_once_the_later_has_moved_on(desk: Desk) -> None:
    person = an_id("lumme.deputy")
    async with transaction(desk.db) as tx:
        held = await store.preferences_to_change(tx, person)
        late = asyncio.create_task(
            desk.ask(
                "PUT", "/me/preferences", "lumme.deputy", {"mail": MISSED}, **{"If-Match": '"1"'}
            )
        )
        await until(lambda: _waits_or_is_done(desk, late))
        await store.put_preferences(tx, domain.preferences(person, 2, {"due": False}))
    assert held.version == 1
    answer = await late
    assert answer.status_code == 412
    assert answer.json()["current"]["mail"]["due"] is False


async def _waits_or_is_done(desk: Desk, late: "asyncio.Task[httpx.Response]") -> bool:
    return late.done() or bool(await desk.value(WAITING_FOR_A_LOCK))


async def test_a_kind_that_there_is_not_is_refused(desk: Desk) -> None:
    answer = await desk.ask("PUT", "/me/preferences", "lumme.deputy", {"mail": {"gossip": True}})
    assert answer.status_code == 422


async def test_whoever_wants_no_mail_of_a_kind_has_it_in_the_inbox_alone(desk: Desk) -> None:
    await desk.ask("PUT", "/me/preferences", "lumme.deputy", {"mail": {"help-wanted": False}})
    await asked_for_help(desk)
    mailed = await desk.db.pool.fetch(
        "SELECT name FROM mails JOIN notifications ON id = notification"
        " JOIN contacts USING (person)"
    )
    assert {row["name"] for row in mailed} == await desk.told("help-wanted") - {"lumme.deputy"}
