"""The code of an agency is the same thing to okr, to Kafka and to whoever types it."""

from hypothesis import given
from hypothesis import strategies as st

from chassis import kafka_access
from services.okr.grants.domain import CODE


@given(st.from_regex(CODE, fullmatch=True))
def test_every_code_that_okr_takes_can_be_a_login(code: str) -> None:
    assert kafka_access.CODE.fullmatch(code)
