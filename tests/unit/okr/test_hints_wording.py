"""The words of wording hints, held to goals as people of an agency write them.

The goals lie in `corpora/`, in each language such that must draw a hint and such that must not;
what is held out there was written before the rules, and tells how well these do elsewhere.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.words import LANGUAGES, Language
from local.addresses import ROOT
from services.okr.hints.domain import Seen
from tests.unit.okr.hinted import an_id, codes, goal, key_result, text

CORPORA = Path(__file__).with_name("corpora")
WORDING = ("output-wording", "no-measure", "no-benefit", "long-title")
CODES = (*WORDING, "near-duplicate")
ENOUGH = 10
HELD_OUT = 5
LEAST_HIT = 0.8
MOST_FALSE = 0.1


def corpus(code: str) -> Any:
    return yaml.safe_load((CORPORA / f"{code}.yaml").read_text("utf-8"))


def entries(code: str, part: str, *, held_out: bool = False) -> Iterator[tuple[Language, Any]]:
    for language, held in corpus(code).items():
        for entry in (held["held_out"] if held_out else held)[part]:
            yield language, entry


def read(entry: Any, language: Language) -> Seen:
    """A goal of a corpus: what it is followed by is done or not; of two, the other is another's."""
    if isinstance(entry, list):
        return Seen(
            goal(title=text(entry[0], language)), others={an_id(8): text(entry[1], language)}
        )
    said = {"goal": entry} if isinstance(entry, str) else entry
    benefit = said.get("benefit")
    return Seen(
        goal(
            title=text(said["goal"], language),
            benefit=text(benefit, language) if benefit else None,
            key_results=tuple(
                key_result(number, title=text(title, language))
                for number, title in enumerate(said.get("by", ()), 1)
            ),
        )
    )


def _cases(part: str) -> list[Any]:
    return [
        pytest.param(code, read(entry, language), id=f"{code}, {language}: {entry}")
        for code in CODES
        for language, entry in entries(code, part)
    ]


@pytest.mark.parametrize(("code", "seen"), _cases("must"))
def test_a_goal_draws_the_hint_that_it_must(code: str, seen: Seen) -> None:
    assert code in codes(seen)


@pytest.mark.parametrize(("code", "seen"), _cases("must_not"))
def test_a_goal_does_not_draw_the_hint_that_it_must_not(code: str, seen: Seen) -> None:
    assert code not in codes(seen)


@pytest.mark.parametrize("code", CODES)
def test_a_corpus_has_goals_enough_in_each_language(code: str) -> None:
    held = corpus(code)
    assert list(held) == list(LANGUAGES)
    for said in held.values():
        for part in ("must", "must_not"):
            written = [str(it) for it in (*said[part], *said["held_out"][part])]
            assert len(said[part]) >= ENOUGH
            assert len(said["held_out"][part]) >= HELD_OUT
            assert len(set(written)) == len(written)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_rules_do_well_on_goals_that_they_were_not_made_from(code: str, language: Language) -> None:
    rates = {}
    for part in ("must", "must_not"):
        told = [
            code in codes(read(entry, of))
            for of, entry in entries(code, part, held_out=True)
            if of == language
        ]
        rates[part] = sum(told) / len(told)
    assert rates["must"] >= LEAST_HIT
    assert rates["must_not"] <= MOST_FALSE


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.lower().split()).strip(".")
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _said(part)


def test_no_goal_of_a_corpus_is_named_in_code() -> None:
    code = " ".join(
        file.read_text("utf-8").lower()
        for package in ("chassis", "services")
        for file in sorted((ROOT / package).rglob("*"))
        if file.suffix in (".py", ".yaml", ".sql")
    )
    plain = " ".join(code.split())
    goals = {said for held in CODES for said in _said(corpus(held)) if said.count(" ") > 1}
    assert len(goals) > 250
    assert not [said for said in goals if said in plain]
