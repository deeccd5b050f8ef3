"""The goals of the running cycle, for data, digital and shared services, with weekly values."""

from cli.demo.tables import Goal, Saying, done, down, fi, up

MORE = (
    Goal(
        "ennuste",
        "kide",
        fi(
            "Ennuste auttaa, ihminen päättää",
            "Prognosen hjälper, människan beslutar",
            "The forecast helps, a person decides",
        ),
        fi(
            "Asiakas saa vastauksen myös ruuhkaviikolla, koska ruuhkaan on varauduttu.",
            "Kunden får svar också under en rusningsvecka, för man har berett sig på den.",
            "Customers are answered in busy weeks too, since teams were prepared.",
        ),
        (
            down("virhe", fi("Viikkoennusteen virhe"), "%", 18, 9,
                 (18, 17.8, 17.1, None, 16.9, 16.2, 16, None, 15.4, 15.1, 14.8, 14.5),
                 (6, 6, 6, None, 5, 5, 5, None, 4, 4, 4, 4)),
            up("tiimit", fi("Käyttävät tiimit"), "tiimiä", 3, 15,
               (3, 3, 4, None, 4, 4, 5, None, 5, 6, 6, 6),
               (6, 6, 6, None, 5, 5, 4, None, 3, 3, 3, 3)),
        ),
        contributes_to=("V3",),
        said={
            3: Saying("Ensimmäinen tiimi suunnitteli vuoronsa ennusteen mukaan."),
            9: Saying("Tiimit pyytävät ennustetta maanantaiksi; me saamme tiedot tiistaina."),
        },
    ),
    Goal(
        "kesken",
        "verkko",
        fi(
            "Kesken jäänyt hakemus ei katoa",
            "En halvfärdig ansökan försvinner inte",
            "An unfinished application isn't lost",
        ),
        fi(
            "Asiakas voi jatkaa siitä, mihin jäi, eikä kirjoita samaa uudelleen.",
            "Kunden kan fortsätta där hen slutade och behöver inte skriva om.",
            "Customers can go on where they stopped, without typing it all again.",
        ),
        (
            down("keskeytyneet", fi("Keskeytyneet"), "%", 27, 18,
                 (27, 26.8, 26.5, 26, 25.7, 24.6, 23.9, 23.4, 23, 22.6, 22.3, 22),
                 (6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 6)),
            done("tallenna", fi("Tallenna ja jatka"), (0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1),
                 (7, 7, 7, 8, 9, 10, 10, 10, 10, 10, 10, 10)),
            up("polut", fi("Ruudunlukijalla testatut polut"), "polkua", 2, 8,
               (2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6),
               (7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)),
        ),
        contributes_to=("V1",),
        said={6: Saying("Tallenna ja jatka toimii. Heti ensimmäisenä päivänä sitä käytti 412.")},
    ),
    Goal(
        "luvut",
        "kuitti",
        fi(
            "Luvut ehtivät ennen kysymystä",
            "Siffrorna hinner före frågan",
            "Figures arrive before the question",
        ),
        fi(
            "Yksikkö näkee ajoissa, mihin raha riittää, ja asiakas saa palvelun suunnitellusti.",
            "Enheten ser i tid vad pengarna räcker till, och kunden får servicen som planerat.",
            "Units see in time what the money is enough for, and service goes on as planned.",
        ),
        (
            down("viive", fi("Raportin viive"), "työpäivää", 11, 5,
                 (11, 10.5, 10, None, 9.5, 9, None, None, None, None, None, None),
                 (6, 6, 6, None, 6, 6, None, None, None, None, None, None)),
            up("itse", fi("Raporttinsa itse ottavat yksiköt"), "yksikköä", 4, 12,
               (4, 4, 5, None, 5, 6, None, None, None, None, None, None),
               (6, 6, 6, None, 6, 6, None, None, None, None, None, None)),
        ),
        contributes_to=("V5",),
        said={6: Saying("Soihdunkantaja jää vapaalle, eikä varahenkilöä ole vielä valittu.")},
    ),
    Goal(
        "ei-yksin",
        "tuki",
        fi(
            "Kukaan ei johda etätiimiä yksin",
            "Ingen leder ett distansteam ensam",
            "Nobody leads a remote team alone",
        ),
        fi(
            "Asiakasta palvelee tiimi, jonka esihenkilö saa tukea, kun työ kuormittaa.",
            "Kunden möter ett team vars chef får stöd när arbetet tynger.",
            "Customers are served by teams whose supervisors get support when work weighs.",
        ),
        (
            up("piirit", fi("Piireissä esihenkilöitä"), "henkilöä", 64, 190,
               (66, 71, 80, 88, None, 104, 112, 121, 130, 137, 144, 150),
               (7, 7, 7, 7, None, 7, 7, 7, 7, 7, 7, 7)),
            up("mallit", fi("Muualla kokeillut ratkaisumallit"), "mallia", 3, 20,
               (3, 3, 4, 5, None, 6, 7, 8, 8, 9, 10, 11),
               (6, 6, 6, 6, None, 6, 5, 5, 5, 5, 5, 5)),
        ),
        contributes_to=("V6",),
        said={8: Saying("Kajaanin piiri pyysi mukaan kaksi esihenkilöä Asiakaspalvelusta.")},
    ),
    Goal(
        "tyon-kieli",
        "kompassi",
        fi(
            "Strategia puhuu työn kieltä",
            "Strategin talar arbetets språk",
            "Strategy speaks the language of work",
        ),
        fi(
            "Jokainen tavoite kertoo, mitä hyötyä siitä on asiakkaalle.",
            "Varje mål berättar vilken nytta kunden har av det.",
            "Every goal says what good it does to the customer.",
        ),
        (
            up("hyoty", fi("Tavoitteista hyöty asiakkaalle kirjattu"), "%", 38, 100,
               (40, 45, 52, 58, 63, 68, 71, 76, None, 81, 84, 86),
               (7, 7, 7, 7, 7, 8, 8, 8, None, 8, 8, 8)),
            up("johtoryhmat", fi("Johtoryhmät, joissa retron opit käsitelty"), "johtoryhmää", 2, 10,
               (2, 2, 3, 3, 4, 4, 4, 5, None, 5, 6, 6),
               (6, 6, 6, 6, 6, 6, 6, 6, None, 5, 5, 5)),
        ),
        contributes_to=("V5",),
        said={4: Saying("Hyöty kirjataan helpommin, kun kysymme: kuka huomaisi, jos tämä jäisi?")},
    ),
)  # fmt: skip
