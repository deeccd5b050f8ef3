"""The logs of a local system: kept short, and read across services."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LARGEST_BYTES = 10_000_000


def shorten(log: Path, largest: int = LARGEST_BYTES) -> None:
    """Moves a grown log's text aside. Its writer keeps the file, to which it only appends."""
    if log.stat().st_size <= largest:
        return
    log.with_suffix(".log.1").write_bytes(log.read_bytes())
    with log.open("r+b") as file:
        file.truncate()


def logs_of(folder: Path, service: str | None) -> list[Path]:
    """The logs of one service, or part; of all, without a name."""
    return sorted(
        log for log in folder.glob("*.log") if not service or log.stem.split("-")[0] == service
    )


@dataclass
class Follower:
    """Reads what was added to some logs since it last looked."""

    positions: dict[Path, int] = field(default_factory=dict)

    def start_at_end(self, logs: Sequence[Path], lines: int) -> Iterator[tuple[str, str]]:
        """The last lines of each log; following goes on behind them."""
        for log in logs:
            text = log.read_bytes()
            self.positions[log] = len(text)
            for line in text.decode(errors="replace").splitlines()[-lines:]:
                yield log.stem, line

    def new_lines(self, logs: Sequence[Path]) -> Iterator[tuple[str, str]]:
        for log in logs:
            position = self.positions.get(log, 0)
            if log.stat().st_size < position:
                position = 0
            with log.open("rb") as file:
                file.seek(position)
                added = file.read()
            whole = added[: added.rfind(b"\n") + 1]
            self.positions[log] = position + len(whole)
            for line in whole.decode(errors="replace").splitlines():
                yield log.stem, line
