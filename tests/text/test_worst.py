from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.text.compose import ComposeError, compose, sms_of
from hub.text.segments import Encoding, count
from hub.text.slots import longest
from hub.text.types import Decision
from hub.text.worst import branch_of, branching, longest_system, worst_sms
from tests.text.versions import VALUES, VERSION, danish, slot

MODES = (Decision("mode", {}, ("a", "b", "c")), Decision("depth", {}, (), "", {"*": "cm"}))
SLOTS = (
    slot("place", "place"),
    slot("reason", "reason", required=False),
    slot("kind", "choice", options={"x": {"da": "en ting"}, "y": {"da": "en meget længere ting"}}),
)


@settings(max_examples=20)
@given(
    st.lists(
        st.sampled_from(["{place}", "kort", "et længere stykke tekst", "{local.depth}"]),
        min_size=6,
        max_size=6,
    )
)
def test_no_branch_is_dearer_than_the_worst(texts: list[str]) -> None:
    a, b, c, with_reason, without, choice = texts
    sms = (
        f"{{municipality}}: {{kind}}\n{{when mode=a}}\n{a}\n{{end}}\n{{when mode=b}}\n{b}\n{{end}}\n"
        f"{{when mode=a,c}}\n{c}\n{{end}}\n{{when reason}}\n{with_reason} {{reason}}\n{{end}}\n"
        f"{{when not reason}}\n{without}\n{{end}}\n{{when kind=x}}\n{choice}\n{{end}}"
    )
    version = danish(sms=sms, slots=SLOTS, decisions=MODES)
    worst = count(worst_sms(version, "da"))
    options = branching(version, "da")
    for picked in product(*options.values()):
        branch = branch_of(version, "da", dict(zip(options, picked, strict=True)))
        one = count(sms_of(branch.applied(version), branch.values, "da", longest_system("da")))
        assert one.segments <= worst.segments
        assert one.units <= worst.units or worst.encoding is Encoding.UCS2


def test_the_worst_counts_personal_slots_and_long_names() -> None:
    version = danish(
        sms="{municipality}: {tid:short} {page}", slots=(slot("tid", "moment", personal=True),)
    )
    sms = worst_sms(version, "da", municipality_length=40, page_length=20)
    assert sms.startswith("M" * 40 + ": ")
    assert len(sms.rpartition(" ")[2]) == 20
    assert "{" not in sms


def test_a_branch_that_leaves_gsm7_is_found() -> None:
    version = danish(
        sms="{municipality}: {when_}".replace(
            "{when_}", "Hej\n{when mode=a}\nŁ\n{end}\n{when mode=b}\nlang tekst\n{end}"
        ),
        decisions=MODES,
    )
    assert count(worst_sms(version, "da")).encoding is Encoding.UCS2


def test_no_real_announcement_is_dearer() -> None:
    for language in ("da", "en", "de"):
        worst = count(worst_sms(VERSION, language))
        values = {**VALUES, "reason": longest(VERSION.slots[1], language), "place": "Å" * 30}
        real = compose(VERSION, values, (language,), longest_system(language)).texts[language].sms
        assert count(real).units <= worst.units


def test_what_cannot_be_composed_cannot_be_counted() -> None:
    with pytest.raises(ComposeError):
        worst_sms(danish(sms="{nobody}"), "da")
