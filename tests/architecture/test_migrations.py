"""Migrations: each says its phase, and what runs beside the release before only adds, soon."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, calls

FIRST = "0001"
"""No release came before it."""

NEW = (
    r"CREATE (TABLE|TYPE|VIEW|SEQUENCE|FUNCTION) ",
    r"COMMENT ON ",
    r"INSERT INTO ",
)
STATEMENT = re.compile(r"ALTER TABLE (\w+) (.*)", re.DOTALL)
ADDED = re.compile(
    r"ADD COLUMN (\w+) (?:(?!NOT NULL|UNIQUE|PRIMARY|REFERENCES|CHECK).)*", re.DOTALL
)
ADDED_WITH_DEFAULT = re.compile(r"ADD COLUMN (\w+) \w+ NOT NULL DEFAULT [^()]+", re.DOTALL)
DEFAULT = re.compile(r"ALTER COLUMN (\w+) SET DEFAULT .*", re.DOTALL)
INDEX = re.compile(r"CREATE INDEX (?:CONCURRENTLY )?(\w+ )?ON (\w+) ", re.DOTALL)
BEFORE_THE_RULE = {"okr": "0012", "checkins": "0003", "reporting": "0007", "notifications": "0003"}
"""The last migrations that may take long; what has run is never edited."""
LONG = (
    r"CREATE (?:UNIQUE )?INDEX (?:\w+ )?ON (\w+)",
    r"ALTER TABLE (\w+) ADD COLUMN .* GENERATED ALWAYS AS .* STORED",
    r"ALTER TABLE (\w+) ADD COLUMN .* DEFAULT .*\(",
    r"ALTER TABLE (\w+) ADD (?!COLUMN)(?!.* NOT VALID$)",
    r"ALTER TABLE (\w+) ALTER COLUMN \w+ (?:SET DATA )?TYPE ",
    r"ALTER TABLE (\w+) ALTER COLUMN \w+ SET NOT NULL",
    r"(?:UPDATE|DELETE FROM) (\w+)",
)
"""What holds up whoever works with a table for as long as it takes to read or write all of it."""


def migrations() -> list[Path]:
    return sorted(ROOT.glob("services/*/migrations/[0-9]*.py"))


def _said(file: Path, name: str) -> str | None:
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return str(ast.literal_eval(node.value))
    return None


def _files(migration: Path) -> Iterator[Path]:
    """The SQL that a migration runs: steps of the chassis, and files beside it."""
    for called, call in calls(migration):
        if called.endswith("chassis_schema"):
            step = ast.literal_eval(call.args[0])
            yield from sorted((ROOT / "chassis" / "schema" / step).glob("*.sql"))
    for node in ast.walk(ast.parse(migration.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and str(node.value).endswith(".sql"):
            beside = migration.with_name(str(node.value))
            if beside.exists():
                yield beside


def _statements_of(migration: Path) -> list[str]:
    """All that a migration does."""
    in_files = [one for sql in _files(migration) for one in statements(sql.read_text("utf-8"))]
    built = [
        "CREATE INDEX CONCURRENTLY {} ON {} ".format(*map(ast.literal_eval, call.args))
        for called, call in calls(migration)
        if called.endswith("build_index")
    ]
    # It ends the transaction: what it did not do by itself would be done again.
    assert not (in_files and built), migration
    assert len(built) < 2, migration
    return in_files + built


def statements(sql: str) -> list[str]:
    """Its statements, on one line each."""
    # Comments first: an apostrophe in one begins no text.
    plain = re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"--[^\n]*", "", sql))
    return [" ".join(one.split()) for one in plain.split(";") if one.strip()]


def long(found: list[str]) -> list[str]:
    """The statements that a table which is there, and may be large, is locked for long by."""
    new = {one.split()[2] for one in found if one.startswith("CREATE TABLE ")}
    altered = [(one, re.match(kind, one)) for one in found for kind in LONG]
    return [one for one, match in altered if match and match[1] not in new]


def not_additive(found: list[str]) -> list[str]:
    """The statements that code which does not know of them could stumble over."""
    tables = {one.split()[2] for one in found if one.startswith("CREATE TABLE ")}
    columns: set[tuple[str, str]] = set()
    bad = []
    for one in found:
        altered = STATEMENT.fullmatch(one)
        if altered and altered[1] not in tables:
            added = ADDED.fullmatch(altered[2]) or ADDED_WITH_DEFAULT.fullmatch(altered[2])
            default = DEFAULT.fullmatch(altered[2])
            if added:
                columns.add((altered[1], added[1]))
            elif not (default and (altered[1], default[1]) in columns):
                bad.append(one)
        elif not (altered or INDEX.match(one) or any(re.match(kind, one) for kind in NEW)):
            index = re.match(r"CREATE UNIQUE INDEX (?:\w+ )?ON (\w+)", one)
            if not (index and index[1] in tables):
                bad.append(one)
    return bad


@pytest.mark.parametrize("file", migrations(), ids=lambda it: f"{it.parts[-3]}-{it.stem}")
def test_a_migration_says_its_phase(file: Path) -> None:
    assert _said(file, "phase") in ("pre", "post")
    assert _said(file, "revision") == file.name[:4]


PRE = [it for it in migrations() if _said(it, "phase") == "pre" and it.name[:4] != FIRST]


@pytest.mark.parametrize("file", PRE, ids=lambda it: f"{it.parts[-3]}-{it.stem}")
def test_what_runs_before_a_release_only_adds(file: Path) -> None:
    found = _statements_of(file)
    assert found
    assert not not_additive(found)


@pytest.mark.parametrize("file", migrations(), ids=lambda it: f"{it.parts[-3]}-{it.stem}")
def test_what_is_new_locks_nothing_for_long(file: Path) -> None:
    if file.name[:4] > BEFORE_THE_RULE[file.parts[-3]]:
        assert not long(_statements_of(file)), "see `build_index`, VIRTUAL, NOT VALID"


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE units",
        "ALTER TABLE units DROP COLUMN state",
        "ALTER TABLE units RENAME COLUMN state TO held",
        "ALTER TABLE units ADD COLUMN head uuid NOT NULL",
        "ALTER TABLE units ADD COLUMN head uuid UNIQUE",
        "ALTER TABLE units ADD CONSTRAINT named CHECK (name IS NOT NULL)",
        "ALTER TABLE units ALTER COLUMN state SET NOT NULL",
        "ALTER TABLE units ALTER COLUMN state SET DEFAULT ''",
        "CREATE UNIQUE INDEX ON units (name)",
        "UPDATE units SET version = 2",
        "DELETE FROM units",
        "TRUNCATE units",
    ],
)
def test_what_does_more_than_add_is_found(statement: str) -> None:
    added = statements("ALTER TABLE units ADD COLUMN a int; CREATE TABLE b (c int);")
    assert not not_additive(added)
    assert not_additive([*added, statement]) == [statement]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX units_by_name ON units (name)",
        "CREATE UNIQUE INDEX ON units (name)",
        "ALTER TABLE units ADD COLUMN a uuid GENERATED ALWAYS AS ((state ->> '')::uuid) STORED",
        "ALTER TABLE units ADD COLUMN a timestamptz DEFAULT clock_timestamp()",
        "ALTER TABLE units ADD CONSTRAINT named CHECK (name IS NOT NULL)",
        "ALTER TABLE units ALTER COLUMN version TYPE bigint",
        "ALTER TABLE units ALTER COLUMN state SET NOT NULL",
        "UPDATE units SET version = 2",
    ],
)
def test_what_takes_long_is_found(statement: str) -> None:
    soon = statements(
        "CREATE TABLE b (c int); CREATE INDEX ON b (c); ALTER TABLE units ADD COLUMN a int;"
        "ALTER TABLE units ADD COLUMN n int NOT NULL DEFAULT 0;"
        "ALTER TABLE units ADD COLUMN v int GENERATED ALWAYS AS ((state ->> '')::int) VIRTUAL;"
        "ALTER TABLE units ADD CHECK (a > 0) NOT VALID; CREATE INDEX CONCURRENTLY i ON units (a);"
        "ALTER TABLE units ALTER COLUMN a SET DEFAULT clock_timestamp()"
    )
    assert not long(soon)
    assert long([*soon, statement]) == [statement]
