"""Texts in other languages than their own: drafts, what was proof-read, and what changes that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.words import LANGUAGES, Language, Text, Translation
from services.okr.strategy.domain import PillarTranslation
from services.okr.strategy.stated import Texts, marks, marks_in_list, translate, untranslate

NAME = Text(source="fi", fi="Ajallaan", sv="I rätt tid")
PROMISE = Text(source="fi", fi="Apu ehtii.", sv="Hjälpen hinner fram.")
BOTH: dict[str, Text | None] = {"name": NAME, "promise": PROMISE}
READ = Translation(language="sv", state="proof-read")
DRAFT = Translation(language="sv", state="draft")


def test_what_comes_in_another_language_is_a_draft() -> None:
    assert marks({}, (), BOTH) == (DRAFT,)
    assert marks({}, (), {"name": Text(source="fi", fi="Ajallaan")}) == ()


def test_what_was_proof_read_stays_so_while_neither_it_nor_its_source_changes() -> None:
    assert marks(BOTH, (READ,), BOTH) == (READ,)
    english = NAME.model_copy(update={"en": "In good time"})
    kept = marks(BOTH, (READ,), BOTH | {"name": english})
    assert kept == (READ, Translation(language="en", state="draft"))


@pytest.mark.parametrize(
    "changed",
    [
        Text(source="fi", fi="Ajoissa", sv="I rätt tid"),
        Text(source="fi", fi="Ajallaan", sv="I tid"),
        Text(source="fi", fi="Ajallaan"),
    ],
    ids=["the source", "the translation", "a text is gone"],
)
def test_a_change_makes_it_a_draft_again(changed: Text) -> None:
    assert marks(BOTH, (READ,), BOTH | {"name": changed}) == (DRAFT,)
    added: Texts = BOTH | {"benefit": Text(source="fi", fi="Vuokra maksetaan.")}
    assert marks(BOTH, (READ,), added) == (DRAFT,)


def test_a_language_that_is_gone_has_no_mark() -> None:
    bare: Texts = {name: Text(source="fi", fi="Ajallaan") for name in BOTH}
    assert marks(BOTH, (READ,), bare) == ()


def test_a_writer_may_say_that_it_was_proof_read() -> None:
    finnish, swedish, english = LANGUAGES
    assert marks({}, (), BOTH, [swedish]) == (READ,)
    with pytest.raises(Problem, match="translation-incomplete"):
        marks({}, (), BOTH, [english])
    with pytest.raises(Problem, match="written-in-this-language"):
        marks({}, (), BOTH, [finnish])


def test_a_translation_is_said_text_by_text_and_then_proof_read() -> None:
    bare: Texts = {"name": Text(source="fi", fi="Ajallaan"), "promise": PROMISE}
    first = translate(bare, (), "en", PillarTranslation(name="In good time"))
    assert first["name"].en == "In good time"
    marked = (DRAFT, Translation(language="en", state="draft"))
    assert first["translations"] == marked
    read = PillarTranslation(state="proof-read")
    after = {name: first[name] for name in BOTH}
    with pytest.raises(Problem) as refused:
        translate(after, marked, "en", read)
    assert (refused.value.code, refused.value.facts["fields"]) == (
        "translation-incomplete", ["promise"],
    )  # fmt: skip
    whole = PillarTranslation(promise="Help arrives in time.", state="proof-read")
    second = translate(after, marked, "en", whole)
    assert second["translations"] == (DRAFT, Translation(language="en", state="proof-read"))
    assert second["promise"].en == "Help arrives in time."


def test_what_is_no_translation_is_refused() -> None:
    for said, code in (
        (PillarTranslation(name="Ajoissa"), "written-in-this-language"),
        (PillarTranslation(), "written-in-this-language"),
    ):
        with pytest.raises(Problem, match=code):
            translate(BOTH, (), "fi", said)
    with pytest.raises(Problem, match="nothing-to-translate"):
        translate(BOTH | {"promise": None}, (), "en", PillarTranslation(promise="Help."))
    with pytest.raises(Problem, match="translation-incomplete"):
        translate(BOTH, (), "en", PillarTranslation())


def test_texts_of_several_sources_are_each_translated_from_their_own() -> None:
    mixed: Texts = {
        "name": Text(source="sv", sv="Trygghet"),
        "promise": Text(source="fi", fi="Apu."),
    }
    said = translate(mixed, (), "fi", PillarTranslation(name="Turva", state="proof-read"))
    assert said["translations"] == (Translation(language="fi", state="proof-read"),)


def test_a_translation_is_taken_away_and_the_source_stays() -> None:
    left = untranslate(BOTH, (READ,), "sv")
    assert (left["name"], left["translations"]) == (Text(source="fi", fi="Ajallaan"), ())
    for language in ("fi", "en"):
        with pytest.raises(Problem, match="not-found"):
            untranslate(BOTH, (READ,), language)


def texts() -> st.SearchStrategy[Text]:
    words = st.none() | st.sampled_from(["yksi", "kaksi"])

    def text(source: Language, said: dict[str, str | None]) -> Text:
        return Text.model_validate({"source": source, **said, source: said[source] or "kolme"})

    return st.builds(
        text, st.sampled_from(LANGUAGES), st.fixed_dictionaries(dict.fromkeys(LANGUAGES, words))
    )


@given(texts(), texts(), texts(), texts(), st.sets(st.sampled_from(LANGUAGES)))
def test_every_language_that_is_there_has_one_mark(
    name: Text, promise: Text, renamed: Text, promised: Text, read: set[Language]
) -> None:
    before: Texts = {"name": name, "promise": promise}
    after: Texts = {"name": renamed, "promise": promised}
    known = [
        it.model_copy(update={"state": "proof-read" if it.language in read else "draft"})
        for it in marks({}, (), before)
    ]
    marked = marks(before, known, after)
    there = [
        one
        for one in LANGUAGES
        if any(it.source != one and getattr(it, one) for it in (renamed, promised))
    ]
    assert [it.language for it in marked] == there
    for it in marked:
        if it.state == "proof-read":
            assert it in known
            assert all(
                getattr(one, it.language) == getattr(other, it.language)
                and one.in_language(one.source) == other.in_language(other.source)
                for one, other in ((name, renamed), (promise, promised))
            )
    assert marks(after, marked, after) == marked


def entries() -> st.SearchStrategy[list[Texts]]:
    return st.lists(st.fixed_dictionaries({"what": texts(), "why": texts()}), max_size=4)


@given(entries(), entries(), st.sets(st.sampled_from(LANGUAGES)))
def test_an_entry_of_a_list_is_proof_read_where_one_said_the_same_and_was(
    before: list[Texts], after: list[Texts], read: set[Language]
) -> None:
    def held(entry: Texts) -> list[Translation]:
        return [
            it.model_copy(update={"state": "proof-read" if it.language in read else "draft"})
            for it in marks({}, (), entry)
        ]

    known = [(it, held(it)) for it in before]
    for said in after:
        marked = marks_in_list(known, said)
        assert [it.language for it in marked] == [it.language for it in marks({}, (), said)]
        for mark in marked:
            assert mark.state == "draft" or any(
                mark in marks_of and _said(it, mark.language) == _said(said, mark.language)
                for it, marks_of in known
            )
    sources = [_said(it) for it in before]
    for one, marks_of in known:
        if sources.count(_said(one)) == 1:
            assert marks_in_list(known, one) == tuple(marks_of)


def _said(entry: Texts, *languages: Language) -> dict[str, list[str | None]]:
    """What an entry says at its sources, and in these languages."""
    return {
        name: [text.in_language(text.source), *(getattr(text, one) for one in languages)]
        for name, text in entry.items()
        if text
    }
