"""Decides how the pillars of the strategy change; pure."""

from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import PillarChanged
from contracts.words import Language, Text, Words
from services.okr.strategy.stated import (
    ProofRead,
    TranslationDraft,
    marks,
    texts_of,
    translate,
    untranslate,
)

TEXTS = ("name", "promise")


class PillarDetails(Closed):
    """What is said of a pillar."""

    name: Text
    promise: Text = Field(description="What the customer is promised, in the customer's words.")
    order: int = Field(ge=1, le=1000, description="Its place among the pillars, the lowest first.")
    proof_read: ProofRead = ()


class PillarTranslation(TranslationDraft):
    """A pillar in another language than it was written in; what is not said stays."""

    name: Words | None = Field(default=None, description="What it is called.")
    promise: Words | None = Field(default=None, description="What the customer is promised.")


def raise_pillar(pillar: UUID, said: PillarDetails, change: str) -> PillarChanged:
    """A new pillar."""
    return PillarChanged(
        id=pillar,
        version=1,
        change=change,
        name=said.name,
        promise=said.promise,
        order=said.order,
        state="current",
        translations=marks({}, (), texts_of(said, TEXTS), said.proof_read),
    )


def reword(pillar: PillarChanged, said: PillarDetails, change: str) -> PillarChanged:
    """The pillar with another name, promise or place. Raises Problem `pillar-retired`."""
    _expect_current(pillar)
    texts = texts_of(said, TEXTS)
    marked = marks(texts_of(pillar, TEXTS), pillar.translations, texts, said.proof_read)
    return _next(pillar, change, **texts, order=said.order, translations=marked)


def translate_pillar(
    pillar: PillarChanged, language: Language, said: PillarTranslation
) -> PillarChanged:
    """The pillar in another language too. Raises Problem, as `translate` does."""
    _expect_current(pillar)
    return _next(
        pillar,
        "translated",
        **translate(texts_of(pillar, TEXTS), pillar.translations, language, said),
    )


def untranslate_pillar(pillar: PillarChanged, language: Language) -> PillarChanged:
    """The pillar without a language that it is translated into. Raises Problem `not-found`."""
    _expect_current(pillar)
    left = untranslate(texts_of(pillar, TEXTS), pillar.translations, language)
    return _next(pillar, "translation-removed", **left)


def retire(pillar: PillarChanged) -> PillarChanged:
    """The pillar, which no goal begins to serve from now on. Raises Problem `pillar-retired`."""
    _expect_current(pillar)
    return _next(pillar, "retired", state="retired")


def _next(pillar: PillarChanged, change: str, **facts: object) -> PillarChanged:
    return pillar.model_copy(update={"version": pillar.version + 1, "change": change, **facts})


def _expect_current(pillar: PillarChanged) -> None:
    if pillar.state == "retired":
        raise Problem("pillar-retired", pillar=str(pillar.id))
