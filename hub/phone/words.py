"""The phone text's own words in each language that has a voice: opening, closing, and what is said of silence.

Written as ordinary text with moments in it; `hub.text.speech.speak` makes them sayable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PhoneWords:
    """`too_old` speaks of the text, never of the announcement: what it tells may hold longer than the text does.

    `{name}` is the municipality's, `{time}` a moment, `{titles}` sentences, `{page}` the site's address."""

    opening: str
    quiet: str
    too_old: str
    then: str
    next_update: str
    late: str
    more: str
    untranslated: str
    exercise_opening: str
    exercise_closing: str


WORDS: Mapping[str, PhoneWords] = {
    "da": PhoneWords(
        opening="Her er {name}. Dette er opdateret {time}.",
        quiet="Der er ingen aktive beskeder fra kommunen lige nu.",
        too_old="Hører du dette efter {time}, så er det for gammelt.",
        then="Ring igen, eller hør radioen på DR P4.",
        next_update="Vi kommer med nyt senest {time}.",
        late="Vi skulle have givet nyt senest {time}. Det, du lige hørte, gælder stadig.",
        more="Der er også andre beskeder. {titles} Læs dem på {page}.",
        untranslated="Der er også beskeder, som ikke findes på dansk endnu. {titles} Læs dem på {page}.",
        exercise_opening="Øvelse. Dette er en øvelse. Du skal ikke gøre noget.",
        exercise_closing="Dette var en øvelse.",
    ),
    "en": PhoneWords(
        opening="This is {name}. Updated {time}.",
        quiet="There are no active messages from the municipality right now.",
        too_old="If you hear this after {time}, it is too old.",
        then="Call again, or listen to the radio station DR P4.",
        next_update="We will have news no later than {time}.",
        late="We should have had news no later than {time}. What you have just heard still applies.",
        more="There are other messages too. {titles} Read them at {page}.",
        untranslated="There are also messages that are not available in English yet. {titles} "
        "Read them at {page}.",
        exercise_opening="Exercise. This is an exercise. You do not need to do anything.",
        exercise_closing="This was an exercise.",
    ),
    "de": PhoneWords(
        opening="Hier ist {name}. Der Stand ist {time}.",
        quiet="Zurzeit gibt es keine aktiven Mitteilungen der Kommune.",
        too_old="Hören Sie dies nach {time}, dann ist es zu alt.",
        then="Rufen Sie noch einmal an oder hören Sie den Radiosender DR P4.",
        next_update="Neues gibt es spätestens {time}.",
        late="Neues sollte es spätestens {time} geben. Was Sie gerade gehört haben, gilt weiterhin.",
        more="Es gibt noch andere Mitteilungen. {titles} Lesen Sie sie auf {page}.",
        untranslated="Es gibt auch Mitteilungen, die noch nicht auf Deutsch vorliegen. {titles} "
        "Lesen Sie sie auf {page}.",
        exercise_opening="Übung. Dies ist eine Übung. Sie müssen nichts tun.",
        exercise_closing="Dies war eine Übung.",
    ),
    "uk": PhoneWords(
        opening="Говорить {name}. Час оновлення, {time}.",
        quiet="Зараз немає активних повідомлень від муніципалітету.",
        too_old="Цей текст застаріє в такий час, {time}.",
        then="Якщо ви чуєте його пізніше, зателефонуйте ще раз або слухайте радіо DR P4.",
        next_update="Новини будуть не пізніше, ніж у такий час, {time}.",
        late="Новини мали бути не пізніше, ніж у такий час, {time}. Те, що ви щойно почули, досі діє.",
        more="Є й інші повідомлення. {titles} Прочитайте їх на {page}.",
        untranslated="Є також повідомлення, яких ще немає українською. {titles} Прочитайте їх на {page}.",
        exercise_opening="Навчання. Це навчання. Вам не потрібно нічого робити.",
        exercise_closing="Це було навчання.",
    ),
    "ar": PhoneWords(
        opening="معكم {name}. تم التحديث {time}.",
        quiet="لا توجد رسائل سارية من البلدية الآن.",
        too_old="إذا سمعت هذا النص بعد {time} فهو قديم.",
        then="اتصل مرة أخرى أو استمع إلى الراديو DR P4.",
        next_update="سنعلن الجديد في موعد أقصاه {time}.",
        late="كان يجب أن نعلن الجديد في موعد أقصاه {time}. ما سمعته الآن ما زال ساريًا.",
        more="هناك رسائل أخرى أيضًا. {titles} اقرأها على {page}.",
        untranslated="هناك أيضًا رسائل غير متوفرة بالعربية بعد. {titles} اقرأها على {page}.",
        exercise_opening="تمرين. هذا تمرين. لا يلزمك فعل أي شيء.",
        exercise_closing="كان هذا تمرينًا.",
    ),
    "pl": PhoneWords(
        opening="Mówi {name}. Czas aktualizacji, {time}.",
        quiet="Obecnie nie ma aktywnych komunikatów gminy.",
        too_old="Ten tekst przestanie być aktualny w tym momencie, {time}.",
        then="Jeśli słyszysz go później, zadzwoń jeszcze raz albo słuchaj radia DR P4.",
        next_update="Nowe informacje podamy najpóźniej w tym momencie, {time}.",
        late="Nowe informacje mieliśmy podać najpóźniej w tym momencie, {time}. "
        "To, co właśnie słyszałeś, nadal obowiązuje.",
        more="Są też inne komunikaty. {titles} Przeczytaj je na {page}.",
        untranslated="Są też komunikaty, których nie ma jeszcze po polsku. {titles} Przeczytaj je na {page}.",
        exercise_opening="Ćwiczenia. To są ćwiczenia. Nie musisz nic robić.",
        exercise_closing="To były ćwiczenia.",
    ),
    "ro": PhoneWords(
        opening="Aici este {name}. Actualizat {time}.",
        quiet="În acest moment nu există mesaje active de la primărie.",
        too_old="Dacă auziți acest text după {time}, este prea vechi.",
        then="Sunați din nou sau ascultați radioul DR P4.",
        next_update="Vom avea noutăți cel târziu {time}.",
        late="Trebuia să avem noutăți cel târziu {time}. Ce tocmai ați auzit este valabil în continuare.",
        more="Mai există și alte mesaje. {titles} Citiți-le pe {page}.",
        untranslated="Există și mesaje care nu sunt încă disponibile în română. {titles} Citiți-le pe {page}.",
        exercise_opening="Exercițiu. Acesta este un exercițiu. Nu trebuie să faceți nimic.",
        exercise_closing="Acesta a fost un exercițiu.",
    ),
}
