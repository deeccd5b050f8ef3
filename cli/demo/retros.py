"""What the teams made of the earlier cycle in their retros, and what they learned."""

from cli.demo.tables import Finding, Learning, fi, sv

FINDINGS = (
    Finding(
        "pesa",
        "reached",
        ("customer-feedback",),
        "Kysyimme ensin asiakkailta, missä järjestyksessä he liitteitä miettivät.",
        "keep",
        (
            Learning(fi(
                "Kun liiteohje kulki asiakkaan kysymysten järjestyksessä, lisäselvitykset "
                "vähenivät kolmessa viikossa.",
                "När bilageanvisningen följde kundens frågor minskade kompletteringarna på tre "
                "veckor.",
                "When the attachment guide followed the customer's own questions, requests for "
                "more fell within three weeks.",
            )),
        ),
    ),
    Finding(
        "kompassi",
        "not",
        ("too-many-goals",),
        "Viisi tavoitetta oli listalla, kaksi puheessa. Kolme olisi pitänyt jättää heti pois.",
        "modify",
        (
            Learning(fi(
                "Valitsimme viisi tavoitetta ja muistimme kaksi; ensi kaudella valitsemme kaksi.",
                "Vi valde fem mål och mindes två; nästa period väljer vi två.",
                "We chose five goals and remembered two; next time we choose two.",
            )),
        ),
    ),
    Finding(
        "tuki",
        "partly",
        ("regular-rhythm", "worked-together"),
        "Parit löytyivät, mutta kolme jäi vielä ilman. Kajaanissa tavattiin useimmin.",
        "keep",
        (
            Learning(fi(
                "Lyhyt palaveri toimi etänä vasta, kun asialista tuli edellisenä päivänä.",
                "Det korta mötet fungerade på distans först när agendan kom dagen innan.",
                "The short meeting worked online only once the agenda came the day before.",
            )),
        ),
    ),
    Finding(
        "kide",
        "not",
        ("waited-for-others", "other-work-came-first"),
        "Jäimme tavoitteesta. Tiedot saatiin vasta kahdeksannella viikolla, emmekä sanoneet "
        "ääneen, että kokeilu odottaa niitä. Kuudesta kaksi teki samaan aikaan muuta työtä.",
        "modify",
        (
            Learning(fi(
                "Odotimme tietoja seitsemän viikkoa hiljaa; ensi kerralla pyydämme apua toisella.",
                "Vi väntade tyst på data i sju veckor; nästa gång ber vi om hjälp den andra.",
                "We waited for data in silence for seven weeks; next time we ask in the second.",
            )),
            Learning(fi("Kuuden hengen tiimi ei kanna kahta isoa asiaa yhtä aikaa."), False),
        ),
    ),
    Finding(
        "lumme",
        "partly",
        ("absences", "waited-for-others"),
        "Kesäkuu vei tahdin, elokuussa se löytyi. Liitteet ovat yhä suurin syy odotukseen.",
        "modify",
        (
            Learning(fi(
                "Jono lyheni vasta, kun vanhimmat hakemukset jaettiin aamuisin yhdessä.",
                "Kön blev kortare först när vi delade de äldsta ansökningarna på morgonen.",
                "The queue only shrank once we shared out the oldest applications each morning.",
            )),
        ),
    ),
    Finding(
        "revontuli",
        "reached",
        ("worked-together",),
        "Kuuntelimme toistemme puheluita joka toinen viikko.",
        "keep",
        (
            Learning(fi(
                "Toisen puhelun kuunteleminen opetti enemmän kuin uusi ohje.",
                "Att lyssna på en kollegas samtal lärde mer än en ny anvisning.",
                "Listening to a colleague's call taught more than a new guideline did.",
            )),
        ),
    ),
    Finding(
        "salg",
        "partly",
        ("worked-together",),
        "Mejlen gick bra, chatten hann vi inte med.",
        "keep",
        (
            Learning(sv(
                "När frågan stannade hos den som läste den först försvann väntan mellan köerna.",
                "Kun kysymys jäi sille, joka luki sen ensin, odotus jonojen välillä katosi.",
                "When a question stayed with whoever read it first, waits between queues ended.",
            )),
        ),
    ),
    Finding(
        "syyskuu",
        "partly",
        ("new-way-of-working", "absences"),
        "Toukokuun muistutus toimi. Kesäkuussa sitä ei enää luettu.",
        "keep",
        (
            Learning(fi(
                "Muistutus toimi, kun sen lähetti oppilaitos eikä virasto.",
                "Påminnelsen fungerade när den kom från läroanstalten och inte från verket.",
                "The reminder worked when it came from the school and not from the agency.",
            )),
        ),
    ),
    Finding(
        "kantava",
        "reached",
        ("clear-roles",),
        "Yksi vastaa päivystyksestä kerrallaan, ja muut saavat keskittyä.",
        "keep",
        (
            Learning(fi(
                "Kun päivystäjä oli aina nimetty, kukaan ei olettanut jonkun muun hoitavan.",
                "När jouren alltid hade ett namn antog ingen att någon annan skötte saken.",
                "Once the duty always had one name on it, nobody assumed another would see to it.",
            )),
        ),
    ),
    Finding(
        "kynnys",
        "reached",
        ("tried-small",),
        "Aloitimme yhdestä ovesta ja lapusta. Näyttö tuli vasta, kun lappu toimi.",
        "drop",
        (
            Learning(fi(
                "Paperilappu ovessa kertoi viikossa, kannattaako näyttöä hankkia.",
                "En papperslapp på dörren visade på en vecka om skärmen var värd att skaffa.",
                "A paper note on the door told within a week whether a screen was worth buying.",
            )),
        ),
    ),
    Finding(
        "verkko",
        "partly",
        ("goal-too-big", "waited-for-others"),
        "Ilmoituksia oli kolme kertaa enemmän kuin luulimme.",
        "modify",
        (
            Learning(fi(
                "Kymmenen yleisintä virhettä kattoi kaksi kolmasosaa; loput saavat odottaa.",
                "De tio vanligaste felen täckte två tredjedelar; resten får vänta.",
                "The ten most common errors covered two thirds; the rest can wait.",
            )),
        ),
    ),
    Finding(
        "kuitti",
        "partly",
        ("lack-of-people", "absences"),
        "Raportit olivat yhden ihmisen varassa, ja se näkyi heinäkuussa.",
        "modify",
        (
            Learning(fi(
                "Raportti selkeni, kun sen ensimmäinen lukija oli jostain muualta.",
                "Rapporten blev tydligare när dess första läsare kom någon annanstans ifrån.",
                "A report got clearer when its first reader came from somewhere else.",
            )),
            Learning(fi("Varahenkilö pitää nimetä ennen lomaa eikä sen aikana."), False),
        ),
    ),
)  # fmt: skip
