"""What a later release noted, told and queued, of rules that this one doesn't know: it waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.mail import MailSink, received
from local.ports import free_port
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.notifications.mailing import TOLD, asked_for_help, send_all, sender, started

LATER = "of-tomorrow"
WHO = "lumme.deputy"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    made = MailSink(tmp_path / "mail", free_port())
    yield made
    made.stop()


async def test_entries_and_mails_of_later_rules_wait(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    await asked_for_help(desk)
    entry, *_ = await desk.inbox(WHO)
    later = "UPDATE notifications SET rule = $1 WHERE id = $2"
    await desk.db.pool.execute(later, LATER, entry["id"])

    assert await desk.inbox(WHO) == []
    path = f"/me/notifications/{entry['id']}"
    assert (await desk.ask("PUT", path, WHO, {"read": True})).status_code == 404
    await send_all(sender(desk, started(sink, tmp_path).address))

    assert len(list(received(tmp_path / "mail"))) == len(TOLD) - 1
    waiting = await desk.db.pool.fetch("SELECT notification FROM mails WHERE state = 'queued'")
    assert [str(row["notification"]) for row in waiting] == [entry["id"]]


async def test_occasions_of_later_rules_wait_and_others_are_told(desk: Desk) -> None:
    await desk.hear(world.check_in("check-in 1", number=1))
    await desk.db.pool.execute("UPDATE occasions SET rule = $1", LATER)
    await desk.hear(world.check_in("check-in 2", number=2))

    await desk.tell()

    assert len(await desk.inbox(WHO)) == 1
    rows = await desk.db.pool.fetch("SELECT settled_at FROM occasions WHERE rule = $1", LATER)
    assert {row["settled_at"] for row in rows} == {None}


async def test_what_was_chosen_of_later_kinds_stays(desk: Desk) -> None:
    await desk.ask("PUT", "/me/preferences", WHO, {"mail": {"due": False}})
    await desk.db.pool.execute("UPDATE preferences SET mail = mail || $1", f'{{"{LATER}": false}}')

    chosen = await desk.ask("PUT", "/me/preferences", WHO, {"mail": {"missed": False}})

    assert LATER not in chosen.json()["mail"]
    held = await desk.db.pool.fetchval("SELECT mail ->> $1 FROM preferences", LATER)
    assert held == "false"
