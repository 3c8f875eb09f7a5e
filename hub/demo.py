"""`hub demo`: a whole incident on made-up data, with the functions that a real one uses.

Everything is invented, goes to the outbox file only, and lives in a data directory of its own.
"""

from __future__ import annotations

import csv
import io
import os
import random
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask, current_app

from hub import accounts, running, schema
from hub.application import create_app
from hub.audiences.importing import ImportResult, import_list
from hub.commands.common import Progress, keep_head, os_user
from hub.database import db
from hub.demo_marker import MARKER, is_demo
from hub.errors import HubError
from hub.incidents import announcing, register
from hub.incidents.announcing import Order, Prepared
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.library import approving, folders, lifecycle, loading, signing
from hub.models import PlaceKind, Role
from hub.places import confirm as confirm_names
from hub.places import import_places
from hub.settings import Settings, load
from hub.sms import dispatching, standing

MUNICIPALITY = "Eksempel Kommune"
ROWS = 2_000
BAD_ROWS = 20
LIST = "Borgere i Eksempelby (opdigtet)"
PEOPLE = {
    "asta.author@eksempel.example": (Role.AUTHOR,),
    "bo.approver@eksempel.example": (Role.APPROVER,),
    "cleo.sender@eksempel.example": (Role.SENDER, Role.VIEWER),
    "dan.second@eksempel.example": (Role.SENDER, Role.VIEWER),
    "ada.admin@eksempel.example": (Role.ADMIN, Role.VIEWER),
}
FIRST = "dan.second@eksempel.example"
"""Whose link stands first: an update waits for this person."""
ASTA, BO, CLEO, DAN, ADA = (Actor(email, "demo", os_user()) for email in PEOPLE)
PLACES = {
    PlaceKind.AREA: ("Navn;Andre navne", "Eksempelby;Eksempelby C", "Nørreby;"),
    PlaceKind.INSTITUTION: (
        "Navn;Andre navne;Område;Adresse;Telefon",
        "Eksempelby Skole;EBS;Eksempelby;Skolevej 1;70 20 30 41",
        "Børnehuset Søstjernen;Søstjernen;Eksempelby;Havnegade 2;70 20 30 42",
        "Nørreby Skole;;Nørreby;Nørregade 3;70 20 30 43",
        "Plejecenter Åbrinken;Åbrinken;Nørreby;Åvej 4;70 20 30 44",
    ),
}
BAD_CELLS = ("", "112", "2O123456", "20123456/30112233", "4.52012E+09", "90123456", "+452012345")


@click.command()
@click.option(
    "--no-serve", is_flag=True, help="End after the incident instead of serving the result."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(no_serve: bool, port: int) -> None:
    """A whole incident on made-up data, then serves the result. Sends nothing: the outbox is a file."""
    if not no_serve:
        running.check_port("127.0.0.1", port)
    _empty(_settings_of_its_own(port))
    settings = _settings_of_its_own(
        port
    )  # again: the keys of the demo before are gone with its data
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        _run(app)
        db.session.remove()
    if not no_serve:
        os.environ.update(
            HUB_DATA_DIR=str(settings.data_dir),
            HUB_PUBLIC_URL=settings.public_url,
            HUB_MUNICIPALITY=settings.municipality,
        )
        raise click.exceptions.Exit(running.serve(settings, "127.0.0.1", port))


def _settings_of_its_own(port: int) -> Settings:
    """The settings, if nothing in them could reach outside this machine. Raises HubError."""
    environment = {"HUB_PUBLIC_URL": f"http://127.0.0.1:{port}", **os.environ}
    folder = Path(environment.get("HUB_DATA_DIR") or "var").absolute()
    if folder.exists() and any(folder.iterdir()) and not is_demo(folder):
        raise HubError(
            f"{folder} holds data that no demo made. The demo starts afresh and would delete it: "
            "name another folder, for example HUB_DATA_DIR=var/demo hub demo."
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARKER).touch()
    settings = load(environment)
    if settings.gateways != ("outbox",):
        raise HubError(
            f"HUB_GATEWAYS={','.join(settings.gateways)}: the demo's made-up numbers go to the outbox only. "
            "Run it with HUB_GATEWAYS=outbox."
        )
    outside = [
        url
        for url in (settings.database_url, settings.queue_url, *settings.site_targets)
        if str(settings.data_dir) not in url
    ]
    if outside:
        raise HubError(
            "The demo keeps everything in its own folder. Unset HUB_DATABASE_URL, HUB_QUEUE_URL and "
            "HUB_SITE_TARGETS, which point elsewhere."
        )
    return settings


def _empty(settings: Settings) -> None:
    """Empty the demo's folder; the marker stays, so that a demo killed here is still a demo's folder."""
    for path in settings.data_dir.iterdir():
        if path.name == MARKER:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _run(app: Flask) -> None:
    _say(
        f"Everything here is made up: {MUNICIPALITY}, its people and its citizens. Nothing is sent."
    )
    _people()
    _library()
    _institutions()
    result = _list()
    incident, first = _incident()
    _confirm_and_send(first)
    _update(incident)
    keep_head()
    _summary(app, incident, first, result)


def _say(text: str) -> None:
    click.echo(click.style(f"\n{text}", bold=True) if text.endswith(":") else text)


def _people() -> None:
    shell = Actor(f"os:{os_user()}", "demo", os_user())
    for email, roles in PEOPLE.items():
        accounts.add_person(email, roles, actor=shell)
    _say(f"\nPeople: {', '.join(PEOPLE)}")


SUBMITTED = (
    "appointments-cancelled",
    "latrine",
    "power-outage",
    "school-pickup",
    "water-boil",
    "water-saving",
)
"""The scenarios that the made-up town has got round to."""
SIGNED = ("en", "de")
"""The translations that a reader has signed there."""
UNSIGNED = "Ingen har læst de andre sprog endnu (opdigtet)"


def _library() -> None:
    """Asta loads all, and submits some scenarios; co-signers say yes, Bo approves; what a local decision blocks stays
    blocked, and the rest are drafts, as in a town that has begun."""
    report = loading.load(folders.shipped_messages(), actor=ASTA)
    approved, blocked = [], []
    begun = [key for key in report.new if key.partition("/")[0] in SUBMITTED]
    for key in begun:
        try:
            approving.submit(key, actor=ASTA)
            version = lifecycle.newest(db.session(), key)
            for party in lifecycle.unsigned(db.session(), version):
                signing.sign(
                    key, party=party, by=f"En medarbejder hos {party} (opdigtet)", actor=ASTA
                )
            for language in SIGNED:
                if language in version.content["languages"]:
                    signing.sign_language(key, language, by="En tolk (opdigtet)", actor=ASTA)
            approving.approve(key, actor=BO, unsigned_reason=UNSIGNED)
            approved.append(key)
        except HubError as error:
            blocked.append((key, str(error)))
    _say(
        f"Library: {len(report.new)} messages loaded by Asta, {len(approved)} approved by Bo, "
        f"{len(report.new) - len(begun)} still drafts."
    )
    if blocked:
        keys = ", ".join(key for key, _ in blocked)
        _say(f"  Not approved, as it should be: {keys}.")
        _say("  The town has not decided what people do without a toilet (latrine_mode).")


def _institutions() -> None:
    """Two areas and four institutions, each with a page; the first two lie where the incident is."""
    for kind, lines in PLACES.items():
        found = import_places("\n".join(lines).encode(), f"{kind.value}.csv", kind, actor=CLEO)
        _say(f"Places: {', '.join(found.added)}.")
    confirm_names(DAN)
    _say("  Cleo wrote them in; Dan said yes to their names, which everybody sees.")


def made_up_list() -> bytes:
    """A municipal list as CSV: invented numbers in the spellings that lists hold, 1 % of them unusable."""
    chance = random.Random(20261121)
    numbers = chance.sample(range(20_110_000, 20_990_000), ROWS)
    bad = set(chance.sample(range(ROWS), BAD_ROWS))
    spellings = (
        lambda n: n,
        lambda n: f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:]}",
        lambda n: f"+45 {n}",
        lambda n: f"0045{n}",
    )
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Navn", "Mobil", "Sprog", "Bydel"])
    for index, number in enumerate(numbers):
        cell = (
            BAD_CELLS[index % len(BAD_CELLS)]
            if index in bad
            else chance.choice(spellings)(str(number))
        )
        language = chance.choices(("da", "en", "de"), (90, 5, 5))[0]
        writer.writerow([f"Borger {index + 1}", cell, language, chance.choice(("Øst", "Vest"))])
    return text.getvalue().encode("cp1252")


def _list() -> ImportResult:
    data = made_up_list()
    with Progress(ROWS, "Importing") as bar:
        result = import_list(
            LIST,
            data,
            "borgere.csv",
            language="da",
            actor=CLEO,
            progress=lambda done, total: bar.to(done * ROWS // max(total, 1)),
        )
    _say(
        f"List: {result.accepted} of {ROWS} rows taken, {len(result.set_aside)} set aside with a reason each "
        f"({result.file})."
    )
    return result


def _incident() -> tuple[int, Prepared]:
    row = register.open_incident("water-boil", actor=CLEO)
    prepared = announcing.prepare(
        Order(
            key="water-boil/during",
            incident=row.id,
            slots={"place": "Eksempelby"},
            audience=LIST,
            examples=True,
        ),
        actor=CLEO,
    )
    _say(f"\nCleo opens incident {row.id} and prepares what follows:")
    _show(prepared)
    return row.id, prepared


def _show(prepared: Prepared) -> None:
    """The SMS in every language, and the Danish phone text."""
    for language, sms in prepared.composed.sms.items():
        click.echo(f"\n  SMS, {language}, {prepared.segments[language]} parts each:")
        click.echo(textwrap.indent(textwrap.fill(sms, 96), "    "))
    click.echo("\n  What the phone robot reads aloud, Danish:")
    for paragraph in prepared.composed.texts["da"].phone.split("\n\n"):
        click.echo(textwrap.indent(textwrap.fill(paragraph, 96), "    "))


def _confirm_and_send(prepared: Prepared) -> None:
    done = announcing.confirm(prepared.announcement, actor=DAN, hash=prepared.hash)
    report = publish_now(door="demo")
    _say(f"\nDan reads it and confirms. The page is revision {report.revision}.")
    assert done.broadcast is not None
    with Progress(done.recipients, "Sending") as bar:
        dispatching.run_broadcast(
            done.broadcast, timeout=120, progress=lambda done_rows, _: bar.to(done_rows)
        )
    found = standing.status(db.session(), done.broadcast)
    counts = ", ".join(
        f"{number} {state}" for state, number in found["deliveries"].items() if number
    )
    _say(f"Broadcast {done.broadcast} is {found['state']}: {counts}.")


def _update(incident: int) -> None:
    prepared = announcing.prepare(
        Order(key="water-boil/update", incident=incident, examples=True), actor=CLEO
    )
    _say(
        f"\nCleo has prepared an update (announcement {prepared.announcement}) for the same "
        f"{prepared.recipients} phones. It waits for Dan:\n"
    )
    click.echo(textwrap.indent(textwrap.fill(prepared.composed.texts["da"].sms, 96), "    "))


def _summary(app: Flask, incident: int, first: Prepared, result: ImportResult) -> None:
    settings: Settings = current_app.config["HUB"]
    data, url = settings.data_dir, settings.public_url
    _say("\nWhat there is to see:")
    for name, place in _places(incident, data, url, result):
        click.echo(f"  {name:16} {place}")
    with_data = f"HUB_DATA_DIR={os.path.relpath(data)} {_hub()}"
    waiting = first.announcement + 1
    _links(waiting)
    _say("\nOr without a browser, in another terminal:")
    click.echo(f"  {with_data} confirm {waiting} --as {DAN.name}")
    click.echo(
        f"  {with_data} announce water-boil/all-clear --incident {incident} --examples --as {CLEO.name}"
    )
    click.echo(f"  {with_data} incident list")
    click.echo(f"  {with_data} journal verify")


def _links(waiting: int) -> None:
    """A link for each person that logs in by itself, once, on this machine."""
    _say("\nOpen the desk as one of them (each link works once, on this machine, for a day):")
    people = sorted(accounts.all_people(db.session()), key=lambda item: item.email != FIRST)
    found = [(person, accounts.demo_login_link(person)) for person in people]
    for person, link in found:
        name = person.email.partition(".")[0].capitalize()
        roles = " and ".join(sorted(person.role_names - {Role.VIEWER}) or [Role.VIEWER])
        does = f" (update {waiting} waits for {name} to confirm it)" if link.email == FIRST else ""
        click.echo(f"  {name}, {roles}{does}:")
        click.echo(f"    {link.url}")


def _places(incident: int, data: Path, url: str, result: ImportResult) -> Iterator[tuple[str, str]]:
    yield "the page", f"{url}/   {url}/en/   {url}/de/"
    yield "this incident", f"{url}/i/{incident}/"
    yield "institutions", f"{url}/s/   {url}/s/eksempelby-skole/   {url}/en/s/noerreby-skole/"
    yield "phone robot", f"{url}/phone/da.txt   {url}/phone/da.json"
    yield "for machines", f"{url}/status.json"
    yield "SMS, as written", str(data / "outbox.jsonl")
    yield "rows set aside", str(result.file)
    yield "journal's head", str(data / "journal.head")


def _hub() -> str:
    """How the hub command is called from here."""
    local = Path(".venv/bin/hub")
    return str(local) if local.exists() else "hub"
