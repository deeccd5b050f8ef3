"""Shows people what the APIs answer: texts in their language, shares, tables."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def text(said: Mapping[str, Any] | None, language: str) -> str:
    """A text in `language`, else in the language that it was written in."""
    if not said:
        return "?"
    return str(said.get(language) or said.get(str(said.get("source"))) or "?")


def number(value: float | None, unit: str | None = None) -> str:
    """A value with its unit; nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.15g} {unit}" if unit else f"{value:.15g}"


def percent(share: float | None) -> str:
    """A share; nothing where there is none."""
    return "" if share is None else f"{share:z.0%}"
