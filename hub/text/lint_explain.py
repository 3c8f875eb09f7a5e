"""What each rule of the fact sheet on crisis communication (3.3) is, why it is there, and where it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TEXT, ANNOUNCING, APPROVING, BUILT_IN = "text", "announcing", "approving", "built in"


@dataclass(frozen=True)
class Rule:
    """One rule. `severity` is `error`, `warning` or `error or warning`; `decided` says where a program decides it:
    from a version's text alone, when an announcement is made, when a version is approved, or by how the hub is built.
    """

    id: str
    name: str
    severity: str
    decided: str
    why: str
    mend: str


_RULES: Final = (
    Rule(
        *("L01", "Nothing is unfinished", "error", TEXT),
        "A placeholder, a blank that no slot fills or Markdown that the page cannot take goes out as it stands.",
        "Write the words, use a slot that the scenario has, or correct the mistake that is named.",
    ),
    Rule(
        *("L02", "An SMS starts with the municipality's full name", "error", TEXT),
        "People act on a message only when they know who sends it, and look for the sender first.",
        "Put {municipality}: before everything else.",
    ),
    Rule(
        *("L03", "The first sentence names the hazard", "error or warning", TEXT),
        "Who is woken reads the beginning. Parts of an SMS can arrive out of order, and many read no further.",
        "Say first what has happened, in the words that people use for it. A scenario of your own has no glossary: its "
        "first sentence is held against its title, and only warned about.",
    ),
    Rule(
        *("L04", "An SMS names the place", "error", TEXT),
        "Without a place, those who are not concerned act, and those who are do not know it.",
        "Show a slot of the type place, streets, area, school, meeting_place or collection_point.",
    ),
    Rule(
        *("L05", "The first two sentences say what to do", "error", TEXT),
        "A warning without an instruction makes people look for one elsewhere, or wait.",
        "Begin a sentence with a verb: Kog, Træk ikke ud, Hent, Bliv, Gå, Spar. Where nothing need be done, say that.",
    ),
    Rule(
        *("L06", "Days and times are absolute", "error or warning", TEXT),
        "Pictures of messages are passed on for days. 'Today' is then wrong, and an SMS without any day and time "
        "cannot be told from last year's.",
        "Use a slot with day and time; show {issued_at:short} where no other moment stands.",
    ),
    Rule(
        *("L07", "It says until when it holds, or when we write again", "error", TEXT),
        "What nobody ends goes on: people boil water for weeks, or stop too early.",
        "Show {next_update}, or {until} where it is filled and {next_update} where it is not.",
    ),
    Rule(
        *("L08", "The next message is promised soon enough", "warning", ANNOUNCING),
        "In danger people wait six hours at most before they look for other news; 24 hours is the longest that any "
        "promise may be. The hub raises an alarm when a promise is not kept.",
        "Promise the next message within six hours when people must act at once, otherwise within 24.",
    ),
    Rule(
        *("L09", "Weekday, date and time are right", "error or warning", TEXT),
        "A date that is written by hand is wrong the next time; a weekday that does not fit its date makes people "
        "doubt everything. Slots check from and until, the hour that summer time skips, and the weekday.",
        "Use a slot of the type moment, date, from or until. In free words, write the day as the calendar has it.",
    ),
    Rule(
        *("L10", "No address but the municipality's own", "error", TEXT),
        "A link in an urgent message from an unexpected sender is what fraud looks like.",
        "Use {page}, once; write a name without its address.",
    ),
    Rule(
        *("L11", "There is another way than the page", "warning", TEXT),
        "The page needs data and trust. Without either, people need a telephone number or the radio.",
        "Show a phone slot, or name the radio channel.",
    ),
    Rule(
        *("L12", "It asks for no reply, code, card or payment", "error", TEXT),
        "That is what a fraud asks for. A message that asks too teaches people to answer them.",
        "Leave it out; say it in a letter or by telephone. Saying that you never ask is fine.",
    ),
    Rule(
        *("L13", "An SMS is short enough", "error or warning", TEXT),
        "Every part costs, takes its place in the queue while the net lasts, and can arrive alone.",
        "Shorten it, or give slots a smaller max_length. Two parts in Danish, English and German, four elsewhere; a "
        "short SMS is one.",
    ),
    Rule(
        *("L14", "Danish, English and German stay in GSM-7", "error", TEXT),
        "One other character more than halves what fits into a part.",
        "Write it with letters that GSM-7 has.",
    ),
    Rule(
        *("L15", "It tells nothing private", "error or warning", TEXT),
        "An SMS is read over shoulders and kept by others. Datatilsynet: no CPR number, and not what a person's "
        "appointment is about, nor the entrance that gives it away.",
        "Say only 'your appointment at the municipality'.",
    ),
    Rule(
        *("L16", "112 is for danger", "error", TEXT),
        "Who rings 112 for information keeps a line from somebody whose life depends on it.",
        "Add 'ved livsfare', or say not to ring 112 for information.",
    ),
    Rule(
        *("L17", "It poses as nobody else", "error or warning", TEXT),
        "The state's warnings have their own names and their own power; the police speak for themselves.",
        "Leave the name out, or say who warns. Name the police among the co-signers, so that their yes is recorded.",
    ),
    Rule(
        *("L18", "An exercise says so, and nothing else does", "error", TEXT),
        "People who take an exercise for real flee; people who take the real thing for an exercise stay.",
        "An exercise begins and ends with the word, and says that nothing need be done. Other messages never have it: "
        "in an exercise the hub marks every text.",
    ),
    Rule(
        *("L19", "An all-clear closes everything", "error", TEXT),
        "Who is not told that it is over, that it is safe and what to stop goes on, or rings.",
        "Say that it is over, from when, that it is safe, which instruction ends ({#...}), which message is closed "
        "({closes}), and that it is the last message.",
    ),
    Rule(
        *("L20", "An update says what is new, a correction what was wrong", "error", TEXT),
        "Otherwise people compare two messages word by word, or believe the first.",
        "Show {update_no} and what is new; in a correction say that there was a mistake, in which message, and what "
        "to do now ({#...}).",
    ),
    Rule(
        *("L21", "Numbers come from the fact register", "error or warning", TEXT),
        "One minute in one text and two in another has happened. A number stands once, with its source.",
        "Write {fact.name}, or make it a slot.",
    ),
    Rule(
        *("L22", "All languages say the same", "error", TEXT),
        "Who reads the other language must get the same slots, conditions and instructions.",
        "Make them the same as the Danish.",
    ),
    Rule(
        *("L23", "Arabic keeps its direction", "error", TEXT),
        "Latin names and numbers turn around in a text that runs from right to left: a telephone number is then "
        "another number.",
        "Put names, numbers and addresses into slots, which the hub isolates. Write digits as 0 to 9.",
    ),
    Rule(
        *("L24", "It reads easily", "error or warning", TEXT),
        "One in six reads badly, and everybody does when afraid.",
        "Use shorter words and shorter sentences. LIX counts for Danish; in other languages the sentences' length.",
    ),
    Rule(
        *("L25", "It does not shout", "warning", TEXT),
        "Capitals are read slowly, and where everything is loud nothing is.",
        "Keep capitals for the danger and the action, three words at most.",
    ),
    Rule(
        *("L26", "It uses plain words", "warning", TEXT),
        "Words of plans and laws are not what people call things.",
        "Say it with the word that is offered.",
    ),
    Rule(
        *("L27", "A voice can say it, in about a minute", "error or warning", TEXT),
        "Nobody can read back: symbols, abbreviations and long texts are lost on the telephone.",
        "Write it in words, and keep what people must do.",
    ),
    Rule(
        *("L28", "It promises nothing that nobody answers for", "warning", TEXT),
        "A promised hour that passes costs the trust that the next message needs.",
        "Use a slot of the type expected_end, which names its source, or say that it is expected.",
    ),
    Rule(
        *("L29", "Parents are reassured", "error", TEXT),
        "Parents who do not know that their child is looked after, and who may collect it, all come at once.",
        "Add {#reassurance} and {#who-may-collect}.",
    ),
    Rule(
        *("L30", "No two messages contradict each other", "warning", ANNOUNCING),
        "'Boil the water' helps nobody whose power is out. Two instructions that exclude each other are both ignored.",
        "Send the message that fits both (water-none where the power is out), end the other one, or check that the "
        "places do not overlap.",
    ),
    Rule(
        *("L31", "It is approved, unchanged, signed and in date", "error", APPROVING),
        "Nobody can check a text at night. It was checked before, or it is not sent.",
        "Have it reviewed, signed and approved; an expired one is sent with a reason only.",
    ),
    Rule(
        *("L32", "Page before SMS, and the same version everywhere", "warning", BUILT_IN),
        "An SMS that leads to a page without the message is taken for a fraud.",
        "The hub publishes first and sends all channels from one version. See that a target takes the page.",
    ),
    Rule(
        *("L33", "A don't comes with a do", "warning", TEXT),
        "'Do not flush' alone leaves people with a problem that they solve in some other way.",
        "Say in the next sentence what to do instead: 'Træk ikke ud. Brug en pose.'",
    ),
    Rule(
        *("L34", "It asks to tell the neighbours", "warning", TEXT),
        "Some have no telephone, cannot read it or do not hear it.",
        "Add to the page: 'Fortæl det til dine naboer', or who helps those who cannot read this.",
    ),
    Rule(
        *("L35", "It is calm and keeps to what is known", "warning", TEXT),
        "Exclamation marks and emoji sound like advertising; blame and guesses are wrong half the time, and remembered.",
        "Write it calmly. Say what is known, what is not, and when you will know.",
    ),
    Rule(
        *("L36", "No SMS at night that can wait", "warning", ANNOUNCING),
        "A telephone that wakes people for nothing is switched off before the next night.",
        "Between 22 and 7, send only what people must act on before 7. Put the rest on the page now.",
    ),
)

EXPLAINED: Final[Mapping[str, Rule]] = {rule.id: rule for rule in _RULES}
