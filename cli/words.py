"""What commands of people say, in their language: the texts of `texts.yaml`, and which language."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.problems import SOIHTU, LocalProblem

LANGUAGES = ("fi", "sv", "en")
OTHERWISE = "en"
"""Where neither the person, the terminal nor the service says another."""
OPTION, VARIABLE = "--language", "SOIHTU_LANGUAGE"
TERMINAL = ("LC_ALL", "LC_MESSAGES", "LANG")

FILE = Path(__file__).with_name("texts.yaml")


@cache
def texts() -> Mapping[str, Any]:
    """All that is said: `says`, `problems` and `names` of codes, and the `help` of commands."""
    load = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    said: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), load)  # noqa: S506
    return said


class Problem(LocalProblem):
    """What a person at a terminal can mend: a code of `texts.yaml`, and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(Words(OTHERWISE).told(self))


@dataclass(frozen=True)
class Words:
    """What is said, in one language."""

    language: str

    def __call__(self, code: str, **facts: Any) -> str:
        """A text of `says`. Raises KeyError for an unknown code or a missing fact."""
        return self._of(texts()["says"][code], facts)

    def told(self, problem: LocalProblem) -> str:
        """What a problem says, and what to do; as it is where it has no code."""
        if not isinstance(problem, Problem):
            return str(problem)
        return self._of(texts()["problems"][problem.code], problem.facts)

    def name(self, kind: str, code: str | None) -> str:
        """What a code is called; an unknown one by itself, since APIs may get new ones."""
        named = texts()["names"][kind].get(code)
        return str(named[self.language]) if named else str(code)

    def _of(self, text: Mapping[str, str], facts: Mapping[str, Any]) -> str:
        names = texts()["names"]
        said = {
            fact: self.name(fact, value) if fact in names else value
            for fact, value in facts.items()
        }
        return text[self.language].format_map({"soihtu": SOIHTU, **said})


def of_terminal(environment: Mapping[str, str] = os.environ) -> str | None:
    """The language of ours that the terminal is set to; None where it says none of them."""
    said = next((environment[name] for name in TERMINAL if environment.get(name)), "")
    return said[:2] if said[:2] in LANGUAGES and not said[2:3].isalpha() else None


def chosen(
    arguments: Sequence[str] = (), environment: Mapping[str, str] = os.environ
) -> str | None:
    """The language that the person chose: by `--language`, SOIHTU_LANGUAGE, else the terminal's."""
    said = [environment.get(VARIABLE, "")]
    for at, one in enumerate(arguments):
        name, equals, value = one.partition("=")
        if name == OPTION:
            said.insert(0, value if equals else "".join(arguments[at + 1 : at + 2]))
    found = next((one for one in said if one in LANGUAGES), None)
    return found or of_terminal(environment)
