"""Problems are a closed list that every call keeps to, told in three languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chassis
from chassis.problem import Problem
from chassis.problem_texts import OWN, Catalogue, language_of
from contracts.words import LANGUAGES

ROOT = Path(chassis.__file__).parent.parent
SERVICES = sorted(path for path in (ROOT / "services").iterdir() if (path / "app.py").exists())


def calls(folder: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every place that makes a Problem."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def code_of(call: ast.Call) -> str:
    """The code, which must be written out where the Problem is made."""
    return str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else "no code"


def faults(folder: Path, catalogue: Catalogue) -> Iterator[str]:
    for place, call in calls(folder):
        code = code_of(call)
        if code not in catalogue.wordings:
            yield f"{place}: {code} is not in the list"
            continue
        named = {one.arg for one in call.keywords}
        missing = catalogue.wordings[code].placeholders() - named
        if missing and None not in named:
            yield f"{place}: {code} lacks {missing}"


def codes(folder: Path) -> set[str]:
    return {code_of(call) for _, call in calls(folder)}


def test_the_chassis_keeps_to_its_list() -> None:
    assert list(faults(OWN.parent, Catalogue.load())) == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_keeps_to_its_list(service: Path) -> None:
    own = service / "problems.yaml"
    catalogue = Catalogue.load(*([own] if own.exists() else []))
    assert list(faults(service, catalogue)) == []
    idle = catalogue.wordings.keys() - Catalogue.load().wordings.keys() - codes(service)
    assert idle == set()


def test_no_problem_of_the_chassis_is_idle() -> None:
    used = codes(OWN.parent).union(*(codes(service) for service in SERVICES), {"not-found"})
    assert Catalogue.load().wordings.keys() - used == set()


@pytest.mark.parametrize(
    "file", [OWN, *ROOT.glob("services/*/problems.yaml")], ids=lambda path: path.parent.name
)
def test_texts_are_whole(file: Path) -> None:
    catalogue = Catalogue.load(*([] if file == OWN else [file]))
    for code, wording in catalogue.wordings.items():
        assert re.fullmatch(r"[a-z][a-z0-9-]*", code)
        details = {getattr(wording.detail, language) for language in LANGUAGES}
        assert len(details) == 3, code
        assert all(detail.endswith(".") for detail in details), code
        for language in LANGUAGES:
            facts = dict.fromkeys(wording.placeholders(), "fact")
            getattr(wording.title, language).format_map(facts)


def test_a_problem_is_told_with_its_facts() -> None:
    problem = Problem("not-allowed", operation="act", roles=["admin", "head", "other"])
    told = Catalogue.load().tell(problem, "en", "c-1")
    document = orjson.loads(told.body)
    assert told.status == document["status"] == 403
    assert document["type"] == "urn:soihtu:problem:not-allowed"
    assert document["instance"] == "c-1"
    assert document["roles"] == ["admin", "head", "other"]
    assert "administrator, head of the unit, other" in document["detail"]
    assert told.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("problem", "header", "value"),
    [
        (Problem("busy", retry_after=1), "retry-after", "1"),
        (Problem("method-not-allowed", allow=["GET", "PUT"]), "allow", "GET, PUT"),
        (Problem("changed-since", current=None, current_version=4), "etag", '"4"'),
        (Problem("unauthenticated"), "www-authenticate", "Bearer"),
    ],
)
def test_facts_that_are_headers_are_headers(problem: Problem, header: str, value: str) -> None:
    assert Catalogue.load().tell(problem, "fi", "c").headers[header] == value


def test_unknown_codes_and_missing_facts_are_faults() -> None:
    for wrong in (Problem("never-heard-of"), Problem("busy")):
        with pytest.raises(KeyError):
            Catalogue.load().tell(wrong, "fi", "c")
    with pytest.raises(TypeError):
        Problem("busy", status=1)


def test_a_code_is_told_in_one_place() -> None:
    with pytest.raises(ValueError, match="told twice"):
        Catalogue.load(OWN)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fi"), ("", "fi"), ("sv", "sv"), ("SV-fi", "sv"), ("de", "fi"), ("*", "fi"),
        ("en;q=0.1, sv;q=0.9", "sv"), ("de, en;q=0.3", "en"), ("sv;q=0, en;q=0.1", "en"),
        ("sv;q=x, en", "en"), ("en-GB,en;q=0.9,fi;q=0.8", "en"), ("finnish", "fi"),
    ],
)  # fmt: skip
def test_the_language_is_the_callers_choice(header: str | None, language: str) -> None:
    assert language_of(header) == language


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert language_of(header) in LANGUAGES
