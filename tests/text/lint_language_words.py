"""Words that a rule must catch, and the near miss beside them, in each language."""

from __future__ import annotations

WAYS = {
    "da": ("Se {page}.", "Se {page}. Hør radio."),
    "en": ("See {page}.", "See {page}. Listen to the radio."),
    "de": ("Siehe {page}.", "Siehe {page}. Oder rufen Sie an."),
    "uk": ("Дивіться {page}.", "Дивіться {page}. Слухайте радіо."),
    "ar": ("انظر {page}.", "انظر {page}. استمع إلى الراديو."),
    "pl": ("Zobacz {page}.", "Zobacz {page}. Słuchaj radia."),
    "ro": ("Vedeți {page}.", "Vedeți {page}. Ascultați radio."),
}
ASKS = {
    "da": ("Svar på denne sms.", "Du skal aldrig betale os."),
    "en": ("Reply with your password.", "We never ask for a password."),
    "de": ("Antworten Sie mit Ihrem Passwort.", "Ändern Sie Ihr Passwort."),
    "uk": ("Надішліть нам пароль.", "Ми ніколи не просимо пароль."),
    "ar": ("أرسل كلمة المرور.", "غيّر كلمة المرور."),
    "pl": ("Podaj nam hasło.", "Nigdy nie prosimy o hasło."),
    "ro": ("Trimiteți parola.", "Schimbați parola."),
}
PRIVATE = {
    "da": ("Din tid i jobcentret er aflyst.", "Din tid i centret er aflyst."),
    "en": ("Your job centre appointment is cancelled.", "Your appointment is cancelled."),
    "de": ("Ihr Termin im Jugendamt fällt aus.", "Ihr Besuch bei uns fällt aus."),
    "uk": ("Ваш прийом у центрі зайнятості скасовано.", "Ваш прийом у центрі міста скасовано."),
    "ar": ("أُلغي موعدك في مركز العمل.", "أُلغي موعدك في المركز."),
    "pl": (
        "Twoja wizyta w urzędzie pracy jest odwołana.",
        "Twoja wizyta w urzędzie jest odwołana.",
    ),
    "ro": ("Programarea pentru ajutor social este anulată.", "Programarea este anulată."),
}
EMERGENCY = {
    "da": ("Ring 112.", "Ring 112 ved livsfare."),
    "en": ("Call 112 for news.", "Call 112 only in danger."),
    "de": ("Rufen Sie 112 an.", "Rufen Sie 112 nur bei Lebensgefahr an."),
    "uk": ("Телефонуйте 112.", "Телефонуйте 112 лише при загрозі життю."),
    "ar": ("اتصل بالرقم 112.", "لا تتصل بالرقم 112 للسؤال."),
    "pl": ("Zadzwoń pod 112.", "Nie dzwoń na 112 po informacje."),
    "ro": ("Sunați la 112.", "Sunați la 112 numai în pericol."),
}
POSES = {
    "da": ("STOP. LÆS. REAGÉR.", "Stop op, og læs."),
    "en": ("This is an emergency alert.", "This is about an emergency."),
    "de": ("Das ist eine Katastrophenwarnung.", "Das ist eine Warnung."),
    "uk": ("Повітряна тривога.", "Повітря чисте."),
    "ar": ("إنذار وطني.", "إنذار من البلدية."),
    "pl": ("Alert RCB.", "Ostrzegamy."),
    "ro": ("RO-ALERT.", "Avertizare."),
}
POLICE = {
    "da": "Politiet hjælper.",
    "en": "The police help.",
    "de": "Die Polizei hilft.",
    "uk": "Поліція допомагає.",
    "ar": "الشرطة تساعد.",
    "pl": "Policja pomaga.",
    "ro": "Poliția ajută.",
}
DRILL = {
    "da": ("Det er en øvelse.", "Vi er øvede."),
    "en": ("This is an exercise.", "This takes exertion."),
    "de": ("Das ist eine Übung.", "Das ist üblich."),
    "uk": ("Це навчання.", "Це наука."),
    "ar": ("هذا تمرين.", "هذا مرن."),
    "pl": ("To ćwiczenia.", "To ćwiartka."),
    "ro": ("Este un exercițiu.", "Este ceva."),
}
OPENINGS = {
    "da": ("Der er sket noget. Kog vandet i {place}.", "Vandet i {place} er snavset. Kog det."),
    "en": ("Something happened. Boil the water.", "The water is dirty. Boil it."),
    "de": ("Etwas ist passiert. Kochen Sie Wasser.", "Das Wasser ist schmutzig. Kochen Sie es."),
    "uk": ("Щось сталося. Кип'ятіть воду.", "Вода брудна. Кип'ятіть її."),
    "ar": ("حدث شيء. اغلِ الماء.", "الماء متسخ. اغلِه."),
    "pl": ("Coś się stało. Gotuj wodę.", "Woda jest brudna. Gotuj ją."),
    "ro": ("S-a întâmplat ceva. Fierbeți apa.", "Apa este murdară. Fierbeți-o."),
}
IDLE = {
    "da": ("Vandet er ikke rent. Vi undersøger det nu. Kog det.", "Vandet er ikke rent. Kog det."),
    "en": ("The water is not clean. We look into it. Boil it.", "The water is not clean. Boil it."),
    "de": (
        "Das Wasser ist nicht sauber. Wir prüfen das gerade. Kochen Sie es ab.",
        "Das Wasser ist nicht sauber. Bitte kochen Sie es ab.",
    ),
    "uk": (
        "Вода зараз не чиста. Водоканал шукає причину. Кип'ятіть її.",
        "Вода зараз не чиста. Кип'ятіть її.",
    ),
    "ar": ("الماء الآن غير نظيف. محطة المياه تبحث السبب. اغلِه.", "الماء الآن غير نظيف. لا تشربه."),
    "pl": (
        "Woda nie jest czysta. Wodociągi szukają przyczyny. Gotuj ją.",
        "Woda nie jest czysta. Nie pij jej.",
    ),
    "ro": (
        "Apa nu este curată. Stația caută acum cauza. Fierbeți-o.",
        "Apa nu este curată. Nu o beți.",
    ),
}
RELATIVE = {
    "da": ("Vi kommer i morgen.", "Vi kommer i morgen, {next_update}."),
    "en": ("We come tomorrow.", "We come by {next_update}."),
    "de": ("Wir kommen heute.", "Wir kommen heute, {next_update}."),
    "uk": ("Прийдемо завтра.", "Прийдемо завтра: {next_update}."),
    "ar": ("نأتي غدًا.", "مرتان في اليوم تقريبًا."),
    "pl": ("Przyjdziemy jutro.", "Przyjdziemy jutro: {next_update}."),
    "ro": ("Venim mâine.", "Venim mâine: {next_update}."),
}
DATED = {
    "da": ("Det sker 21. november.", "Det sker den anden mandag i november."),
    "en": ("It happens on 21 November.", "It happens in November."),
    "de": ("Am 21. November.", "Im November."),
    "uk": ("Це буде 21 листопада.", "Це буде у листопаді."),
    "ar": ("في 21 نوفمبر.", "في شهر نوفمبر."),
    "pl": ("To będzie 21 listopada.", "To będzie w listopadzie."),
    "ro": ("Va fi pe 21 noiembrie.", "Va fi în noiembrie."),
}
SAFE = {
    "da": "trygt ",
    "en": "safely ",
    "de": "sicher",
    "uk": "безпечно ",
    "ar": "آمن ",
    "pl": "bezpieczna",
    "ro": "sigură",
}
LAST = {
    "da": "sidste ",
    "en": "last ",
    "de": "letzte ",
    "uk": "останнє ",
    "ar": "آخر ",
    "pl": "ostatnia ",
    "ro": "ultimul ",
}
GUESSES = {
    "da": ("Det er formentlig et rør.", "Vi kender ikke årsagen."),
    "en": ("It is probably a pipe.", "We do not know the cause."),
    "de": ("Schuld ist vermutlich ein Rohr.", "Wir kennen den Grund nicht."),
    "uk": ("Ймовірно, прорвало трубу.", "Причини ми не знаємо."),
    "ar": ("السبب على الأرجح أنبوب.", "لا نعرف السبب."),
    "pl": ("To prawdopodobnie rura.", "Nie znamy przyczyny."),
    "ro": ("Probabil este o conductă.", "Nu cunoaștem cauza."),
}
LONG = {
    "da": "og tag den med her ",
    "en": "and take it with you now ",
    "de": "und nehmen es mit nach Hause ",
    "uk": "і візьміть її з собою додому ",
    "ar": "وخذه معك إلى البيت الآن ",
    "pl": "i weź ją ze sobą do domu ",
    "ro": "și luați-o cu voi acasă acum ",
}
PROMISES = {
    "da": ("Vandet kommer tilbage {back}.", "Vandet ventes tilbage {back}."),
    "en": ("The water is back at {back}.", "We expect the water back at {back}."),
    "de": ("Das Wasser kommt {back} zurück.", "Das Wasser kommt voraussichtlich {back} zurück."),
    "uk": ("Вода повернеться: {back}.", "Вода може повернутися: {back}."),
    "ar": ("سيعود الماء {back}.", "نتوقع أن يعود الماء {back}."),
    "pl": ("Woda wróci: {back}.", "Woda może wróci: {back}."),
    "ro": ("Apa va reveni: {back}.", "Estimăm că apa va reveni: {back}."),
}
DONTS = {
    "da": ("Drik ikke vandet.", "Drik ikke vandet. Brug flasker."),
    "en": ("Do not drink the water.", "Do not drink the water. Use bottles."),
    "de": ("Trinken Sie kein Wasser.", "Trinken Sie kein Wasser. Nehmen Sie Flaschen."),
    "uk": ("Не пийте воду.", "Не пийте воду. Купіть у пляшках. Візьміть її."),
    "ar": ("لا تشرب الماء.", "لا تشرب الماء. استعمل القوارير."),
    "pl": ("Nie pij wody.", "Nie pij wody. Użyj butelek."),
    "ro": ("Nu beți apa.", "Nu beți apa. Luați sticle."),
}
