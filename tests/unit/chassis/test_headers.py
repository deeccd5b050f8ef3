"""What callers write in headers and cursors is read strictly, and comes back as it went."""

from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import after, idempotency
from chassis.paging import Paging, cursor
from chassis.problem import Problem


def test_versions_are_read() -> None:
    found = after.parse("objectives/a-1@3, team-cycles/x/y@12")
    assert [str(one) for one in found] == ["objectives/a-1@3", "team-cycles/x/y@12"]
    assert after.parse(None) == after.parse("") == ()


@pytest.mark.parametrize(
    "header", ["x", "a/b", "a/b@-1", "a/b@01", "A/b@1", "a/b@1 c/d@1", "a/ä@1"]
)
def test_what_is_no_version_is_refused(header: str) -> None:
    with pytest.raises(Problem, match="malformed-header"):
        after.parse(header)


def test_versions_are_bounded() -> None:
    assert len(after.parse(",".join(["a/b@1"] * after.MAX_VERSIONS))) == after.MAX_VERSIONS
    with pytest.raises(Problem, match="malformed-header"):
        after.parse(",".join(["a/b@1"] * (after.MAX_VERSIONS + 1)))


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(header: str) -> None:
    with suppress(Problem):
        assert all(str(one) in header for one in after.parse(header))


@pytest.mark.parametrize("key", ["a", "x" * 200, "!~", "0198c0de-0000-7000-8000-000000000000"])
def test_keys_are_visible_ascii(key: str) -> None:
    assert idempotency.check(key) == key


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "ä", "a\n", "\x7f"])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(Problem, match="malformed-header"):
        idempotency.check(key)


def test_digests_keep_principal_route_and_key_apart() -> None:
    parts = ["a", "b", "ab", "ba", ""]
    keys = [idempotency.Key(p, r, k) for p in parts for r in parts for k in parts]
    assert len({key.digest for key in keys}) == len(keys)


@given(st.text().filter(lambda text: "\x00" not in text), st.uuids(), st.integers())
def test_cursors_come_back_as_they_went(name: str, id: UUID, number: int) -> None:
    read = Paging(10, cursor([name, id, number])).key(str, UUID, int)
    assert read == [name, id, number]


@given(st.text(max_size=40))
def test_any_cursor_is_read_or_refused(given_cursor: str) -> None:
    with suppress(Problem):
        assert len(Paging(10, given_cursor).key(str, UUID) or []) == 2


def test_a_page_says_where_it_goes_on() -> None:
    rows = [uuid4() for _ in range(4)]
    paging = Paging(3, None)
    assert paging.key(UUID) is None
    page = paging.page(rows, item=str, key=lambda row: [row])
    assert page.items == tuple(map(str, rows[:3]))
    assert Paging(3, page.next).key(UUID) == [rows[2]]
    assert paging.page(rows[:3], item=str, key=lambda row: [row]).next is None
