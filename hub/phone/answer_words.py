"""What the hub says to who calls or writes to it by itself: the menu's words, and those of a written reply.

The menu is spoken (`hub.text.speech.speak`); the written words go out as an SMS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerWords:
    """`{digit}` is a key of the telephone, `{title}` an announcement's title, `{name}` the municipality's, `{time}`
    a moment, `{count}` a number of announcements, `{page}` the site's address, `{radio}` a radio station."""

    press: str
    again: str
    part: str
    unknown: str
    written_head: str
    written_quiet: str
    written_count: str
    written_page: str
    written_help: str
    written_unknown: str
    written_outlived: str


ANSWER_WORDS: Mapping[str, AnswerWords] = {
    "da": AnswerWords(
        press="Tast {digit} for dansk.",
        again="Tast {digit} for at høre det igen.",
        part="Tast {digit} for: {title}",
        unknown="Vi kan ikke give dig besked lige nu. Ring igen, eller hør radioen på {radio}.",
        written_head="{name} {time}:",
        written_quiet="Der er ingen aktive beskeder lige nu.",
        written_count="{count} beskeder gælder nu.",
        written_page="Mere: {page}.",
        written_help="{name}: Skriv INFO til os, så får du den nyeste besked. Du kan også læse {page}.",
        written_unknown="{name}: Vi kan ikke svare lige nu. Læs {page}, eller hør {radio}.",
        written_outlived="Vi har ikke nyt siden {time}. Det kan være for gammelt.",
    ),
    "en": AnswerWords(
        press="For English, press {digit}.",
        again="Press {digit} to hear it again.",
        part="Press {digit} for: {title}",
        unknown="We cannot tell you anything right now. Call again, or listen to the radio station {radio}.",
        written_head="{name} {time}:",
        written_quiet="There are no active messages right now.",
        written_count="{count} messages apply now.",
        written_page="More: {page}.",
        written_help="{name}: Text INFO EN to us to get the newest message. You can also read {page}.",
        written_unknown="{name}: We cannot answer right now. Read {page}, or listen to {radio}.",
        written_outlived="We have no news since {time}. This may be too old.",
    ),
    "de": AnswerWords(
        press="Für Deutsch drücken Sie {digit}.",
        again="Drücken Sie {digit}, um es noch einmal zu hören.",
        part="Drücken Sie {digit} für: {title}",
        unknown="Wir können Ihnen gerade nichts sagen. Rufen Sie noch einmal an oder hören Sie den "
        "Radiosender {radio}.",
        written_head="{name}, {time}:",
        written_quiet="Zurzeit gibt es keine aktiven Mitteilungen.",
        written_count="{count} Mitteilungen gelten jetzt.",
        written_page="Mehr: {page}.",
        written_help="{name}: Schreiben Sie uns INFO DE und Sie bekommen die neueste Mitteilung. "
        "Sie steht auch auf {page}.",
        written_unknown="{name}: Wir können gerade nicht antworten. Lesen Sie {page} oder hören Sie {radio}.",
        written_outlived="Es gibt nichts Neues seit {time}. Dies kann zu alt sein.",
    ),
    "uk": AnswerWords(
        press="Українською, натисніть {digit}.",
        again="Щоб почути ще раз, натисніть {digit}.",
        part="Натисніть {digit}: {title}",
        unknown="Зараз ми не можемо дати вам інформацію. Зателефонуйте ще раз або слухайте радіо {radio}.",
        written_head="{name}, {time}:",
        written_quiet="Зараз немає активних повідомлень.",
        written_count="Діють повідомлення: {count}.",
        written_page="Більше: {page}.",
        written_help="{name}: напишіть INFO UK, і ви отримаєте останнє повідомлення. Також на {page}.",
        written_unknown="{name}: зараз не можемо відповісти. Дивіться {page} або слухайте {radio}.",
        written_outlived="Немає новин від {time}. Це може бути застарілим.",
    ),
    "ar": AnswerWords(
        press="للعربية اضغط {digit}.",
        again="لسماعها مرة أخرى اضغط {digit}.",
        part="اضغط {digit}: {title}",
        unknown="لا يمكننا إعطاؤك معلومات الآن. اتصل مرة أخرى أو استمع إلى الراديو {radio}.",
        written_head="{name}، {time}:",
        written_quiet="لا توجد رسائل سارية الآن.",
        written_count="عدد الرسائل السارية الآن: {count}.",
        written_page="المزيد: {page}",
        written_help="{name}: أرسل INFO AR لتصلك آخر رسالة، أو اقرأها على {page}",
        written_unknown="{name}: لا يمكننا الرد الآن. اقرأ {page} أو استمع إلى {radio}.",
        written_outlived="لا أخبار جديدة منذ {time}. قد تكون المعلومات قديمة.",
    ),
    "pl": AnswerWords(
        press="Po polsku, naciśnij {digit}.",
        again="Aby usłyszeć jeszcze raz, naciśnij {digit}.",
        part="Naciśnij {digit}: {title}",
        unknown="Nie możemy teraz podać informacji. Zadzwoń jeszcze raz albo słuchaj radia {radio}.",
        written_head="{name}, {time}:",
        written_quiet="Obecnie nie ma aktywnych komunikatów.",
        written_count="Obowiązujące komunikaty: {count}.",
        written_page="Więcej: {page}.",
        written_help="{name}: napisz INFO PL, a dostaniesz najnowszy komunikat. Jest też na {page}.",
        written_unknown="{name}: nie możemy teraz odpowiedzieć. Przeczytaj {page} albo słuchaj {radio}.",
        written_outlived="Brak nowych informacji od: {time}. To może być nieaktualne.",
    ),
    "ro": AnswerWords(
        press="Pentru română, apăsați {digit}.",
        again="Ca să ascultați din nou, apăsați {digit}.",
        part="Apăsați {digit}: {title}",
        unknown="Nu vă putem da informații acum. Sunați din nou sau ascultați radioul {radio}.",
        written_head="{name}, {time}:",
        written_quiet="În acest moment nu există mesaje active.",
        written_count="Mesaje valabile acum: {count}.",
        written_page="Mai multe: {page}.",
        written_help="{name}: scrieți-ne INFO RO și primiți cel mai nou mesaj. Îl găsiți și pe {page}.",
        written_unknown="{name}: nu putem răspunde acum. Citiți {page} sau ascultați {radio}.",
        written_outlived="Nu avem noutăți din {time}. Informația poate fi prea veche.",
    ),
}
