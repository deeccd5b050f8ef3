"""A worker that notes a mail as sent before the mail server has it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from chassis import roles
from chassis.db import Database, transaction
from services.notifications.mail.sending import Sender
from services.notifications.rules.ticking import tick_for_ever

SENT = "UPDATE mails SET state = 'sent', ended_at = clock_timestamp() WHERE notification = $1"


class NotedFirst(Sender):
    async def _hand_over(self, mail: EmailMessage) -> int | None:
        async with transaction(self._db) as tx:
            await tx.conn.execute(SENT, mail["Message-ID"].strip("<>").partition("@")[0])
        return await super()._hand_over(mail)


async def _by_the_clock(db: Database, settings: Any, stop: asyncio.Event) -> None:
    await asyncio.gather(
        tick_for_ever(db, settings, stop), NotedFirst(db, settings).send_for_ever(stop)
    )


def main(service: roles.Service, argv: Sequence[str]) -> None:
    roles.main(replace(service, beside=_by_the_clock), argv)
