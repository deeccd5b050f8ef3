"""The codes that the open topics carry, and what they mean in three languages: `codes.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts.words import Language

FILE = Path(__file__).with_name("codes.yaml")
MARK = "x-codes"
"""The keyword by which a field of a schema names its list."""


def listed(name: str) -> dict[str, Any]:
    """For `json_schema_extra` of a field whose codes are those of the list `name`."""
    return {MARK: name}


@cache
def lists(file: Path = FILE) -> Mapping[str, Mapping[str, Mapping[Language, str]] | None]:
    """Meaning by language, by code, by list; None for a list that each agency keeps itself."""
    held = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {name: told.get("codes") for name, told in held.items()}


def page(file: Path = FILE) -> str:
    """The lists as a document for people: `docs/codes.md`."""
    parts = [PREFACE]
    for name, told in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        parts.append(f"## {name}\n\n{told['about']}\n")
        if "codes" in told:
            rows = [
                f"| `{code}` | {' | '.join(it.values())} |\n" for code, it in told["codes"].items()
            ]
            parts.append(
                f"| code | suomi | svenska | English |\n|---|---|---|---|\n{''.join(rows)}"
            )
    return "\n".join(parts)


PAGE = FILE.parents[1] / "docs" / "codes.md"
PREFACE = """\
# Codes of the open topics

Written by `make contracts` from `contracts/codes.yaml`. Fields of the schemas name their list in
`x-codes`. Codes are added, never taken away or given another meaning: take a code that you don't
know for `other`.
"""
