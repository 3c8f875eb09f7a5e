"""Is this our text? Comparing what was handed over with what a gateway lists."""

from __future__ import annotations

import unicodedata

from hub.text.segments import to_gsm7

TRIAL = "Sent from your Twilio trial account"


def same_text(one: str, other: str) -> bool:
    """Is this our text as Twilio lists it? Blanks at line ends, look-alike punctuation that Twilio replaces
    (`SmartEncoded`) and the sentence that a trial account puts before it do not count."""
    sent, listed = _folded(one), _folded(other)
    return listed == sent or (listed.startswith(TRIAL) and listed.endswith(sent))


def _folded(text: str) -> str:
    return " ".join(to_gsm7(unicodedata.normalize("NFC", text)).split())
