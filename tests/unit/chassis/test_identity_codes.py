"""Identity codes are found in texts, by their check character; nothing else is taken for one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.identity_codes import has_identity_code

LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
SIGNS = {1800: "+", 1900: "-YXWVU", 2000: "ABCDEF"}


def code(day: date, sign: str, number: int) -> str:
    """One that is right: the check character is the rest of its nine digits by 31."""
    digits = f"{day:%d%m%y}{number:03}"
    return f"{digits[:6]}{sign}{digits[6:]}{LETTERS[int(digits) % 31]}"


@pytest.mark.parametrize(("century", "sign"), [(it, one) for it in SIGNS for one in SIGNS[it]])
def test_a_code_is_found_by_every_sign_of_its_century(century: int, sign: str) -> None:
    assert has_identity_code(code(date(century + 52, 10, 13), sign, 908))


@pytest.mark.parametrize("published", ["010594Y9032", "020516C903K", "131052-308T"])
def test_examples_that_registers_have_published_are_found(published: str) -> None:
    assert has_identity_code(published)


@given(
    st.dates(date(1850, 1, 1), date(2049, 12, 31)), st.data(), st.integers(2, 999),
)  # fmt: skip
def test_every_right_code_is_found_and_no_other_check_character(
    day: date, data: st.DataObject, number: int
) -> None:
    sign = data.draw(st.sampled_from(SIGNS[day.year // 100 * 100]))
    right = code(day, sign, number)
    assert has_identity_code(right)
    assert has_identity_code(f"Asiakas ({right.lower()}), odotti.")
    wrong = [right[:-1] + it for it in LETTERS if it != right[-1]]
    assert not any(has_identity_code(it) for it in wrong)


RIGHT = code(date(1994, 5, 1), "-", 903)
"""Nobody's: numbers from 900 on are lent for a time, and stand in examples."""


@pytest.mark.parametrize(
    "text",
    [
        f"Asiakkaan {RIGHT} hakemus", f"({RIGHT})", f"hetu:{RIGHT}.", f"{RIGHT}:n", f"\n{RIGHT}\n",
        f"_{RIGHT}_", RIGHT.lower(), RIGHT.replace("-", " -"), RIGHT.replace("-", "- "),
        RIGHT.replace("-", " - "), RIGHT.replace("-", "\N{EN DASH}"),
        RIGHT.replace("-", "\N{MINUS SIGN}"), RIGHT.replace("-", "\N{NON-BREAKING HYPHEN}"),
        RIGHT.replace("-", "\N{NO-BREAK SPACE}-"),
        RIGHT.replace("-", "\N{SOFT HYPHEN}"), RIGHT.replace("-", "-\N{SOFT HYPHEN}"),
        RIGHT.replace("-", "\N{ZERO WIDTH SPACE}-"), RIGHT.replace("5", "\N{SOFT HYPHEN}5"),
        "".join(chr(ord(it) + 0xFEE0) for it in RIGHT),  # full width
        f"131052-000X {RIGHT}",
    ],
)  # fmt: skip
def test_it_is_found_however_it_stands_in_a_text(text: str) -> None:
    assert has_identity_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Jono lyhenee 620 hakemuksesta 250:een.", "1.5.1994", "2026-11-30",
        "30.11.2026-4.12.2026",
        "010594", "010594-", "010594-903", "puh. 040-1234567", "+358 40 123 4567", "09 310 1691",
        "010594-1234", "kello 12.30-14.00", "FI21 1234 5600 0007 85", "0737546-2", "123456-7890",
        "01993009-9c32-771e-a1f1-25f0b0898974", "tiketti 20260901-1234", "vuosina 2016-2026",
        RIGHT[:-1] + "0", f"1{RIGHT}", f"{RIGHT}1", f"x{RIGHT}", f"{RIGHT}x",
        RIGHT.replace("-", "G"),
        RIGHT.replace("-", ""), RIGHT.replace("-", "  - "), RIGHT.replace("-", "/"),
        "310294-903" + LETTERS[310294903 % 31], "001394-903" + LETTERS[1394903 % 31],
        "010594-001" + LETTERS[10594001 % 31], "290223A903" + LETTERS[290223903 % 31],
    ],
)  # fmt: skip
def test_dates_phone_numbers_and_codes_of_other_kinds_are_none(text: str) -> None:
    assert not has_identity_code(text)


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.integers(0, 400))
def test_days_and_spans_of_days_are_none(day: date, length: int) -> None:
    end = day + timedelta(days=length)
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d%m%Y", "%Y%m%d"):
        assert not has_identity_code(f"{day.strftime(form)}-{end.strftime(form)}")


def test_marks_without_end_are_looked_at_one_by_one() -> None:
    """Composed with each other, so many of them take hours."""
    assert not has_identity_code("a" + "\u0315" * 100_000 + "\u0300" * 100_000)
