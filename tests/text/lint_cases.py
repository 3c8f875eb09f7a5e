"""Cases for the linter's rules: what each must catch, and a near miss that it must leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hub.text.lint import ERROR, WARNING
from hub.text.types import VersionText
from tests.text.lint_language_words import (
    ASKS,
    DATED,
    DONTS,
    DRILL,
    EMERGENCY,
    GUESSES,
    IDLE,
    LAST,
    LONG,
    OPENINGS,
    POLICE,
    POSES,
    PRIVATE,
    PROMISES,
    RELATIVE,
    SAFE,
    WAYS,
)
from tests.text.lint_versions import (
    ALL_CLEAR,
    CHOSEN,
    CORRECTION,
    DURING,
    EXERCISE,
    LANGUAGES,
    PERSONAL,
    SCHOOL,
    SLOTS,
    TIMED,
    UPDATE,
    adding,
    changed,
    everywhere,
    only,
    phase,
    sms,
    with_text,
)
from tests.text.versions import fact, slot


@dataclass(frozen=True)
class Case:
    """`caught` breaks the rule, `spared` nearly does. `signed` are the scenario's co-signers."""

    rule: str
    name: str
    caught: VersionText
    spared: VersionText
    severity: str = ERROR
    signed: tuple[str, ...] | None = None
    spared_signed: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.name}"


def _unfinished() -> Iterator[Case]:
    for words, spared in (
        ("Ring til [ ].", "Ring til os (nu)."),
        ("Ring til XX.", "Ring til X."),
        ("TODO", "Gør det."),
        ("Navn: ____", "Navn: a_b."),
        ("Se {nowhere}.", "Se {phone}."),
        ("Er det sandt??", "Er det sandt?"),
    ):
        yield Case("L01", words, adding(words), adding(spared))
    yield Case("L01", "raw HTML", adding("<b>x</b>", channel="web"), adding("2 < 3", channel="web"))


def _safe() -> Iterator[Case]:
    yield Case("L02", "an acronym", with_text(DURING, sms="AaK: Kog vandet."), DURING)
    yield Case(
        "L02",
        "a greeting first",
        with_text(DURING, sms="Hej {municipality}: Kog."),
        with_text(DURING, sms="\n{municipality}: Kog vandet i {place}."),
    )
    yield Case(
        "L10", "a shortener", adding("Se kortlink.dk/abc."), adding("Se {page}. Kortlink er slut.")
    )
    yield Case("L10", "two pages", adding("{page} {page}"), adding("{page}"))
    yield Case(
        "L13",
        "three segments",
        adding("Kog mere vand. " * 20),
        adding("Kog mere."),
    )
    yield Case("L13", "four segments in Ukrainian", adding("Так. " * 50, language="uk"), DURING)
    yield Case("L14", "a letter that GSM-7 lacks", adding("Łódź"), adding("Ærø, Åbo"))
    yield Case("L15", "a CPR number", adding("Nr. 010203-1234."), adding("Nr. 990203-1234."))


def _in_each_language() -> Iterator[Case]:
    for language in LANGUAGES:
        bare = replace(DURING, slots=SLOTS[:2])
        text = DURING.languages[language].sms.rpartition("\n\n")[0]
        caught, spared = (
            with_text(bare, language, sms=f"{text}\n{words}") for words in WAYS[language]
        )
        yield Case("L11", language, caught, spared, WARNING)
        for rule, table, version in (
            ("L12", ASKS, DURING),
            ("L15", PRIVATE, PERSONAL),
            ("L16", EMERGENCY, DURING),
            ("L17", POSES, DURING),
            ("L18", DRILL, DURING),
        ):
            caught, spared = (
                adding(words, version, language=language) for words in table[language]
            )
            yield Case(rule, language, caught, spared)
        police = adding(POLICE[language], language=language)
        yield Case("L17", f"police, {language}", police, DURING, WARNING)
        yield Case("L17", f"police unasked, {language}", police, police, ERROR, (), ("politi",))
    yield Case(
        "L15",
        "the entrance",
        adding("Kom til indgang B.", PERSONAL),
        adding("Kom til rådhuset.", PERSONAL),
    )
    yield Case(
        "L15", "on the page", adding("Jobcentret er lukket.", PERSONAL, "web"), DURING, WARNING
    )
    yield Case("L18", "TEST", adding("TEST"), adding("Vi tester vandet."))


def _exercises() -> Iterator[Case]:
    for language in LANGUAGES:
        text = EXERCISE.languages[language]
        word = text.sms.rpartition(" ")[2]
        unmarked = with_text(EXERCISE, language, sms=text.sms.removesuffix(word).strip())
        yield Case("L18", f"ends without the word, {language}", unmarked, EXERCISE)
        first, _, rest = text.phone.partition(". ")
        silent = with_text(EXERCISE, language, phone=f"{first}. {rest.partition('. ')[2]}")
        yield Case("L18", f"leaves people wondering, {language}", silent, EXERCISE)
        title = with_text(EXERCISE, language, title="{place}")
        yield Case("L18", f"a title that looks real, {language}", title, EXERCISE)


def _openings() -> Iterator[Case]:
    for language in LANGUAGES:
        caught, spared = (sms(words, language) for words in OPENINGS[language])
        yield Case("L03", language, caught, spared)
        caught, spared = (sms(words, language) for words in IDLE[language])
        yield Case("L05", language, caught, spared)
    unknown = phase("frost/during")
    yield Case("L03", "no glossary", sms("Vi har en besked.", version=unknown), unknown, WARNING)
    yield Case(
        "L03",
        "a choice without the word",
        only(sms("{weather} i {place}. Bliv inde.", version=CHOSEN), "da"),
        only(sms("{weather}, altså voldsomt vejr. Bliv inde.", version=CHOSEN), "da"),
    )
    optional = replace(DURING, slots=(*SLOTS, slot("reason", "reason", required=False)))
    hidden = "Vandet er snavset.\n{when reason}\nKog det.\n{end}\nVi arbejder hårdt på sagen."
    shown = "Vandet er snavset.\n{when reason}\nDet er {reason}.\n{end}\nKog det."
    yield Case(
        "L05", "on one branch only", sms(hidden, version=optional), sms(shown, version=optional)
    )
    yield Case(
        "L05",
        "labels do not count",
        sms("Vandet er stadig snavset. Nyt: {phone}. Vi leder efter årsagen. Kog det."),
        sms("Vandet er stadig snavset. Nyt: {phone}. Kog det."),
    )
    yield Case(
        "L05",
        "nothing to do",
        sms("Vandet er rent. Vi har set efter alle steder. Vent."),
        sms("Vandet er rent. Du behøver ikke koge det."),
    )
    yield Case("L04", "no place", sms("Kog vandet. {next_update:short}"), PERSONAL)


def _days() -> Iterator[Case]:
    for language in LANGUAGES:
        caught, spared = (adding(words, language=language) for words in RELATIVE[language])
        yield Case("L06", language, caught, spared)
        caught, spared = (adding(words, language=language) for words in DATED[language])
        yield Case("L09", language, caught, spared, WARNING)
    timeless = only(phase("water-boil/correction"), "da")
    yield Case(
        "L06",
        "an SMS without a moment",
        sms("Besked {closes} var en fejl.", version=timeless),
        sms("Besked {closes} var en fejl, {issued_at:short}.", version=timeless),
    )
    yield Case(
        "L06",
        "a peacetime SMS without a moment",
        sms("Gem vand.", version=phase("water-boil/before")),
        sms("Gem vand. {next_update:short}", version=phase("water-boil/before")),
        WARNING,
    )
    yield Case("L09", "21.11.", adding("Fra 21.11. kl. 8."), adding("Trin 2.1 i planen."), WARNING)
    yield Case(
        "L09", "an ISO date", adding("Fra 2026-11-21."), adding("Nummer 2026-1121."), WARNING
    )
    yield Case(
        "L09",
        "the wrong weekday",
        adding("Mandag den 21. november 2026."),
        adding("Mandag morgen."),
    )
    bare = changed("{next_update:short}", "nu", changed("{next_update}", "nu"))
    yield Case("L07", "no end and no news", bare, DURING)


def _endings() -> Iterator[Case]:
    for language in LANGUAGES:
        for what, words in (("safe", SAFE[language]), ("last", LAST[language])):
            caught = changed(words, "", ALL_CLEAR, language)
            yield Case("L19", f"not {what}, {language}", caught, ALL_CLEAR)
        for gone in ("{from:short}", "{#stop-boil} "):
            yield Case(
                "L19", f"no {gone}, {language}", changed(gone, "", ALL_CLEAR, language), ALL_CLEAR
            )
    over = only(ALL_CLEAR, "da")
    never = changed("Det er slut. ", "", changed("er forbi", "gælder ikke", over))
    yield Case("L19", "not over", never, over)
    harmless = phase("phones-down/all-clear", over)
    yield Case(
        "L19", "nobody was in danger", changed("trygt ", "", over), changed("trygt ", "", harmless)
    )
    news, number = "Nyt: Prøver er taget.", "Opdatering {update_no}."
    danish = only(UPDATE, "da")
    yield Case("L20", "no news", everywhere(number, danish), everywhere(f"{news} {number}", danish))
    yield Case("L20", "no number", everywhere(news, danish), everywhere(f"{news} {number}", danish))
    wrong = "{#boil} Besked {closes} var en fejl."
    danish = only(CORRECTION, "da")
    yield Case(
        "L20", "no mistake", everywhere("Besked {closes}.", danish), everywhere(wrong, danish)
    )
    silent = changed("{#boil} ", "", danish)
    yield Case(
        "L20",
        "nothing to do now",
        everywhere(wrong.partition(" ")[2], silent),
        everywhere(wrong, danish),
    )


def _same() -> Iterator[Case]:
    litres = only(replace(DURING, facts=(*DURING.facts, fact("litres", "3", da="liter"))), "da")
    yield Case(
        "L21", "a fact by hand", adding("Brug 3 liter.", litres), adding("Brug 3 ture.", litres)
    )
    yield Case("L21", "in words", adding("Kog det i et minut."), adding("Kog det i et kvarter."))
    yield Case("L21", "no fact", adding("Vent 7 timer."), adding("Vent nogle timer."), WARNING)
    yield Case(
        "L21", "another number", adding("Nr. 7.", language="en"), adding("No.", language="en")
    )
    yield Case("L22", "a slot more", adding("{number}", language="uk"), DURING)
    yield Case("L22", "an instruction less", changed("{#boil} ", "", language="ro"), DURING)
    yield Case("L22", "no Danish", only(DURING, "en"), only(DURING, "da", "en"))


def _arabic() -> Iterator[Case]:
    for name, caught, spared in (
        ("other digits", "لمدة ٣ ساعات", "لمدة ثلاث ساعات"),
        ("a number by hand", "اتصل على 70 20 30 40", "اتصل على {phone}. DR P4 و 112"),
        ("an address", "انظر kommune.dk", "استعمل SMS"),
        ("a mark by hand", "\u200fاتصل", "اتصل"),
    ):
        yield Case("L23", name, adding(caught, language="ar"), adding(spared, language="ar"))
    yield Case(
        "L23", "only from right to left", adding("٣", language="ar"), adding("70 20", language="da")
    )


def _style() -> Iterator[Case]:
    for language in LANGUAGES:
        words = LONG[language]
        caught, spared = (adding(f"X {words * times}.", language=language) for times in (4, 2))
        yield Case("L24", language, caught, spared, WARNING)
        caught, spared = (adding(words, language=language) for words in GUESSES[language])
        yield Case("L35", language, caught, spared, WARNING)
    yield Case(
        "L24", "much too long", adding(f"X {LONG['da'] * 5}."), adding(f"X {LONG['da'] * 3}.")
    )
    hard = "Borgernes vandforsyningsselskaber koordinerer afhjælpningsforanstaltninger. " * 4
    yield Case("L24", "long words", adding(hard), adding("Vi gør alt det, vi kan. " * 4))
    shout = "HUSK, KOGT VANDET HELE DAGEN."
    yield Case("L25", "capitals", adding(shout), adding("KOG VANDET NU, hele dagen."), WARNING)
    shout = "КИП'ЯТІТЬ ВОДУ ЦІЛИЙ ДЕНЬ ЗАРАЗ ТУТ."
    yield Case("L25", "capitals, uk", adding(shout, language="uk"), DURING, WARNING)
    yield Case(
        "L26", "a plan's word", adding("Latrin i spanden."), adding("Poser i spanden."), WARNING
    )
    yield Case("L35", "loud", adding("Kom nu!"), adding("Kom nu."), WARNING)
    yield Case("L35", "a picture", adding("Kom \u2614"), adding("Kom i regn."), WARNING)
    spoken = replace(DURING, languages={"fi": replace(DURING.languages["da"], language="fi")})
    yield Case("L27", "no voice", spoken, DURING)
    yield Case("L27", "too long", adding("Kom nu. " * 250, channel="phone"), DURING)
    yield Case("L27", "a minute more", adding("Kom nu. " * 70, channel="phone"), DURING, WARNING)


def _advice() -> Iterator[Case]:
    for language in LANGUAGES:
        caught, spared = (adding(words, TIMED, language=language) for words in PROMISES[language])
        yield Case("L28", language, caught, spared, WARNING)
        caught, spared = (
            with_text(DURING, language, phone=f"{{municipality}}. {words} {{next_update}}.")
            for words in DONTS[language]
        )
        yield Case("L33", language, caught, spared, WARNING)
        text = DURING.languages[language].web
        alone = with_text(
            DURING, language, web=text.replace(text.split("\n\n")[1].split(" {")[0], "")
        )
        yield Case("L34", language, alone, DURING, WARNING)
    yield Case(
        "L28",
        "with a source",
        adding("Vandet kommer igen {back}.", TIMED),
        adding("Vandet kommer igen {hoped}.", TIMED),
        WARNING,
    )
    yield Case(
        "L33",
        "nothing is needed instead",
        with_text(DURING, phone="{municipality}. Drik ikke vandet. {next_update}."),
        with_text(DURING, phone="{municipality}. Rør ikke ved vandet. {next_update}."),
        WARNING,
    )
    alone = changed("Fortæl det til din nabo. ", "")
    yield Case(
        "L34", "a letter has no neighbours", alone, phase("water-boil/update", alone), WARNING
    )
    words = "{#reassurance} Ja. {#who-may-collect} Ja."
    listed = "- {#reassurance} Ja.\n- {#who-may-collect} Ja."
    better = SCHOOL
    for language in LANGUAGES:
        better = adding(words, better, "phone", language)
        better = adding(listed, better, "web", language)
    yield Case("L29", "parents", SCHOOL, better)


CASES = (
    *_unfinished(),
    *_safe(),
    *_in_each_language(),
    *_exercises(),
    *_openings(),
    *_days(),
    *_endings(),
    *_same(),
    *_arabic(),
    *_style(),
    *_advice(),
)
