"""Every event there is, ours and the public ones, by its type."""

from contracts import checkins, okr, open, organisation, people, retro
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
        okr.ValueRecorded,
        okr.KeyResultUpdated,
        checkins.CheckInRecorded,
        retro.RetroCompleted,
        open.UnitChanged,
        open.TeamChanged,
        open.PillarChanged,
        open.CycleChanged,
        open.ObjectiveChanged,
        open.RetroCompleted,
        open.KeyResultUpdated,
    )
}
