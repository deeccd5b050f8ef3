"""How texts are stated in other languages than their own, and how far each of these is; pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.words import LANGUAGES, Language, Text, Translation, TranslationState

Texts = Mapping[str, Text | None]
"""The texts of one thing by the names of its fields; None where one was never said."""

ProofRead = Annotated[
    tuple[Language, ...],
    Field(
        max_length=len(LANGUAGES),
        description="The languages of the texts, besides their own, that somebody has proof-read.",
    ),
]


class TranslationDraft(Closed):
    """A translation as people state it: the other fields of a subclass are its texts."""

    state: TranslationState = Field(
        default="draft", description="`proof-read` once somebody has read it beside its source."
    )

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that are said, by the names of the fields; what is not said stays."""
        said: dict[str, str] = self.model_dump(exclude={"state"}, exclude_none=True)
        return said


def texts_of(thing: object, names: Iterable[str]) -> Texts:
    """The texts of a thing by the names of its fields."""
    return {name: getattr(thing, name) for name in names}


def marks(
    before: Texts,
    known: Iterable[Translation],
    after: Texts,
    proof_read: Collection[Language] = (),
) -> tuple[Translation, ...]:
    """How far each language of the texts `after` is, as it was `known` of the texts `before`.

    A language in which anything changed, or of which something changed at the source, is a draft
    again, and one that nobody has spoken of is one; `proof_read` are those that somebody has read.
    Raises Problem `written-in-this-language`, `translation-incomplete`.
    """
    stands = {it.language: it for it in known if _said(before, it) == _said(after, it)}
    read = {one: _mark(after, one, "proof-read") for one in proof_read}
    return tuple(
        read.get(one) or stands.get(one) or Translation(language=one, state="draft")
        for one in LANGUAGES
        if _is_translated(after, one)
    )


def marks_in_list(
    before: Iterable[tuple[Texts, Iterable[Translation]]],
    after: Texts,
    proof_read: Collection[Language] = (),
) -> tuple[Translation, ...]:
    """As `marks`, of an entry of a list that is said anew; `before` are those it had.

    It is the one whose texts were the same at their source: of any other, nothing would stand.
    Raises Problem as `marks` does.
    """
    nothing: tuple[Texts, Iterable[Translation]] = ({}, ())
    same = (it for it in before if _at_source(it[0]) == _at_source(after))
    return marks(*next(same, nothing), after, proof_read)


def translate(
    before: Texts, known: Iterable[Translation], language: Language, said: TranslationDraft
) -> dict[str, Any]:
    """The texts and the marks once `said` holds, by the names of fields.

    Raises Problem `written-in-this-language`, `nothing-to-translate`, `translation-incomplete`.
    """
    after = dict(before)
    for name, words in said.texts.items():
        text = before.get(name)
        if text is None:
            raise Problem("nothing-to-translate", field=name)
        if text.source == language:
            raise Problem("written-in-this-language", field=name, language=language)
        after[name] = text.model_copy(update={language: words})
    mark = _mark(after, language, said.state)
    marked = [mark if it.language == language else it for it in marks(before, known, after)]
    return {**after, "translations": tuple(marked)}


def untranslate(before: Texts, known: Iterable[Translation], language: Language) -> dict[str, Any]:
    """The texts and the marks without a language, by the names of fields.

    What was written in that language stays. Raises Problem `not-found`.
    """
    if not _is_translated(before, language):
        raise Problem("not-found", kind="translations", id=language)
    after = {
        name: text.model_copy(update={language: None})
        for name, text in before.items()
        if text and text.source != language
    }
    return {**after, "translations": tuple(it for it in known if it.language != language)}


def follow(put: Texts, before: Texts, after: Texts, language: Language) -> dict[str, Text | None]:
    """Texts that are put to be chosen, in a language as those that hold are there since then.

    Those alone that say the same at their source as what held `before`.
    """
    return {
        name: text.model_copy(update={language: getattr(after[name], language)})
        if text and _same_source(text, before.get(name))
        else text
        for name, text in put.items()
    }


def _same_source(text: Text, other: Text | None) -> bool:
    return (
        other is not None
        and text.source == other.source
        and text.in_language(text.source) == other.in_language(text.source)
    )


def _mark(texts: Texts, language: Language, state: TranslationState) -> Translation:
    """That the texts are so far in a language; a draft has one of them, what was read has all."""
    here = {name: text for name, text in texts.items() if text}
    if all(text.source == language for text in here.values()):
        raise Problem("written-in-this-language", field=next(iter(here)), language=language)
    missing = [name for name, text in here.items() if not getattr(text, language)]
    if not _is_translated(here, language) or (missing and state == "proof-read"):
        raise Problem("translation-incomplete", language=language, fields=missing)
    return Translation(language=language, state=state)


def _is_translated(texts: Texts, language: Language) -> bool:
    return any(
        text and text.source != language and getattr(text, language) for text in texts.values()
    )


def _at_source(texts: Texts) -> dict[str, str]:
    return {name: text.in_language(text.source) for name, text in texts.items() if text}


def _said(texts: Texts, mark: Translation) -> dict[str, tuple[str, str | None]]:
    """Of each text its source, and what it is in the language of the mark."""
    return {
        name: (text.in_language(text.source), getattr(text, mark.language))
        for name, text in texts.items()
        if text
    }
