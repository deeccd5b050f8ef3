"""Where the teams of a large agency belong and sit, their names, and how large they are."""

from dataclasses import dataclass
from random import Random

from cli.demo.organisation import TEAMS, UNITS
from cli.demo.tables import Team, Unit, fi, sv
from local.problems import LocalProblem

SITES = (
    "Helsinki", "Turku", "Tampere", "Vaasa", "Pietarsaari", "Kuopio", "Jyväskylä", "Oulu",
    "Rovaniemi", "Lahti", "Kajaani",
)  # fmt: skip
SWEDISH_SITES = ("Vaasa", "Pietarsaari", "Turku", "Helsinki")

MORE_UNITS = (
    Unit("neuvonta", "customer-service",
         fi("Verkkoneuvonta", "Webbrådgivning", "Online advice"), "asiakaspalvelu"),
    Unit("elakkeet", "benefits", fi("Eläkkeet", "Pensioner", "Pensions"), "etuuskasittely"),
    Unit("sairaus", "benefits", fi("Sairastaminen", "Sjukdom", "Sickness"), "etuuskasittely"),
    Unit("kuntoutus", "benefits",
         fi("Kuntoutus", "Rehabilitering", "Rehabilitation"), "etuuskasittely"),
    Unit("tyottomyys", "benefits",
         fi("Työttömyys", "Arbetslöshet", "Unemployment"), "etuuskasittely"),
    Unit("tilastot", "data-science", fi("Tilastot", "Statistik", "Statistics"), "tieto"),
    Unit("asiointi", "digital-services",
         fi("Asiointi", "E-tjänster", "Online services"), "digipalvelut"),
    Unit("alustat", "digital-services", fi("Alustat", "Plattformar", "Platforms"), "digipalvelut"),
    Unit("toimitilat", "shared-services", fi("Toimitilat", "Lokaler", "Premises"), "yhteiset"),
)  # fmt: skip
ALL_UNITS = (*UNITS, *MORE_UNITS)

SHARES = {
    "puhelin": 12, "svensk": 5, "pisteet": 12, "neuvonta": 6, "asuminen": 9, "opinnot": 7,
    "toimeentulo": 10, "perheet": 8, "elakkeet": 9, "sairaus": 9, "kuntoutus": 6,
    "tyottomyys": 8, "datascience": 2, "tilastot": 3, "asiointi": 6, "alustat": 5, "talous": 2,
    "hr": 2, "strategia": 2, "toimitilat": 2,
}  # fmt: skip
"""How many of the teams that are made go to each unit, in proportion."""

FINNISH_BEGINNINGS = (
    "Suo", "Tunturi", "Kaste", "Halla", "Ruska", "Kuura", "Järvi", "Meri", "Saari", "Kivi",
    "Kallio", "Lumi", "Jää", "Tuuli", "Pilvi", "Aalto", "Metsä", "Koivu", "Kuusi", "Honka",
    "Pihlaja", "Haapa", "Leppä", "Sammal", "Kanerva", "Varpu", "Heinä", "Kurki", "Kotka", "Hauki",
)  # fmt: skip
FINNISH_ENDS = (
    "lampi", "polku", "puro", "harju", "niitty", "lahti", "kumpu", "lehto", "vuori", "virta",
)  # fmt: skip
SWEDISH_BEGINNINGS = ("Björk", "Gran", "Tall", "Strand", "Hav", "Skär", "Alm", "Lin", "Ek", "Sten")
SWEDISH_ENDS = ("vik", "lund", "bäck", "holm", "dal")

SMALLEST, LARGEST = 4, 60
FIXED = {"kide": 6}
TWELVE = frozenset(team.key for team in TEAMS)
SHARE_ELSEWHERE = 0.41


@dataclass(frozen=True)
class Placed:
    """A team with the sites of its people, one for each."""

    team: Team
    sites: tuple[str, ...]

    @property
    def elsewhere(self) -> int:
        """How many work elsewhere than their supervisor."""
        return sum(site != self.team.supervisor_site for site in self.sites)


def most_teams() -> int:
    """How many teams can have a name of their own."""
    return len(TEAMS) + len(FINNISH_BEGINNINGS) * len(FINNISH_ENDS)


def placed_teams(teams: int, people: int, seed: int) -> tuple[Placed, ...]:
    """So many teams of so many people. Raises LocalProblem where that can't be."""
    _check(teams, people)
    rnd = Random(f"{seed}/places")
    everyone = (*TEAMS, *_made(teams - len(TEAMS), rnd))
    sizes = _sizes(everyone, people, rnd)
    known = [_as_told(team, sizes[team.key]) for team in TEAMS]
    wanted = round(people * SHARE_ELSEWHERE) - sum(one.elsewhere for one in known)
    return (*known, *_spread(everyone[len(TEAMS) :], sizes, wanted, rnd))


def _check(teams: int, people: int) -> None:
    if not len(TEAMS) < teams <= most_teams():
        raise LocalProblem(f"--teams lies between {len(TEAMS) + 1} and {most_teams()}.")
    # Kide is of six and one team of four; the others may be of any size between.
    least = SMALLEST * teams + 2
    most = LARGEST * (teams - 2) + FIXED["kide"] + SMALLEST
    if not least <= people <= most:
        raise LocalProblem(f"{teams} teams have between {least} and {most} people.")


def _made(count: int, rnd: Random) -> list[Team]:
    units = _units_of(count)
    finnish = [f"{one}{end}" for one in FINNISH_BEGINNINGS for end in FINNISH_ENDS]
    swedish = [f"{one}{end}" for one in SWEDISH_BEGINNINGS for end in SWEDISH_ENDS]
    rnd.shuffle(finnish)
    rnd.shuffle(swedish)
    made = []
    for unit in units:
        names, language = (swedish, "sv") if unit == "svensk" and swedish else (finnish, "fi")
        name = names.pop()
        sites = SWEDISH_SITES if language == "sv" else SITES
        home = rnd.choice(sites)
        told = sv(name) if language == "sv" else fi(name)
        made.append(Team(_key(name), told, unit, (home,), home, language))
    return made


def _units_of(count: int) -> list[str]:
    """A unit for each of `count` teams, each unit by its share, the largest remainders first."""
    whole = sum(SHARES.values())
    exact = {unit: count * share / whole for unit, share in SHARES.items()}
    given = {unit: int(share) for unit, share in exact.items()}
    by_rest = sorted(SHARES, key=lambda unit: given[unit] - exact[unit])
    for unit in by_rest[: count - sum(given.values())]:
        given[unit] += 1
    return [unit for unit in SHARES for _ in range(given[unit])]


def _key(name: str) -> str:
    return name.lower().translate(str.maketrans("äöå", "aoa"))


def _sizes(teams: tuple[Team, ...], people: int, rnd: Random) -> dict[str, int]:
    """People of each team, by its key; the first team that was made is one of four."""
    fixed = {**FIXED, teams[len(TEAMS)].key: SMALLEST}
    sizes = {team.key: fixed.get(team.key, SMALLEST) for team in teams}
    weights = {team.key: rnd.lognormvariate(0, 1.1) for team in teams if team.key not in fixed}
    for _ in range(people - sum(sizes.values())):
        (key,) = rnd.choices(list(weights), list(weights.values()))
        sizes[key] += 1
        if sizes[key] == LARGEST:
            del weights[key]
    return sizes


def _as_told(team: Team, size: int) -> Placed:
    return Placed(team, tuple(team.sites[number % len(team.sites)] for number in range(size)))


def _spread(
    teams: tuple[Team, ...], sizes: dict[str, int], wanted: int, rnd: Random
) -> list[Placed]:
    """Teams whose people elsewhere are `wanted`, as near as the others leave room for it."""
    away = dict.fromkeys((team.key for team in teams), 0)
    left = max(wanted, 0)
    for some in (0.5, 1.0):
        for team in rnd.sample(teams, len(teams)):
            size = sizes[team.key]
            most = size if some == 1.0 else round(size * rnd.choice((0.0, 0.3, 0.5, 1.0)))
            more = min(left, max(most - away[team.key], 0))
            away[team.key] += more
            left -= more
    return [_with_some_away(team, sizes[team.key], away[team.key], rnd) for team in teams]


def _with_some_away(team: Team, size: int, away: int, rnd: Random) -> Placed:
    home = team.supervisor_site
    pool = SWEDISH_SITES if team.language == "sv" else SITES
    other = rnd.choice([site for site in pool if site != home])
    sites = (*(other for _ in range(away)), *(home for _ in range(size - away)))
    named = tuple(dict.fromkeys(sites))
    return Placed(Team(team.key, team.name, team.unit, named, home, team.language), sites)
