"""Makes the entries of a check-in, from options or by asking, with the last values prefilled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from cli.people.finding import pick
from cli.people.showing import Json, number, text
from cli.people.stating import value as read_value
from cli.words import Problem, Words

UNSAID = ("", "-")
NO_STEPS = ("none", "ei", "ei mitään", "inga", "inget")
YES, NO = ("1", "yes", "y", "kyllä", "k", "ja", "j"), ("0", "no", "n", "ei", "e", "nej")
MOST = 10
"""The highest confidence."""

T = TypeVar("T")


class Ask(Protocol):
    """Asks a question until its answer can be read."""

    def __call__(self, question: str, before: str, read: Callable[[str], T], /) -> T:
        """The answer; `before` is what Enter alone says. `read` raises Problem."""


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
        """Of what the options name alone. Raises Problem."""
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
        """Of whatever is not left out, key result by key result. Raises Problem."""
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
                raise Problem("no-value-yet", title=title, option=f"--{what}")
            entry[what] = row[what]

    def _split(self, said: str, option: str, *, from_end: bool = True) -> tuple[Json, str]:
        """The key result that an option names, and what it says of it."""
        rows = [{**row, "id": row["key_result"]} for row in self.form["key_results"]]
        name, equals, words = said.rpartition("=") if from_end else said.partition("=")
        if len(rows) == 1 and not (equals and _names(rows[0], name, self.language)):
            return rows[0], said
        if not equals:
            titles = ", ".join(text(row["title"], self.language) for row in rows)
            raise Problem("of-which", option=option, said=said, titles=titles)
        return pick(rows, name, "key-result", self.language), words.strip()


def _names(row: Json, name: str, language: str) -> bool:
    try:
        return bool(pick([row], name, "key-result", language))
    except Problem:
        return False


def asked(row: Json, ask: Ask, language: str) -> Json:
    """What is answered of one key result; nothing where it is left out."""
    words = Words(language)
    entry = _asked_how_far(row, ask, words)
    if entry:
        before = number(row.get("confidence"), language)
        confidence = ask(
            f"  {words('ask-confidence')}", before, _unless_left_out(reported_confidence)
        )
        more = {"confidence": confidence, "words": ask(f"  {words('ask-words')}", "", str) or None}
        entry |= {name: said for name, said in more.items() if said is not None}
    return entry


def _asked_how_far(row: Json, ask: Ask, words: Words) -> Json:
    title = text(row["title"], words.language)
    if row["kind"] == "milestones":
        question = f"{title}: {_listed(row, words.language)}\n  {words('ask-done')}"
        read = _unless_left_out(lambda said: reported_steps(row, said, words.language))
        done = ask(question, _ticked(row, words), read)
        return {} if done is None else {"done": done}
    before = number(row.get("value"), words.language)
    question = f"{title} ({_aim(row, words)})\n  {words('ask-value')}"
    value = ask(
        question, before, _unless_left_out(lambda said: reported_value(row, said, words.language))
    )
    return {} if value is None else {"value": value}


def _unless_left_out(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda said: None if said in UNSAID else read(said)


def _ticked(row: Json, words: Words) -> str:
    """The milestones that are done, as they are said; nothing where nobody has said it."""
    if row.get("done") is None:
        return ""
    return ",".join(at for at, it in _steps(row).items() if it["id"] in row["done"]) or words(
        "no-steps"
    )


def reported_value(row: Json, said: str, language: str) -> float:
    """A number, or yes and no of what is done or not. Raises Problem."""
    if row["kind"] == "binary" and said.strip().casefold() in (*YES, *NO):
        return float(said.strip().casefold() in YES)
    try:
        return read_value(said)
    except ValueError:
        title = text(row["title"], language)
        code = "takes-yes-or-no" if row["kind"] == "binary" else "takes-a-number"
        raise Problem(code, title=title, said=said) from None


def reported_confidence(said: str) -> int:
    """0–10. Raises Problem."""
    if not said.strip().isdigit() or int(said) > MOST:
        raise Problem("no-confidence", most=MOST, said=said)
    return int(said)


def reported_steps(row: Json, said: str, language: str) -> list[str]:
    """Ids of all milestones that are done, said by number or id. Raises Problem."""
    steps = _steps(row)
    by_name = {
        **{it["id"]: it["id"] for it in steps.values()},
        **{at: it["id"] for at, it in steps.items()},
    }
    named = [it for one in said.split(",") if (it := one.strip()).casefold() not in ("", *NO_STEPS)]
    if unknown := [one for one in named if one not in by_name]:
        raise Problem("no-such-step", said=unknown[0], listed=_listed(row, language) or "–")
    return [by_name[one] for one in dict.fromkeys(named)]


def _steps(row: Json) -> Mapping[str, Any]:
    """Milestones by their number, from 1."""
    return {str(at): it for at, it in enumerate(row["definition"].get("milestones") or (), 1)}


def _listed(row: Json, language: str) -> str:
    return "; ".join(f"{at} {text(it['title'], language)}" for at, it in _steps(row).items())


def _aim(row: Json, words: Words) -> str:
    defined, unit = row["definition"], row.get("unit")
    if row["kind"] == "binary":
        return words("yes-or-no")
    language = words.language
    if row["kind"] == "maintain":
        low, high = defined["low"], defined["high"]
        return f"{number(low, language)}..{number(high, language, unit)}"
    begin = number(defined.get("baseline"), language) or "?"
    return f"{begin} → {number(defined['target'], language, unit)}"
