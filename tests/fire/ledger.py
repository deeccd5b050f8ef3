"""What was acknowledged: every command that got its 2xx, once, however often it was sent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Acknowledged:
    """A command and its answer.

    `name` is the operation's (`record_check_in`), `key` its Idempotency-Key where it has one.
    `versions` are those of Soihtu-Version, as `check-ins/<id>@2` or `counted/<id>@2`; `ids` are
    the subjects of what it made or changed, as `check-ins/<id>`. `lost_at_first`: its answer was
    lost, and it was sent again until answered.
    """

    name: str
    service: str
    who: str
    method: str
    path: str
    body: Any
    key: str | None
    status: int
    answer: Any
    versions: tuple[str, ...]
    lost_at_first: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        subjects = [version.rpartition("@")[0] for version in self.versions]
        return tuple(it for it in subjects if not it.startswith("counted/"))


@dataclass
class Ledger:
    """Acknowledged commands in the order of their answers.

    `sent_again`: how often a sender died over the mail of a notification, which may come again.
    """

    commands: list[Acknowledged] = field(default_factory=list)
    sent_again: Counter[str] = field(default_factory=Counter)

    def add(self, command: Acknowledged) -> None:
        self.commands.append(command)

    def __len__(self) -> int:
        return len(self.commands)

    def __iter__(self) -> Iterator[Acknowledged]:
        return iter(self.commands)
