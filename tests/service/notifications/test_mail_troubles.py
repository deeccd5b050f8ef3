"""What becomes of a mail whose server, sender or database fails."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis import clock
from chassis.db import AWAY, transaction
from local.ports import free_port
from services.notifications.mail import store
from services.notifications.mail.sending import ServerAway
from services.notifications.mail.store import Taken
from tests.service.chassis.streams import until
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.notifications.mailing import TOLD, asked_for_help, send_all, sender, states


class Moody:
    """An SMTP server's handler that answers as it is told to, and notes what it was sent."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.peers: set[object] = set()
        self.answer = "250 OK"
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = asyncio.Event()
        self.to_cancel: asyncio.Task[None] | None = None

    async def handle_DATA(self, _: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        found = re.search(rb"^Message-ID: (\S+)", envelope.content or b"", re.MULTILINE)  # type: ignore[arg-type]
        assert found
        self.ids.append(found[1].decode())
        self.peers.add(session.peer)
        if self.to_cancel:
            self.to_cancel.cancel()
        self.asked.set()
        await self.may_answer.wait()
        return self.answer


@pytest.fixture
async def moody() -> AsyncIterator[tuple[Moody, str]]:
    """The handler, and the address of its server."""
    handler, port = Moody(), free_port()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", port)
    yield handler, f"127.0.0.1:{port}"
    server.close()


async def one_mail(desk: Desk) -> None:
    await asked_for_help(desk)
    await desk.db.pool.execute(
        "DELETE FROM mails WHERE notification <> (SELECT min(notification::text)::uuid FROM mails)"
    )


async def test_after_a_crash_a_mail_is_sent_again_under_the_same_id(
    desk: Desk, moody: tuple[Moody, str]
) -> None:
    await one_mail(desk)
    server, address = moody
    first = sender(desk, address, lease=timedelta())
    server.to_cancel = asyncio.create_task(send_all(first))
    with pytest.raises(asyncio.CancelledError):
        await server.to_cancel
    server.to_cancel = None
    assert await states(desk) == {("sending", None)}
    await send_all(sender(desk, address))
    assert await states(desk) == {("sent", None)}
    assert len(server.ids) == 2
    assert len(set(server.ids)) == 1


async def test_a_mail_that_is_being_sent_is_nobody_else_s(
    desk: Desk, moody: tuple[Moody, str]
) -> None:
    await one_mail(desk)
    server, address = moody
    server.to_cancel = asyncio.create_task(send_all(sender(desk, address)))
    with pytest.raises(asyncio.CancelledError):
        await server.to_cancel
    assert not await sender(desk, address).send_next()


async def test_a_sender_that_was_taken_for_gone_says_no_more_than_that_it_was_sent(
    desk: Desk,
) -> None:
    await one_mail(desk)

    async def taken(lease: timedelta) -> Taken:
        async with transaction(desk.db) as tx:
            mail = await store.take(tx, clock.true_now() + lease)
            assert mail is not None
            return mail

    gone = await taken(timedelta())
    await taken(timedelta(minutes=5))
    async with transaction(desk.db) as tx:
        await store.try_later(tx, gone, clock.true_now())
        await store.drop(tx, gone, "refused")
    assert await states(desk) == {("sending", None)}
    async with transaction(desk.db) as tx:
        await store.sent(tx, gone)
    assert await states(desk) == {("sent", None)}


async def test_an_address_that_the_server_can_t_take_holds_no_other_mail(
    desk: Desk, moody: tuple[Moody, str]
) -> None:
    odd = {"lumme.deputy": "deputy@\N{KELVIN SIGN}.test", "lumme.member2": "jäsen@agency.test"}
    for name, mail in odd.items():
        await desk.hear(world.contact(name, mail=mail).model_copy(update={"version": 2}))
    await asked_for_help(desk)
    server, address = moody
    await send_all(sender(desk, address, domains="agency.test,k.test"))
    assert await states(desk) == {("sent", None), ("dropped", "bad-address")}
    assert len(server.ids) == len(TOLD) - len(odd)


async def test_a_server_that_does_not_answer_is_left_and_asked_anew(
    desk: Desk, moody: tuple[Moody, str]
) -> None:
    await one_mail(desk)
    server, address = moody
    server.may_answer.clear()
    it = sender(desk, address, within=0.5)

    async def is_done() -> bool:
        with suppress(ServerAway):
            await it.send_next()
        await desk.db.pool.execute("UPDATE mails SET next_try_at = clock_timestamp()")
        return await states(desk) == {("sent", None)}

    while not server.ids:
        assert not await is_done()
    server.may_answer.set()
    await until(is_done)
    assert len(set(server.ids)) == 1
    assert len(server.peers) == len(server.ids) >= 2


async def test_that_a_mail_was_sent_is_noted_once_the_database_is_back(
    desk: Desk, moody: tuple[Moody, str]
) -> None:
    await one_mail(desk)
    server, address = moody
    server.may_answer.clear()
    it = sender(desk, address)
    sending = asyncio.create_task(it.send_next())
    await server.asked.wait()
    async with desk.db.pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM mails FOR UPDATE")
        server.may_answer.set()
        await until(lambda: desk.value(END_WHO_WAITS))
        with pytest.raises(AWAY):
            await sending
    assert await states(desk) == {("sending", None)}
    assert not await it.send_next()
    assert await states(desk) == {("sent", None)}
    assert len(server.ids) == 1


END_WHO_WAITS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()"""


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [("451 later", ("queued", None)), ("554 never", ("dropped", "refused"))],
)
async def test_what_the_server_refuses_is_tried_again_or_dropped(
    desk: Desk, moody: tuple[Moody, str], answer: str, becomes: tuple[str, str | None]
) -> None:
    await one_mail(desk)
    server, address = moody
    server.answer = answer
    assert await sender(desk, address).send_next()
    assert await states(desk) == {becomes}
