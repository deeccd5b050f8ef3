"""A progress bar for work of several stages."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn


class Bar:
    """One line per stage, on the console that is given."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), console=console
        )
        self._stage: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begin(self, stage: str, steps: int) -> None:
        """A stage of so many steps begins."""
        self._progress.start()
        self._stage = self._progress.add_task(stage, total=steps)

    def step(self) -> None:
        """One step of the stage is done."""
        if self._stage is not None:
            self._progress.advance(self._stage)
