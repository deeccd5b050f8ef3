"""Composes a mail: in the reader's language, as text and HTML, with how to stop it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from textwrap import shorten
from typing import Literal
from uuid import UUID

from contracts.words import LANGUAGES, Language
from services.notifications.inbox.domain import Kind, Wording

HELD_FOR = timedelta(hours=24)
"""A mail that could not be sent for so long is dropped; the inbox has what it tells."""
LONGEST_PAUSE = timedelta(minutes=10)

LONGEST_SUBJECT = 120
SEPARATORS = ' <>\r\n\t,;"()[]\\'
"""What would make of one address another, or several."""

CALL = "PUT /me/preferences"
"""Where people choose their mails while there is no page for it."""

Reason = Literal[
    "too-old",
    "no-server",
    "not-wanted",
    "no-address",
    "bad-address",
    "domain-not-allowed",
    "refused",
    "restored",
]
"""Why a mail was dropped."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail is made of; `text` and `why` are in the reader's language."""

    notification: UUID
    kind: Kind
    to: str
    name: str
    language: Language
    text: str
    why: str


Frame = Mapping[str, Wording]
"""What is the same in every mail: subject, inbox, stop."""


def language_of(said: str) -> Language:
    """The language that a person wants; Finnish where we don't know it."""
    return next((it for it in LANGUAGES if it == said), "fi")


def unsendable(to: str | None, domains: frozenset[str]) -> Reason | None:
    """Why nothing may be sent to an address; None where it may."""
    if not to:
        return "no-address"
    name, _, domain = to.rpartition("@")
    # Not every server takes other than ASCII, and what it doesn't take would hold all others.
    if not name or not domain or not to.isascii() or any(sign in to for sign in SEPARATORS):
        return "bad-address"
    return None if domain.lower() in domains else "domain-not-allowed"


def message_id(notification: UUID, sender: str) -> str:
    """The same for each attempt at the same mail."""
    return f"<{notification}@{sender.rpartition('@')[2]}>"


def compose(
    letter: Letter, frame: Frame, sender: str, now: datetime, preferences: str = ""
) -> EmailMessage:
    """The mail, ready to be sent. RFC 3834 has answering machines pass it over.

    `preferences` is the address of the page where people choose their mails, which mail programs
    are told of by RFC 2369 where there is one.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Soihtu", addr_spec=sender)
    mail["To"] = Address(_line(letter.name), addr_spec=letter.to)
    subject = _line(frame["subject"][letter.language].format(text=letter.text))
    mail["Subject"] = shorten(subject, LONGEST_SUBJECT, placeholder=" …")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(letter.notification, sender)
    mail["Auto-Submitted"] = "auto-generated"
    if preferences:
        mail["List-Unsubscribe"] = f"<{preferences}>"
    parts = [
        letter.text,
        frame["inbox"][letter.language],
        f"{frame['why'][letter.language]} {letter.why}",
        frame["stop"][letter.language].format(kind=letter.kind, where=preferences or CALL),
    ]
    mail.set_content("\n\n".join(parts) + "\n")
    mail.add_alternative(_html(parts, letter.language), subtype="html")
    mail["Content-Language"] = letter.language  # setting the content would forget it
    return mail


def _line(text: str) -> str:
    """A text for a header: one line, and no encoded word of RFC 2047.

    The library decodes such words in what it is given, and writes what they hold as it is: lines,
    and so headers and a body, that whoever named a goal has written.
    """
    signs = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(signs.replace("=?", "= ?").split())


def _html(parts: list[str], language: Language) -> str:
    first, *rest = (escape(part) for part in parts)
    small = "".join(f"<p><small>{part}</small></p>\n" for part in rest)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f"<title>Soihtu</title></head>\n<body>\n<p>{first}</p>\n{small}</body>\n</html>\n"
    )


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many attempts in vain."""
    return min(timedelta(seconds=5 * 2 ** min(tries, 10)), LONGEST_PAUSE)
