"""Assembles okr."""

from pathlib import Path
from typing import TYPE_CHECKING

from chassis import after
from chassis.db import Database, Tx
from chassis.received import Reads
from chassis.roles import Service
from chassis.settings import Settings
from services.okr.access import ACCESS
from services.okr.cut_over.consumers import keep_recommendations
from services.okr.messages import CheckIn, Retro
from services.okr.progress.consumers import record_check_ins

if TYPE_CHECKING:
    import asyncio

    import httpx
    from fastapi import FastAPI

    from chassis.owned import Keeping

FOLDER = Path(__file__).parent


def create_app(
    settings: Settings, database: Database, identity: "httpx.AsyncBaseTransport | None" = None
) -> "FastAPI":
    """The public API; `identity` is the way to the OIDC provider, by default the network."""
    # Here, since the other roles would pay for it in memory and in time to start.
    from chassis.api import create_api
    from services.okr.asked.api import router as asked
    from services.okr.changes.api import router as changes
    from services.okr.choosing.api import router as choosing
    from services.okr.choosing.views import shown
    from services.okr.contributing.api import router as contributing
    from services.okr.cut_over.api import router as cut_over
    from services.okr.cycles.api import router as cycles
    from services.okr.grants.api import router as grants
    from services.okr.machines.api import router as machines
    from services.okr.objectives.api import router as objectives
    from services.okr.organisation.api import router as organisation
    from services.okr.people.api import router as people
    from services.okr.progress.api import router as progress
    from services.okr.remarks.api import router as remarks
    from services.okr.scores.api import router as scores
    from services.okr.strategies.api import router as strategies
    from services.okr.strategy.api import router as strategy
    from services.okr.torchbearers.api import router as torchbearers

    return create_api(
        settings,
        database,
        title="Soihtu okr",
        description="Organisation, people, torchbearers, grants, strategy, cycles, objectives and "
        "key results, and how teams choose them.",
        routers=[
            *(organisation, people, torchbearers, grants, strategy, cycles, objectives),
            *(contributing, remarks, strategies, progress, scores, machines, changes, choosing),
            *(cut_over, asked),
        ],
        access=ACCESS,
        problems=FOLDER / "problems.yaml",
        holds={"check-ins": after.seen, "counted": _counted, "retros": after.seen},
        shown=shown,
        identity=identity,
    )


def _keeping() -> "Keeping":
    from services.okr.republishing import KEEPING

    return KEEPING


async def _by_the_clock(db: Database, _: Settings, stop: "asyncio.Event") -> None:
    """What workers do beside consuming: forget who supported what is long past."""
    from services.okr.choosing.ticking import forget_for_ever

    await forget_for_ever(db, stop)


async def _counted(tx: Tx, _: str, check_in: str) -> int | None:
    """A check-in's values are counted in the transaction that notes it as seen."""
    return await after.seen(tx, "check-ins", check_in)


SERVICE = Service(
    name="okr",
    folder=FOLDER,
    create_app=create_app,
    topics=("soihtu.checkins.v1", "soihtu.retro.v1"),
    reads={
        "fi.soihtu.check-in-recorded.v1": Reads(CheckIn, record_check_ins),
        "fi.soihtu.retro-completed.v1": Reads(Retro, keep_recommendations),
    },
    keeping=_keeping,
    beside=_by_the_clock,
)
