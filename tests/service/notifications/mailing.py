"""What tests of mails send them with, and to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from chassis.settings import Settings as Shared
from local import parts
from local.mail import MailSink
from services.notifications.mail.sending import Sender
from services.notifications.settings import Settings
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk

TOLD = {
    "lumme.member2", "lumme.torchbearer", "lumme.deputy", "lumme.supervisor",
}  # fmt: skip
"""Whom help wanted by lumme.member1 is told to."""


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
