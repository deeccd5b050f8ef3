"""The cells of a table of who may what, by whose the goal is: each is a test of its own."""

from collections.abc import Mapping
from typing import Any

import pytest


def cells(table: Mapping[str, Mapping[str, set[str]]]) -> list[Any]:
    """`(operation, kind of goal, callers)` of each operation that a row names."""
    return [
        pytest.param(operation, kind, callers, id=f"{operation}: {kind}")
        for operations, sets in table.items()
        for operation in operations.split()
        for kind, callers in sets.items()
    ]
