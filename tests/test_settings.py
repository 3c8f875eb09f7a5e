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


GATEWAYAPI = {
    "HUB_GATEWAYS": "gatewayapi",
    "HUB_SMS_SENDER": "Eksempel",
    "GATEWAYAPI_TOKEN": "t",
    "GATEWAYAPI_WEBHOOK_SECRET": "s",
    "HUB_PUBLIC_URL": "https://hub.eksempel.dk",
}


def test_gatewayapi_without_its_account_is_refused_and_without_its_secret_warned_about(
    tmp_path: Path,
) -> None:
    for name in ("GATEWAYAPI_TOKEN", "HUB_SMS_SENDER"):
        environment = {key: value for key, value in GATEWAYAPI.items() if key != name}
        with pytest.raises(SettingsError, match=f"^{name}"):
            make_settings(tmp_path, **environment)
    whole = make_settings(tmp_path, **GATEWAYAPI)
    assert whole.called_back_by("gatewayapi")
    assert not whole.warnings()
    for change in ({"GATEWAYAPI_WEBHOOK_SECRET": ""}, {"HUB_PUBLIC_URL": "http://10.0.0.7"}):
        lacking = make_settings(tmp_path, **{**GATEWAYAPI, **change})
        assert not lacking.called_back_by("gatewayapi")
        assert "stays unknown" in lacking.warnings()[0]


@pytest.mark.parametrize(
    ("value", "rates"),
    [
        ("", (10.0, 100.0, None)),
        ("25", (25.0, 25.0, 25.0)),
        ("twilio:20,gatewayapi:80", (20.0, 80.0, None)),
        ("gatewayapi:80, 30", (30.0, 80.0, 30.0)),
    ],
)
def test_a_rate_is_for_all_gateways_or_for_each(
    tmp_path: Path, value: str, rates: tuple[float, ...]
) -> None:
    settings = make_settings(tmp_path, HUB_SMS_SEGMENTS_PER_SECOND=value)
    assert tuple(settings.rate(name) for name in ("twilio", "gatewayapi", "outbox")) == rates


@pytest.mark.parametrize("value", ["twilio:0", "pigeon:5", "5,6", "twilio:5,twilio:6", "twilio:"])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="twilio:10,gatewayapi:100"):
        make_settings(tmp_path, HUB_SMS_SEGMENTS_PER_SECOND=value)


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


def test_the_radio_and_the_statement_are_told_or_left_at_what_is_safe(tmp_path: Path) -> None:
    usual = make_settings(tmp_path)
    assert (usual.radio, usual.accessibility_url) == ("DR P4", "")
    told = make_settings(
        tmp_path,
        HUB_RADIO="DR P4 Syd",
        HUB_ACCESSIBILITY_URL="https://was.digst.dk/eksempel-dk/",
    )
    assert (told.radio, told.accessibility_url) == ("DR P4 Syd", "https://was.digst.dk/eksempel-dk")
    for name, value in (("HUB_RADIO", "<b>"), ("HUB_ACCESSIBILITY_URL", "javascript:alert(1)")):
        with pytest.raises(SettingsError, match=name):
            make_settings(tmp_path, **{name: value})


@pytest.mark.parametrize(
    "target",
    [
        "file:/srv/site",
        "s3://klarbesked-site/crisis",
        "gs://bucket",
        "az://account/container/pre/fix",
        "sftp://web@other.example/srv/www/site",
        "sftp://web@other.example:2222/~/site",
    ],
)
def test_each_form_of_a_place_is_taken(tmp_path: Path, target: str) -> None:
    assert make_settings(tmp_path, HUB_SITE_TARGETS=target).site_targets == (target,)


@pytest.mark.parametrize(
    "target",
    [
        "file:/",
        "s3://",
        "s3://a",
        "s3://bucket/../x",
        "az://account",
        "sftp://host/x",
        "sftp://me@host",
        "sftp://me@host/",
        "sftp://me:secret@host/x",
        "https://host/x",
        "file:a,file:a",
    ],
)
def test_what_is_no_place_is_refused_and_no_password_is_shown(tmp_path: Path, target: str) -> None:
    with pytest.raises(SettingsError, match="HUB_SITE_TARGETS") as caught:
        make_settings(tmp_path, HUB_SITE_TARGETS=target)
    assert "secret" not in str(caught.value)
