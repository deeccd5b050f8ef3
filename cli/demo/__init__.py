"""The demo agency: an invented livelihood agency, put through the public APIs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.graph import Running


def load(running: "Running", progress: Callable[[str], None] = lambda _: None) -> None:
    """Load the demo into a system that runs; again completes what was interrupted.

    Raises LocalProblem where it can't go on.
    """
    import asyncio

    from cli.demo.loading import load_all
    from cli.reach import Reach

    asyncio.run(load_all(Reach(running.issuer, running.apis), progress))
