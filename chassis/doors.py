"""The doors through which requests reach a service's commands and answers.

A route declares one: `Read`, `Creation`, `Change`, `Repeatable` or `ByRef`. The door knows the
caller, checks that the operation was allowed, keeps the promises of HTTP, and says what a
command reached.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel

from chassis import after, clock, directory, external_ref, idempotency, telemetry
from chassis.access import AccessTable
from chassis.auth import Token
from chassis.caller import Caller
from chassis.db import Database, Tx, reading, transaction
from chassis.external_ref import Known, Ref
from chassis.idempotency import Answer, Key
from chassis.problem import Problem
from chassis.problem_texts import Catalogue, language_of
from chassis.settings import Settings
from contracts.words import Language

M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound="Versioned")

DoorKind = Literal["read", "creation", "change", "repeatable", "by-ref"]

_ETAG = re.compile(r'"([1-9][0-9]{0,8})"')


def whole(_: Caller, said: Any) -> Any:
    """All of what is said, to whoever asks."""
    return said


@dataclass(frozen=True)
class Api:
    """What the doors of one application stand on; it is the application's `state.api`.

    `keep` is how the answer to a creation is kept for its twins; `shown` is what of a state, or of
    another answer, the caller may see.
    """

    settings: Settings
    db: Database
    access: AccessTable
    holds: Mapping[str, after.Reached]
    catalogue: Catalogue
    keep: Callable[[Tx, Key, Answer], Awaitable[None]] = idempotency.keep
    shown: Callable[[Caller, Any], Any] = whole


@runtime_checkable
class Versioned(Protocol):
    """A state that has an address and a version; every event is one."""

    @property
    def subject(self) -> str:
        """Kind and id."""

    @property
    def subject_id(self) -> str:
        """The id, a UUID for what other systems may refer to."""

    @property
    def version(self) -> int:
        """Counts its changes."""


def version_of(state: Versioned) -> int:
    """The version of a state."""
    return state.version


class Answered(Exception):
    """The answer is known already: a twin of this request got it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Door:
    """What the doors share. Made for one request, by the dependencies at the end of this file."""

    kind: ClassVar[DoorKind]

    def __init__(self, request: Request) -> None:
        self._request = request
        self._api: Api = request.app.state.api
        self._token: Token = request.scope["soihtu.token"]
        self._after = after.parse(_joined(request, after.HEADER))
        self._caller: Caller | None = None
        self.operation = ""
        self.answer: Answer | None = None

    @property
    def caller(self) -> Caller:
        """Who calls; known inside of `run` and `read`."""
        if self._caller is None:
            raise RuntimeError("the caller is known inside of run or read only")
        return self._caller

    @property
    def today(self) -> date:
        """The day in the agency's zone."""
        return clock.today(self._api.settings.timezone)

    @property
    def timezone(self) -> str:
        """The agency's zone."""
        return self._api.settings.timezone

    @property
    def language(self) -> Language:
        """The language that the caller reads."""
        return language_of(self._request.headers.get("accept-language"))

    def told(self, problem: Problem) -> dict[str, Any]:
        """A problem with a part of the request, as an answer to all of it tells it."""
        return self._api.catalogue.document(problem, self.language, telemetry.correlation_id())

    async def _enter(self, tx: Tx) -> None:
        token = self._token
        self._caller = await directory.caller(
            tx, token.issuer, token.subject, self.today, token.roles, token.scopes
        )
        self._api.access.admit(self._caller, self.operation)

    def _leave(self) -> None:
        if self.operation not in self.caller.asked:
            raise RuntimeError(f"{self.operation} did not ask who may do it")

    @asynccontextmanager
    async def _command(self) -> AsyncIterator[Tx]:
        await after.wait(self._api.db, self._api.holds, self._after)
        async with transaction(self._api.db) as tx:
            await self._enter(tx)
            yield tx
            self._leave()

    def leave(self, result: object) -> Answer:
        """The answer to the request. Raises RuntimeError when the door was walked around."""
        if self.answer is None:
            self._leave()
            self.answer = self._answer(result)
        return self.answer

    def _answer(self, result: object, tx: Tx | None = None, status: int = 200) -> Answer:
        return answer_of(self._api.shown(self.caller, result), tx, status)

    def refuse(self, problem: Problem) -> None:
        """Leave of the state that a problem carries what the caller may see."""
        if "current" in problem.facts:
            problem.facts["current"] = self._api.shown(self.caller, problem.facts["current"])


class ReadDoor(Door):
    """For what changes nothing: one state of the database throughout."""

    kind = "read"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A read-only transaction, once the service has got as far as the caller has."""
        await after.wait(self._api.db, self._api.holds, self._after)
        async with reading(self._api.db) as tx:
            await self._enter(tx)
            yield tx


class CreationDoor(Door):
    """For what makes something new: 201, and the same answer again for the same key."""

    kind = "creation"

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._key = idempotency.check(_only(request, idempotency.HEADER))

    async def run(self, body: BaseModel, work: Callable[[Tx], Awaitable[M]]) -> M:
        """Do `work` in a transaction of its own, once for this caller, address and key."""
        method, path = self._request.method, self._request.url.path
        key = Key(self._token.principal, f"{method} {path}", self._key)
        async with self._command() as tx:
            earlier = await idempotency.take(tx, key, hash_of(body))
            if earlier is not None:
                raise Answered(earlier)
            result = await work(tx)
            self.answer = self._answer(result, tx, 201)
            self.answer.headers.update(_address_of(result))
            await self._api.keep(tx, key, self.answer)
        return result


class ChangeDoor(Door):
    """For changes of what is there: the caller says which version they saw."""

    kind = "change"

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        expected = if_match(request)
        if expected is None:
            raise Problem("if-match-required")
        self.expected: int = expected

    async def run(self, work: Callable[[Tx], Awaitable[M]]) -> M:
        """Do `work` in a transaction of its own; it compares `expected` under its lock."""
        async with self._command() as tx:
            result = await work(tx)
            self.answer = self._answer(result, tx)
        return result


class RepeatableDoor(Door):
    """For what may be said again without harm; If-Match is heeded where it is given."""

    kind = "repeatable"

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.expected = if_match(request)

    async def run(self, work: Callable[[Tx], Awaitable[M]]) -> M:
        """Do `work` in a transaction of its own."""
        async with self._command() as tx:
            result = await work(tx)
            self.answer = self._answer(result, tx)
        return result


class ByRefDoor(Door):
    """For what another system calls by its own key; the same word twice changes nothing."""

    kind = "by-ref"

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._expected = if_match(request)

    async def run(
        self,
        body: BaseModel,
        kind: str,
        system: str,
        key: str,
        *,
        create: Callable[[Tx], Awaitable[E]],
        change: Callable[[Tx, UUID, int], Awaitable[E]],
        read: Callable[[Tx, UUID], Awaitable[E]],
        revision: Callable[[E], int] = version_of,
    ) -> E:
        """Create, change or leave alone what `system` calls `key`, as an import.

        `change` gets the version that it must find, and raises Problem `changed-since` when it
        doesn't. `revision` counts what an edit of the system's word would change, where that is
        less than every change. Raises Problem `edited-since` (409) when people have changed it
        since the system's last word, unless the caller gave If-Match.
        """
        ref, given = Ref(kind, system, key), hash_of(body)
        async with self._command() as tx:
            tx.origin = "import"
            known = await external_ref.hold(tx, ref)
            if known is not None and known.body_hash == given:
                state, outcome = await read(tx, known.id), "unchanged"
            else:
                state, outcome = await self._write(tx, ref, known, create, change, read, revision)
                made = Known(UUID(state.subject_id), given, revision(state))
                await external_ref.keep(tx, ref, made)
            self.answer = self._answer(state, tx, 201 if outcome == "created" else 200)
            self.answer.headers["soihtu-outcome"] = outcome
        return state

    async def _write(
        self,
        tx: Tx,
        ref: Ref,
        known: Known | None,
        create: Callable[[Tx], Awaitable[E]],
        change: Callable[[Tx, UUID, int], Awaitable[E]],
        read: Callable[[Tx, UUID], Awaitable[E]],
        revision: Callable[[E], int],
    ) -> tuple[E, str]:
        if known is None:
            if self._expected is not None:
                raise Problem("not-there-to-match", system=ref.system, key=ref.key)
            return await create(tx), "created"
        if self._expected is not None:
            return await change(tx, known.id, self._expected), "changed"
        while True:
            held = await read(tx, known.id)
            if revision(held) != known.version:
                raise Problem(
                    "edited-since",
                    imported_version=known.version,
                    current=held,
                    current_version=held.version,
                )
            try:
                return await change(tx, known.id, held.version), "changed"
            except Problem as problem:
                # Something else of it changed meanwhile; `change` holds it now, so look again.
                if problem.code != "changed-since":
                    raise


def answer_of(result: object, tx: Tx | None = None, status: int = 200) -> Answer:
    """The HTTP answer that says `result`, and what the transaction reached."""
    if not isinstance(result, BaseModel):
        raise TypeError(f"a route answers a model, not {type(result).__name__}")
    headers = {"content-type": "application/json"}
    if tx is not None and tx.reached:
        headers["soihtu-version"] = ", ".join(tx.reached)
    if isinstance(result, Versioned):
        if tx is not None:
            headers.setdefault("soihtu-version", f"{result.subject}@{result.version}")
        headers["etag"] = f'"{result.version}"'
    return Answer(status, headers, result.model_dump_json().encode())


def _address_of(result: object) -> dict[str, str]:
    return {"location": f"/{result.subject}"} if isinstance(result, Versioned) else {}


def hash_of(body: BaseModel) -> bytes:
    """The hash of what a body says, however it was written."""
    return hashlib.sha256(body.model_dump_json(exclude_defaults=True).encode()).digest()


def if_match(request: Request) -> int | None:
    """The version in If-Match; None without one. Raises Problem `malformed-header`."""
    given = _only(request, "If-Match")
    if given is None:
        return None
    found = _ETAG.fullmatch(given.strip())
    if not found:
        raise Problem("malformed-header", header="If-Match", form='"n"')
    return int(found[1])


def _only(request: Request, header: str) -> str | None:
    given = request.headers.getlist(header)
    if len(given) > 1:
        raise Problem("malformed-header", header=header, form="1 ×")
    return given[0] if given else None


def _joined(request: Request, header: str) -> str:
    return ", ".join(request.headers.getlist(header))


async def _read(request: Request) -> ReadDoor:
    return ReadDoor(request)


async def _creation(request: Request) -> CreationDoor:
    return CreationDoor(request)


async def _change(request: Request) -> ChangeDoor:
    return ChangeDoor(request)


async def _repeatable(request: Request) -> RepeatableDoor:
    return RepeatableDoor(request)


async def _by_ref(request: Request) -> ByRefDoor:
    return ByRefDoor(request)


Read = Annotated[ReadDoor, Depends(_read)]
Creation = Annotated[CreationDoor, Depends(_creation)]
Change = Annotated[ChangeDoor, Depends(_change)]
Repeatable = Annotated[RepeatableDoor, Depends(_repeatable)]
ByRef = Annotated[ByRefDoor, Depends(_by_ref)]
