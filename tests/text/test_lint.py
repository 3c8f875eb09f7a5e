from __future__ import annotations

from dataclasses import replace

import pytest

from hub.text.lint import RULES, Finding, lint
from hub.text.types import Channel, Decision, LanguageText, SlotType, VersionText
from tests.text.versions import SLOTS, TEXTS, VERSION, fact, slot, with_text

CHANNELS = [channel.value for channel in Channel]
ALL_CLEAR = replace(
    VERSION,
    key="water-boil/all-clear",
    slots=(SLOTS[0], slot("from", "from", example="2026-11-21T10:00")),
    facts=(),
    languages={
        language: LanguageText(language, title, f"{{municipality}}: {text}", f"- {text}", text)
        for language, title, text in (
            (
                "da",
                "Du kan drikke vandet i {place}",
                "{#stop-boil} Du kan trygt drikke vandet i {place} fra {from:short}. Det er slut. Besked {closes} "
                "gælder ikke mere. Det er sidste besked.",
            ),
            (
                "en",
                "You can drink the water in {place}",
                "{#stop-boil} You can safely drink the water in {place} from {from:short}. It is over. Message "
                "{closes} no longer applies. This is the last message.",
            ),
            (
                "de",
                "Sie können das Wasser in {place} trinken",
                "{#stop-boil} Sie können das Wasser in {place} ab {from:short} sicher trinken. Es ist vorbei. "
                "Nachricht {closes} gilt nicht mehr. Das ist die letzte Nachricht.",
            ),
        )
    },
)


def found(version: VersionText, rule: str) -> list[Finding]:
    return [finding for finding in lint(version) if finding.rule == rule]


def adding(
    words: str, version: VersionText = VERSION, channel: str = "sms", language: str = "da"
) -> VersionText:
    text = version.languages[language]
    return with_text(version, language, **{channel: f"{getattr(text, channel)}\n\n{words}"})


def test_a_good_all_clear_has_no_findings() -> None:
    assert lint(ALL_CLEAR) == ()


def test_a_finding_names_its_line() -> None:
    first = found(with_text(VERSION, sms="Kog vandet i {place}. {next_update}"), "L02")[0]
    assert first.line == 0  # the whole text is meant
    late = found(adding("Kom.\n\nVi kommer i morgen."), "L06")[0]
    lines = adding("Kom.\n\nVi kommer i morgen.").languages["da"].sms.split("\n")
    assert "i morgen" in lines[late.line - 1]
    broken = found(adding("- <b>x</b>", channel="web"), "L01")[0]
    assert broken.line == VERSION.languages["da"].web.count("\n") + 3


def test_findings_are_the_same_each_time_with_errors_first() -> None:
    bad = adding("ØVELSE! Svar på denne sms i dag.")
    assert lint(bad) == lint(bad)
    severities = [finding.severity for finding in lint(bad)]
    assert severities == sorted(severities)
    assert {"error", "warning"} == set(severities)
    assert all(finding.message and finding.fix for finding in lint(bad))


BAD_WORDS = [
    ("L01", "Ring til [ ] nu."),
    ("L01", "Ring til XX."),
    ("L01", "TODO"),
    ("L01", "Navn: ____"),
    ("L01", "Se {nowhere}."),
    ("L01", "{reason}"),
    ("L06", "Vi kommer i morgen."),
    ("L10", "Se kortlink.dk/abc."),
    ("L10", "Se https://x."),
    ("L10", "{page} {page}"),
    ("L12", "Svar på denne sms."),
    ("L12", "Skriv dit cpr til os."),
    ("L12", "Brug MitID nu."),
    ("L12", "Du skal betale."),
    ("L13", "Kom nu. " * 30),
    ("L14", "Łódź"),
    ("L15", "Dit nummer er 010203-1234."),
    ("L16", "Ring 112."),
    ("L16", "Ring 1-1-2 for at høre mere."),
    ("L17", "S!RENEN er i gang."),
    ("L17", "STOP. LÆS. REAGÉR."),
    ("L17", "Politiet hjælper."),
    ("L18", "Det er en øvelse."),
    ("L18", "TEST"),
    ("L21", "Kog det i 1 minut."),
    ("L21", "Kog det i et minut."),
    ("L21", "Vent 7 timer."),
    ("L22", "{number}"),
    ("L22", "{#more} Kom nu."),
    ("L22", "{when not reason}\nKom.\n{end}"),
    ("L24", "Borgernes vandforsyningsselskaber koordinerer afhjælpningsforanstaltninger. " * 4),
    ("L24", "Kom nu " + "og tag den med her " * 4 + "."),
    ("L25", "KOG VANDET HELE DAGEN LIGE HER."),
    ("L26", "Latrin skal i spanden."),
    ("L35", "Kom nu!"),
    ("L35", "Kom \u2614"),
]


@pytest.mark.parametrize(("rule", "words"), BAD_WORDS)
def test_a_rule_finds_what_it_forbids(rule: str, words: str) -> None:
    assert found(adding(words), rule)


GOOD_WORDS = [
    ("L12", "Vi beder aldrig om dit MitID."),
    ("L12", "Du skal ikke betale."),
    ("L16", "Ring 112 ved livsfare."),
    ("L16", "Ring ikke 112 for at få svar."),
    ("L18", "Vi tester vandet."),
    ("L10", "Se {page}."),
    ("L06", "Vi kommer mandag."),
    ("L15", "Ring 70 20 30 40."),
]


@pytest.mark.parametrize(("rule", "words"), GOOD_WORDS)
def test_a_rule_leaves_good_words_alone(rule: str, words: str) -> None:
    assert found(adding(words), rule) == []


@pytest.mark.parametrize(
    "sms", ["Aabenraa: Hej.", "Hej {municipality}.", "{when reason}\n{municipality}\n{end}"]
)
def test_an_sms_starts_with_the_municipality(sms: str) -> None:
    assert found(with_text(VERSION, sms=sms), "L02")


def test_an_sms_to_all_names_a_place() -> None:
    assert found(with_text(VERSION, sms="{municipality}: Kog vandet. {next_update}"), "L04")


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_channel_tells_when_we_write_again(channel: str) -> None:
    text = getattr(TEXTS["da"], channel)
    bare = text.replace("{next_update:short}", "snart").replace("{next_update}", "snart")
    findings = found(with_text(VERSION, **{channel: bare}), "L07")
    assert [finding.channel for finding in findings] == [channel]


def test_the_end_must_be_told_whichever_of_the_two_is_filled() -> None:
    slots = (
        SLOTS[0],
        SLOTS[3],
        slot("until", "until", example="+5h", required=False),
        slot("next_update", "next_update", example="+3h", required=False),
    )
    both = "{when until}\nTil {until}.\n{end}\n{when next_update}\nNyt {next_update}.\n{end}"
    version = replace(VERSION, slots=slots)
    good = with_text(version, sms=f"{{municipality}}: {{place}}\n{both}")
    assert not [one for one in found(good, "L07") if one.channel == "sms" and one.language == "da"]
    half = with_text(version, sms="{municipality}: {place}\n{when until}\nTil {until}.\n{end}")
    assert [one for one in found(half, "L07") if one.channel == "sms" and one.language == "da"]


def test_a_page_alone_is_no_way_out_for_who_has_no_data() -> None:
    sms = TEXTS["da"].sms.replace("Ring {phone}.", "Se {page}.")
    assert found(with_text(VERSION, sms=sms), "L11")
    assert not found(with_text(VERSION, sms=f"{sms} Hør DR P4."), "L11")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("Det er slut.", "it is over"),
        ("Det er sidste besked.", "last message"),
        ("fra {from:short}", "from when"),
        ("Besked {closes} gælder ikke mere.", "closes"),
        ("{#stop-boil} ", "which instruction ends"),
        ("trygt ", "safe"),
    ],
)
def test_an_all_clear_says_all_it_must(channel: str, gone: str, message: str) -> None:
    text = getattr(ALL_CLEAR.languages["da"], channel).replace(gone, "")
    findings = found(with_text(ALL_CLEAR, **{channel: text}), "L19")
    assert [finding.channel for finding in findings] == [channel]
    assert message in findings[0].message


def test_an_update_has_its_number_and_its_news() -> None:
    update = replace(VERSION, key="water-boil/update")
    assert {finding.channel for finding in found(update, "L20")} == set(CHANNELS)
    better = adding("Det er nyt. Opdatering {update_no}.", update)
    assert not [one for one in found(better, "L20") if (one.language, one.channel) == ("da", "sms")]


def test_a_correction_says_that_there_was_a_mistake() -> None:
    correction = replace(VERSION, key="water-boil/correction")
    assert found(correction, "L20")
    better = adding("Besked {closes} var en fejl.", correction)
    assert not [one for one in found(better, "L20") if (one.language, one.channel) == ("da", "sms")]


def test_all_languages_carry_the_same() -> None:
    assert found(adding("Nr. 7.", language="en"), "L21")
    assert found(adding("{number}", language="de"), "L22")
    assert found(with_text(VERSION, "en", sms=TEXTS["en"].sms.replace("{#boil} ", "")), "L22")
    only = replace(VERSION, languages={"en": TEXTS["en"]})
    assert "no Danish" in found(only, "L22")[0].message


def test_personal_messages_tell_nobody_else_what_they_are_about() -> None:
    personal = replace(
        VERSION, slots=(*SLOTS, slot("tid", "moment", personal=True, example="2026-11-23 10:00"))
    )
    text = "Din tid {tid:short} i jobcentret er aflyst."
    assert [one.severity for one in found(adding(text, personal), "L15")] == ["error"]
    public = found(adding("Jobcentret er lukket.", personal, "web"), "L15")
    assert [one.severity for one in public] == ["warning"]
    assert not found(adding("Det gælder din tid.", personal), "L15")
    assert not found(adding("Jobcentret er lukket."), "L15")


def test_the_voice_gets_a_text_that_it_can_say_in_time() -> None:
    assert found(adding("Kom nu. " * 250, channel="phone"), "L27")
    for long in ("Kom nu. " * 70, "Gå hjem og luk vinduer og døre. " * 25):
        (warned,) = found(adding(long, channel="phone"), "L27")
        assert warned.severity == "warning"
    spoken = replace(VERSION, languages={"fi": replace(TEXTS["da"], language="fi")})
    assert found(spoken, "L27")


def test_school_messages_reassure() -> None:
    school = replace(VERSION, key="school-pickup/during")
    assert {one.channel for one in found(school, "L29")} == {"web", "phone"}
    better = school
    for language in TEXTS:
        words = "{#reassurance} Ja. {#who-may-collect} Ja."
        better = adding(words, better, "phone", language)
        better = adding("- {#reassurance} Ja.\n- {#who-may-collect} Ja.", better, "web", language)
    assert not found(better, "L29")


def test_markdown_that_the_page_cannot_take_is_named_with_its_place() -> None:
    for words in ("<b>x</b>", "[a](b)", "## H", "`x`", "> x", "[^1]", "a\n==="):
        finding = found(adding(words, channel="web"), "L01")[0]
        assert "line" in finding.message


def test_a_fact_of_another_unit_or_value_is_only_a_warning() -> None:
    version = replace(VERSION, facts=(*VERSION.facts, fact("litres", "3", da="liter")))
    assert found(adding("Brug 3 liter.", version), "L21")[0].severity == "error"
    warnings = [
        one for one in found(adding("Brug 4 liter.", version), "L21") if one.severity == "warning"
    ]
    assert [one.channel for one in warnings] == ["sms"]


def test_a_local_decision_is_counted_on_all_its_branches() -> None:
    words = "{when mode=a}\nKort.\n{end}\n{when mode=b}\n" + "Kom nu. " * 40 + "\n{end}"
    version = replace(VERSION, decisions=(Decision("mode", {}, ("a", "b"), "a"),))
    assert found(adding(words, version), "L13")


def test_every_rule_has_a_name_of_the_fact_sheet() -> None:
    assert all(name.startswith("L") and len(name) == 3 for name in RULES)
    assert SlotType.NEXT_UPDATE in {one.type for one in VERSION.slots}
