"""A service with one noun: notes, which belong to a team, and no events."""

import asyncio
from typing import Annotated, ClassVar
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic import Field

from chassis import after, ids, outbox
from chassis.access import AccessTable, claim, head, in_team, staff
from chassis.api import create_api
from chassis.db import Database, Tx
from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.middleware import BODY_WITHIN
from chassis.paging import Page, Pages
from chassis.problem import Problem, expect_version
from chassis.routing import Router
from chassis.settings import Settings
from contracts.envelope import Closed, Event
from contracts.words import Code, Line

SCHEMA = """CREATE TABLE notes (
    id uuid PRIMARY KEY, team uuid NOT NULL, version integer NOT NULL, state jsonb NOT NULL
)"""


class NewNote(Closed):
    team: UUID
    words: Line
    weight: float = Field(1.0, ge=0)


class NoteChanged(Event):
    topic: ClassVar = "soihtu.toy.v1"
    kind: ClassVar = "notes"

    id: UUID
    team: UUID
    words: Line
    weight: float
    seen_by: Line | None = None


ACCESS = AccessTable(
    {
        "write_note": [claim("admin"), in_team("member", "torchbearer"), head()],
        "change_note": [claim("admin"), in_team("torchbearer")],
        "put_note_by_ref": [claim("admin")],
        "get_note": [staff()],
        "list_notes": [staff()],
        "break_note": [staff()],
        "forget_to_ask": [in_team("member"), claim("admin")],
    }
)
router = Router()


class Gate:
    """Holds commands up until a test says go on."""

    open = asyncio.Event()
    waiting = 0


async def _save(tx: Tx, note: NoteChanged) -> NoteChanged:
    await tx.conn.execute(
        "INSERT INTO notes (id, team, version, state) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state",
        note.id, note.team, note.version, note.data().decode(),
    )  # fmt: skip
    tx.reached.append(f"{note.subject}@{note.version}")
    return note


async def _load(tx: Tx, id: UUID) -> NoteChanged:
    found = await tx.conn.fetchval("SELECT state FROM notes WHERE id = $1", id)
    if found is None:
        raise Problem("not-found", kind="notes", id=id)
    return NoteChanged.model_validate_json(found)


async def _write(tx: Tx, body: NewNote) -> NoteChanged:
    if body.words == "refuse":
        raise Problem("no-such-words")
    if body.words == "say too much":
        too_much = "x" * outbox.MAX_BYTES
        tx.publish(NoteChanged(id=ids.new(), version=1, change=too_much, **dict(body)))
    if body.words == "wait":
        Gate.waiting += 1
        await Gate.open.wait()
    return await _save(tx, NoteChanged(id=ids.new(), version=1, change="written", **dict(body)))


async def _change(tx: Tx, id: UUID, expected: int | None, body: NewNote) -> NoteChanged:
    await tx.conn.execute("SELECT FROM notes WHERE id = $1 FOR UPDATE", id)
    note = await _load(tx, id)
    expect_version(note, expected)
    return await _save(
        tx, note.model_copy(update={"words": body.words, "version": note.version + 1})
    )


@router.post("/notes", operation_id="write_note")
async def write_note(body: NewNote, door: Creation) -> NoteChanged:
    async def work(tx: Tx) -> NoteChanged:
        await ACCESS.require(tx, door.caller, "write_note", teams=[body.team])
        return await _write(tx, body)

    return await door.run(body, work)


@router.post("/notes/{id}/change", operation_id="change_note")
async def change_note(id: UUID, body: NewNote, door: Change) -> NoteChanged:
    async def work(tx: Tx) -> NoteChanged:
        await ACCESS.require(tx, door.caller, "change_note", teams=[body.team])
        return await _change(tx, id, door.expected, body)

    return await door.run(work)


@router.put("/notes/by-ref/{system}/{key:path}", operation_id="put_note_by_ref")
async def put_note_by_ref(system: Code, key: RefKey, body: NewNote, door: ByRef) -> NoteChanged:
    return await door.run(
        body, "notes", system, key,
        create=lambda tx: _write(tx, body),
        change=lambda tx, note, expected: _change(tx, note, expected, body),
        read=_load,
    )  # fmt: skip


@router.get("/notes/{id}", operation_id="get_note")
async def get_note(id: UUID, door: Read) -> NoteChanged:
    async with door.read() as tx:
        return await _load(tx, id)


@router.get("/notes", operation_id="list_notes")
async def list_notes(door: Read, pages: Pages) -> Page[NoteChanged]:
    async with door.read() as tx:
        key = pages.key(UUID)
        rows = await tx.conn.fetch(
            "SELECT id, state FROM notes WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2",
            key[0] if key else None, pages.limit + 1,
        )  # fmt: skip
    return pages.page(
        rows,
        item=lambda row: NoteChanged.model_validate_json(row["state"]),
        key=lambda row: [row["id"]],
    )


@router.get("/broken/{how}", operation_id="break_note")
async def break_note(how: Annotated[str, Field(max_length=10)], door: Read) -> NoteChanged:
    async with door.read() as tx:
        await tx.conn.execute("SELECT $1 || 'secret words' FROM nowhere", how)
    raise Problem("never")


@router.get("/forgotten", operation_id="forget_to_ask")
async def forget_to_ask(door: Read) -> Page[NoteChanged]:
    async with door.read():
        return Page(items=())


def create_app(
    settings: Settings,
    db: Database,
    identity: httpx.AsyncBaseTransport,
    body_within: float = BODY_WITHIN,
) -> FastAPI:
    return create_api(
        settings, db, title="Toy", description="Notes.", routers=[router], access=ACCESS,
        holds={"teams": after.seen}, identity=identity, body_limit=20_000,
        body_within=body_within,
    )  # fmt: skip
