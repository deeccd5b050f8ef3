"""Turns a quarter of GitLab's company OKRs, a tree of owners and titles, into the neutral format.

A node with children, or at the top, is an objective of its owner; any other is a key result of
its parent's objective. An objective that carries progress has one key result of its own.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from slugify import slugify

from cli.importing import keys
from cli.importing.neutral import (
    CheckIn,
    Cycle,
    ImportFile,
    KeyResult,
    NotYet,
    Objective,
    Team,
)
from cli.importing.report import Refusal

OWN = "#own"
RETRO_PARTS = ("good", "bad", "try")


class NotThisShape(Exception):
    """The file as a whole can't be read: where, and why."""


@dataclass(frozen=True)
class Node:
    """A node of the tree, named, with its key and its place in the file."""

    place: str
    key: str
    owner: str
    title: str
    progress: float | None
    result: str | None
    children: list[Any]
    parent: "Node | None"

    @property
    def is_objective(self) -> bool:
        return bool(self.children) or self.parent is None


@dataclass
class Converted:
    """What came of a file: what can be imported, and what can't, with why."""

    file: ImportFile
    refusals: list[Refusal]


@dataclass
class _Parts:
    teams: dict[str, Team] = field(default_factory=dict)
    objectives: dict[str, Objective] = field(default_factory=dict)
    key_results: list[KeyResult] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def is_gitlab(document: dict[str, Any]) -> bool:
    """Whether it looks like such a file."""
    return "objectives" in document and "cycle" in document


def convert(document: dict[str, Any]) -> Converted:
    """The whole file. Raises NotThisShape where not even its frame can be read."""
    cycle = _cycle(document)
    parts = _Parts()
    for node in _walk(_list(document, "objectives", ""), cycle.key, parts.refusals):
        _add(node, cycle.end, parts)
    return Converted(
        ImportFile(
            language="en",
            cycle=cycle,
            teams=tuple(parts.teams.values()),
            objectives=tuple(parts.objectives.values()),
            key_results=tuple(parts.key_results),
            check_ins=tuple(parts.check_ins),
            not_yet_imported=_not_yet(document),
        ),
        parts.refusals,
    )


def _cycle(document: dict[str, Any]) -> Cycle:
    said = document["cycle"]
    if not isinstance(said, dict):
        raise NotThisShape("cycle: an object with name, start and end is needed")
    name = said.get("name")
    if not isinstance(name, str) or not slugify(name):
        raise NotThisShape("cycle.name: a name such as 2018-Q3 is needed")
    return Cycle(
        key=keys.shortened(slugify(name)),
        name=name.strip(),
        kind="quarter",
        start=_day(said, "start"),
        end=_day(said, "end"),
    )


def _day(said: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(said[name])
    except (KeyError, TypeError, ValueError):
        raise NotThisShape(f"cycle.{name}: a date as YYYY-MM-DD is needed") from None


def _list(said: dict[str, Any], name: str, place: str) -> list[Any]:
    found = said.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise NotThisShape(f"{place}{name}: a list is needed")
    return found


def _walk(top: list[Any], cycle: str, refusals: list[Refusal]) -> Iterator[Node]:
    """Every node that can be read, each after its parent, in the order of the file."""
    ordinals = keys.Ordinals()
    waiting: list[tuple[str, Any, Node | None]] = _below("objectives", top, None)
    while waiting:
        place, said, parent = waiting.pop()
        try:
            node = _read(place, said, parent, cycle, ordinals)
        except NotThisShape as wrong:
            refusals.append(Refusal("nodes", place, f"{wrong}{_left_out(said)}"))
            continue
        yield node
        waiting += _below(f"{place}/children", node.children, node)


def _below(
    place: str, children: list[Any], parent: Node | None
) -> list[tuple[str, Any, Node | None]]:
    found = [(f"{place}/{number}", child, parent) for number, child in enumerate(children)]
    return found[::-1]


def _read(place: str, said: Any, parent: Node | None, cycle: str, ordinals: keys.Ordinals) -> Node:
    if not isinstance(said, dict):
        raise NotThisShape("it is not an object with owner and title")
    owner = _text(said, "owner")
    if owner is None:
        raise NotThisShape("it has no owner")
    title = _text(said, "title")
    above = parent.key if parent else cycle
    return Node(
        place=place,
        key=keys.join(above, ordinals.next(above, keys.step(owner, title or ""))),
        owner=owner,
        title=title or (f"{owner}: {parent.title}" if parent else owner),
        progress=_progress(said),
        result=_text(said, "result"),
        children=_list(said, "children", ""),
        parent=parent,
    )


def _text(said: dict[str, Any], name: str) -> str | None:
    found = said.get(name)
    if found is not None and not isinstance(found, str):
        raise NotThisShape(f"its {name} is not a text")
    return (found or "").strip() or None


def _progress(said: dict[str, Any]) -> float | None:
    found = said.get("progress")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise NotThisShape("its progress is not a number")
    return float(found)


def _left_out(said: Any) -> str:
    count, waiting = 0, [said]
    while waiting:
        one = waiting.pop()
        children = one.get("children") if isinstance(one, dict) else None
        if isinstance(children, list):
            count += len(children)
            waiting += children
    return f"; the {count} below it are left out too" if count else ""


def _add(node: Node, day: date, parts: _Parts) -> None:
    team = _team(node, parts)
    if node.is_objective:
        _add_objective(node, team, parts)
        if node.progress is not None:
            own = keys.shortened(node.key + OWN)
            _add_key_result(node, own, node.key, team, day, parts)
    elif node.parent:
        _add_key_result(node, node.key, node.parent.key, team, day, parts)


def _team(node: Node, parts: _Parts) -> str:
    key = keys.team_key(node.owner)
    parts.teams.setdefault(key, Team(key=key, name=node.owner))
    return key


def _add_objective(node: Node, team: str, parts: _Parts) -> None:
    parts.objectives[node.key] = Objective(
        key=node.key,
        title=node.title,
        owner=team,
        contributes_to=(node.parent.key,) if node.parent else (),
        note=node.result if node.progress is None else None,
    )


def _add_key_result(
    node: Node, key: str, objective: str, team: str, day: date, parts: _Parts
) -> None:
    _contribute(objective, team, parts)
    parts.key_results.append(
        KeyResult(
            key=key,
            objective=objective,
            title=node.title,
            kind="increase",
            baseline=0,
            target=1,
            team=team,
            note=node.result if node.progress is None else None,
            score=None if node.progress is None else min(max(node.progress, 0.0), 1.0),
        )
    )
    if node.progress is not None:
        parts.check_ins.append(
            CheckIn(
                key=key,
                objective=objective,
                key_result=key,
                team=team,
                date=day,
                value=node.progress,
                words=node.result,
            )
        )


def _contribute(objective: str, team: str, parts: _Parts) -> None:
    held = parts.objectives[objective]
    if team != held.owner and team not in held.contributing_teams:
        teams = (*held.contributing_teams, team)
        parts.objectives[objective] = held.model_copy(update={"contributing_teams": teams})


def _not_yet(document: dict[str, Any]) -> NotYet:
    retros = [one for one in _list(document, "retros", "") if isinstance(one, dict)]
    said = [one.get(part) for one in retros for part in RETRO_PARTS]
    learnings = sum(len(part) for part in said if isinstance(part, list))
    return NotYet(learnings=learnings, retros=len(retros))
