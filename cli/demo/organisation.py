"""The demo's pillars, departments, units and teams."""

from cli.demo.tables import Pillar, Team, Unit, fi, sv

PILLARS = (
    Pillar("selkeys", fi("Selkeys", "Klarhet", "Clarity"),
           fi("Ymmärrän päätökseni.", "Jag förstår mitt beslut.", "I understand my decision.")),
    Pillar("ajallaan", fi("Ajallaan", "I rätt tid", "In good time"),
           fi("Apu ehtii.", "Hjälpen hinner fram.", "Help arrives in time.")),
    Pillar("yhdessa", fi("Yhdessä", "Tillsammans", "Together"),
           fi("Minua ei siirrellä.", "Jag bollas inte runt.", "I am not passed around.")),
)  # fmt: skip

UNITS = (
    Unit("asiakaspalvelu", "department", fi("Asiakaspalvelu", "Kundservice", "Customer service")),
    Unit("etuuskasittely", "department", fi("Etuuskäsittely", "Förmånshandläggning", "Benefits")),
    Unit("tieto", "department", fi("Tieto", "Data", "Data")),
    Unit("digipalvelut", "department", fi("Digipalvelut", "Digitala tjänster", "Digital services")),
    Unit("yhteiset", "department",
         fi("Yhteiset palvelut", "Gemensamma tjänster", "Shared services")),
    Unit("puhelin", "customer-service",
         fi("Puhelinpalvelu", "Telefonservice", "Phone service"), "asiakaspalvelu"),
    Unit("svensk", "customer-service",
         sv("Svensk service", "Ruotsinkielinen palvelu", "Service in Swedish"), "asiakaspalvelu"),
    Unit("pisteet", "customer-service",
         fi("Palvelupisteet", "Serviceställen", "Service points"), "asiakaspalvelu"),
    Unit("asuminen", "benefits", fi("Asuminen", "Boende", "Housing"), "etuuskasittely"),
    Unit("opinnot", "benefits", fi("Opinnot", "Studier", "Studies"), "etuuskasittely"),
    Unit("toimeentulo", "benefits",
         fi("Toimeentulo", "Utkomst", "Income support"), "etuuskasittely"),
    Unit("perheet", "benefits", fi("Perheet", "Familjer", "Families"), "etuuskasittely"),
    Unit("datascience", "data-science", fi("Data science"), "tieto"),
    Unit("talous", "shared-services", fi("Talous", "Ekonomi", "Finance"), "yhteiset"),
    Unit("hr", "shared-services", fi("HR"), "yhteiset"),
    Unit("strategia", "shared-services",
         fi("Strategia ja viestintä", "Strategi och kommunikation", "Strategy and communications"),
         "yhteiset"),
)  # fmt: skip

TEAMS = (
    Team("lumme", fi("Lumme"), "asuminen", ("Kuopio",), "Lahti"),
    Team("revontuli", fi("Revontuli"), "puhelin", ("Oulu", "Rovaniemi"), "Vaasa"),
    Team("salg", sv("Sälg"), "svensk", ("Vaasa", "Pietarsaari"), "Turku", language="sv"),
    Team("kide", fi("Kide"), "datascience", ("Jyväskylä",), "Tampere"),
    Team("syyskuu", fi("Syyskuu"), "opinnot", ("Jyväskylä",), "Jyväskylä"),
    Team("kantava", fi("Kantava"), "toimeentulo", ("Turku",), "Helsinki"),
    Team("kynnys", fi("Kynnys"), "pisteet", ("Turku",), "Tampere"),
    Team("verkko", fi("Verkko"), "digipalvelut", ("Tampere", "Oulu"), "Oulu"),
    Team("pesa", fi("Pesä"), "perheet", ("Vaasa",), "Kuopio"),
    # Its torchbearer is on leave and nobody stands in: it has gone stale.
    Team("kuitti", fi("Kuitti"), "talous", ("Lahti",), "Helsinki", deputy=False),
    Team("tuki", fi("Tuki"), "hr", ("Helsinki", "Kajaani"), "Turku"),
    Team("kompassi", fi("Kompassi"), "strategia", ("Helsinki", "Kuopio"), "Helsinki"),
)
