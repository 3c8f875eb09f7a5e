"""The phone text's own words in each language that has a voice: opening, closing, and what is said of silence.

Written as ordinary text with moments in it; `hub.text.speech.speak` makes them sayable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PhoneWords:
    """`too_old` speaks of the text, never of the announcement: what it tells may hold longer than the text does.

    `outlived` and `outlived_told` are for a robot that kept the text past its time; `gone` stands where an
    announcement was that is over. `{name}` is the municipality's, `{time}` a moment, `{number}` an announcement's
    number, `{titles}` sentences, `{page}` the site's address, `{radio}` the station that tells what the phone cannot."""

    opening: str
    quiet: str
    too_old: str
    then: str
    next_update: str
    late: str
    more: str
    untranslated: str
    gone: str
    outlived: str
    outlived_told: str
    short_opening: str
    short_others: str
    short_page: str
    short_last: str
    exercise_opening: str
    exercise_closing: str
    exercise_short: str


WORDS: Mapping[str, PhoneWords] = {
    "da": PhoneWords(
        opening="Her er {name}. Dette er opdateret {time}.",
        quiet="Der er ingen aktive beskeder fra kommunen lige nu.",
        too_old="Hører du dette efter {time}, så er det for gammelt.",
        then="Ring igen, eller hør radioen på {radio}.",
        next_update="Vi kommer med nyt senest {time}.",
        late="Vi skulle have givet nyt senest {time}. Det, du lige hørte, gælder stadig.",
        more="Der er også andre beskeder. {titles} Læs dem på {page}.",
        untranslated="Der er også beskeder, som ikke findes på dansk endnu. {titles} Læs dem på {page}.",
        gone="Besked nummer {number} gælder ikke mere.",
        outlived="Vi har ikke hørt nyt fra {name} siden {time}. Det kan være for gammelt.",
        outlived_told="Da gjaldt dette. {titles} Måske gælder det stadig.",
        short_opening="Her er {name} {time}.",
        short_others="Der er også andre beskeder.",
        short_page="Læs mere på {page}.",
        short_last="Der er en vigtig besked fra kommunen. Spørg om den, når du kommer igennem.",
        exercise_opening="Øvelse. Dette er en øvelse. Du skal ikke gøre noget.",
        exercise_closing="Dette var en øvelse.",
        exercise_short="Dette er en øvelse.",
    ),
    "en": PhoneWords(
        opening="This is {name}. Updated {time}.",
        quiet="There are no active messages from the municipality right now.",
        too_old="If you hear this after {time}, it is too old.",
        then="Call again, or listen to the radio station {radio}.",
        next_update="We will have news no later than {time}.",
        late="We should have had news no later than {time}. What you have just heard still applies.",
        more="There are other messages too. {titles} Read them at {page}.",
        untranslated="There are also messages that are not available in English yet. {titles} "
        "Read them at {page}.",
        gone="Message number {number} no longer applies.",
        outlived="We have had no news from {name} since {time}. This may be too old.",
        outlived_told="At that time this applied. {titles} It may still apply.",
        short_opening="This is {name} at {time}.",
        short_others="There are other messages too.",
        short_page="Read more at {page}.",
        short_last="There is an important message from the municipality. Ask about it when you get through.",
        exercise_opening="Exercise. This is an exercise. You do not need to do anything.",
        exercise_closing="This was an exercise.",
        exercise_short="This is an exercise.",
    ),
    "de": PhoneWords(
        opening="Hier ist {name}. Der Stand ist {time}.",
        quiet="Zurzeit gibt es keine aktiven Mitteilungen der Kommune.",
        too_old="Hören Sie dies nach {time}, dann ist es zu alt.",
        then="Rufen Sie noch einmal an oder hören Sie den Radiosender {radio}.",
        next_update="Neues gibt es spätestens {time}.",
        late="Neues sollte es spätestens {time} geben. Was Sie gerade gehört haben, gilt weiterhin.",
        more="Es gibt noch andere Mitteilungen. {titles} Lesen Sie sie auf {page}.",
        untranslated="Es gibt auch Mitteilungen, die noch nicht auf Deutsch vorliegen. {titles} "
        "Lesen Sie sie auf {page}.",
        gone="Mitteilung Nummer {number} gilt nicht mehr.",
        outlived="Von {name} gibt es nichts Neues seit {time}. Dies kann zu alt sein.",
        outlived_told="Damals galt dies. {titles} Vielleicht gilt es noch.",
        short_opening="Hier ist {name}, {time}.",
        short_others="Es gibt noch andere Mitteilungen.",
        short_page="Lesen Sie mehr auf {page}.",
        short_last="Es gibt eine wichtige Mitteilung der Kommune. Fragen Sie danach, wenn Sie an der Reihe sind.",
        exercise_opening="Übung. Dies ist eine Übung. Sie müssen nichts tun.",
        exercise_closing="Dies war eine Übung.",
        exercise_short="Dies ist eine Übung.",
    ),
    "uk": PhoneWords(
        opening="Говорить {name}. Час оновлення, {time}.",
        quiet="Зараз немає активних повідомлень від муніципалітету.",
        too_old="Цей текст застаріє в такий час, {time}.",
        then="Якщо ви чуєте його пізніше, зателефонуйте ще раз або слухайте радіо {radio}.",
        next_update="Новини будуть не пізніше, ніж у такий час, {time}.",
        late="Новини мали бути не пізніше, ніж у такий час, {time}. Те, що ви щойно почули, досі діє.",
        more="Є й інші повідомлення. {titles} Прочитайте їх на {page}.",
        untranslated="Є також повідомлення, яких ще немає українською. {titles} Прочитайте їх на {page}.",
        gone="Це повідомлення більше не діє. Його номер, {number}.",
        outlived="Останні новини, які ми маємо. {name}, {time}. Вони можуть бути застарілими.",
        outlived_told="Тоді діяло ось що. {titles} Можливо, це діє й досі.",
        short_opening="Говорить {name}, {time}.",
        short_others="Є й інші повідомлення.",
        short_page="Більше на {page}.",
        short_last="Є важливе повідомлення від муніципалітету. Запитайте про нього, коли вам відповідять.",
        exercise_opening="Навчання. Це навчання. Вам не потрібно нічого робити.",
        exercise_closing="Це було навчання.",
        exercise_short="Це навчання.",
    ),
    "ar": PhoneWords(
        opening="معكم {name}. تم التحديث {time}.",
        quiet="لا توجد رسائل سارية من البلدية الآن.",
        too_old="إذا سمعت هذا النص بعد {time} فهو قديم.",
        then="اتصل مرة أخرى أو استمع إلى الراديو {radio}.",
        next_update="سنعلن الجديد في موعد أقصاه {time}.",
        late="كان يجب أن نعلن الجديد في موعد أقصاه {time}. ما سمعته الآن ما زال ساريًا.",
        more="هناك رسائل أخرى أيضًا. {titles} اقرأها على {page}.",
        untranslated="هناك أيضًا رسائل غير متوفرة بالعربية بعد. {titles} اقرأها على {page}.",
        gone="الرسالة رقم {number} لم تعد سارية.",
        outlived="لم تصلنا أخبار جديدة من {name} منذ {time}. قد تكون هذه المعلومات قديمة.",
        outlived_told="كان هذا ساريًا في ذلك الوقت. {titles} ربما ما زال ساريًا.",
        short_opening="معكم {name}، {time}.",
        short_others="هناك رسائل أخرى أيضًا.",
        short_page="المزيد على {page}.",
        short_last="هناك رسالة مهمة من البلدية. اسأل عنها عندما يرد عليك الموظف.",
        exercise_opening="تمرين. هذا تمرين. لا يلزمك فعل أي شيء.",
        exercise_closing="كان هذا تمرينًا.",
        exercise_short="هذا تمرين.",
    ),
    "pl": PhoneWords(
        opening="Mówi {name}. Czas aktualizacji, {time}.",
        quiet="Obecnie nie ma aktywnych komunikatów gminy.",
        too_old="Ten tekst przestanie być aktualny w tym momencie, {time}.",
        then="Jeśli słyszysz go później, zadzwoń jeszcze raz albo słuchaj radia {radio}.",
        next_update="Nowe informacje podamy najpóźniej w tym momencie, {time}.",
        late="Nowe informacje mieliśmy podać najpóźniej w tym momencie, {time}. "
        "To, co właśnie słyszałeś, nadal obowiązuje.",
        more="Są też inne komunikaty. {titles} Przeczytaj je na {page}.",
        untranslated="Są też komunikaty, których nie ma jeszcze po polsku. {titles} Przeczytaj je na {page}.",
        gone="Ten komunikat już nie obowiązuje. Jego numer, {number}.",
        outlived="Ostatnie informacje, jakie mamy. {name}, {time}. Mogą być nieaktualne.",
        outlived_told="Wtedy obowiązywało to. {titles} Być może nadal obowiązuje.",
        short_opening="Mówi {name}, {time}.",
        short_others="Są też inne komunikaty.",
        short_page="Więcej na {page}.",
        short_last="Jest ważny komunikat gminy. Zapytaj o niego, gdy uzyskasz połączenie.",
        exercise_opening="Ćwiczenia. To są ćwiczenia. Nie musisz nic robić.",
        exercise_closing="To były ćwiczenia.",
        exercise_short="To są ćwiczenia.",
    ),
    "ro": PhoneWords(
        opening="Aici este {name}. Actualizat {time}.",
        quiet="În acest moment nu există mesaje active de la primărie.",
        too_old="Dacă auziți acest text după {time}, este prea vechi.",
        then="Sunați din nou sau ascultați radioul {radio}.",
        next_update="Vom avea noutăți cel târziu {time}.",
        late="Trebuia să avem noutăți cel târziu {time}. Ce tocmai ați auzit este valabil în continuare.",
        more="Mai există și alte mesaje. {titles} Citiți-le pe {page}.",
        untranslated="Există și mesaje care nu sunt încă disponibile în română. {titles} Citiți-le pe {page}.",
        gone="Mesajul numărul {number} nu mai este valabil.",
        outlived="Nu avem noutăți de la {name} din {time}. Informația poate fi prea veche.",
        outlived_told="Atunci era valabil acest lucru. {titles} Poate este valabil în continuare.",
        short_opening="Aici este {name}, {time}.",
        short_others="Mai există și alte mesaje.",
        short_page="Mai multe pe {page}.",
        short_last="Există un mesaj important de la primărie. Întrebați despre el când vi se răspunde.",
        exercise_opening="Exercițiu. Acesta este un exercițiu. Nu trebuie să faceți nimic.",
        exercise_closing="Acesta a fost un exercițiu.",
        exercise_short="Acesta este un exercițiu.",
    ),
}
