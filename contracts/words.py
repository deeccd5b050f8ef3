"""Words in the agency's three languages, and the codes that people and goals share."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from contracts.envelope import Closed

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")
TranslationState = Literal["draft", "proof-read"]


def no_nul(text: str) -> str:
    """PostgreSQL stores no U+0000, though JSON allows it.

    Raises ValueError when the text has one.
    """
    if "\x00" in text:
        raise ValueError("U+0000 is not allowed in a text")
    return text


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(no_nul),
]
Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(no_nul),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(no_nul),
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]


class Text(Closed):
    """One text in one or more languages; `source` is the language that it was written in."""

    source: Language = Field(
        description="The language in which the text was written; there it is never absent.",
        json_schema_extra={"x-codes": "language"},
    )
    fi: Words | None = Field(None, description="Finnish; absent when not translated.")
    sv: Words | None = Field(None, description="Swedish; absent when not translated.")
    en: Words | None = Field(None, description="English; absent when not translated.")

    @model_validator(mode="after")
    def _source_is_present(self) -> Self:
        if getattr(self, self.source) is None:
            raise ValueError("the text in its source language is missing")
        return self

    def in_language(self, language: str) -> str:
        """The text in `language`, else in the language that it was written in."""
        text: str = getattr(self, language, None) or getattr(self, self.source)
        return text


class Translation(Closed):
    """How far the texts of something are in a language that they were not written in."""

    language: Language = Field(
        description="The language of the translation.", json_schema_extra={"x-codes": "language"}
    )
    state: TranslationState = Field(
        description="Whether somebody has proof-read it since it or its source last changed.",
        json_schema_extra={"x-codes": "translation-state"},
    )


def proof_read(translations: Iterable[Translation]) -> tuple[Language, ...]:
    """The languages that somebody has proof-read."""
    return tuple(it.language for it in translations if it.state == "proof-read")
