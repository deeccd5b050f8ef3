"""Keeps aggregates as rows of `(key, version, state)`, where the state is the event's JSON."""

from collections.abc import AsyncIterable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from chassis.db import Tx
from chassis.problem import Problem, expect_version
from contracts.envelope import Event

E = TypeVar("E", bound=Event)


class Store(Generic[E]):
    """The rows of one kind of aggregate.

    Its queries are `get_<noun>`, `lock_<noun>` (FOR UPDATE), `insert_<noun>`
    and `save_<noun>`: the first two take the key; the others the key, `version` and `state`, and
    `save` also `expected`, the version that it must find.
    """

    def __init__(
        self, model: type[E], queries: Any, noun: str, key: tuple[str, ...] = ("id",)
    ) -> None:
        self._model = model
        self._queries = queries
        self.noun = noun
        self.key = key

    @property
    def kind(self) -> str:
        """The kind of its subjects."""
        return self._model.kind

    def read(self, row: Mapping[str, Any]) -> E:
        """The state that a row holds."""
        return self._model.stored(row["state"])

    async def read_all(self, rows: AsyncIterable[Mapping[str, Any]]) -> list[E]:
        """The states of all rows that a query gives."""
        return [self.read(row) async for row in rows]

    async def find(self, tx: Tx, *key: UUID) -> E | None:
        """The state, or None when there is none."""
        return await self._one("get", tx, key)

    async def get(self, tx: Tx, *key: UUID) -> E:
        """The state. Raises Problem `not-found`."""
        return self._present(await self._one("get", tx, key), key)

    async def find_locked(self, tx: Tx, *key: UUID) -> E | None:
        """The state, held until the transaction ends; None when there is none."""
        return await self._one("lock", tx, key)

    async def lock(self, tx: Tx, *key: UUID, expected: int | None = None) -> E:
        """The state, held until the transaction ends; `expected` is the version of If-Match.

        Raises Problem `not-found`, and `changed-since` when the state is at another version.
        """
        state = self._present(await self._one("lock", tx, key), key)
        expect_version(state, expected)
        return state

    async def insert(self, tx: Tx, state: E) -> None:
        """Add a row. Raises asyncpg's UniqueViolationError when the key is taken."""
        await self._query("insert")(tx.conn, **self._row(state))

    async def save(self, tx: Tx, state: E) -> None:
        """Put `state` in place of the version before it.

        Raises Problem `busy` when another change came between: the row was not locked.
        """
        saved = await self._query("save")(tx.conn, **self._row(state), expected=state.version - 1)
        if saved != "UPDATE 1":
            raise Problem("busy", retry_after=1)

    async def _one(self, verb: str, tx: Tx, key: tuple[UUID, ...]) -> E | None:
        row = await self._query(verb)(tx.conn, **dict(zip(self.key, key, strict=True)))
        return self.read(row) if row else None

    def _present(self, state: E | None, key: tuple[UUID, ...]) -> E:
        if state is None:
            raise Problem("not-found", kind=self._model.kind, id="/".join(map(str, key)))
        return state

    def _row(self, state: E) -> dict[str, Any]:
        named = {name: getattr(state, name) for name in self.key}
        return named | {"version": state.version, "state": state.data().decode()}

    def _query(self, verb: str) -> Any:
        return getattr(self._queries, f"{verb}_{self.noun}")
