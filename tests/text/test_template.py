from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.text.template import (
    Action,
    FactRef,
    LocalRef,
    SlotRef,
    Text,
    When,
    check_template,
    parse_template,
)
from hub.text.types import Channel, Decision
from tests.text.versions import BOIL, slot

DECISIONS = (
    Decision("latrine_mode", {}, ("residual", "burying", "both")),
    Decision("bury_depth", {}),
)
SLOTS = (
    slot("place", "place"),
    slot("reason", "reason", required=False),
    slot("until", "until"),
    slot("time", "moment", personal=True),
    slot("boss", "decider"),
    slot("mode", "choice", options={"a": {"da": "A"}, "b": {"da": "B"}}),
)


def errors(text: str, channel: Channel | None = Channel.SMS) -> list[tuple[int, int, str]]:
    template = parse_template(text)
    assert not template.errors
    found = check_template(
        template, channel=channel, slots=SLOTS, facts=(BOIL,), decisions=DECISIONS
    )
    return [(error.line, error.column, error.message) for error in found]


def test_every_kind_of_token_becomes_its_own_node() -> None:
    template = parse_template(
        "Kog {place:short} i {fact.boil_minutes}, {local.bury_depth}. {#a} Nu"
    )
    assert not template.errors
    kinds = [type(node) for node in template.nodes]
    assert kinds == [Text, SlotRef, Text, FactRef, Text, LocalRef, Text, Action, Text]
    reference = template.nodes[1]
    assert isinstance(reference, SlotRef)
    assert (reference.name, reference.form, reference.line, reference.column) == (
        "place",
        "short",
        1,
        5,
    )


def test_a_block_holds_its_lines_and_leaves_no_trace_of_its_own() -> None:
    template = parse_template("a\n  {when latrine_mode=residual, both}  \nb {x}\n{end}\nc")
    before, block, after = template.nodes
    assert isinstance(block, When)
    assert (block.name, block.negated, block.values) == (
        "latrine_mode",
        False,
        ("residual", "both"),
    )
    assert (before, after) == (Text("a\n"), Text("c"))
    assert block.body[0] == Text("b ")
    assert block.body[-1] == Text("\n")


def test_a_negated_condition_is_read() -> None:
    block = parse_template("{when not reason}\nx\n{end}").blocks[0]
    assert block.negated
    assert block.name == "reason"


def test_all_mistakes_are_reported_at_once_with_line_and_column() -> None:
    text = "a {b\n{x:foo} } {Bad}\ntext {when z} {#A}\n{fact.a:short}\n{when q}\nhej {#x}"
    found = [(error.line, error.column) for error in parse_template(text).errors]
    assert found == [(1, 3), (2, 1), (2, 9), (2, 11), (3, 6), (3, 15), (4, 1), (5, 1), (6, 5)]


def test_line_numbers_count_from_the_line_given() -> None:
    assert parse_template("ok\n{", first_line=40).errors[0].line == 41


def test_nested_unclosed_and_empty_blocks_are_named() -> None:
    nested = parse_template("{when a}\nx\n{when b}\ny\n{end}")
    assert ["nest" in error.message for error in nested.errors] == [True]
    assert "closes nothing" in parse_template("{end}").errors[0].message
    assert "empty" in parse_template("{when a}\n\n{end}").errors[0].message
    assert "never closed" in parse_template("{when a}\nx").errors[0].message
    assert "no condition" in parse_template("{when a=}\nx\n{end}").errors[0].message
    assert "takes no values" in parse_template("{when not a=b}\nx\n{end}").errors[0].message


def test_hidden_characters_are_refused_but_marks_of_arabic_are_not() -> None:
    hidden = parse_template("Ring\u202e 70\u00ad20").errors
    assert [error.column for error in hidden] == [5, 9]
    assert not parse_template("\u200fاتصل\u200c").errors


@given(st.text(alphabet="{}#:=.\n abwhenotd_", max_size=60))
def test_any_text_is_parsed_and_every_brace_is_accounted_for(text: str) -> None:
    template = parse_template(text)
    literal = "".join(leaf.text for leaf, _ in template.leaves() if isinstance(leaf, Text))
    assert "{" not in literal
    assert "}" not in literal
    lines = text.count("\n") + 1
    assert all(1 <= error.line <= lines and error.column >= 1 for error in template.errors)
    if not template.errors:
        assert text.count("{") == text.count("}")


def test_unknown_names_are_found_in_every_place() -> None:
    assert [column for _, column, _ in errors("{nowhere} {fact.none} {local.none}")] == [1, 11, 23]
    assert "no slot" in errors("{when nothing}\nx\n{end}")[0][2]
    assert "neither" in errors("{when place=a}\nx\n{end}")[0][2]
    assert "no option 'sea'" in errors("{when latrine_mode=sea}\nx\n{end}")[0][2]
    assert "{when latrine_mode=...}" in errors("{local.latrine_mode}")[0][2]


def test_a_choice_slot_can_steer_a_block() -> None:
    assert errors("{when mode=a}\nx\n{end}\n{mode}") == []


def test_an_optional_slot_is_shown_only_where_it_is_known_to_be_filled() -> None:
    assert errors("{when reason}\n{reason}\n{end}") == []
    assert "optional" in errors("{reason}")[0][2]
    assert "optional" in errors("{when not reason}\n{reason}\n{end}")[0][2]
    assert "never changes" in errors("{when place}\n{place}\n{end}")[0][2]


def test_a_personal_slot_stands_in_the_sms_only_and_steers_nothing() -> None:
    assert errors("Din tid: {time:short}") == []
    for channel in (Channel.WEB, Channel.PHONE, None):
        assert "SMS only" in errors("{time}", channel)[0][2]
    assert "personal" in errors("{when time}\nx\n{end}")[0][2]


def test_forms_fit_their_types() -> None:
    assert errors("{until:short} {until:date} {until:time} {issued_at:time}") == []
    assert "has not the form" in errors("{place:date}")[0][2]
    assert "no forms" in errors("{page:short}")[0][2]


def test_the_decider_is_never_shown() -> None:
    assert "internal" in errors("{boss}")[0][2]


def test_on_the_page_an_id_comes_first_in_a_list_item() -> None:
    assert errors("Gør:\n- {#boil} Kog\n1. {#b} B", Channel.WEB) == []
    assert errors("{when reason}\n- {#boil} Kog {reason}\n{end}", Channel.WEB) == []
    assert "first in a list item" in errors("Kog {#boil} vandet", Channel.WEB)[0][2]
    assert "first in a list item" in errors("- Kog {#boil} vandet", Channel.WEB)[0][2]
    assert errors("Hej. {#boil} Kog vandet.", Channel.PHONE) == []
    assert "title" in errors("{#boil} Kog", None)[0][2]
