"""Mails through real SMTP servers: what they say, and what becomes of each whatever fails."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import ValidationError

from chassis import clock
from chassis.db import AWAY, transaction
from chassis.settings import Settings as Shared
from local import parts
from local.files import write_private
from local.mail import MailSink, received
from local.ports import free_port
from services.notifications.mail import store
from services.notifications.mail.sending import Sender, ServerAway
from services.notifications.mail.store import Taken
from services.notifications.rules.ticking import tick
from services.notifications.settings import Settings
from tests.service.chassis.streams import until
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.reporting.world import text

TOLD = {
    "lumme.member2", "lumme.torchbearer", "lumme.deputy", "lumme.supervisor",
}  # fmt: skip
"""Whom help wanted by lumme.member1 is told to."""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    """The local run's mail server, not started yet."""
    made = MailSink(tmp_path / "mail", free_port())
    yield made
    made.stop()


def started(sink: MailSink, tmp_path: Path) -> MailSink:
    parts.start([sink], tmp_path / "logs")
    return sink


def sender(
    desk: Desk,
    address: str,
    lease: timedelta = timedelta(minutes=5),
    domains: str = "other.test, Agency.TEST",
    within: float = 60.0,
    **settings: str,
) -> Sender:
    given = {name: getattr(desk.settings, name) for name in Shared.model_fields}
    more: dict[str, Any] = {
        "smtp": address, "smtp_security": "plain", "mail_from": "soihtu@agency.test",
        "mail_domains": domains,
    }  # fmt: skip
    return Sender(desk.db, Settings.model_validate({**given, **more, **settings}), lease, within)


async def send_all(it: Sender) -> None:
    while await it.send_next():
        pass
    await it.close()


async def asked_for_help(desk: Desk) -> None:
    await desk.hear(world.check_in())
    await desk.tell()


async def states(desk: Desk) -> set[tuple[str, str | None]]:
    rows = await desk.db.pool.fetch("SELECT state, reason FROM mails")
    return {(row["state"], row["reason"]) for row in rows}


def to_whom(mails: list[EmailMessage]) -> list[str]:
    return sorted(mail["To"].addresses[0].username for mail in mails)


async def test_a_mail_is_in_the_reader_s_language_as_text_and_html(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    for name, language in (("lumme.deputy", "sv"), ("lumme.supervisor", "en")):
        told = world.contact(name, language)
        await desk.hear(told.model_copy(update={"version": 2, "name": 'Äiti "<b>"'}))
    await asked_for_help(desk)
    await send_all(sender(desk, started(sink, tmp_path).address))
    mails = list(received(tmp_path / "mail"))
    assert set(to_whom(mails)) == TOLD
    assert await states(desk) == {("sent", None)}
    by_language = {mail["Content-Language"]: mail for mail in mails}
    subjects = {
        "fi": "Soihtu: Lumme pyytää apua tavoitteeseen ”Asumisen hakemus ei jää odottamaan”.",
        "sv": "Soihtu: Lumme ber om hjälp med målet ”Asumisen hakemus ei jää odottamaan”.",
        "en": "Soihtu: Lumme asks for help with the goal “No application is left waiting”.",
    }
    stops = {"fi": "asetuksissasi", "sv": "inställningar", "en": "preferences"}
    for language, subject in subjects.items():
        mail = by_language[language]
        assert mail["Subject"] == subject
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "List-Unsubscribe" not in mail
        assert re.fullmatch(r"<[0-9a-f-]{36}@agency\.test>", mail["Message-ID"])
        plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert plain is not None
        assert html is not None
        for body in (plain.get_content(), html.get_content()):
            assert subject.removeprefix("Soihtu: ") in body
            assert "help-wanted" in body
            assert stops[language] in body
            assert "epäselvä" not in body
        assert f'<html lang="{language}">' in html.get_content()


async def test_a_goal_with_the_longest_name_is_told_and_mailed(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    name = ("pitkä " * 700)[:4000].strip()
    await desk.hear(world.agreed("lumme.member1", title=text(name)))
    await desk.tell()
    (entry,) = await desk.inbox("lumme.deputy")
    assert "pitkä pitkä" in entry["text"]["fi"]
    await send_all(sender(desk, started(sink, tmp_path).address))
    assert await states(desk) == {("sent", None)}


async def test_mail_programs_are_told_where_mails_are_stopped(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    page = "https://soihtu.agency.test/asetukset/ilmoitukset?" + "lang=fi&" * 20 + "x=1#mail"
    await asked_for_help(desk)
    await send_all(sender(desk, started(sink, tmp_path).address, mail_preferences_url=page))
    mails = list(received(tmp_path / "mail"))
    assert len(mails) == len(TOLD)
    for mail in mails:
        assert "".join(mail["List-Unsubscribe"].split()) == f"<{page}>"
        assert "List-Unsubscribe-Post" not in mail
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert page in plain.get_content()
        assert "PUT /me/preferences" not in plain.get_content()


@pytest.mark.parametrize(
    "page",
    [
        "http://a.test",
        "https://",
        "https://a.test/> x",
        "https://a.test/\r\nBcc: b@a.test",
        "mailto:a@b",
    ],
)
def test_the_page_is_an_address_that_a_header_can_hold(page: str) -> None:
    given = {"kafka": "unused:9", "postgres": "unused", "issuer": "https://issuer.test"}
    assert Settings.model_validate(given).mail_preferences_url == ""
    with pytest.raises(ValidationError, match="mail_preferences_url"):
        Settings.model_validate({**given, "mail_preferences_url": page})


async def test_a_server_that_is_away_is_waited_for(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    await asked_for_help(desk)
    it = sender(desk, sink.address)
    with pytest.raises(ServerAway):
        await it.send_next()
    assert await states(desk) == {("queued", None)}
    assert len(await desk.inbox("lumme.deputy")) == 1
    started(sink, tmp_path)
    await desk.db.pool.execute("UPDATE mails SET next_try_at = clock_timestamp()")
    await send_all(it)
    assert set(to_whom(list(received(tmp_path / "mail")))) == TOLD


async def test_what_was_held_for_a_day_is_dropped_and_stays_in_the_inbox(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    await asked_for_help(desk)
    file = tmp_path / "clock"
    clock.follow(file)
    try:
        write_private(file, "86400")
        await send_all(sender(desk, sink.address))
    finally:
        clock.follow(None)
    assert await states(desk) == {("dropped", "too-old")}
    assert len(await desk.inbox("lumme.deputy")) == 1


async def test_many_senders_send_each_mail_once(desk: Desk, sink: MailSink, tmp_path: Path) -> None:
    await asked_for_help(desk)
    started(sink, tmp_path)
    await asyncio.gather(*[send_all(sender(desk, sink.address)) for _ in range(4)])
    assert to_whom(list(received(tmp_path / "mail"))) == sorted(TOLD)


async def test_only_domains_of_the_list_are_written_to(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    elsewhere = {
        "lumme.deputy": "deputy@elsewhere.test",
        "lumme.member2": "member@sub.agency.test",
        "lumme.torchbearer": "x@agency.test> ORCPT=rfc822;y@elsewhere.test",
        "lumme.supervisor": "supervisor@AGENCY.test",
    }
    for name, mail in elsewhere.items():
        await desk.hear(world.contact(name, mail=mail).model_copy(update={"version": 2}))
    await asked_for_help(desk)
    await send_all(sender(desk, started(sink, tmp_path).address))
    assert to_whom(list(received(tmp_path / "mail"))) == ["supervisor"]
    dropped = {("dropped", "domain-not-allowed"), ("dropped", "bad-address")}
    assert await states(desk) == {("sent", None), *dropped}


async def test_who_has_no_address_or_no_wish_is_not_written_to(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    gone = world.contact("lumme.deputy").model_copy(update={"version": 2, "mail": None})
    await desk.hear(gone)
    await asked_for_help(desk)
    wanted = {"mail": {"help-wanted": False}}
    await desk.ask("PUT", "/me/preferences", "lumme.member2", wanted)
    await send_all(sender(desk, started(sink, tmp_path).address))
    left = TOLD - {"lumme.deputy", "lumme.member2"}
    assert set(to_whom(list(received(tmp_path / "mail")))) == left
    reasons = {("dropped", "no-address"), ("dropped", "not-wanted")}
    assert await states(desk) == {("sent", None), *reasons}


async def test_without_a_server_nothing_waits(desk: Desk) -> None:
    await asked_for_help(desk)
    await send_all(sender(desk, ""))
    assert await states(desk) == {("dropped", "no-server")}


async def test_what_waits_in_a_restored_database_is_not_sent(
    desk: Desk, sink: MailSink, tmp_path: Path
) -> None:
    await asked_for_help(desk)
    await desk.db.pool.execute("UPDATE telling SET place = 1")
    it = sender(desk, started(sink, tmp_path).address)
    assert not await it.send_next()
    await tick(desk.db, desk.settings)
    await send_all(it)
    assert await states(desk) == {("dropped", "restored")}
    assert list(received(tmp_path / "mail")) == []


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


async def test_logs_tell_of_no_mail_whose_it_is(
    desk: Desk, sink: MailSink, capsys: pytest.CaptureFixture[str]
) -> None:
    await asked_for_help(desk)
    stop = asyncio.Event()
    sending = asyncio.create_task(sender(desk, sink.address).send_for_ever(stop))
    while not (said := capsys.readouterr().out):  # noqa: ASYNC110 - a log raises no event
        await asyncio.sleep(0.05)
    stop.set()
    await sending
    assert "mails-held" in said
    assert "lumme" not in said
    assert "agency.test" not in said
