"""Judges a line at rest from outside: its ledger, its topics and its tables, row by row.

Nothing here imports the product. What the tables must hold is computed from the committed records
in plain Python, what the records must hold from the ledger and from section 6 of the design.
"""

from collections import Counter
from collections.abc import Callable

from local.throwaway_system import ThrowAwaySystem
from tests.fire.ledger import Ledger
from tests.fire.oracle import goals, going_on, promises, receipts, telling
from tests.fire.oracle.fold import expected_tables
from tests.fire.oracle.log import Log, read_log
from tests.fire.oracle.tables import Tables, compare, read_tables, unread
from tests.fire.oracle.verdict import Difference, Findings, Verdict

__all__ = ["Difference", "Findings", "Log", "Tables", "Verdict", "ahead", "check", "judge"]


def check(
    system: ThrowAwaySystem,
    ledger: Ledger,
    *,
    whole: bool = True,
    posted: Callable[[], Counter[str]] | None = None,
) -> Verdict:
    """The verdict on `system` at rest; `whole`: every command that it ever took is in `ledger`.

    `posted` counts, where there is a mail server, how often it was sent the mail of each entry.
    """
    log, tables = read_log(system), read_tables(system)
    return judge(log, tables, ledger, whole=whole, posted=posted and posted())


def judge(
    log: Log,
    tables: Tables,
    ledger: Ledger,
    *,
    whole: bool = True,
    posted: Counter[str] | None = None,
) -> Verdict:
    """What is lost, doubled or different in what was read of a system at rest."""
    findings = Findings()
    promises.check(log, findings)
    goals.check(log, findings)
    going_on.check(log, findings)
    told = telling.Telling(log, tables).tables()
    compare(expected_tables(log) | told, tables, findings)
    unread(log, tables, findings)
    receipts.check(log, tables, ledger, findings)
    telling.check_preferences(tables, ledger, findings)
    if posted is not None:
        telling.check_mails(tables, ledger, posted, findings)
    if whole:
        receipts.check_nothing_more(log, tables, ledger, findings)
    return findings.verdict()


def ahead(system: ThrowAwaySystem) -> tuple[str, ...]:
    """What readers have applied that no committed record says; at any time, at rest or not."""
    tables = read_tables(system, only=("seen",))
    return tuple(_ahead(read_log(system), tables))


def _ahead(log: Log, tables: Tables) -> list[str]:
    rows = [(name, row) for name, found in tables.items() for row in found]
    return [
        f"{table} has {row['kind']}/{row['id']}@{row['version']}, which is on no topic"
        for table, row in rows
        if row["kind"] != "counted" and row["version"] > log.highest(f"{row['kind']}/{row['id']}")
    ]
