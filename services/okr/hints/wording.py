"""Judges the words of a goal in the language that it was written in; pure."""

import re

from rapidfuzz import fuzz, process

from contracts.okr import KeyResult
from contracts.words import LANGUAGES, Text
from services.okr.hints.lexicon import LEXICONS, Lexicon

LONGEST_TITLE = 90
"""Characters; what is longer is not said in one breath in any of the languages."""
MOST_READ = 400
"""Characters of a text whose words are judged: who wrote more has said it by then."""
ALIKE = 75.0
"""Likeness, 0–100, from which two goals say nearly the same."""
SAME_WORD = 65.0
"""Likeness of letters from which two words are forms of one."""
MOST_WORDS = 20
"""As many of a title are compared."""
SAME = 90.0
"""Likeness of letters from which a text only says again what another one says."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def _line(text: Text) -> str:
    """What was written, in the language that it was written in, on one line."""
    return " ".join(text.in_language(text.source).split())


def _own(text: Text) -> tuple[str, Lexicon]:
    """How what was written begins, in lower case, and the words of its language."""
    return _line(text)[:MOST_READ].lower(), LEXICONS[text.source]


def _found(pattern: re.Pattern[str], said: str) -> str | None:
    found = pattern.search(said)
    return found[0].strip()[:100] if found else None


def length_of(text: Text) -> int:
    """Its characters, in the language that it was written in."""
    return len(_line(text))


def output_in(title: Text) -> str | None:
    """The words that tell of an output, unless it is said what that is good for."""
    said, words = _own(title)
    if words.purpose.search(said):
        return None
    if found := _found(words.made, said):
        return found
    return _found(words.handled, said) if words.things.search(said) else None


def measures(goal: KeyResult) -> bool:
    """Whether a key result says how much: by its numbers, else by its words.

    From 0 to 1 without a unit is a share of what is to be done, and measures nothing by itself.
    """
    held = goal.current
    ends = (held.baseline, held.target, held.low, held.high)
    if any(it is not None for it in ends) and not _is_bare(goal):
        return True
    said, words = _own(goal.title)
    said = words.no_amount.sub(" ", said)
    return bool(_NUMBER.search(said) or words.amount.search(said))


def _is_bare(goal: KeyResult) -> bool:
    held = goal.current
    return goal.kind == "increase" and not goal.unit and not held.baseline and held.target == 1


def says_nothing(benefit: Text, title: Text) -> bool:
    """Whether a benefit is put off, empty of words, or the title once more."""
    said, words = _own(benefit)
    if not _LETTERS.search(said) or words.later.search(said):
        return True
    return fuzz.ratio(said.strip(" ."), _own(title)[0].strip(" .")) >= SAME


def inward_in(benefit: Text) -> str | None:
    """The words that tell of the agency's own advantage, where nobody else is spoken of."""
    said, words = _own(benefit)
    return None if words.people.search(said) else _found(words.inward, said)


def likeness(one: Text, other: Text) -> float:
    """How alike two texts are in the language where they are most, 0–100.

    It is the share of their letters that lie in words which both have, in whichever order and
    form: a long word says more of what a goal is about than a short one.
    """
    pairs = [(getattr(one, it), getattr(other, it)) for it in LANGUAGES]
    return max((_shared(_words_of(a), _words_of(b)) for a, b in pairs if a and b), default=0.0)


def _words_of(said: str) -> list[str]:
    return _WORD.findall(said[:MOST_READ].lower())[:MOST_WORDS]


def _shared(one: list[str], other: list[str]) -> float:
    left, shared = list(other), 0
    for word in sorted(one, key=len, reverse=True):
        found = process.extractOne(word, left, scorer=fuzz.ratio, score_cutoff=SAME_WORD)
        if found:
            left.pop(found[2])
            shared += len(word) + len(found[0])
    letters = sum(map(len, one)) + sum(map(len, other))
    return 100 * shared / letters if letters else 0.0
