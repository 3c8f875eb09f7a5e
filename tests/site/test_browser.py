"""The page in a real browser: requests, script, layout, reading order, paper."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Browser, Page

from hub.site.html import compact
from hub.site.rendering import render_site
from tests.site.browsing import SITUATIONS, Site, browser, context, mixed, page, site
from tests.site.shipped import messages, one_shipped, shipped, six_shipped, six_short
from tests.situations import NOON, six

__all__ = ["browser", "context", "page", "site"]

NODES, NODES_IN_THREE = 160, 400


@contextmanager
def listening(files: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """The site on a bare server, which notes every request, the browser's own for an icon too."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            content = files.get(self.path + ("index.html" if self.path.endswith("/") else ""))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_page_is_one_request_without_a_complaint(site: Site, page: Page) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    shown = {"quiet": ("/", "/was/"), "six": ("/ar/",), "mixed": ("/", "/alle/", "/ovelse/")}
    for name, paths in shown.items():
        site.show(SITUATIONS[name]())
        for path in paths:
            requests.clear()
            page.goto(f"{site.address}{path}")
            page.wait_for_load_state("networkidle")
            asked = [url for url in requests if not url.startswith("data:")]
            assert asked == [f"{site.address}{path}"]
    assert complaints == []
    assert page.context.cookies() == []


def test_the_server_hears_of_one_request_the_icon_included(page: Page) -> None:
    with listening(render_site(mixed(), 1)) as (address, asked):
        page.goto(f"{address}/")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        assert asked == ["/"]


def test_without_javascript_every_fact_is_there(site: Site, browser: Browser) -> None:
    site.show(mixed())
    scripted, plain = (browser.new_page(java_script_enabled=enabled) for enabled in (True, False))
    scripted.clock.install(time=NOON)
    for path in ("/", "/ar/", "/alle/", "/ovelse/"):
        said = []
        for opened in (scripted, plain):
            opened.goto(f"{site.address}{path}")
            said.append(opened.locator("body").inner_text())
        assert said[0] == said[1], path
        if path == "/":
            assert "Er det senere end kl. 12.45, er den for gammel." in said[1]
    scripted.close()
    plain.close()


def test_what_is_left_out_of_the_markup_is_what_a_browser_puts_back(page: Page) -> None:
    """The same document from the long and the short form of every message that ships."""
    pairs = [
        (text.html, compact(text.html))
        for key in messages()
        for text in shipped(key).texts.values()
    ]
    differing = page.evaluate(
        """pairs => pairs.filter(pair => {
            const [long, short] = pair.map(html => {
                const box = document.createElement("div");
                box.innerHTML = html;
                for (const item of box.querySelectorAll("[data-action]")) item.removeAttribute("data-action");
                const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
                const blank = [];
                while (walker.nextNode()) if (!walker.currentNode.data.trim()) blank.push(walker.currentNode);
                for (const node of blank) node.remove();
                return box.innerHTML;
            });
            return long !== short;
        })""",
        pairs,
    )
    assert differing == []


def test_nothing_runs_over_the_edge_at_320_pixels(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    shown = {
        "quiet": ("/", "/ar/", "/i/", "/was/", "/nothing-here"),
        "six": ("/", "/ar/", "/alle/"),
        "mixed": ("/", "/ar/", "/i/1/", "/ovelse/ar/"),
    }
    for name, paths in shown.items():
        site.show(SITUATIONS[name]())
        for path in paths:
            page.goto(f"{site.address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (name, path)
    site.show(one_shipped())
    page.goto(f"{site.address}/de/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def nodes(page: Page) -> int:
    return int(page.evaluate("document.querySelectorAll('*').length"))


def test_the_page_stays_small_for_the_browser(site: Site, page: Page) -> None:
    """The fact sheet's budgets with its own texts; whole ones have more lines to read."""
    site.show(six(("da",)))
    page.goto(f"{site.address}/")
    assert nodes(page) <= NODES
    site.show(six_short())
    page.goto(f"{site.address}/")
    assert nodes(page) <= NODES
    page.goto(f"{site.address}/alle/")
    assert nodes(page) <= NODES_IN_THREE
    site.show(six_shipped())
    page.goto(f"{site.address}/")
    assert nodes(page) <= 230


def test_every_link_is_large_enough_for_a_finger(site: Site, page: Page) -> None:
    """WCAG 2.5.8: 24 by 24 pixels, but for links inside a sentence."""
    site.show(replace(mixed(), accessibility_url="https://was.digst.dk/x"))
    for path in ("/", "/ar/", "/alle/"):
        page.goto(f"{site.address}{path}")
        sizes = page.evaluate(
            "[...document.querySelectorAll('nav a, footer a')]"
            ".map(a => a.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
        )
        assert len(sizes) >= 3
        assert min(sizes) >= 24


BLOCKS = """
() => [...document.querySelectorAll("nav, h1, h2, h3, p, li, tr, caption, header")]
  .filter(item => item.getClientRects().length)
  .map(item => [item.tagName + " " + item.textContent.slice(0, 30), item.getBoundingClientRect().top])
"""


def test_what_is_read_aloud_first_stands_first(site: Site, page: Page) -> None:
    site.show(mixed())
    for path in ("/", "/ar/", "/alle/", "/i/1/"):
        page.goto(f"{site.address}{path}")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            blocks = page.evaluate(BLOCKS)
            assert len(blocks) > 8
            from_the_top = sorted(blocks, key=lambda item: item[1])
            assert [name for name, _ in blocks] == [name for name, _ in from_the_top], path


def test_water_uses_are_read_as_a_list_before_the_table(site: Site, page: Page) -> None:
    site.show(one_shipped())
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site.address}/")
    items = page.locator("article li")
    listed = [words for words in items.all_inner_texts() if words.startswith(("Ja,", "Nej,"))]
    assert listed == [
        "Ja, brug vandet til: toilet, bad, tøjvask og rengøring",
        "Nej, brug ikke vandet til: havevanding og opvaskemaskine",
    ]
    assert page.locator("table th").count() == 7
    last = items.filter(has_text="Nej, brug ikke").bounding_box()
    table = page.locator("table").bounding_box()
    assert last is not None
    assert table is not None
    assert last["y"] < table["y"]


def seen(page: Page) -> str:
    return page.locator("body").inner_text()


def test_on_paper_the_page_is_a_door_notice(site: Site, page: Page) -> None:
    """What is in force, large, with number, time and version, who says it and where there is news; nothing else."""
    site.show(replace(mixed(), accessibility_url="https://was.digst.dk/x"))
    page.clock.install(time=NOON)
    page.goto(f"{site.address}/")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (
        "English",
        "Alle sprog",
        "Tidligere beskeder",
        "Alle hændelser",
        "Tilgængelighedserklæring",
        "Er det senere end",
    ):
        assert gone not in seen(page), gone
    for there in (
        "Vigtige beskeder fra Eksempel Kommune",
        "Gælder, til vi skriver, at det er slut.",
        "Besked 3 · udsendt lørdag den 21. november 2026 kl. 11.30 · v3",
        "Hjemmeside: eksempel.dk",
    ):
        assert there in seen(page), there
    sizes = page.evaluate(
        "['h2', 'article li'].map(s => parseFloat(getComputedStyle(document.querySelector(s)).fontSize))"
    )
    assert sizes[0] >= 36
    assert sizes[1] >= 18
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_each_message_has_its_own_sheet(site: Site, page: Page) -> None:
    site.show(six_short())
    page.goto(f"{site.address}/")
    sheets = page.pdf(prefer_css_page_size=True)
    assert sheets.count(b"/Type /Page\n") == 6
    assert b"/MediaBox [0 0 594.95" in sheets or b"/MediaBox [0 0 595" in sheets


def test_a_quiet_page_on_paper_says_when_it_was_quiet(site: Site, page: Page) -> None:
    site.show(SITUATIONS["quiet"]())
    page.clock.install(time=NOON)
    page.goto(f"{site.address}/")
    page.emulate_media(media="print")
    assert "Der var ingen aktive beskeder lørdag den 21. november kl. 12.05." in seen(page)
    assert "Er det senere end kl. 12.35" in seen(page)


def test_the_page_of_a_drill_says_so_on_paper(site: Site, page: Page) -> None:
    site.show(mixed())
    page.goto(f"{site.address}/ovelse/")
    page.emulate_media(media="print")
    assert seen(page).count("ØVELSE") >= 3


def test_an_exercise_looks_like_no_real_page(site: Site, page: Page) -> None:
    site.show(mixed())
    looks = []
    for path in ("/", "/ovelse/"):
        page.goto(f"{site.address}{path}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            looks.append(
                page.evaluate(
                    "[getComputedStyle(document.body).backgroundColor,"
                    " getComputedStyle(document.body).borderTopStyle]"
                )
            )
    assert len({background for background, _ in looks}) == 3
    assert [border for _, border in looks] == ["none", "none", "dashed", "dashed"]
