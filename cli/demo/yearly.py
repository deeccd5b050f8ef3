"""The agency's goals of the year, V1–V6, with a value for each month, and what was left out."""

from cli.demo.tables import Goal, LeftOut, Saying, down, fi, up, within

YEARLY = (
    Goal(
        "V1",
        "kynnys",
        fi(
            "Päätöksen ymmärtää kerralla",
            "Ett beslut förstås genast",
            "A decision is understood at once",
        ),
        fi(
            "Asiakas tietää päätöksen luettuaan, mitä hänelle on päätetty ja miksi.",
            "Kunden vet efter att ha läst beslutet vad som har beslutats och varför.",
            "After reading the decision, customers know what was decided and why.",
        ),
        (
            up("ymmarsi", fi("Ymmärsi heti"), "%", 58, 75,
               (58, 59, 61, 62, 64, 65, 67, 68, 70, 71), (7, 7, 7, 6, 7, 7, 7, 7, 7, 7)),
            down("jalkisoitot", fi("Jälkisoitot / 1 000 päätöstä"), "soittoa", 142, 95,
                 (141, 139, 136, 130, 128, 121, 117, 112, 108, 104)),
        ),
        contributing=("verkko", "pesa"),
        serves=("selkeys",),
        from_what=fi(
            "Päätös luetaan kahdesti ja silti soitetaan.",
            "Beslutet läses två gånger och ändå ringer kunden.",
            "A decision is read twice, and then people call.",
        ),
        to_what=fi(
            "Päätöksen ymmärtää ensimmäisellä lukemalla.",
            "Beslutet förstås vid första läsningen.",
            "A decision is understood at first reading.",
        ),
    ),
    Goal(
        "V2",
        "salg",
        fi(
            "Sama palvelu suomeksi ja ruotsiksi",
            "Samma service på finska och svenska",
            "Equal service in both languages",
        ),
        fi(
            "Asiakas saa asiansa hoidetuksi yhtä nopeasti ja selkeästi kummalla kielellä tahansa.",
            "Kunden får sitt ärende skött lika snabbt och tydligt på båda språken.",
            "Customers are served equally fast and clearly in either language.",
        ),
        (
            down("jonoero", fi("Jonoero ruotsin ja suomen välillä"), "min", 6.5, 1,
                 (6.5, 6.3, 5.9, 5.4, 5.0, 4.6, 4.1, 3.4, 2.9, 2.4),
                 (6, 6, 6, 6, 6, 7, 7, 7, 7, 7)),
            up("kirjepohjat", fi("Selkeät kirjepohjat"), "pohjaa", 31, 120,
               (34, 41, 48, 55, 60, 68, 74, 83, 91, 97)),
        ),
        contributing=("revontuli",),
        serves=("selkeys",),
        from_what=fi(
            "Ruotsiksi soittava odottaa pidempään.",
            "Den som ringer på svenska väntar längre.",
            "Those who call in Swedish wait longer.",
        ),
        to_what=fi(
            "Kieli ei vaikuta palveluun.",
            "Språket påverkar inte servicen.",
            "The language makes no difference to the service.",
        ),
    ),
    Goal(
        "V3",
        "revontuli",
        fi(
            "Asia ratkeaa yhdellä yhteydenotolla",
            "Ärendet avgörs med en kontakt",
            "Settled in one contact",
        ),
        fi(
            "Asiakkaan ei tarvitse ottaa uudelleen yhteyttä eikä kertoa asiaansa kahdesti.",
            "Kunden behöver inte ta kontakt på nytt eller berätta samma sak två gånger.",
            "Customers need not call again or tell their story twice.",
        ),
        (
            up("kerralla", fi("Kerralla ratkenneet"), "%", 61, 72,
               (61.2, 62, 62.8, 63.5, 64.9, 66, 67.1, 68, 68.8, 69.5),
               (7, 7, 7, 7, 7, 8, 8, 8, 8, 8)),
            down("lisaselvitykset", fi("Lisäselvitykset / 100 hakemusta"), "kpl", 38, 26,
                 (38, 37.5, 36.4, 36, 35.1, 33.8, 32.5, 31, 29.9, 29)),
        ),
        contributing=("kide", "kantava"),
        serves=("ajallaan",),
        from_what=fi(
            "Sama asia kulkee monen pöydän kautta.",
            "Samma ärende går via många bord.",
            "One matter passes over many desks.",
        ),
        to_what=fi(
            "Ensimmäinen vastaaja ratkaisee.",
            "Den första som svarar avgör ärendet.",
            "The first to answer settles it.",
        ),
    ),
    Goal(
        "V4",
        "lumme",
        fi(
            "Raha on tilillä, kun sitä tarvitaan",
            "Pengarna är på kontot när de behövs",
            "Money arrives when needed",
        ),
        fi(
            "Asiakas saa rahan ennen kuin vuokra tai lasku erääntyy.",
            "Kunden får pengarna innan hyran eller räkningen förfaller.",
            "Customers have the money before the rent or the bill falls due.",
        ),
        (
            within("mediaani", fi("Käsittelyajan mediaani pysyy"), "pv", 7, 10,
                   (9.1, 9.4, 9.8, 10.2, 10.6, 10.1, 9.9, 9.6, 9.5, 9.4),
                   (7, 7, 6, 5, 4, 5, 6, 6, 7, 7)),
            down("odottaneet", fi("Yli 30 pv odottaneet"), "hakemusta", 4100, 1500,
                 (4080, 3950, 3800, 3720, 3500, 3240, 2960, 2700, 2400, 2150)),
        ),
        contributing=("syyskuu",),
        serves=("ajallaan",),
        from_what=fi(
            "Osa odottaa yli kuukauden.",
            "En del väntar över en månad.",
            "Some wait for more than a month.",
        ),
        to_what=fi(
            "Kukaan ei odota yli kuukautta syyttä.",
            "Ingen väntar över en månad utan skäl.",
            "Nobody waits for more than a month without a reason.",
        ),
        said={5: Saying("Loma-ajan sijaisuudet alkoivat liian myöhään; ensi vuonna toukokuussa.")},
    ),
    Goal(
        "V5",
        "kompassi",
        fi(
            "Opimme yli yksikkörajojen",
            "Vi lär oss över enhetsgränserna",
            "We learn across units",
        ),
        fi(
            "Asiakas hyötyy siitä, minkä yksi tiimi on jo oivaltanut, asui hän missä tahansa.",
            "Kunden har nytta av det ett team redan har insett, var hen än bor.",
            "Customers benefit from what one team has found out, wherever they live.",
        ),
        (
            up("opit", fi("Muualta opin ottaneet tiimit"), "tiimiä", 12, 80,
               (13, 16, 20, 25, 28, 33, 39, 45, 52, 58), (6, 6, 6, 6, 6, 6, 6, 6, 6, 6)),
            up("yhteiset", fi("Yhteiset tavoitteet osastojen välillä"), "tavoitetta", 9, 40,
               (9, 10, 12, 14, 15, 18, 20, 23, 25, 27), (5, 5, 5, 5, 4, 4, 4, 4, 4, 4)),
        ),
        contributing=("kuitti",),
        serves=("yhdessa",),
        from_what=fi(
            "Opit jäävät tiimin sisään.",
            "Lärdomarna stannar i teamet.",
            "What a team learns stays within it.",
        ),
        to_what=fi(
            "Toisen tiimin oppi on lähtökohta.",
            "Ett annat teams lärdom är utgångspunkten.",
            "What another team learned is where we begin.",
        ),
    ),
    Goal(
        "V6",
        "tuki",
        fi(
            "Esihenkilö on lähellä etäältäkin",
            "Chefen är nära också på distans",
            "Near, even from afar",
        ),
        fi(
            "Asiakasta palvelee ihminen, joka saa apua silloin kun hän sitä tarvitsee.",
            "Kunden möter en människa som själv får hjälp när hen behöver den.",
            "Customers are served by people who get help when they need it.",
        ),
        (
            up("apua", fi("”Saan apua ajoissa” (1–5)"), None, 3.4, 4.0,
               (None, None, 3.5, None, None, 3.6, None, None, 3.8, None),
               (None, None, 6, None, None, 7, None, None, 7, None)),
            up("piirit", fi("Piireissä esihenkilöitä"), "%", 20, 60,
               (20, 22, 25, 27, 30, 34, 39, 43, 48, 51)),
        ),
        serves=("yhdessa",),
        from_what=fi(
            "Etätiimin esihenkilö on yksin.",
            "Distansteamets chef är ensam.",
            "The supervisor of a remote team is alone.",
        ),
        to_what=fi(
            "Hänellä on piiri, jolta kysyä.",
            "Chefen har en krets att fråga.",
            "Every supervisor has a circle to ask.",
        ),
    ),
)  # fmt: skip

LEFT_OUT = (
    LeftOut(
        fi("Oma puhelinsovellus", "En egen mobilapp", "A phone app of our own"),
        fi(
            "Selain riittää, kunhan kirjeet ja hakemuspolut ovat selkeitä. Ensin ne.",
            "Webbläsaren räcker, bara breven och ansökningsvägarna är tydliga. Först dem.",
            "The browser will do, once letters and applications are clear. Those come first.",
        ),
    ),
)
