"""The goals of the earlier cycle, one for each team, with the four values that each was given."""

from cli.demo.tables import Goal, Saying, down, fi, sv, up

EARLIER = (
    Goal(
        "vuokra",
        "lumme",
        fi("Vuokra ehtii ajoissa", "Hyran hinner fram i tid", "The rent arrives in time"),
        fi("Asiakas maksaa vuokransa eräpäivänä.", "Kunden betalar hyran på förfallodagen.",
           "Customers pay their rent on the day it is due."),
        (
            up("ennen-erapaivaa", fi("Ennen eräpäivää maksetut tuet"), "%", 71, 82,
               (72, 75, 78, 80), (7, 7, 7, 6)),
        ),
        contributes_to=("V4",),
        serves=("ajallaan",),
    ),
    Goal(
        "vastaus-paivassa",
        "revontuli",
        fi("Soittaja saa vastauksen päivässä", "Den som ringer får svar inom en dag"),
        fi("Asiakkaan ei tarvitse soittaa toista kertaa.", "Kunden behöver inte ringa igen."),
        (
            up("paivassa", fi("Vastaus samana päivänä"), "%", 74, 85,
               (76, 80, 84, 86), (7, 8, 8, 9)),
        ),
        contributes_to=("V3",),
    ),
    Goal(
        "samma-sprak",
        "salg",
        sv("Svaret kommer på samma språk som frågan", "Vastaus tulee kysymyksen kielellä"),
        sv("Kunden får svar på sitt eget språk.", "Asiakas saa vastauksen omalla kielellään."),
        (
            up("svar", sv("Frågor på svenska som besvaras på svenska"), "%", 82, 95,
               (84, 88, 92, 93), (7, 7, 8, 8)),
        ),
        contributes_to=("V2",),
    ),
    Goal(
        "maanantai",
        "kide",
        fi("Ennuste kertoo maanantain ruuhkan", "Prognosen känner måndagens rusning"),
        fi("Asiakas saa vastauksen myös ruuhkapäivänä.", "Kunden får svar också när det är kö."),
        (
            down("virhe", fi("Ruuhkapäivän ennustevirhe"), "%", 24, 12,
                 (24, 23, 22, 21), (6, 5, 3, 2)),
        ),
        contributes_to=("V3",),
        said={3: Saying("Tiedot tulivat vasta nyt. Ehdimme kokeilla yhdellä tiimillä.")},
    ),
    Goal(
        "kevat",
        "syyskuu",
        fi("Hakemus on valmis ennen kesää", "Ansökan är klar före sommaren"),
        fi("Opiskelija voi lähteä kesätöihin huoletta.", "Den studerande kan sommarjobba lugnt."),
        (
            up("kevaalla", fi("Keväällä jätetyt hakemukset"), "%", 41, 60,
               (45, 51, 56, 58), (7, 7, 7, 7)),
        ),
        contributes_to=("V4",),
    ),
    Goal(
        "paivystys",
        "kantava",
        fi("Päivystys vastaa saman päivän aikana", "Jouren svarar samma dag"),
        fi("Hädässä oleva saa vastauksen heti.", "Den som har det svårt får svar genast."),
        (
            up("samana-paivana", fi("Päivystykseen samana päivänä vastatut"), "%", 77, 95,
               (82, 89, 94, 96), (8, 8, 9, 9)),
        ),
        contributes_to=("V3",),
    ),
    Goal(
        "ovella",
        "kynnys",
        fi("Odotusaika näkyy ovella", "Väntetiden syns vid dörren"),
        fi("Asiakas voi päättää, jääkö hän odottamaan.", "Kunden kan välja om hen väntar."),
        (
            up("pisteet", fi("Palvelupisteet, joissa odotusaika näkyy"), "pistettä", 3, 11,
               (4, 7, 9, 11), (7, 8, 9, 10)),
        ),
        contributes_to=("V1",),
    ),
    Goal(
        "virheilmoitus",
        "verkko",
        fi("Virheilmoitus neuvoo eteenpäin", "Felmeddelandet visar vägen"),
        fi("Asiakas pääsee itse eteenpäin.", "Kunden kommer vidare på egen hand."),
        (
            up("selkeat", fi("Selkeiksi kirjoitetut virheilmoitukset"), "%", 22, 90,
               (28, 41, 52, 61), (7, 7, 6, 4)),
        ),
        contributes_to=("V1",),
    ),
    Goal(
        "liiteohje",
        "pesa",
        fi("Liiteohje vastaa asiakkaan kysymyksiin", "Bilageanvisningen svarar på frågorna"),
        fi("Perhe lähettää kerralla oikeat liitteet.", "Familjen skickar rätt bilagor genast."),
        (
            down("lisaselvitykset", fi("Lisäselvitykset / 100 hakemusta"), "kpl", 41, 30,
                 (41, 39, 31, 29), (6, 7, 8, 9)),
        ),
        contributes_to=("V1",),
        said={3: Saying("Ohje kulkee nyt asiakkaan kysymysten järjestyksessä.")},
    ),
    Goal(
        "budjetti",
        "kuitti",
        fi("Budjetti kertoo, mihin raha menee", "Budgeten visar vart pengarna går"),
        fi("Yksikkö voi luvata asiakkaille sen, mihin raha riittää.", "Enheten vet vad den lovar."),
        (
            up("raportit", fi("Selkeiksi kirjoitetut raportit"), "raporttia", 2, 6,
               (2, 3, 3, 4), (6, 6, 5, 5)),
        ),
        contributes_to=("V5",),
    ),
    Goal(
        "pari",
        "tuki",
        fi("Uusi esihenkilö saa parin", "En ny chef får en kollega vid sin sida"),
        fi("Tiimi saa esihenkilön, joka ei arvaile yksin.", "Teamet får en chef med stöd."),
        (
            up("parin-saaneet", fi("Parin saaneet uudet esihenkilöt"), "%", 20, 90,
               (35, 55, 78, 88), (7, 7, 8, 8)),
        ),
        contributes_to=("V6",),
    ),
    Goal(
        "muistiin",
        "kompassi",
        fi("Tavoitteet mahtuvat muistiin", "Målen får plats i minnet"),
        fi("Jokainen tietää, mikä asiakkaalle on tärkeintä.", "Alla vet vad som är viktigast."),
        (
            up("muistavat", fi("Tavoitteensa muistavat tiimit"), "%", 30, 70,
               (32, 35, 39, 44), (6, 5, 4, 3)),
        ),
        contributes_to=("V5",),
    ),
)  # fmt: skip

SCORED = {
    "maanantai/virhe": {
        "agreed": 0.3,
        "reason": "Virhe pieneni vain vähän, mutta kokeilu näytti, mistä ruuhkan näkee ennalta.",
    },
}
"""Final scores that teams gave otherwise than computed, and why; by goal and key result."""
