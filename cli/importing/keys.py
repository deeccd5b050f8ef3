"""Makes the keys by which imported things are known again: readable, unique, and short enough."""

import hashlib
import unicodedata
from collections import Counter

from slugify import slugify

LONGEST = 2000
"""Bytes; what a by-ref address takes."""
_KEPT = 1900


class Ordinals:
    """Tells equal ones apart by their order: the first as it is, then ~2, ~3 …"""

    def __init__(self) -> None:
        self._met: Counter[tuple[str, str]] = Counter()

    def next(self, above: str, name: str) -> str:
        """`name` below `above`, with its ordinal where there was one like it before."""
        self._met[above, name] += 1
        number = self._met[above, name]
        return name if number == 1 else f"{name}~{number}"


def step(owner: str, title: str) -> str:
    """A node's part of a path. A slug has neither `:` nor `/`, `~` or `#`."""
    return f"{slugify(owner)}:{slugify(title)}"


def join(above: str, below: str) -> str:
    """A path one step further, of bounded length at any depth."""
    return shortened(f"{above}/{below}")


def shortened(key: str) -> str:
    """The key itself, or its beginning and a hash of all of it where it is too long."""
    data = key.encode()
    if len(data) <= LONGEST:
        return key
    return f"{data[:_KEPT].decode(errors='ignore')}~{hashlib.sha256(data).hexdigest()}"


def team_key(name: str) -> str:
    """The key of a team: the same for a name in every file, whatever other names there are.

    A slug that says less than the name (CI/CD, Åbo) is made unambiguous by a hash of the name.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    slug = slugify(plain)
    if slug and slug == plain.replace(" ", "-"):
        return shortened(slug)
    return shortened(f"{slug}~{hashlib.sha256(plain.encode()).hexdigest()[:12]}")
