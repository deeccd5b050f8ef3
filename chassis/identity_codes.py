"""Finds Finnish identity codes (henkilötunnus) in texts, which no service takes; pure."""

import re
import unicodedata

from stdnum.fi import hetu

_SOFT = "\N{SOFT HYPHEN}"
_DASHES = "-\N{HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}"
_LIKE_ONE = re.compile(
    rf"(?<![0-9A-Z])([0-9]{{6}})\s?([{_DASHES}+A-FU-Y])\s?([0-9]{{3}}[0-9A-Z])(?![0-9A-Z])",
    re.IGNORECASE | re.ASCII,
)
"""Day, month, year; a sign of the century, those of 2023 too; a number and a check character."""


def has_identity_code(text: str) -> bool:
    """Whether a text has one whose day can be and whose check character fits, a temporary one too.

    It stands apart from letters and digits, has spaces at most around the sign of its century, and
    may be in small letters or in characters that only look otherwise.
    """
    plain = text if text.isascii() else "".join(map(_plain, text))
    ways = {plain.replace(_SOFT, ""), plain.replace(_SOFT, "-")}  # a word processor's, or a sign
    return any(_is_one(found) for way in ways for found in _LIKE_ONE.finditer(way))


def _plain(character: str) -> str:
    """What it looks like, by itself: to normalise a whole text can take its length squared."""
    if unicodedata.category(character) == "Cf" and character != _SOFT:
        return ""
    return unicodedata.normalize("NFKC", character)


def _is_one(found: re.Match[str]) -> bool:
    born, sign, rest = found.groups()
    sign = "-" if sign in _DASHES else sign
    return hetu.is_valid(f"{born}{sign}{rest}", allow_temporary=True)
