"""Which errors say that a database is away, and which that it refuses or was asked wrongly."""

import asyncpg
import pytest

from chassis.db import AWAY, is_away


def said(state: str, severity: str = "ERROR") -> BaseException:
    """What asyncpg raises for an answer of the server."""
    fields = {"C": state, "S": severity, "V": severity, "M": "of the server"}
    error: BaseException = asyncpg.PostgresError.new(fields)
    return error


@pytest.mark.parametrize(
    "error",
    [
        said("57P01", "FATAL"),  # sessions are ended
        said("57P03", "FATAL"),  # it starts
        said("55000", "FATAL"),  # ALLOW_CONNECTIONS false
        said("53300", "FATAL"),
        said("25P04", "FATAL"),
        said("25006"),
        said("57P02"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("another operation (2) is in progress"),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
)
def test_a_database_that_is_away(error: BaseException) -> None:
    assert isinstance(error, AWAY)
    assert is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        said("42P01"),
        said("55000"),
        said("53100"),  # its disk is full
        said("23505"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        asyncpg.DataError("closed is not a number"),
        ValueError(),
    ],
)
def test_a_database_that_is_there(error: BaseException) -> None:
    assert not is_away(error)
