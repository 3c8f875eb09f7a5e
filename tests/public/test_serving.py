"""The hub as a web server of its own site."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.phone.texts import phone_files
from hub.settings import Settings
from hub.site.rendering import render_site
from hub.site.targets.file import FileTarget
from tests.situations import history, quiet


def put(settings: Settings, files: Mapping[str, bytes], revision: int = 1) -> None:
    target = FileTarget(settings.data_dir / "site")
    with target.lock():
        target.put(files, revision)


@pytest.fixture
def site(app: Flask, settings: Settings) -> dict[str, bytes]:
    value = history(3)
    files = {**render_site(value, 1), **phone_files(value)}
    put(settings, files)
    return files


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def bare(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(
        path, headers=[(name.replace("_", "-"), value) for name, value in headers.items()]
    )


def test_every_file_of_the_site_is_served_as_it_was_published(
    client: FlaskClient, site: dict[str, bytes]
) -> None:
    for path, content in site.items():
        for address in {path, path.removesuffix("index.html")}:
            answer = client.get(address)
            assert (answer.status_code, answer.data) == (200, content), address


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/en/", "text/html; charset=utf-8"),
        ("/phone/da.txt", "text/plain; charset=utf-8"),
        ("/phone/da.json", "application/json; charset=utf-8"),
        ("/status.json", "application/json; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_each_kind_of_file_has_its_content_type(
    client: FlaskClient, site: dict[str, bytes], path: str, kind: str
) -> None:
    assert client.get(path).headers["Content-Type"] == kind


def test_headers_protect_the_reader_and_let_caches_help(
    client: FlaskClient, site: dict[str, bytes]
) -> None:
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "public, max-age=15, stale-if-error=86400"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';style-src 'sha256-")
    assert policy.endswith(";frame-ancestors 'none'")
    assert "Set-Cookie" not in headers
    assert headers["Vary"] == "Accept-Encoding"


def test_the_policy_is_the_published_pages_own(
    client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    page = site["/index.html"].replace(b"style-src 'sha256-", b"style-src 'sha256-OLD")
    put(settings, {**site, "/index.html": page}, 2)
    assert "sha256-OLD" in client.get("/").headers["Content-Security-Policy"]


def test_an_unchanged_page_is_not_sent_again(
    client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    first = client.get("/phone/da.txt")
    again = bare(client, "/phone/da.txt", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    put(settings, {**site, "/index.html": b"other"}, 2)
    assert client.get("/phone/da.txt").headers["ETag"] == first.headers["ETag"]
    put(settings, {**site, "/phone/da.txt": b"other"}, 3)
    assert bare(client, "/phone/da.txt", If_None_Match=first.headers["ETag"]).status_code == 200


def test_who_takes_gzip_gets_it_under_a_tag_of_its_own(
    client: FlaskClient, site: dict[str, bytes]
) -> None:
    plain, packed = client.get("/"), bare(client, "/", Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == site["/index.html"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert len(packed.data) < 3500
    again = bare(client, "/", Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
    assert again.status_code == 304
    refusing = bare(client, "/", Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in refusing.headers


def test_the_published_copy_is_handed_out_as_it_is(
    client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    copy = (settings.data_dir / "site" / "index.html.gz").read_bytes()
    assert bare(client, "/", Accept_Encoding="gzip").data == copy
    assert gzip.decompress(copy) == site["/index.html"]
    assert client.get("/index.html.gz").status_code == 404


def test_a_site_without_copies_is_compressed_when_it_is_asked_for(
    client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    (settings.data_dir / "site" / "index.html.gz").unlink()
    packed = bare(client, "/", Accept_Encoding="gzip")
    assert gzip.decompress(packed.data) == site["/index.html"]


def test_a_new_release_shows_at_once(
    client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    put(settings, render_site(quiet(), 2), 2)
    assert "Der var ingen aktive beskeder" in client.get("/").text


def test_head_has_the_headers_and_no_body(client: FlaskClient, site: dict[str, bytes]) -> None:
    answer = client.head("/")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(site["/index.html"])
    assert answer.data == b""


@pytest.mark.parametrize("path", ["/i/3", "/en/i/3", "/en", "/i"])
def test_a_folder_without_its_slash_leads_there(
    client: FlaskClient, site: dict[str, bytes], path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{path}/"
    assert client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/i/99/",
        "/index.html/",
        "/phone",
        "/phone/",
        "/%2e%2e/hub.sqlite3",
        "/..%2fhub.sqlite3",
        "/i/..%2f..%2f..%2fhub.sqlite3",
        "/i/%2e%2e/%2e%2e/site.releases/.lock",
        "/.lock",
        "//etc/passwd",
        "/en//index.html",
        "/%00",
        "/index.html%00.txt",
        "/i/3\\..",
        "/æøå",
        "/" + "x" * 5000,
    ],
)
def test_what_is_not_in_the_site_gets_the_sites_own_404_page(
    client: FlaskClient, settings: Settings, site: dict[str, bytes], path: str
) -> None:
    (settings.data_dir / "hub.sqlite3").touch()
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 404
    assert answer.data == site["/404.html"]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_link_put_into_the_site_leads_nowhere(
    client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    (settings.data_dir / "site" / "leak.txt").symlink_to("/etc/passwd")
    assert client.get("/leak.txt").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_site_can_only_be_read(
    client: FlaskClient, site: dict[str, bytes], method: str
) -> None:
    assert client.open("/index.html", method=method).status_code == 405


def test_before_anything_is_published_a_friendly_page_says_so(client: FlaskClient) -> None:
    for path in ("/", "/en/", "/i/3/", "/status.json"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "Eksempel Kommune" in answer.text
        assert "Prøv igen" in answer.text
        assert "Try again" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_the_page_stands_without_a_database(
    app: Flask, client: FlaskClient, settings: Settings, site: dict[str, bytes]
) -> None:
    for path in settings.data_dir.glob("hub.sqlite3*"):
        path.unlink()
    assert client.get("/").data == site["/index.html"]


def test_a_site_outside_the_data_directory_is_served_too(tmp_path: Path) -> None:
    from hub.application import create_app
    from tests.conftest import make_settings

    settings = make_settings(tmp_path, HUB_SITE_TARGETS=f"file:{tmp_path / 'elsewhere'}")
    target = FileTarget(tmp_path / "elsewhere")
    with target.lock():
        target.put({"/index.html": b"here"}, 1)
    assert create_app(settings).test_client().get("/").data == b"here"
