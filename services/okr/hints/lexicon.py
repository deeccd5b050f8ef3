"""The words by which hints know outputs, measures and benefits, in Finnish, Swedish and English.

Finnish tells by its endings who does something: `-mme` and `-taan` the team, with `-minen` for
their noun; what a customer does ends otherwise. Swedish and English tell it by place and passive.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.words import Language


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns over a text in lower case, on one line."""

    made: re.Pattern[str]
    """Words of making that tell of an output by themselves."""
    handled: re.Pattern[str]
    """Words of making that tell of an output where a thing is made."""
    things: re.Pattern[str]
    """What is made: a system, a guide, a plan."""
    purpose: re.Pattern[str]
    """What comes after it says what it is good for."""
    amount: re.Pattern[str]
    """Numbers in words, shares, counts, times."""
    no_amount: re.Pattern[str]
    """Numbers that say when or which, not how much."""
    people: re.Pattern[str]
    """Those for whom the agency is there, and words for anybody."""
    inward: re.Pattern[str]
    """What only the agency itself has an advantage of."""
    later: re.Pattern[str]
    """Said instead of a benefit that nobody has thought of yet."""


_FIRST = r"(?:^|(?<=[.;:,]\s)|(?<=\b(?:vi|ja|we)\s)|(?<=\b(?:och|and)\s)|(?<=\bwill\s))(?:\w+ly\s)?"
"""Where a verb says what the team does, in languages whose verbs don't say it by themselves."""

_IS = r"(?:is|are|be|been|gets?)\s(?:\w+ly\s)?"


def _words(patterns: str) -> re.Pattern[str]:
    """Words that one of `patterns` fits, which space separates.

    One that ends with `-` goes on, one that begins with `^` is where the team says what it does,
    one that begins with `=` is what something is or gets in English.
    """
    whole = [f"{one[:-1]}\\w*" if one.endswith("-") else one for one in patterns.split()]
    whole = [f"{_FIRST}{one[1:]}" if one.startswith("^") else one for one in whole]
    whole = [f"{_IS}{one[1:]}" if one.startswith("=") else one for one in whole]
    return re.compile(rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)")


def _parts(patterns: str) -> re.Pattern[str]:
    """One of `patterns` anywhere: a compound ends with what it is."""
    return re.compile("|".join(patterns.split()))


WHEN_OR_WHICH = r"""
    \d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4})? (?:19|20)\d\d(?:\s?[-–/]\s?(?:\d\d){1,2})?
    (?:wcag|iso|sfs|eu)[-\s]?\d[\d.:]* [tqv]\d+(?:\.\d+)*
"""
"""Dates, years, standards, and numbers of cycles and versions, in any language."""

FINNISH = Lexicon(
    made=_words(
        r"""
        ot(?:amme|etaan|ettu|taminen|tamisen)\s(?:\w+\s){0,4}?käyttöön \w*käyttöönot- tuotantoon
        ^ottaa\s(?:\w+\s){0,4}?käyttöön laadi(?:mme|taan|ttu)- laatimi- ^laatia lanseer-
        implemento- toteut(?:amme|etaan|ettu|tami\w+|us|uks\w+) ^toteuttaa
        jalkaut(?:amme|etaan|ettu|tami\w+|us|uks\w+) ^jalkauttaa
        kilpailut(?:amme|etaan|ettu|tami\w+|us|uks\w+) ^kilpailuttaa
        pilot(?:oidaan|oimme|oitu|ointi\w*|oimi\w+) ^pilotoida
        \w*(?:hanke|projekti|pilotti|kampanja|auditointi)\.?$
        """
    ),
    handled=_words(
        r"""
        kehit(?:ämme|etään|etty|tämi\w+|ys|yks\w+) rakenn(?:amme|etaan|ettu)- rakentami-
        luo(?:mme|daan|tu|mi\w+) teemme tehdään tehty tekemi- järjest(?:ämme|etään|etty|ämi\w+)
        julkais(?:emme|taan|tu|emi\w+|u|un) päivit(?:ämme|etään|etty|tämi\w+|ys|yks\w+)
        uusi(?:mme|taan|ttu|mi\w+) uudist(?:amme|etaan|ettu|ami\w+|us|uks\w+)
        perust(?:amme|etaan|ettu|ami\w+) valmistel(?:emme|laan|tu|emi\w+|u|un)
        valmistu(?:u|vat|mi\w+) valmi(?:s|it|ina|iksi) käytössä käyttöön
        käynnist(?:ämme|etään|etty|ämi\w+|yy) aloit(?:amme|etaan|ettu|tami\w+)
        kuva(?:amme|taan|ttu|ami\w+) dokumento- suunnit(?:telemme|ellaan|eltu|telemi\w+|telu|telun)
        määrit(?:telemme|ellään|elty|telemi\w+|tely|telyn) selvit(?:ämme|etään|etty|tämi\w+)
        kartoit(?:amme|etaan|ettu|tami\w+) koo(?:mme|taan|ttu) kokoa(?:mme|mi\w+)
        tuot(?:amme|etaan|ettu|tami\w+) testa(?:amme|taan|ttu|ami\w+) hanki(?:mme|taan|ttu)
        hankkimi- hankin(?:ta|nan) viimeistel- digitaliso- automatiso- integro- asentami-
        asenn(?:amme|etaan|ettu) pidämme pidetään vie(?:mme|dään|minen)
        siir(?:rämme|retään|retty|tämi\w+) muodost(?:amme|etaan|ettu|ami\w+)
        ^(?:kehittää|rakentaa|luoda|tehdä|järjestää|julkaista|päivittää|uudistaa|uusia|perustaa)
        ^(?:valmistella|käynnistää|aloittaa|kuvata|suunnitella|määritellä|selvittää|kartoittaa)
        ^(?:koota|tuottaa|testata|hankkia|asentaa|pitää|viedä|siirtää|muodostaa)
        """
    ),
    things=_parts(
        r"""
        järjestelm sovellu(?:s|k) ohjelm työkalu alust(?:a|an|at|oja)\b robot chat avustaj
        bot(?:ti|in|it|ia|teja) portaal verkkosivu sivusto etusivu sivu(?:t|ja|jen)\b intra lomak
        kirjepohj pohj(?:a|an|at|ia|ien)\b ohje opas\b oppaa käsikirj esit(?:e|teen|teet|teitä)\b
        mall(?:i|in|it|eja|ien)\b kuvau(?:s|k) prosess suunnitelm strategi linjau(?:s|k) raport
        näkym mittarist tietovarast rekister kysely selvity(?:s|k) kartoitu(?:s|k) tutkimu(?:s|k)
        koulutu(?:s|k) valmennu(?:s|k) työpaj tilaisuu webinaar kampanj työryhm foorumi projekt
        hank(?:e|keen|keet|keita|keiden)\b pilot uudistu(?:s|k) rajapin integraatio vuosikello
        muistilist tarkistuslist sanasto verkkopalvelu asiointipalvelu materiaal podcast
        video(?:t|n|ita)?\b uutiskirj osaamistarpe arkisto käytän(?:tö|nö) toimintatap
        """
    ),
    purpose=_words(r"jotta niin,?\s(?:että|ettei) siten,?\s(?:että|ettei)"),
    amount=_words(
        r"""
        kaksi- kahde[nlst]- kahta- kolme- neljä- viisi- viide[nlst]- viittä- kuusi- kuude[nlst]-
        kuutta- seitsem- kahdeks- yhdeks- kymmen- sata sada[nst]- tuha[tn]- \w+toista puolet
        puolta puolitt?u- puolitt?a- \w+kertaist- kolmannes- neljänne(?:s|k)-
        (?:luku|kappale|piste|asiakas)?määr(?:ä|än|ät|ää|iä|ästä|ässä) \w*osuu(?:s|d|t)-
        \w*prosent- \w*keskiarvo- \w*mediaan- \w*indeks- \w+aste(?:en)? viive(?:en)? nps
        (?:jonotus|käsittely|odotus|läpimeno|vaste|vastaus|ratkaisu|palvelu)(?:aika|aja|ajo)-
        vähintään enintään korkeintaan
        """
    ),
    no_amount=_words(
        WHEN_OR_WHICH
        + r"""
        (?:versio|vaihe|osa|luku|liite|kausi|tertiaali|kvartaali)\w*\s\d[\d.]*
        \d{1,2}\.\s?(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu-
        """
    ),
    people=_words(
        r"""
        asiak- haki(?:ja|joi)- opiskelij- perhe- vanhem(?:pi|ma|mi)- laps- lasten- nuor(?:i|e|t)-
        eläk(?:e|ke)- potila- kuntoutuj- työnantaj- yrittäj- vuokrala- ihmi- kansalai-
        henkilö(?!t|s)- sairastu- työtö- työttö- kukaan kenenkään ketään joka(?:inen|ise)- hän
        häne- he hei(?:dän|lle|tä|llä) soittaj- edunsaaj- tuensaaj- omai(?:nen|se)-
        lähei(?:nen|se)- vakuutet- maahanmuut- \w*vamma(?:inen|ise)- äi(?:ti|di)- isä(?:n|t|lle)?
        kunta(?!l)- kunna[nt]- leske- odottaj- käyttäj- kuluttaj- lukij-
        """
    ),
    inward=_words(
        r"""
        \w*prosess- \w*järjestelm- \w*kustannu- säästä- säästy- \w*säästö- tehost- \w*tehokk-
        tuottavuu- virasto- laito(?:s|k)- organisaatio- rapor- johto- johdo- ylläpi- \w*velvoi-
        lakisääte- tietoturva- riski- henkilötyö- työmäär- päällekkäi- käsityö- manuaali-
        yhtenäi- \w*hank(?:e|ke)- \w*projekti- tulostavoit- resurss- budjet- auditoin- vaatimu-
        mittari- \w*hallinto-
        """
    ),
    later=_words(
        r"""
        täyden(?:netään|tyy|nämme) tarken(?:tuu|netaan|namme) tbd
        (?:ei|eivät)\s(?:vielä\s)?(?:tiedossa|tiedetä|määritelty|arvioitu)
        (?:kirjataan|lisätään|sovitaan|mietitään|määritellään)\smyöhemmin
        (?:puuttuu|avoin|kesken)\s*\.?$
        """
    ),
)

SWEDISH = Lexicon(
    made=_words(
        r"""
        inför(?:a|s|t|ts|ande|andet)? lanser- implementer- upphandl- framta- utarbeta-
        ta(?:r|s)?\s(?:vi\s)?fram rulla(?:r|s)?\sut utrullning- ibrukta- driftsätt- piloter-
        ta(?:r|s)?\s(?:vi\s)?(?:\w+\s){0,3}?i\sbruk genomför(?:a|s|ande|andet|t|ts)? upprätta-
        kartlägg- förankr(?:a|ar|as|ing) \w*(?:projekt|projektet|piloten|kampanj|kampanjen)\.?$
        """
    ),
    handled=_words(
        r"""
        ^(?:utveckl|skap|ordn|arranger|uppdater|publicer|planer|start|dokumenter|grund)(?:a|ar)
        ^(?:producer|definier|test|flytt|skaff|digitaliser|automatiser|integrer)(?:a|ar)
        ^organiser(?:a|ar) ^förny(?:a|ar) ^(?:bygg|inled|utform|gör|skriv|utred|tillsätt)(?:a|er)?
        ^(?:sammanställ|beskriv|slutför|färdigställ|köp|håll)(?:a|er)?
        (?:utveckl|skap|ordn|arranger|uppdater|publicer|planer|start|dokumenter|grund)a(?:s|ts)
        (?:producer|definier|test|flytt|skaff|digitaliser|automatiser|integrer)a(?:s|ts)
        organisera(?:s|ts) förnya(?:s|ts) (?:bygg|inled|utform|gör|skriv|utred|tillsätt)(?:s|ts|its)
        (?:sammanställ|beskriv|slutför|färdigställ|köp|håll)(?:s|ts|its)
        \w*(?:utveckling|uppdatering|publicering|förnyelse|planering|utformning)(?:en)?\sav
        \w*(?:digitalisering|anskaffning|automatisering|sammanställning)(?:en)?\sav
        (?:byggande|skapande)t?\sav (?:är|finns|blir)\si\sbruk
        (?:är|blir|har\sblivit)\s(?:färdig|klar|publicerad|gjord|skriven|uppdaterad|förnyad)-
        """
    ),
    things=_parts(
        r"""
        system program \bapp(?:en|ar|arna)?\b verktyg plattform robot bot(?:en|ar)?\b chatt?
        portal webb sajt sid(?:a|an|or|orna)\b intranät blankett formulär mall(?:en|ar|arna)?\b
        anvisning guide handbok broschyr modell beskrivning process plan(?:en|er|erna)?\b strategi
        policy riktlinj rapport vy(?:n|er|erna)?\b register enkät undersökning utredning studi
        utbildning kurs workshop seminari webbinari kampanj arbetsgrupp projekt pilot gränssnitt
        integration årsklocka checklist ordlist avtal video nyhetsbrev växel e-tjänst nättjänst
        material arkiv rutin
        """
    ),
    purpose=_words(r"så\satt för\satt\s(?:ingen|kund|alla|den|fler|färre|man)-"),
    amount=_words(
        r"""
        två tre fyra fem sex sju åtta nio tio elva tolv \w+ton tjugo- \w+tio hundra- tusen-
        hälften halver- fördubbl- tredubbl- en\s(?:tre|fjärde|fem)*del antal(?:et)?
        \w*andel(?:en|ar)? \w*procent- median- medel(?:värd|tal)- genomsnitt- \w*index-
        \w*grad(?:en)? minst högst nps
        (?:vänte|handläggnings|svars|kö|led|genomlopps|behandlings)tid(?:en|er|erna)?
        """
    ),
    no_amount=_words(
        WHEN_OR_WHICH
        + r"""
        (?:version|fas|del|bilaga|tertial|kvartal|skede)\w*\s\d[\d.]*
        \d{1,2}\.?\s(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober)
        \d{1,2}\.?\s(?:november|december)
        """
    ),
    people=_words(
        r"""
        kund- (?:den|de)\s(?:som|sökande|studerande|anhörig|försäkrad|sjuk|äldre|unga)- sökande-
        student- studerande- familj- föräld- barn- unga? pension- patient- arbetsgiv- företagare-
        hyresgäst- människ- medborgar- person(?!al)- ingen var\soch\sen alla hen klient- anhörig-
        försäkrad- invandr- kommun- man användar- läsar- mottagar- \w*skadad- arbetslös-
        """
    ),
    inward=_words(
        r"""
        \w*process- \w*system- \w*kostnad- (?:vi|att)\sspara- spar(?:a|as|ar) \w*besparing-
        \w*effektiv- produktivitet- verkets? myndighetens? organisation- rapporter- ledningens?
        underhåll(?:et)?\sav \w*skyldighet- lagstadga- (?:data|informations)säkerhet-
        risk(?:er|erna)? årsverk- dubbelarbet- manuell- enhetlig- \w*projekt- resultatmål-
        resurs- budget- krav(?:en)? förvaltning-
        """
    ),
    later=_words(
        r"""
        kompletter- preciser- tbd (?:inte|ej)\s(?:ännu\s)?(?:känd|klar|definierad|bestämd)*\.?$
        \w+\ssenare\.?$ (?:okänd|saknas|öppen)\.?$
        """
    ),
)

ENGLISH = Lexicon(
    made=_words(
        r"""
        ^(?:launch|implement|introduce|deploy|procure|migrate|pilot|conduct|ship)(?:ing)?
        ^roll(?:ing)?\s(?:\w+\s){0,3}?out ^set(?:ting)?\sup
        =(?:launched|implemented|introduced|deployed|procured)
        =(?:migrated|piloted|conducted|shipped|rolled\sout|set\sup)
        (?:launch|implementation|introduction|deployment|procurement|migration|roll-?out)\sof
        (?:project|pilot|campaign|audit)\.?$
        (?:launched|implemented|introduced|deployed|migrated|shipped|rolled\sout)\.?$
        """
    ),
    handled=_words(
        r"""
        ^(?:deliver|develop|build|create|publish|organi[sz]e|arrange|redesign|design|write)(?:ing)?
        ^(?:draft|prepare|produce|complete|finali[sz]e|finish|update|renew|revise|establish)(?:ing)?
        ^(?:define|document|describe|map|test|run|hold|plan|start|compile|automate)(?:ing)?
        ^(?:digiti[sz]e|integrate|install|purchase|buy|train|move|review|rewrite|replace)(?:ing)?
        ^(?:provide|draw\sup|carry\sout)
        =(?:delivered|developed|built|created|published)
        =(?:organi[sz]ed|arranged|redesigned|designed|ready)
        =(?:written|drafted|prepared|produced|completed?)
        =(?:finali[sz]ed|finished|updated|renewed|revised)
        =(?:established|defined|documented|described|mapped)
        =(?:tested|held|planned|started|compiled|automated)
        =(?:digiti[sz]ed|integrated|installed|purchased)
        =(?:drawn\sup|in\suse|in\splace|live|done)
        (?:completed|published|delivered|documented|finished|created|developed|updated)\.?$
        (?:development|redesign|design|creation|publication|update|renewal|revision)\sof
        (?:completion|preparation|documentation|mapping|automation|integration|purchase)\sof
        review\sof
        """
    ),
    things=_parts(
        r"""
        system software \bapps?\b \btools?\b toolkit platform bots?\b chat assistant portal
        website \bweb\s \bpages?\b intranet \bforms?\b template guide handbook manual leaflet
        model process \bplans?\b strateg policy policies report dashboard register survey study
        training \bcourses?\b workshop seminar webinar campaign working\sgroup task\sforce project
        pilot interface \bapis?\b integration checklist glossary contract video newsletter
        signature skill archive database description roadmap framework feature documentation
        event session blog playbook
        """
    ),
    purpose=_words(r"so\sthat so\s(?:customers|people|nobody|everyone|no\sone) in\sorder\sfor"),
    amount=_words(
        r"""
        two three four five six seven eight nine ten eleven twelve \w+teen twenty thirty forty
        fifty sixty seventy eighty ninety hundreds? thousands? millions? half halv(?:e|ed|es)
        doubl(?:e|ed|es) tripl(?:e|ed|es) twice (?:a|one)\s(?:third|quarter|fifth)
        (?:number|share|amount|count|proportion|percentage)s?\sof \w*percent- per\scent
        rates? median averages? index scores? nps at\s(?:least|most)
        (?:waiting|handling|response|lead|processing|queueing|turnaround|cycle|load)\stimes?
        """
    ),
    no_amount=_words(
        WHEN_OR_WHICH
        + r"""
        (?:version|phase|part|stage|annex|tertial|quarter|release)\s\d[\d.]*
        \d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:january|february|march|april|may|june|july|august)
        \d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:september|october|november|december)
        (?:january|february|march|april|may|june|july|august|september|october)\s\d{1,2}
        (?:november|december)\s\d{1,2}
        """
    ),
    people=_words(
        r"""
        customer- applicant- student- famil- parent- child- young pensioner- retire- patient-
        employer- entrepreneur- tenant- people- person(?!-|nel)- citizen- nobody no\sone everyone
        any(?:one|body) they those caller- client- relative- claimant- beneficiar- immigrant-
        municipalit- user- reader- contributor- unemployed whoever
        """
    ),
    inward=_words(
        r"""
        process(?:es)? systems? costs? sav(?:e|es|ed|ing|ings) efficien- productiv- agency(?:'s)?
        organi[sz]ation- report(?:s|ing) management maintenance\sof obligations? statutory
        complian- security risks? person-(?:year|month|day)s? duplicate manual uniform- projects?
        performance\stargets? resources? budgets? requirements? operations? administrat-
        """
    ),
    later=_words(
        r"""
        to\sbe\s(?:added|specified|defined|decided|confirmed|done) tbd tba n/a
        not\s(?:yet\s)?(?:known|defined|decided|clear)\.?$ (?:later|unknown|missing)\.?$
        """
    ),
)

LEXICONS: Mapping[Language, Lexicon] = {"fi": FINNISH, "sv": SWEDISH, "en": ENGLISH}
