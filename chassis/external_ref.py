"""What other systems call our aggregates, and what they last said of them."""

import hashlib
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import orjson
from pydantic import AfterValidator, StringConstraints

from chassis import sql
from chassis.db import Tx
from contracts.words import no_nul

MAX_KEY_BYTES = 2000

_queries = sql.load(__file__, "external_ref.sql")


def _short(key: str) -> str:
    if len(key.encode()) > MAX_KEY_BYTES:
        raise ValueError(f"a key has at most {MAX_KEY_BYTES} bytes")
    return key


RefKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_KEY_BYTES),
    AfterValidator(no_nul),
    AfterValidator(_short),
]
"""The name of something within another system; at most 2000 bytes, slashes allowed."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference: the kind of aggregate, the other system, and its name there."""

    kind: str
    system: str
    key: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a reference names, the hash of its system's last word, and the version that it made."""

    id: UUID
    body_hash: bytes
    version: int


async def hold(tx: Tx, ref: Ref) -> Known | None:
    """Hold `ref` until the transaction ends, so that of twins exactly one creates."""
    text = orjson.dumps([ref.kind, ref.system, ref.key])
    place = int.from_bytes(hashlib.sha256(text).digest()[:8], "big", signed=True)
    await _queries.lock_ref(tx.conn, place=place)
    row = await _queries.find_ref(tx.conn, kind=ref.kind, system=ref.system, key=ref.key)
    return Known(row["id"], row["body_hash"], row["version"]) if row else None


async def keep(tx: Tx, ref: Ref, known: Known) -> None:
    """Keep what the system of `ref` said."""
    await _queries.keep_ref(
        tx.conn,
        kind=ref.kind,
        system=ref.system,
        key=ref.key,
        id=known.id,
        body_hash=known.body_hash,
        version=known.version,
    )
