"""Loads the named queries of a module's `.sql` file."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter


def load(module_file: str, name: str = "queries.sql") -> Any:
    """The queries of the file `name` beside `module_file`, by their names.

    Each takes an asyncpg connection and its parameters by keyword. A file that does not
    parse raises aiosql's SQLParseException.
    """
    adapter: Any = _OfConnections
    return aiosql.from_path(Path(module_file).with_name(name), adapter)


class _OfConnections(AsyncPGAdapter):
    """Calls a connection directly.

    aiosql's own takes pools too, and looks through all attributes of what it is given to tell
    which it is: for each query that costs as much as asyncpg does.
    """

    async def select(
        self, conn: Any, query_name: str, sql: str, parameters: Any, _: Any = None
    ) -> AsyncIterator[Any]:
        for row in await conn.fetch(sql, *self._ordered(query_name, parameters)):
            yield row

    async def select_one(
        self, conn: Any, query_name: str, sql: str, parameters: Any, _: Any = None
    ) -> Any:
        return await conn.fetchrow(sql, *self._ordered(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.fetchval(sql, *self._ordered(query_name, parameters))

    async def insert_update_delete(
        self, conn: Any, query_name: str, sql: str, parameters: Any
    ) -> Any:
        return await conn.execute(sql, *self._ordered(query_name, parameters))

    def _ordered(self, query_name: str, parameters: Any) -> list[Any]:
        return [parameters[name] for name in self.var_sorted[query_name]]
