"""What holds for every spoken text, whatever the language."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import unicodedata
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text.speech import (
    SPOKEN_LANGUAGES,
    UnsupportedLanguage,
    characters,
    findings,
    seconds,
    speak,
)
from hub.text.speech.tables import words

PIECES = words("""
    kl. kl 13.30 13:30 21/11 21. november 4.-9. klasse 112 70 20 30 40 70203040 +45 tlf. ca. f.eks.
    mv. osv. 3 l 100 °C % kr. 2.000 2,5 1 000 - – og til bis to Uhr am um pm 1:30 den der die
    aabenraa.dk/krise x@y.dk https://a.dk/b?c=1 SMS IT ØVELSE 12A 6200 Aabenraa 1. 2. 3. * ( ) [ ]
    1/2 ½ st. tv. min. Min. Std. Klasse November 2026 -5 24:00 00:15 d. no. e.g. z.B. m.v. o'clock
    noon half a t s g h p . , ? ! : ; " ' / & + = # § ✅ ❌ 😀 €5 £2.50 24/7 1-1-2 2-18 116117
    zł godz. ul. год. вул. оф. 21.11. ora str. nr. الساعة 13:30 ٣ لتر شارع
""")
CHARACTERS = "0123456789.,:;/-–()[]{}*#&+%°'\"!? \n\tabdklmrtAIKSØÅüß@€_|<>=~§½²⁴①٣✅❌😀\u00a0\u200d\u0301жЖع"

texts = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from(CHARACTERS), max_size=30),
    st.lists(st.sampled_from([*PIECES, "\n", "\n\n"]), max_size=12).map(" ".join),
    st.lists(
        st.one_of(st.sampled_from(PIECES), st.text(st.sampled_from(CHARACTERS), max_size=4)),
        max_size=8,
    ).map("".join),
)
languages = st.sampled_from(SPOKEN_LANGUAGES)
every_language = pytest.mark.parametrize("language", SPOKEN_LANGUAGES)


@given(texts, languages)
def test_a_spoken_text_has_only_letters_and_the_marks_a_voice_knows(
    text: str, language: str
) -> None:
    strange = {
        character
        for character in speak(text, language)
        if not character.isalpha()
        and unicodedata.category(character) not in ("Mn", "Mc")
        and character not in " \n.,?-'"
    }
    assert not strange


@given(texts, languages)
def test_speaking_a_spoken_text_changes_nothing(text: str, language: str) -> None:
    spoken = speak(text, language)
    assert speak(spoken, language) == spoken
    assert speak(spoken, language, repeat_phones=True) == spoken


@given(texts, languages)
def test_every_line_of_a_spoken_text_ends_a_sentence(text: str, language: str) -> None:
    lines = [line for line in speak(text, language).split("\n") if line]
    assert all(line.endswith((".", "?")) for line in lines)


@given(texts, languages)
def test_a_spoken_text_leaves_nothing_to_find(text: str, language: str) -> None:
    assert findings(speak(text, language), language) == ()


@given(
    texts.filter(lambda text: any("0" <= c <= "9" for c in text) and "{#" not in text),
    languages,
    st.data(),
)
def test_no_digit_is_ever_lost(text: str, language: str, data: st.DataObject) -> None:
    """Another digit in its place must be heard: a digit that can change unheard was lost."""
    places = [at for at, character in enumerate(text) if "0" <= character <= "9"]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[at]]))
    changed = text[:at] + other + text[at + 1 :]
    assert speak(text, language) != speak(changed, language)


def test_what_counts_as_usual_has_one_spelling() -> None:
    letters = [chr(code) for code in range(33, 0x3000) if characters._USUAL.fullmatch(chr(code))]
    assert len(letters) > 400
    for letter in letters:
        around = f"{letter} a{letter}b ½"  # the fraction sends all of it the long way
        assert characters.plain(around) == f"{letter} a{letter}b 1⁄2", letter


@every_language
def test_every_phone_number_is_heard_apart_from_its_neighbours(language: str) -> None:
    numbers = [f"70 20 30 {n:02}" for n in range(100)]
    assert len({speak(number, language) for number in numbers}) == 100


@every_language
@pytest.mark.parametrize(
    "written",
    [
        "70203040",
        "70 20 30 40",
        "7020 3040",
        "70-20-30-40",
        "70\u00a020\u00a030\u00a040",
        "70\u202f20\u202f30\u202f40",
    ],
)
def test_a_phone_number_sounds_the_same_however_it_is_written(written: str, language: str) -> None:
    assert speak(written, language) == speak("70 20 30 40", language)


@every_language
def test_every_time_of_the_day_is_heard_apart_from_every_other(language: str) -> None:
    times = [f"{hour}:{minute:02}" for hour in range(24) for minute in range(60)]
    heard: set[str] = set()
    for start in range(0, len(times), 60):
        said = speak("; ".join(times[start : start + 60]), language)
        heard |= set(said.rstrip(".").split(", "))
    assert len(heard) == 24 * 60


@every_language
def test_every_day_of_the_year_is_heard_apart_from_every_other(language: str) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    assert len({speak(day, language) for day in days}) == 12 * 28


@every_language
@given(st.integers(0, 999_999_999), st.integers(0, 999_999_999))
def test_two_numbers_never_sound_alike(language: str, one: int, other: int) -> None:
    assert (speak(f"x {one} y", language) == speak(f"x {other} y", language)) == (one == other)


@every_language
def test_all_numbers_below_ten_thousand_sound_different(language: str) -> None:
    numbers = [*range(1, 1200), *range(1200, 10_000, 37)]
    heard: set[str] = set()
    for start in range(0, len(numbers), 40):
        chunk = numbers[start : start + 40]
        said = speak(", ".join(f"x {number} y" for number in chunk), language)
        heard |= set(said.rstrip(".").split(", "))
    assert len(heard) == len(numbers)


@every_language
def test_an_all_caps_warning_stays_a_word(language: str) -> None:
    assert speak("ØVELSE ØVELSE", language) == "ØVELSE ØVELSE."


@every_language
def test_a_blank_line_stays_a_pause_and_a_heading_becomes_a_sentence(language: str) -> None:
    assert speak("## Aba\n\n\n\nOlo *aba* **olo**\n", language) == "Aba.\n\nOlo aba olo."


@every_language
def test_each_list_item_is_a_sentence_and_instruction_ids_vanish(language: str) -> None:
    assert speak("- {#boil} Aba\n* Olo!\n• Udu?", language) == "Aba.\nOlo.\nUdu?"


@every_language
def test_a_wrapped_line_goes_on_and_a_short_one_before_a_capital_ends(language: str) -> None:
    wrapped = "aba olo aba olo aba olo aba olo aba olo aba olo aba olo\nOlo aba"
    assert speak(wrapped, language) == wrapped.replace("\n", " ") + "."
    assert speak("Aba olo\nUdu aba", language) == "Aba olo.\nUdu aba."


@every_language
@pytest.mark.parametrize("nothing", ["", " \n ", "---", "😀", "***", "()", ". , -"])
def test_nothing_to_say_is_an_empty_text(nothing: str, language: str) -> None:
    assert speak(nothing, language) == ""
    assert seconds(nothing, language) == 0


@every_language
def test_emoji_quotes_and_brackets_leave_only_their_words(language: str) -> None:
    assert speak("«Aba» (olo) “udu” 🚰!", language) == "Aba, olo, udu."


@every_language
def test_a_number_in_other_digits_is_a_number_like_any_other(language: str) -> None:
    assert speak("٣", language) == speak("３", language) == speak("3", language)


def test_a_numbered_list_says_its_numbers_but_a_date_stays_a_date() -> None:
    assert speak("1. Kog vandet\n2. Lad det køle", "da") == "et, Kog vandet.\nto, Lad det køle."
    assert speak("1. september er vi lukket", "da") == "første september er vi lukket."
    assert speak("1. September: zu\n2. September: auf", "de") == (
        "erster September, zu.\nzweiter September, auf."
    )


def test_a_line_break_after_an_abbreviation_ends_no_sentence() -> None:
    assert speak("Vi åbner igen kl.\n8 i morgen", "da") == "Vi åbner igen klokken otte i morgen."
    assert speak("den 21.\nnovember", "da") == "den enogtyvende november."


def test_a_link_says_its_text_and_its_address_once() -> None:
    assert speak("Se [vores side](https://aabenraa.dk/krise).", "da") == (
        "Se vores side, aabenraa punkt d k skråstreg krise."
    )
    assert speak("Se [aabenraa.dk](https://aabenraa.dk/).", "da") == "Se aabenraa punkt d k."
    assert speak("Ring [70 20 30 40](tel:+4570203040)", "da") == (
        "Ring halvfjerds tyve tredive fyrre."
    )


def test_phone_numbers_are_repeated_when_asked_but_not_short_numbers() -> None:
    assert speak("Ring 70 20 30 40. Eller 112.", "da", repeat_phones=True) == (
        "Ring halvfjerds tyve tredive fyrre, jeg gentager, halvfjerds tyve tredive fyrre. "
        "Eller en en to."
    )
    assert "I repeat, seven zero" in speak("Call 70 20 30 40 now", "en", repeat_phones=True)
    assert "ich wiederhole, sieben" in speak("Tel. 70 20 30 40", "de", repeat_phones=True)


@pytest.mark.parametrize("function", [speak, seconds, findings])
def test_an_unknown_language_is_refused_with_the_known_ones_named(
    function: Callable[[str, str], object],
) -> None:
    with pytest.raises(UnsupportedLanguage, match=r"'fo'.*da, en, de"):
        function("Vatn", "fo")


@pytest.mark.parametrize(
    ("spoken", "language", "finding"),
    [
        ("Se aabenraa.dk/krise.", "da", "web address: aabenraa.dk/krise"),
        ("Skriv til a@b.dk.", "da", "web address: a@b.dk"),
        ("Ring 70203040.", "da", "more than two digits together: 70203040"),
        ("Ring 112.", "da", "more than two digits together: 112"),
        ("Ses 13.30.", "da", "digits joined by a mark: 13.30"),
        ("Se kl. 8.", "da", "abbreviation: kl."),
        ("Approx. two.", "en", "abbreviation: Approx."),
        ("Etwa z.B. zwei.", "de", "abbreviation: z.B."),
        ("Hent 3 l vand.", "da", "unit: 3 l"),
        ("Alt IT er nede.", "da", "letters to spell: IT"),
        ("Alt it er nede.", "da", "letters to spell: it"),
        ("Kom og/eller ring.", "da", "slash: og/eller"),
        ("Kom (nu).", "da", "bracket: ("),
        ("Kom 😀.", "da", "emoji: 😀"),
        ("Ti %.", "da", "symbol: %"),
    ],
)
def test_what_a_voice_would_misread_is_found(spoken: str, language: str, finding: str) -> None:
    assert finding in findings(spoken, language)


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        ("Ring halvfjerds tyve tredive fyrre. Vi er her klokken otte til seksten.", "da"),
        ("Ring 70 20 30 40. Kom den 21 november.", "da"),
        ("Don't drink it. Call one one two.", "en"),
        ("Bitte kommen Sie um acht Uhr.", "de"),
    ],
)
def test_a_text_fit_for_reading_aloud_has_no_findings(spoken: str, language: str) -> None:
    assert findings(spoken, language) == ()


def test_a_longer_text_takes_longer_and_the_written_form_does_not_matter() -> None:
    assert seconds("Ring 112.", "da") < seconds("Ring 112. Kog vandet.", "da")
    assert seconds("Ring 112.", "da") == seconds("Ring en en to.", "da")


ANNOUNCEMENTS = {
    "da": """Dette er en besked fra kommunen lørdag den 21. november kl. 13.30.
Vandet i Storegade 2-18 er forurenet.

Kog alt vand i mindst 1 minut, før du drikker det. Du kan bade og vaske tøj som normalt.

Hent rent vand på torvet kl. 8-16. Tag dunke med, 3 liter pr. person. Ring 70 20 30 40, hvis du
ikke kan hente vand. Læs mere på aabenraa.dk/krise.""",
    "en": """This is a message from the municipality on Saturday 21 November at 13:30.
The water in Storegade 2-18 is contaminated.

Boil all water for at least 1 minute before you drink it. You can shower and wash as usual.

Fetch clean water on the square from 8:00 to 16:00. Bring containers, 3 litres per person.
Call 70 20 30 40 if you cannot fetch water. Read more at aabenraa.dk/krise.""",
    "de": """Dies ist eine Nachricht der Kommune vom Samstag, dem 21. November, 13:30 Uhr.
Das Wasser in der Storegade 2-18 ist verunreinigt.

Kochen Sie alles Wasser mindestens 1 Minute ab. Sie können wie gewohnt duschen und waschen.

Holen Sie Wasser auf dem Markt von 8 bis 16 Uhr. Bringen Sie Kanister mit, 3 Liter pro Person.
Rufen Sie 70 20 30 40 an, wenn Sie kein Wasser holen können. Mehr auf aabenraa.dk/krise.""",
    "uk": """Це повідомлення від комуни, субота, 21 листопада, 13:30. Вода на вулиці Storegade 2-18 забруднена.

Кип'ятіть усю воду щонайменше 1 хвилину, перш ніж пити її або готувати. Ви можете купатися і прати як завжди.

Беріть чисту воду на площі з 8:00 до 16:00. Візьміть каністри, 3 літри на людину. Телефонуйте 70 20 30 40, якщо не можете прийти по воду.""",
    "pl": """To jest wiadomość z gminy, sobota, 21 listopada, godz. 13:30. Woda przy Storegade 2-18 jest zanieczyszczona.

Gotuj całą wodę przez co najmniej 1 minutę, zanim ją wypijesz lub użyjesz do gotowania. Możesz się kąpać i prać jak zwykle.

Czystą wodę odbierzesz na rynku od 8:00 do 16:00. Weź kanistry, 3 litry na osobę. Zadzwoń pod 70 20 30 40, jeśli nie możesz odebrać wody.""",
    "ro": """Acesta este un mesaj de la primărie, sâmbătă, 21 noiembrie, ora 13:30. Apa de pe Storegade 2-18 este contaminată.

Fierbeți toată apa cel puțin 1 minut înainte de a o bea sau de a găti. Puteți face duș și spăla rufe ca de obicei.

Luați apă curată din piață de la 8:00 la 16:00. Aduceți bidoane, 3 litri de persoană. Sunați la 70 20 30 40 dacă nu puteți veni după apă.""",
    "ar": """هذه رسالة من البلدية، السبت 21 نوفمبر، الساعة 13:30. المياه في شارع Storegade 2-18 ملوثة.

اغلوا كل المياه لمدة دقيقة واحدة على الأقل قبل شربها أو الطبخ بها. يمكنكم الاستحمام وغسل الملابس كالمعتاد.

خذوا ماء نظيفا من الساحة من الساعة 8:00 إلى الساعة 16:00. أحضروا أوعية، 3 لتر لكل شخص. اتصلوا بالرقم 70 20 30 40 إذا كنتم لا تستطيعون الحضور.""",
}


def _espeak(*arguments: str) -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed: nothing here can be heard")
    return subprocess.run(
        [program, *arguments], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def _heard(text: str, language: str) -> list[str]:
    """Phonemes without stress marks and pauses, word by word."""
    ipa = _espeak("-q", "-v", language, "--ipa", text)
    return "".join(c for c in ipa if c not in "ˈˌ\u200d").replace("_", " ").split()


@pytest.mark.parametrize(
    ("language", "written", "by_hand"),
    [
        ("da", "kl. 13.30", "klokken tretten tredive"),
        ("da", "13:00", "klokken tretten"),
        ("da", "Ring 70203040", "Ring halvfjerds tyve tredive fyrre"),
        ("da", "Ring 112", "Ring en en to"),
        ("da", "4.-9. klasse", "fjerde til niende klasse"),
        ("da", "den 21/11", "den enogtyvende november"),
        ("da", "aabenraa.dk/krise", "aabenraa punkt d k skråstreg krise"),
        ("da", "SFO", "S F O"),
        ("da", "tlf. 70 05 00 12", "telefon halvfjerds nul fem nul nul tolv"),
        ("en", "at 13:30", "at thirteen thirty"),
        ("en", "Call 112", "call one one two"),
        ("en", "21 November", "the twenty-first of November"),
        ("en", "2,000 households", "two thousand households"),
        ("de", "um 13.30 Uhr", "um dreizehn Uhr dreißig"),
        ("de", "Tel. 112", "Telefon eins eins zwei"),
        ("de", "am 21. November", "am einundzwanzigsten November"),
        ("de", "z.B. 2,5 l", "zum Beispiel zwei Komma fünf Liter"),
    ],
)
def test_a_voice_reads_it_as_a_person_would_write_it_in_words(
    language: str, written: str, by_hand: str
) -> None:
    assert _heard(speak(written, language), language) == _heard(by_hand, language)


@pytest.mark.parametrize("language", sorted(ANNOUNCEMENTS))
def test_the_estimated_time_is_what_a_voice_takes(language: str, tmp_path: Path) -> None:
    sound = tmp_path / "announcement.wav"
    text = ANNOUNCEMENTS[language]
    _espeak("-v", language, "-s", "140", "-w", str(sound), speak(text, language))
    with wave.open(str(sound)) as recording:
        measured = recording.getnframes() / recording.getframerate()
    assert seconds(text, language) == pytest.approx(measured, rel=0.15)


def test_the_announcements_say_the_same_facts() -> None:
    spoken = {language: speak(ANNOUNCEMENTS[language], language) for language in ("da", "en", "de")}
    assert "to til atten" in spoken["da"]
    assert "two to eighteen" in spoken["en"]
    assert "zwei bis achtzehn" in spoken["de"]
    assert all(text.count("\n\n") == 2 for text in spoken.values())
    for (one, first), (other, second) in itertools.combinations(spoken.items(), 2):
        assert first.count("aabenraa") == second.count("aabenraa") == 1, (one, other)
