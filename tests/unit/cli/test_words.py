"""What commands of people say: in three languages, in the one that was chosen, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
import typer
from typer.testing import CliRunner

from chassis.problem_texts import InThree
from cli.main import COMMANDS, build_app
from cli.words import FILE, LANGUAGES, Problem, Words, chosen, texts
from contracts import words as contract
from contracts.okr import Place
from contracts.scores import ScoreBand
from tests.architecture.tree import ROOT

PEOPLES = [name for name, module in COMMANDS.items() if module.startswith("cli.people.")]


def leaves(found: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if set(found) & set(LANGUAGES):
        yield path, found
    else:
        for name, below in found.items():
            yield from leaves(below, f"{path}/{name}")


ALL = dict(leaves(texts()))


def test_the_languages_are_those_of_the_agency() -> None:
    assert LANGUAGES == contract.LANGUAGES


@pytest.mark.parametrize("path", ALL)
def test_no_text_lacks_a_language(path: str) -> None:
    text = InThree.model_validate(ALL[path])
    facts = {
        language: {name for _, name, _, _ in Formatter().parse(text.in_language(language)) if name}
        for language in contract.LANGUAGES
    }
    assert len({frozenset(one) for one in facts.values()}) == 1, facts


def test_what_is_told_twice_is_kept_once() -> None:
    """A key that stands twice in the file would hide the first."""
    for section in re.split(r"^(?=\w)", FILE.read_text("utf-8"), flags=re.MULTILINE):
        lines = re.findall(r"^  ([\w-]+|\"\w+\"):", section, flags=re.MULTILINE)
        assert len(lines) == len(set(lines))


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(build_app([]))
    return {name: group.commands[name] for name in PEOPLES}


def test_all_that_a_command_takes_has_its_help_and_nothing_else_has() -> None:
    told = texts()["help"]
    assert set(told["commands"]) == set(PEOPLES)
    taken = {name: {it.name for it in command.params} for name, command in commands().items()}
    for name, named in taken.items():
        own = set(told["commands"][name]["takes"])
        assert own <= named, f"{name} takes no {own - named}"
        assert named - own <= set(told["shared"]), f"{name}: {named - own} has no help"
    assert all(any(one in named for named in taken.values()) for one in told["shared"])


def sources() -> dict[Path, ast.Module]:
    files = [*(ROOT / "cli" / "people").glob("*.py"), *(ROOT / "cli").glob("*.py")]
    return {file: ast.parse(file.read_text("utf-8")) for file in files}


def said_in_code() -> dict[str, set[str]]:
    """Codes of texts that code names, by section; `…{x}` stands for whatever begins so."""
    found: dict[str, set[str]] = {"says": set(), "problems": set()}
    for tree in sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for section, codes in found.items():
                    codes.update({node.value} & set(texts()[section]))
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begin = str(node.values[0].value)
                if begin.endswith("-"):
                    found["says"] |= {one for one in texts()["says"] if one.startswith(begin)}
    return found


@pytest.mark.parametrize("section", ["says", "problems"])
def test_every_text_is_said(section: str) -> None:
    unsaid = set(texts()[section]) - said_in_code()[section]
    assert unsaid <= {"arguments", "options"}, unsaid


def test_every_problem_has_its_text() -> None:
    raised = {
        str(node.args[0].value)
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Problem"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised <= set(texts()["problems"])


def test_code_holds_no_words_for_people() -> None:
    """No sentence is raised, and no option has a help of its own."""
    for file, tree in sources().items():
        if file.parent.name != "people":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                worded = node.func.id == "LocalProblem" and not isinstance(
                    node.args[0], ast.Call | ast.JoinedStr
                )
                assert not worded, f"{file.name}:{node.lineno}"
            if isinstance(node, ast.keyword):
                assert node.arg != "help", f"{file.name}:{node.value.lineno}"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("place", get_args(Place)),
        ("band", get_args(ScoreBand)),
        ("status", ("on-track", "behind", "at-risk", "no-value", "stale", "proposed", "closed")),
        ("role", ("member", "torchbearer", "deputy", "supervisor", "project-lead", "head")),
        ("way", ("by-support", "in-meeting", "imported")),
        ("chosen", ("goal", "revise", "drop")),
    ],
)
def test_codes_have_names_and_an_unknown_one_is_itself(kind: str, codes: tuple[str, ...]) -> None:
    assert set(codes) <= set(texts()["names"][kind])
    assert Words("fi").name(kind, "of-later") == "of-later"


@pytest.mark.parametrize(
    ("arguments", "said", "means"),
    [
        (["--language", "sv"], {"SOIHTU_LANGUAGE": "fi"}, "sv"),
        (["--language=sv"], {"LANG": "fi_FI.UTF-8"}, "sv"),
        (["--language", "de"], {"SOIHTU_LANGUAGE": "fi"}, "fi"),
        ([], {"SOIHTU_LANGUAGE": "fi", "LC_ALL": "sv_FI.UTF-8"}, "fi"),
        ([], {"SOIHTU_LANGUAGE": "", "LC_ALL": "sv_FI.UTF-8"}, "sv"),
        ([], {"LANG": "fi_FI.UTF-8"}, "fi"),
        ([], {"LANG": "sv_SE"}, "sv"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "fi_FI.UTF-8", "LC_MESSAGES": "sv_FI.UTF-8", "LC_ALL": ""}, "sv"),
        ([], {"LANG": "de_DE.UTF-8"}, None),
        ([], {"LANG": "fil_PH.UTF-8"}, None),
        ([], {"LANG": "fi_FI.UTF-8", "LC_ALL": "C.UTF-8"}, None),
        ([], {}, None),
    ],
)
def test_the_language_is_the_persons_then_the_terminals(
    arguments: list[str], said: dict[str, str], means: str | None
) -> None:
    assert chosen(arguments, said) == means


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in ("SOIHTU_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    return CliRunner()


@pytest.mark.parametrize("name", PEOPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_language_that_was_chosen(
    terminal: CliRunner, name: str, language: str
) -> None:
    said = terminal.invoke(build_app([name]), [name, "--help", "--language", language]).stdout
    words, own = Words(language), texts()["help"]["commands"][name]
    assert said.startswith(words("usage"))
    assert own["about"][language].split("\n")[0].split()[0] in said
    assert words("help-option") in said
    squeezed = " ".join(said.split())
    for help_ in own["takes"].values():
        first = help_[language].split("\n")[0]
        assert " ".join(first.split()) in squeezed
    assert all(len(line) <= 80 for line in said.splitlines())
    other = texts()["says"]["help-option"]["sv" if language != "sv" else "fi"]
    assert other not in said


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["support"], "TAVOITE puuttuu"),
        (["support", "a", "b", "c"], "liikaa: b c."),
        (["agree", "a", "--presnt", "3"], "Tarkoititko: --present?"),
        (["agree", "a", "--xyz"], "--xyz ei ole"),
        (["agree", "a", "--present"], "--present on kirjoitettu vajaasti"),
        (["agree", "a", "--present", "moni"], "--present ei ole sellainen"),
        (["agree", "a", "--how", "arpa"], "--how on jokin näistä: by-support, in-meeting"),
    ],
)
def test_what_is_typed_wrong_is_told_in_that_language(
    terminal: CliRunner, typed: list[str], told: str
) -> None:
    done = terminal.invoke(build_app(typed), [typed[0], "--language", "fi", *typed[1:]])
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Error" not in done.stderr
    assert done.stderr.startswith("Käyttö: ")


def test_a_problem_is_told_in_each_language() -> None:
    problem = Problem("not-logged-in", issuer="https://login.example")
    said = {language: Words(language).told(problem) for language in LANGUAGES}
    assert len(set(said.values())) == 3
    assert str(problem) == said["en"]
    assert all("https://login.example" in one and "soihtu login" in one for one in said.values())
