"""Runs steps that need one another, as much side by side as their needs allow."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

TICK_SECONDS = 0.2


def nothing() -> None:
    """For a step that has only one half."""


@dataclass(frozen=True)
class Step:
    """`first` is quick and runs in the caller's thread; `then` may wait, in one of its own."""

    name: str
    needs: tuple[str, ...] = ()
    first: Callable[[], object] = nothing
    then: Callable[[], object] = nothing


def run(
    steps: Sequence[Step],
    *,
    tick: Callable[[], None] = nothing,
    done: Callable[[str], None] = lambda _: None,
    give_up: Callable[[], None] = nothing,
) -> None:
    """Returns when all are done. At the first failure calls `give_up`, which has to make the
    waiting steps end, and raises it."""
    with ThreadPoolExecutor(len(steps) or 1) as pool:
        try:
            _run(pool, list(steps), tick, done)
        except BaseException:
            give_up()
            raise


def _run(
    pool: ThreadPoolExecutor,
    waiting: list[Step],
    tick: Callable[[], None],
    tell: Callable[[str], None],
) -> None:
    done: set[str] = set()
    under_way: dict[Future[object], Step] = {}
    while waiting or under_way:
        for step in [step for step in waiting if done.issuperset(step.needs)]:
            waiting.remove(step)
            step.first()
            under_way[pool.submit(step.then)] = step
        if not under_way:
            raise ValueError(f"nothing leads to {[step.name for step in waiting]}")
        finished, _ = wait(under_way, timeout=TICK_SECONDS, return_when=FIRST_COMPLETED)
        for future in finished:
            future.result()
            name = under_way.pop(future).name
            done.add(name)
            tell(name)
        tick()
