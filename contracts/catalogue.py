"""Every event there is, ours and the public ones, by its type."""

from contracts import (
    checkins,
    choosing,
    okr,
    open,
    open_strategy,
    organisation,
    people,
    progress,
    retro,
    strategy,
)
from contracts.envelope import Event

EVENTS: dict[str, type[Event]] = {
    event.type(): event
    for event in (
        organisation.UnitChanged,
        organisation.TeamChanged,
        people.PersonChanged,
        people.MembershipsChanged,
        okr.PillarChanged,
        okr.CycleChanged,
        okr.TeamCycleChanged,
        okr.ObjectiveChanged,
        choosing.RemarkChanged,
        strategy.StrategyChanged,
        progress.ValueRecorded,
        progress.KeyResultUpdated,
        checkins.CheckInRecorded,
        retro.RetroCompleted,
        open.UnitChanged,
        open.TeamChanged,
        open_strategy.PillarChanged,
        open.CycleChanged,
        open.ObjectiveChanged,
        open_strategy.StrategyPublished,
        open.RetroCompleted,
        open.KeyResultUpdated,
    )
}
