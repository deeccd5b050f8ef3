"""What goals of each kind of work are made of: words, and measures that have no numbers yet."""

from dataclasses import dataclass
from typing import Literal

from cli.demo.tables import Text, fi

Words = tuple[str, str, str]
"""Finnish, Swedish, English."""


@dataclass(frozen=True)
class Draft:
    """A measure before it has numbers: between which it begins, and between which it is to end.

    Of a corridor these are its edges, of milestones the titles are the steps.
    """

    key: str
    kind: Literal["up", "down", "within", "done", "steps", "zones"]
    title: Words
    unit: str | None = None
    start: tuple[float, float] = (0, 0)
    aim: tuple[float, float] = (0, 0)
    digits: int = 0
    steps: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Aim:
    """A goal before it belongs to a team; `{of}` stands for what the team's unit is about."""

    key: str
    title: Words
    benefit: Words
    yearly: str
    drafts: tuple[Draft, ...]


def text(words: Words, about: Words = ("", "", "")) -> Text:
    """The words with what they are about put in; a sentence begins with a capital."""
    told = (one.replace("{of}", of) for one, of in zip(words, about, strict=True))
    return fi(*(one[:1].upper() + one[1:] for one in told))


ABOUT: dict[str, Words] = {
    "asuminen": ("asumistuen", "bostadsbidraget", "housing support"),
    "opinnot": ("opintotuen", "studiestödet", "student aid"),
    "toimeentulo": ("toimeentulotuen", "utkomststödet", "income support"),
    "perheet": ("perhe-etuuden", "familjeförmånen", "family benefits"),
    "elakkeet": ("eläkkeen", "pensionen", "the pension"),
    "sairaus": ("sairauspäivärahan", "sjukdagpenningen", "sickness allowance"),
    "kuntoutus": ("kuntoutuksen", "rehabiliteringen", "rehabilitation"),
    "tyottomyys": ("työttömyysturvan", "arbetslöshetsskyddet", "unemployment cover"),
    "puhelin": ("puhelun", "samtalet", "the call"),
    "svensk": ("ruotsinkielisen puhelun", "det svenska samtalet", "a call in Swedish"),
    "pisteet": ("käynnin", "besöket", "the visit"),
    "neuvonta": ("chatin", "chatten", "the chat"),
}
"""What the work of a unit is about, as the titles of goals take it."""

WAITING = Draft(
    "jonossa",
    "down",
    ("Yli 14 pv odottavat", "Över 14 dagar", "Waiting over 14 days"),
    "hakemusta",
    (180, 900),
    (60, 170),
)
MEDIAN = Draft(
    "kasittely",
    "down",
    ("Käsittelyajan mediaani", "Median för handläggning", "Median of handling"),
    "pv",
    (14, 26),
    (7, 12),
    1,
)
REQUESTS = Draft(
    "lisaselvitykset",
    "down",
    (
        "Lisäselvitykset / 100 hakemusta",
        "Kompletteringar / 100 ansökningar",
        "Requests for more / 100 applications",
    ),
    "kpl",
    (32, 46),
    (18, 28),
)
CORRECTIONS = Draft(
    "oikaisut",
    "within",
    ("Oikaisut pysyvät", "Rättelserna hålls", "Corrections stay"),
    "%",
    (2, 3),
    (4, 6),
    1,
)
UNDERSTOOD = Draft(
    "ymmarsi",
    "up",
    ("Ymmärsi päätöksen heti", "Förstod beslutet genast", "Understood the decision at once"),
    "%",
    (48, 62),
    (70, 82),
)
LETTERS = Draft(
    "kirjepohjat",
    "zones",
    (
        "Selkeiksi kirjoitetut kirjepohjat",
        "Klart skrivna brevmallar",
        "Letter templates in plain words",
    ),
    "pohjaa",
    (0, 3),
    (12, 24),
)
GUIDE = Draft(
    "ohje",
    "steps",
    ("Uusi ohje", "Ny anvisning", "A new guide"),
    steps=(
        ("Luonnos", "Utkast", "Draft"),
        ("Asiakastesti", "Kundtest", "Customer test"),
        ("Käytössä", "I bruk", "In use"),
    ),
)
OVERTIME = Draft(
    "ylityo",
    "within",
    ("Tiimin ylityökeskiarvo pysyy", "Teamets övertid hålls", "The team's mean overtime stays"),
    "h/kk",
    (0, 0),
    (3, 5),
    1,
)
ONCE = Draft(
    "kerralla",
    "up",
    ("Kerralla ratkenneet", "Lösta på en gång", "Settled at once"),
    "%",
    (55, 66),
    (70, 80),
    1,
)
PASSED_ON = Draft(
    "siirrot",
    "down",
    ("Siirrot / 100 yhteydenottoa", "Flyttade / 100 kontakter", "Passed on / 100 contacts"),
    "siirtoa",
    (17, 28),
    (9, 14),
    1,
)
WAIT = Draft(
    "odotus",
    "down",
    ("Odotusajan mediaani", "Median för väntetid", "Median wait"),
    "min",
    (6, 14),
    (2, 5),
    1,
)
KNOWS = Draft(
    "tietaa",
    "up",
    ("”Tiedän, mitä seuraavaksi”", "”Jag vet vad som händer härnäst”", "“I know what comes next”"),
    "%",
    (50, 62),
    (75, 88),
)
CARDS = Draft(
    "kortit", "zones", ("Vastauskortit", "Svarskort", "Answer cards"), "korttia", (0, 2), (12, 20)
)
ROSTER = Draft(
    "varalista",
    "done",
    ("Yhteinen varalista", "Gemensam reservlista", "A shared list of stand-ins"),
)
USERS = Draft(
    "kayttajat",
    "up",
    ("Käyttävät tiimit", "Team som använder", "Teams that use it"),
    "tiimiä",
    (2, 6),
    (18, 40),
)
ERROR = Draft(
    "virhe", "down", ("Ennusteen virhe", "Prognosfel", "Forecast error"), "%", (15, 24), (7, 11), 1
)
QUALITY = Draft(
    "virheet",
    "down",
    ("Tietovirheet / 10 000 riviä", "Datafel / 10 000 rader", "Data errors / 10,000 rows"),
    "kpl",
    (40, 90),
    (8, 25),
)
ABANDONED = Draft(
    "keskeytyneet", "down", ("Keskeytyneet", "Avbrutna", "Abandoned"), "%", (22, 34), (12, 18), 1
)
READERS = Draft(
    "ruudunlukija",
    "up",
    (
        "Ruudunlukijalla testatut polut",
        "Stigar som testats med skärmläsare",
        "Paths tested with a screen reader",
    ),
    "polkua",
    (1, 3),
    (8, 12),
)
OUTAGES = Draft(
    "katkot",
    "down",
    ("Katkot arkisin", "Avbrott på vardagar", "Weekday outages"),
    "min/kk",
    (60, 160),
    (10, 40),
)
MOVED = Draft(
    "siirto",
    "steps",
    ("Siirto uudelle alustalle", "Flytten till en ny plattform", "The move to a new platform"),
    steps=(
        ("Kokeilu", "Försök", "Trial"),
        ("Puolet siirretty", "Hälften flyttat", "Half moved"),
        ("Vanha suljettu", "Det gamla stängt", "The old one closed"),
    ),
)
DELAY = Draft(
    "viive",
    "down",
    ("Raportin viive", "Rapportens fördröjning", "Delay of the report"),
    "työpäivää",
    (9, 14),
    (3, 6),
)
CIRCLES = Draft(
    "piirit",
    "up",
    ("Piireissä esihenkilöitä", "Chefer i cirklar", "Supervisors in circles"),
    "henkilöä",
    (20, 60),
    (90, 180),
)
TRIED = Draft(
    "kokeillut",
    "up",
    (
        "Muualta kokeillut ratkaisut",
        "Lösningar som prövats av andra",
        "Solutions tried from elsewhere",
    ),
    "kpl",
    (1, 4),
    (10, 18),
)
AGREED = Draft(
    "sovittu",
    "done",
    ("Yhteinen tapa sovittu", "Ett gemensamt sätt avtalat", "A common way agreed"),
)
