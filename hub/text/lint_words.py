"""The words that the rules look for, in each language: what a fraud asks for, what tells about a person, who else could
be meant, what is guessed. A pattern by language; the first letters of a word where its ending does not matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hub.text.words import base_language


class ByLanguage:
    """Patterns of words by language; in a language without its own, the Danish and English ones are looked for."""

    def __init__(self, **words: str) -> None:
        words["other"] = f"{words['da']}|{words['en']}"
        self._patterns: Mapping[str, re.Pattern[str]] = {
            language: re.compile(rf"(?<!\w)(?:{pattern})", re.I)
            for language, pattern in words.items()
        }

    def search(self, text: str, language: str) -> re.Match[str] | None:
        found = self._patterns.get(base_language(language), self._patterns["other"])
        return found.search(text)


OTHER_WAY: Final = ByLanguage(
    da=r"radio|P4\b|114\b|ring\b|telefon",
    en=r"radio|P4\b|114\b|call\b|phone|ring\b",
    de=r"radio|P4\b|114\b|rufen\b|telefon|anruf",
    uk=r"радіо|FM-радіо|P4\b|114\b|телефон|дзвон",
    ar=r"الراديو|راديو|P4\b|114\b|اتصل|الهاتف|هاتف",
    pl=r"radi|P4\b|114\b|telefon|zadzwoń|dzwoń",
    ro=r"radio|P4\b|114\b|telefo|sunați|apelați",
)
"""L11: the radio, or a call."""

ASKS: Final = ByLanguage(
    da=r"cpr\b|mitid\b|nemid\b|pin-?(?:kode)?\b|\w*adgangskode|engangskode|password|kodeord|kortnummer|betalingskort"
    r"|kreditkort|kontonummer|mobilepay|betal(?:e|ing)?\b|svar (?:på |tilbage|denne|med )|besvar\b",
    en=r"cpr\b|mitid\b|pin(?: code)?\b|passwords?\b|one-time code|card numbers?|credit card|account number|iban\b"
    r"|pay(?:ment)?\b|reply\b|respond to\b",
    de=r"cpr\b|mitid\b|pin\b|passwor[dt]|einmalcode|kreditkarte|kartennummer|kontonummer|iban\b|(?:be)?zahlen\b"
    r"|überweis|antworten sie\b",
    uk=r"cpr\b|mitid\b|пін-?код|парол|одноразов\w+ код|номер\w* карт|кредитн\w+ карт|номер\w* рахунк|оплат|заплат"
    r"|сплат|дайте відповідь|відповідайте на|надішліть відповідь",
    ar=r"cpr\b|mitid\b|كلمة (?:ال)?(?:مرور|سر)|الرقم السري|رمز(?:ك|ًا)? (?:ال)?(?:سري|تحقق)|رقم (?:ال)?بطاقة"
    r"|بطاقة (?:ال)?ائتمان|رقم (?:ال)?حساب|ادفع|أرسل (?:ردًا|جوابًا)|أجب عن هذه|رد على هذه",
    pl=r"cpr\b|mitid\b|kod(?:u|em)? pin|pin\b|hasł|jednorazow\w+ kod|numer\w* karty|kart\w+ kredytow|numer\w* konta"
    r"|zapłać|zapłat|opłać|odpowiedz\b|odpisz\b",
    ro=r"cpr\b|mitid\b|cod(?:ul)? pin|pin\b|parol|cod(?:ul)? unic|număr\w* cardului|card(?:ul)? de credit"
    r"|număr\w* contului|plătiți|plat[ăa]\b|răspundeți (?:la|cu)",
)
"""L12: what a fraud asks for."""

ADVISES: Final = ByLanguage(
    da=r"skift|udskift|spær|det (?:er|gælder) (?:koden|adgangskoden)",
    en=r"change|block|(?:this|it) (?:is|concerns) (?:the|your) password",
    de=r"änder|wechsel|sperr|es geht um",
    uk=r"змін|заблок|йдеться про|ідеться про",
    ar=r"غيّر|بدّل|احظر|أوقف|تغيير|المقصود",
    pl=r"zmień|zmieni|zablokuj|chodzi o",
    ro=r"schimba|bloca|este vorba",
)
"""L12: to change a password, and which, is advice and asks for nothing."""

PRIVATE: Final = ByLanguage(
    da=r"\w*(?:jobcent|kontanthjælp|sygedagpenge|førtidspension|folkepension|misbrug|diagnos|psyk|sagsbehandl"
    r"|familieafdeling|socialafdeling|ydelseskontor|revalidering|børnesag|underretning|afvænning)|gæld(?:en|s\w*)?\b",
    en=r"job cent(?:re|er)|benefits?\b|sick pay|addiction|caseworker|psych|welfare office|debts?\b|diagnos",
    de=r"\w*(?:jobcenter|arbeitsamt|sozialamt|sozialhilfe|krankengeld|sachbearbeiter|jugendamt|diagnos|psych)|sucht"
    r"|schulden",
    uk=r"центр\w* зайнятості|соціальн\w+ допомог|лікарнян|залежн|діагноз|психі|психол|соціальн\w+ працівник"
    r"|борг\w*(?!\w)|пенсі|служб\w* у справах дітей",
    ar=r"مركز (?:ال)?عمل|مكتب (?:ال)?عمل|المساعدة الاجتماعية|إعانة|إعانات|إجازة مرضية|إدمان|الإدمان|تشخيص|نفسي|النفسي"
    r"|الموظف المسؤول عن ملفك|ديون|الديون|معاش|حماية الأطفال",
    pl=r"urząd\w* pracy|urzęd\w* pracy|zasiłe?k|chorobow|uzależni|diagnoz|psych|pracownik\w* socjaln|opiek\w+ społeczn"
    r"|dług\w*(?!\w)|emerytur|rent[ayę]\b",
    ro=r"șomaj|ocupare a forței|ajutor\w* social|indemnizați|dependenț|diagnostic|psih|asistent\w* social|datori|pensi"
    r"|protecția copilului",
)
"""L15: what an appointment is about."""

ENTRANCE: Final = ByLanguage(
    da=r"indgang\b|opgang\b|afdeling",
    en=r"entrance\b|department\b|ward\b",
    de=r"eingang\b|abteilung\b",
    uk=r"вхід(?!\w)|відділ",
    ar=r"مدخل|المدخل|قسم",
    pl=r"wejści|wydział|oddział",
    ro=r"intrare|departament|secți",
)
"""L15: the entrance or department that gives it away."""

POSING: Final = ByLanguage(
    da=r"s!ren|sirenen\b|beredskabsmeddelelse|stop[.,!\s]+læs[.,!\s]+reag[eé]r",
    en=r"s!ren|emergency alert\b|national alert|stop[.,!\s]+read[.,!\s]+(?:react|respond)",
    de=r"s!ren|katastrophenwarnung|notfallwarnung|stopp?[.,!\s]+lesen[.,!\s]+(?:reagieren|handeln)|mowas\b",
    uk=r"s!ren|повітряна тривога|національне оповіщення|стоп[.,!\s]+чита\w+[.,!\s]+ре[аг]\w+",
    ar=r"s!ren|إنذار وطني|إنذار طوارئ|قف[.,،!\s]+اقرأ[.,،!\s]+(?:استجب|تصرف)",
    pl=r"s!ren|alert rcb|alarm powietrzny|ogólnokrajowy alert|stop[.,!\s]+(?:czytaj|przeczytaj)[.,!\s]+rea\w+",
    ro=r"s!ren|ro-alert|alertă națională|stop[.,!\s]+citi\w+[.,!\s]+(?:reacț|acț)\w+",
)
"""L17: the state's own warnings; here and at home."""

POLICE: Final = ByLanguage(
    da=r"politi(?:et|ets)?\b",
    en=r"police\b",
    de=r"polizei\b",
    uk=r"поліці",
    ar=r"و?(?:ال|لل|بال)?شرطة",
    pl=r"policj",
    ro=r"poliți",
)

EXERCISE: Final = ByLanguage(
    da=r"øvelse\w*\b",
    en=r"exercises?\b",
    de=r"übung(?:en)?\b",
    uk=r"навчання(?!\w)",
    ar=r"(?:ال|بال|لل)?تمرين",
    pl=r"ćwicze",
    ro=r"exerciți",
)
TEST: Final = re.compile(r"\bTEST(?:BESKED|MESSAGE|NACHRICHT)?\b")

NOTHING_TO_DO: Final = ByLanguage(
    da=r"(?:skal|behøver) ikke gøre noget",
    en=r"(?:do not|don't) need to do anything|need not do anything|need do nothing",
    de=r"müssen nichts tun|brauchen nichts zu tun",
    uk=r"не (?:потрібно|треба) нічого робити|нічого робити не (?:потрібно|треба)",
    ar=r"لا (?:يلزمك|داعي ل|تحتاج إلى|يجب عليك) ?فعل (?:أي )?شي?ء|لا تفعل شيئًا|لا يلزمك أن تفعل",
    pl=r"nie musi(?:sz|cie) nic robić|nic nie musisz robić",
    ro=r"nu trebuie să faceți nimic",
)
"""L18."""

GUESSES: Final = ByLanguage(
    da=r"formentlig|formodentlig|sandsynligvis|angiveligt|efter alt at dømme|vi (?:tror|gætter på|formoder)\b"
    r"|(?:er skyld i|har skylden|skylden er|sjusk|sløse|uansvarlig|uforsvarlig)",
    en=r"probably|presumably|allegedly|apparently|we (?:think|believe|guess|suspect|assume)\b|to blame\b|fault of\b"
    r"|careless|negligen|irresponsib",
    de=r"vermutlich|wahrscheinlich|angeblich|mutmaßlich|wir (?:glauben|vermuten|denken|nehmen an)\b|schuld (?:ist|hat|daran)"
    r"|ist schuld|fahrlässig|leichtsinnig|verantwortungslos",
    uk=r"ймовірно|мабуть|імовірно|нібито|вочевидь|ми (?:думаємо|вважаємо|припускаємо)|з вини|винн(?:і|ий|а)(?!\w)|недбал"
    r"|халатн|безвідповідальн",
    ar=r"على الأرجح|من المحتمل أن السبب|يُزعم|يزعم|نظن|نعتقد|بسبب إهمال|إهمال|المذنب|غير مسؤول",
    pl=r"prawdopodobnie|zapewne|przypuszczalnie|rzekomo|podobno|(?:sądzimy|uważamy|przypuszczamy), że|z winy|winn[yaei]\b"
    r"|niedbal|nieodpowiedzialn",
    ro=r"probabil|pesemne|chipurile|se pare că|(?:credem|presupunem|bănuim) că|din vina|vinovat|neglijen|iresponsabil",
)
"""L35: blame and guesses about the cause."""
