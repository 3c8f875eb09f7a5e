"""How each language tells people to do something, not to do it, or that they need do nothing (rules L05 and L33).

An instruction begins a clause in every language here but German, where an infinitive may end it. So a noun or a name
that looks like a verb ("i brug") is not taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_START: Final = r"(?:^|[:;,،؛–(-]\s*|{links}\s+|[.!?؟]\s+)[\"'«„]?"


@dataclass(frozen=True)
class Instructions:
    """`do` and `dont` find an instruction, `may` what people can, must or need not do."""

    do: re.Pattern[str]
    dont: re.Pattern[str]
    may: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """Does it tell what to do, not to do, or that nothing need be done?"""
        return any(pattern.search(text) for pattern in (self.dont, self.do, self.may))


def _either(words: str) -> str:
    return "|".join(words.split())


def _instructions(links: str, do: str, dont: str, may: str) -> Instructions:
    start = _START.format(links=links)
    return Instructions(
        re.compile(f"{start}(?:{do})", re.I | re.M),
        re.compile(f"{start}(?:{dont})", re.I | re.M),
        re.compile(may, re.I),
    )


_DANISH: Final = _either("""
    aflever aftal afvent begræns behold bind bliv bor brug bær børst del dæk drik dræn drop dyp efterlad evakuer
    find flyt forbered forlad fortæl fyld følg få gem giv grav gå gør hav hent hjælp hold hæng hør indret kast kig kog
    kom kontakt kontroller kør køb lad luft luk lyt læg læs løft markér mød orienter oplad opsøg pak pas prøv red ring
    rens ryd rør saml se send sig skift skriv skru skyl sluk slå smid sov spar spis spred spørg stands stil stop
    støt surf svar sæt søg tag tal tap tjek tril tryk tænd tæt tøm tør træk undersøg undgå vask vent vis vær vælg
    åbn
""")
_ENGLISH: Final = _either("""
    add agree answer arrange ask avoid be bind boil bring brush bury buy call carry change charge check choose clean
    clear close collect come contact cover cut dig do drain dress drink drive drop empty fetch fill find flush
    follow get give go have hang heat help hide keep leave let lift light limit listen lock look make meet move open
    pack park pick plan plug prepare press protect pull put read rely reply report rest return ring rinse save say
    seal search secure send share shut stay stop store switch take talk tap tell throw tie top touch trust try turn
    unplug use visit wait walk warm wash watch wear write
""")
_GERMAN: Final = _either("""
    abholen abkochen abschalten abwarten achten anrufen aufbewahren aufdrehen aufladen aufpassen ausschalten beachten
    benutzen bereithalten beschränken bleiben bringen drehen einschalten fahren folgen füllen gehen gießen haben
    halten heizen helfen holen hören informieren kaufen kochen kommen laden lassen legen lesen lüften meiden meldet
    melden mitbringen mitnehmen nehmen nutzen öffnen packen prüfen putzen sagen sammeln schalten schließen schreiben
    sparen spülen suchen tragen trinken tun verlassen vermeiden verschieben verwenden vorbereiten waschen warten
    werfen zubinden zudrehen zuhören
""")
_POLISH: Final = _either("""
    bądź bądźcie czytaj dawaj dbaj dzwoń gotuj grzej grzejcie idź idźcie jedź klikaj kliknij kontaktuj korzystaj
    kop kup kupuj miej módl myj nabierz nagrzej nakryj naładuj napełnij napisz nastaw nie obserwuj ochładzaj odbierz
    odczekaj odetnij odkręć odłóż odpocznij ogranicz ogrzej omijaj opróżnij opuść opuśćcie oszczędzaj otwórz oznacz
    owiń pamiętaj pij pijcie pisz podaj podejdź pokaż pomóż popraw poczekaj poproś postaw postępuj powiedz powiedzcie
    pozostań pożycz pójdź przechowuj przeczytaj przegotuj przekaż przenieś przestań przygotuj przyjdź przykryj
    przynieś przywieź rozmawiaj rób ruszaj schowaj skontaktuj słuchaj sprawdzaj sprawdź spłukuj spłucz szukaj śledź
    śpij trzymaj ubierz uciekaj udaj umyj unikaj upewnij ustal uspokój usuń używaj użyj wejdź weź weźcie wejdźcie
    wietrz włącz włóż wpisz wróć wstaw wybierz wyciągnij wyjdź wyjmij wykop wylej wyłącz wyrzuć zabezpiecz zabierz
    zachowaj zaczekaj zadbaj zadzwoń zagotuj zajrzyj zakop zakryj zakręć zamknij zaopiekuj zapisz zaplanuj zapoznaj
    zapukaj zapytaj zawiąż zawieź zawiadom zbierz zgaś zgłoś zmień znajdź zostań zostańcie zostaw zrób zróbcie zużywaj
    zwiąż żyj
""")
_ARABIC: Final = _either("""
    أبق أبقِ أبقوا ابق ابقَ ابقوا ابتعد ابتعدوا ابحث أبعد أبلغ اتبع اتركوا اترك اتصل اتصلوا اتفق أجل أجّل اجمع احتفظ
    احتفظوا احرص احسب احضر أحضر احفر احفظ احفظوا احم احمل أخبر أخبروا اختر أخرج اخرج أخل أدخل ادخل ادخلوا ادفن
    اذهب اذهبوا اربط ارفع ارم ارمِ أرسل استخدم استخدموا استعد استعدوا استعمل استعملوا استمر استمروا استمع استمعوا
    اسأل أسرع اسكب اصعد اصعدوا تدفأ تدفؤوا تدفأوا أشعل اشحن اشرب اشربوا اشتر اصرف اصطحب أضف اضغط اطلب أطفئ اطفئ أعد أعط اعتن أعلم أغلق أغلقوا
    اغسل اغسلوا اغل اغلِ اغلوا افتح افتحوا افحص اقتصد اقرأ اقطع اكتب اكتف التزم ألغ انتبه انتظر انتظروا انتقل انقل
    انزل انصرف اهدأ أوقف تابع تأكد تأكدوا تجنب تجنبوا تحدث تحقق تحققوا تخلص تعال تناول توجه توجهوا توقف تواصل
    جهز جهّز جهزوا حافظ حدد حضر حضّر خبئ خذ خذوا خزن خفف دثر دع دفئ راجع رتب زر ساعد سخن سد سلم سم شارك شاهد صب ضع
    ضعوا عد عقم غادر غادروا غط غطِّ غطّ غيّر فكر قلل قل قم كرر كن كونوا لازم لف لاحظ ليكن املأ املؤوا نظف وفر
    وفّر وفروا ودّع
""")

INSTRUCTIONS: Final[Mapping[str, Instructions]] = {
    "da": _instructions(
        r"\b(?:og|eller|så|men|også|da|derfor)",
        rf"(?:{_DANISH})\b(?! ikke\b| aldrig\b| stadig ikke\b)",
        rf"(?:{_DANISH})\b(?:\s+\w+)?\s+(?:ikke|aldrig)\b",
        r"\b(?:du|i|man) (?:kan|skal|må|bør|behøver)\b|\bikke gøre noget\b|\bbehøver ikke\b",
    ),
    "en": _instructions(
        r"\b(?:and|or|then|but|so|please|still|just|always|also|instead)",
        rf"(?:please\s+|still\s+|always\s+)*(?:{_ENGLISH})\b(?! not\b)",
        r"(?:please\s+|still\s+)*(?:do not|don't|never)\b",
        r"\byou (?:can|may|must|should|have to|need)\b|\b(?:do not need|need not|don't need) \w+|\bno need to\b",
    ),
    "de": _instructions(
        r"\b(?:und|oder|dann|aber|bitte|also|so)",
        rf"(?:bitte\s+)?(?:[\w-]+n|tun|seien) Sie\b(?!(?:\W+\w+){{0,4}}\W+(?:nicht|kein\w*|nie)\b)"
        rf"|(?:[^.:!?\n]*\s)?(?:{_GERMAN})(?=\s*[.,:!]|\s*$)",
        rf"(?:bitte\s+)?(?:[\w-]+n|tun|seien) Sie\b(?:\W+\w+){{0,4}}\W+(?:nicht|kein\w*|nie)\b"
        rf"|[^.:!?\n]*\b(?:nicht|kein\w*|nie) (?:[\w-]+ ){{0,2}}(?:{_GERMAN})(?=\s*[.!]|\s*$)",
        r"\b(?:müssen|können|dürfen|sollen|sollten|brauchen) Sie\b|\bSie (?:müssen|können|dürfen|sollen|sollten|brauchen)\b"
        r"|\bnicht nötig\b",
    ),
    "uk": _instructions(
        r"(?<!\w)(?:і|й|та|або|чи|то|тоді|але|тож|далі|також|негайно|теж|потім|спершу|спочатку)",
        r"(?:будь ласка,?\s+)?[\w'’]+(?:йте|іть|ьте|жте|рте|чте|ште)(?:ся|сь)?(?!\w)",
        r"(?:(?:і далі|далі|досі)\s+)?(?:не|ніколи не)\s+[\w'’]+(?:йте|іть|ьте|рте)(?:ся|сь)?(?!\w)",
        r"(?<!\w)(?:можете|можна|маєте|мусите|повинні|треба|потрібно|слід)(?!\w)|немає потреби|не обов'язково",
    ),
    "ar": _instructions(
        r"(?:ثم|أو|بل|أما|إذن|فورًا|وأيضًا|نقول|أيضًا|عندها)",
        rf"(?:و|ف)?(?:{_ARABIC})(?!\w)",
        r"(?:و|ف)?لا ت(?!دفئة|زال|وجد|عمل|ستطيع|نطبق|صل|كون|كفي|حدث|توفر|سري|شمل|خص|حتاج|قلق|نس|جد|ضمن|عرف)\w+",
        r"لا داعي|لا يلزم|لا حاجة|لست بحاجة|لا تحتاج|(?<!\w)(?:يمكنك|يمكنكم|عليك|عليكم|يجب)(?!\w)",
    ),
    "pl": _instructions(
        r"\b(?:i|lub|albo|oraz|to|wtedy|ale|więc|też|także|nadal|natychmiast|zaraz|od razu|potem|najpierw)",
        rf"(?:(?:proszę|nadal|dalej|teraz|już|natychmiast)\s+)*(?!nie\b)(?:{_POLISH})\b",
        rf"(?:(?:nadal|jeszcze|dalej|już|teraz)\s+)*(?:nie|nigdy nie)\s+(?:{_POLISH}|przychodź\w*|jedź|wchodź\w*|wychodź\w*|dotykaj|podchodź"
        r"|wyrzucaj|płucz|wylewaj|wlewaj|otwieraj|podawaj|udostępniaj|wracaj|używajcie|zabieraj|schodź|stosuj|mieszaj"
        r"|rozpalaj|zostawiaj|odpowiadaj|rozsyłaj|zatrzymuj|wierz|myj|pal|zwlekaj|śpiesz|spiesz|gaś|bój)\b",
        r"\bmusi(?:sz|cie)\b|\bmoże(?:sz|cie)\b|\bmożna\b|\btrzeba\b|\bnależy\b|\bnie ma potrzeby\b",
    ),
    "ro": _instructions(
        r"\b(?:și|sau|apoi|dar|atunci|deci|imediat|tot|mai întâi|întâi|de asemenea)",
        r"(?:vă rugăm să\s+)?(?!(?:puteți|aveți|veți|știți|vreți|sunteți|ați)\b)"
        r"(?:vă\s+)?\w*(?:ați|eți|iți|âți|ți)(?:-\w+)?(?:-\w+)?\b(?! (?:de|din) cauza)",
        r"(?:nu|niciodată nu)\s+(?:mai\s+|vă\s+|o\s+|îl\s+|le\s+|încă\s+)*\w+(?:ați|eți|iți)\b",
        r"\bnu (?:e|este) nevoie\b|\btrebuie să\b|\bnu mai trebuie\b|\bputeți\b",
    ),
}
