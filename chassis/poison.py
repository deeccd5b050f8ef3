"""Tells what is wrong with a record from what is wrong around it."""

import traceback

import asyncpg

from chassis import outbox
from chassis.db import AWAY
from chassis.limits import TooManyDeadLetters
from chassis.positions import WentBack
from chassis.problem import Problem

HANDLER_FAILED = "handler-failed"
"""The reason of a record on which a handler raises again and again what nobody foresaw."""

_CLASSES = ("22", "23")
"""SQLSTATE classes of data that a table refuses: data exception, integrity constraint."""
_STATES = ("21000", "54000")
"""A row that one statement is to change twice, a value that is too large for an index."""
_PASSING = ("40001", "40P01", "55P03")
"""Could not be serialised, deadlock, a lock not to be had."""


class BadRecord(Exception):
    """A record that is no event of ours; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CannotApply(Exception):
    """A well-formed event that contradicts what is known here. `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotYet(CannotApply):
    """An event that refers to what is not known here, and may be later. `code` says to what.

    It is kept, and tried again until that comes.
    """


def reason_of(error: BaseException) -> str | None:
    """Why a record can never be applied; None when trying again may help."""
    if isinstance(error, BadRecord | CannotApply):
        return error.code
    if isinstance(error, Problem) and error.code == outbox.TOO_LARGE:
        return error.code
    state = sqlstate(error)
    if state in _STATES or state[:2] in _CLASSES:
        return f"sqlstate-{state}"
    return None


def is_fault(error: BaseException) -> bool:
    """Whether a handler raised what is neither poison nor of the database, network or process."""
    others = (*AWAY, MemoryError, TooManyDeadLetters, WentBack)
    return not isinstance(error, others) and reason_of(error) is None


def may_pass(error: BaseException) -> bool:
    """Whether a transaction stood in another's way, and may not do so again."""
    return sqlstate(error) in _PASSING


def origin_of(error: BaseException) -> dict[str, str]:
    """What a log line says of an error of ours: its kind and where it arose, never its words."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [it for it in frames if "site-packages" not in it.filename] or frames
    at = f"{ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}" if ours else ""
    return {"error": type(error).__name__, "at": at}


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of what it refused; empty for anything else."""
    return (error.sqlstate or "") if isinstance(error, asyncpg.PostgresError) else ""
