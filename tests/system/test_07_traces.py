"""A check-in is one trace, from the command to the projections of both its hops."""

from contextlib import closing

from local.throwaway_system import NewSystem
from tests.system.agency import Agency, until
from tests.system.collector import Span, collecting

SAID, VALUE, COUNTED = (
    f"fi.soihtu.{name}.v1" for name in ("check-in-recorded", "value-recorded", "key-result-updated")
)
COMMAND = ("checkins-api", "record_check_in")
VALUED = ("okr-worker", f"process {SAID}")
# Each span, and the one that it is due to.
TRACE = {
    ("checkins-relay", f"publish {SAID}"): COMMAND,
    ("reporting-worker", f"process {SAID}"): COMMAND,
    VALUED: COMMAND,
    ("okr-relay", f"publish {VALUE}"): VALUED,
    ("okr-relay", f"publish {COUNTED}"): VALUED,
    ("checkins-worker", f"process {VALUE}"): VALUED,
    ("reporting-worker", f"process {VALUE}"): VALUED,
    ("reporting-worker", f"process {COUNTED}"): VALUED,
}
WORDS = "Jono lyhenee."


def test_a_check_in_is_one_trace(new_system: NewSystem) -> None:
    with collecting() as collected:
        system = new_system(settings={"SOIHTU_OTLP": collected.address})
        with closing(Agency(system)) as agency:
            team, cycle = agency.team("Lumme"), agency.cycle_of_today()
            team.move(cycle, "running")
            team.check_in(team.objective(cycle), 435)

        def whole() -> dict[tuple[str, str], Span]:
            asked = [it for it in collected.spans if it.name == "record_check_in"]
            found = collected.of(asked[-1].trace) if asked else {}
            return found if TRACE.keys() <= found.keys() else {}

        spans = until(whole, "the whole trace")
        due_to = {told: spans[it].id for told, it in TRACE.items()}
        assert {told: spans[told].parent for told in TRACE} == due_to
        told = "".join(it.attributes for it in collected.spans)
        assert WORDS not in told
        assert team.code not in told
