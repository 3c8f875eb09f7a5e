"""The words by which columns and languages go in lists, in Danish, English and German."""

from __future__ import annotations

import re
import unicodedata


def folded(text: str) -> str:
    """For comparing headings: small letters without accents, blanks or punctuation (`Tlf.-nr.` is `tlfnr`)."""
    return re.sub(r"[\W_]+", "", simplified(text))


def simplified(text: str) -> str:
    lowered = text.casefold()
    for letter, plain in (
        ("æ", "ae"),
        ("ø", "oe"),
        ("å", "aa"),
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
    ):
        lowered = lowered.replace(letter, plain)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MOBILE = _words(
    "mobil mobilnr mobilnummer mobiltelefon mobiltelefonnr mobiltelefonnummer mobiltlf mobiltlfnr mob mobnr "
    "privatmobil mobilprivat mobile mobilenumber mobileno mobilenr mobilephone mobilephonenumber cell cellphone "
    "cellphonenumber cellnumber handy handynummer handynr sms smsnr smsnummer smsnumber msisdn"
)
PHONE = _words(
    "telefon telefonnr telefonnummer tlf tlfnr tlfnummer tel telnr telno kontakttelefon kontakttlf kontaktnummer "
    "kontaktnr telefonprivat privattelefon phone phoneno phonenr phonenumber phonenumbers telephone "
    "telephonenumber telephoneno contactphone contactnumber rufnummer"
)
NUMBER = _words("nummer number")
PHONE_WORD = re.compile(
    r"mobil|mobile|mob|tlf|tel|telefon|telephone|phone|cell|handy|sms|msisdn"
    r"|(?:mobil|tlf|telefon|telephone|phone|handy|sms)(?:nr|nummer|number|no|tlf|telefon|phone)+"
)
MOBILE_WORD = re.compile(r"mobil|mob\b|cell|handy|sms|msisdn")
NOT_A_PHONE = _words(
    "type samtykke consent tilladelse land landekode country dato date tid time ja nej ok status "
    "note noter bemaerkning antal selskab udbyder operator tekst text besked message"
)
"""Words beside `mobil` or `telefon` that make a heading something else (`SMS samtykke`)."""

LANGUAGE = (
    "sprog",
    "language",
    "lang",
    "sprogkode",
    "languagecode",
    "foretrukketsprog",
    "preferredlanguage",
    "sprache",
    "modersmaal",
)
NAME = (
    "navn",
    "name",
    "fuldenavn",
    "fuldtnavn",
    "fullname",
    "borgernavn",
    "modtagernavn",
    "fornavn",
    "firstname",
    "givenname",
)
CPR = re.compile(
    r"(?:.*(?:^|[^a-z]))?cpr(?:nr|nummer|no|number)?(?:[^a-z].*)?"
    r"|(?:.*[^a-z])?(?:personnummer|personnr|civilregistrationnumber|socialsecuritynumber|ssn)(?:[^a-z].*)?"
    r"|(?:barnets|boernets|borgerens|elevens|elev|barn|borger|mors|fars)cpr(?:nr|nummer)?"
)

LANGUAGES: dict[str, str] = {
    folded(word): code
    for code, words in {
        "da": "da dan dansk danish daenisch dk dadk",
        "en": "en eng engelsk english englisch gb engb enus",
        "de": "de deu ger tysk german deutsch dede",
        "uk": "uk ukr ukrainsk ukrainian ukrainisch ua ukua українська",
        "ar": "ar ara arabisk arabic arabisch العربية",
        "pl": "pl pol polsk polish polnisch polski plpl",
        "ro": "ro ron rum rumaensk romanian rumaenisch romana roro",
        "ru": "ru rus russisk russian russisch русский",
        "tr": "tr tur tyrkisk turkish tuerkisch turkce",
        "fa": "fa fas per persisk farsi persian dari",
        "so": "so som somali somalisk somalian",
        "ur": "ur urd urdu",
        "ku": "ku kur kurdisk kurdish",
        "ti": "ti tir tigrinya tigrinja",
        "vi": "vi vie vietnamesisk vietnamese",
        "th": "th tha thai thailandsk",
        "zh": "zh zho chi kinesisk chinese mandarin",
        "lt": "lt lit litauisk lithuanian",
        "lv": "lv lav lettisk latvian",
        "bg": "bg bul bulgarsk bulgarian",
        "hu": "hu hun ungarsk hungarian",
        "sv": "sv swe svensk swedish sv sesv",
        "no": "no nor nb nn norsk norwegian bokmaal",
        "fi": "fi fin finsk finnish",
        "is": "is isl islandsk icelandic",
        "fo": "fo fao faeroesk faroese",
        "kl": "kl kal groenlandsk greenlandic",
        "fr": "fr fra fre fransk french",
        "es": "es spa spansk spanish",
        "it": "it ita italiensk italian",
        "pt": "pt por portugisisk portuguese",
        "nl": "nl nld dut hollandsk nederlandsk dutch",
        "bs": "bs bos bosnisk bosnian",
        "hr": "hr hrv kroatisk croatian",
        "sr": "sr srp serbisk serbian",
        "sq": "sq sqi alb albansk albanian",
        "ta": "ta tam tamil tamilsk",
    }.items()
    for word in words.split()
}
"""Words and codes for languages, folded, and the code that the hub uses."""
