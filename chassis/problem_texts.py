"""The closed list of problems with their texts, and how one is told as application/problem+json."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from chassis.problem import Problem
from contracts.words import LANGUAGES, Language

OWN = Path(__file__).with_name("problems.yaml")
MEDIA_TYPE = "application/problem+json"
DEFAULT_LANGUAGE: Language = "fi"
BOUNDS = ("min_length", "max_length", "ge", "gt", "le", "lt")
"""Members of an error that say the bound that was passed."""


class InThree(BaseModel):
    """One text in each of the three languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    fi: str = Field(min_length=1)
    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        text: str = getattr(self, language)
        return text


class Wording(BaseModel):
    """How a problem is told: HTTP status, a title, and a detail that says what to do."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    status: int = Field(ge=400, le=599)
    title: InThree
    detail: InThree

    def placeholders(self) -> set[str]:
        """The facts that the texts name."""
        texts = [getattr(text, lang) for text in (self.title, self.detail) for lang in LANGUAGES]
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@dataclass(frozen=True)
class Told:
    """A problem as it goes out."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Catalogue:
    """Every problem that an API may answer; `words` names codes, as of roles, for people."""

    wordings: Mapping[str, Wording]
    words: Mapping[str, Mapping[str, InThree]]

    @classmethod
    def load(cls, *files: Path) -> "Catalogue":
        """The chassis's problems and those of `files`. Raises ValueError when one is twice."""
        wordings: dict[str, Wording] = {}
        words: dict[str, dict[str, InThree]] = {}
        for file in (OWN, *files):
            entries: dict[str, Any] = yaml.safe_load(file.read_text("utf-8")) or {}
            for fact, named in entries.pop("words", {}).items():
                found = {code: InThree.model_validate(text) for code, text in named.items()}
                words.setdefault(fact, {}).update(found)
            if twice := wordings.keys() & entries.keys():
                raise ValueError(f"told twice: {', '.join(sorted(twice))}")
            wordings |= {code: Wording.model_validate(entry) for code, entry in entries.items()}
        return cls(wordings, words)

    def tell(self, problem: Problem, language: Language, instance: str) -> Told:
        """The answer to a caller. Raises KeyError for an unknown code or a missing fact."""
        wording = self.wordings[problem.code]
        headers = {"content-type": MEDIA_TYPE, "content-language": language}
        document = self.document(problem, language, instance)
        return Told(wording.status, headers | _headers(wording, problem), orjson.dumps(document))

    def document(self, problem: Problem, language: Language, instance: str) -> dict[str, Any]:
        """What a caller is told (RFC 9457). Raises as `tell` does."""
        wording = self.wordings[problem.code]
        said = {name: self._say(name, value, language) for name, value in problem.facts.items()}
        facts = to_jsonable_python(problem.facts)
        for error in facts.get("errors", ()):
            error["message"] = self._rule(error, language)
        return {
            "type": f"urn:soihtu:problem:{problem.code}",
            "title": wording.title.in_language(language).format_map(said),
            "status": wording.status,
            "detail": wording.detail.in_language(language).format_map(said),
            "instance": instance,
            "code": problem.code,
            **facts,
        }

    def _rule(self, error: Mapping[str, Any], language: Language) -> str:
        rules = self.words["rules"]
        text = rules.get(error["rule"], rules["other"]).in_language(language)
        bound = next((error[name] for name in BOUNDS if name in error), "")
        return text.format(bound=bound)

    def _say(self, fact: str, value: Any, language: Language) -> str:
        if isinstance(value, (list, tuple, set, frozenset)):
            return ", ".join(self._say(fact, one, language) for one in value)
        named = self.words.get(fact, {}).get(str(value))
        return named.in_language(language) if named else str(value)


def _headers(wording: Wording, problem: Problem) -> dict[str, str]:
    headers: dict[str, str] = {}
    if wording.status == 401:
        refused = problem.code == "token-refused"
        headers["www-authenticate"] = 'Bearer error="invalid_token"' if refused else "Bearer"
    if "retry_after" in problem.facts:
        headers["retry-after"] = str(problem.facts["retry_after"])
    if "allow" in problem.facts:
        headers["allow"] = ", ".join(problem.facts["allow"])
    if "current_version" in problem.facts:
        headers["etag"] = f'"{problem.facts["current_version"]}"'
    return headers


def language_of(accept_language: str | None) -> Language:
    """The caller's choice among ours by Accept-Language (RFC 9110 §12.5.4); Finnish by default."""
    best: tuple[float, Language] = (0.0, DEFAULT_LANGUAGE)
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        wanted = DEFAULT_LANGUAGE if primary == "*" else primary
        quality = _quality(parameters)
        for language in LANGUAGES:
            if language == wanted and quality > best[0]:
                best = (quality, language)
    return best[1]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
