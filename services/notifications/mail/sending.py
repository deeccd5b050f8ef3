"""Sends mails through SMTP: any number of senders, each mail by one of them at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.message import EmailMessage

import aiosmtplib

from chassis import clock, telemetry
from chassis.db import AWAY, Database, Tx, reading, transaction
from chassis.waiting import pause
from services.notifications.mail import domain, store
from services.notifications.mail.domain import Letter, Reason
from services.notifications.mail.store import Taken
from services.notifications.settings import Settings

IDLE = 1.0
ANSWER_WITHIN = 30.0
"""Seconds for each answer of the mail server."""
SEND_WITHIN = 240.0
"""Seconds for a mail as a whole: most of them for the answer to its text, which a server that looks
through mails gives late. Whoever leaves before it sends that mail once more."""
LEASE = timedelta(minutes=5)
"""For so long a mail is one sender's, over `SEND_WITHIN`; then that one is taken for gone."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class ServerAway(Exception):
    """The mail server can't be reached, or takes nothing from us for now."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, and how it is written."""

    name: str
    write: Callable[[Tx], Awaitable[None]]


class Sender:
    """Takes one mail after the other, and says of each what became of it."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        lease: timedelta = LEASE,
        within: float = SEND_WITHIN,
    ) -> None:
        self._db = db
        self._settings = settings
        self._lease = lease
        self._within = within
        self._domains = frozenset(settings.mail_domains)
        self._server: aiosmtplib.SMTP | None = None
        self._unwritten: Outcome | None = None

    async def send_for_ever(self, stop: asyncio.Event) -> None:
        """Send what waits, until `stop`; while the server is away, mails are held."""
        delay = FIRST_PAUSE
        while not stop.is_set():
            try:
                found = await self.send_next()
                delay = FIRST_PAUSE
                if not found:
                    await self._rest(stop)
            except ServerAway as away:
                telemetry.log().warning("mails-held", error=type(away.__cause__).__name__)
                await self._count_waiting()
                await pause(delay, stop)
                delay = min(delay * 2, LONGEST_PAUSE)
            except AWAY as error:
                telemetry.log().warning("tick-failed", error=type(error).__name__)
                await pause(FIRST_PAUSE, stop)
        await self.close()

    async def _rest(self, stop: asyncio.Event) -> None:
        await self.close()
        await self._count_waiting()
        await pause(IDLE, stop)

    async def _count_waiting(self) -> None:
        async with reading(self._db) as tx:
            telemetry.MAILS_WAITING.set(await store.waiting(tx))

    async def send_next(self) -> bool:
        """Send one mail; False where none waits. Raises ServerAway, and what the database says.

        It is noted as being sent before it is: should this process die in between, it is sent
        again after the lease, with the same Message-ID. What became of the one before is written
        first, where the database was away.
        """
        await self._write()
        async with transaction(self._db) as tx:
            mail = await store.take(tx, clock.true_now() + self._lease)
        if mail is None:
            return False
        made = await self._made(mail)
        if isinstance(made, str):
            await self._drop(mail, made)
            return True
        try:
            async with asyncio.timeout(self._within):
                refused = await self._hand_over(made)
        except ServerAway:
            await self._later(mail)
            raise
        except TimeoutError as error:
            self._leave()  # it may still answer, to whatever it is told next
            await self._later(mail)
            raise ServerAway from error
        if refused is None:
            await self._finish("sent", lambda tx: store.sent(tx, mail))
        elif refused >= PERMANENT:
            await self._drop(mail, "refused")
        else:
            await self._later(mail)
        return True

    async def _made(self, mail: Taken) -> EmailMessage | Reason:
        if not self._settings.smtp:
            return "no-server"
        now = clock.now()
        if now - mail.queued_at >= domain.HELD_FOR:
            return "too-old"
        async with reading(self._db) as tx:
            letter = await store.letter(tx, mail.notification)
        if not isinstance(letter, Letter):
            return letter
        if reason := domain.unsendable(letter.to, self._domains):
            return reason
        try:
            given = self._settings
            return domain.compose(
                letter, store.frame(), given.mail_from, now, given.mail_preferences_url
            )
        except (MessageError, ValueError):
            return "bad-address"

    async def _hand_over(self, mail: EmailMessage) -> int | None:
        """None once the server has it, else the code that it refuses it with."""
        try:
            server = await self._connected()
            await server.send_message(mail, timeout=self._within)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return error.recipients[0].code
        except aiosmtplib.SMTPDataError as error:
            return error.code
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            raise ServerAway from error
        return None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._server is None or not self._server.is_connected:
            given = self._settings
            host, _, port = given.smtp.rpartition(":")
            self._server = aiosmtplib.SMTP(
                hostname=host.strip("[]"),
                port=int(port),
                use_tls=given.smtp_security == "tls",
                start_tls=given.smtp_security == "starttls",
                username=given.smtp_username,
                password=given.smtp_password.get_secret_value() if given.smtp_password else None,
                timeout=ANSWER_WITHIN,
            )
            await self._server.connect()
        return self._server

    async def close(self) -> None:
        """Leave the mail server, politely where it is there."""
        server = self._server
        if server is not None and server.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit(timeout=1)
        self._leave()

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _drop(self, mail: Taken, reason: Reason) -> None:
        await self._finish(reason, lambda tx: store.drop(tx, mail, reason))

    async def _later(self, mail: Taken) -> None:
        at = clock.true_now() + domain.pause_after(mail.tries)
        async with transaction(self._db) as tx:
            await store.try_later(tx, mail, at)

    async def _finish(self, outcome: str, write: Callable[[Tx], Awaitable[None]]) -> None:
        self._unwritten = Outcome(outcome, write)
        await self._write()

    async def _write(self) -> None:
        if self._unwritten:
            async with transaction(self._db) as tx:
                await self._unwritten.write(tx)
            telemetry.MAILS.labels(self._unwritten.name).inc()
            self._unwritten = None


PERMANENT = 500
"""SMTP codes from this on say that another attempt is of no use."""
