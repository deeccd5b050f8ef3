"""Decides what an objective may contribute to; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from chassis.problem import Problem

MOST_LINKS = 50


@dataclass(frozen=True)
class Links:
    """What an objective is to contribute to: objectives, and key results with their objectives.

    Those that are `dropped` are aimed at no more, or their proposal states them no more.
    """

    objectives: Collection[UUID]
    key_results: Mapping[UUID, UUID] = field(default_factory=dict)
    dropped: Collection[UUID] = ()

    def keeping(self, key_results: Mapping[UUID, UUID]) -> Self:
        """These, and of `key_results` those whose objectives are still contributed to."""
        kept = {one: owner for one, owner in key_results.items() if owner in self.objectives}
        return replace(self, key_results=kept)

    def fields(self, held: Collection[UUID]) -> dict[str, tuple[UUID, ...]]:
        """The same as an objective's state has it: with the objectives of the key results.

        A link that is `held` already may stay. Raises Problem `link-to-dropped-key-result`,
        `too-many-links`.
        """
        for one in self.key_results:
            if one in self.dropped and one not in held:
                raise Problem("link-to-dropped-key-result", key_result=str(one))
        objectives = tuple(dict.fromkeys((*self.objectives, *self.key_results.values())))
        if len(objectives) > MOST_LINKS:
            raise Problem("too-many-links", links=len(objectives), most=MOST_LINKS)
        return {
            "contributes_to": objectives,
            "contributes_to_key_results": tuple(self.key_results),
        }
