"""Keeps mails: queued, being sent, sent or dropped; and reads what they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml

from chassis import sql
from chassis.db import Tx
from services.notifications.inbox.domain import KINDS, Kind, told
from services.notifications.inbox.store import Added, named, wording, wordings
from services.notifications.mail.domain import Frame, Letter, Reason, language_of

_queries = sql.load(__file__)

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that this process is to send."""

    notification: UUID
    queued_at: datetime
    tries: int


@cache
def frame() -> Frame:
    """What is the same in every mail."""
    said = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text("utf-8"))
    return {name: wording(one) for name, one in said.items()}


async def queue(tx: Tx, kind: Kind, entries: Sequence[Added], now: datetime) -> None:
    """A mail for each of the entries that are new, where mails of the kind are wanted."""
    if entries:
        await _queries.queue(
            tx.conn, notifications=[entry.id for entry in entries], kind=kind, at=now
        )


async def take(tx: Tx, until: datetime) -> Taken | None:
    """The next mail to send, this process's until an instant of the true time; None: none."""
    row = await _queries.take_next(tx.conn, until=until, kinds=KINDS)
    return Taken(**row) if row else None


async def letter(tx: Tx, notification: UUID) -> Letter | Reason:
    """What a mail is made of, or why there is none to send."""
    row = await _queries.letter(tx.conn, notification=notification)
    if not row["wanted"]:
        return "not-wanted"
    if not row["mail"]:
        return "no-address"
    language, kind = language_of(row["language"]), row["rule"]
    names = named(row["title"]), named(row["team"])
    return Letter(
        notification=notification,
        kind=kind,
        to=row["mail"],
        name=row["name"],
        language=language,
        text=told(wordings()[kind]["text"], *names).in_language(language),
        why=wordings()[kind]["why"][language],
    )


async def sent(tx: Tx, mail: Taken) -> None:
    """The mail server has it."""
    await _finish(tx, mail, "sent", None)


async def drop(tx: Tx, mail: Taken, reason: Reason) -> None:
    """It is not sent, nor tried again; the inbox has what it would have told."""
    await _finish(tx, mail, "dropped", reason)


async def _finish(tx: Tx, mail: Taken, state: str, reason: Reason | None) -> None:
    await _queries.finish(
        tx.conn, notification=mail.notification, tries=mail.tries, state=state, reason=reason
    )


async def try_later(tx: Tx, mail: Taken, at: datetime) -> None:
    """It waits until an instant of the true time."""
    await _queries.try_later(tx.conn, notification=mail.notification, tries=mail.tries, at=at)


async def drop_all_that_wait(tx: Tx) -> None:
    """What a restored database holds as waiting may have been sent."""
    reason: Reason = "restored"
    await _queries.drop_all_that_wait(tx.conn, reason=reason)


async def waiting(tx: Tx) -> int:
    """How many wait to be sent."""
    found: int = await _queries.waiting(tx.conn)
    return found


async def forget(tx: Tx) -> None:
    """Forget what became of old ones."""
    await _queries.forget(tx.conn, days=KEPT_DAYS)
