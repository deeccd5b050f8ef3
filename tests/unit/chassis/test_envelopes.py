"""Headers of foreign records are an envelope or BadHeaders, and nothing else."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from chassis import cloudevents
from chassis.cloudevents import BadHeaders, from_headers, type_of
from contracts.envelope import Envelope

GOOD = {
    "ce_specversion": "1.0",
    "ce_id": "01a2048e-b7b8-7693-8b42-97737ada2b56",
    "ce_source": "/agencies/demo/okr",
    "ce_type": "fi.soihtu.team-changed.v1",
    "ce_subject": "teams/1",
    "ce_time": "2026-03-02T10:00:00+02:00",
    "ce_sequence": "3",
}
Raw = list[tuple[str, bytes | None]]


def read(**changed: str | bytes | None) -> Envelope | None:
    """The envelope of good headers, some of them changed; None where they are refused."""
    said: dict[str, str | bytes | None] = {
        **GOOD,
        **{f"ce_{name}": value for name, value in changed.items()},
    }
    raw = [(name, it.encode() if isinstance(it, str) else it) for name, it in said.items()]
    try:
        return from_headers(raw)
    except BadHeaders:
        return None


def test_instants_are_utc() -> None:
    envelope = read()
    assert envelope is not None
    assert envelope.time.tzinfo is UTC
    assert envelope.time.isoformat() == "2026-03-02T08:00:00+00:00"


def test_a_subject_is_a_kind_and_an_id() -> None:
    assert [read(subject=it) for it in ("teams", "/1", "teams/", "")] == [None] * 4
    nested = read(subject="team-cycles/a/b")
    assert nested is not None
    assert (nested.kind, nested.subject_id) == ("team-cycles", "a/b")


def test_a_time_beyond_the_calendar_is_refused() -> None:
    assert read(time="0001-01-01T00:00:00+14:00") is None
    assert read(time="9999-12-31T23:59:59-12:00") is None
    assert read(time="2026-03-02T10:00:00") is None


def test_a_sequence_counts_from_one() -> None:
    assert [read(sequence=it) for it in ("0", "-1", "2147483648", "x", "")] == [None] * 5
    assert read(sequence="2147483647") is not None


def test_an_unknown_origin_is_no_command() -> None:
    found = [read(origin=it) for it in ("import", "republish", "other")]
    assert [it and it.origin for it in found] == ["import", "republish", "import"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*GOOD, "ce_origin", "content-type", "reply_to"]),
            st.none() | st.binary(max_size=40) | st.sampled_from([*GOOD.values()]).map(str.encode),
        ),
        max_size=9,
    )
)
def test_any_headers_are_read_or_refused(extra: Raw) -> None:
    raw: Raw = [(name, text.encode()) for name, text in GOOD.items()]
    for headers in (extra, [*raw, *extra]):
        told = type_of(headers)
        assert told is None or isinstance(told, str)
        try:
            envelope = cloudevents.from_headers(headers)
        except BadHeaders:
            continue
        assert envelope.sequence >= 1
        assert envelope.kind
        assert envelope.subject_id
        assert envelope.time.tzinfo is UTC
