"""What the teams that are made say in check-ins and retros, in the voice of the twelve."""

from typing import Literal

UP = (
    "Aamun yhteinen vartti pitää suunnan.",
    "Uusi kortti on käytössä, ja se näkyy heti.",
    "Pari kysyi meiltä neuvoa; nyt teemme tätä yhdessä.",
    "Vanhimmat hakemukset on jaettu, ja loput kulkevat.",
    "Asiakas kiitti puhelimessa: ensimmäinen kirje, jonka hän ymmärsi.",
    "Kokeilimme kahdella ihmisellä viikon. Jatketaan kaikilla.",
    "Hiljaisempi viikko, mutta luku liikkui silti oikeaan suuntaan.",
    "Torstain kuuntelu opetti enemmän kuin ohje.",
    "Lomalta palattiin, ja tahti löytyi toisena päivänä.",
    "Saimme avun naapuritiimistä, ja kaksi solmua aukesi.",
)
DOWN = (
    "Kiire näkyy: joka kolmas asia palasi liitteiden takia.",
    "Kaksi meistä on toisessa työssä marraskuun loppuun.",
    "Järjestelmä oli kiinni tiistain, ja jono kasvoi.",
    "Tiedot tulivat vasta perjantaina, joten luku on viime viikolta.",
    "Ohje ja lomake sanovat eri asiaa. Selvitämme kumpi on oikein.",
    "Kolme sairaana, joten teimme vain kiireelliset.",
    "Kokeilu jäi kesken, kun ruuhka alkoi.",
    "Emme ole varmoja, mittaako tämä oikeaa asiaa.",
)
HELP = (
    "Liiteohje on epäselvä: asiakas ei tiedä, mitä pitää lähettää. Kuka on saanut sen selväksi?",
    "Onko jollain toimiva tapa jakaa vaikeat asiat niin, ettei sama ihminen saa kaikkia?",
    "Tarvitsemme viikoksi jonkun, joka on kirjoittanut kirjepohjia uusiksi.",
    "Miten muut pitävät etäpalaverin alle puolessa tunnissa?",
    "Luvun saa vain yhdeltä ihmiseltä. Osaako joku muu ottaa raportin?",
)
IN_SWEDISH = {
    "up": (
        "Kvarten på morgonen håller riktningen.",
        "Reservlistan räckte hela veckan.",
        "Vi prövade med två personer. Nu fortsätter alla.",
    ),
    "down": (
        "Måndagarna före tio är fortfarande svårast.",
        "Två av oss är borta till slutet av månaden.",
    ),
    "help": ("Vem har fått bilageanvisningen tydlig på svenska?",),
}

Result = Literal["reached", "partly", "not"]

WHY: dict[Result, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "reached": (
        ("Teimme pienin askelin ja katsoimme lukua joka perjantai.", ("regular-rhythm",)),
        ("Kysyimme asiakkailta ennen kuin muutimme mitään.", ("customer-feedback",)),
        ("Naapuritiimi auttoi, ja me autoimme heitä.", ("worked-together",)),
        ("Yksi vastasi kerrallaan, ja muut saivat keskittyä.", ("clear-roles",)),
        ("Aloitimme yhdestä paikkakunnasta ja laajensimme vasta sitten.", ("tried-small",)),
    ),
    "partly": (
        ("Alku oli hyvä, mutta lomat veivät tahdin.", ("absences",)),
        ("Odotimme muita kolme viikkoa ennen kuin kysyimme.", ("waited-for-others",)),
        ("Uusi tapa toimi, mutta vanha jäi sen rinnalle.", ("new-way-of-working",)),
        ("Tavoite oli oikea ja liian suuri.", ("goal-too-big",)),
    ),
    "not": (
        ("Muu työ meni edelle, emmekä sanoneet sitä ääneen.", ("other-work-came-first",)),
        ("Tavoitteita oli liikaa, ja tämä jäi viimeiseksi.", ("too-many-goals",)),
        ("Tekijöitä oli puolet siitä, mitä ajattelimme.", ("lack-of-people",)),
    ),
}
