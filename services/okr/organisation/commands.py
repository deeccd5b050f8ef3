"""What can be done to units and teams; each in the transaction that it is given."""

from datetime import date
from uuid import UUID

from chassis import ids
from chassis.db import Tx
from contracts.organisation import TeamChanged, UnitChanged
from services.okr.organisation import domain, store
from services.okr.organisation.domain import ROOT, TeamDetails, UnitDetails


async def create_unit(
    tx: Tx, said: UnitDetails, today: date, change: str = "created"
) -> UnitChanged:
    """Add a unit. Raises Problem `unknown-unit`."""
    await store.unit_and_above(tx, said.parent or ROOT)
    return await store.add_unit(tx, domain.create_unit(ids.new(), said, today, change))


async def change_unit(
    tx: Tx, unit: UUID, expected: int, said: UnitDetails, today: date, change: str = "changed"
) -> UnitChanged:
    """Rename, move or re-label a unit. Raises Problem `unknown-unit`, `unit-loop`."""
    await store.hold_tree(tx)
    before = await store.units.lock(tx, unit, expected=expected)
    parent = domain.parent_of(unit, said)
    above = await store.unit_and_above(tx, parent) if parent else set()
    return await store.save_unit(tx, domain.change_unit(before, said, above, today, change))


async def create_team(
    tx: Tx, said: TeamDetails, today: date, change: str = "created"
) -> TeamChanged:
    """Add a team. Raises Problem `unknown-unit`."""
    await store.check_known(tx, units_named=[said.parent])
    return await store.add_team(tx, domain.create_team(ids.new(), said, today, change))


async def change_team(
    tx: Tx, team: UUID, expected: int, said: TeamDetails, today: date, change: str = "changed"
) -> TeamChanged:
    """Rename or move a team. Raises Problem `unknown-unit`."""
    before = await store.teams.lock(tx, team, expected=expected)
    await store.check_known(tx, units_named=[said.parent])
    return await store.save_team(tx, domain.change_team(before, said, today, change))
