"""A record of every sort that can't be applied, and why each is set aside."""

from typing import Any
from uuid import uuid4

from aiokafka import ConsumerRecord

from tests.service.chassis.streams import (
    headers_of,
    record,
    team,
)


def a_record_of_every_bad_sort() -> dict[str, ConsumerRecord]:
    """Each by the name of its sort, with the offsets 1, 3, 5 …"""
    made: dict[str, dict[str, Any]] = {
        "bad-json": {"value": b"{not json"},
        "null-value": {"value": None},
        "wrong-schema": {"value": b'{"id": 5}'},
        "no-utf-8-value": {"value": b'{"change": "\xff"}'},
        "undecodable-header": {"headers": [*headers_of(team(), id=None), ("ce_id", b"\xff\xfe")]},
        "null-header": {"headers": [*headers_of(team(), subject=None), ("ce_subject", None)]},
        "null-type": {"headers": [*headers_of(team(), type=None), ("ce_type", None)]},
        "no-headers": {"headers": []},
        "no-sequence": {"headers": headers_of(team(), sequence=None)},
        "sequence-zero": {"headers": headers_of(team(), sequence="0")},
        "huge-sequence": {"headers": headers_of(team(), sequence=str(2**31))},
        "subject-of-no-kind": {"headers": headers_of(team(), subject="teams")},
        "time-before-all": {"headers": headers_of(team(), time="0001-01-01T00:00:00+14:00")},
        "nul-in-subject": {"headers": headers_of(team(), subject="teams/\x00")},
        "nul-in-text": {"change": "a\x00b"},
        "refused-by-a-table": {"change": "refused"},
        "refused-after-telling": {"change": "told-and-refused"},
        "contradicts": {"change": "told-and-contradicted"},
        "leads-to-too-much": {"change": "told-and-too-much"},
        "another-s-data": {"headers": headers_of(team(), subject=f"teams/{uuid4()}")},
        "another-version-s-data": {"version": 2},
        "too-long-a-subject": {"headers": headers_of(team(), subject=f"teams/{'x' * 6000}")},
        "too-large-for-an-index": {"change": "".join(str(uuid4()) for _ in range(1000))},
    }
    found = {}
    for place, (sort, given) in enumerate(made.items()):
        event = team(given.pop("version", 1), change=given.pop("change", sort))
        said = headers_of(event, sequence="1")
        found[sort] = record(event, 2 * place + 1, **{"headers": said, "key": None, **given})
    return found


REASONS = {
    "bad-json": "bad-data",
    "null-value": "null-value",
    "wrong-schema": "bad-data",
    "no-utf-8-value": "bad-data",
    "nul-in-subject": "sqlstate-22021",
    "nul-in-text": "sqlstate-22021",
    "refused-by-a-table": "sqlstate-23514",
    "refused-after-telling": "sqlstate-23514",
    "contradicts": "contradicted",
    "leads-to-too-much": "too-large",
    "another-s-data": "subject-mismatch",
    "another-version-s-data": "subject-mismatch",
    "too-large-for-an-index": "sqlstate-54000",
}
