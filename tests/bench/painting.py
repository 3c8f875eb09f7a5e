"""How soon a reader on a poor net sees words: first paint in Chromium at 50 kbit/s and 400 ms, beside the page's bytes.

The emulation adds the delay to each request and caps the rate; it knows no handshake (status-page fact sheet, 1a).
"""

from __future__ import annotations

import gzip
import http.server
import os
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from hub.site.rendering import render_site
from tests.site.shipped import one_shipped, six_shipped, six_short
from tests.situations import quiet

RUNS = 5
BITS_A_SECOND = 50_000
DELAY_MS = 400
TARGET_SECONDS = 0.95
_PAINTED = """
() => new Promise(done => new PerformanceObserver(
  list => list.getEntriesByName("first-contentful-paint").forEach(entry => done(entry.startTime))
).observe({type: "paint", buffered: true}))
"""


@contextmanager
def serving(pages: dict[str, bytes]) -> Iterator[str]:
    """The pages, compressed, on a free port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = pages.get(self.path, b"")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def first_paint(browser: Browser, address: str) -> float:
    """Seconds from the request to the first words, in a browser that has nothing stored."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY_MS,
            "downloadThroughput": BITS_A_SECOND / 8,
            "uploadThroughput": BITS_A_SECOND / 8,
        },
    )
    page.goto(address)
    milliseconds = float(page.evaluate(_PAINTED))
    context.close()
    return milliseconds / 1000


def run() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("chromium is not installed: nothing is painted")
        return
    short, whole = render_site(six_short(), 1), render_site(six_shipped(), 1)
    found = {
        "/quiet": ("nothing in force", render_site(quiet(), 1)["/index.html"]),
        "/one": ("one message, the heaviest", render_site(one_shipped(), 1)["/index.html"]),
        "/six": ("six messages of 290 characters", short["/index.html"]),
        "/whole": ("six whole messages", whole["/index.html"]),
        "/alle": ("six of 290 characters in three languages", short["/alle/index.html"]),
        "/alle-whole": ("six whole ones in three languages", whole["/alle/index.html"]),
    }
    pages = {path: gzip.compress(content, 9, mtime=0) for path, (_, content) in found.items()}
    with serving(pages) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        first_paint(browser, f"{address}/quiet")
        for path, (what, _) in found.items():
            seconds = [first_paint(browser, address + path) for _ in range(RUNS)]
            print(
                f"{what:42} {len(pages[path]):6,} bytes   first paint {statistics.median(seconds):.2f} s"
                f" ({min(seconds):.2f} to {max(seconds):.2f}; the target is {TARGET_SECONDS})",
                flush=True,
            )
        browser.close()
