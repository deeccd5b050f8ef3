"""What the tests of the architecture read: the project's own modules and queries."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("contracts", "chassis", "services", "cli", "local")


@cache
def modules(*packages: str) -> tuple[Path, ...]:
    """Every Python file of these packages, of all where none is named."""
    found = (ROOT / package for package in packages or PACKAGES)
    return tuple(sorted(file for folder in found for file in folder.rglob("*.py")))


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@dataclass(frozen=True)
class Query:
    """One named query of a `.sql` file."""

    file: Path
    name: str
    described: bool
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.file)}:{self.name}"


@cache
def queries() -> tuple[Query, ...]:
    """Every named query of the project, migrations and schema left out."""
    files = [
        file
        for package in ("chassis", "services")
        for file in sorted((ROOT / package).rglob("*.sql"))
        if not {"migrations", "schema"} & set(file.parts)
    ]
    return tuple(query for file in files for query in _queries_of(file))


def _queries_of(file: Path) -> Iterator[Query]:
    for part in file.read_text(encoding="utf-8").split("-- name: ")[1:]:
        head, *lines = part.splitlines()
        described = bool(lines) and lines[0].startswith("-- ")
        text = "\n".join(line for line in lines if not line.startswith("--"))
        yield Query(file, head.split("(")[0].strip(), described, text)
