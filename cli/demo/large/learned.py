"""What the teams that are made learned, in the voice of the twelve: 48 learnings to choose from."""

from cli.demo.tables import Learning, Text, fi

_SAID = """
Kun aamun ensimmäinen puhelu kuunneltiin yhdessä, sama virhe ei toistunut kahdesti.
När morgonens första samtal lyssnades på tillsammans upprepades felet inte.
Once the morning's first call was listened to together, the same mistake did not come twice.

Lyhyempi kirje toi vähemmän soittoja kuin selkeämpi kirje.
Ett kortare brev gav färre samtal än ett tydligare brev.
A shorter letter brought fewer calls than a clearer one did.

Jono ei lyhene kiirehtimällä vaan jättämällä yhden turhan vaiheen pois.
Kön kortas inte av brådska utan av att ett onödigt steg stryks.
A queue is not shortened by hurry but by leaving out one needless step.

Mittari, jota kukaan ei katso perjantaina, ei ohjaa maanantaina.
En mätare som ingen ser på fredag styr inte på måndag.
A measure that nobody looks at on Friday steers nothing on Monday.

Kysyimme asiakkaalta vasta lopussa; ensi kerralla kysymme ensin.
Vi frågade kunden först i slutet; nästa gång frågar vi först.
We asked the customer only at the end; next time we ask first.

Vapaaehtoinen kokeilija opetti enemmän kuin määrätty.
Den som prövade frivilligt lärde oss mer än den som beordrades.
A volunteer taught us more than someone who was told to try.

Kun tavoite näkyi seinällä, siitä puhuttiin kahvilla.
När målet syntes på väggen talade vi om det på kaffet.
Once the goal was on the wall, people spoke of it over coffee.

Kolme mittaria oli yksi liikaa: yhtä emme avanneet kertaakaan.
Tre mätare var en för mycket: en öppnade vi aldrig.
Three measures were one too many: one of them we never opened.

Luottamus kahteen ja puoleen laski ennen kuin numero laski.
Tilltron sjönk före siffran sjönk.
Confidence fell before the number did.

Avun pyytäminen toisella viikolla säästi kuusi viikkoa.
Att be om hjälp den andra veckan sparade sex veckor.
Asking for help in the second week saved six.

Etätiimissä hiljaisuus ei tarkoita, että kaikki on hyvin.
I ett distansteam betyder tystnad inte att allt är bra.
In a remote team, silence does not mean that all is well.

Pieni kokeilu yhdellä paikkakunnalla kertoi saman kuin suuri kysely.
Ett litet försök på en ort sade samma sak som en stor enkät.
A small trial at one site told the same as a large survey.

Ohje, jonka kirjoitti uusin työntekijä, ymmärrettiin parhaiten.
Anvisningen som den nyaste skrev förstods bäst.
The guide that the newest colleague wrote was understood best.

Sovimme, kuka ei vastaa puhelimeen, ja kirjalliset asiat valmistuivat.
Vi kom överens om vem som inte svarar, och det skriftliga blev klart.
We agreed who does not pick up the phone, and written matters got done.

Tavoite ilman asiakasta muuttui listaksi tehtäviä.
Ett mål utan kund blev en lista över uppgifter.
A goal without a customer turned into a list of tasks.

Kun luku oli punainen, kysyimme miksi emmekä kuka.
När siffran var röd frågade vi varför och inte vem.
When the figure was red we asked why, and not who.

Yhteinen sanasto säästi enemmän aikaa kuin yhteinen järjestelmä.
Gemensamma ord sparade mer tid än ett gemensamt system.
Common words saved more time than a common system.

Vanhimmat ensin -sääntö näkyi keskiarvossa vasta kuudennella viikolla.
Regeln äldst först syntes i medeltalet först sjätte veckan.
The oldest-first rule showed in the mean only in the sixth week.

Lomat kannattaa piirtää tavoitteeseen ennen kuin ne alkavat.
Rita in semestrarna i målet innan de börjar.
Draw holidays into the goal before they begin.

Puolen tunnin viikkohetki piti rytmin, tunnin palaveri ei.
En halv timme i veckan höll rytmen, ett timmes möte gjorde det inte.
Half an hour a week kept the rhythm; a meeting of an hour did not.

Toisen yksikön ratkaisu toimi, kun jätimme siitä puolet pois.
En annan enhets lösning fungerade när vi lämnade bort hälften.
Another unit's solution worked once we left out half of it.

Saimme enemmän aikaan, kun lopetimme yhden raportin.
Vi fick mer gjort när vi slutade med en rapport.
We got more done once we stopped one report.

Asiakas luki vain ensimmäisen rivin, joten siirsimme asian sinne.
Kunden läste bara första raden, så vi flyttade saken dit.
Customers read only the first line, so we moved the point there.

Luvun korjaaminen jälkikäteen vei luottamuksen koko mittariin.
Att rätta siffran i efterhand tog tilltron till hela mätaren.
Mending the figure afterwards cost trust in the whole measure.

Kaksi tiimiä samasta tavoitteesta puhui viikossa enemmän kuin vuodessa ennen.
Två team med samma mål talade mer på en vecka än på ett år.
Two teams with one goal talked more in a week than in a year before.

Välietappi auttoi, kun se oli jotain, minkä joku voi nähdä.
Ett delmål hjälpte när det var något som någon kan se.
A milestone helped when it was something that somebody could see.

Palkitsimme nopeutta ja saimme oikaisuja.
Vi belönade snabbhet och fick rättelser.
We rewarded speed and got corrections.

Uusi tapa jäi, kun vanha lomake poistettiin samana päivänä.
Det nya sättet blev kvar när den gamla blanketten togs bort samma dag.
The new way stayed once the old form was removed the same day.

Emme tienneet lähtöarvoa, joten emme tienneet, onnistuimmeko.
Vi kände inte utgångsläget och visste inte om vi lyckades.
We did not know where we began, so we could not know if we succeeded.

Parityö ensimmäisellä viikolla korvasi koulutuspäivän.
Pararbete första veckan ersatte en utbildningsdag.
Working in pairs in the first week replaced a day of training.

Perjantain kysymys oli parempi kuin perjantain raportti.
Fredagens fråga var bättre än fredagens rapport.
A question on Friday was better than a report on Friday.

Kun esihenkilö kysyi ensin, mitä tarvitaan, luvut tulivat itsestään.
När chefen först frågade vad som behövs kom siffrorna av sig själva.
When the supervisor first asked what was needed, the figures came by themselves.

Käännös samana päivänä sai molemmat kielet pysymään samassa tahdissa.
Översättning samma dag höll språken i samma takt.
Translating the same day kept both languages in step.

Suurin este oli ovi, jota kukaan ei ollut kokeillut.
Det största hindret var en dörr som ingen hade prövat.
The largest obstacle was a door that nobody had tried.

Tavoitteen pudottaminen ääneen vapautti kaksi muuta.
Att släppa ett mål högt frigjorde två andra.
Dropping a goal out loud set two others free.

Ruuhkaviikon suunnittelu torstaina toimi, maanantaina se oli myöhässä.
Att planera rusningen på torsdag fungerade, på måndag var det för sent.
Planning a busy week on Thursday worked; on Monday it was too late.

Yksi nimi tehtävän vieressä riitti, kolme ei.
Ett namn vid uppgiften räckte, tre gjorde det inte.
One name beside a task was enough; three were not.

Asiakkaan sanat otsikossa vähensivät hakuja neljänneksen.
Kundens ord i rubriken minskade sökningarna med en fjärdedel.
The customer's words in a heading cut searches by a quarter.

Näytimme keskeneräisen, ja saimme avun ennen kuin pyysimme.
Vi visade det halvfärdiga och fick hjälp innan vi bad om den.
We showed what was unfinished, and got help before we asked.

Ylityö piilotti sen, että tavoite oli liian suuri.
Övertiden dolde att målet var för stort.
Overtime hid that the goal was too big.

Sama kysymys joka viikko teki vastaamisesta helppoa.
Samma fråga varje vecka gjorde det lätt att svara.
The same question each week made answering easy.

Emme ehtineet kokeilla, koska kysyimme lupaa liian monelta.
Vi hann inte pröva för vi bad för många om lov.
We had no time to try since we asked too many for leave.

Kun pidimme retron lounaan jälkeen, hiljaisimmatkin puhuivat.
När vi höll retron efter lunch talade också de tystaste.
When we held the retro after lunch, even the quietest spoke.

Toinen paikkakunta huomasi sen, mitä me olimme tottuneet ohittamaan.
En annan ort såg det som vi hade vant oss vid att gå förbi.
Another site noticed what we had grown used to passing by.

Automaatti hoiti helpot, ja vaikeille jäi aikaa vasta kun sovimme siitä.
Automaten skötte de lätta, men tid för de svåra blev det först när vi avtalade.
Automation took the easy ones; time for hard ones came only once we agreed on it.

Hyvä baseline vei kaksi viikkoa ja säästi koko kauden.
Ett bra utgångsvärde tog två veckor och räddade hela perioden.
A good baseline took two weeks and saved the whole cycle.

Kiitos samana päivänä piti kokeilun käynnissä.
Ett tack samma dag höll försöket i gång.
Thanks on the same day kept the trial going.

Kaksi pientä parannusta viikossa voitti yhden suuren kuukaudessa.
Två små förbättringar i veckan slog en stor i månaden.
Two small improvements a week beat a large one a month.
"""


def _text(block: str) -> Text:
    return fi(*block.strip().splitlines())


LEARNED = tuple(Learning(_text(block)) for block in _SAID.split("\n\n"))
