"""The pages of 200 institutions and 20 areas in three languages, one area of them concerned."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.site import tree
from hub.site.rendering import render_site
from hub.text.situation import PublicPlace, Situation
from tests.bench.measuring import timed
from tests.situations import NOON, announcement, incident, situation

INSTITUTIONS, AREAS = 200, 20


def town() -> Situation:
    since = NOON - timedelta(days=60)
    schools = (
        PublicPlace("s", f"skole-{n}", f"Skole {n}", since, areas=(f"Bydel {n % AREAS}",))
        for n in range(INSTITUTIONS)
    )
    areas = (PublicPlace("a", f"bydel-{n}", f"Bydel {n}", since) for n in range(AREAS))
    item = replace(announcement(1, place="Bydel 3"), areas=("Bydel 3",))
    return situation(incident(item), places=(*areas, *schools))


def run() -> None:
    with_places = town()
    without = replace(with_places, places=())
    render_site(without, 1)  # templates are read once
    with timed() as bare:
        render_site(without, 2)
    tree.forget(())
    with timed() as cold:
        files = render_site(with_places, 3)
    warm = []
    for number in range(4, 9):
        with timed() as again:
            render_site(replace(with_places, read_at=NOON + timedelta(minutes=number)), number)
        warm.append(again.seconds)
    pages = sum(path.endswith(".html") for path in files)
    print(f"site without places {bare.seconds:.3f} s")
    print(
        f"{INSTITUTIONS} institutions, {AREAS} areas, {pages} pages, all anew: {cold.seconds:.3f} s"
    )
    print(f"the same again, as the heartbeat does: {min(warm):.3f} to {max(warm):.3f} s")
