"""The people of a large agency: who they are in which team, and where they work."""

from collections.abc import Iterable, Iterator

from cli.demo.large.places import ALL_UNITS, Placed
from cli.demo.people import (
    FINNISH,
    FINNISH_FAMILIES,
    SITES_OF_HEADS,
    SWEDISH,
    SWEDISH_FAMILIES,
    Person,
    names,
)

# With those of the small demo 57 and 13, which have no divisor in common with 32 and 12.
MORE_FAMILIES = names(
    "Aarniokoski Eräpuro Harjanne Hirvikallio Ilvespää Jäkälä Kaislaranta Karhunsaari Katajamaa "
    "Korpiaho Kuovila Käpylahti Lampiniitty Liekovuo Louhela Maununmäki Närhisalo Ojamaa Otavala "
    "Poutajoki Purontaus Rauduskoivu Routamaa Salmela Sorsakoski Suopelto Tervaharju Tyrskylä "
    "Untamala Varvikko Visakanta Vuoksela"
)
MORE_SWEDISH_FAMILIES = names("Almgård Brinkvik Furusand Kvarnström Ljungholm Stenskata")


def everyone(teams: Iterable[Placed]) -> Iterator[Person]:
    """The people of all teams, then who leads them, in an order that never changes.

    Supervisors and heads belong to no team: they come beside the people of the teams.
    """
    named = _Names()
    leads = []
    for placed in teams:
        team = placed.team
        for (role, roles), site in zip(_parts(placed), placed.sites, strict=True):
            name = named.next(team.language)
            yield Person(f"{team.key}.{role}", name, team.language, site, team.key, None, roles)
        leads.append(team)
    for team in leads:
        yield Person(
            f"{team.key}.supervisor", named.next(team.language), team.language,
            team.supervisor_site, team.key, None, ("supervisor",), at_home=False,
        )  # fmt: skip
    departments = [unit for unit in ALL_UNITS if unit.kind == "department"]
    for unit, site in zip(departments, SITES_OF_HEADS, strict=True):
        yield Person(f"{unit.key}.head", named.next("fi"), "fi", site, None, unit.key, ("head",))


def _parts(placed: Placed) -> Iterator[tuple[str, tuple[str, ...]]]:
    leading = ["torchbearer", *(["deputy"] if placed.team.deputy else [])]
    for role in leading:
        yield role, ("member", role)
    for number in range(1, len(placed.sites) - len(leading) + 1):
        yield f"member{number}", ("member",)


class _Names:
    """Names in turn; none comes twice before all combinations have come."""

    def __init__(self) -> None:
        self._given = {"fi": 0, "sv": 0}

    def next(self, language: str) -> str:
        number = self._given[language]
        self._given[language] += 1
        first, families = FINNISH, (*FINNISH_FAMILIES, *MORE_FAMILIES)
        if language == "sv":
            first, families = SWEDISH, (*SWEDISH_FAMILIES, *MORE_SWEDISH_FAMILIES)
        return f"{first[number % len(first)]} {families[number * 7 % len(families)]}"
