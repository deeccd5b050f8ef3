"""Makes the entries of a check-in, from options or by asking, with the last values prefilled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from cli.people.finding import pick
from cli.people.showing import Json, number, text
from cli.people.stating import value as read_value
from local.problems import LocalProblem

UNSAID = ("", "-")
YES, NO = ("1", "yes", "y", "kyllä", "k", "ja", "j"), ("0", "no", "n", "ei", "e", "nej")
MOST = 10
"""The highest confidence."""

T = TypeVar("T")


class Ask(Protocol):
    """Asks a question until its answer can be read."""

    def __call__(self, question: str, before: str, read: Callable[[str], T], /) -> T:
        """The answer; `before` is what Enter alone says. `read` raises LocalProblem."""


@dataclass(frozen=True)
class Said:
    """Options of a check-in, each `KEY_RESULT=…`, or `…` alone where there is but one."""

    values: Sequence[str] = ()
    done: Sequence[str] = ()
    confidences: Sequence[str] = ()
    words: Sequence[str] = ()

    def __bool__(self) -> bool:
        return any((self.values, self.done, self.confidences, self.words))


@dataclass
class Entries:
    """Entries by key result, in the order of the form."""

    form: Json
    language: str
    _entries: dict[str, Json] = field(default_factory=dict)

    def listed(self) -> list[Json]:
        return [
            self._entries[row["key_result"]]
            for row in self.form["key_results"]
            if row["key_result"] in self._entries
        ]

    def of_options(self, said: Said) -> list[Json]:
        """Of what the options name alone. Raises LocalProblem."""
        for one in said.values:
            row, words = self._split(one, "--value")
            self._entry(row)["value"] = reported_value(row, words, self.language)
        for one in said.done:
            row, words = self._split(one, "--done")
            self._entry(row)["done"] = reported_steps(row, words, self.language)
        for one in said.confidences:
            row, words = self._split(one, "--confidence")
            self._entry(row)["confidence"] = reported_confidence(words)
        for one in said.words:
            row, words = self._split(one, "--words", from_end=False)
            self._entry(row)["words"] = words
        for key_result, entry in self._entries.items():
            self._fill(key_result, entry)
        return self.listed()

    def by_asking(self, ask: Ask) -> list[Json]:
        """Of whatever is not left out, key result by key result. Raises LocalProblem."""
        for row in self.form["key_results"]:
            entry = {"key_result": row["key_result"], **asked(row, ask, self.language)}
            if len(entry) > 1:
                self._entries[row["key_result"]] = entry
        return self.listed()

    def _entry(self, row: Json) -> Json:
        return self._entries.setdefault(row["key_result"], {"key_result": row["key_result"]})

    def _fill(self, key_result: str, entry: Json) -> None:
        """What was not said of it stays as it was."""
        row = next(it for it in self.form["key_results"] if it["key_result"] == key_result)
        what = "done" if row["kind"] == "milestones" else "value"
        if what not in entry:
            if row.get(what) is None:
                title = text(row["title"], self.language)
                raise LocalProblem(f"{title!r} has no value yet: say one with --{what}.")
            entry[what] = row[what]

    def _split(self, said: str, option: str, *, from_end: bool = True) -> tuple[Json, str]:
        """The key result that an option names, and what it says of it."""
        rows = [{**row, "id": row["key_result"]} for row in self.form["key_results"]]
        name, equals, words = said.rpartition("=") if from_end else said.partition("=")
        if len(rows) == 1 and not (equals and _names(rows[0], name, self.language)):
            return rows[0], said
        if not equals:
            titles = ", ".join(text(row["title"], self.language) for row in rows)
            raise LocalProblem(
                f"{option} {said!r} does not say of which key result: say {option} "
                f"'KEY RESULT={said}', of {titles}."
            )
        return pick(rows, name, "key result", self.language), words.strip()


def _names(row: Json, name: str, language: str) -> bool:
    try:
        return bool(pick([row], name, "key result", language))
    except LocalProblem:
        return False


def asked(row: Json, ask: Ask, language: str) -> Json:
    """What is answered of one key result; nothing where it is left out."""
    entry = _asked_how_far(row, ask, language)
    if entry:
        before = number(row.get("confidence"))
        confidence = ask("  confidence 0–10", before, _unless_left_out(reported_confidence))
        words = ask("  what changed", "", str)
        more = {"confidence": confidence, "words": words or None}
        entry |= {name: said for name, said in more.items() if said is not None}
    return entry


def _asked_how_far(row: Json, ask: Ask, language: str) -> Json:
    title = text(row["title"], language)
    if row["kind"] == "milestones":
        question = f"{title}: {_listed(row, language)}\n  done (numbers, or none)"
        read = _unless_left_out(lambda said: reported_steps(row, said, language))
        done = ask(question, _ticked(row), read)
        return {} if done is None else {"done": done}
    before = number(row.get("value"))
    question = f"{title} ({_aim(row)})\n  value"
    value = ask(
        question, before, _unless_left_out(lambda said: reported_value(row, said, language))
    )
    return {} if value is None else {"value": value}


def _unless_left_out(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda said: None if said in UNSAID else read(said)


def _ticked(row: Json) -> str:
    """The milestones that are done, as they are said; nothing where nobody has said it."""
    if row.get("done") is None:
        return ""
    return ",".join(at for at, it in _steps(row).items() if it["id"] in row["done"]) or "none"


def reported_value(row: Json, said: str, language: str) -> float:
    """A number, or yes and no of what is done or not. Raises LocalProblem."""
    if row["kind"] == "binary" and said.strip().casefold() in (*YES, *NO):
        return float(said.strip().casefold() in YES)
    try:
        return read_value(said)
    except ValueError:
        title = text(row["title"], language)
        what = "yes or no" if row["kind"] == "binary" else "a number"
        raise LocalProblem(f"{title!r} takes {what}, not {said!r}.") from None


def reported_confidence(said: str) -> int:
    """0–10. Raises LocalProblem."""
    if not said.strip().isdigit() or int(said) > MOST:
        raise LocalProblem(f"Confidence is a whole number from 0 to {MOST}, not {said!r}.")
    return int(said)


def reported_steps(row: Json, said: str, language: str) -> list[str]:
    """Ids of all milestones that are done, said by number or id. Raises LocalProblem."""
    steps = _steps(row)
    by_name = {
        **{it["id"]: it["id"] for it in steps.values()},
        **{at: it["id"] for at, it in steps.items()},
    }
    named = [one.strip() for one in said.split(",") if one.strip() not in ("", "none")]
    if unknown := [one for one in named if one not in by_name]:
        listed = _listed(row, language) or "none"
        raise LocalProblem(f"There is no milestone {unknown[0]!r}; there are: {listed}.")
    return [by_name[one] for one in dict.fromkeys(named)]


def _steps(row: Json) -> Mapping[str, Any]:
    """Milestones by their number, from 1."""
    return {str(at): it for at, it in enumerate(row["definition"].get("milestones") or (), 1)}


def _listed(row: Json, language: str) -> str:
    return "; ".join(f"{at} {text(it['title'], language)}" for at, it in _steps(row).items())


def _aim(row: Json) -> str:
    defined, unit = row["definition"], row.get("unit")
    if row["kind"] == "binary":
        return "yes or no"
    if row["kind"] == "maintain":
        return f"{number(defined['low'])}..{number(defined['high'], unit)}"
    return f"from {number(defined.get('baseline')) or '?'} to {number(defined['target'], unit)}"
