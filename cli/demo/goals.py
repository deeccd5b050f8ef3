"""The goals of the running cycle, for benefits and customer service, with weekly values.

What week it was is the position in a series: 1 is the cycle's first Friday, 12 the last one.
"""

from cli.demo.goals_more import MORE
from cli.demo.tables import Goal, Saying, Step, done, down, fi, steps, sv, up, within, zones

GOALS = (
    Goal(
        "odotus",
        "lumme",
        fi(
            "Asumisen hakemus ei jää odottamaan",
            "Ingen bostadsansökan blir liggande",
            "No housing application is left waiting",
        ),
        fi(
            "Asiakas tietää ennen vuokranmaksua, saako hän asumistukea.",
            "Kunden vet före hyresdagen om hen får bostadsbidrag.",
            "Customers know before the rent is due whether they get housing support.",
        ),
        (
            down("yli14", fi("Yli 14 pv odottavat"), "hakemusta", 620, 250,
                 (614, 602, 590, 583, 561, None, 540, 512, 498, 471, 463, 455),
                 (7, 7, 7, 6, 6, None, 6, 6, 6, 5, 5, 4)),
            within("oikaisut", fi("Oikaisut pysyvät"), "%", 3, 5,
                   (4.1, 4.3, 4.6, 4.8, 5.2, None, 5.4, 5.1, 4.9, 4.7, 4.8, 4.9),
                   (8, 8, 7, 7, 5, None, 5, 6, 7, 7, 7, 7)),
            steps("liiteohje", fi("Liiteohje", "Bilageanvisning", "Attachment guide"),
                  (Step("luonnos", fi("Luonnos", "Utkast", "Draft"), 20),
                   Step("asiakastesti", fi("Asiakastesti", "Kundtest", "Customer test"), 40),
                   Step("kaytossa", fi("Käytössä", "I bruk", "In use"), 40)),
                  (0, 0, 0, 0, 1, None, 1, 1, 1, 1, 1, 1),
                  (8, 8, 7, 7, 7, None, 6, 6, 5, 5, 4, 4)),
        ),
        contributes_to=("V4",),
        serves=("ajallaan",),
        said={
            2: Saying("Vanhimmat ensin -jono aukesi maanantaina, ja se näkyy heti."),
            5: Saying("Kiire näkyy oikaisuissa: kaksi päätöstä kolmesta palasi liitteiden takia."),
            8: Saying("Aamun yhteinen vartti vanhimmille hakemuksille pitää suunnan."),
            12: Saying(
                "Jono lyhenee, mutta joka kolmas hakemus pysähtyy puuttuvaan liitteeseen.",
                "Liiteohje on epäselvä: asiakas ei tiedä, mitä vuokrasopimuksesta pitää lähettää. "
                "Kuka on saanut ohjeen ymmärrettäväksi ja miten?",
            ),
        },
    ),
    Goal(
        "yksi-puhelu",
        "revontuli",
        fi("Yksi puhelu riittää", "Ett samtal räcker", "One call is enough"),
        fi(
            "Asiakas saa vastauksen ensimmäiseltä, joka puhelimeen vastaa.",
            "Kunden får svar av den första som tar emot samtalet.",
            "Customers get their answer from the first person who picks up.",
        ),
        (
            up("kerralla", fi("Kerralla ratkenneet"), "%", 63, 73,
               (63.4, 64, 64.2, 65.1, 66, 66.8, 67.5, 68, 69.2, 69.8, 70.1, 70.6),
               (7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8)),
            down("siirrot", fi("Siirrot / 100 puhelua"), "siirtoa", 21, 14,
                 (21, 20.6, 20.1, 19.8, 19, 18.8, 18.1, 17.9, 17.2, 17, 16.6, 16.4),
                 (7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)),
            zones("pohjat", fi("Vastauspohjat", "Svarsmallar", "Answer templates"), "pohjaa",
                  (0, 6, 10, 15),
                  (0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9),
                  (7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8)),
        ),
        contributes_to=("V3",),
        said={
            5: Saying("Rovaniemi ja Oulu kuuntelevat toistensa puheluita torstaisin. Jatketaan."),
            10: Saying("Puolet siirroista koskee samaa kolmea asiaa; niille tehtiin kortit."),
        },
    ),
    Goal(
        "svenska",
        "salg",
        sv(
            "Ingen väntar längre för att hen ringer på svenska",
            "Ruotsiksi soittava ei odota muita kauempaa",
            "No one waits longer for calling in Swedish",
        ),
        sv(
            "Den som ringer på svenska får svar lika snabbt som alla andra.",
            "Ruotsiksi soittava saa vastauksen yhtä nopeasti kuin muutkin.",
            "Those who call in Swedish are answered as fast as everyone else.",
        ),
        (
            down("koskillnad", sv("Köskillnad", "Jonoero"), "min", 6.5, 1.5,
                 (6.4, 6.2, 6.2, 5.7, 5.3, 5.1, 4.6, 4.1, 3.9, None, 3.4, 3.1),
                 (6, 6, 5, 5, 6, 6, 6, 7, 7, None, 7, 7)),
            done("reservlista", sv("Gemensam reservlista", "Yhteinen varalista"),
                 (0, 0, 0, 0, 0, 0, 0, 1, 1, None, 1, 1),
                 (6, 6, 6, 6, 7, 7, 8, 9, 9, None, 9, 9)),
        ),
        contributes_to=("V2",),
        contributing=("revontuli",),
        said={
            4: Saying("Måndagar före tio är svårast; Uleåborg ställer upp med två personer."),
            8: Saying("Reservlistan är i bruk med Revontuli. Den första dagen räckte den precis."),
        },
    ),
    Goal(
        "opintojen-alku",
        "syyskuu",
        fi(
            "Opintojen alku ei jää rahasta kiinni",
            "Studiestarten ska inte stupa på pengar",
            "Studies don't stall for money",
        ),
        fi(
            "Opiskelija tietää tuestaan ennen kuin lukukausi alkaa.",
            "Den studerande vet om sitt stöd innan terminen börjar.",
            "Students know about their support before the term begins.",
        ),
        (
            up("ennen-joulua", fi("Tammikuun tuesta päätös ennen joulua"), "%", 64, 85,
               (64, 65, 66, 67, None, 70, 71, 73, 74, 75, 76, 77),
               (7, 7, 7, 7, None, 7, 7, 7, 6, 6, 7, 7)),
            down("vajaat", fi("Vajaat hakemukset"), "%", 34, 24,
                 (34, 33.6, 33, 32.1, None, 31, 30.4, 30, 29.1, 28.8, 28.3, 28),
                 (6, 6, 6, 6, None, 6, 6, 6, 6, 6, 6, 6)),
        ),
        contributes_to=("V4",),
        said={6: Saying("Muistutus viikkoa ennen määräaikaa toi liitteet ajoissa.")},
    ),
    Goal(
        "kiireellinen",
        "kantava",
        fi(
            "Kiireellinen asia tunnistetaan heti",
            "Det brådskande känns igen genast",
            "Urgency is seen at once",
        ),
        fi(
            "Asiakas, jolta raha on loppunut, ei jää jonoon.",
            "En kund vars pengar har tagit slut blir inte stående i kön.",
            "Customers who have run out of money don't stay in the queue.",
        ),
        (
            up("samana-paivana", fi("Samana päivänä tunnistetut"), "%", 68, 92,
               (69, 70, 73, 75, 76, 79, 80, 82, 84, 85, 86, 87),
               (8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8)),
            within("ylityo", fi("Tiimin ylityökeskiarvo pysyy"), "h/kk", 0, 4,
                   (2.1, 2.4, 3, 3.2, 3.6, 3.9, 4.2, 4.6, 4.9, 5.1, 4.8, 4.6),
                   (8, 8, 7, 7, 6, 5, 4, 4, 3, 3, 3, 3)),
        ),
        contributes_to=("V3",),
        said={
            9: Saying("Tunnistamme nopeammin, mutta teemme sen ylitöinä. Näin ei voi jatkaa."),
            12: Saying("Päivystysvuoro jaetaan ensi viikosta kolmeen; katsotaan, riittääkö se."),
        },
    ),
    Goal(
        "mita-seuraavaksi",
        "kynnys",
        fi(
            "Asiakas lähtee tietäen, mitä seuraavaksi",
            "Kunden går därifrån och vet vad som händer härnäst",
            "Customers leave knowing what comes next",
        ),
        fi(
            "Asiakkaan ei tarvitse palata kysymään, miten hänen asiansa etenee.",
            "Kunden behöver inte komma tillbaka för att fråga hur ärendet går.",
            "Customers need not come back to ask how their matter proceeds.",
        ),
        (
            up("tiedan", fi("”Tiedän, mitä seuraavaksi”"), "%", 55, 80,
               (56, None, 59, 61, None, 64, 65, None, 67, 69, 70, 71),
               (6, None, 6, 7, None, 7, 7, None, 7, 7, 7, 7)),
            done("lappu", fi("Lappu viidellä kielellä"),
                 (0, None, 0, 0, None, 0, 0, None, 0, 1, 1, 1),
                 (8, None, 8, 8, None, 7, 7, None, 8, 9, 9, 9)),
        ),
        contributes_to=("V1",),
        said={10: Saying("Lappu on jaossa. Asiakkaat kuvaavat sen puhelimella.")},
    ),
    Goal(
        "yksi-kirje",
        "pesa",
        fi(
            "Yhdestä kirjeestä tietää, mitä tehdä",
            "Ett brev räcker för att veta vad man ska göra",
            "One letter tells what to do",
        ),
        fi(
            "Perhe tietää kirjeen luettuaan, pitääkö sen tehdä jotain ja mihin mennessä.",
            "Familjen vet efter att ha läst brevet om den ska göra något, och när.",
            "After reading the letter, a family knows whether to act, and by when.",
        ),
        (
            zones("ymmarrettavyys", fi("Ymmärrettävyystesti", "Begriplighetstest"), "pistettä",
                  (52, 60, 70, 80),
                  (52, 53, 55, 56, 58, 59, 61, 62, 63, None, 65, 66),
                  (7, 7, 7, 7, 7, 7, 7, 8, 8, None, 8, 8)),
            down("jalkisoitot", fi("Jälkisoitot / 1 000 kirjettä"), "soittoa", 96, 60,
                 (95, 94, 92, 90, 88, 87, 84, 82, 80, None, 76, 74),
                 (7, 7, 7, 7, 7, 8, 8, 8, 8, None, 8, 8)),
        ),
        contributes_to=("V1",),
        said={7: Saying("Kirjeen ensimmäinen lause kertoo nyt, pitääkö tehdä jotain.")},
    ),
    *MORE,
)  # fmt: skip
