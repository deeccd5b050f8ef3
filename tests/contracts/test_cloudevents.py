"""Our headers against the CloudEvents SDK, as an oracle."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from chassis import cloudevents
from contracts.envelope import Envelope

envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    source=st.just("/agencies/demo/okr"),
    type=st.sampled_from(["fi.soihtu.objective-changed.v1", "fi.soihtu.open.unit-changed.v1"]),
    subject=st.builds(lambda one: f"objectives/{one}", st.uuids()),
    time=st.datetimes(timezones=st.just(UTC)),
    key=st.uuids().map(str),
    dataschema=st.just("urn:soihtu:schema:fi.soihtu.objective-changed.v1:1.0"),
    sequence=st.integers(1, 2**31 - 1),
    origin=st.sampled_from(["command", "import", "republish"]),
    correlationid=st.uuids().map(str),
    traceparent=st.just("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
)


def _bytes(envelope: Envelope) -> list[tuple[str, bytes | None]]:
    return [(name, text.encode()) for name, text in cloudevents.to_headers(envelope).items()]


@given(envelopes)
def test_headers_bring_the_envelope_back(envelope: Envelope) -> None:
    assert cloudevents.from_headers(_bytes(envelope)) == envelope


@given(envelopes)
def test_the_sdk_reads_what_we_write(envelope: Envelope) -> None:
    headers = {name: text.encode() for name, text in cloudevents.to_headers(envelope).items()}
    message = KafkaMessage(headers=headers, key=envelope.key.encode(), value=b'{"version": 1}')
    read = from_binary_event(message, JSONFormat())
    assert read.get_id() == str(envelope.id)
    assert read.get_type() == envelope.type
    assert read.get_source() == envelope.source
    assert read.get_subject() == envelope.subject
    assert read.get_time() == envelope.time
    assert read.get_dataschema() == envelope.dataschema
    assert read.get_datacontenttype() == "application/json"
    assert read.get_extension("sequence") == str(envelope.sequence)
    assert read.get_extension("partitionkey") == envelope.key
    assert read.get_data() == {"version": 1}


GOOD = Envelope(
    id=UUID(int=1),
    source="/agencies/demo/okr",
    type="fi.soihtu.unit-changed.v1",
    subject="units/1",
    time=datetime(2026, 9, 1, tzinfo=UTC),
    key="1",
    dataschema="",
    sequence=1,
    origin="command",
    correlationid="",
    traceparent="",
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"not-a-uuid"),
        ("ce_id", None),
        ("ce_specversion", b"0.3"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-09-01T00:00:00"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"99999999999"),
        ("ce_subject", b"\xff\xfe"),
    ],
)
def test_headers_of_nobody_are_refused(name: str, value: bytes | None) -> None:
    headers = [(one, value if one == name else given) for one, given in _bytes(GOOD)]
    with pytest.raises(cloudevents.BadHeaders):
        cloudevents.from_headers(headers)


@pytest.mark.parametrize("value", [b"merger", b"", None])
def test_an_origin_that_is_not_known_is_no_command(value: bytes | None) -> None:
    headers = [(one, value if one == "ce_origin" else given) for one, given in _bytes(GOOD)]
    assert cloudevents.from_headers(headers).origin == "import"


def test_foreign_headers_are_let_be() -> None:
    foreign: list[tuple[str, bytes | None]] = [("reply_to", b"\xff"), ("x", None), *_bytes(GOOD)]
    assert cloudevents.from_headers(foreign) == GOOD
