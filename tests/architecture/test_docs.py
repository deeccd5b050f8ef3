"""The documents: what they name is there, what they tell to type works, links lead somewhere."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import typer
from fastapi import FastAPI

from chassis.db import Database
from chassis.routing import allowed
from chassis.settings import Settings
from cli.main import COMMANDS, build_app
from tests.architecture.tree import ROOT, calls, modules, name_of

ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
SERVICES = ("okr", "checkins", "reporting", "notifications")
SECTIONS = ["Context", "Decision", "Consequences", "Enforced by", "Revisit when"]
ENDINGS = ("py", "sql", "yaml", "md", "json", "toml", "txt")
MADE_LATER = (".venv/", ".soihtu/", "~/")
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


@cache
def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def _code(document: Path) -> Iterator[str]:
    """What stands in code spans and code blocks; a span may go on in the next line."""
    prose = []
    for number, part in enumerate(re.split(r"^```\w*\n", text_of(document), flags=re.MULTILINE)):
        if number % 2:
            yield part.replace("\\\n", " ")
        else:
            prose.append(part)
    yield from (span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", "".join(prose)))


def _paths(code: str) -> Iterator[str]:
    """Words that name a file or folder of ours: by where they begin, or how they end."""
    for word in re.findall(r"[\w./<>~*$-]+", code):
        name = word.rstrip(".")
        if name.startswith(("/", *MADE_LATER)) or "$" in name:
            continue
        top, slash, _ = name.partition("/")
        inside = slash and top and (ROOT / top).is_dir()
        if inside or (name.rpartition(".")[2] in ENDINGS and "." in name[1:]):
            yield name


def _is_there(name: str) -> bool:
    pattern = re.sub(r"<\w+>", "*", name).rstrip("/")
    return any(True for _ in ROOT.glob(pattern)) or (
        "/" not in pattern and any(name_of(file).endswith(f"/{pattern}") for file in _files())
    )


@cache
def _files() -> tuple[Path, ...]:
    folders = ("contracts", "chassis", "services", "cli", "local", "tests", "docs")
    return tuple(file for folder in folders for file in (ROOT / folder).rglob("*"))


@each_document
def test_every_file_that_is_named_is_there(document: Path) -> None:
    named = {name for code in _code(document) for name in _paths(code)}
    assert not {name for name in named if not _is_there(name)} - EXAMPLES


EXAMPLES = {"gitlab-2018-q3.json"}
"""Files that whoever follows a document has to bring along."""


@each_document
def test_every_target_of_make_is_there(document: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    told = {name for code in _code(document) for name in re.findall(r"\bmake (\w+)", code)}
    assert told <= targets


@each_document
def test_every_command_takes_what_is_told(document: Path) -> None:
    for code in _code(document):
        for name, rest in re.findall(r"\bsoihtu ([a-z][a-z-]*)\b([^\n`|)#;]*)", code):
            assert name in COMMANDS, f"soihtu {name}"
            told = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest))
            assert told <= _options(name), f"soihtu {name}{rest}"


@cache
def _options(name: str) -> set[str]:
    group: Any = typer.main.get_command(build_app([name]))
    return set(_options_of(group.commands[name]))


def _options_of(command: Any) -> Iterator[str]:
    for it in command.params:
        yield from (*it.opts, *it.secondary_opts)
    for inner in getattr(command, "commands", {}).values():
        yield from _options_of(inner)


@each_document
def test_every_address_of_an_api_is_a_route(document: Path) -> None:
    for code in _code(document):
        for variable, path in re.findall(
            r"\$(OKR|CHECKINS|REPORTING|NOTIFICATIONS)(/[\w./$-]*)", code
        ):
            here = re.sub(r"\$\w+", str(UUID(int=1)), path)
            assert here == "/openapi.json" or allowed(_application(variable.lower()), here), path


@cache
def _application(service: str) -> FastAPI:
    nowhere = {"kafka": "127.0.0.1:1", "postgres": "postgresql://nowhere"}
    create = importlib.import_module(f"services.{service}.app").create_app
    made: FastAPI = create(Settings.model_validate(nowhere), Database(None, "/agencies/demo"))  # type: ignore[arg-type]
    return made


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
        file, _, anchor = target.partition("#")
        found = (document.parent / file).resolve() if file else document
        assert "://" not in target, f"{target}: what we need to know stands here"
        assert found.exists(), target
        assert not anchor or anchor in _anchors(found), target


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(document), flags=re.MULTILINE)
    plain = (re.sub(r"[^\w -]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("adr", ADRS, ids=name_of)
def test_a_decision_is_told_on_a_page(adr: Path) -> None:
    text = text_of(adr)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == SECTIONS
    assert re.match(rf"# {int(adr.name[:4])}\. \S", text)
    assert len(text.splitlines()) <= 60
    enforced = text.partition("## Enforced by")[2].partition("## ")[0]
    assert re.search(r"`tests/[\w/]+\.py`", enforced), "a rule that nothing checks is a wish"


def test_the_index_of_decisions_is_whole() -> None:
    told = re.findall(r"^\d+\. \[(.+)\]\((.+)\)$", text_of(ADRS[0].with_name("README.md")), re.M)
    titles = [text_of(adr).splitlines()[0].partition(". ")[2] for adr in ADRS]
    assert told == [(title, adr.name) for title, adr in zip(titles, ADRS, strict=True)]


CODES = {"unready": 0, "hinder": 0, "die": 0, "BadRecord": 0, "CannotApply": 0, "NotYet": 0}
"""Who says a code of those that architecture.md lists."""


def _said_codes() -> Iterator[str]:
    for file in modules("chassis", "services"):
        for called, call in calls(file):
            if called.rpartition(".")[2] in CODES and call.args:
                said = call.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value
        if file.name == "domain.py" and file.parent.name == "progress":
            yield from _reasons_not_counted(file)


def _reasons_not_counted(file: Path) -> Iterator[str]:
    found = re.search(r"def reason_not_counted\(.*?\n\n\n", text_of(file), flags=re.DOTALL)
    assert found
    yield from re.findall(r'return "([a-z-]+)"', found[0])


def test_codes_are_a_closed_list() -> None:
    page = text_of(ROOT / "docs" / "architecture.md").partition("## Closed lists")[2]
    told = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", page.partition("**Reasons in")[2]))
    assert told == {*_said_codes(), "starting", "too-large"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_told_of(service: str) -> None:
    assert importlib.import_module(f"services.{service}.app").SERVICE.name == service
    assert f"`services/{service}/`" in text_of(ROOT / "docs" / "architecture.md")
