"""Reads a key result as people state it in a line: `increase: Title: 3 -> 10 kpl | weight 2`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cli.words import Problem

Said = dict[str, Any]

NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
UNIT = r"(?:\s+(?P<unit>\S.*)|(?P<sign>%))?"
ARROW = r"\s*(?:->|→)\s*"
WAY = re.compile(rf"(?P<baseline>{NUMBER}|\?){ARROW}(?P<target>{NUMBER}){UNIT}")
CORRIDOR = re.compile(
    rf"(?P<low>{NUMBER})\s*\.\.\s*(?P<high>{NUMBER})(?:\s*(?:±|\+-)\s*(?P<tolerance>{NUMBER}))?{UNIT}"
)
ZONES = re.compile(
    rf"(?:(?P<baseline>{NUMBER}){ARROW})?(?P<commit>{NUMBER})\s*/\s*(?P<target>{NUMBER})\s*/\s*"
    rf"(?P<stretch>{NUMBER}){UNIT}"
)
STEP = re.compile(rf"(?P<title>.*?\S)(?:\s*\*\s*(?P<weight>{NUMBER}))?")

FORMS = {
    "increase": "increase: TITLE: 3 -> 10 UNIT",
    "decrease": "decrease: TITLE: ? -> 250 UNIT",
    "maintain": "maintain: TITLE: 3..5 ±2 UNIT",
    "zones": "zones: TITLE: 0 -> 10 / 15 / 20 UNIT",
    "milestones": "milestones: TITLE: first step; second step *2; third step",
    "binary": "binary: TITLE",
}
"""How a key result of each kind is stated; ? is a baseline that is to be measured."""


WEIGHT = re.compile(rf"weight\s*:?\s*(?P<weight>{NUMBER})")
PHASE = re.compile(rf"by\s+(?P<day>\d{{4}}-\d\d-\d\d)\s*:?\s*(?P<share>{NUMBER})\s*%")
WORDED = {"better": "direction", "note": "note", "team": "team"}
"""What is said of a key result in words, and as the API calls it; a team by its name."""
MORE = "weight 2 | committed | better: WORDS | by 2026-10-31: 40% | team: TEAM | note: WORDS"
"""What may be said of any key result, each after a bar of its own; phases as often as needed."""


def key_result(said: str, language: str) -> Said:
    """As the API takes it, its words in `language`, but a team by its name. Raises Problem."""
    first, *more = said.split(" | ")
    stated = _of_kind(first, language)
    phases: list[Said] = []
    for one in more:
        if found := PHASE.fullmatch(one.strip()):
            phases.append({"day": found["day"], "share": value(found["share"]) / 100})
        else:
            stated |= _more(one.strip())
    return stated | ({"phases": phases} if phases else {})


def _more(said: str) -> Said:
    name, _, words = (part.strip() for part in said.partition(":"))
    if found := WEIGHT.fullmatch(said):
        return {"weight": value(found["weight"])}
    if said in ("committed", "aspirational"):
        return {"ambition": said}
    if name in WORDED and words:
        return {WORDED[name]: words}
    raise Problem("unread-more", said=said, forms=MORE)


def _of_kind(said: str, language: str) -> Said:
    kind, _, rest = (part.strip() for part in said.partition(":"))
    read = READERS.get(kind)
    if read is None:
        raise Problem("no-kind", said=said, forms="; ".join(FORMS.values()))
    stated = read(rest, language)
    if stated is None:
        raise Problem("unread", said=said, form=FORMS[kind])
    return {"kind": kind, **stated}


def value(said: str) -> float:
    """A number, with a point or a comma. Raises ValueError."""
    if not re.fullmatch(NUMBER, said.strip()):
        raise ValueError(said)
    return float(said.replace(",", "."))


def _in_numbers(pattern: re.Pattern[str]) -> Callable[[str, str], Said | None]:
    def read(rest: str, language: str) -> Said | None:
        title, _, numbers = (part.strip() for part in rest.rpartition(":"))
        found = pattern.fullmatch(numbers)
        if not title or found is None:
            return None
        unit = found["unit"] or found["sign"]
        named = {name: said for name, said in found.groupdict().items() if name not in _UNITS}
        stated: Said = {
            name: value(said) for name, said in named.items() if said not in (None, "?")
        }
        return {"title": _words(title, language), **stated, **({"unit": unit} if unit else {})}

    return read


_UNITS = ("unit", "sign")


def _in_steps(rest: str, language: str) -> Said | None:
    title, _, steps = (part.strip() for part in rest.rpartition(":"))
    found = [STEP.fullmatch(step.strip()) for step in steps.split(";") if step.strip()]
    if not title or not found:
        return None
    return {
        "title": _words(title, language),
        "milestones": [
            {
                "id": str(place),
                "title": _words(step["title"], language),
                **({"weight": value(step["weight"])} if step["weight"] else {}),
            }
            for place, step in enumerate(found, 1)
            if step
        ],
    }


def _in_words(rest: str, language: str) -> Said | None:
    return {"title": _words(rest, language)} if rest else None


def _words(said: str, language: str) -> dict[str, str]:
    return {"source": language, language: said}


READERS: Mapping[str, Callable[[str, str], Said | None]] = {
    "increase": _in_numbers(WAY),
    "decrease": _in_numbers(WAY),
    "maintain": _in_numbers(CORRIDOR),
    "zones": _in_numbers(ZONES),
    "milestones": _in_steps,
    "binary": _in_words,
}
