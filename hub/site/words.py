"""The page's own words in each language: everything on it that is no announcement.

A language is added as one more table. A page in a language without one is written in English around the
announcement's own words, and marked so (`lang`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class SiteWords:
    """Patterns have the fields named in them: `{time}` a moment, `{number}` an announcement's, `{name}` the
    municipality's, `{languages}` a list of languages in their own names, `{radio}` the station to listen to."""

    code: str
    heading: str
    quiet: str
    quiet_title: str
    languages: str
    life: str
    severe: str
    notice: str
    over: str
    until: str
    until_called_off: str
    until_passed: str
    next_update: str
    late: str
    updated: str
    test: str
    too_old: str
    message: str
    update: str
    issued: str
    replaces: str
    ends: str
    corrects: str
    in_force: str
    was_updated: str
    was_ended: str
    was_corrected: str
    past: str
    all_incidents: str
    now_in_force: str
    no_incidents: str
    began: str
    closed: str
    open: str
    missing: str
    exercise: str
    exercise_says: str
    not_found: str
    address: str
    accessibility: str
    read_statement: str
    no_statement: str


_DANISH = SiteWords(
    code="da",
    heading="Vigtige beskeder fra {name}",
    quiet="Der var ingen aktive beskeder {time}.",
    quiet_title="Ingen aktive beskeder",
    languages="Sprog",
    life="Livsfare",
    severe="Alvorligt",
    notice="Til orientering",
    over="Slut",
    until="Gælder til {time}.",
    until_called_off="Gælder, til vi skriver, at det er slut.",
    until_passed="Skulle være slut {time}. Vi har ikke skrevet, at det er slut: det gælder stadig.",
    next_update="Vi skriver igen senest {time}, også hvis der ikke er nyt.",
    late="Vi skulle have skrevet igen senest {time}. Det gælder stadig.",
    updated="Siden er opdateret {time}.",
    test="Er det senere end {limit}, er den for gammel. Prøv igen, eller hør {radio}.",
    too_old="Denne side er for gammel.",
    message="Besked {number}",
    update="opdatering {number}",
    issued="udsendt {time}",
    replaces="erstatter besked {number}",
    ends="afslutter besked {number}",
    corrects="retter besked {number}",
    in_force="Gælder nu",
    was_updated="Gælder ikke længere: erstattet af besked {number}",
    was_ended="Gælder ikke længere: slut {time}",
    was_corrected="Gælder ikke: rettet i besked {number}",
    past="Tidligere beskeder",
    all_incidents="Alle hændelser",
    now_in_force="Det gælder nu",
    no_incidents="Der har ingen hændelser været.",
    began="Begyndt {time}.",
    closed="Slut {time}.",
    open="I gang.",
    missing="Denne besked findes ikke på dansk endnu. Her er den på: {languages}.",
    exercise="ØVELSE",
    exercise_says="Dette er en øvelse. Du skal ikke gøre noget.",
    not_found="Siden findes ikke",
    address="Hjemmeside: {address}",
    accessibility="Tilgængelighedserklæring",
    read_statement="Læs erklæringen",
    no_statement="Erklæringen er ikke offentliggjort endnu. Spørg {name}: {address}.",
)

_ENGLISH = SiteWords(
    code="en",
    heading="Important messages from {name}",
    quiet="There were no active messages {time}.",
    quiet_title="No active messages",
    languages="Languages",
    life="Danger to life",
    severe="Serious",
    notice="For your information",
    over="Over",
    until="Applies until {time}.",
    until_called_off="Applies until we write that it is over.",
    until_passed="Expected to end {time}. We have not written that it is over: it still applies.",
    next_update="We will write again by {time}, even if there is no news.",
    late="We should have written again by {time}. It still applies.",
    updated="This page was updated {time}.",
    test="If it is later than {limit}, the page is too old. Try again, or listen to the radio: {radio}.",
    too_old="This page is too old.",
    message="Message {number}",
    update="update {number}",
    issued="sent {time}",
    replaces="replaces message {number}",
    ends="ends message {number}",
    corrects="corrects message {number}",
    in_force="Applies now",
    was_updated="No longer applies: replaced by message {number}",
    was_ended="No longer applies: ended {time}",
    was_corrected="Does not apply: corrected in message {number}",
    past="Earlier messages",
    all_incidents="All incidents",
    now_in_force="What applies now",
    no_incidents="There have been no incidents.",
    began="Began {time}.",
    closed="Ended {time}.",
    open="Ongoing.",
    missing="This message is not available in English yet. Here it is in: {languages}.",
    exercise="EXERCISE",
    exercise_says="This is an exercise. You do not need to do anything.",
    not_found="There is no such page",
    address="Website: {address}",
    accessibility="Accessibility",
    read_statement="Read the statement",
    no_statement="The statement has not been published yet. Ask {name}: {address}.",
)

_GERMAN = SiteWords(
    code="de",
    heading="Wichtige Mitteilungen von {name}",
    quiet="Es gab keine aktiven Mitteilungen: {time}.",
    quiet_title="Keine aktiven Mitteilungen",
    languages="Sprachen",
    life="Lebensgefahr",
    severe="Ernst",
    notice="Zur Information",
    over="Beendet",
    until="Gilt bis {time}.",
    until_called_off="Gilt, bis wir schreiben, dass es vorbei ist.",
    until_passed="Voraussichtliches Ende: {time}. Wir haben nicht geschrieben, dass es vorbei ist: "
    "Es gilt weiterhin.",
    next_update="Wir schreiben wieder bis {time}, auch ohne Neues.",
    late="Wir wollten bis {time} wieder schreiben. Es gilt weiterhin.",
    updated="Diese Seite wurde aktualisiert: {time}.",
    test="Ist es später als {limit}, ist sie zu alt. Laden Sie sie neu oder hören Sie Radio: {radio}.",
    too_old="Diese Seite ist zu alt.",
    message="Mitteilung {number}",
    update="Aktualisierung {number}",
    issued="gesendet: {time}",
    replaces="ersetzt Mitteilung {number}",
    ends="beendet Mitteilung {number}",
    corrects="berichtigt Mitteilung {number}",
    in_force="Gilt jetzt",
    was_updated="Gilt nicht mehr: ersetzt durch Mitteilung {number}",
    was_ended="Gilt nicht mehr: beendet {time}",
    was_corrected="Gilt nicht: berichtigt in Mitteilung {number}",
    past="Frühere Mitteilungen",
    all_incidents="Alle Ereignisse",
    now_in_force="Was jetzt gilt",
    no_incidents="Es gab keine Ereignisse.",
    began="Beginn: {time}.",
    closed="Ende: {time}.",
    open="Dauert an.",
    missing="Diese Mitteilung gibt es noch nicht auf Deutsch. Hier ist sie auf: {languages}.",
    exercise="ÜBUNG",
    exercise_says="Dies ist eine Übung. Sie müssen nichts tun.",
    not_found="Diese Seite gibt es nicht",
    address="Website: {address}",
    accessibility="Barrierefreiheit",
    read_statement="Die Erklärung lesen",
    no_statement="Die Erklärung ist noch nicht veröffentlicht. Fragen Sie {name}: {address}.",
)

_UKRAINIAN = SiteWords(
    code="uk",
    heading="Важливі повідомлення від {name}",
    quiet="Активних повідомлень не було: {time}.",
    quiet_title="Немає активних повідомлень",
    languages="Мови",
    life="Небезпека для життя",
    severe="Серйозно",
    notice="Для інформації",
    over="Завершено",
    until="Діє до: {time}.",
    until_called_off="Діє, доки ми не напишемо, що все закінчилося.",
    until_passed="Очікуване завершення: {time}. Ми ще не написали, що все закінчилося: повідомлення досі діє.",
    next_update="Ми напишемо знову не пізніше: {time}, навіть якщо новин немає.",
    late="Ми мали написати знову не пізніше: {time}. Повідомлення досі діє.",
    updated="Сторінку оновлено: {time}.",
    test="Якщо зараз пізніше, ніж {limit}, вона застаріла. Спробуйте ще раз або слухайте радіо: {radio}.",
    too_old="Ця сторінка застаріла.",
    message="Повідомлення {number}",
    update="оновлення {number}",
    issued="надіслано: {time}",
    replaces="замінює повідомлення {number}",
    ends="завершує повідомлення {number}",
    corrects="виправляє повідомлення {number}",
    in_force="Діє зараз",
    was_updated="Більше не діє: замінено повідомленням {number}",
    was_ended="Більше не діє: завершено {time}",
    was_corrected="Не діє: виправлено в повідомленні {number}",
    past="Попередні повідомлення",
    all_incidents="Усі події",
    now_in_force="Що діє зараз",
    no_incidents="Подій не було.",
    began="Початок: {time}.",
    closed="Кінець: {time}.",
    open="Триває.",
    missing="Цього повідомлення ще немає українською. Ось воно такими мовами: {languages}.",
    exercise="НАВЧАННЯ",
    exercise_says="Це навчання. Вам не потрібно нічого робити.",
    not_found="Такої сторінки немає",
    address="Вебсайт: {address}",
    accessibility="Заява про доступність",
    read_statement="Прочитати заяву",
    no_statement="Заяву ще не опубліковано. Запитайте: {name}, {address}.",
)

_ARABIC = SiteWords(
    code="ar",
    heading="رسائل مهمة من {name}",
    quiet="لم تكن هناك رسائل سارية {time}.",
    quiet_title="لا توجد رسائل سارية",
    languages="اللغات",
    life="خطر على الحياة",
    severe="خطير",
    notice="للعلم",
    over="انتهى",
    until="يسري حتى {time}.",
    until_called_off="يسري إلى أن نكتب أن الأمر انتهى.",
    until_passed="كان من المتوقع أن ينتهي {time}. لم نكتب أن الأمر انتهى: ما زال ساريًا.",
    next_update="سنكتب مرة أخرى في موعد أقصاه {time}، حتى إن لم يكن هناك جديد.",
    late="كان يجب أن نكتب مرة أخرى في موعد أقصاه {time}. ما زال ساريًا.",
    updated="تم تحديث هذه الصفحة {time}.",
    test="إذا كان الوقت الآن بعد {limit}، فهي قديمة. حاول مرة أخرى أو استمع إلى الراديو: {radio}.",
    too_old="هذه الصفحة قديمة.",
    message="الرسالة {number}",
    update="التحديث {number}",
    issued="أُرسلت {time}",
    replaces="تحل محل الرسالة {number}",
    ends="تنهي الرسالة {number}",
    corrects="تصحح الرسالة {number}",
    in_force="سارية الآن",
    was_updated="لم تعد سارية: حلت محلها الرسالة {number}",
    was_ended="لم تعد سارية: انتهت {time}",
    was_corrected="غير سارية: صُححت في الرسالة {number}",
    past="رسائل سابقة",
    all_incidents="كل الأحداث",
    now_in_force="ما يسري الآن",
    no_incidents="لم تقع أي أحداث.",
    began="البداية: {time}.",
    closed="النهاية: {time}.",
    open="مستمر.",
    missing="هذه الرسالة غير متوفرة بالعربية بعد. ها هي بهذه اللغات: {languages}.",
    exercise="تمرين",
    exercise_says="هذا تمرين. لا يلزمك فعل أي شيء.",
    not_found="هذه الصفحة غير موجودة",
    address="الموقع: {address}",
    accessibility="بيان إمكانية الوصول",
    read_statement="اقرأ البيان",
    no_statement="لم يُنشر البيان بعد. اسأل {name}: {address}.",
)

_POLISH = SiteWords(
    code="pl",
    heading="Ważne komunikaty od {name}",
    quiet="Nie było aktywnych komunikatów: {time}.",
    quiet_title="Brak aktywnych komunikatów",
    languages="Języki",
    life="Zagrożenie życia",
    severe="Poważne",
    notice="Do wiadomości",
    over="Koniec",
    until="Obowiązuje do: {time}.",
    until_called_off="Obowiązuje, dopóki nie napiszemy, że to koniec.",
    until_passed="Przewidywany koniec: {time}. Nie napisaliśmy, że to koniec: komunikat nadal obowiązuje.",
    next_update="Napiszemy ponownie najpóźniej: {time}, nawet jeśli nie będzie nic nowego.",
    late="Mieliśmy napisać ponownie najpóźniej: {time}. Komunikat nadal obowiązuje.",
    updated="Stronę zaktualizowano: {time}.",
    test="Jeśli jest później niż {limit}, jest nieaktualna. Spróbuj ponownie albo słuchaj radia: {radio}.",
    too_old="Ta strona jest nieaktualna.",
    message="Komunikat {number}",
    update="aktualizacja {number}",
    issued="wysłano: {time}",
    replaces="zastępuje komunikat {number}",
    ends="kończy komunikat {number}",
    corrects="poprawia komunikat {number}",
    in_force="Obowiązuje teraz",
    was_updated="Już nie obowiązuje: zastąpiony komunikatem {number}",
    was_ended="Już nie obowiązuje: koniec {time}",
    was_corrected="Nie obowiązuje: poprawiony w komunikacie {number}",
    past="Wcześniejsze komunikaty",
    all_incidents="Wszystkie zdarzenia",
    now_in_force="Co obowiązuje teraz",
    no_incidents="Nie było żadnych zdarzeń.",
    began="Początek: {time}.",
    closed="Koniec: {time}.",
    open="W toku.",
    missing="Tego komunikatu nie ma jeszcze po polsku. Oto on w językach: {languages}.",
    exercise="ĆWICZENIA",
    exercise_says="To są ćwiczenia. Nie musisz nic robić.",
    not_found="Nie ma takiej strony",
    address="Strona: {address}",
    accessibility="Deklaracja dostępności",
    read_statement="Przeczytaj deklarację",
    no_statement="Deklaracja nie została jeszcze opublikowana. Zapytaj: {name}, {address}.",
)

_ROMANIAN = SiteWords(
    code="ro",
    heading="Mesaje importante de la {name}",
    quiet="Nu existau mesaje active: {time}.",
    quiet_title="Niciun mesaj activ",
    languages="Limbi",
    life="Pericol de moarte",
    severe="Grav",
    notice="Pentru informare",
    over="Încheiat",
    until="Valabil până: {time}.",
    until_called_off="Valabil până când scriem că s-a încheiat.",
    until_passed="Sfârșit prevăzut: {time}. Nu am scris că s-a încheiat: este valabil în continuare.",
    next_update="Scriem din nou cel târziu: {time}, chiar dacă nu sunt noutăți.",
    late="Trebuia să scriem din nou cel târziu: {time}. Este valabil în continuare.",
    updated="Pagina a fost actualizată: {time}.",
    test="Dacă este mai târziu de {limit}, este prea veche. Încercați din nou sau ascultați radioul: {radio}.",
    too_old="Această pagină este prea veche.",
    message="Mesajul {number}",
    update="actualizarea {number}",
    issued="trimis: {time}",
    replaces="înlocuiește mesajul {number}",
    ends="încheie mesajul {number}",
    corrects="corectează mesajul {number}",
    in_force="Valabil acum",
    was_updated="Nu mai este valabil: înlocuit de mesajul {number}",
    was_ended="Nu mai este valabil: încheiat {time}",
    was_corrected="Nu este valabil: corectat în mesajul {number}",
    past="Mesaje anterioare",
    all_incidents="Toate evenimentele",
    now_in_force="Ce este valabil acum",
    no_incidents="Nu au existat evenimente.",
    began="Început: {time}.",
    closed="Sfârșit: {time}.",
    open="În curs.",
    missing="Acest mesaj nu este încă disponibil în română. Iată-l în: {languages}.",
    exercise="EXERCIȚIU",
    exercise_says="Acesta este un exercițiu. Nu trebuie să faceți nimic.",
    not_found="Această pagină nu există",
    address="Site: {address}",
    accessibility="Declarație de accesibilitate",
    read_statement="Citiți declarația",
    no_statement="Declarația nu a fost publicată încă. Întrebați: {name}, {address}.",
)

WORDS: Mapping[str, SiteWords] = {
    table.code: table
    for table in (_DANISH, _ENGLISH, _GERMAN, _UKRAINIAN, _ARABIC, _POLISH, _ROMANIAN)
}


def words(language: str) -> SiteWords:
    """The language's words; those of `da` for `da-x-let`; English for a language without a table."""
    return WORDS.get(language) or WORDS.get(language.partition("-")[0]) or _ENGLISH
