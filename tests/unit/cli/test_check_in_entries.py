"""A check-in's entries: of options, or of answers, with what was said last filled in."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from cli.people.entries import Entries, Said
from local.problems import LocalProblem

T = TypeVar("T")


def text(words: str) -> dict[str, str]:
    return {"source": "fi", "fi": words}


QUEUE: dict[str, Any] = {
    "key_result": "0199-queue",
    "title": text("Jono"),
    "kind": "decrease",
    "unit": "kpl",
    "definition": {"baseline": 620, "target": 250},
    "value": 455.0,
    "confidence": 6,
}
GUIDE: dict[str, Any] = {
    "key_result": "0199-guide",
    "title": text("Ohje käytössä"),
    "kind": "binary",
    "definition": {},
    "value": None,
}
STEPS: dict[str, Any] = {
    "key_result": "0199-steps",
    "title": text("Uusi lomake"),
    "kind": "milestones",
    "definition": {
        "milestones": [
            {"id": "plan", "title": text("suunnitelma")},
            {"id": "pilot", "title": text("kokeilu")},
        ]
    },
    "done": ["plan"],
}


def entries(*rows: dict[str, Any]) -> Entries:
    return Entries({"key_results": list(rows)}, "fi")


def test_options_name_key_results_by_their_words() -> None:
    said = Said(
        values=["jono=430,5", "ohje=kyllä"],
        confidences=["jono=7"],
        words=["ohje=Tiimi sanoo: a=b."],
        done=["lomake=1,2"],
    )
    assert entries(QUEUE, GUIDE, STEPS).of_options(said) == [
        {"key_result": "0199-queue", "value": 430.5, "confidence": 7},
        {"key_result": "0199-guide", "value": 1.0, "words": "Tiimi sanoo: a=b."},
        {"key_result": "0199-steps", "done": ["plan", "pilot"]},
    ]


def test_what_is_not_said_stays_as_it_was() -> None:
    assert entries(QUEUE, STEPS).of_options(
        Said(confidences=["jono=3"], words=["lomake=Hyvä."])
    ) == [
        {"key_result": "0199-queue", "value": 455.0, "confidence": 3},
        {"key_result": "0199-steps", "done": ["plan"], "words": "Hyvä."},
    ]


def test_the_only_key_result_need_not_be_named() -> None:
    said = Said(values=["430"], words=["x=5 auttoi"])
    assert entries(QUEUE).of_options(said) == [
        {"key_result": "0199-queue", "value": 430.0, "words": "x=5 auttoi"}
    ]
    assert entries(QUEUE).of_options(Said(values=["jono=430"]))[0]["value"] == 430.0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Said(values=["430"]), "of which key result"),
        (Said(values=["jonot=430"]), "no key result “jonot”"),
        (Said(values=["o=430"]), "may be several"),
        (Said(values=["jono=paljon"]), "takes a number"),
        (Said(values=["ohje=ehkä"]), "takes yes or no"),
        (Said(confidences=["jono=11"]), "from 0 to 10"),
        (Said(confidences=["jono=-1"]), "from 0 to 10"),
        (Said(confidences=["ohje=5"]), "has no value yet"),
        (Said(done=["lomake=3"]), "no milestone “3”; choose by number: 1 suunnitelma; 2 kokeilu"),
    ],
)
def test_what_can_not_be_meant_is_told(said: Said, told: str) -> None:
    with pytest.raises(LocalProblem, match=told):
        entries(QUEUE, GUIDE, STEPS).of_options(said)


class Answers:
    """Answers in turn; None is Enter alone."""

    def __init__(self, *said: str | None) -> None:
        self.said = list(said)
        self.questions: list[str] = []

    def __call__(self, question: str, before: str, read: Callable[[str], T]) -> T:
        self.questions.append(question)
        said = self.said.pop(0)
        return read(before if said is None else said)


def test_enter_keeps_what_was_said_last() -> None:
    answers = Answers(None, None, None)
    assert entries(QUEUE).by_asking(answers) == [
        {"key_result": "0199-queue", "value": 455.0, "confidence": 6}
    ]
    assert answers.questions[0] == "Jono (620 → 250 kpl)\n  luku"


def test_what_is_answered_is_said() -> None:
    answers = Answers("430", "7", "Jono lyhenee.", "k", None, None, "1,2", None, None)
    assert entries(QUEUE, GUIDE, STEPS).by_asking(answers) == [
        {"key_result": "0199-queue", "value": 430.0, "confidence": 7, "words": "Jono lyhenee."},
        {"key_result": "0199-guide", "value": 1.0},
        {"key_result": "0199-steps", "done": ["plan", "pilot"]},
    ]


def test_what_has_no_value_yet_or_is_left_out_is_not_asked_further() -> None:
    answers = Answers("-", None, "ei", None, None)
    assert entries(QUEUE, GUIDE, STEPS).by_asking(answers) == [
        {"key_result": "0199-steps", "done": []}
    ]
    assert answers.said == []
