"""The demo agency: an invented livelihood agency, put through the public APIs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.graph import Running


class Spoken:
    """Tells each stage in words."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def begin(self, stage: str, steps: int) -> None:
        """A stage of so many steps begins."""
        self._tell(f"demo: {stage} ({steps})")

    def step(self) -> None:
        """One step of the stage is done."""


def load(running: "Running", progress: Callable[[str], None] = lambda _: None) -> None:
    """Load the small demo into a system that runs; again completes what was interrupted.

    Raises LocalProblem where it can't go on.
    """
    import asyncio

    from cli.client import Refused
    from cli.demo.cycles import small_agency
    from cli.demo.loading import load_all
    from cli.reach import Reach
    from local.problems import SOIHTU, LocalProblem

    reach = Reach(running.issuer, running.apis)
    try:
        asyncio.run(load_all(reach, small_agency(), Spoken(progress)))
    except Refused as refused:
        raise LocalProblem(
            f"The demo could not be loaded: {refused} ({refused.code}) Run `make up` again "
            f"to go on where it stopped, or start without it: `{SOIHTU} up --no-demo`."
        ) from refused
