"""A goal as people write it, in options or in a file of YAML or JSON, made into what the API takes.

What is named in words (a team, what the goal serves) stays so until `resolved` has asked for it.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cli.people.stating import key_result
from cli.words import LANGUAGES, Problem

if TYPE_CHECKING:
    from cli.client import Client

Json = dict[str, Any]

TEXTS = ("title", "benefit", "from_what", "to_what")
PLAIN = ("note", "rhythm", "ambition")
NAMES = ("serves", "with")
"""What a file may name besides, each a list of names."""
FIELDS = (*TEXTS, *PLAIN, *NAMES, "team", "cycle", "language", "key_results")


def read(file: str) -> Json:
    """What a file says; `-` is standard input. Raises Problem."""
    try:
        said = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        found = yaml.safe_load(said)
    except (OSError, UnicodeDecodeError) as failure:
        raise Problem("no-file", file=file, why=failure) from failure
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        raise Problem("no-yaml", file=file, line=mark.line + 1 if mark else "?") from failure
    if not isinstance(found, dict):
        raise Problem("no-goal-in-file", file=file, fields=", ".join(FIELDS))
    if unknown := [str(name) for name in found if name not in FIELDS]:
        raise Problem("unknown-field", field=unknown[0], fields=", ".join(FIELDS))
    if found.get("language") not in (None, *LANGUAGES):
        raise Problem("no-language", said=found["language"])
    return found


def with_options(said: Json, options: Mapping[str, Any]) -> Json:
    """A file's goal, with what options say: that instead, or of lists that too."""
    whole = dict(said)
    for name, given in options.items():
        if isinstance(given, list | tuple):
            whole[name] = [*_list(whole.get(name)), *given]
        elif given is not None:
            whole[name] = given
    return whole


def draft(said: Json, language: str) -> Json:
    """As the API takes it, its words in `language`, but for what is named. Raises Problem."""
    if not said.get("title"):
        raise Problem("title-missing")
    return {
        **{name: _text(said[name], language) for name in TEXTS if said.get(name)},
        **{name: said[name] for name in PLAIN if said.get(name)},
        "key_results": [_key_result(it, language) for it in _list(said.get("key_results"))],
    }


def _key_result(said: Any, language: str) -> Json:
    """A line, as `--key-result` takes it, or a mapping of what the API takes."""
    if not isinstance(said, dict):
        return key_result(str(said), language)
    stated = {name: _dated(one) for name, one in said.items() if one not in (None, "?")}
    stated["title"] = _text(stated.get("title", ""), language)
    if isinstance(steps := stated.get("milestones"), list):
        stated["milestones"] = [_step(step, place, language) for place, step in enumerate(steps, 1)]
    return stated


def _step(said: Any, place: int, language: str) -> Json:
    step = dict(said) if isinstance(said, dict) else {"title": said}
    return {"id": str(place), **step, "title": _text(step.get("title", ""), language)}


def _dated(said: Any) -> Any:
    """Days as texts, since YAML knows days of its own."""
    if isinstance(said, date):
        return said.isoformat()
    if isinstance(said, list):
        return [_dated(one) for one in said]
    if isinstance(said, dict):
        return {name: _dated(one) for name, one in said.items()}
    return said


def _text(said: Any, language: str) -> Json:
    """Words in the language that they are written in, or what is said in several."""
    if isinstance(said, dict):
        source = language if language in said else next(iter(said), language)
        return {"source": source, **said}
    return {"source": language, language: str(said)}


def _list(said: Any) -> list[Any]:
    if said is None:
        return []
    return list(said) if isinstance(said, list | tuple) else [said]


async def resolved(client: "Client", body: Json, said: Json) -> Json:
    """With what it serves, whom it is done with, and teams of key results. Raises Problem."""
    from cli.people.finding import team_of

    invited = [(await team_of(client, str(one)))["id"] for one in _list(said.get("with"))]
    for one in body["key_results"]:
        if one.get("team"):
            one["team"] = (await team_of(client, str(one["team"])))["id"]
    served = await links(client, [str(one) for one in _list(said.get("serves"))])
    return {**body, **served, **({"contributing_teams": invited} if invited else {})}


async def links(client: "Client", named: Sequence[str]) -> dict[str, list[str]]:
    """Pillars, goals and key results of open cycles that are named, as the API takes them."""
    from cli.people.finding import open_cycles, pick

    if not named:
        return {}
    pillars = await client.items("okr", "/pillars")
    goals = [
        goal
        for cycle in await open_cycles(client)
        for goal in await client.items("okr", "/objectives", {"cycle": cycle["id"]})
        if goal["state"] != "closed"
    ]
    known = [
        *({"as": "serves", "id": one["id"], "title": one["name"]} for one in pillars),
        *({"as": "contributes_to", **goal} for goal in goals),
        *(
            {"as": "contributes_to_key_results", **one, "of": goal["title"]}
            for goal in goals
            for one in goal["key_results"]
            if one["state"] == "open"
        ),
    ]
    found: dict[str, list[str]] = {}
    for one in named:
        it = pick(known, one, "served", client.language)
        found.setdefault(it["as"], []).append(it["id"])
    return found
