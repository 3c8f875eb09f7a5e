"""Settings: read, checked, and refused in one line."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hub.settings import SettingsError, fresh_key, load
from tests.conftest import make_settings

TWILIO = {
    "HUB_GATEWAYS": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "x",
    "HUB_SMS_SENDER": "EksempelKom",
}


def test_the_defaults_are_embedded_and_send_nothing(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    assert settings.gateways == ("outbox",)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/hub.sqlite3"
    assert settings.site_targets == (f"file:{tmp_path}/var/site",)
    assert settings.rate("outbox") is None
    assert settings.rate("twilio") == 10


def test_keys_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    first, second = make_settings(tmp_path), make_settings(tmp_path)
    assert (first.secret_key, first.number_key) == (second.secret_key, second.number_key)
    assert first.secret_key != first.number_key
    mode = stat.S_IMODE(os.stat(tmp_path / "var" / "keys" / "hub_number_key").st_mode)
    assert mode == 0o600


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("HUB_MUNICIPALITY=Fil Kommune\nHUB_RETENTION_DAYS=7\n")
    settings = load(
        {"HUB_DATA_DIR": str(tmp_path / "var"), "HUB_MUNICIPALITY": "Miljø Kommune"}, env_file=file
    )
    assert settings.municipality == "Miljø Kommune"
    assert settings.retention_days == 7


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HUB_GATEWAYS", "twillio", "outbox, twilio"),
        ("HUB_GATEWAYS", "outbox,outbox", "outbox, twilio"),
        ("HUB_SMS_SENDER", "Køge Komm", "no æ, ø, å"),
        ("HUB_SMS_SENDER", "12345", "at least one letter"),
        ("HUB_SMS_SENDER", "Aabenraa Komm", "at most 11"),
        ("HUB_SMS_SEGMENTS_PER_SECOND", "0", "0.1 to 100000"),
        ("HUB_SMS_SEGMENTS_PER_SECOND", "nan", "0.1 to 100000"),
        ("HUB_SMS_SEGMENTS_PER_SECOND", "mange", "0.1 to 100000"),
        ("HUB_LEASE_SECONDS", "1", "2 to 3600"),
        ("HUB_CONFIRMATION", "none", "two-person or single"),
        ("HUB_DATABASE_URL", "mysql://x/y", "postgresql+psycopg"),
        ("HUB_PUBLIC_URL", "hub.eksempel.dk", "http or https"),
        ("HUB_PUBLIC_URL", "https://hub.eksempel.dk:99999", "http or https"),
        ("HUB_SITE_TARGETS", "ftp://x", "file:"),
        ("HUB_LANGUAGES", "dansk!", "da,en,de"),
        ("HUB_RETENTION_DAYS", "1.5", "whole number"),
        ("HUB_MUNICIPALITY", "<b>", "full name"),
        ("HUB_NUMBER_KEY", "kort", "hub keys"),
        ("TWILIO_ACCOUNT_SID", "AC123", "32 hex"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_says_what_is_allowed(
    tmp_path: Path, name: str, value: str, says: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        make_settings(tmp_path, **{name: value})
    words = str(refusal.value)
    assert words.startswith(name)
    assert says in words
    assert "\n" not in words
    assert (repr(value) in words) != ("KEY" in name or "DATABASE" in name)


def test_twilio_without_its_account_is_refused(tmp_path: Path) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "HUB_SMS_SENDER"):
        environment = {key: value for key, value in TWILIO.items() if key != name}
        with pytest.raises(SettingsError, match=f"^{name}"):
            make_settings(tmp_path, **environment)


def test_keys_are_required_with_postgresql(tmp_path: Path) -> None:
    url = "postgresql+psycopg://postgres@127.0.0.1/test"
    with pytest.raises(SettingsError, match="HUB_SECRET_KEY is required"):
        make_settings(tmp_path, HUB_DATABASE_URL=url)
    settings = make_settings(
        tmp_path, HUB_DATABASE_URL=url, HUB_SECRET_KEY=fresh_key(), HUB_NUMBER_KEY=fresh_key()
    )
    assert len(settings.number_key) == 64


def test_a_loopback_address_means_no_callbacks_with_real_twilio(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, **TWILIO)
    assert not settings.callbacks
    assert "HUB_PUBLIC_URL" in settings.warnings()[0]
    local = make_settings(tmp_path, **TWILIO, TWILIO_BASE_URL="http://127.0.0.1:9999")
    assert local.callbacks
    public = make_settings(tmp_path, **TWILIO, HUB_PUBLIC_URL="https://hub.eksempel.dk")
    assert public.callbacks
    assert not public.warnings()


def test_a_request_ends_well_within_a_lease(tmp_path: Path) -> None:
    for lease in ("2", "10", "60", "3600"):
        settings = make_settings(tmp_path, HUB_LEASE_SECONDS=lease)
        assert settings.request_timeout < settings.lease_seconds / 4


def test_the_command_ends_with_exit_2_and_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hub", "user", "list"],
        env={**os.environ, "HUB_DATA_DIR": str(tmp_path), "HUB_GATEWAYS": "pigeon"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("hub: HUB_GATEWAYS='pigeon' cannot be used: allowed is")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*.sqlite3"))


def test_a_price_makes_a_cost(tmp_path: Path) -> None:
    assert make_settings(tmp_path).cost(100) is None
    assert make_settings(tmp_path, HUB_SMS_PRICE="0.39").cost(8000) == 3120
    with pytest.raises(SettingsError, match="HUB_SMS_PRICE='0 kr'"):
        make_settings(tmp_path, HUB_SMS_PRICE="0 kr")
