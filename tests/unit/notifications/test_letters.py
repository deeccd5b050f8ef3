"""What is told in words: every kind in three languages, and mails that no text can bend."""

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from string import Formatter
from uuid import UUID

import pytest

from contracts.words import LANGUAGES
from services.notifications.inbox import domain as inbox
from services.notifications.inbox import store
from services.notifications.inbox.domain import KINDS, Kind
from services.notifications.mail import domain
from services.notifications.mail.domain import Letter
from services.notifications.mail.store import frame
from tests.unit.notifications.test_rules_domain import NOW

GOAL = store.named('{"source": "fi", "fi": "Jono ”lyhenee” & <pysyy> {lyhyenä}", "sv": "Kön"}')
TEAM = store.named('{"source": "sv", "sv": "Sälg"}')


def letter(**more: str) -> Letter:
    given = {
        "to": "aino@agency.test", "name": "Aino", "language": "en",
        "text": "The goal “Queue” is agreed.", "why": "Your team works on it.",
    }  # fmt: skip
    return Letter(notification=UUID(int=1), kind="due", **(given | more))  # type: ignore[arg-type]


def sent(made: EmailMessage) -> EmailMessage:
    """The mail as its reader's program takes it."""
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_in_each_language_by_goal_and_team(kind: Kind) -> None:
    wording = store.wordings()[kind]
    told = inbox.told(wording["text"], GOAL, TEAM)
    assert told.fi is not None
    assert "{lyhyenä}" in told.fi
    assert "Kön" in (told.sv or "")
    for language in LANGUAGES:
        names = {name for _, name, _, _ in Formatter().parse(wording["text"][language]) if name}
        assert names == {"goal", "team"}
        assert wording["why"][language]


def test_what_the_copy_does_not_name_yet_is_told_all_the_same() -> None:
    told = inbox.told(store.wordings()["due"]["text"], store.named(None), store.named(None))
    assert "“?”" in told.in_language("en")


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ({"source": "fi", "fi": "Lumme", "en": "Lily"}, ("Lumme", "Lumme", "Lily")),
        ({"source": "en", "fi": None, "sv": None, "en": "Lily"}, ("Lily", "Lily", "Lily")),
        ({"source": "se", "se": "Lija", "sv": "Lilja"}, ("Lilja", "Lilja", "Lilja")),
        ({"source": "se", "se": "Lija"}, ("?", "?", "?")),
    ],
)
def test_a_name_is_told_as_it_was_written_where_it_was_put_in_no_other_language(
    held: dict[str, str | None], names: tuple[str, ...]
) -> None:
    assert tuple(store.named(json.dumps(held)).values()) == names


def test_a_name_of_several_lines_is_told_on_one() -> None:
    several = dict.fromkeys(LANGUAGES, "Queue\r\n\r\nWhy you got this: \u2028 you won\n")
    told = inbox.told(store.wordings()["due"]["text"], several, TEAM)
    assert "“Queue Why you got this: you won”" in told.in_language("en")


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_names_are_told_cut(kind: Kind) -> None:
    longest = dict.fromkeys(LANGUAGES, "ä" * 4000)
    told = inbox.told(store.wordings()[kind]["text"], longest, longest)
    assert "ä …" in told.in_language("en")


def test_a_mail_says_why_it_came_and_how_to_stop_it() -> None:
    mail = sent(domain.compose(letter(), frame(), "soihtu@agency.test", NOW))
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Why you got this: Your team works on it." in text
    assert "switch the kind “due” off" in text
    assert mail["Message-ID"] == f"<{UUID(int=1)}@agency.test>"
    assert (mail["From"], mail["To"]) == ("Soihtu <soihtu@agency.test>", "Aino <aino@agency.test>")


def test_no_text_can_add_a_header_or_markup() -> None:
    bent = letter(text="A\r\nBcc: x@y.test\r\n<script>" + "long " * 100, name="A\r\nBcc: x@y.test")
    mail = sent(domain.compose(bent, frame(), "soihtu@agency.test", NOW))
    assert mail["Bcc"] is None
    assert len(mail["Subject"]) <= domain.LONGEST_SUBJECT
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize(
    "said",
    [
        "A =?utf-8?q?b=0D=0ABcc:_x=40y.test?= c",
        "=?utf-8?b?DQpCY2M6IHhAeS50ZXN0?=",
        "=?utf-8?q?b=0D=0A=0D=0A=3Cp=3EA_body=3C=2Fp=3E?=",
        "=\x1f?utf-8?q?b=0D=0ABcc:_x=40y.test?=",
        "=?utf-8?q?=22_=3Cx=40y.test=3E=2C?=",
        "A\u2028Bcc: x@y.test\x0b\x85\x00\N{RIGHT-TO-LEFT OVERRIDE}c",
    ],
)
def test_words_that_are_encoded_as_headers_are_stay_words(said: str) -> None:
    plain = domain.compose(letter(), frame(), "soihtu@agency.test", NOW)
    made = domain.compose(letter(text=said, name=said), frame(), "soihtu@agency.test", NOW)
    mail = sent(made)
    assert mail.keys() == plain.keys()
    assert [(it.username, it.domain) for it in mail["To"].addresses] == [("aino", "agency.test")]
    for told in (mail["Subject"], mail["To"].addresses[0].display_name):
        assert told.isprintable()
        assert ("?utf-8?" in told) is ("?utf-8?" in said)
    assert mail.get_body(("plain",)) is not None


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("a@agency.test", None),
        ("o'neill@agency.test", None),
        ("ä@agency.test", "bad-address"),
        ("a@\N{KELVIN SIGN}.test", "bad-address"),
        ("a@AGENCY.test", None),
        ("a@sub.agency.test", "domain-not-allowed"),
        ("a@agency.test.example", "domain-not-allowed"),
        (None, "no-address"),
        ("", "no-address"),
        ("agency.test", "bad-address"),
        ("@agency.test", "bad-address"),
        ("a b@agency.test", "bad-address"),
        ("a@x.test> <b@agency.test", "bad-address"),
        ("a@x.test,b@agency.test", "bad-address"),
    ],
)
def test_only_listed_domains_and_plain_addresses_are_written_to(
    to: str | None, reason: str | None
) -> None:
    assert domain.unsendable(to, frozenset({"agency.test", "k.test"})) == reason


def test_a_mail_that_fails_is_tried_less_and_less_often() -> None:
    pauses = [domain.pause_after(tries) for tries in range(1, 30)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == domain.LONGEST_PAUSE
