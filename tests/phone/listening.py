"""Hears a text as a robot reads it: espeak-ng at 140 words a minute."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave

import pytest

WORDS_A_MINUTE = 140


def seconds_heard(text: str, language: str) -> float:
    """How long the voice takes. Skips where espeak-ng is not installed."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as sound:
        _espeak("-v", language, "-s", str(WORDS_A_MINUTE), "-w", sound.name, "--", text)
        with wave.open(sound.name) as recording:
            return recording.getnframes() / recording.getframerate()


def phonemes(text: str, language: str) -> str:
    """What is heard, without stress marks."""
    heard = _espeak("-q", "-v", language, "--ipa", "--", text)
    return " ".join("".join(c for c in heard if c not in "ˈˌ\u200d").replace("_", " ").split())


def _espeak(*arguments: str) -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed: nothing here can be heard")
    return subprocess.run(
        [program, *arguments], check=True, capture_output=True, text=True, timeout=60
    ).stdout
