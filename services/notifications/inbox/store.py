"""Keeps inboxes and preferences, and reads entries in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import orjson
import yaml

from chassis import ids, sql
from chassis.db import Tx
from chassis.messages import Text
from chassis.problem import Problem
from chassis.problem_texts import InThree
from contracts.words import LANGUAGES
from services.notifications.inbox import domain
from services.notifications.inbox.domain import (
    KEPT,
    KEPT_READ,
    KINDS,
    Kind,
    Notification,
    Preferences,
    Wording,
)

_queries = sql.load(__file__)

UNNAMED = "?"
"""Of what the copy holds no name, as after a restore, or none in a language that we know."""


class Told(Protocol):
    """What is put into an inbox."""

    @property
    def rule(self) -> Kind: ...
    @property
    def subject(self) -> str: ...
    @property
    def occurrence(self) -> str: ...
    @property
    def objective(self) -> UUID: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that is new in a person's inbox."""

    id: UUID
    person: UUID


@cache
def wordings() -> Mapping[Kind, Mapping[str, Wording]]:
    """By kind its `text` and `why`, in each language. Raises ValueError when one is missing."""
    told: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text("utf-8"))
    if set(told) != set(KINDS):
        raise ValueError(f"texts of other kinds than there are: {set(told) ^ set(KINDS)}")
    return {kind: {name: wording(told[kind][name]) for name in told[kind]} for kind in KINDS}


def wording(said: Any) -> Wording:
    """A text of a YAML file, which has it in all languages."""
    text = InThree.model_validate(said)
    return {language: text.in_language(language) for language in LANGUAGES}


async def add(tx: Tx, told: Told, team: UUID, people: Sequence[UUID]) -> list[Added]:
    """Put it into the inboxes of `people`; answers those who did not have it."""
    rows = _queries.add_notifications(
        tx.conn,
        ids=[ids.new() for _ in people],
        people=list(people),
        rule=told.rule,
        subject=told.subject,
        occurrence=told.occurrence,
        objective=told.objective,
        team=team,
        at=told.at,
    )
    return [Added(row["id"], row["person"]) async for row in rows]


async def of_person(
    tx: Tx, person: UUID, before: UUID | None, size: int, *, unread: bool
) -> list[Notification]:
    """A person's entries before `before`, the newest first; of kinds that are known here."""
    rows = _queries.list_notifications(
        tx.conn, person=person, kinds=KINDS, unread=unread, before=before, size=size
    )
    return [_read(row) async for row in rows]


async def lock(tx: Tx, person: UUID, id: UUID) -> Notification:
    """One of a person's entries, held. Raises Problem `not-found`, for another's too."""
    row = await _queries.one_notification(tx.conn, person=person, id=id, kinds=KINDS)
    if row is None:
        raise Problem("not-found", kind="notifications", id=str(id))
    return _read(row)


async def mark(tx: Tx, entry: Notification, at: datetime | None) -> None:
    """Read since `at`; None: unread."""
    await _queries.mark(tx.conn, id=entry.id, at=at, expected=entry.version)


async def forget(tx: Tx, now: datetime, most: int) -> int:
    """Forget entries that are kept no longer at `now`, so many at most; how many there were."""
    done: str = await _queries.forget(
        tx.conn, before=now - KEPT, read_before=now - KEPT_READ, most=most
    )
    return int(done.removeprefix("DELETE "))


def _read(row: Mapping[str, Any]) -> Notification:
    kind: Kind = row["rule"]
    text = domain.told(wordings()[kind]["text"], named(row["title"]), named(row["name"]))
    return Notification(
        id=row["id"],
        version=row["version"],
        kind=kind,
        about=row["subject"],
        objective=row["objective"],
        team=row["team"],
        at=row["at"],
        read_at=row["read_at"],
        text=text,
    )


def named(stored: str | None) -> Wording:
    """A name as the copy holds it, in each language: in that one, or as it was written."""
    held = Text.model_validate_json(stored) if stored else Text(source="")
    said: dict[str, str] = {name: text for name in LANGUAGES if (text := getattr(held, name))}
    written = said.get(held.source) or next(iter(said.values()), UNNAMED)
    return {name: said.get(name, written) for name in LANGUAGES}


async def preferences(tx: Tx, person: UUID) -> Preferences:
    """What a person wants mailed: all, until they choose."""
    return _preferences(person, await _queries.chosen(tx.conn, person=person))


async def preferences_to_change(tx: Tx, person: UUID) -> Preferences:
    """The same, held until the transaction ends."""
    await _queries.begin_preferences(tx.conn, person=person)
    return _preferences(person, await _queries.preferences(tx.conn, person=person))


def _preferences(person: UUID, row: Mapping[str, Any] | None) -> Preferences:
    if row is None:
        return domain.preferences(person, 1, {})
    return domain.preferences(person, row["version"], orjson.loads(row["mail"]))


async def put_preferences(tx: Tx, state: Preferences) -> None:
    """Keep what a person wants mailed, of whom it is held."""
    await _queries.put_preferences(
        tx.conn,
        person=state.person,
        version=state.version,
        mail=orjson.dumps(dict(state.mail)).decode(),
    )
