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
