"""Answers the same creation once: a key's first answer is kept and told again to its twins."""

import hashlib
import re
from dataclasses import dataclass

import orjson

from chassis import sql
from chassis.db import Tx
from chassis.problem import Problem

KEPT_HOURS = 48
HEADER = "Idempotency-Key"
PATTERN = r"^[\x21-\x7e]{1,200}$"

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_queries = sql.load(__file__, "idempotency.sql")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, headers in lower case, and JSON."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key for one creation at one address."""

    principal: str
    route: str
    key: str

    @property
    def digest(self) -> bytes:
        """One short name for it; the parts may be longer than an index entry."""
        return hashlib.sha256(orjson.dumps([self.principal, self.route, self.key])).digest()


def check(given: str | None) -> str:
    """The header's value. Raises Problem when it is missing or malformed."""
    if given is None:
        raise Problem("idempotency-key-required")
    if not _KEY.fullmatch(given):
        raise Problem("malformed-header", header=HEADER, form="1–200 × U+0021–U+007E")
    return given


async def take(tx: Tx, key: Key, body_hash: bytes) -> Answer | None:
    """Take `key`, the first thing in a transaction; gives the answer that a twin got before.

    A twin that is still under way is waited for. Raises Problem `idempotency-key-reused` when
    it came with another body.
    """
    if await _queries.take_key(
        tx.conn, digest=key.digest, principal=key.principal, body_hash=body_hash
    ):
        return None
    row = await _queries.answer_of_key(tx.conn, digest=key.digest)
    if row["body_hash"] != body_hash:
        raise Problem("idempotency-key-reused")
    return Answer(row["status"], orjson.loads(row["headers"]), row["body"])


async def keep(tx: Tx, key: Key, answer: Answer) -> None:
    """Keep the answer to the creation that took `key` in this transaction."""
    await _queries.keep_answer(
        tx.conn,
        digest=key.digest,
        status=answer.status,
        headers=orjson.dumps(answer.headers).decode(),
        body=answer.body,
    )


async def purge(tx: Tx) -> None:
    """Forget answers that are older than they are kept."""
    await _queries.purge_keys(tx.conn, hours=KEPT_HOURS)
