"""The demo's people: invented names, who they are in which team, and since when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from slugify import slugify

from cli.demo.organisation import TEAMS, UNITS
from cli.demo.tables import Team

MEMBERS = 3
"""Members of a team besides its torchbearer and deputy."""


def names(text: str) -> tuple[str, ...]:
    """The names that a line holds."""
    return tuple(text.split())


FINNISH = names(
    "Aino Eero Helmi Onni Venla Toivo Aada Väinö Siiri Oiva Kerttu Leevi Hilja Niilo Saima Urho "
    "Elli Taimi Aarne Lempi Vilho Martta Ilmari Sylvi Eino Impi Arvo Tyyne Kaarlo Aili Reino Saara"
)
SWEDISH = names("Alva Elof Signe Gustav Ebba Sixten Astrid Valter Maj Rurik Tekla Edvin")
FINNISH_FAMILIES = names(
    "Ahoranta Hietikko Kallioinen Lehtovaara Mustalampi Niittymaa Oravisto Pihlajakangas Rantasuo "
    "Saarelma Tuulensuu Uotinmäki Vesikari Ylikoivu Aaltomaa Haavikkala Jokiniitty Kuusivaara "
    "Lammenranta Metsäpolku Peltoaho Ruskovaara Suvantola Talvimaa Valkeiskangas"
)
SWEDISH_FAMILIES = names("Björkskog Strandhäll Lövholm Granudd Havsvik Ängsback Norrskär")
SITES_OF_HEADS = ("Helsinki", "Tampere", "Helsinki", "Oulu", "Helsinki")


@dataclass(frozen=True)
class Person:
    """A person of the demo; `subject` is how their token names them."""

    subject: str
    name: str
    language: str
    site: str
    team: str | None
    unit: str | None
    roles: tuple[str, ...]
    at_home: bool = True
    """Whether they belong to the team; supervisors of a large agency lead it from outside."""

    def body(
        self, issuer: str, teams: Mapping[str, str], units: Mapping[str, str], since: date
    ) -> dict[str, Any]:
        """As the API takes it; `teams` and `units` are ids by key."""
        place = {"team": teams[self.team]} if self.team else {"unit": units[self.unit or ""]}
        mail = slugify(self.name, separator=".")
        return {
            "name": self.name,
            "mail": f"{mail}@elantovirasto.example",
            "language": self.language,
            "site": self.site,
            **({"home_team": teams[self.team]} if self.team and self.at_home else {}),
            "logins": [{"issuer": issuer, "subject": self.subject}],
            "memberships": [
                {"role": role, **place, "since": since.isoformat()} for role in self.roles
            ],
        }


def people() -> Iterator[Person]:
    """Everyone, in an order that never changes."""
    number = 0
    for team in TEAMS:
        for role, roles in _parts(team):
            site = (
                team.supervisor_site
                if role == "supervisor"
                else team.sites[number % len(team.sites)]
            )
            subject = f"{team.key}.{role}"
            yield Person(
                subject, _name(number, team.language), team.language, site, team.key, None, roles
            )
            number += 1
    departments = [unit for unit in UNITS if unit.kind == "department"]
    for unit, site in zip(departments, SITES_OF_HEADS, strict=True):
        yield Person(f"{unit.key}.head", _name(number, "fi"), "fi", site, None, unit.key, ("head",))
        number += 1


def _parts(team: Team) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "torchbearer", ("member", "torchbearer")
    yield "supervisor", ("supervisor",)
    if team.deputy:
        yield "deputy", ("member", "deputy")
    for member in range(1, MEMBERS + 1):
        yield f"member{member}", ("member",)


def _name(number: int, language: str) -> str:
    # Steps without a common divisor with the lists' lengths: no name comes twice.
    if language == "sv":
        family = SWEDISH_FAMILIES[number % len(SWEDISH_FAMILIES)]
        return f"{SWEDISH[number % len(SWEDISH)]} {family}"
    family = FINNISH_FAMILIES[number * 7 % len(FINNISH_FAMILIES)]
    return f"{FINNISH[number % len(FINNISH)]} {family}"
