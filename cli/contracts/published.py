"""What the code of the services publishes, read from the code: which events, and which changes."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from contracts.catalogue import EVENTS

SERVICES = Path(__file__).resolve().parents[2] / "services"
FIELD = "change"


@cache
def _trees(folder: Path) -> Mapping[Path, ast.Module]:
    files = sorted(folder.rglob("*.py"))
    return {file: ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in files}


def events_of(service: str, folder: Path = SERVICES) -> set[str]:
    """Types of the events that a service makes: it calls their class."""
    made = set()
    for tree in _trees(folder / service).values():
        known = dict(_events_imported(tree))
        called = {ast.unparse(node.func).removesuffix(".model_validate") for node in _calls(tree)}
        made |= {known[name] for name in called & known.keys()}
    return made


def _events_imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("contracts."):
            for name in node.names:
                for event in EVENTS.values():
                    if (event.__module__, event.__name__) == (node.module, name.name):
                        yield name.asname or name.name, event.type()


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def changes(folder: Path = SERVICES) -> set[str]:
    """Every code that some service can put into `change` of an event.

    A code is a literal that is handed to a parameter of that name, is its default, or stands under
    that name in a mapping: so no code may be put together from parts.
    """
    trees = _trees(folder).values()
    places = _places(trees)
    return {code for tree in trees for node in _given(tree, places) for code in _codes(node, tree)}


def sources(folder: Path = SERVICES) -> set[str]:
    """Every kind of source that okr's values come from: what their names begin with."""
    subjects = {event.kind for event in EVENTS.values()}
    begun = {
        str(begins.value).removesuffix("/")
        for tree in _trees(folder / "okr").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for begins in node.values[:1]
        if isinstance(begins, ast.Constant) and re.fullmatch(r"[a-z-]+/", str(begins.value))
    }
    return begun - subjects


def _places(trees: Iterable[ast.Module]) -> Mapping[str, set[int]]:
    """Where functions take the change, by the function's name: as which positional argument."""
    places: dict[str, set[int]] = defaultdict(set)
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [one.arg for one in node.args.args if one.arg != "self"]
                if FIELD in names:
                    places[node.name].add(names.index(FIELD))
    return places


def _given(tree: ast.Module, places: Mapping[str, set[int]]) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (it.value for it in node.keywords if it.arg == FIELD)
            called = ast.unparse(node.func).rpartition(".")[2]
            yield from (node.args[at] for at in places.get(called, ()) if at < len(node.args))
        elif isinstance(node, ast.Dict):
            for name, value in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == FIELD:
                    yield value
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _default(node.args)


def _default(taken: ast.arguments) -> Iterator[ast.expr]:
    for one, default in zip(reversed(taken.args), reversed(taken.defaults), strict=False):
        if one.arg == FIELD:
            yield default


def _codes(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _codes(node.body, tree)
        yield from _codes(node.orelse, tree)
    elif isinstance(node, ast.Name):
        for held in tree.body:
            if isinstance(held, ast.Assign) and ast.unparse(held.targets[0]) == node.id:
                yield from _codes(held.value, tree)
