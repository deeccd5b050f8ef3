"""Migrations: each says its phase, and what runs beside the release before only adds."""

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
INDEX = re.compile(r"CREATE INDEX (\w+ )?ON (\w+) ", re.DOTALL)


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


def statements(sql: str) -> list[str]:
    """Its statements, on one line each."""
    # Comments first: an apostrophe in one begins no text.
    plain = re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"--[^\n]*", "", sql))
    return [" ".join(one.split()) for one in plain.split(";") if one.strip()]


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
    found = [one for sql in _files(file) for one in statements(sql.read_text("utf-8"))]
    assert found
    assert not not_additive(found)


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
