"""What a caller has reached: versions of aggregates, as the headers of the APIs say them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

VERSION = "soihtu-version"
AFTER = "soihtu-after"
MOST = 200
"""How many versions the APIs take at once."""


class Versions:
    """The highest version known of each aggregate; the newest last."""

    def __init__(self, known: Mapping[str, int] | None = None) -> None:
        self._known = dict(known or {})

    def add(self, other: "Versions") -> Self:
        """What `other` reached is reached too."""
        for subject, number in other._known.items():
            highest = max(number, self._known.pop(subject, 0))
            self._known[subject] = highest
        return self

    def only(self, *kinds: str) -> "Versions":
        """Those of these kinds."""
        return Versions(
            {one: n for one, n in self._known.items() if one.partition("/")[0] in kinds}
        )

    def parts(self) -> Iterator["Versions"]:
        """As many as a header takes, in turn."""
        subjects = list(self._known.items())
        for start in range(0, len(subjects), MOST):
            yield Versions(dict(subjects[start : start + MOST]))

    def header(self) -> str:
        """As `Soihtu-After` takes it; the newest, where there are more than it takes."""
        newest = list(self._known.items())[-MOST:]
        return ", ".join(f"{subject}@{number}" for subject, number in newest)

    def __bool__(self) -> bool:
        return bool(self._known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Versions) and self._known == other._known

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Versions({self._known!r})"


def parse_versions(header: str) -> Versions:
    """The versions of a `Soihtu-Version` header; what can't be read is let be."""
    known: dict[str, int] = {}
    for part in header.split(","):
        subject, _, number = part.strip().rpartition("@")
        if subject and number.isdigit():
            known[subject] = max(int(number), known.get(subject, 0))
    return Versions(known)


def together(several: Iterable[Versions]) -> Versions:
    """All that several reached."""
    whole = Versions()
    for one in several:
        whole.add(one)
    return whole
