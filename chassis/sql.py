"""Loads the named queries of a module's `.sql` file."""

from pathlib import Path
from typing import Any

import aiosql


def load(module_file: str, name: str = "queries.sql") -> Any:
    """The queries of the file `name` beside `module_file`, by their names.

    Each takes an asyncpg connection and its parameters by keyword. A file that does not
    parse raises aiosql's SQLParseException.
    """
    return aiosql.from_path(Path(module_file).with_name(name), "asyncpg")
