"""A password in an address is given to PostgreSQL's programs where no other user sees it."""

import pytest

from chassis.backups import Address

PLACE = "postgresql://okr_owner@db.example:5432/okr"
QUERY = "?sslmode=require&password=p%26ss%3Dw%2Brd&application_name=a%20backup"


@pytest.mark.parametrize(
    ("dsn", "url", "password"),
    [
        ("postgresql://okr_owner:p%40ss@db.example:5432/okr", PLACE, "p@ss"),
        (PLACE + QUERY, PLACE + "?sslmode=require&application_name=a%20backup", "p&ss=w+rd"),
        (PLACE + "?%70assword=secret", PLACE, "secret"),
        (PLACE + "?sslmode=require", PLACE + "?sslmode=require", None),
    ],
)
def test_an_address_keeps_its_password_apart(dsn: str, url: str, password: str | None) -> None:
    address = Address.of(dsn)

    assert address.url == url
    assert address.environment == ({"PGPASSWORD": password} if password else {})
