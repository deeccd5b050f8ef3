"""Mails through the local run's SMTP server: what they say, to whom, what is held or dropped."""

import asyncio
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis import clock
from local.files import write_private
from local.mail import MailSink, received
from local.ports import free_port
from services.notifications.mail.sending import ServerAway
from services.notifications.rules.ticking import tick
from services.notifications.settings import Settings
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.notifications.mailing import (
    TOLD,
    asked_for_help,
    send_all,
    sender,
    started,
    states,
)
from tests.service.reporting.world import text


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    """The local run's mail server, not started yet."""
    made = MailSink(tmp_path / "mail", free_port())
    yield made
    made.stop()


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
