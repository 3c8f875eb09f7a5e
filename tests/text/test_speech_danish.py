"""Danish phone texts: what an author writes, and what the voice is given."""

from __future__ import annotations

import pytest

from hub.text.speech import speak
from hub.text.speech.danish import Danish


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nul"),
        (1, "et"),
        (2, "to"),
        (10, "ti"),
        (11, "elleve"),
        (16, "seksten"),
        (19, "nitten"),
        (20, "tyve"),
        (21, "enogtyve"),
        (30, "tredive"),
        (42, "toogfyrre"),
        (50, "halvtreds"),
        (53, "treoghalvtreds"),
        (60, "tres"),
        (64, "fireogtres"),
        (70, "halvfjerds"),
        (75, "femoghalvfjerds"),
        (80, "firs"),
        (86, "seksogfirs"),
        (90, "halvfems"),
        (99, "nioghalvfems"),
        (100, "hundrede"),
        (101, "hundrede og et"),
        (112, "hundrede og tolv"),
        (200, "to hundrede"),
        (999, "ni hundrede og nioghalvfems"),
        (1000, "et tusind"),
        (1001, "et tusind og et"),
        (1100, "et tusind et hundrede"),
        (1234, "et tusind to hundrede og fireogtredive"),
        (2026, "to tusind og seksogtyve"),
        (21_000, "enogtyve tusind"),
        (100_000, "hundrede tusind"),
        (123_456, "hundrede og treogtyve tusind fire hundrede og seksoghalvtreds"),
        (1_000_000, "en million"),
        (1_000_001, "en million og et"),
        (2_500_000, "to millioner fem hundrede tusind"),
        (
            999_999_999,
            "ni hundrede og nioghalvfems millioner ni hundrede og nioghalvfems tusind "
            "ni hundrede og nioghalvfems",
        ),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert Danish().cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nulte"),
        (1, "første"),
        (2, "anden"),
        (9, "niende"),
        (12, "tolvte"),
        (20, "tyvende"),
        (21, "enogtyvende"),
        (30, "tredivte"),
        (31, "enogtredivte"),
        (50, "halvtredsindstyvende"),
        (99, "nioghalvfemsindstyvende"),
    ],
)
def test_ranks_in_words(number: int, words: str) -> None:
    assert Danish().ordinal(number) == words


CLOCK = [
    ("kl. 13.30", "klokken tretten tredive."),
    ("kl.13.30", "klokken tretten tredive."),
    ("kl 13:30", "klokken tretten tredive."),
    ("13:30", "klokken tretten tredive."),
    ("klokken 13.30", "klokken tretten tredive."),
    ("Kl. 8", "Klokken otte."),
    ("kl 8", "klokken otte."),
    ("kl. 8. Skolen er lukket", "klokken otte. Skolen er lukket."),
    ("13:00", "klokken tretten."),
    ("kl. 08.05", "klokken otte nul fem."),
    ("kl. 1.01", "klokken et nul et."),
    ("00:15", "klokken nul nul femten."),
    ("kl. 00.00", "klokken nul nul."),
    ("24:00", "klokken fireogtyve."),
    ("kl. 8-16", "klokken otte til seksten."),
    ("kl. 8 - 16", "klokken otte til seksten."),
    ("kl. 12.00-13.00", "klokken tolv til tretten."),
    ("8:00–16:30", "klokken otte til seksten tredive."),
    ("fra 8 til 16", "fra otte til seksten."),
    ("fra kl. 8 til kl. 16", "fra klokken otte til seksten."),
    ("mellem kl. 8.00 og 16.30", "mellem klokken otte og klokken seksten tredive."),
    ("senest kl. 16.00", "senest klokken seksten."),
    ("man.-fre. kl. 8-16", "mandag til fredag klokken otte til seksten."),
    ("mandag-fredag kl. 8-16", "mandag til fredag klokken otte til seksten."),
    ("24/7", "fireogtyve syv."),
    ("12.50 kr.", "tolv punkt halvtreds kroner."),
]

DATES = [
    ("21. november", "enogtyvende november."),
    ("d. 21. november", "den enogtyvende november."),
    ("lørdag den 21. november 2026", "lørdag den enogtyvende november tyve seksogtyve."),
    ("lørdag 21. november", "lørdag den enogtyvende november."),
    ("lør. 21/11 kl. 8", "lørdag den enogtyvende november klokken otte."),
    ("21. nov. kl. 8", "enogtyvende november klokken otte."),
    ("21/11", "enogtyvende november."),
    ("21/11-2026", "enogtyvende november tyve seksogtyve."),
    ("1/12 2026", "første december tyve seksogtyve."),
    ("21.11.2026", "enogtyvende november tyve seksogtyve."),
    ("21-11-2026", "enogtyvende november tyve seksogtyve."),
    ("2026-11-21", "enogtyvende november tyve seksogtyve."),
    ("2026-11-21T13:30", "enogtyvende november tyve seksogtyve klokken tretten tredive."),
    ("den 21.11", "den enogtyvende november."),
    ("01/02 2026", "første februar tyve seksogtyve."),
    ("21.-23. november", "enogtyvende til treogtyvende november."),
    ("28. november - 2. december", "otteogtyvende november til anden december."),
    ("den 5. og 6. december", "den femte og sjette december."),
    ("den 21. Skolen er lukket", "den enogtyvende. Skolen er lukket."),
    ("Den 5. kommer vandet", "Den femte kommer vandet."),
    ("i 2026", "i tyve seksogtyve."),
    ("i 2005", "i to tusind og fem."),
    ("i 1999", "i nitten hundrede og nioghalvfems."),
    ("i 2000 boliger", "i to tusind boliger."),
    ("kan man. 21 personer", "kan man. enogtyve personer."),
    ("de to 5-liters dunke", "de to fem-liters dunke."),
]

PHONES = [
    ("Ring 70 20 30 40.", "Ring halvfjerds tyve tredive fyrre."),
    ("70203040", "halvfjerds tyve tredive fyrre."),
    ("7020 3040", "halvfjerds tyve tredive fyrre."),
    ("+45 70 20 30 40", "plus femogfyrre, halvfjerds tyve tredive fyrre."),
    ("+4570203040", "plus femogfyrre, halvfjerds tyve tredive fyrre."),
    ("0045 70203040", "plus femogfyrre, halvfjerds tyve tredive fyrre."),
    ("tlf. 70 05 00 12", "telefon halvfjerds nul fem nul nul tolv."),
    ("Tlf.: 70 20 30 40", "Telefon, halvfjerds tyve tredive fyrre."),
    ("Ring 70 20 30 40. 3 liter vand", "Ring halvfjerds tyve tredive fyrre. tre liter vand."),
    ("+45 70 20 30 40. 3 liter", "plus femogfyrre, halvfjerds tyve tredive fyrre. tre liter."),
    ("+49 461 1234567", "plus niogfyrre, fire seks en, en to tre, fire fem, seks syv."),
    ("Ring 112 ved fare.", "Ring en en to ved fare."),
    ("Ring 1-1-2!", "Ring en en to."),
    ("Ring 114 eller 1813", "Ring en en fire eller en otte en tre."),
    ("Send SMS til 1245", "Send S M S til en to fire fem."),
    ("112/114", "en en to eller en en fire."),
    (
        "70 20 30 40/70 20 30 41",
        "halvfjerds tyve tredive fyrre eller halvfjerds tyve tredive enogfyrre.",
    ),
    ("112 husstande", "hundrede og tolv husstande."),
    ("Storegade 112", "Storegade hundrede og tolv."),
    ("2025-2026", "tyve femogtyve til tyve seksogtyve."),
]

QUANTITIES = [
    ("3 liter", "tre liter."),
    ("3 l pr. person", "tre liter per person."),
    ("3 l/person", "tre liter per person."),
    ("100 °C", "hundrede grader."),
    ("100° C", "hundrede grader."),
    ("-5 °C", "minus fem grader."),
    ("2.000 husstande", "to tusind husstande."),
    ("1 000 kr.", "et tusind kroner."),
    ("1\u00a0000 kr.", "et tusind kroner."),
    ("2,5 l", "to komma fem liter."),
    ("1,5 time", "en komma fem time."),
    ("0,05 mg", "nul komma nul fem milligram."),
    ("20-30 %", "tyve til tredive procent."),
    ("12,50 kr.", "tolv kroner og halvtreds øre."),
    ("kr. 50", "halvtreds kroner."),
    ("50,- kr.", "halvtreds kroner."),
    ("5 €", "fem euro."),
    ("1 time, 1 døgn, 1 person, 1", "en time, et døgn, en person, et."),
    ("1/2 liter", "en halv liter."),
    ("1½ l", "en og en halv liter."),
    ("½ dag", "en halv dag."),
    ("10 min. Lad det køle", "ti minutter. Lad det køle."),
    ("i min. 1 minut", "i mindst et minut."),
    ("2 x 5 liter", "to gange fem liter."),
    ("50 kr pr. m³", "halvtreds kroner per kubikmeter."),
    ("97,5 MHz", "syvoghalvfems komma fem megahertz."),
    ("5-årige", "fem-årige."),
    ("65+", "femogtres plus."),
    ("< 5 m", "mindre end fem meter."),
    ("007", "nul nul syv."),
    ("1.2.3", "et punkt to punkt tre."),
    ("12345678901", "en to tre fire fem seks syv otte ni nul en."),
]

PLACES = [
    ("Storegade 12A", "Storegade tolv A."),
    ("Storegade 2-18", "Storegade to til atten."),
    ("Storegade 12A-14B", "Storegade tolv A til fjorten B."),
    ("lige nr. 2-18", "lige nummer to til atten."),
    ("6200 Aabenraa", "toogtres hundrede Aabenraa."),
    ("6340 Kruså", "treogtres fyrre Kruså."),
    ("8000 Aarhus", "otte tusind Aarhus."),
    ("6205 Byen", "toogtres nul fem Byen."),
    (
        "Storegade 12, 2. tv., 6200 Aabenraa",
        "Storegade tolv, anden til venstre, toogtres hundrede Aabenraa.",
    ),
    ("Storegade 12, st. th. Ring", "Storegade tolv, stuen til højre. Ring."),
    ("1. sal", "første sal."),
    ("4.-9. klasse", "fjerde til niende klasse."),
    ("0.–3. klasse", "nulte til tredje klasse."),
    ("4.-6. kl.", "fjerde til sjette klasse."),
    ("1., 2. og 3. klasse", "første, anden og tredje klasse."),
    ("9.A", "niende A."),
]

WORDS = [
    ("ca. 5", "cirka fem."),
    ("F.eks. mælk, bl.a. vand mv.", "For eksempel mælk, blandt andet vand med videre."),
    ("f. eks. mælk", "for eksempel mælk."),
    ("vand osv. Så", "vand og så videre. Så."),
    ("dvs. nu, evt. senere", "det vil sige nu, eventuelt senere."),
    ("inkl. moms", "inklusive moms."),
    ("og/eller", "og eller."),
    ("skole/SFO", "skole eller S F O."),
    ("A/S", "A S."),
    ("DR P4 på FM", "D R P fire på F M."),
    ("it-nedbrud, SMS-besked", "I T nedbrud, S M S besked."),
    ("KOG ALT VAND NU", "KOG ALT VAND NU."),
    ("MitID", "MitID."),
    ("vand (mindst 5) & mad!", "vand, mindst fem, og mad."),
    ("barn(et)", "barnet."),
    ("Husk: vand; mad … nu", "Husk, vand, mad, nu."),
    ("Vand – og mad — nu", "Vand, og mad, nu."),
    ("✅ Bad ❌ Drik", "ja, Bad. nej, Drik."),
    ("E. coli", "E coli."),
]

WEB = [
    ("aabenraa.dk/krise", "aabenraa punkt d k skråstreg krise."),
    ("Se https://www.eksempel.dk/vand.", "Se eksempel punkt d k skråstreg vand."),
    ("(se www.sst.dk)", "se s s t punkt d k."),
    ("AABENRAA.DK", "AABENRAA punkt d k."),
    (
        "a-b.dk/x_y?n=12",
        "a bindestreg b punkt d k skråstreg x understreg y spørgsmålstegn n lighedstegn en to.",
    ),
    ("krise@aabenraa.dk", "krise snabel-a aabenraa punkt d k."),
    ("lukket.De er", "lukket. De er."),
]


@pytest.mark.parametrize(
    ("written", "spoken"), [*CLOCK, *DATES, *PHONES, *QUANTITIES, *PLACES, *WORDS, *WEB]
)
def test_danish_is_read_as_danes_say_it(written: str, spoken: str) -> None:
    assert speak(written, "da") == spoken


def test_a_whole_announcement() -> None:
    written = (
        "Opdateret lørdag den 21. november kl. 12.45.\n\n"
        "- {#boil} Kog vandet i mindst 1 minut (100 °C).\n"
        "- Hent vand: Torvet 1, 6200 Aabenraa, kl. 8-16.\n\n"
        "Ring 70 20 30 40, tlf. er åben hele døgnet. Fare? Ring 112."
    )
    assert speak(written, "da") == (
        "Opdateret lørdag den enogtyvende november klokken tolv femogfyrre.\n\n"
        "Kog vandet i mindst et minut, hundrede grader.\n"
        "Hent vand, Torvet et, toogtres hundrede Aabenraa, klokken otte til seksten.\n\n"
        "Ring halvfjerds tyve tredive fyrre, telefon er åben hele døgnet. Fare? Ring en en to."
    )
